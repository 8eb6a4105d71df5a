"""The TypeScript client in Node.js: its size, how fast it decodes and reads, and how soon it has the first window."""

import gzip
import json
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

import anyio

from tools import typescript
from tools.bench import databases, processes
from tools.bench.benchmarks.sqlite_rows import read_and_decode
from tools.bench.databases import ALL_ROWS
from tools.bench.figure import Figure
from tools.bench.raw_client import RawClient, head, packed
from tools.bench.reading import SCREEN_ROWS, expect_rows
from tools.bench.sizes import Sizes
from tools.bench.timing import seconds

_PROGRAM = Path(__file__).parents[1] / "programs" / "typescript_client.ts"
_CLIENT = "export {connect, isLiteBaseError} from '@litebase/client'"
_LIBRARY = "export {encode, decode} from '@msgpack/msgpack'"
_STEP_S = 120.0
_DECODED_ROWS = 1000


def measure(sizes: Sizes) -> list[Figure]:
    """Four figures, each compared with a library or another client."""
    typescript.build()
    with tempfile.TemporaryDirectory(prefix="litebase-bench-") as name, processes.backend() as backend:
        folder = Path(name)
        program = bundled(folder)
        table = databases.wide(sizes.folder, sizes.rows)
        return [
            _size(folder),
            _decoding(program, _window(backend.socket, table, folder / "window"), sizes),
            _reading(program, backend, table, sizes),
            _first_window(program, backend.socket, databases.narrow(sizes.folder, sizes.many_rows), sizes),
        ]


def _esbuild(text: str, target: Path, *options: str) -> None:
    """Bundle a program that imports packages of the workspace."""
    command = [typescript.tool("esbuild"), "--bundle", "--format=esm", "--loader=ts", f"--outfile={target}"]
    subprocess.run(
        [*command, "--log-level=error", *options],
        input=text.encode(),
        cwd=typescript.ROOT,
        timeout=_STEP_S,
        check=True,
    )


def _size(folder: Path) -> Figure:
    sizes = []
    for name, text in (("client", _CLIENT), ("library", _LIBRARY)):
        bundle = folder / f"{name}.mjs"
        _esbuild(text, bundle, "--minify", "--platform=browser")
        sizes.append(len(gzip.compress(bundle.read_bytes(), 9)) / 1000)
    ours, library = sizes
    return Figure(
        "TypeScript client with its codec, minified and gzipped", "kB", ours, library, "@msgpack/msgpack alone"
    )


def _window(socket: Path, table: Path, file: Path) -> Path:
    """Write a real answer of 1000 rows of ten columns, as the backend sent it, to a file."""
    with RawClient(socket) as client:
        request = {"connection_id": client.connect_sqlite(table), "sql": ALL_ROWS, "window_rows": _DECODED_ROWS}
        client.send(packed("w", "query", request))
        file.write_bytes(client.receive())
    return file


def bundled(folder: Path) -> Path:
    """The program of these benchmarks, ready for Node.js."""
    program = folder / "program.mjs"
    _esbuild(_PROGRAM.read_text(encoding="utf-8"), program, "--platform=node")
    return program


def node(program: Path, *arguments: object) -> dict[str, list[float]]:
    """Run it; the milliseconds that it measured."""
    command = [typescript.node(), str(program), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, timeout=_STEP_S, check=True)
    found: dict[str, list[float]] = json.loads(done.stdout)
    return found


def _decoding(program: Path, window: Path, sizes: Sizes) -> Figure:
    times = node(program, "decode", window, sizes.blocks)
    question = f"Node.js decodes a window of {_DECODED_ROWS} rows x 10 columns"
    return Figure(question, "ms", median(times["ours"]), median(times["theirs"]), "@msgpack/msgpack, made exact")


def _reading(program: Path, backend: processes.Backend, table: Path, sizes: Sizes) -> Figure:
    """Rows per second through `windows()`, and through the Python client, in turn."""
    ours, theirs = [], []
    for _ in range(sizes.repeats):
        found = node(program, "walk", backend.socket, table, ALL_ROWS)
        expect_rows(int(*found["rows"]), sizes.rows)
        ours.append(found["ours"][0] / 1000)
        theirs.append(seconds(lambda: anyio.run(read_and_decode, backend.endpoint, table)))
    question = f"TypeScript client, {sizes.rows:,} rows x 10 columns through windows()"
    return Figure(question, "rows/s", sizes.rows / median(ours), sizes.rows / median(theirs), "the Python client")


def _first_window(program: Path, socket: Path, table: Path, sizes: Sizes) -> Figure:
    count = sizes.blocks * sizes.repeats
    ours = node(program, "first", socket, table, ALL_ROWS, count)["ours"]
    question = f"Node.js sees the first {SCREEN_ROWS} rows of {sizes.many_rows:,}, p50"
    return Figure(
        question, "ms", median(ours), median(_undecoded(socket, table, count)), "a client that does not decode"
    )


def _undecoded(socket: Path, table: Path, count: int) -> list[float]:
    times = []
    with RawClient(socket) as client:
        request = {"connection_id": client.connect_sqlite(table), "sql": ALL_ROWS, "window_rows": SCREEN_ROWS}
        for _ in range(count):
            started = time.perf_counter()
            client.send(packed("f", "query", request))
            payload = client.receive()
            times.append(1000 * (time.perf_counter() - started))
            client.call("close_result", result_id=head(payload).data["result_id"])
    return times
