"""Write the figures as Markdown with plots.

python -m tools.bench.report                       measure everything, which takes a quarter of an hour, and write
python -m tools.bench.report --from figures.json   write what `python -m tools.bench --json figures.json` measured
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tools.bench import __main__ as bench
from tools.bench.figure import Curve, Figure, cells
from tools.bench.plot import Bar, bars, curves

FOLDER = bench.CACHE / "report"
_NOT_MEASURED = "frozen"  # it needs a build
_ROW_COUNT = re.compile(r", [\d,]+ rows x 10 columns")
_HEAD = ("what", "ours", "the other side", "ratio", "goal", "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure unless figures are given, write the report, and print where it is."""
    options = _options(arguments)
    code, source = 0, options.source
    if source is None:
        options.folder.mkdir(parents=True, exist_ok=True)
        source = options.folder / "figures.json"
        quick = ["--quick"] if options.quick else []
        names = options.names or [name for name in bench.BENCHMARKS if name != _NOT_MEASURED]
        code = bench.main([*names, *quick, "--json", str(source)])
    write(json.loads(source.read_text(encoding="utf-8")), options.folder)
    print(f"wrote {options.folder / 'report.md'}")
    return code


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.report", description="Write a report with plots.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="the benchmarks to run; default: all except `frozen`")
    parser.add_argument("--from", dest="source", type=Path, metavar="FILE", help="use these figures")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where to write; default: %(default)s")
    parser.add_argument("--quick", action="store_true", help="measure with little data")
    return parser.parse_args(arguments)


def write(record: dict[str, Any], folder: Path) -> None:
    """Write the report and its plots into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    figures = [(one["benchmark"], Figure.of_record(one)) for one in record["figures"]]
    plots = dict(_plots([figure for _, figure in figures]))
    for name, drawing in plots.items():
        (folder / name).write_text(drawing, encoding="utf-8")
    text = "\n".join(_lines(record, figures, list(plots)))
    (folder / "report.md").write_text(text, encoding="utf-8")


def _lines(record: dict[str, Any], figures: Sequence[tuple[str, Figure]], plots: Sequence[str]) -> Iterator[str]:
    held = [(name, figure) for name, figure in figures if figure.goal_met is not None]
    met = sum(bool(figure.goal_met) for _, figure in held)
    yield "# Benchmarks\n"
    yield f"Measured on commit {record['commit']} at {record['time']} ({record['system']}, {record['processor']},"
    yield f"{record['cores']} cores, load {record['load']} before and {record['load_after']} after; Python"
    yield f"{record['python']}, SQLite {record['sqlite']}). Load makes each time longer, on both sides, so ratios"
    yield "are more reliable. The two sides of a row were measured in turn in the same run; each value is a median.\n"
    yield f"{met} of {len(held)} goals are met.\n"
    yield from (f"![{Path(name).stem}]({name})\n" for name in plots)
    yield "## Goals\n"
    yield from _table([figure for _, figure in held])
    for benchmark in dict.fromkeys(name for name, _ in figures):
        yield f"\n## {benchmark}\n"
        yield from _table([figure for name, figure in figures if name == benchmark])
    yield ""


def _table(figures: Sequence[Figure]) -> Iterator[str]:
    yield "| " + " | ".join(_HEAD) + " |"
    yield "|---|--:|---|--:|---|---|"
    for figure in figures:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells(figure)) + " |"


def _plots(figures: Sequence[Figure]) -> Iterator[tuple[str, str]]:
    if speeds := list(dict.fromkeys(_speeds(figures))):
        yield "rows.svg", bars("Rows of ten columns, read through the socket", "rows/s", speeds)
    if waits := _curves(figures, "ms"):
        yield "latency.svg", curves("How long an answer takes", "percent of the requests", "ms", waits, log_y=True)
    if memory := _curves(figures, "MB"):
        yield "memory.svg", curves("Memory while ten million rows are read", "seconds", "MB (RSS)", memory)
    if rates := _curves(figures, "requests/s"):
        yield "clients.svg", curves("Mixed work of more and more clients", "clients", "requests/s", rates)


def _speeds(figures: Sequence[Figure]) -> Iterator[Bar]:
    """Our speed and the other side's, for each question."""
    for figure in figures:
        if figure.unit == "rows/s" and figure.other is not None:
            engine = figure.question.partition(",")[0]
            yield f"{_ROW_COUNT.sub('', figure.question)}: LiteBase", figure.ours, True
            yield f"{engine}: {figure.other_name}", figure.other, False


def _curves(figures: Sequence[Figure], unit: str) -> dict[str, Curve]:
    return {
        figure.question.removesuffix(", p99"): figure.curve
        for figure in figures
        if figure.unit == unit and figure.curve
    }


if __name__ == "__main__":
    sys.exit(main())
