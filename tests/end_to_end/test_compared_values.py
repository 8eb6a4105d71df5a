"""Which values are equal, between all engines: exactly those of equal meaning, and what cannot be told is left out."""

import random
import sys
from collections.abc import Mapping
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

import pytest

from tests.end_to_end.test_copies import ENGINES, Side, Sides, copy, failure, pair, sides
from tests.end_to_end.two_tables import FIRST, OTHER, Counted, compare, counted, differing, make, rows_of
from tests.mysql_series import BY_CODE_POINT, HAS_UUID

__all__ = ["pair", "sides"]
pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform == "win32", reason="needs private servers")]

# Columns by engine, and a value in each as that engine writes it: first one that is equal everywhere, then others.
_TYPES: Mapping[str, Mapping[str, tuple[str, str, str]]] = {
    "integer": {
        "postgresql": ("bigint", "9223372036854775807", "9223372036854775806"),
        "mysql": ("bigint unsigned", "9223372036854775807", "9223372036854775808"),
        "sqlite": ("INTEGER", "9223372036854775807", "-9223372036854775808"),
    },
    "decimal": {
        "postgresql": ("numeric", "-1234567890.500", "-1234567890.50000001"),
        "mysql": ("decimal(30,10)", "-1234567890.5", "-1234567890.5000000001"),
        "sqlite": ("TEXT", "'-1234567890.5'", "'-1234567890.51'"),
    },
    "zero": {
        "postgresql": ("double precision", "'-0.0'", "5e-324"),
        "mysql": ("double", "0.0", "1e-300"),
        "sqlite": ("REAL", "0.0", "-5e-324"),
    },
    "float": {
        "postgresql": ("real", "0.1", "0.1000001"),
        "mysql": ("float", "0.1", "0.1000002"),
        "sqlite": ("REAL", "0.1", "0.1000000014901162"),
    },
    "boolean": {
        "postgresql": ("boolean", "true", "false"),
        "mysql": ("tinyint(1)", "1", "2"),
        "sqlite": ("BOOLEAN", "1", "0"),
    },
    "text": {
        "postgresql": ("text", "'Ä ß😀 '", "'Ä ß😀'"),
        "mysql": ("varchar(20) COLLATE utf8mb4_general_ci", "'Ä ß😀 '", "'ä ß😀 '"),
        "sqlite": ("TEXT COLLATE NOCASE", "'Ä ß😀 '", "'ä ß😀 '"),
    },
    "padded": {
        "postgresql": ("character(9)", "'ab'", "'Ab'"),
        "mysql": ("char(9)", "'ab'", "'aB'"),
        "sqlite": ("TEXT", "'ab'", "' ab'"),
    },
    "bytes": {
        "postgresql": ("bytea", r"'\x00ff80'", r"'\x00ff8000'"),
        "mysql": ("varbinary(9)", "X'00ff80'", "X'00ff8000'"),
        "sqlite": ("BLOB", "X'00ff80'", "X'00ff81'"),
    },
    "date": {
        "postgresql": ("date", "'2024-02-29'", "'2024-03-01'"),
        "mysql": ("date", "'2024-02-29'", "'2024-02-28'"),
        "sqlite": ("DATE", "'2024-02-29'", "'2024-2-29'"),
    },
    "timestamp": {
        "postgresql": ("timestamp", "'2024-02-29 10:00:00.5'", "'2024-02-29 10:00:00.500001'"),
        "mysql": ("datetime(6)", "'2024-02-29 10:00:00.5'", "'2024-02-29 10:00:00.499999'"),
        "sqlite": ("DATETIME", "'2024-02-29T10:00:00.50'", "'2024-02-29 10:00:00'"),
    },
    "timestamptz": {
        "postgresql": ("timestamptz", "'2024-07-01 12:00:00+02'", "'2024-07-01 12:00:00+00'"),
        "mysql": ("datetime", "'2024-07-01 10:00:00'", "'2024-07-01 12:00:00'"),
        "sqlite": ("TIMESTAMPTZ", "'2024-07-01 11:00:00+01:00'", "'2024-07-01 11:00:00Z'"),
    },
    "time": {
        "postgresql": ("time", "'23:59:59.25'", "'23:59:59.250001'"),
        "mysql": ("time(4)", "'23:59:59.25'", "'-23:59:59.25'"),
        "sqlite": ("TIME", "'23:59:59.2500'", "'23:59:59'"),
    },
    "uuid": {
        "postgresql": ("uuid", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"),
        "mysql": ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "'c0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"),
        "sqlite": ("UUID", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "'a0eebc999c0b4ef8bb6d6bb9bd380a11'"),
    },
    "json": {
        "postgresql": ("jsonb", """'{"a": 1.0, "b": [true, null, "x"]}'""", """'{"a": 1, "b": [1, null, "x"]}'"""),
        "mysql": ("json", """'{"b":[true,null,"x"],"a":1.00}'""", """'{"b":[null,true,"x"],"a":1.00}'"""),
        "sqlite": ("JSON", """'{ "a":1, "b":[true,null,"x"] }'""", """'{"a":1,"a":1,"b":[true,null,"x"]}'"""),
    },
    "bit": {
        "postgresql": ("bit(10)", "B'0011001110'", "B'0011001111'"),
        "mysql": ("bit(10)", "b'11001110'", "b'1100111'"),
        "sqlite": ("TEXT", "'0011001110'", "'11001110'"),
    },
}  # fmt: skip


