"""Changes of tables on three engines, proven by running them: what was asked for is what is described afterwards."""

import os
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from litebase_schema.alter import (
    AlterChange,
    ColumnDefinition,
    NewIndexPart,
    PreviewAlterRequest,
    PreviewAlterResponse,
)
from litebase_schema.catalog import DescribeObjectsRequest, ObjectDescription
from litebase_schema.script import RunScriptRequest

from litebase.client import Client, RequestFailed
from tests.end_to_end.places import ENGINES, Place, open_place
from tests.mysql_series import ON_MYSQL

pytestmark = pytest.mark.anyio

_ROWS = 20


@pytest.fixture(params=ENGINES)
async def place(request: pytest.FixtureRequest, client: Client, tmp_path: Path) -> AsyncIterator[Place]:
    """Each engine in turn."""
    async with open_place(request.param, request, client, tmp_path) as made:
        yield made


def column(name: str, db_type: str, **more: Any) -> AlterChange:
    options = {key: more.pop(key) for key in ("first", "after") if key in more}
    return AlterChange(change="add_column", definition=ColumnDefinition(name=name, db_type=db_type, **more), **options)


def change(word: Any, **fields: Any) -> AlterChange:
    return AlterChange(change=word, **fields)


async def preview(place: Place, table: str, *changes: AlterChange) -> PreviewAlterResponse:
    request = PreviewAlterRequest(connection_id=place.connection_id, object=place.object(table), changes=list(changes))
    return await place.client.preview_alter(request)


async def run(place: Place, plan: PreviewAlterResponse) -> None:
    """Run what was answered, as a client does."""
    script = ";\n".join(one.sql for one in plan.statements)
    ran = await place.client.run_script(RunScriptRequest(connection_id=place.connection_id, sql=script))
    failed = [(script[one.start : one.end], one.error.message) for one in ran.statements if one.error is not None]
    assert failed == [], script
    assert ran.transaction_status == "idle"


async def alter(place: Place, table: str, *changes: AlterChange) -> PreviewAlterResponse:
    plan = await preview(place, table, *changes)
    await run(place, plan)
    return plan


async def described(place: Place, name: str) -> ObjectDescription:
    answer = await place.client.describe_objects(
        DescribeObjectsRequest(connection_id=place.connection_id, objects=[place.object(name)])
    )
    (found,) = answer.descriptions
    return found


def names(found: ObjectDescription) -> list[str]:
    return [one.name for one in found.columns]


async def test_a_new_table_is_made_and_changed(place: Place) -> None:
    await alter(
        place, "author", change("create_table"), column("id", "integer", nullable=False),
        column("name", "varchar(40)", default="'no; ''one'"),
        change("add_key", columns=["id"], primary=True),
    )  # fmt: skip
    await alter(
        place, "book", change("create_table"), column("id", "integer", nullable=False),
        column("author", "integer"), column("select", "varchar(20)"),
        change("add_key", columns=["id"], primary=True),
        change("add_check", name="short", expression="id < 1000"),
        change("add_foreign_key", name="by_author", columns=["author"], on_delete="cascade",
               referenced_table=place.object("author"), referenced_columns=["id"]),
        change("add_index", name="by_select", parts=[{"column": "select"}]),
    )  # fmt: skip
    book = await described(place, "book")
    assert names(book) == ["id", "author", "select"]
    assert [key.columns for key in book.keys if key.primary] == [["id"]]
    assert [(key.columns, key.referenced_table.name, key.on_delete) for key in book.foreign_keys] == [
        (["author"], "author", "cascade")
    ]
    assert "by_select" in [one.name for one in book.indexes]
    await place.run("INSERT INTO {s}.author VALUES (1, 'a')", "INSERT INTO {s}.book VALUES (7, 1, 'x')")
    plan = await alter(
        place, "book",
        change("rename_column", column="select", new_name="ti tle"),
        column("pages", "integer", default="0", nullable=False),
        change("set_type", column="ti tle", db_type="varchar(50)"),
        change("set_nullable", column="author", nullable=False),
        change("drop_constraint", constraint="check", name="short"),
        change("add_key", name="one_title", columns=["ti tle", "pages"]),
        change("rename_table", new_name="books"),
    )  # fmt: skip
    assert not any(one.destructive for one in plan.statements if "RENAME" in one.sql)
    books = await described(place, "books")
    assert names(books) == ["id", "author", "ti tle", "pages"]
    assert [one.nullable for one in books.columns][1:] == [False, True, False]
    assert ["ti tle", "pages"] in [key.columns for key in books.keys]
    assert books.foreign_keys[0].on_delete == "cascade"
    quoted = place.quoted("ti tle")
    rows = await place.rows(f"SELECT id, author, {quoted}, pages FROM {place.quoted(place.schema_name)}.books")
    assert list(rows) == [[7, 1, "x", 0]]


