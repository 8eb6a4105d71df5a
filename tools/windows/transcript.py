"""Prints a session over a Windows pipe, frame by frame: `python -m tools.windows transcript` runs this inside Wine.

Requests begin with `>` and answers with `<`, followed by the length of the frame in bytes, its type, and its data as
JSON. The first frame of each side is also printed in hexadecimal.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import IO, Any

import msgpack

from litebase.wire.frame import prefix

PIPE = "litebase-transcript"
_HELLO = {"protocol": {"major": 0, "minor": 1}, "client": {"name": "transcript", "version": "1"}}
_SELECT = "SELECT ? AS answer, upper(?) AS word, x'00ff' AS bytes"


def main() -> None:
    """Print the session. The arguments are the command line of a build; without them the backend runs from source."""
    command = sys.argv[1:] or [sys.executable, "-m", "litebase.cli"]
    program = "the build" if sys.argv[1:] else "from source"
    options = ["-pipe", PIPE, "--lifeline", "stdin", "--log-level", "error"]
    with subprocess.Popen([*command, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        print(f"$ litebase-backend {' '.join(options)}    ({program})")
        ready = process.stdout.readline()
        print(ready.decode().rstrip())
        with open(json.loads(ready)["endpoint"]["path"], "r+b", buffering=0) as pipe:  # noqa: PTH123  # not a file
            for line in session(pipe, pipe):
                print(line)
        process.stdin.close()
        print(f"stdin is closed; exit code {process.wait(30)}")


def session(to: IO[bytes], back: IO[bytes]) -> Iterator[str]:
    """Say hello, check the health, connect to SQLite, query, make a mistake, disconnect; the lines to print."""
    yield from exchange(to, back, "hello", _HELLO, in_hexadecimal=True)
    yield from exchange(to, back, "health_check", {})
    opened: list[str] = []
    yield from exchange(to, back, "db_connect", {"engine": "sqlite", "mode": "memory"}, connection=opened)
    connection = {"connection_id": opened[0]}
    yield from exchange(to, back, "query", {**connection, "sql": _SELECT, "params": [2**53 + 1, "größe"]})
    yield from exchange(to, back, "query", {**connection, "sql": "SELEKT 1"})
    yield from exchange(to, back, "db_disconnect", connection)


def exchange(
    to: IO[bytes],
    back: IO[bytes],
    message_type: str,
    data: Mapping[str, Any],
    *,
    connection: list[str] | None = None,
    in_hexadecimal: bool = False,
) -> Iterator[str]:
    """Send one request and read its answer; the id of a connection that it opens is appended to `connection`."""
    message = {"id": message_type, "type": message_type, "timestamp": datetime.now(UTC), "data": data}
    payload: bytes = msgpack.packb(message, datetime=True)
    to.write(prefix(len(payload)) + payload)
    to.flush()
    yield from _lines(">", payload, in_hexadecimal=in_hexadecimal)
    payload = _exactly(back, int.from_bytes(_exactly(back, 4), "big"))
    yield from _lines("<", payload, in_hexadecimal=in_hexadecimal)
    if connection is not None:
        connection.append(msgpack.unpackb(payload, timestamp=3)["data"]["connection_id"])


def _lines(direction: str, payload: bytes, *, in_hexadecimal: bool) -> Iterator[str]:
    message = msgpack.unpackb(payload, timestamp=3)
    data = json.dumps(message["data"], default=bytes.hex)
    yield f"{direction} {4 + len(payload):4} bytes  {message['type']} {data}"
    if in_hexadecimal:
        whole = (prefix(len(payload)) + payload).hex()
        yield from (f"       {whole[at : at + 100]}" for at in range(0, len(whole), 100))


def _exactly(source: IO[bytes], count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = source.read(count - len(data))
        if not part:
            raise EOFError("the backend closed inside a frame")
        data += part
    return data


if __name__ == "__main__":
    main()
