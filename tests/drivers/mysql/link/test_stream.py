"""Packets of any size, in both directions, and the end of a stream."""

import pytest

from litebase.drivers.interface import Statement
from litebase.drivers.mysql.link.connector import Connector
from litebase.drivers.mysql.link.handshake import Progress
from litebase.drivers.mysql.link.replies import COM_PING
from litebase.drivers.mysql.link.stream import LinkLost
from litebase.errors import ConnectionLost
from tests.drivers.conformance import rows_of, run
from tests.drivers.mysql.conftest import MakeTarget, fake_target, opened
from tests.drivers.mysql.fake_server import Talk, fake_server

pytestmark = pytest.mark.anyio

_FULL = 0xFFFFFF  # bytes of a packet that another one continues


async def test_what_is_larger_than_a_packet_goes_in_parts_in_both_directions(target: MakeTarget) -> None:
    async with opened(target()) as session:
        await run(session, "SET GLOBAL max_allowed_packet = 67108864")
    try:
        async with opened(target()) as session:
            frame = len("\x03SELECT ''")  # what makes the command longer than the text
            for length in (_FULL - 1, _FULL, _FULL + 1):
                text = "x" * (length - frame)
                assert await rows_of(session, f"SELECT '{text}'") == [(text,)]
    finally:
        async with opened(target()) as session:
            await run(session, "SET GLOBAL max_allowed_packet = DEFAULT")


async def test_a_packet_out_of_order_ends_the_session() -> None:
    async def skip_a_number(talk: Talk) -> None:
        await talk.prepare()
        await talk.hear()
        talk.number += 1
        talk.ok()

    async with fake_server(skip_a_number) as (port, _), opened(fake_target(port)) as session:
        with pytest.raises(ConnectionLost, match="out of order"):
            await session.execute(Statement("SELECT 1", first_rows=1))
        assert not session.usable


async def test_nothing_is_sent_or_read_over_a_stream_that_was_dropped(target: MakeTarget) -> None:
    link = await (await Connector.of(target())).open(Progress())
    link.stream.drop()
    assert not link.stream.alive
    with pytest.raises(LinkLost, match="closed"):
        link.send(COM_PING)
    with pytest.raises(LinkLost, match="closed"):
        await link.stream.more()
    link.quit()
    await link.stream.wait_closed()
