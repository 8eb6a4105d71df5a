"""What the types of each engine become in each other one, as a table."""

import pytest

from litebase.drivers import ENGINES, copy_dialect
from litebase.drivers.copying import Portable, fit

_BECOMES: dict[tuple[str, str], list[tuple[str, str, str, str | None]]] = {
    ("postgresql", "mysql"): [
        ("boolean", "boolean", "tinyint(1)", None),
        ("smallint", "integer", "smallint", None),
        ("integer", "integer", "int", None),
        ("bigint", "integer", "bigint", None),
        ("oid", "integer", "bigint", None),
        ("numeric", "decimal", "longtext", "becomes_text"),
        ("numeric(20,4)", "decimal", "decimal(20,4)", None),
        ("numeric(70,4)", "decimal", "longtext", "becomes_text"),
        ("numeric(3,-2)", "decimal", "longtext", "becomes_text"),
        ("real", "float", "double", None),
        ("double precision", "float", "double", None),
        ("text", "text", "longtext", None),
        ("character varying(40)", "text", "varchar(40)", None),
        ("character(5)", "text", "longtext", None),
        ("bytea", "bytes", "longblob", None),
        ("date", "date", "date", None),
        ("time(3) without time zone", "time", "time(3)", None),
        ("time with time zone", "timetz", "longtext", "becomes_text"),
        ("timestamp without time zone", "timestamp", "datetime(6)", None),
        ("timestamp(0) with time zone", "timestamptz", "datetime(0)", "other_type"),
        ("interval", "interval", "longtext", "becomes_text"),
        ("json", "json", "longtext", "becomes_text"),
        ("jsonb", "json", "longtext", "becomes_text"),
        ("uuid", "uuid", "char(36)", "becomes_text"),
        ("inet", "network", "longtext", "becomes_text"),
        ("integer[]", "array", "longtext", "becomes_text"),
        ("int4range", "range", "longtext", "becomes_text"),
        ("bit(5)", "bit", "bit(5)", None),
        ("bit(65)", "bit", "longtext", "becomes_text"),
        ("bit varying(9)", "bit", "longtext", "becomes_text"),
        ("xml", "xml", "longtext", "becomes_text"),
        ("point", "geometry", "longtext", "becomes_text"),
        ("money", "other", "longtext", "becomes_text"),
        ("mood", "enum", "longtext", "becomes_text"),
        ("pair", "composite", "longtext", "becomes_text"),
        ("regclass", "other", "longtext", "becomes_text"),
    ],
    ("postgresql", "sqlite"): [
        ("boolean", "boolean", "BOOLEAN", None),
        ("smallint", "integer", "INTEGER", None),
        ("integer", "integer", "INTEGER", None),
        ("bigint", "integer", "INTEGER", None),
        ("oid", "integer", "INTEGER", None),
        ("numeric", "decimal", "TEXT", "becomes_text"),
        ("numeric(20,4)", "decimal", "TEXT", "becomes_text"),
        ("numeric(70,4)", "decimal", "TEXT", "becomes_text"),
        ("numeric(3,-2)", "decimal", "TEXT", "becomes_text"),
        ("real", "float", "REAL", None),
        ("double precision", "float", "REAL", None),
        ("text", "text", "TEXT", None),
        ("character varying(40)", "text", "TEXT", None),
        ("character(5)", "text", "TEXT", None),
        ("bytea", "bytes", "BLOB", None),
        ("date", "date", "DATE", None),
        ("time(3) without time zone", "time", "TIME", None),
        ("time with time zone", "timetz", "TIMETZ", None),
        ("timestamp without time zone", "timestamp", "DATETIME", None),
        ("timestamp(0) with time zone", "timestamptz", "TIMESTAMPTZ", None),
        ("interval", "interval", "TEXT", "becomes_text"),
        ("json", "json", "TEXT", "becomes_text"),
        ("jsonb", "json", "TEXT", "becomes_text"),
        ("uuid", "uuid", "TEXT", "becomes_text"),
        ("inet", "network", "TEXT", "becomes_text"),
        ("integer[]", "array", "TEXT", "becomes_text"),
        ("int4range", "range", "TEXT", "becomes_text"),
        ("bit(5)", "bit", "TEXT", "becomes_text"),
        ("bit(65)", "bit", "TEXT", "becomes_text"),
        ("bit varying(9)", "bit", "TEXT", "becomes_text"),
        ("xml", "xml", "TEXT", "becomes_text"),
        ("point", "geometry", "TEXT", "becomes_text"),
        ("money", "other", "TEXT", "becomes_text"),
        ("mood", "enum", "TEXT", "becomes_text"),
        ("pair", "composite", "TEXT", "becomes_text"),
        ("regclass", "other", "TEXT", "becomes_text"),
    ],
    ("mysql", "postgresql"): [
        ("tinyint(1)", "integer", "smallint", None),
        ("tinyint(3) unsigned", "integer", "smallint", None),
        ("smallint(6)", "integer", "smallint", None),
        ("mediumint(9)", "integer", "integer", None),
        ("int(11)", "integer", "integer", None),
        ("int unsigned", "integer", "bigint", None),
        ("bigint(20)", "integer", "bigint", None),
        ("bigint(20) unsigned", "integer", "numeric(20,0)", "other_type"),
        ("decimal(10,2)", "decimal", "numeric(10,2)", None),
        ("decimal(65,30)", "decimal", "numeric(65,30)", None),
        ("float", "float", "real", None),
        ("double", "float", "double precision", None),
        ("varchar(40)", "text", "character varying(40)", None),
        ("char(5)", "text", "character varying(5)", None),
        ("longtext", "text", "text", None),
        ("blob", "bytes", "bytea", None),
        ("binary(4)", "bytes", "bytea", None),
        ("date", "date", "date", None),
        ("time(6)", "time", "interval", "other_type"),
        ("datetime(3)", "timestamp", "timestamp(3)", None),
        ("timestamp", "timestamp", "timestamptz(0)", None),
        ("year(4)", "other", "smallint", None),
        ("enum('a')", "enum", "text", "becomes_text"),
        ("set('x')", "other", "text", "becomes_text"),
        ("bit(10)", "bit", "bit(10)", None),
        ("json", "json", "json", None),
        ("geometry", "geometry", "bytea", "other_type"),
        ("uuid", "uuid", "uuid", None),
        ("inet6", "network", "text", "becomes_text"),
    ],
    ("mysql", "sqlite"): [
        ("tinyint(1)", "integer", "INTEGER", None),
        ("tinyint(3) unsigned", "integer", "INTEGER", None),
        ("smallint(6)", "integer", "INTEGER", None),
        ("mediumint(9)", "integer", "INTEGER", None),
        ("int(11)", "integer", "INTEGER", None),
        ("int unsigned", "integer", "INTEGER", None),
        ("bigint(20)", "integer", "INTEGER", None),
        ("bigint(20) unsigned", "integer", "INTEGER", "may_be_refused"),
        ("decimal(10,2)", "decimal", "TEXT", "becomes_text"),
        ("decimal(65,30)", "decimal", "TEXT", "becomes_text"),
        ("float", "float", "REAL", None),
        ("double", "float", "REAL", None),
        ("varchar(40)", "text", "TEXT", None),
        ("char(5)", "text", "TEXT", None),
        ("longtext", "text", "TEXT", None),
        ("blob", "bytes", "BLOB", None),
        ("binary(4)", "bytes", "BLOB", None),
        ("date", "date", "DATE", None),
        ("time(6)", "time", "TIME", None),
        ("datetime(3)", "timestamp", "DATETIME", None),
        ("timestamp", "timestamp", "TIMESTAMPTZ", None),
        ("year(4)", "other", "INTEGER", None),
        ("enum('a')", "enum", "TEXT", "becomes_text"),
        ("set('x')", "other", "TEXT", "becomes_text"),
        ("bit(10)", "bit", "TEXT", "becomes_text"),
        ("json", "json", "TEXT", "becomes_text"),
        ("geometry", "geometry", "BLOB", "other_type"),
        ("uuid", "uuid", "TEXT", "becomes_text"),
        ("inet6", "network", "TEXT", "becomes_text"),
    ],
    ("sqlite", "postgresql"): [
        ("INTEGER", "text", "bigint", None),
        ("BOOLEAN", "text", "boolean", None),
        ("REAL", "text", "double precision", None),
        ("TEXT", "text", "text", None),
        ("VARCHAR(40)", "text", "text", None),
        ("BLOB", "text", "bytea", None),
        ("", "text", "text", "becomes_text"),
        ("DECIMAL(12,3)", "text", "numeric(12,3)", None),
        ("NUMERIC", "text", "numeric", None),
        ("DATE", "text", "date", None),
        ("TIME", "text", "time(6)", None),
        ("DATETIME", "text", "timestamp(6)", None),
        ("TIMESTAMPTZ", "text", "timestamptz(6)", None),
        ("JSON", "text", "json", None),
        ("UUID", "text", "uuid", None),
        ("XML", "text", "xml", None),
    ],
    ("sqlite", "mysql"): [
        ("INTEGER", "text", "bigint", None),
        ("BOOLEAN", "text", "tinyint(1)", None),
        ("REAL", "text", "double", None),
        ("TEXT", "text", "longtext", None),
        ("VARCHAR(40)", "text", "longtext", None),
        ("BLOB", "text", "longblob", None),
        ("", "text", "longtext", "becomes_text"),
        ("DECIMAL(12,3)", "text", "decimal(12,3)", None),
        ("NUMERIC", "text", "longtext", "becomes_text"),
        ("DATE", "text", "date", None),
        ("TIME", "text", "time(6)", None),
        ("DATETIME", "text", "datetime(6)", None),
        ("TIMESTAMPTZ", "text", "datetime(6)", "other_type"),
        ("JSON", "text", "longtext", "becomes_text"),
        ("UUID", "text", "char(36)", "becomes_text"),
        ("XML", "text", "longtext", "becomes_text"),
    ],
}  # fmt: skip
_EXACT = {"date", "bytes"}


