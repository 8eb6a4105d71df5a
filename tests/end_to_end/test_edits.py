"""Rows that are changed, all of them or none: through the process and the protocol to real databases."""

import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest
from litebase_schema.catalog import ObjectRef
from litebase_schema.connection import DbDisconnectRequest, SqliteTarget
from litebase_schema.db_session import OpenDbSessionRequest
from litebase_schema.edits import ApplyEditsRequest, ApplyEditsResponse, ColumnDefault, RowEdit
from litebase_schema.tables import OpenTableRequest, TableFilter

from litebase.client import Client, RequestFailed, connect
from tests.conftest import Database, RunningBackend, target_of
from tests.end_to_end.dialects import DIALECTS
from tests.end_to_end.test_tables import types_of
from tests.mysql_series import HAS_CHECKS

pytestmark = pytest.mark.anyio

SCHEMA = {"sqlite": "main", "postgresql": "edited", "mysql": "edited"}
DEFAULT = ColumnDefault(default=True)
TRIGGERS = {  # that write a note with every update, and refuse every delete
    "sqlite": [
        "CREATE TRIGGER t AFTER UPDATE ON person BEGIN UPDATE person SET note = 'seen' WHERE id = NEW.id; END",
        "CREATE TRIGGER r BEFORE DELETE ON person BEGIN SELECT RAISE(ABORT, 'never'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION edited.f () RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN IF NEW.age = 99 THEN RETURN NULL; END IF; NEW.note = ''seen''; RETURN NEW; END'",
        "CREATE FUNCTION edited.g () RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''never''; END'",
        "CREATE TRIGGER t BEFORE UPDATE ON edited.person FOR EACH ROW EXECUTE FUNCTION edited.f ()",
        "CREATE TRIGGER r BEFORE DELETE ON edited.person FOR EACH ROW EXECUTE FUNCTION edited.g ()",
    ],
    "mysql": [
        "CREATE TRIGGER edited.t BEFORE UPDATE ON edited.person FOR EACH ROW SET NEW.note = 'seen'",
        "CREATE TRIGGER edited.r BEFORE DELETE ON edited.person FOR EACH ROW"
        " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'never'",
    ],
}


@dataclass
class Edited(Database):
    """A connection to one engine, with a schema of the test's own."""

    engine: str
    target: Any

    def ref(self, name: str = "person", kind: str = "table") -> ObjectRef:
        return ObjectRef(kind=kind, schema_name=SCHEMA[self.engine], name=name)

    def insert(self, table: str = "person", **new: Any) -> RowEdit:
        return RowEdit(action="insert", object=self.ref(table), new=new)

    def update(self, identity: Any, old: dict[str, Any], table: str = "person", **new: Any) -> RowEdit:
        named = identity if isinstance(identity, dict) else {"id": identity}
        return RowEdit(action="update", object=self.ref(table), identity=named, old=old, new=new)

    def delete(self, identity: Any, table: str = "person", **old: Any) -> RowEdit:
        named = identity if isinstance(identity, dict) else {"id": identity}
        return RowEdit(action="delete", object=self.ref(table), identity=named, old=old)

    async def apply(self, *edits: RowEdit, **options: Any) -> ApplyEditsResponse:
        request = ApplyEditsRequest(connection_id=self.connection_id, edits=list(edits), **options)
        return await self.client.apply_edits(request)

    async def refusal(self, *edits: RowEdit, **options: Any) -> RequestFailed:
        with pytest.raises(RequestFailed) as failed:
            await self.apply(*edits, **options)
        return failed.value

    async def people(self, **options: Any) -> list[list[Any]]:
        sql = f"SELECT id, name, age FROM {SCHEMA[self.engine]}.person ORDER BY id"
        return [list(row) for row in await self.rows(sql, **options)]

    async def run(self, *statements: str, **options: Any) -> None:
        """Run statements in which `{s}` is the schema with its dot."""
        for sql in statements:
            await self.query(sql.replace("{s}", f"{SCHEMA[self.engine]}."), **options)

    async def cells(self, table: str, **options: Any) -> list[dict[str, Any]]:
        request = OpenTableRequest(connection_id=self.connection_id, object=self.ref(table), **options)
        answer = await self.client.open_table(request)
        names = [column.name for column in answer.columns]
        rows: Sequence[Any] = answer.rows  # type: ignore[assignment]  # only a sender packs rows
        return [dict(zip(names, row, strict=True)) for row in rows]


