"""Long cells make a row large, and whoever works on many rows lets others have their turn."""

import asyncio
import socket

from litebase.drivers.slices import Turn, content_bytes


def test_every_cell_counts_and_text_and_bytes_by_their_length() -> None:
    assert content_bytes(()) == 0
    assert content_bytes((1, None, 2.5, True)) == 32
    assert content_bytes(("x" * 100, b"y" * 1000)) == 1116


async def test_what_came_meanwhile_is_answered_within_one_turn() -> None:
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    with theirs:
        reader, writer = await asyncio.open_connection(sock=ours)

        async def answer() -> None:
            while data := await reader.read(100):
                writer.write(data.upper())

        answering = asyncio.ensure_future(answer())
        await asyncio.sleep(0)
        turn = Turn()
        for asked in (b"first", b"second"):
            theirs.send(asked)
            await turn.pass_on()
            assert theirs.recv(100) == asked.upper()
            assert not turn.is_over
        answering.cancel()
        writer.close()
