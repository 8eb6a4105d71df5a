"""What was reported of PostgreSQL's look-ups in the catalog: origins that were old, and failures that hit the user."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest
from litebase_schema.connection import DbDisconnectRequest
from litebase_schema.db_session import OpenDbSessionRequest
from litebase_schema.query import QueryResponse

from litebase.client import RequestFailed
from litebase.client.table import received
from tests.conftest import target_of
from tests.field.conftest import Field
from tools.services import Service

pytestmark = pytest.mark.anyio

SWAP = "alter table swapped rename a to c; alter table swapped rename b to a; alter table swapped rename c to b"


async def session_of(field: Field) -> dict[str, str]:
    """A database session of its own."""
    opened = await field.client.open_db_session(OpenDbSessionRequest(connection_id=field.connection_id))
    return {"db_session_id": opened.db_session_id}


def origins(answer: QueryResponse) -> Sequence[tuple[str, str | None]]:
    """Each column's name, and the name of the column that it is said to come from."""
    return [(column.name, column.origin.column_name if column.origin else None) for column in answer.columns]


@pytest.mark.parametrize("sql", ["select a, b from swapped", "update swapped set a = a returning a, b"])
@pytest.mark.parametrize("begin", [None, "begin", "begin isolation level serializable"])
async def test_an_origin_is_right_after_another_session_s_alter(postgresql: Field, sql: str, begin: str | None) -> None:
    """Kind: origins were remembered for a minute; an edit built from an old one changes the wrong column."""
    await postgresql.script("create table swapped (a int primary key, b int); insert into swapped values (1, 2)")
    own = await session_of(postgresql)
    if begin is not None:
        await postgresql.query(begin, **own)
    assert origins(await postgresql.query(sql, **own)) == [("a", "a"), ("b", "b")]
    if begin is not None:
        await postgresql.query("rollback", **own)
        await postgresql.query(begin, **own)
    await postgresql.script(SWAP)
    answer = await postgresql.query(sql, **own)
    assert (origins(answer), answer.rows) == ([("a", "a"), ("b", "b")], [[2, 1]])
    keys = [column.origin and column.origin.key_part for column in answer.columns]
    assert keys == [False, True]


async def test_an_origin_is_absent_where_the_transaction_sees_an_old_catalog(postgresql: Field) -> None:
    """Kind: as above; such a transaction reads the catalog as it was, but its statements by the present one."""
    await postgresql.script("create table swapped (a int primary key, b int); insert into swapped values (1, 2)")
    own = await session_of(postgresql)
    await postgresql.query("begin isolation level repeatable read", **own)
    await postgresql.query("select 1", **own)
    await postgresql.script(SWAP)
    answer = await postgresql.query("select a, b from swapped", **own)
    assert (origins(answer), answer.rows) == ([("a", None), ("b", None)], [[2, 1]])
    await postgresql.query("rollback", **own)
    answer = await postgresql.query("select a, b from swapped", **own)
    assert origins(answer) == [("a", "a"), ("b", "b")]


async def test_the_definitions_cannot_change_between_the_look_up_and_the_statement(postgresql: Field) -> None:
    """Kind: as above; the table is locked from before the look-up on, so the other session waits."""
    await postgresql.script("create table swapped (a int primary key, b int); insert into swapped values (1, 2)")
    own = await session_of(postgresql)
    answer = await postgresql.query(
        "select a, b, (select mode from pg_locks where relation = 'swapped'::regclass limit 1) from swapped", **own
    )
    assert answer.rows == [[1, 2, "AccessShareLock"]]
    assert origins(answer)[:2] == [("a", "a"), ("b", "b")]


async def test_a_prepared_statement_has_no_origins(postgresql: Field) -> None:
    """Kind: as above; what EXECUTE reads is locked only when it runs, so nothing certain can be said before."""
    await postgresql.script("create table swapped (a int primary key, b int); insert into swapped values (1, 2)")
    own = await session_of(postgresql)
    await postgresql.query("prepare reads as select a, b from swapped", **own)
    answer = await postgresql.query("execute reads", **own)
    assert (origins(answer), answer.rows) == ([("a", None), ("b", None)], [[1, 2]])


async def test_remarks_of_the_parser_come_once(postgresql: Field) -> None:
    """Kind: what the server remarks while it parses a statement came twice when the statement was new."""
    own = await session_of(postgresql)
    await postgresql.query("set standard_conforming_strings = off", **own)
    await postgresql.query("create table seen (a text)", **own)
    for sql in (r"select 'a\\b'", r"select a from seen where a = 'a\\b'"):
        for _ in range(2):
            (notice,) = (await postgresql.query(sql, **own)).notices
            assert notice.code == "22P06"


