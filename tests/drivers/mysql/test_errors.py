"""What the server refuses, as the client sees it."""

import pytest

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.mysql import errors
from litebase.drivers.mysql.link.packets import ServerError
from litebase.errors import QueryFailed
from tests.drivers.conformance import run
from tests.mysql_series import HAS_CHECKS, ON_MYSQL, mysql_before

pytestmark = pytest.mark.anyio


async def test_errors_tell_code_state_place_and_names(session: DatabaseSession) -> None:
    await run(session, "DROP TABLE IF EXISTS child, parent")
    await run(session, "CREATE TABLE parent (id INT PRIMARY KEY, a INT NOT NULL, CONSTRAINT small CHECK (a < 10))")
    await run(session, "CREATE TABLE child (p INT, CONSTRAINT to_parent FOREIGN KEY (p) REFERENCES parent (id))")
    await run(session, "INSERT INTO parent VALUES (1, 1)")

    async def failed(sql: str, params: list[int | str] | None = None) -> QueryFailed:
        with pytest.raises(QueryFailed) as error:
            await run(session, sql, params)
        return error.value

    def named(error: QueryFailed) -> tuple[object, ...]:
        told = error.data().details or {}
        return tuple(told.get(key) for key in ("engine_code", "constraint_name", "table_name", "column_name"))

    parent = "parent." if ON_MYSQL and not mysql_before(8, 0, 19) else ""
    duplicate = await failed("INSERT INTO parent VALUES (?, ?)", [1, 1])
    assert named(duplicate) == ("1062", "PRIMARY", None, None)
    assert duplicate.message == f"Duplicate entry '…' for key '{parent}PRIMARY'"
    assert named(await failed("INSERT INTO parent VALUES (2, NULL)")) == ("1048", None, None, "a")
    if HAS_CHECKS:
        broken = ("3819", "small", None, None) if ON_MYSQL else ("4025", "small", "parent", None)
        assert named(await failed("INSERT INTO parent VALUES (2, 11)")) == broken
    assert named(await failed("INSERT INTO child VALUES (7)")) == ("1452", "to_parent", "child", None)
    await run(session, "INSERT INTO child VALUES (1)")
    assert named(await failed("DELETE FROM parent")) == ("1451", "to_parent", "child", None)
    assert named(await failed("SELECT * FROM nowhere")) == ("1146", None, "nowhere", None)
    assert named(await failed("SELECT nothing")) == ("1054", None, None, "nothing")
    wrong = await failed("INSERT INTO parent VALUES (?, 1)", ["a secret"])
    assert (named(wrong)[0], named(wrong)[3]) == ("1366", "id")
    assert "a secret" not in wrong.message
    syntax = (await failed("SELECT 1,\n  2 FRO x,\n 3")).data().details or {}
    assert (syntax["position"], syntax["line"], syntax["column"]) == (18, 2, 9)
    assert syntax["sqlstate"] == "42000"
    long = "SELECT 1,\n  2 FRO x " + ", 'a long list'" * 50
    details = (await failed(long)).data().details or {}
    assert (details["position"], details["line"]) == (18, 2)
    end = (await failed("SELECT 1 +")).data().details or {}
    assert end["position"] == len("SELECT 1 +")
    bound = (await failed("SELECT ?,\n FRO x y", [1])).data().details or {}
    assert (bound["line"], bound["position"]) == (2, 17)


def test_a_statement_that_the_server_ended_by_itself_has_failed() -> None:
    for code in (1317, 1969, 3024):
        assert isinstance(errors.translated(ServerError(code, "70100", "too long"), "SELECT 1"), QueryFailed)
