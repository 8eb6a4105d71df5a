"""Words of SQL by the place where they are expected; a phrase is one word. Some are those of one engine."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from litebase.sql.dialect import Dialect


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split(","))


_AFTER_QUERY: Final = "GROUP BY, HAVING, ORDER BY, LIMIT, OFFSET, UNION, UNION ALL, EXCEPT, INTERSECT"
_OPERATORS: Final = "AND, OR, NOT, IN, IS NULL, IS NOT NULL, LIKE, NOT IN, NOT LIKE, BETWEEN, IS, END, COLLATE"
_JOINS: Final = "JOIN, LEFT JOIN, INNER JOIN, CROSS JOIN, RIGHT JOIN, NATURAL JOIN"

_EVERYWHERE: Final = {
    "start": "SELECT, INSERT INTO, UPDATE, DELETE FROM, WITH, CREATE, ALTER, DROP, EXPLAIN, BEGIN, COMMIT, "
    "ROLLBACK, VALUES",
    "query": "SELECT, WITH, VALUES",
    "after_with": "SELECT, INSERT INTO, UPDATE, DELETE FROM",
    "after_union": "SELECT, ALL, VALUES",
    "expression": "CASE, CAST, NOT, NULL, EXISTS, CURRENT_DATE, CURRENT_TIMESTAMP, CURRENT_TIME",
    "expression_select": "DISTINCT, ALL",
    "case": "WHEN, THEN, ELSE, END",
    "values": "DEFAULT",
    "after_select": "FROM, AS, " + _OPERATORS + ", UNION, UNION ALL, OVER, FILTER, WHEN, THEN, ELSE, ORDER BY, LIMIT",
    "after_from": f"AS, {_JOINS}, ON, USING, WHERE, {_AFTER_QUERY}",
    "after_on": f"{_OPERATORS}, {_JOINS}, WHERE, {_AFTER_QUERY}, WHEN, THEN, ELSE",
    "after_where": f"{_OPERATORS}, {_AFTER_QUERY}, RETURNING, WHEN, THEN, ELSE, EXISTS",
    "after_group": "HAVING, ORDER BY, LIMIT, UNION, UNION ALL",
    "after_having": f"{_OPERATORS}, ORDER BY, LIMIT, UNION, UNION ALL",
    "after_order": "ASC, DESC, NULLS FIRST, NULLS LAST, LIMIT, OFFSET",
    "after_partition": "ORDER BY, ROWS BETWEEN, RANGE BETWEEN",
    "after_limit": "OFFSET, UNION, UNION ALL",
    "after_returning": "AS, " + _OPERATORS,
    "after_set": f"WHERE, FROM, RETURNING, {_OPERATORS}, WHEN, THEN, ELSE",
    "after_expression": _OPERATORS + ", AS, WHEN, THEN, ELSE, ORDER BY, FROM",
    "after_insert": "VALUES, SELECT, DEFAULT VALUES, WITH, AS",
    "after_values": "ON CONFLICT, RETURNING",
    "after_conflict": "DO NOTHING, DO UPDATE SET",
    "after_update": "SET, AS",
    "after_delete": "WHERE, RETURNING, USING",
    "delete": "FROM",
    "by": "BY",
    "is": "NULL, NOT NULL, TRUE, FALSE, NOT TRUE, NOT FALSE, DISTINCT FROM",
    "over": "PARTITION BY, ORDER BY, ROWS BETWEEN, RANGE BETWEEN",
    "CREATE": "TABLE, VIEW, INDEX, UNIQUE INDEX, TRIGGER, TEMPORARY TABLE, TABLE IF NOT EXISTS",
    "ALTER": "TABLE",
    "DROP": "TABLE, VIEW, INDEX, TRIGGER, TABLE IF EXISTS, VIEW IF EXISTS, INDEX IF EXISTS",
    "TRUNCATE": "TABLE",
    "alter_table": "ADD COLUMN, DROP COLUMN, RENAME TO, RENAME COLUMN",
    "after_drop": "CASCADE, RESTRICT",
    "after_create": "AS SELECT",
    "definition": "CONSTRAINT, PRIMARY KEY, FOREIGN KEY, UNIQUE, CHECK",
    "column": "NOT NULL, NULL, DEFAULT, PRIMARY KEY, UNIQUE, REFERENCES, CHECK, COLLATE, GENERATED ALWAYS AS",
    "after_references": "ON DELETE CASCADE, ON DELETE SET NULL, ON UPDATE CASCADE",
    "explain": "SELECT, INSERT INTO, UPDATE, DELETE FROM, WITH",
    "relation": "",
    "types": "",
    "merge": "USING",
}
_SQLITE: Final = {
    "start": "PRAGMA, ATTACH DATABASE, DETACH DATABASE, REPLACE INTO, VACUUM, ANALYZE, REINDEX, SAVEPOINT, RELEASE",
    "after_from": "LEFT OUTER JOIN, FULL JOIN, INDEXED BY, NOT INDEXED",
    "after_where": "GLOB, MATCH, REGEXP, ISNULL, NOTNULL",
    "expression": "RAISE",
    "CREATE": "VIRTUAL TABLE, TEMP TABLE, TEMP VIEW",
    "column": "AUTOINCREMENT",
    "explain": "QUERY PLAN",
    "types": "INTEGER, TEXT, REAL, BLOB, NUMERIC, BOOLEAN, DATE, DATETIME, VARCHAR",
}
_POSTGRESQL: Final = {
    "start": "TRUNCATE, MERGE INTO, COPY, GRANT, REVOKE, SET, SHOW, VACUUM, ANALYZE, "
    "REFRESH MATERIALIZED VIEW, CALL, "
    "COMMENT ON, LOCK TABLE, TABLE, DO, LISTEN, NOTIFY",
    "after_from": "FULL JOIN, LEFT JOIN LATERAL, CROSS JOIN LATERAL, TABLESAMPLE, FETCH FIRST, FOR UPDATE, WINDOW",
    "after_where": "ILIKE, NOT ILIKE, SIMILAR TO, IS DISTINCT FROM, AT TIME ZONE, FETCH FIRST, FOR UPDATE, ISNULL",
    "after_on": "ILIKE, SIMILAR TO, IS DISTINCT FROM, FULL JOIN, FOR UPDATE",
    "after_select": "ILIKE, AT TIME ZONE, INTO",
    "expression": "ARRAY, INTERVAL, TRUE, FALSE, LATERAL, ROW, LOCALTIMESTAMP, CURRENT_USER",
    "relation": "LATERAL, ONLY",
    "CREATE": "MATERIALIZED VIEW, SCHEMA, FUNCTION, PROCEDURE, TYPE, SEQUENCE, EXTENSION, ROLE, DATABASE, POLICY, "
    "OR REPLACE VIEW, OR REPLACE FUNCTION, DOMAIN, INDEX CONCURRENTLY, UNLOGGED TABLE",
    "ALTER": "VIEW, INDEX, SEQUENCE, SCHEMA, TYPE, FUNCTION, ROLE, DATABASE, MATERIALIZED VIEW, DOMAIN, POLICY",
    "DROP": "MATERIALIZED VIEW, SCHEMA, FUNCTION, PROCEDURE, TYPE, SEQUENCE, EXTENSION, ROLE, DATABASE, POLICY, DOMAIN",
    "alter_table": "ALTER COLUMN, ADD CONSTRAINT, DROP CONSTRAINT, OWNER TO, SET SCHEMA, ENABLE ROW LEVEL SECURITY",
    "explain": "ANALYZE, VERBOSE",
    "types": "integer, bigint, smallint, text, varchar, char, boolean, date, time, timestamp, timestamptz, "
    "interval, numeric, "
    "real, double precision, uuid, json, jsonb, bytea, serial, bigserial, inet, xml, money, point, "
    "tsvector, int4range",
}
_MYSQL: Final = {
    "start": "REPLACE INTO, TRUNCATE, CALL, SET, SHOW, USE, DESCRIBE, GRANT, REVOKE, LOAD DATA, ANALYZE TABLE, "
    "OPTIMIZE TABLE, LOCK TABLES, UNLOCK TABLES, START TRANSACTION, SHOW TABLES, SHOW CREATE TABLE, KILL",
    "after_from": "STRAIGHT_JOIN, USE INDEX, FORCE INDEX, IGNORE INDEX, FOR UPDATE, LOCK IN SHARE MODE",
    "after_where": "REGEXP, RLIKE, XOR, DIV, MOD, FOR UPDATE",
    "after_on": "REGEXP, XOR, STRAIGHT_JOIN",
    "expression": "INTERVAL, TRUE, FALSE, BINARY, CURRENT_USER",
    "after_values": "ON DUPLICATE KEY UPDATE",
    "after_insert": "SET",
    "CREATE": "DATABASE, SCHEMA, FUNCTION, PROCEDURE, EVENT, USER, ROLE, OR REPLACE VIEW",
    "ALTER": "VIEW, DATABASE, USER, EVENT",
    "DROP": "DATABASE, SCHEMA, FUNCTION, PROCEDURE, EVENT, USER, ROLE",
    "alter_table": "MODIFY COLUMN, CHANGE COLUMN, ALTER COLUMN, ADD INDEX, ADD CONSTRAINT, DROP INDEX, ADD PRIMARY KEY",
    "column": "AUTO_INCREMENT, COMMENT, UNSIGNED, CHARACTER SET, ON UPDATE CURRENT_TIMESTAMP",
    "explain": "ANALYZE, FORMAT=JSON",
    "types": "INT, BIGINT, SMALLINT, TINYINT, VARCHAR, CHAR, TEXT, LONGTEXT, DATE, DATETIME, TIMESTAMP, "
    "TIME, YEAR, DECIMAL, "
    "FLOAT, DOUBLE, BOOLEAN, JSON, BLOB, LONGBLOB, ENUM, SET, BINARY, VARBINARY, BIT",
}
_LACKED_BY_MYSQL: Final = frozenset((
    "RETURNING", "ON CONFLICT", "DO NOTHING", "DO UPDATE SET", "NULLS FIRST", "NULLS LAST", "FILTER", "DISTINCT FROM",
    "DEFAULT VALUES",
))  # fmt: skip


def _places(own: Mapping[str, str], lacking: Collection[str] = ()) -> dict[str, tuple[str, ...]]:
    """The words of one engine by their places."""
    texts = {place: ", ".join(filter(None, [words, own.get(place, "")])) for place, words in _EVERYWHERE.items()}
    return {
        place: tuple(word for word in _phrases(text) if word and word not in lacking) for place, text in texts.items()
    }


SQLITE: Final = _places(_SQLITE)
POSTGRESQL: Final = _places(_POSTGRESQL)
MYSQL: Final = _places(_MYSQL, _LACKED_BY_MYSQL)


def keywords_of(dialect: Dialect) -> Mapping[str, Sequence[str]]:
    """The words of an engine by their places."""
    found: Mapping[str, Sequence[str]] = globals().get(dialect.name.upper(), {})
    return found
