"""What was reported of PostgreSQL: text that was read by other rules than the server's."""

import pytest
from litebase_schema.db_session import OpenDbSessionRequest

from tests.field.conftest import Field

pytestmark = pytest.mark.anyio


async def test_text_is_read_by_the_session_s_own_rule_of_backslashes(postgresql: Field) -> None:
    """Kind: a script was split as if strings were standard although a backslash escaped: it ran what a string holds."""
    opened = await postgresql.client.open_db_session(OpenDbSessionRequest(connection_id=postgresql.connection_id))
    own = {"db_session_id": opened.db_session_id}
    await postgresql.query("create table victim (a text)")
    for setting in ("standard_conforming_strings", "escape_string_warning"):
        await postgresql.query(f"set {setting} = off", **own)
    answer = await postgresql.script(r"insert into victim values('it\'; drop table victim; --')", **own)
    assert [outcome.error for outcome in answer.statements] == [None]
    assert await postgresql.rows("select a from victim") == [["it'; drop table victim; --"]]
    assert await postgresql.rows(r"select 'a\'; select 1; --'", **own) == [["a'; select 1; --"]]