def outcomes(answer: ApplyEditsResponse) -> list[str]:
    return [one.outcome for one in answer.outcomes]


@pytest.fixture(params=["sqlite", "postgresql", "mysql"])
async def edited(request: pytest.FixtureRequest, client: Client, tmp_path: Path) -> AsyncIterator[Edited]:
    """Each engine in turn, with a table `person` of two rows."""
    engine = request.param
    target: Any = SqliteTarget(engine="sqlite", path=str(tmp_path / "edits.db"), mode="create")
    if engine != "sqlite":
        target = target_of(request.getfixturevalue(f"{engine}_service"))
    made = Edited(client, (await client.db_connect(target)).connection_id, engine, target)
    drop = {"postgresql": "DROP SCHEMA IF EXISTS edited CASCADE", "mysql": "DROP DATABASE IF EXISTS edited"}.get(engine)
    if drop is not None:
        await made.query(drop)
        await made.query("CREATE SCHEMA edited")
    dialect = DIALECTS[engine]
    await made.run(
        f"CREATE TABLE {{s}}person (id {dialect.serial}, name varchar(10) DEFAULT 'nobody' NOT NULL,"
        f" age integer DEFAULT 7, note {dialect.text}, CHECK (age < 200))",
        "INSERT INTO {s}person (id, name, age) VALUES (1, 'Ann', 30), (2, 'Bob', NULL)",
    )
    if engine == "postgresql":
        await made.query("SELECT setval('edited.person_id_seq', 2)")
    yield made
    await client.db_disconnect(DbDisconnectRequest(connection_id=made.connection_id))
    if drop is not None:
        again = Database(client, (await client.db_connect(target)).connection_id)
        await again.query(drop)
        await client.db_disconnect(DbDisconnectRequest(connection_id=again.connection_id))


async def test_rows_are_inserted_updated_and_deleted_and_come_back_as_stored(edited: Edited) -> None:
    answer = await edited.apply(
        edited.insert(name="Cid"), edited.update(1, {"age": 30}, age="31"), edited.delete(2, name="Bob", age=None)
    )
    assert outcomes(answer) == ["applied"] * 3
    assert (answer.committed, answer.transaction_status) == (True, "idle")
    assert [one.row for one in answer.outcomes] == [
        {"id": 3, "name": "Cid", "age": 7, "note": None}, {"id": 1, "name": "Ann", "age": 31, "note": None}, None,
    ]  # fmt: skip
    assert await edited.people() == [[1, "Ann", 31], [3, "Cid", 7]]


async def test_null_empty_text_and_default_are_three_things(edited: Edited) -> None:
    answer = await edited.apply(
        edited.insert(name="", age=None), edited.insert(name=DEFAULT, age=DEFAULT), edited.insert(),
        edited.update(1, {"age": 30, "note": None}, age=DEFAULT, note=""), edited.update(2, {"note": None}, note=None),
    )  # fmt: skip
    assert outcomes(answer) == ["applied"] * 5
    assert await edited.people() == [[1, "Ann", 7], [2, "Bob", None], [3, "", None], [4, "nobody", 7], [5, "nobody", 7]]
    assert await edited.rows(f"SELECT note FROM {SCHEMA[edited.engine]}.person WHERE id < 3 ORDER BY id") == [
        [""],
        [None],
    ]


async def test_a_changed_row_is_a_conflict_a_missing_one_is_gone_and_nothing_is_changed(edited: Edited) -> None:
    before = await edited.people()
    answer = await edited.apply(
        edited.update(2, {"name": "Bob"}, name="Bert"), edited.update(1, {"age": 29}, age=31), edited.delete(9)
    )
    assert outcomes(answer) == ["not_run", "conflict", "gone"]
    assert not answer.committed
    assert answer.outcomes[1].current == {"id": 1, "name": "Ann", "age": 30, "note": None}
    assert await edited.people() == before
    for wrong in ("ANN", "Ann ", "Ánn"):  # which some collations take for equal
        assert outcomes(await edited.apply(edited.delete(1, name=wrong))) == ["conflict"]
    assert await edited.people() == before