T = TypeVar("T")


def _of_both(kinds: Mapping[str, T], *sides: Side) -> Mapping[str, T]:
    """The kinds for which both sides have a type; MySQL has none of UUIDs, nor has MariaDB before 10.7."""
    has_all = HAS_UUID or "mysql" not in {one.engine for one in sides}
    return kinds if has_all else {kind: types for kind, types in kinds.items() if kind != "uuid"}


async def test_values_are_equal_by_their_meaning_and_only_then(pair: tuple[Side, Side]) -> None:
    first, other = pair
    for side, name, odd in ((first, FIRST, 2), (other, OTHER, 1)):
        found = {kind: engines[side.engine] for kind, engines in _of_both(_TYPES, first, other).items()}
        columns = ", ".join(f"c_{kind} {one[0]}" for kind, one in found.items())
        equal, own = (", ".join(one[at] for one in found.values()) for at in (1, 2))
        nulls = ", ".join(["NULL"] * len(found))
        # the same, NULL everywhere, NULL on the side of the first, and another value on that of the other
        rows = [f"1, {equal}", f"2, {nulls}", f"3, {nulls if odd == 2 else equal}", f"4, {equal if odd == 2 else own}"]
        await make(side, name, f"id INTEGER PRIMARY KEY, {columns}", rows)
    answer = await compare(first, other)
    assert answer.left_out == []
    assert counted(answer) == Counted(equal=2, different=2), [row[:2] for row in rows_of(answer)]
    assert differing(answer) == {f"c_{kind}": 2 for kind in _of_both(_TYPES, first, other)}


async def test_numbers_that_are_none_and_infinite_ones(sides: Sides) -> None:
    one, two = await sides.open("postgresql"), await sides.open("postgresql", "two")
    await one.clear()
    columns = "id {} PRIMARY KEY, f double precision, n numeric"
    rows = ["'NaN', 'NaN', 'NaN'", "-1.5, '-Infinity', 0.10", "2, 'Infinity', 1e3"]
    await make(one, FIRST, columns.format("double precision"), rows)
    await make(two, OTHER, columns.format("numeric"), rows)
    assert counted(await compare(one, two)) == Counted(equal=3)
    await two.query("UPDATE copy_target SET f = 0, n = 0 WHERE id = 'NaN'")
    answer = await compare(one, two)
    assert (counted(answer), differing(answer)) == (Counted(equal=2, different=1), {"f": 1, "n": 1})
    await one.clear()