BARRED = """create type mood as enum ('calm');
create table told (id int primary key, m mood);
insert into told values (1, 'calm');
create role barred login password 'litebase-test';
grant all on told to barred"""
BAR = "revoke select on pg_catalog.pg_attribute, pg_catalog.pg_type, pg_catalog.pg_class from public"


@pytest.fixture
async def connect_barred(
    postgresql: Field, postgresql_service: Service
) -> AsyncIterator[Callable[..., Awaitable[Field]]]:
    """Opens a connection of a user whom `BAR` keeps from the catalog."""
    await postgresql.script(BARRED)
    ((database,),) = await postgresql.rows("select current_database()")
    opened: list[Field] = []

    async def connect_one(**options: object) -> Field:
        target = target_of(postgresql_service, database=database, user="barred", **options)
        opened.append(Field(postgresql.client, (await postgresql.client.db_connect(target)).connection_id))
        return opened[-1]

    yield connect_one
    for field in opened:
        await field.client.db_disconnect(DbDisconnectRequest(connection_id=field.connection_id))
    await postgresql.script("drop owned by barred; drop role barred")


def told(answer: QueryResponse) -> Sequence[tuple[str, str, bool]]:
    """Each column's name and kind, and whether it has an origin."""
    return [(column.name, column.kind, column.origin is not None) for column in answer.columns]


@pytest.mark.parametrize("sql", ["select id, m from told", "update told set m = m where id = 1 returning id, m"])
async def test_a_server_without_the_catalog_answers_all_the_same(
    postgresql: Field, connect_barred: Callable[..., Awaitable[Field]], sql: str
) -> None:
    """Kind: a look-up of ours that failed was the user's error, and made the user's transaction fail."""
    await postgresql.query(BAR)
    field = await connect_barred()
    own = await session_of(field)
    for statement in ("begin", sql, "commit"):
        answer = await field.query(statement, **own)
        if statement == sql:
            assert told(answer) == [("id", "integer", False), ("m", "other", False)]
            assert answer.rows == [[1, "calm"]]
            assert answer.transaction_status == "in_transaction"
    assert told(await field.query(sql)) == [("id", "integer", False), ("m", "other", False)]


@pytest.mark.parametrize("begin", [None, "begin"])
@pytest.mark.parametrize("sql", ["select id, m from told", "update told set m = m where id = 1 returning id, m"])
async def test_a_look_up_that_begins_to_fail_does_no_harm(
    postgresql: Field, connect_barred: Callable[..., Awaitable[Field]], sql: str, begin: str | None
) -> None:
    """Kind: as above, when the catalog could be read before."""
    field = await connect_barred()
    own = await session_of(field)
    assert told(await field.query(sql, **own)) == [("id", "integer", True), ("m", "enum", True)]
    await postgresql.query(BAR)
    if begin is not None:
        await field.query(begin, **own)
        await field.query("insert into told values (2, null)", **own)
    answer = await field.query(f"{sql} /* anew */", **own)
    assert [(name, origin) for name, _, origin in told(answer)] == [("id", False), ("m", False)]
    assert [1, "calm"] in list(received(answer.rows))
    if begin is not None:
        assert answer.transaction_status == "in_transaction"
        assert (await field.query("commit", **own)).notices == []
        assert await field.rows("select count(*) from told") == [[2]], "what was done before is kept"


async def test_a_type_that_cannot_be_looked_up_after_a_statement_spoils_no_transaction(
    postgresql: Field, connect_barred: Callable[..., Awaitable[Field]]
) -> None:
    """Kind: as above, for what is asked after a statement that was not expected to return rows."""
    await postgresql.query("create procedure gives(inout m mood) language plpgsql as 'begin end'")
    field = await connect_barred()
    own = await session_of(field)
    await postgresql.query(BAR)
    await field.query("begin", **own)
    answer = await field.query("call gives('calm')", **own)
    assert (told(answer), answer.rows) == ([("m", "other", False)], [["calm"]])
    assert answer.transaction_status == "in_transaction"


async def test_a_look_up_that_fails_does_no_harm_on_a_read_only_connection(
    postgresql: Field, connect_barred: Callable[..., Awaitable[Field]]
) -> None:
    """Kind: as above, inside the transaction that a read-only connection puts around each statement."""
    field = await connect_barred(read_only=True)
    assert told(await field.query("select id, m from told")) == [("id", "integer", True), ("m", "enum", True)]
    await postgresql.query(BAR)
    for sql in ("select id, m from told", "select id, m from told /* anew */"):
        answer = await field.query(sql)
        assert [(name, origin) for name, _, origin in told(answer)] == [("id", False), ("m", False)]
        assert (answer.rows, answer.transaction_status) == ([[1, "calm"]], "idle")
    with pytest.raises(RequestFailed) as failed:
        await field.query("update told set m = null returning id, m")
    assert failed.value.code == "read_only"