async def test_what_the_database_refuses_names_the_edit_and_undoes_all(edited: Edited) -> None:
    before = await edited.people()
    first = edited.update(1, {"age": 30}, age=31)
    wrong = [edited.insert(id=1, name="twice"), edited.insert(name=None)]
    if edited.engine != "mysql" or HAS_CHECKS:
        wrong.append(edited.update(2, {"age": None}, age=500))
    if edited.engine != "sqlite":
        wrong.append(edited.update(2, {"name": "Bob"}, name="x" * 11))
        wrong.append(edited.insert(age=10**12))
    for one in wrong:
        failed = await edited.refusal(first, one)
        assert failed.code == "query_failed"
        assert failed.message.startswith("/data/edits/1: "), failed.message
        assert failed.details.engine_code
    assert await edited.people() == before


async def test_in_a_large_batch_every_edit_has_its_own_outcome(edited: Edited) -> None:
    answer = await edited.apply(*(edited.insert(id=one, age=one % 200) for one in range(10, 1010)))
    assert [one.row and one.row["id"] for one in answer.outcomes] == list(range(10, 1010))
    await edited.run("UPDATE {s}person SET age = 199 WHERE id = 310", "DELETE FROM {s}person WHERE id = 700")
    before = await edited.people()
    updates = [edited.update(one, {"age": one % 200}, age=(one + 1) % 200) for one in range(10, 1010)]
    # the last one fails too, but perhaps only because of the others
    answer = await edited.apply(*updates, edited.insert(id=1, name="twice"))
    told = {10 + at: one for at, one in enumerate(outcomes(answer)) if one != "not_run"}
    assert told == {310: "conflict", 700: "gone"}
    assert (answer.outcomes[300].current or {})["age"] == 199
    failed = await edited.refusal(*updates[:100], edited.insert(id=1, name="twice"), *updates[100:300])
    assert (failed.code, failed.message.partition(":")[0]) == ("query_failed", "/data/edits/100")
    assert await edited.people() == before
    answer = await edited.apply(*updates[:300], *updates[301:690], *updates[691:])
    rows: list[Any] = [one.row for one in answer.outcomes]
    assert [row["age"] for row in rows] == [(row["id"] + 1) % 200 for row in rows]


async def test_rows_with_keys_of_text_come_back_many_at_a_time(edited: Edited) -> None:
    await edited.run("CREATE TABLE {s}worded (k varchar(40) NOT NULL PRIMARY KEY, a integer)")
    keys = [f"key '{one}';--\"`%s?$1" for one in range(300)]
    answer = await edited.apply(*(edited.insert("worded", k=key, a=0) for key in keys))
    assert [one.row and one.row["k"] for one in answer.outcomes] == keys
    answer = await edited.apply(*(edited.update({"k": key}, {"a": 0}, "worded", a=at) for at, key in enumerate(keys)))
    assert [one.row for one in answer.outcomes] == [{"k": key, "a": at} for at, key in enumerate(keys)]
    stale = [edited.update({"k": key}, {"a": 0}, "worded", a=1) for key in keys]
    answer = await edited.apply(*stale)
    assert outcomes(answer) == ["not_run", *["conflict"] * 299]
    assert [one.current for one in answer.outcomes[1:]] == [{"k": k, "a": at} for at, k in enumerate(keys) if at]


async def test_a_batch_that_is_cancelled_changes_nothing(edited: Edited) -> None:
    await edited.apply(*(edited.insert(id=one) for one in range(10, 1010)))
    age = 7
    for attempt in range(12):
        updates = [edited.update(one, {"age": age}, age=15 - age) for one in range(10, 1010)]
        with anyio.move_on_after(0.04 * attempt):
            assert (await edited.apply(*updates)).committed
        ages = {row[2] for row in await edited.people() if row[0] >= 10}
        assert ages in ({7}, {8})  # it may have been committed by then, but never a part of it
        (age,) = ages


