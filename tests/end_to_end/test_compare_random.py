"""Random schemas, made alike by the statements that `compare_schemas` answers: nothing differs afterwards."""

import os
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from litebase.client import Client
from tests.end_to_end.places import ENGINES
from tests.end_to_end.two_schemas import open_two

pytestmark = pytest.mark.anyio

_SEEDS = int(os.environ.get("LITEBASE_COMPARE_SEEDS", "6"))
_KEYS = {"sqlite": "INTEGER", "postgresql": "integer", "mysql": "int"}
_TYPES = {
    "sqlite": ["INTEGER", "TEXT", "REAL", "varchar(20)"],
    "postgresql": ["integer", "bigint", "text", "varchar(20)", "numeric(10,2)"],
    "mysql": ["int", "bigint", "varchar(20)", "varchar(30)", "decimal(10,2)"],
}
_DEFAULTS = ["1", "'7'", "2"]
_TRIGGERS = {
    "sqlite": "CREATE TRIGGER {{s}}.t{0} AFTER INSERT ON {0} BEGIN DELETE FROM {0} WHERE id < {1}; END",
    "mysql": "CREATE TRIGGER {{s}}.t{0} BEFORE INSERT ON {{s}}.{0} FOR EACH ROW SET NEW.up = {1}",
    "postgresql": "CREATE TRIGGER t{0} BEFORE UPDATE ON {{s}}.{0} FOR EACH ROW WHEN (NEW.up > {1}) "
    "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
}


class Schema:
    """Random tables, views and triggers of few names, so that two such schemas have much in common."""

    def __init__(self, chance: random.Random, engine: str) -> None:
        self._chance, self._engine = chance, engine
        self._s = "" if engine == "sqlite" else "{s}."
        self._indexes = set[str]()
        self._later: list[str] = []
        self._views: list[str] = []

    def statements(self) -> list[str]:
        """What makes it."""
        tables = [name for name in "abcd" if self._is(0.8)]
        made = [self._table(table, tables) for table in tables]
        return [*made, *self._later, *self._views]

    def _is(self, probability: float) -> bool:
        return self._chance.random() < probability

    def _table(self, table: str, tables: Sequence[str]) -> str:
        key, names = _KEYS[self._engine], [name for name in ("p", "q", "r", "s") if self._is(0.6)]
        if self._engine != "postgresql":
            self._chance.shuffle(names)
        items = [f"id {key} NOT NULL", f"up {key}", *map(self._column, names)]
        if names and self._is(0.3):
            items.append(f"g {key} GENERATED ALWAYS AS (id + {self._chance.randint(1, 2)}) STORED")
        items.append("PRIMARY KEY (id)")
        if self._is(0.5):
            items.append(f"CONSTRAINT {table}_u UNIQUE (up, id)")
        if self._is(0.4):
            items.append(f"CONSTRAINT {table}_c CHECK (up < {self._chance.randint(1, 3)})")
        items += [key for at in range(2) if self._is(0.4) for key in self._foreign_key(table, tables, at)]
        for _ in range(2 if names else 0):
            self._index(table, self._chance.choice(names))
        if self._is(0.4):
            self._later.append(_TRIGGERS[self._engine].format(table, self._chance.randint(1, 2)))
        if self._is(0.6):
            columns = ", ".join(["id", *(name for name in names if self._is(0.5))])
            where = f"FROM {self._s}{table} WHERE id > {self._chance.randint(0, 1)}"
            self._views.append(f"CREATE VIEW {{s}}.v{table} AS SELECT {columns} {where}")
        return f"CREATE TABLE {{s}}.{table} ({', '.join(items)})"

    def _column(self, name: str) -> str:
        text = f"{name} {self._chance.choice(_TYPES[self._engine])}"
        text += f" DEFAULT {self._chance.choice(_DEFAULTS)}" if self._is(0.3) else ""
        return text + " NOT NULL" * self._is(0.3)

    def _foreign_key(self, table: str, tables: Sequence[str], at: int) -> list[str]:
        """A key inside of the table where it may refer to what is made later; else one that is added."""
        other, action = self._chance.choice(tables), self._chance.choice(["", " ON DELETE CASCADE"])
        said = f"CONSTRAINT {table}_f{at} FOREIGN KEY (up) REFERENCES {self._s}{other} (id){action}"
        if self._engine == "sqlite" or other == table:
            return [said]
        self._later.append(f"ALTER TABLE {{s}}.{table} ADD {said}")
        return []

    def _index(self, table: str, column: str) -> None:
        """An index, of a name that a table of the other schema may have."""
        name, unique = f"i{self._chance.randint(1, 6)}", "UNIQUE " * self._is(0.3)
        if name in self._indexes:
            return
        self._indexes.add(name)
        places = ("{s}.", "") if self._engine == "sqlite" else ("", "{s}.")
        self._later.append(f"CREATE {unique}INDEX {places[0]}{name} ON {places[1]}{table} ({column}, id)")


@pytest.mark.parametrize("seed", range(_SEEDS))
@pytest.mark.parametrize("engine", ENGINES)
async def test_random_schemas_are_made_alike(
    engine: str, seed: int, request: pytest.FixtureRequest, client: Client, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    async with open_two(engine, request, client, tmp_path) as two:
        for place in (two.first, two.other):
            await place.run(*Schema(chance, engine).statements())
        await two.alike()