@pytest.mark.parametrize("pair", _BECOMES, ids="-".join)
def test_each_type_has_one_in_each_other_engine(pair: tuple[str, str]) -> None:
    source, target = map(copy_dialect, pair)
    found = []
    for db_type, kind, *_ in _BECOMES[pair]:
        one = fit(target.RULES, source.portable(db_type, kind), in_key=False)
        found.append((db_type, kind, one.db_type, one.code))
    assert found == _BECOMES[pair]


@pytest.mark.parametrize("pair", _BECOMES, ids="-".join)
def test_a_type_that_is_exact_there_is_exact_on_the_way_back(pair: tuple[str, str]) -> None:
    source, target = map(copy_dialect, pair)
    for db_type, kind, there, code in _BECOMES[pair]:
        first = source.portable(db_type, kind)
        if code is None and first.kind in _EXACT:
            back = fit(source.RULES, target.portable(there, first.kind), in_key=False)
            assert source.portable(back.db_type, first.kind).kind == first.kind, db_type


@pytest.mark.parametrize("engine", ENGINES)
def test_every_kind_has_a_type_and_what_is_no_equal_is_explained(engine: str) -> None:
    rules = copy_dialect(engine).RULES
    for kind in ("boolean", "text", "bytes", "duration", "varbit", "opaque", "any", "nothing_known"):
        for in_key in (True, False):
            assert fit(rules, Portable(kind), in_key=in_key).db_type
    assert all(bool(one.message) == (one.code is not None) for one in rules)


def test_a_key_of_mysql_has_a_length() -> None:
    rules = copy_dialect("mysql").RULES
    for kind in ("text", "bytes", "json", "enum", "any"):
        one = fit(rules, Portable(kind), in_key=True)
        assert "(255)" in one.db_type
        assert one.code is not None