async def test_what_cannot_be_an_edit_names_its_place(edited: Edited) -> None:
    await edited.run(
        "CREATE TABLE {s}made (id integer PRIMARY KEY, a integer, b integer GENERATED ALWAYS AS (a + 1) STORED)",
        "CREATE VIEW {s}seen AS SELECT * FROM {s}person",
    )

    async def path_of(*edits: RowEdit) -> str:
        failed = await edited.refusal(*edits)
        assert failed.code == "invalid_message", failed
        return str(failed.details.path)

    fine = edited.update(1, {"age": 30}, age=31)
    assert await path_of(fine, edited.update({}, {"age": 1}, age=2)) == "/data/edits/1/identity"
    assert await path_of(edited.update({"id": None}, {"age": 1}, age=2)) == "/data/edits/0/identity"
    assert await path_of(edited.update({"id": 1, "name": "Ann"}, {"age": 1}, age=2)) == "/data/edits/0/identity"
    assert await path_of(fine, edited.delete(1)) == "/data/edits/1/identity"
    assert await path_of(edited.update(1, {}, age=2)) == "/data/edits/0/old"
    assert await path_of(edited.update(1, {"age": 1})) == "/data/edits/0/new"
    assert await path_of(edited.update(1, {"x": 1}, x=2)) == "/data/edits/0/new"
    assert await path_of(edited.insert("made", id=1, b=2)) == "/data/edits/0/new"
    assert await path_of(RowEdit(action="insert", object=edited.ref("seen", "view"), new={})) == "/data/edits/0/object"
    assert (await edited.refusal(edited.insert("nothing"))).code == "not_found"
    if edited.engine != "sqlite":
        failed = await edited.refusal(fine, edited.insert(age="many"))
        assert "/data/edits/1" in failed.message
    answer = await edited.apply(edited.insert("made", id=1, a=5))
    assert answer.outcomes[0].row == {"id": 1, "a": 5, "b": 6}
    assert await edited.people() == [[1, "Ann", 30], [2, "Bob", None]]


async def test_in_the_users_transaction_edits_are_a_part_of_it(edited: Edited) -> None:
    opened = await edited.client.open_db_session(OpenDbSessionRequest(connection_id=edited.connection_id))
    session = {"db_session_id": opened.db_session_id}
    await edited.query("BEGIN", **session)
    await edited.run("UPDATE {s}person SET age = 40 WHERE id = 1", **session)
    answer = await edited.apply(edited.update(1, {"age": 40}, age=41), **session)
    assert (outcomes(answer), answer.committed, answer.transaction_status) == (["applied"], False, "in_transaction")
    answer = await edited.apply(edited.update(1, {"age": 41}, age=50), edited.delete(9), **session)
    assert (outcomes(answer), answer.transaction_status) == (["not_run", "gone"], "in_transaction")
    await edited.refusal(edited.update(1, {"age": 41}, age=50), edited.insert(id=1), **session)
    assert await edited.people(**session) == [[1, "Ann", 41], [2, "Bob", None]]
    await edited.query("ROLLBACK", **session)
    assert await edited.people() == [[1, "Ann", 30], [2, "Bob", None]]
    answer = await edited.apply(edited.update(1, {"age": 30}, age=31), **session)
    assert (answer.committed, answer.transaction_status) == (True, "idle")


async def test_a_dry_run_gives_the_statements_that_run_and_changes_nothing(edited: Edited) -> None:
    edits = [edited.update(1, {"name": "Ann"}, name="it's"), edited.insert(name="Cid"), edited.delete(2, age=None)]
    before = await edited.people()
    plan = await edited.apply(*edits, dry_run=True)
    assert (outcomes(plan), plan.committed) == (["not_run"] * 3, False)
    assert await edited.people() == before
    for one in plan.statements:
        await edited.query(one.sql, one.params)
    assert await edited.people() == [[1, "it's", 30], [3, "Cid", 7]]
    real = await edited.apply(edited.update(1, {"name": "it's"}, name="Ann"), edited.insert(name="Dee"))
    assert [one.sql for one in real.statements] == [one.sql for one in plan.statements[:2]]


