"""What is reported after a statement: its warnings, and what became of its transaction."""

import pytest
from litebase_schema.connection import MysqlTarget

from litebase.drivers.interface import DatabaseSession, Statement
from litebase.drivers.interruption import Interrupted
from litebase.drivers.mysql import errors
from litebase.drivers.mysql.link.connector import Connector
from litebase.drivers.mysql.link.conversation import Conversation
from litebase.drivers.mysql.link.handshake import Progress
from litebase.drivers.mysql.link.packets import ServerError
from litebase.errors import QueryFailed
from tests.drivers.conformance import all_rows, run
from tests.drivers.mysql.conftest import LIMITS, MakeTarget, make_anew, opened
from tests.drivers.mysql.fake_server import Talk, fake_server

pytestmark = pytest.mark.anyio


@pytest.mark.fault("Q17")
async def test_warnings_become_notices_and_are_bounded(session: DatabaseSession) -> None:
    cursor = await session.execute(Statement("SELECT CAST('secret word' AS INT)", first_rows=10))
    assert await all_rows(cursor) == [(0,)]
    (notice,) = cursor.notices
    assert (notice.severity, notice.code) == ("Warning", "1292")
    await run(session, "SET max_error_count = 65535")
    cursor = await session.execute(Statement("SELECT CAST(CONCAT(seq, 'x') AS INT) FROM seq_1_to_20000", first_rows=10))
    assert len(await all_rows(cursor)) == 20_000
    assert len(cursor.notices) == 1001
    assert "further" in cursor.notices[-1].message
    quiet = await session.execute(Statement("SELECT 1", first_rows=10))
    assert quiet.notices == ()


async def test_review14_long_texts_of_the_server_are_cut() -> None:
    async def verbose(talk: Talk) -> None:
        await talk.prepare()
        await talk.hear()
        talk.send(b"\xff\x16\x04#42000" + b"w" * 1_000_000)
        await talk.hear()
        talk.no_warnings()
        await talk.hear()
        talk.send(b"\0\0\0\2\0\x64\0")  # a hundred warnings
        await talk.hear()
        talk.columns(3)
        for _ in range(100):
            talk.send(b"\7Warning" + b"\0041292" + b"\xfc" + (20_000).to_bytes(2, "little") + b"n" * 20_000)
        talk.end()
        await talk.hear()  # what makes ROW_COUNT() 0 again
        talk.ok()

    async with fake_server(verbose) as (port, _), opened(MysqlTarget(engine="mysql", port=port, user="u")) as session:
        with pytest.raises(QueryFailed) as failed:
            await session.execute(Statement("DO 1"))
        assert failed.value.message == "w" * 8192 + "…"
        cursor = await session.execute(Statement("DO 1"))
        assert cursor.notices[0].message == "n" * 8192 + "…"
        assert 20 < len(cursor.notices) < 40
        assert sum(len(one.message) for one in cursor.notices) < 256 * 1024 + 200
        assert "further" in cursor.notices[-1].message
    duplicate = f"Duplicate entry '{'s' * 20_000}' for key 'k'"
    error = errors.translated(ServerError(1062, "23000", duplicate), "DO 1")
    assert isinstance(error, QueryFailed)
    assert error.message == "Duplicate entry '…' for key 'k'"
    assert len((error.data().details or {})["detail"]) == 8193


async def test_an_error_that_ends_the_transaction_is_seen_in_the_status(target: MakeTarget) -> None:
    async with opened(target()) as session:
        await make_anew(session, "TABLE implicit (n INT)")
        await run(session, "BEGIN")
        await run(session, "INSERT INTO implicit VALUES (1)")
        with pytest.raises(QueryFailed):
            await run(session, "CREATE TABLE implicit (n INT)")  # commits, and then fails
        assert session.transaction_status == "idle"


@pytest.mark.parametrize(("code", "killed", "kind"), [
    (1317, True, Interrupted), (1317, False, QueryFailed),
    (1939, True, Interrupted), (1939, False, QueryFailed), (1064, True, QueryFailed),
])  # fmt: skip
async def test_only_a_kill_of_ours_is_a_stop(
    target: MakeTarget, code: int, killed: bool, kind: type[Exception]
) -> None:
    """A KILL that meets the discovery of a table is reported as 1939."""
    connector = await Connector.of(target())
    link = await connector.open(Progress())
    conversation = Conversation(link, connector, LIMITS)
    conversation.cancellation.kill_sent = killed
    error = await conversation.after_error(ServerError(code, "HY000", "Engine SEQUENCE failed to discover table"))
    assert type(error) is kind
    link.quit()
    await link.stream.wait_closed()
