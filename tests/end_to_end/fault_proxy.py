"""A link that misbehaves as it is told to, between a client and the backend, or between the backend and a server.

It runs in a thread with an event loop of its own, so tests with and without one can use it. Bytes are never changed:
a link is slow, choppy, frozen, half closed or reset, as links are.
"""

import asyncio
import contextlib
import random
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Direction = Literal["up", "down"]  # up: from whoever connected
Target = tuple[str, int] | Path
_READ_BYTES = 65536
_HELD_BYTES = 256 * 1024  # what a link holds that is not frozen; then its sender waits, as behind a full window
_END_S = 5.0


@dataclass
class Weather:
    """How links behave, from the next byte on. Change it at any time."""

    latency_s: float = 0.0  # one way
    slice_bytes: int = _READ_BYTES  # never more in one write
    bytes_per_s: float = 0.0  # 0: as fast as it goes
    reset_chance: float = 0.0  # for each slice
    frozen: bool = False  # takes everything, as a kernel that still acknowledges does, and passes nothing on


class _Pipe:
    """One direction of a link: reads at once, passes on when its time has come."""

    def __init__(self, link: "_Link", reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._link, self._reader, self._writer = link, reader, writer
        self._held: deque[tuple[float, bytes]] = deque()
        self._held_bytes = 0
        self._ended = False
        self._changed = asyncio.Event()
        self.cut = False  # half closed by the test: the rest is not passed on

    @property
    def weather(self) -> Weather:
        return self._link.proxy.weather

    async def take_in(self) -> None:
        while data := await self._reader.read(_READ_BYTES):
            self._held.append((time.monotonic() + self.weather.latency_s, data))
            self._held_bytes += len(data)
            self._changed.set()
            while self._held_bytes > _HELD_BYTES and not self.weather.frozen and not self._link.over:
                await asyncio.sleep(0.001)
        self._ended = True
        self._changed.set()

    async def pass_on(self) -> None:
        while not (self.cut or self._link.over):
            if self._held and not self.weather.frozen:
                await self._pass(*self._held.popleft())
            elif self._ended and not self._held:
                break
            elif self.weather.frozen:
                await asyncio.sleep(0.002)
            else:
                self._changed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), 0.05)
        with contextlib.suppress(OSError):
            self._writer.write_eof()

    async def _pass(self, due: float, data: bytes) -> None:
        while data:
            weather = self.weather
            if weather.frozen:
                self._held.appendleft((due, data))
                return
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            part, data = data[: weather.slice_bytes], data[weather.slice_bytes :]
            if weather.reset_chance and self._link.proxy.chance.random() < weather.reset_chance:
                self._link.reset()
                return
            self._writer.write(part)
            await self._writer.drain()
            self._held_bytes -= len(part)
            self._link.proxy.passed += len(part)
            if weather.bytes_per_s:
                await asyncio.sleep(len(part) / weather.bytes_per_s)


class _Link:
    """One connection through the proxy."""

    def __init__(self, proxy: "FaultProxy", near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self.proxy = proxy
        self.near, self.far = near, far
        self.pipes: dict[Direction, _Pipe] = {}
        self.over = False

    async def run(self, near: asyncio.StreamReader, far: asyncio.StreamReader) -> None:
        self.pipes = {"up": _Pipe(self, near, self.far), "down": _Pipe(self, far, self.near)}
        steps = [step for pipe in self.pipes.values() for step in (pipe.take_in, pipe.pass_on)]
        await asyncio.gather(*(self._guarded(step()) for step in steps))

    async def _guarded(self, step: Coroutine[Any, Any, None]) -> None:
        try:
            await step
        except OSError:  # one side is gone, so the other side is told
            self.reset()

    def reset(self) -> None:
        """Both ends see a link that breaks. Over TCP it is a reset; a Unix socket knows only the end."""
        self.over = True
        for writer in (self.near, self.far):
            stream = writer.get_extra_info("socket")
            if stream.family in (socket.AF_INET, socket.AF_INET6):
                with contextlib.suppress(OSError):
                    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()


class FaultProxy:
    """Listens, connects each client on to `target`, and lets `weather` happen to the bytes."""

    def __init__(self, target: Target, at: Path | None, seed: int) -> None:
        self.weather = Weather()
        self.chance = random.Random(seed)
        self.passed = 0  # bytes, both ways
        self.accepted = 0
        self._target, self._at = target, at
        self._links: set[_Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault proxy", daemon=True)
        self._thread.start()
        self._server = self._call(self._listen())

    @property
    def port(self) -> int:
        """Where it listens, when that is a TCP port of 127.0.0.1."""
        found: int = self._server.sockets[0].getsockname()[1]
        return found

    @property
    def links(self) -> int:
        """How many connections go through it at this moment."""
        return len(self._links)

    def reset(self) -> None:
        """Break every link that is open now. New ones may come."""
        self._call(self._each(_Link.reset))

    def half_close(self, direction: Direction) -> None:
        """End one direction of every link that is open now; what is under way there is lost."""

        def cut(link: _Link) -> None:
            link.pipes[direction].cut = True

        self._call(self._each(cut))

    def close(self) -> None:
        """Break everything and stop listening."""
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_END_S)
        self._loop.close()

    def _call(self, what: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(_END_S)

    async def _each(self, act: Callable[[_Link], None]) -> None:
        for link in list(self._links):
            act(link)

    async def _listen(self) -> asyncio.Server:
        if self._at is None:
            return await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return await asyncio.start_unix_server(self._accept, self._at)

    async def _accept(self, near: asyncio.StreamReader, near_writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "the server runs each connection in a task"
        self._tasks.add(task)
        self.accepted += 1
        try:
            far, far_writer = await self._dial()
        except OSError:
            near_writer.transport.abort()
            return
        else:
            link = _Link(self, near_writer, far_writer)
            self._links.add(link)
            await link.run(near, far)
            self._links.discard(link)
            for writer in (near_writer, far_writer):
                writer.close()
        finally:
            self._tasks.discard(task)

    async def _dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._target, Path):
            return await asyncio.open_unix_connection(self._target)
        return await asyncio.open_connection(*self._target)

    async def _end(self) -> None:
        self._server.close()
        await self._each(_Link.reset)
        await asyncio.gather(*self._tasks, return_exceptions=True)


@contextlib.contextmanager
def fault_proxy(target: Target, at: Path | None = None, seed: int = 1) -> Iterator[FaultProxy]:
    """A proxy for the length of the block: on a free TCP port, or on the Unix socket `at`."""
    proxy = FaultProxy(target, at, seed)
    try:
        yield proxy
    finally:
        proxy.close()