async def test_a_table_without_a_key_is_edited_by_all_its_values_or_refused(edited: Edited) -> None:
    if edited.engine == "sqlite":
        return  # every table has rowids, or a key
    kinds = {"postgresql": ("double precision", "json", "bytea"), "mysql": ("double", "json", "blob")}[edited.engine]
    await edited.run(
        f"CREATE TABLE {{s}}bare (a varchar(9), f {kinds[0]}, j {kinds[1]}, b {kinds[2]})",
        "INSERT INTO {s}bare VALUES ('x', 0.1, '{\"a\": 1}', 'q'), ('y', 0.1, NULL, NULL), ('y', 0.1, NULL, NULL)",
    )
    one, twin, _ = await edited.cells("bare")
    answer = await edited.apply(edited.update(one, {}, "bare", a="z"))
    assert outcomes(answer) == ["applied"]
    assert answer.outcomes[0].row == {**one, "a": "z"}
    failed = await edited.refusal(edited.update(twin, {}, "bare", a="z"))
    assert failed.code == "conflict"
    assert "several alike" in failed.message
    part = {name: cell for name, cell in one.items() if name != "b"}
    assert (await edited.refusal(edited.delete(part, "bare"))).details.path == "/data/edits/0/identity"
    nameless = {**one, "a": None} | ({"j": None} if edited.engine == "mysql" else {})  # MariaDB's JSON is text
    assert "do not name a row" in (await edited.refusal(edited.delete(nameless, "bare"))).message
    assert len(await edited.cells("bare")) == 3


async def test_rows_come_back_as_triggers_left_them(edited: Edited) -> None:
    await edited.run(*TRIGGERS[edited.engine])
    answer = await edited.apply(edited.update(1, {"age": 30}, age=31))
    assert answer.outcomes[0].row == {"id": 1, "name": "Ann", "age": 31, "note": "seen"}
    failed = await edited.refusal(edited.update(1, {"age": 31}, age=32), edited.delete(2))
    assert failed.code == "query_failed"
    assert failed.message.startswith("/data/edits/1: ")
    assert "never" in failed.message
    if edited.engine == "postgresql":
        answer = await edited.apply(edited.update(2, {"age": None}, age=99))
        assert outcomes(answer) == ["conflict"]
        assert "trigger" in (answer.outcomes[0].message or "")
    assert await edited.people() == [[1, "Ann", 31], [2, "Bob", None]]


async def test_every_type_is_stored_as_its_cell_shows_it(edited: Edited) -> None:
    types = await types_of(edited, edited.engine)
    if edited.engine == "postgresql":
        await edited.run(
            "CREATE TYPE edited.mood AS ENUM ('sad', 'very happy')", "CREATE TYPE edited.pair AS (a integer, b text)",
            "CREATE DOMAIN edited.positive AS integer CHECK (VALUE > 0)",
        )  # fmt: skip
        types = {name.replace("opened.", "edited."): value for name, value in types.items()}
        await edited.query("CREATE EXTENSION hstore SCHEMA edited")
        types["hs edited.hstore"] = """'"a"=>"1", "b c"=>NULL'"""
    columns = [name.split(" ")[0].strip('"') for name in types]
    await edited.run(
        f"CREATE TABLE {{s}}types (id integer PRIMARY KEY, {', '.join(types)})",
        f"INSERT INTO {{s}}types VALUES (1, {', '.join(types.values())})",
        "INSERT INTO {s}types (id) VALUES (2)",
    )
    full, _ = await edited.cells("types")
    values, nulls = {name: full[name] for name in columns}, dict.fromkeys(columns)
    answer = await edited.apply(edited.insert("types", **values, id=3))
    assert answer.outcomes[0].row == {**full, "id": 3}
    # from NULLs to the values and back, with all old values compared
    there = await edited.apply(edited.update(2, nulls, "types", **values))
    assert (outcomes(there), there.outcomes[0].row) == (["applied"], {**full, "id": 2})
    for name in columns:  # one by one, so that a failure tells which
        back = await edited.apply(edited.update(2, {name: values[name]}, "types", **{name: None}))
        assert outcomes(back) == ["applied"], (name, back.outcomes)


