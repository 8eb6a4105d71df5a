"""Measures a backend on a Windows pipe: `python -m tools.windows bench` runs this inside Wine.

The round trip of a request is compared with that of as many bytes through a plain echo on asyncio's pipe server, with
the same client in the same run. The start is the time to the ready line. Both are measured from source, and with the
build if there is one.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgpack

from litebase.wire.frame import prefix

ROUNDS = 2000
STARTS = 5
_WARM = 100
_ECHO = """
import asyncio, sys
class Echo(asyncio.Protocol):
    def connection_made(self, transport): self.transport = transport
    def data_received(self, data): self.transport.write(data)
async def main():
    await asyncio.get_running_loop().start_serving_pipe(Echo, sys.argv[1])
    print("{}", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


def main() -> None:
    """Print the figures. The arguments are the command line of the build, if there is one."""
    sides = {"source": [sys.executable, "-m", "litebase.cli"], "build": sys.argv[1:]}
    if not sides["build"]:
        del sides["build"]
        print("There is no build in dist/ to measure; run make build-windows first.")
    with echoing() as path:
        _print("round trip, plain echo", round_trips(path, len(_health_check())))
    for name, command in sides.items():
        with backend(command) as ready:
            _print(f"health_check, {name}", round_trips(ready["endpoint"]["path"], None))
    for name, command in sides.items():
        starts, rss = zip(*(start(command) for _ in range(STARTS)), strict=True)
        print(
            f"start, {name:<17} median {statistics.median(starts) * 1000:7.1f} ms, {STARTS} times; "
            f"RSS {max(rss) / 1e6:.1f} MB after one health_check"
        )


def _print(name: str, times: Sequence[float]) -> None:
    points = statistics.quantiles(times, n=100)
    print(f"{name:<24} p50 {points[49] * 1000:7.3f} ms, p99 {points[98] * 1000:7.3f} ms, {len(times)} times")


@contextmanager
def echoing() -> Iterator[str]:
    """The path of a pipe that echoes everything."""
    path = f"\\\\.\\pipe\\litebase-echo-{time.monotonic_ns()}"
    with subprocess.Popen([sys.executable, "-c", _ECHO, path], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield path
        process.kill()


@contextmanager
def backend(command: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Run a backend during the block; its ready line."""
    whole = [*command, "--lifeline", "stdin"]
    with subprocess.Popen(whole, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield json.loads(process.stdout.readline())
        process.stdin.close()


def start(command: Sequence[str]) -> tuple[float, int]:
    """Seconds until the ready line, and the bytes in memory after it."""
    began = time.perf_counter()
    with backend(command) as ready:
        took = time.perf_counter() - began
        with open(ready["endpoint"]["path"], "r+b", buffering=0) as pipe:  # noqa: PTH123  # a pipe is not a file
            pipe.write(_health_check())
            answer = msgpack.unpackb(_read(pipe.read, None)[4:], timestamp=3)
        return took, answer["data"]["rss_bytes"]


def round_trips(path: str, size: int | None) -> list[float]:
    """Seconds of each request; an answer has `size` bytes, or else begins with its length."""
    times = []
    request = _health_check()
    with open(path, "r+b", buffering=0) as pipe:  # noqa: PTH123  # a pipe is not a file
        for _ in range(_WARM + ROUNDS):
            began = time.perf_counter()
            pipe.write(request)
            _read(pipe.read, size)
            times.append(time.perf_counter() - began)
    return times[_WARM:]


def _read(read: Callable[[int], bytes], size: int | None) -> bytes:
    data = b""
    while size is None or len(data) < size:
        data += read(65536)
        if size is None and len(data) >= 4:
            size = 4 + int.from_bytes(data[:4], "big")
    return data


def _health_check() -> bytes:
    message = {"id": "1", "type": "health_check", "timestamp": datetime.now(UTC), "data": {}}
    payload: bytes = msgpack.packb(message, datetime=True)
    return prefix(len(payload)) + payload


if __name__ == "__main__":
    main()
