"""What every engine must do, written against the driver interface only.

An engine takes part with one `Engine` and one class: `class TestSqlite(Conformance): engine = SQLITE`.
"""

import contextlib
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import anyio
import pytest
from litebase_schema.db_session import IsolationLevel

from litebase.drivers.abilities import Available, Unavailable
from litebase.drivers.interface import (
    Cursor,
    DatabaseSession,
    Driver,
    DriverLimits,
    Parameters,
    RowTuple,
    Statement,
)
from litebase.drivers.interruption import Interrupted
from litebase.errors import Conflict, LimitExceeded, QueryFailed, Unsupported
from tests.work import SOON_S

T = TypeVar("T")

LIMITS = DriverLimits(stop_patience_s=SOON_S, fetch_grace_s=0.02)


@dataclass(frozen=True)
class Engine:
    """How one engine is reached, and the SQL that differs. Tables are made and filled by the tests themselves."""

    driver: type[Driver]
    target: Callable[[Path], Any]  # a new, empty, writable database; sessions of it share data
    make_things: str | None  # a table `things` with `id`, a key that the engine makes, and `name`; None: no writing
    numbers: Callable[[int], str]  # a query of one column `n` that gives 1 up to a number
    fails_after: Callable[[int], str]  # a query that gives that many rows and then an error, read row by row
    reads_ahead: int  # rows before an error that the engine's library loses; 0 where it loses none
    endless: str  # a query that runs for ever and gives no row
    endless_rows: str  # a query that gives rows for ever
    endless_write: str  # a statement that would insert into `things` for ever
    two_positional: str  # a query of two placeholders: an integer, a text
    two_named: str | None  # the same with the names `number` and `word`; None where the engine has none
    insert_named_thing: str  # inserts a thing with one placeholder for its name
    returning: str | None  # inserts one thing and gives back its name; None where the engine cannot
    tells_insert_id: bool


async def outcome_of_cancel(after_s: float, call: Callable[[], Awaitable[T]]) -> T | Interrupted | None:
    """What a call gives whose caller is cancelled after a time; None when it was cancelled before it began."""
    with anyio.move_on_after(after_s):
        try:
            return await call()
        except Interrupted as stopped:
            return stopped
    return None


async def all_rows(cursor: Cursor, count: int = 1000) -> list[RowTuple]:
    """Every row that is left, in slices."""
    rows: list[RowTuple] = []
    while slice_of_rows := await cursor.fetch(count):
        assert len(slice_of_rows) <= count
        rows += slice_of_rows
    return rows


async def rows_of(session: DatabaseSession, sql: str, params: Parameters = None) -> list[RowTuple]:
    """The rows of a statement that is run to its end."""
    cursor = await session.execute(Statement(sql, params, first_rows=100))
    rows = await all_rows(cursor)
    await cursor.aclose()
    return rows


async def run(session: DatabaseSession, sql: str, params: Parameters = None) -> Cursor:
    """A statement whose rows do not matter, closed again."""
    cursor = await session.execute(Statement(sql, params))
    await cursor.aclose()
    return cursor


async def give_up(cursor: Cursor) -> None:
    await cursor.aclose()


async def _run_until_stopped(session: DatabaseSession, sql: str) -> None:
    with contextlib.suppress(Interrupted):
        await session.execute(Statement(sql, first_rows=1))