async def test_a_table_that_cannot_be_rolled_back_takes_one_edit_at_a_time(edited: Edited) -> None:
    if edited.engine != "mysql":
        return
    await edited.run("CREATE TABLE {s}plain (id integer PRIMARY KEY, a integer) ENGINE = MyISAM")
    failed = await edited.refusal(edited.insert("plain", id=1), edited.insert("plain", id=2))
    assert failed.code == "unsupported"
    answer = await edited.apply(edited.insert("plain", id=1, a=5))
    assert outcomes(answer) == ["applied"]
    assert outcomes(await edited.apply(edited.update(1, {"a": 4}, "plain", a=6))) == ["conflict"]
    assert outcomes(await edited.apply(edited.update(1, {"a": 5}, "plain", a=6))) == ["applied"]
    await edited.run("CREATE TABLE {s}money (id integer PRIMARY KEY, d decimal(10, 2)) ENGINE = MyISAM")
    (one,) = (await edited.apply(edited.insert("money", id=1, d="1.255"))).outcomes
    assert (one.outcome, (one.row or {})["d"]) == ("applied", "1.26")
    assert "truncated" in (one.message or "")


async def test_a_value_that_a_lenient_server_would_cut_is_refused(edited: Edited) -> None:
    if edited.engine != "mysql":
        return
    opened = await edited.client.open_db_session(OpenDbSessionRequest(connection_id=edited.connection_id))
    session = {"db_session_id": opened.db_session_id}
    await edited.query("SET sql_mode = ''", **session)
    failed = await edited.refusal(edited.update(1, {"name": "Ann"}, name="x" * 20), **session)
    assert (failed.code, failed.details.engine_code) == ("query_failed", "1265")
    await edited.query("SET max_error_count = 0", **session)
    failed = await edited.refusal(edited.update(1, {"name": "Ann"}, name="x" * 20), **session)
    assert "warnings were not kept" in failed.message
    assert await edited.people() == [[1, "Ann", 30], [2, "Bob", None]]


async def test_sqlite_replaces_no_other_row_and_takes_a_bare_default_for_text(edited: Edited) -> None:
    if edited.engine != "sqlite":
        return
    await edited.run(
        "CREATE TABLE kept (id INTEGER PRIMARY KEY, a TEXT UNIQUE ON CONFLICT REPLACE)",
        "INSERT INTO kept VALUES (1, 'x'), (2, 'y')",
        "CREATE TABLE word (id INTEGER PRIMARY KEY, status TEXT DEFAULT active, active TEXT, t DEFAULT TRUE)",
        "INSERT INTO word VALUES (1, 'old', 'not this', 5)",
        "CREATE TABLE seen (id INTEGER PRIMARY KEY)",
        "CREATE TRIGGER s AFTER UPDATE ON word BEGIN INSERT OR REPLACE INTO seen VALUES (1); END",
    )
    for edit in (edited.insert("kept", id=9, a="x"), edited.update(1, {"a": "x"}, "kept", a="y")):
        assert (await edited.refusal(edit)).code == "query_failed"
    assert await edited.rows("SELECT * FROM kept") == [[1, "x"], [2, "y"]]
    await edited.apply(edited.update(1, {"status": "old", "t": 5}, "word", status=DEFAULT, t=DEFAULT))
    await edited.apply(edited.update(1, {"status": "active"}, "word", status="new"))  # the trigger replaces its row
    assert await edited.rows("SELECT * FROM word") == [[1, "new", "not this", 1]]