TYPES = {  # as each engine writes them: what a whole number is stored as, and text that is one
    "sqlite": (["INTEGER", "NUMERIC", "BIGINT"], ["TEXT", "VARCHAR(20)", "CLOB"]),
    "postgresql": (["integer", "bigint", "numeric(12,2)"], ["text", "character varying(30)", "character varying(40)"]),
    "mysql": (
        ["int", "bigint", "decimal(12,2)"] if ON_MYSQL else ["int(11)", "bigint(20)", "decimal(12,2)"],
        ["varchar(30)", "varchar(40)", "text"],
    ),
}
NAMES = ["a", "B b", "select", "it's", 'q"uote', "back`tick", "naïve", "c.d", "e;f", "g\\h", "order", "from"]


class Model:
    """A table that is changed at random, and what is expected of it."""

    def __init__(self, engine: str, chance: random.Random) -> None:
        self.engine, self.chance = engine, chance
        self.columns: list[dict[str, Any]] = []
        self.uniques: dict[str, list[str]] = {}
        self.indexes: dict[str, list[str]] = {}
        self.checks: set[str] = set()
        self.comment: str | None = None
        self.made = 0
        self.there = set[str]()  # keys, indexes and checks that a request before this one has made

    def free_name(self) -> str:
        taken = {one["name"].lower() for one in self.columns}
        free = [one for one in NAMES if one.lower() not in taken]
        if free:
            return self.chance.choice(free)
        self.made += 1
        return f"col {self.made}"

    def next_name(self) -> str:
        self.made += 1
        return f"part {self.made}"

    def used(self) -> set[str]:
        return {name for columns in [*self.uniques.values(), *self.indexes.values()] for name in columns}

    def column(self, *, numeric: bool | None = None) -> dict[str, Any]:
        number = self.chance.random() < 0.5 if numeric is None else numeric
        default = self.chance.choice(["7", "0"] if number else ["'x''y'", "'7'"])
        nullable = self.chance.random() < 0.6
        comments = self.engine != "sqlite" and self.chance.random() < 0.3
        return {
            "name": self.free_name(),
            "type": self.chance.choice(TYPES[self.engine][0 if number else 1][:2]),
            "nullable": nullable,
            "default": default if not nullable or self.chance.random() < 0.4 else None,
            "comment": "it's \\ a; comment" if comments else None,
        }

    def create(self) -> list[AlterChange]:
        changes = [change("create_table"), column("id", TYPES[self.engine][0][0], nullable=False)]
        self.columns = [{"name": "id", "type": TYPES[self.engine][0][0], "nullable": False, "default": None,
                         "comment": None}]  # fmt: skip
        changes += [self.add_column() for _ in range(self.chance.randint(1, 5))]
        changes.append(change("add_key", columns=["id"], primary=True))
        changes += filter(None, (self.random_change() for _ in range(3)))
        return changes

    def add_column(self) -> AlterChange:
        new = self.column()
        at = len(self.columns)
        options: dict[str, Any] = {}
        if self.engine != "postgresql" and self.chance.random() < 0.5:
            at = self.chance.randint(0, len(self.columns))
            options = {"first": True} if at == 0 else {"after": self.columns[at - 1]["name"]}
        self.columns.insert(at, new)
        return column(new["name"], new["type"], nullable=new["nullable"], default=new["default"],
                      comment=new["comment"], **options)  # fmt: skip

    def has_rows(self) -> bool:
        return any("filled" in one for one in self.columns)

    def others(self) -> list[dict[str, Any]]:
        return [one for one in self.columns if one["name"] != "id"]

    def random_change(self) -> AlterChange | None:
        kinds = [self.add_column, self.drop_column, self.rename, self.move, self.retype, self.default, self.nullable,
                 self.remark, self.add_part, self.drop_part, self.check]  # fmt: skip
        return self.chance.choice(kinds)()

    def pick(self, *, free: bool = False) -> dict[str, Any] | None:
        used = self.used() if free else set()
        found = [one for one in self.others() if one["name"] not in used]
        return self.chance.choice(found) if found else None

    def drop_column(self) -> AlterChange | None:
        one = self.pick(free=True)
        if one is None or "new" in one:
            return None
        self.columns.remove(one)
        return change("drop_column", column=one["name"])

    def once(self, one: dict[str, Any] | None, what: str) -> dict[str, Any] | None:
        """The column, unless a change of the same request has set this of it."""
        if one is None or what in one.setdefault("set", set()):
            return None
        one["set"].add(what)
        return one

    def rename(self) -> AlterChange | None:
        if (one := self.once(self.pick(), "name")) is None:
            return None
        old, new = one["name"], self.free_name()
        one["name"] = new
        for columns in [*self.uniques.values(), *self.indexes.values()]:
            columns[:] = [new if name == old else name for name in columns]
        return change("rename_column", column=old, new_name=new)

    def move(self) -> AlterChange | None:
        if self.engine == "postgresql" or (one := self.once(self.pick(), "place")) is None:
            return None
        self.columns.remove(one)
        at = self.chance.randint(0, len(self.columns))
        self.columns.insert(at, one)
        if at == 0:
            return change("move_column", column=one["name"], first=True)
        return change("move_column", column=one["name"], after=self.columns[at - 1]["name"])

    def retype(self) -> AlterChange | None:
        if (one := self.once(self.pick(free=True), "type")) is None:
            return None
        numbers, texts = TYPES[self.engine]
        wanted = texts if one["type"] in texts else numbers
        one["type"] = self.chance.choice(wanted)
        if one["type"] == "text" and self.engine == "mysql":
            one["type"] = "varchar(40)"  # whose default would be of another kind
        return change("set_type", column=one["name"], db_type=one["type"])

    def default(self) -> AlterChange | None:
        one = self.pick()
        if one is None or (self.has_rows() and "filled" not in one) or self.once(one, "default") is None:
            return None
        is_number = one["type"] in TYPES[self.engine][0]
        one["default"] = self.chance.choice([None, "7" if is_number else "'a\"b'"])
        return change("set_default", column=one["name"], default=one["default"])

    def nullable(self) -> AlterChange | None:
        one = self.pick()
        if one is None or (self.has_rows() and "filled" not in one) or self.once(one, "nullable") is None:
            return None
        one["nullable"] = self.chance.random() < 0.5
        return change("set_nullable", column=one["name"], nullable=one["nullable"])

    def remark(self) -> AlterChange | None:
        if self.engine == "sqlite" or (one := self.once(self.pick(), "comment")) is None:
            return None
        one["comment"] = self.chance.choice([None, "new; 'comment'\n\\"])
        return change("set_comment", column=one["name"], comment=one["comment"])

    def add_part(self) -> AlterChange | None:
        found = [one for one in self.others() if one["type"] != "text" or self.engine != "mysql"]
        chosen = ["id", *(one["name"] for one in self.chance.sample(found, min(len(found), self.chance.randint(0, 2))))]
        self.chance.shuffle(chosen)
        name = self.next_name()
        if self.chance.random() < 0.5 and len(chosen) > 1 and chosen not in self.uniques.values():
            self.uniques[name] = chosen
            return change("add_key", name=name, columns=list(chosen))
        self.indexes[name] = chosen
        return change("add_index", name=name, parts=[NewIndexPart(column=one) for one in chosen])

    def drop_part(self) -> AlterChange | None:
        old = [name for name in [*self.uniques, *self.indexes] if name in self.there]
        if not old:
            return None
        name = self.chance.choice(old)
        self.there.discard(name)
        if self.indexes.pop(name, None) is not None:
            return change("drop_index", name=name)
        columns = self.uniques.pop(name)
        if self.engine == "sqlite":
            return change("drop_constraint", constraint="unique", name=name, columns=columns)
        return change("drop_constraint", constraint="unique", name=name)

    def check(self) -> AlterChange | None:
        if self.checks and self.chance.random() < 0.5:
            gone = [name for name in sorted(self.checks) if name in self.there]
            if gone:
                self.checks.discard(gone[0])
                return change("drop_constraint", constraint="check", name=gone[0])
        name = self.next_name()
        self.checks.add(name)
        return change("add_check", name=name, expression="id > -100")

    def settle(self) -> None:
        """Begin another request."""
        self.there = {*self.uniques, *self.indexes, *self.checks}
        for one in self.columns:
            one.pop("set", None)

    def compare(self, found: ObjectDescription) -> None:
        told = [(one.name, one.db_type, one.nullable, one.default is None, one.comment) for one in found.columns]
        assert told == [
            (one["name"], one["type"], one["nullable"], one["default"] is None, one["comment"]) for one in self.columns
        ]
        if self.engine == "postgresql":
            assert {one.name for one in found.checks} == self.checks
            assert {one.name: list(one.columns) for one in found.keys if not one.primary} == self.uniques
        else:
            keys = sorted(list(one.columns) for one in found.keys if not one.primary)
            assert keys == sorted(self.uniques.values())
        own = {one.name: [part.column for part in one.parts] for one in found.indexes if one.name in self.indexes}
        assert own == self.indexes
        assert [one.columns for one in found.keys if one.primary] == [["id"]]


