"""The other way to build such a backend: a Node.js process with the usual drivers, which streams a table.

Its packages and its Node.js are installed below `.cache` from a lock file; nothing else here needs them.
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgpack

from tools import typescript
from tools.bench import processes
from tools.bench.raw_client import RawClient

_SOURCE = Path(__file__).parent / "node"
_INSTALLED = Path(__file__).parents[2] / ".cache" / "bench" / "peers"
_HEADER_BYTES = 8


def installed() -> Path:
    """Install the packages and return their folder. Raises `typescript.ToolsMissing` if that is not possible."""
    _INSTALLED.mkdir(parents=True, exist_ok=True)
    for file in _SOURCE.iterdir():
        if file.is_file():
            shutil.copy(file, _INSTALLED)
    typescript.install_packages(_INSTALLED)
    return _INSTALLED


def is_installed() -> bool:
    """Whether the packages are installed already."""
    return (_INSTALLED / "node_modules").is_dir()


def node(folder: Path) -> str:
    """The Node.js of the lock file, which is newer than what systems have; else the system's own."""
    found = sorted(folder.glob("node_modules/node-*/bin/node"))
    return str(found[0]) if found else typescript.node()


@contextmanager
def peer(target: Mapping[str, Any], sql: str) -> Iterator[RawClient]:
    """A client of a peer that runs, connected to its database, during the block."""
    folder = installed()
    with tempfile.TemporaryDirectory(prefix="litebase-bench-") as place:
        socket = Path(place, "socket")
        with processes.child([node(folder), str(folder / "stream.mjs"), str(socket)]) as process:
            processes.say(process, {"target": dict(target), "sql": sql})
            processes.first_line(process)
            with RawClient(socket) as client:
                yield client


def frames(client: RawClient) -> Iterator[memoryview]:
    """Let the peer read the table once: its packed batches, each overwritten by the next."""
    client.send(b"\n")
    while len(payload := client.receive()):
        yield payload


def read_all(client: RawClient) -> int:
    """Let the peer read the table once, and return how many rows came."""
    return sum(map(_count, frames(client)))


def _count(payload: memoryview) -> int:
    unpacker = msgpack.Unpacker()
    unpacker.feed(payload[:_HEADER_BYTES])
    count: int = unpacker.read_array_header()
    return count