async def test_old_values_of_another_form_are_conflicts(edited: Edited) -> None:
    """NULL is no row of NULLs, 1.00 not 1.0, bytes are not text."""
    wrong: list[tuple[Any, dict[str, Any]]]
    if edited.engine == "postgresql":
        await edited.run(
            "CREATE TYPE edited.pair AS (a integer, b text)",
            "CREATE TABLE {s}forms (id integer PRIMARY KEY, p edited.pair, n numeric)",
            "INSERT INTO {s}forms VALUES (1, ROW (NULL, NULL), 1.0)",
        )
        wrong = [(1, {"p": None}), (1, {"n": "1.00"})]
        assert await edited.cells("forms", filters=[TableFilter(column="p", op="is_null")]) == []
    elif edited.engine == "sqlite":
        await edited.run(
            "CREATE TABLE forms (id INTEGER PRIMARY KEY, b)", "INSERT INTO forms VALUES (1, 'abc'), (2, 7), (3, x'61')"
        )
        wrong = [(1, {"b": b"abc"}), (2, {"b": b"7"}), (2, {"b": "7"}), (3, {"b": "a"})]
    else:
        return
    for key, old in wrong:
        assert outcomes(await edited.apply(edited.delete(key, "forms", **old))) == ["conflict"], old
    for row in await edited.cells("forms"):
        assert outcomes(await edited.apply(edited.delete(row.pop("id"), "forms", **row))) == ["applied"], row


async def test_an_update_that_a_trigger_makes_void_is_not_passed_off_as_stored(edited: Edited) -> None:
    void = {
        "sqlite": ["CREATE TRIGGER v AFTER UPDATE ON person BEGIN UPDATE person SET age = OLD.age WHERE id = 1; END"],
        "mysql": ["CREATE TRIGGER {s}v BEFORE UPDATE ON {s}person FOR EACH ROW SET NEW.age = OLD.age"],
        "postgresql": [
            "CREATE FUNCTION {s}v() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.age = OLD.age; RETURN NEW; END'",
            "CREATE TRIGGER v BEFORE UPDATE ON {s}person FOR EACH ROW EXECUTE FUNCTION {s}v()",
        ],
    }[edited.engine]
    await edited.run(*void)
    (one,) = (await edited.apply(edited.update(1, {"age": 30}, age=31))).outcomes
    assert (one.row or one.current or {})["age"] == 30
    assert "trigger" in (one.message or "")
    (same,) = (await edited.apply(edited.update(1, {"age": 30}, age=30))).outcomes
    assert (same.outcome, same.message) == ("applied", None)
    (one,) = (await edited.apply(edited.update(1, {"name": "Ann", "age": 30}, name="Eve", age=31))).outcomes
    assert (one.outcome, (one.row or {})["name"]) == ("applied", "Eve")
    assert "trigger" in (one.message or "")


async def test_a_row_comes_back_as_the_trigger_of_its_partition_left_it(edited: Edited) -> None:
    if edited.engine != "postgresql":
        return
    await edited.run(
        "CREATE TABLE {s}parts (id integer PRIMARY KEY, note text) PARTITION BY RANGE (id)",
        "CREATE TABLE {s}part PARTITION OF {s}parts FOR VALUES FROM (0) TO (100)",
        "CREATE FUNCTION {s}n() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN UPDATE edited.parts SET note = 'seen' WHERE id = NEW.id; RETURN NULL; END$$",
        "CREATE TRIGGER n AFTER INSERT ON {s}part FOR EACH ROW EXECUTE FUNCTION {s}n()",
    )
    answer = await edited.apply(edited.insert("parts", id=1))
    assert answer.outcomes[0].row == {"id": 1, "note": "seen"}


async def test_one_row_has_one_edit_whatever_the_form_of_its_key(edited: Edited) -> None:
    for twin in ("1", "01", "1.0"):
        failed = await edited.refusal(edited.update(1, {"age": 30}, age=31), edited.delete(twin))
        assert (failed.code, failed.details.path) == ("invalid_message", "/data/edits/1/identity"), twin
    if edited.engine == "sqlite":  # where they are other rows
        await edited.run(
            "CREATE TABLE keys (k BLOB PRIMARY KEY) WITHOUT ROWID", "INSERT INTO keys VALUES ('1'), (x'31')"
        )
        answer = await edited.apply(edited.delete({"k": "1"}, "keys"), edited.delete({"k": b"1"}, "keys"))
        assert outcomes(answer) == ["applied"] * 2