async def test_what_cannot_be_compared_exactly_is_left_out_by_name(sides: Sides) -> None:
    server, file = await sides.open("postgresql"), await sides.open("sqlite")
    await server.clear()
    await make(server, FIRST, "id int PRIMARY KEY, u uuid, b bytea, t timestamp, n int, j json, v text",
               ["1, NULL, NULL, NULL, NULL, NULL, 'v'"])  # fmt: skip
    await make(file, OTHER, "id INTEGER PRIMARY KEY, u BLOB, b TEXT, t INTEGER, n DATETIME, j INTEGER, v TEXT",
               ["1, NULL, NULL, NULL, NULL, NULL, 'v'"])  # fmt: skip
    answer = await compare(server, file)
    assert [one.name for one in answer.left_out] == ["u", "b", "t", "n", "j"]
    assert "uuid" in answer.left_out[0].reason
    assert "BLOB" in answer.left_out[0].reason
    assert [one.name for one in answer.compared] == ["v"]
    refused = await failure(compare(server, file, key=["n"]))
    assert (refused.code, "do not sort alike" in refused.message) == ("unsupported", True)
    await server.clear()


async def test_texts_and_other_meanings_are_told_in_warnings(sides: Sides) -> None:
    server, file = await sides.open("postgresql"), await sides.open("sqlite")
    await server.clear()
    columns = "id varchar(9) PRIMARY KEY, {}"
    await make(server, FIRST, columns.format("n numeric, z timestamptz, d date"),
               ["'a', 1.50, '2024-01-01 00:00+00', '2024-01-01'"])  # fmt: skip
    await make(file, OTHER, columns.format("n TEXT, z DATETIME, d DATETIME"),
               ["'a', '1.5', '2024-01-01 00:00:00', '2024-01-01 00:00:00'"])  # fmt: skip
    answer = await compare(server, file)
    assert counted(answer) == Counted(equal=1)
    assert [(one.code, one.column) for one in answer.warnings] == [
        ("other_type", "n"), ("other_type", "z"), ("other_type", "d"), ("server_sorts", None),
    ]  # fmt: skip
    await server.clear()


@pytest.mark.parametrize("engine", ENGINES)
async def test_spaces_that_fill_up_a_char_do_not_count_in_a_key_either(sides: Sides, engine: str) -> None:
    server, other = await sides.open("postgresql"), await sides.open(engine, "two")
    for one in (server, other):
        await one.clear()
    await make(server, FIRST, "c char(5) PRIMARY KEY, d char(3)", ["'ab', 'x'", "'ä', ''"])
    await copy(server, other)
    assert counted(await compare(server, other)) == Counted(equal=2)
    await other.run("DELETE FROM copy_target", "INSERT INTO copy_target VALUES ('ab', 'x'), ('ä', ' ')")
    assert counted(await compare(server, other)) == Counted(equal=2)
    assert counted(await compare(other, server, name=OTHER, to=FIRST)) == Counted(equal=2)
    for one in (server, other):
        await one.clear()


async def test_bits_of_columns_with_other_sizes_are_equal_as_numbers(sides: Sides) -> None:
    one, two = await sides.open("mysql"), await sides.open("mysql", "two")
    await one.clear()
    await make(one, FIRST, "k bit(3) PRIMARY KEY, v bit(8)", ["b'101', b'101'", "b'001', b'1'"])
    await make(two, OTHER, "k bit(12) PRIMARY KEY, v bit(10)", ["b'101', b'101'", "b'001', b'100000001'"])
    answer = await compare(one, two)
    assert (counted(answer), differing(answer)) == (Counted(equal=1, different=1), {"v": 1})
    await one.clear()


async def test_json_that_is_a_number_in_sqlite(sides: Sides) -> None:
    server, file = await sides.open("postgresql"), await sides.open("sqlite")
    await server.clear()
    rows = ["1, '1'", "2, '1.50'", "3, '\"1\"'", "4, 'true'"]
    await make(server, FIRST, "id int PRIMARY KEY, j json", rows)
    await make(file, OTHER, "id INTEGER PRIMARY KEY, j JSON", [*rows[:2], "3, 1", "4, 1"])
    assert [row[2] for row in rows_of(await compare(server, file))] == [3, 4]
    await server.clear()


