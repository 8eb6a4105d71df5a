"""How long splitting a script into statements takes."""

from functools import partial
from statistics import median

from litebase.sql.dialect import MYSQL, POSTGRESQL, SQLITE
from litebase.sql.scanner import split
from tools.bench.figure import Figure, Goal
from tools.bench.sizes import Sizes
from tools.bench.timing import seconds

ROW = "(123456, 'some text; with ''quotes''', NULL)"


def measure(sizes: Sizes) -> list[Figure]:
    """80,000 short statements and one INSERT of 10 MB, in a full run; the median of the repeats."""
    statements, rows = sizes.rows * 8 // 100, sizes.rows * 10 // len(ROW)
    scripts = {
        f"splitting {statements:,} short statements": f"INSERT INTO t VALUES {ROW};\n" * statements,
        f"splitting one INSERT of {sizes.rows / 100_000:g} MB": "INSERT INTO t VALUES " + ",\n".join([ROW] * rows),
    }
    figures = []
    for question, script in scripts.items():
        for dialect in (SQLITE, POSTGRESQL, MYSQL):
            times = [1000 * seconds(partial(split, script, dialect)) for _ in range(sizes.repeats)]
            figures.append(Figure(f"{question}, {dialect.name}", "ms", median(times), goal=Goal("ours", "below", 500)))
    return figures