async def test_a_key_that_the_character_set_does_not_have_names_no_row(edited: Edited) -> None:
    if edited.engine != "mysql":
        return
    await edited.run("CREATE TABLE {s}latin (k varchar(20) CHARACTER SET latin1 PRIMARY KEY, a integer)")
    await edited.apply(edited.insert("latin", k="x?", a=1))
    assert outcomes(await edited.apply(edited.delete({"k": "x😀"}, "latin", a=1))) == ["gone"]
    assert outcomes(await edited.apply(edited.delete({"k": "x?"}, "latin", a=1))) == ["applied"]


async def test_locked_tables_are_not_unlocked_by_edits(edited: Edited) -> None:
    if edited.engine != "mysql":
        return
    opened = await edited.client.open_db_session(OpenDbSessionRequest(connection_id=edited.connection_id))
    session = {"db_session_id": opened.db_session_id}
    await edited.run("CREATE TABLE {s}locked (id integer PRIMARY KEY)", "CREATE TABLE {s}other (id integer)")
    await edited.run("LOCK TABLES {s}locked WRITE", **session)
    failed = await edited.refusal(edited.insert("locked", id=1), **session)
    assert failed.code == "conflict"
    with pytest.raises(RequestFailed, match="was not locked"):
        await edited.run("SELECT * FROM {s}other", **session)
    await edited.run("UNLOCK TABLES", **session)
    assert outcomes(await edited.apply(edited.insert("locked", id=1), **session)) == ["applied"]


@pytest.mark.skipif(sys.platform != "linux", reason="it asks /proc for the most memory that the backend has had")
async def test_long_cells_beside_the_edited_ones_are_not_kept(edited: Edited, backend: RunningBackend) -> None:
    if edited.engine != "postgresql":
        return
    await edited.run(
        "CREATE TABLE {s}long (id integer PRIMARY KEY, a integer, t text)",
        "INSERT INTO {s}long SELECT g, 0, repeat('x', 1000000) FROM generate_series(1, 200) g",
    )
    process = Path(f"/proc/{backend.pid}")

    def most_mb() -> int:
        return int(process.joinpath("status").read_text().split("VmHWM:")[1].split()[0]) // 1024

    process.joinpath("clear_refs").write_text("5")  # the most is now what it has
    before = most_mb()
    answer = await edited.apply(*(edited.update(one, {"a": 0}, "long", a=1) for one in range(1, 201)))
    assert (answer.outcomes[199].row, answer.outcomes[199].omitted) == ({"id": 200, "a": 1}, ["t"])
    assert most_mb() - before < 100


async def race(edited: Edited, backend: RunningBackend, rounds: int) -> None:
    """Each reads a counter and adds one; a conflict is read again. What both added must be what is there."""
    added = 0

    async def edit(client: Client) -> None:
        nonlocal added
        connection = await client.db_connect(edited.target)
        own = Edited(client, connection.connection_id, edited.engine, edited.target)
        age: Any = 30
        for _ in range(rounds // 2):
            (one,) = (await own.apply(own.update(1, {"age": age}, age=(age + 1) % 200))).outcomes
            added += one.outcome == "applied"
            assert one.outcome in ("applied", "conflict")
            age = (one.row or one.current or {})["age"]
        await client.db_disconnect(DbDisconnectRequest(connection_id=connection.connection_id))

    async with connect(backend.endpoint) as other, anyio.create_task_group() as tasks:
        tasks.start_soon(edit, edited.client)
        tasks.start_soon(edit, other)
    ((_, _, age), _) = await edited.people()
    assert age == (30 + added) % 200
    assert added >= rounds // 4  # where two meet, one is applied


async def test_two_editors_lose_no_update(edited: Edited, backend: RunningBackend) -> None:
    await race(edited, backend, 60 if edited.engine == "mysql" else 200)  # MariaDB takes long to describe a table


@pytest.mark.long
async def test_long_two_editors_lose_no_update(edited: Edited, backend: RunningBackend) -> None:
    await race(edited, backend, 1000)