_HARD_TEXTS = (
    "a", "A", "b", "B", "ä", "Ä", "z", "Z", "a ", " a", "", "10", "9", "1", "01", "é", "e\u0301", "\uffff",
    "\U0001f600", "\U00010000", "\ue000", "ß", "ss", "a-b", "ab", "a_b", "ÿ", "Ā",
)  # fmt: skip
_KEYS: Mapping[str, Mapping[str, str]] = {
    "integer": {"postgresql": "bigint", "mysql": "bigint", "sqlite": "INTEGER"},
    "decimal": {"postgresql": "numeric", "mysql": "decimal(30,10)", "sqlite": "NUMERIC"},
    "text": {"postgresql": "text", "mysql": f"varchar(40) COLLATE {BY_CODE_POINT}", "sqlite": "TEXT"},
    "bytes": {"postgresql": "bytea", "mysql": "varbinary(20)", "sqlite": "BLOB"},
    "date": {"postgresql": "date", "mysql": "date", "sqlite": "DATE"},
    "timestamp": {"postgresql": "timestamptz", "mysql": "datetime(3)", "sqlite": "DATETIME"},
    "uuid": {"postgresql": "uuid", "mysql": "uuid", "sqlite": "UUID"},
    "time": {"postgresql": "time", "mysql": "time(3)", "sqlite": "TIME"},
}  # fmt: skip


def _literal(kind: str, value: object, engine: str) -> str:
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'" if engine == "postgresql" else f"X'{value.hex()}'"
    if kind in ("integer", "decimal"):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def _values(kind: str, chance: random.Random) -> list[object]:
    """Values that differ, which a careless order would put elsewhere."""
    some: list[object]
    if kind == "integer":
        some = [
            0,
            -1,
            1,
            9,
            10,
            -10,
            2**53,
            2**53 + 1,
            2**63 - 1,
            -(2**63),
            *(chance.randrange(-999, 999) for _ in range(60)),
        ]
    elif kind == "decimal":
        some = [Decimal(chance.randrange(-9999, 9999)) / 4 for _ in range(80)]
    elif kind == "text":
        some = [*_HARD_TEXTS, *("".join(chance.choice(_HARD_TEXTS) for _ in range(3)) for _ in range(60))]
    elif kind == "bytes":
        some = [b"", b"\0", b"\xff", *(chance.randbytes(chance.randrange(1, 4)) for _ in range(80))]
    elif kind == "date":
        some = [
            f"{chance.randrange(1000, 9999)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
            for _ in range(80)
        ]
    elif kind == "timestamp":
        some = [
            "2024-01-01 00:00:00",
            *(f"2024-01-01 00:00:{chance.randrange(60):02}.{chance.randrange(1, 10)}" for _ in range(80)),
        ]
    elif kind == "time":
        some = ["10:00:00", *(f"{chance.randrange(24):02}:00:00.{chance.randrange(1, 10)}" for _ in range(60))]
    else:
        some = [str(UUID(int=chance.getrandbits(128), version=chance.choice([1, 4]))) for _ in range(80)]
    return list(dict.fromkeys(some))


@pytest.mark.parametrize("seed", [20, 21])
@pytest.mark.parametrize("engines", [(a, b) for a in ENGINES for b in ENGINES if a <= b], ids="-".join)
async def test_random_tables_differ_as_plain_python_says(sides: Sides, engines: tuple[str, str], seed: int) -> None:
    first, other = await sides.open(engines[0]), await sides.open(engines[1], "two")
    chance = random.Random(seed)
    for kind, types in _of_both(_KEYS, first, other).items():
        for one in (first, other):
            await one.clear()
        values = _values(kind, chance)
        tables: list[dict[object, int]] = []
        for side, name in ((first, FIRST), (other, OTHER)):
            rows = {value: chance.randrange(2) for value in values if chance.random() < 0.8}
            texts = [f"{_literal(kind, value, side.engine)}, {number}" for value, number in rows.items()]
            chance.shuffle(texts)
            key = types[side.engine]
            await make(side, name, f"k {key} NOT NULL, v INTEGER", texts)
            tables.append(rows)
        answer = await compare(first, other, key=["k"])
        left, right = tables
        both = left.keys() & right.keys()
        same = {one for one in both if left[one] == right[one]}
        expected = Counted(len(same), len(left.keys() - both), len(right.keys() - both), len(both - same))
        assert counted(answer) == expected, kind
    for one in (first, other):
        await one.clear()