class Conformance:
    """The suite. `engine` is set by the class that runs it."""

    engine: ClassVar[Engine]
    unfit: ClassVar[Any] = math.nan  # a value that cannot be sent

    @pytest.fixture
    async def driver(self, tmp_path: Path) -> Driver:
        return self.engine.driver(self.engine.target(tmp_path), LIMITS)

    @pytest.fixture
    async def session(self, driver: Driver) -> AsyncIterator[DatabaseSession]:
        opened = await driver.connect()
        yield opened
        await opened.aclose()

    @pytest.fixture
    async def things(self, session: DatabaseSession) -> DatabaseSession:
        await run(session, self.make_things)
        return session

    @property
    def make_things(self) -> str:
        if self.engine.make_things is None:
            pytest.skip("this engine cannot write")
        return self.engine.make_things

    async def names(self, session: DatabaseSession) -> list[Any]:
        return [name for (name,) in await rows_of(session, "SELECT name FROM things ORDER BY id")]

    # results

    @pytest.mark.fault("Q09")
    async def test_a_result_without_rows_has_its_columns(self, things: DatabaseSession) -> None:
        cursor = await things.execute(Statement("SELECT id, name AS title FROM things", first_rows=10))
        assert [column.name for column in cursor.columns] == ["id", "title"]
        assert await cursor.fetch(10) == ()
        assert cursor.exhausted

    async def test_a_statement_that_returns_nothing_has_no_columns(self, session: DatabaseSession) -> None:
        cursor = await session.execute(Statement(self.make_things))
        assert cursor.columns == ()
        assert await cursor.fetch(10) == ()
        assert cursor.exhausted

    async def test_rows_come_whole_and_in_order(self, session: DatabaseSession) -> None:
        assert await rows_of(session, self.engine.numbers(2500)) == [(n,) for n in range(1, 2501)]

    @pytest.mark.parametrize("count", [1, 7, 64, 65, 1000])
    async def test_slices_of_any_size_give_each_row_once(self, session: DatabaseSession, count: int) -> None:
        for first_rows in (0, 1, count, 300):
            cursor = await session.execute(Statement(self.engine.numbers(200), first_rows=first_rows))
            assert await all_rows(cursor, count) == [(n,) for n in range(1, 201)]
            assert cursor.exhausted
            assert await cursor.fetch(count) == ()
            await cursor.aclose()

    async def test_a_cursor_may_be_closed_early_and_again(self, session: DatabaseSession) -> None:
        cursor = await session.execute(Statement(self.engine.endless_rows, first_rows=5))
        assert len(await cursor.fetch(5)) >= 1
        with anyio.fail_after(SOON_S):
            await cursor.aclose()
            await cursor.aclose()
        assert await rows_of(session, self.engine.numbers(1)) == [(1,)]

    async def test_a_cursor_is_open_until_its_rows_are_read_or_given_up(self, session: DatabaseSession) -> None:
        for end in (all_rows, give_up):
            cursor = await session.execute(Statement(self.engine.numbers(5000), first_rows=1))
            assert cursor.is_open
            await end(cursor)
            assert not cursor.is_open

    async def test_rows_without_end_come_as_far_as_asked(self, session: DatabaseSession) -> None:
        cursor = await session.execute(Statement(self.engine.endless_rows, first_rows=10))
        rows: list[RowTuple] = []
        while len(rows) < 100:
            rows += await cursor.fetch(100 - len(rows))
        assert rows == [(n,) for n in range(1, 101)]
        assert not cursor.exhausted
        await cursor.aclose()

    # parameters

    async def test_positional_parameters_are_bound(self, session: DatabaseSession) -> None:
        for values in ((-7, "it's; -- x"), (2**62, "%s ? :a $1"), (None, None), (0, "")):
            assert await rows_of(session, self.engine.two_positional, values) == [values]

    async def test_named_parameters_are_bound(self, session: DatabaseSession) -> None:
        if self.engine.two_named is None:
            pytest.skip("this engine has no named placeholders")
        values: Parameters = {"word": "é\n🙂", "number": 4}
        assert await rows_of(session, self.engine.two_named, values) == [(4, "é\n🙂")]

    async def test_a_missing_parameter_is_an_error_and_the_session_lives(self, session: DatabaseSession) -> None:
        with pytest.raises(QueryFailed):
            await session.execute(Statement(self.engine.two_positional, [1], first_rows=1))
        assert await rows_of(session, self.engine.two_positional, (1, "a")) == [(1, "a")]

    async def test_a_percent_sign_is_only_a_percent_sign(self, session: DatabaseSession) -> None:
        assert await rows_of(session, "SELECT '100%', '%s %d %%'") == [("100%", "%s %d %%")]

    # writing

    @pytest.mark.fault("Q10")
    async def test_statements_without_rows_run_exactly_once(self, things: DatabaseSession) -> None:
        await run(things, "INSERT INTO things (name) VALUES ('a')")
        await run(things, "UPDATE things SET name = name || 'b'")
        assert await self.names(things) == ["ab"]
        await run(things, "DROP TABLE things")
        with pytest.raises(QueryFailed):
            await run(things, "DROP TABLE things")

    @pytest.mark.fault("Q10")
    async def test_a_write_that_returns_rows_runs_exactly_once(self, things: DatabaseSession) -> None:
        if self.engine.returning is None:
            pytest.skip("this engine has no RETURNING")
        for first_rows in (0, 10):
            await run(things, "DELETE FROM things")
            cursor = await things.execute(Statement(self.engine.returning, first_rows=first_rows))
            assert len(await all_rows(cursor)) == 1
            await cursor.aclose()
            assert len(await self.names(things)) == 1

    async def test_affected_rows_are_counted(self, things: DatabaseSession) -> None:
        assert (await run(things, "INSERT INTO things (name) VALUES ('a'), ('b'), ('c')")).affected_rows == 3
        assert (await run(things, "UPDATE things SET name = 'x' WHERE name <> 'c'")).affected_rows == 2
        assert (await run(things, "UPDATE things SET name = 'x' WHERE name = 'none'")).affected_rows == 0
        assert (await run(things, "DELETE FROM things")).affected_rows == 3
        assert (await run(things, "DELETE FROM things")).affected_rows == 0

    async def test_reading_and_making_tables_count_no_rows(self, things: DatabaseSession) -> None:
        await run(things, "INSERT INTO things (name) VALUES ('a'), ('b')")
        assert (await run(things, "CREATE TABLE others (a INTEGER)")).affected_rows is None
        cursor = await things.execute(Statement("SELECT * FROM things", first_rows=10))
        await all_rows(cursor)
        assert cursor.affected_rows is None

    async def test_the_key_that_the_engine_made_is_told_once(self, things: DatabaseSession) -> None:
        if not self.engine.tells_insert_id:
            pytest.skip("this engine tells no key outside RETURNING")
        assert (await run(things, "INSERT INTO things (name) VALUES ('a')")).last_insert_id == 1
        assert (await run(things, "INSERT INTO things (name) VALUES ('b')")).last_insert_id == 2
        assert (await run(things, "UPDATE things SET name = 'c'")).last_insert_id is None
        assert (await run(things, "SELECT * FROM things")).last_insert_id is None
        assert (await run(things, "DELETE FROM things")).last_insert_id is None

    # errors

    async def test_an_error_leaves_the_session_usable(self, session: DatabaseSession) -> None:
        for wrong in ("SELEC 1", "SELECT * FROM nowhere"):
            with pytest.raises(QueryFailed) as failed:
                await session.execute(Statement(wrong, first_rows=1))
            assert failed.value.message
        assert session.usable
        assert session.transaction_status == "idle"
        assert await rows_of(session, self.engine.numbers(1)) == [(1,)]

    @pytest.mark.fault("Q08")
    @pytest.mark.parametrize("first_rows", [0, 1, 400, 450, 5000])
    @pytest.mark.parametrize("good", [1, 63, 64, 65, 400])
    async def test_rows_before_an_error_are_kept(self, session: DatabaseSession, good: int, first_rows: int) -> None:
        rows: list[RowTuple] = []
        failure: QueryFailed | None = None
        cursor: Cursor | None = None
        while failure is None:
            try:
                cursor = cursor or await session.execute(
                    Statement(self.engine.fails_after(good), first_rows=first_rows)
                )
                rows += await cursor.fetch(50)
            except QueryFailed as error:
                failure = error
            assert len(rows) <= good
        assert rows == [(n,) for n in range(1, good - self.engine.reads_ahead + 1)]
        if cursor is not None:
            assert not cursor.exhausted
            await cursor.aclose()
        assert await rows_of(session, self.engine.numbers(1)) == [(1,)]

    # series

    async def begun(self, session: DatabaseSession) -> DatabaseSession:
        for sql in session.begin_statements("default", read_only=False):
            await run(session, sql)
        return session

    async def test_a_series_tells_in_order_what_each_statement_did(self, things: DatabaseSession) -> None:
        await self.begun(things)
        series = await things.execute_all(
            [
                *(Statement(self.engine.insert_named_thing, [f"thing; {n} '\"%s$1?"]) for n in range(300)),
                Statement("UPDATE things SET name = 'changed' WHERE id <= 3"),
                Statement("SELECT name FROM things ORDER BY id"),
                Statement("DELETE FROM things WHERE id = -1"),
            ]
        )
        assert series.failure is None
        assert [one.affected_rows for one in series.changes] == [1] * 300 + [3, None, 0]
        assert [list(one.rows) for one in series.changes[300:]] == [[], [("changed",)] * 2, []]
        if self.engine.tells_insert_id:
            assert [one.last_insert_id for one in series.changes[:300]] == list(range(1, 301))
        await run(things, "COMMIT")
        assert await self.names(things) == ["changed"] * 3 + [f"thing; {n} '\"%s$1?" for n in range(3, 300)]

    async def test_a_series_ends_at_the_first_error(self, things: DatabaseSession) -> None:
        await self.begun(things)
        good = [Statement(self.engine.insert_named_thing, [name]) for name in "abc"]
        series = await things.execute_all([*good, Statement("DELETE FROM nowhere"), *good, Statement("SELECT nothing")])
        assert [one.affected_rows for one in series.changes] == [1, 1, 1]
        assert isinstance(series.failure, QueryFailed)
        assert "nowhere" in series.failure.message
        await run(things, things.rollback_statement)
        assert await self.names(things) == []

    async def test_a_value_that_cannot_be_sent_ends_a_series(self, things: DatabaseSession) -> None:
        await self.begun(things)
        insert = self.engine.insert_named_thing
        series = await things.execute_all([Statement(insert, ["a"]), Statement(insert, [self.unfit])])
        assert len(series.changes) == 1
        assert isinstance(series.failure, QueryFailed)
        await run(things, things.rollback_statement)
        assert await self.names(things) == []

    async def test_a_series_that_is_cancelled_stops(self, things: DatabaseSession) -> None:
        await self.begun(things)
        insert = Statement(self.engine.insert_named_thing, ["a"])
        endless = [insert, Statement(self.engine.endless_write), insert]
        assert isinstance(await outcome_of_cancel(0.3, lambda: things.execute_all(endless)), Interrupted)
        if things.transaction_status != "idle":
            await run(things, things.rollback_statement)
        assert await self.names(things) == []

    async def test_races_of_cancel_and_series_leave_no_trace(self, things: DatabaseSession) -> None:
        many = [Statement(self.engine.insert_named_thing, [str(n)]) for n in range(40)]
        for attempt in range(30):
            await self.begun(things)
            await outcome_of_cancel(0.0007 * attempt, lambda: things.execute_all(many))
            if things.transaction_status != "idle":
                await run(things, things.rollback_statement)
            assert await rows_of(things, self.engine.numbers(1)) == [(1,)]
        assert await self.names(things) == []

    async def test_a_series_that_returns_too_much_fails(self, tmp_path: Path) -> None:
        target = self.engine.target(tmp_path)
        session = await self.engine.driver(target, replace(LIMITS, max_returning_bytes=2000)).connect()
        await run(session, self.make_things)
        await self.begun(session)
        long = [Statement(self.engine.insert_named_thing, ["x" * 90])]
        series = await session.execute_all([*long, *20 * [Statement("SELECT name FROM things")]])
        assert isinstance(series.failure, LimitExceeded)
        assert len(series.changes) < 21
        if session.transaction_status != "idle":
            await run(session, session.rollback_statement)
        assert await self.names(session) == []
        await session.aclose()

    async def test_a_series_that_reads_much_ends_early(self, things: DatabaseSession) -> None:
        long = [(letter * 90,) for letter in "abcdefgh"]
        for row in long:
            await run(things, self.engine.insert_named_thing, row)
        statements = [Statement("SELECT name FROM things ORDER BY id") for _ in range(9000)]
        series = await things.execute_all(statements)
        assert series.failure is None
        assert 1000 < len(series.changes) < 9000
        assert list(series.changes[-1].rows) == long[:2]

    # stopping

    async def test_a_cancelled_statement_stops_and_the_next_one_runs_at_once(self, session: DatabaseSession) -> None:
        stopped = await outcome_of_cancel(0.1, lambda: session.execute(Statement(self.engine.endless, first_rows=1)))
        assert isinstance(stopped, Interrupted)
        assert not stopped.session_ended, "it was stopped, and not given up when the patience was over"
        with anyio.fail_after(SOON_S):
            assert await rows_of(session, self.engine.numbers(1)) == [(1,)]
        assert session.usable

    @pytest.mark.parametrize("steps", range(6))
    async def test_a_cancel_that_comes_right_at_the_start_stops_the_statement(
        self, session: DatabaseSession, steps: int
    ) -> None:
        """The engine may be asked to stop before it has begun; that request must not be lost."""
        for turn in range(20):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_run_until_stopped, session, self.engine.endless)
                for _ in range(steps):
                    await anyio.sleep(0)
                tasks.cancel_scope.cancel()
            assert session.usable, f"turn {turn}: the session was given up"
        assert await rows_of(session, self.engine.numbers(1)) == [(1,)]

    async def test_a_write_that_was_cancelled_changed_nothing(self, things: DatabaseSession) -> None:
        stopped = await outcome_of_cancel(0.1, lambda: things.execute(Statement(self.engine.endless_write)))
        assert isinstance(stopped, Interrupted)
        assert things.transaction_status == "idle"
        assert await self.names(things) == []

    @pytest.mark.fault("Q04")
    async def test_a_fetch_that_was_cancelled_leaves_the_session_usable(self, session: DatabaseSession) -> None:
        for turn in range(20):
            cursor = await session.execute(Statement(self.engine.endless_rows, first_rows=1))
            await outcome_of_cancel(turn * 0.002, lambda cursor=cursor: all_rows(cursor))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
            await cursor.aclose()
            assert await rows_of(session, self.engine.numbers(3)) == [(1,), (2,), (3,)]

    @pytest.mark.fault("Q05")
    async def test_200_races_of_cancel_and_quick_statements_leave_no_trace(self, session: DatabaseSession) -> None:
        """The statement after a cancel is never hit by it and never shows the rows of the one before."""
        for turn in range(200):
            sql = self.engine.numbers(1 + turn % 50)
            await outcome_of_cancel((turn % 20) * 0.00005, lambda sql=sql: rows_of(session, sql))  # type: ignore[misc]  # as above
            assert await rows_of(session, self.engine.numbers(2)) == [(1,), (2,)], f"turn {turn}"
        assert session.usable

    @pytest.mark.fault("P07")
    async def test_races_of_cancel_and_writes_are_all_or_nothing(self, things: DatabaseSession) -> None:
        done = 0
        for turn in range(100):
            name = f"thing {turn}"
            outcome = await outcome_of_cancel(
                (turn % 20) * 0.00005,
                lambda name=name: things.execute(Statement(self.engine.insert_named_thing, [name])),  # type: ignore[misc]  # as above
            )
            written = await rows_of(things, "SELECT count(*) FROM things")
            happened = written == [(done + 1,)]
            assert happened or written == [(done,)]
            if outcome is not None:
                assert happened != isinstance(outcome, Interrupted), f"turn {turn}: the outcome is not what happened"
            else:
                assert not happened, f"turn {turn}: a statement that had not begun was run"
            done += happened

    async def test_a_session_closes_in_time_while_a_query_runs(self, driver: Driver) -> None:
        session = await driver.connect()
        ended: list[BaseException] = []

        async def wait_for_ever() -> None:
            try:
                await session.execute(Statement(self.engine.endless, first_rows=1))
            except Exception as error:  # noqa: BLE001  # how it ends is not what is asked here
                ended.append(error)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(wait_for_ever)
            await anyio.sleep(0.1)
            with anyio.fail_after(SOON_S):
                await session.aclose()
                assert not session.usable
                while not ended:
                    await anyio.sleep(0.01)

    async def test_closing_twice_is_harmless(self, driver: Driver) -> None:
        session = await driver.connect()
        await session.aclose()
        with anyio.fail_after(SOON_S):  # there is nothing left to wait for
            await session.aclose()
        assert not session.usable

    # metadata

    async def test_metadata_are_read_with_parameters(self, things: DatabaseSession) -> None:
        values = (7, "it's % 🙂")
        assert await things.rows(self.engine.two_positional, values) == [values]
        assert await things.rows(self.engine.numbers(2500)) == [(n,) for n in range(1, 2501)]
        assert await things.rows("SELECT id FROM things") == []

    async def test_metadata_that_cannot_be_read_leave_the_session_usable(self, things: DatabaseSession) -> None:
        for wrong in ("SELEC 1", "SELECT * FROM nowhere", self.engine.fails_after(300)):
            with pytest.raises(QueryFailed):
                await things.rows(wrong)
            assert things.transaction_status == "idle"
        assert await things.rows(self.engine.numbers(1)) == [(1,)]

    async def test_metadata_that_take_too_much_memory_are_refused(self, tmp_path: Path) -> None:
        limits = DriverLimits(stop_patience_s=2.0, fetch_grace_s=0.02, max_metadata_bytes=1024 * 1024)
        session = await self.engine.driver(self.engine.target(tmp_path), limits).connect()
        with anyio.fail_after(SOON_S), pytest.raises(LimitExceeded, match="1 MiB") as refused:
            await session.rows(self.engine.endless_rows)  # the rest would never end
        assert not refused.value.retryable
        assert await session.rows(self.engine.numbers(3)) == [(1,), (2,), (3,)]
        await session.aclose()

    async def test_reading_metadata_that_is_cancelled_stops(self, things: DatabaseSession) -> None:
        stopped = await outcome_of_cancel(0.1, lambda: things.rows(self.engine.endless))
        assert isinstance(stopped, Interrupted)
        assert not stopped.session_ended
        assert await things.rows(self.engine.numbers(1)) == [(1,)]

    async def test_metadata_are_not_read_while_a_result_is_open(self, things: DatabaseSession) -> None:
        cursor = await things.execute(Statement(self.engine.endless_rows, first_rows=1))
        with pytest.raises(Conflict):
            await things.rows(self.engine.numbers(1))
        assert len(await cursor.fetch(3)) >= 1
        await cursor.aclose()
        assert await things.rows(self.engine.numbers(1)) == [(1,)]

    async def test_reading_metadata_does_not_end_a_transaction(self, things: DatabaseSession) -> None:
        await run(things, "BEGIN")
        await run(things, "INSERT INTO things (name) VALUES ('a')")
        for sql in (self.engine.numbers(1), "SELECT * FROM nowhere"):
            with contextlib.suppress(Conflict, QueryFailed):
                await things.rows(sql)
            assert things.transaction_status == "in_transaction"
        await run(things, "COMMIT")
        assert await self.names(things) == ["a"]

    async def test_reading_metadata_leaves_the_session_clean(self, driver: Driver) -> None:
        session = await driver.connect()
        await session.rows(self.engine.numbers(1))
        assert await session.reset()
        await session.aclose()

    # abilities

    async def test_named_parameters_and_generated_keys_are_abilities(self, session: DatabaseSession) -> None:
        abilities = session.abilities
        assert isinstance(abilities.last_insert_id, Available) is self.engine.tells_insert_id
        assert isinstance(abilities.named_parameters, Available) is (self.engine.two_named is not None)
        if isinstance(abilities.named_parameters, Unavailable):
            with pytest.raises(Unsupported) as refused:
                await session.execute(Statement(self.engine.two_positional, {"number": 1, "word": "a"}))
            assert refused.value.message == abilities.named_parameters.reason

    async def test_a_transaction_takes_what_the_abilities_say(self, session: DatabaseSession) -> None:
        levels, read_only = session.abilities.isolation_levels, session.abilities.read_only_transactions
        cases: list[tuple[Available | Unavailable, IsolationLevel, bool]] = [
            (levels, "repeatable_read", False),
            (read_only, "default", True),
        ]
        for ability, level, reads in cases:
            if isinstance(ability, Available):
                assert session.begin_statements(level, reads)
                continue
            with pytest.raises(Unsupported) as refused:
                session.begin_statements(level, reads)
            assert refused.value.message == ability.reason

    async def test_whether_several_sessions_see_the_same_data_is_an_ability(self, driver: Driver) -> None:
        session = await driver.connect()
        several = session.abilities.several_db_sessions
        await session.aclose()
        assert isinstance(several, Available) is driver.sessions_share_data

    async def test_a_statement_is_checked_without_being_run(self, things: DatabaseSession) -> None:
        ability = things.abilities.check_statements
        if isinstance(ability, Unavailable):
            with pytest.raises(Unsupported) as refused:
                await things.check("SELECT 1")
            assert refused.value.message == ability.reason
            return
        for good in (
            self.engine.endless,
            self.engine.endless_write,
            "DROP TABLE things",
            "DELETE FROM things",
            "BEGIN",
        ):
            checked = await things.check(good)
            assert (checked.failure, checked.unknown_name) == (None, False), good
        for wrong, unknown_name in (("SELEC 1", False), ("SELECT * FROM nowhere", True)):
            checked = await things.check(wrong)
            assert checked.failure is not None
            assert checked.failure.message
            assert checked.unknown_name is unknown_name
        assert things.transaction_status == "idle"
        assert await self.names(things) == []
        assert (await things.check(self.engine.insert_named_thing)).failure is None

    # transactions

    async def test_the_transaction_status_is_the_engine_s(self, things: DatabaseSession) -> None:
        assert things.transaction_status == "idle"
        await run(things, "BEGIN")
        assert things.transaction_status == "in_transaction"
        await run(things, "INSERT INTO things (name) VALUES ('a')")
        assert things.transaction_status == "in_transaction"
        await run(things, "COMMIT")
        assert things.transaction_status == "idle"
        assert await self.names(things) == ["a"]

    async def test_a_reset_rolls_back(self, things: DatabaseSession) -> None:
        await run(things, "BEGIN")
        await run(things, "INSERT INTO things (name) VALUES ('a')")
        if not await things.reset():
            pytest.skip("this engine closes such sessions instead; the next test says what becomes of the changes")
        assert things.transaction_status == "idle"
        assert await self.names(things) == []

    async def test_a_session_with_something_to_undo_is_not_clean(self, things: DatabaseSession) -> None:
        await run(things, "BEGIN")
        assert not things.is_clean
        await run(things, "ROLLBACK")
        await things.aclose()
        assert not things.is_clean

    async def test_a_reset_outside_a_transaction_is_harmless(self, things: DatabaseSession) -> None:
        await run(things, "INSERT INTO things (name) VALUES ('a')")
        if await things.reset():
            assert things.transaction_status == "idle"
            assert await self.names(things) == ["a"]

    @pytest.mark.fault("Q18")
    async def test_what_an_open_transaction_did_is_gone_when_its_session_closes(self, driver: Driver) -> None:
        make_things = self.make_things
        session = await driver.connect()
        await run(session, make_things)
        await run(session, "BEGIN")
        await run(session, "INSERT INTO things (name) VALUES ('a')")
        await session.aclose()
        other = await driver.connect()
        assert await self.names(other) == []
        await other.aclose()

    @pytest.mark.fault("Q20")
    async def test_two_statements_at_once_on_one_session_both_run(self, things: DatabaseSession) -> None:
        async def insert(name: str) -> None:
            await run(things, self.engine.insert_named_thing, [name])

        async with anyio.create_task_group() as tasks:
            for name in "abcdefgh":
                tasks.start_soon(insert, name)
        assert sorted(await self.names(things)) == list("abcdefgh")
