"""Conversations of real database servers: recorded by a proxy in between, and had again by a server that lies once."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from tests.hostile.mutation import Lie, lie
from tests.hostile.packets import FRAMINGS
from tests.hostile.scram import ScramServer
from tools.services import PASSWORD, Service

_QUIET_S = 0.03  # a client that says nothing for so long after a lie waits for more, which never comes
_ENDLESS_S = 1.0
_ENDLESS_BYTES = 64 * 1024 * 1024
_CANCEL_REQUEST = (80877102).to_bytes(4, "big")
_SASL_CONTINUE, _SASL_FINAL = b"R" + (11).to_bytes(4, "big"), b"R" + (12).to_bytes(4, "big")


@dataclass
class Recording:
    """What a server said, cut where the client had to speak. The first turn of a server that waits is empty."""

    engine: str
    turns: list[bytes] = field(default_factory=lambda: [b""])


@contextlib.asynccontextmanager
async def recorder(service: Service) -> AsyncIterator[tuple[int, Recording]]:
    """A port that leads to the service; the first link over it is recorded."""
    recording = Recording(service.engine)
    links: list[asyncio.Task[None]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        far_reader, far_writer = await asyncio.open_connection(service.host, service.port)
        links.append(task)
        kept = recording if len(links) == 1 else Recording(service.engine)
        try:
            await asyncio.gather(_pass_up(reader, far_writer, kept), _pass_down(far_reader, writer, kept))
        except OSError:
            pass  # whoever ends a link in the midst of rows resets it
        finally:
            far_writer.close()
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], recording
    await asyncio.gather(*links, return_exceptions=True)


async def _pass_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, recording: Recording) -> None:
    framing, heard = FRAMINGS[recording.engine], bytearray()
    while data := await reader.read(65536):
        heard += data
        while framing.take_asking(heard, len(recording.turns) == 1) is not None:
            recording.turns.append(b"")
        writer.write(data)
    writer.close()


async def _pass_down(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, recording: Recording) -> None:
    while data := await reader.read(65536):
        recording.turns[-1] += data
        writer.write(data)


@dataclass
class LyingServer:
    """Has a recorded conversation with one client, and in one turn, which the seed decides, it lies."""

    recording: Recording
    seed: int | None  # None: it never lies
    told: set[int] = field(default_factory=set)  # the turns that were reached

    def __post_init__(self) -> None:
        self._chance = random.Random(f"{self.recording.engine} {self.seed}")
        spoken = [at for at, turn in enumerate(self.recording.turns) if turn]
        self._at = -1 if self.seed is None else self._chance.choice(spoken)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One link of the client, to its end."""
        try:
            await self._talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        framing, heard = FRAMINGS[self.recording.engine], bytearray()
        scram = ScramServer(PASSWORD)
        patience_s: float | None = None
        for at, recorded in enumerate(self.recording.turns):
            asked = b""
            if at:
                asked = await _asked(reader, heard, self.recording.engine, is_first=at == 1, patience_s=patience_s)
                if not asked or asked[4:8] == _CANCEL_REQUEST:
                    return
            turn = framing.join(_answered(framing.split(recorded), asked, scram), recorded) if recorded else b""
            self.told.add(at)
            if at != self._at:
                writer.write(turn)
                continue
            told = lie(turn, [one for one in self.recording.turns if one], framing, self._chance)
            await _tell(writer, told)
            patience_s = 5.0 if told.stays else _QUIET_S


def _answered(packets: Sequence[bytes], asked: bytes, scram: ScramServer) -> list[bytes]:
    """The packets, with a proof for this client in the place of the one for the client of the recording."""
    return [
        scram.go_on(asked) if packet.startswith(_SASL_CONTINUE)
        else scram.end(asked) if packet.startswith(_SASL_FINAL)
        else packet
        for packet in packets
    ]  # fmt: skip


async def _asked(
    reader: asyncio.StreamReader, heard: bytearray, engine: str, *, is_first: bool, patience_s: float | None
) -> bytes:
    """The next packet of the client that wants an answer; empty when it has gone or is silent for too long."""
    while (packet := FRAMINGS[engine].take_asking(heard, is_first)) is None:
        try:
            async with asyncio.timeout(patience_s):
                data = await reader.read(65536)
        except TimeoutError:
            return b""
        if not data:
            return b""
        heard += data
    return packet


async def _tell(writer: asyncio.StreamWriter, told: Lie) -> None:
    writer.write(told.data)
    await writer.drain()
    sent = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_ENDLESS_S):
            while told.again and sent < _ENDLESS_BYTES:
                writer.write(told.again)
                sent += len(told.again)
                await writer.drain()