@pytest.mark.parametrize("seed", range(int(os.environ.get("LITEBASE_ALTER_SEEDS", "12"))))
async def test_random_changes_of_random_tables_come_out_as_asked_for_and_keep_the_rows(place: Place, seed: int) -> None:
    chance = random.Random(seed)
    model = Model(place.engine, chance)
    await alter(place, "t", *model.create())
    model.settle()
    model.compare(await described(place, "t"))
    table = f"{place.quoted(place.schema_name)}.t"
    for number in range(_ROWS):
        columns = ", ".join(place.quoted(one["name"]) for one in model.columns)
        values = ", ".join(str(number) if one["name"] == "id" else f"'{number % 7 + 1}'" for one in model.columns)
        await place.query(f"INSERT INTO {table} ({columns}) VALUES ({values})", db_session_id=place.session)
    for one in model.columns:
        one["filled"] = True
    for _ in range(4):
        changes = [one for one in (model.random_change() for _ in range(chance.randint(1, 6))) if one is not None]
        if not changes:
            continue
        try:
            await alter(place, "t", *changes)
        except RequestFailed as refused:
            if "takes the name of one that is dropped" not in refused.message:
                raise
            return
        model.settle()
        model.compare(await described(place, "t"))
        rows = await place.rows(f"SELECT * FROM {table} ORDER BY id")
        assert len(rows) == _ROWS
        for at, one in enumerate(model.columns):
            if one.get("filled"):
                found = [str(row[at]).partition(".")[0] for row in rows]
                expected = range(_ROWS) if one["name"] == "id" else (number % 7 + 1 for number in range(_ROWS))
                assert found == [str(value) for value in expected], one
