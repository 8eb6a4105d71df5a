"""What only MySQL's and MariaDB's texts have: definers, grants, modes, and what the server hides or no longer reads."""

from collections.abc import AsyncIterator

import pytest
from litebase_schema.catalog import DdlOptions, ObjectRef

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.mysql import catalog
from litebase.drivers.mysql.driver import MysqlDriver
from litebase.drivers.mysql.objects.definitions import TableText, names_in, qualified
from tests.drivers.conformance import rows_of, run
from tests.drivers.mysql.conftest import LIMITS, MakeTarget, opened
from tests.mysql_series import ON_MYSQL, mariadb_before

pytestmark = pytest.mark.anyio

_HAS_SCHEMA_COMMENTS = not ON_MYSQL and not mariadb_before(10, 5)
SCHEMA = ObjectRef(kind="schema", schema_name=None, name="text_s")
TABLE = """CREATE TABLE `p``e` (
  `id` int(11) NOT NULL AUTO_INCREMENT COMMENT 'a, CONSTRAINT ( FOREIGN AUTO_INCREMENT=5',
  `k` enum('a','b)') DEFAULT 'x''y\\\\z',
  PRIMARY KEY (`id`),
  CONSTRAINT `fk` FOREIGN KEY (`k`) REFERENCES `o``ther` (`id`) ON DELETE CASCADE,
  CONSTRAINT `c` CHECK (`k` <> 'FOREIGN'),
  FOREIGN KEY (`k`) REFERENCES `db`.`t` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COMMENT='AUTO_INCREMENT=7'"""


@pytest.fixture
async def texts(session: DatabaseSession) -> AsyncIterator[DatabaseSession]:
    """A schema with one object of each kind that has an owner."""
    comment = " COMMENT 'it''s'" if _HAS_SCHEMA_COMMENTS else ""
    for sql in (
        "DROP DATABASE IF EXISTS text_s",
        f"CREATE DATABASE text_s CHARACTER SET latin1 COLLATE latin1_bin{comment}",
        "SET SESSION sql_mode = 'STRICT_TRANS_TABLES'",  # MySQL's own refuses the default
        "CREATE TABLE text_s.t (id integer PRIMARY KEY, z datetime DEFAULT '0000-00-00')",
        "SET SESSION sql_mode = DEFAULT",
        "CREATE VIEW text_s.v AS SELECT id FROM text_s.t",
        "CREATE PROCEDURE text_s.p () SELECT 1",
        "CREATE FUNCTION text_s.f () RETURNS integer RETURN 1",
        "CREATE TRIGGER text_s.g BEFORE INSERT ON text_s.t FOR EACH ROW SET @a = 1",
        "DROP USER IF EXISTS reader@localhost",
        "CREATE USER reader@localhost IDENTIFIED BY 'x y'",
        "GRANT SELECT, INSERT (id) ON text_s.t TO reader@localhost WITH GRANT OPTION",
        "GRANT EXECUTE ON `text\\_s`.* TO reader@localhost",
        "GRANT EXECUTE ON PROCEDURE text_s.p TO reader@localhost",
    ):
        await run(session, sql)
    yield session
    await run(session, "DROP DATABASE text_s")
    await run(session, "DROP USER reader@localhost")


def test_clauses_are_found_by_reading() -> None:
    table = TableText(TABLE, "s")
    assert table.refers_to == {("s", "o`ther"), ("db", "t")}
    assert table.without_counter() == TABLE.replace(") ENGINE=InnoDB AUTO_INCREMENT=5", ") ENGINE=InnoDB")
    alone = table.without_foreign_keys()
    assert alone.splitlines()[3:5] == ["  PRIMARY KEY (`id`),", "  CONSTRAINT `c` CHECK (`k` <> 'FOREIGN')"]
    assert table.foreign_keys("`s`.`x`") == (
        "ALTER TABLE `s`.`x` ADD CONSTRAINT `fk` FOREIGN KEY (`k`) REFERENCES `o``ther` (`id`) ON DELETE CASCADE, "
        "ADD FOREIGN KEY (`k`) REFERENCES `db`.`t` (`id`)"
    )
    assert names_in("select `s`.`t`.`c` AS `s.x`, `s`.`f`('`a`.`b`') from `s`.`t`") == {
        ("s", "t"), ("t", "c"), ("s", "f"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (TABLE[:30], "CREATE TABLE `s``c`.`p``e` (\n  `id` i"),
        (
            "CREATE DEFINER=`ro``ot`@`` TRIGGER IF NOT EXISTS x . `t;r` AFTER INSERT ON old.pet FOR EACH ROW SET @a='",
            "CREATE TRIGGER IF NOT EXISTS `s``c`.`t;r` AFTER INSERT ON `s``c`.`pet` FOR EACH ROW SET @a='",
        ),
        ("CREATE DEFINER=`r` AGGREGATE FUNCTION `f`(x int) '", "CREATE AGGREGATE FUNCTION `s``c`.`f`(x int) '"),
        (
            "CREATE ALGORITHM=MERGE DEFINER=`r`@`%` SQL SECURITY INVOKER VIEW `s`.`v` AS select 1",
            "CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW `s``c`.`v` AS select 1",
        ),
    ],
    ids=["table", "trigger", "aggregate", "view"],
)
def test_names_are_qualified_and_owners_left_out(sql: str, expected: str) -> None:
    assert qualified(sql, "s`c", owner=False) == expected
    assert ("DEFINER" in qualified(sql, "s`c", owner=True)) == ("DEFINER" in sql)


async def test_owners_and_grants_are_written_on_demand(texts: DatabaseSession) -> None:
    plain = await catalog.get_ddl(texts, [SCHEMA], DdlOptions())
    assert plain.incomplete == []
    assert not any("DEFINER=" in one.sql or one.sql.startswith("GRANT") for one in plain.statements)
    made = "CREATE DATABASE IF NOT EXISTS `text_s` CHARACTER SET latin1 COLLATE latin1_bin"
    assert plain.statements[0].sql == (f"{made} COMMENT 'it''s'" if _HAS_SCHEMA_COMMENTS else made)
    full = await catalog.get_ddl(texts, [SCHEMA], DdlOptions(owners=True, grants=True))
    assert sum("DEFINER=" in one.sql for one in full.statements) == 4
    assert sorted(one.sql for one in full.statements if one.sql.startswith("GRANT")) == [
        "GRANT EXECUTE ON PROCEDURE `text_s`.`p` TO 'reader'@'localhost'",
        "GRANT EXECUTE ON `text\\_s`.* TO 'reader'@'localhost'",
        "GRANT INSERT (`id`), SELECT ON `text_s`.`t` TO 'reader'@'localhost' WITH GRANT OPTION",
    ]
    await run(texts, "DROP DATABASE text_s")
    for _, sql in full.statements:
        await run(texts, sql)
    assert await catalog.get_ddl(texts, [SCHEMA], DdlOptions(owners=True, grants=True)) == full


async def test_what_the_server_hides_has_a_reason(texts: DatabaseSession, target: MakeTarget) -> None:
    reader = await MysqlDriver(target(user="reader", password="x y", database="", read_only=True), LIMITS).connect()
    ddl = await catalog.get_ddl(reader, [SCHEMA], DdlOptions(grants=True))
    missing = {(one.object.kind, one.part) for one in ddl.incomplete if one.object is not None}
    # MariaDB 10.11.19 and 11.8.9 list a trigger to whoever may insert; MySQL, 10.5.29 and 11.4.5 only with TRIGGER
    hidden_trigger = ("table", "triggers") if ON_MYSQL or mariadb_before(11, 4, 6) else ("trigger", "object")
    assert missing == {("procedure", "object"), ("function", "object"), hidden_trigger}
    assert [one.object.kind for one in ddl.statements if one.object is not None][:2] == ["schema", "table"]
    await reader.aclose()


async def test_triggers_that_nothing_shows_are_missing_from_the_statements(
    texts: DatabaseSession, target: MakeTarget
) -> None:
    await run(texts, "CREATE TABLE text_s.other (id integer)")
    await run(texts, "REVOKE INSERT (id) ON text_s.t FROM reader@localhost")
    table = ObjectRef(kind="table", schema_name="text_s", name="t")
    async with opened(target(user="reader", password="x y", database="", read_only=True)) as reader:
        for asked in (SCHEMA, table):
            ddl = await catalog.get_ddl(reader, [asked], DdlOptions())
            assert [one.part for one in ddl.incomplete if one.object == table] == ["triggers"]
    full = await catalog.get_ddl(texts, [SCHEMA], DdlOptions())
    assert full.incomplete == []


async def test_a_broken_view_does_not_stop_a_script(texts: DatabaseSession) -> None:
    await run(texts, "CREATE TABLE text_s.gone (a integer)")
    await run(texts, "CREATE VIEW text_s.broken AS SELECT a FROM text_s.gone")
    await run(texts, "DROP TABLE text_s.gone")
    ddl = await catalog.get_ddl(texts, [SCHEMA], DdlOptions())
    broken = ObjectRef(kind="view", schema_name="text_s", name="broken")
    assert [one.object for one in ddl.incomplete] == [broken]
    assert not any("broken" in one.sql for one in ddl.statements)
    alone = await catalog.get_ddl(texts, [broken], DdlOptions())
    assert [one.sql.partition(" AS ")[0] for one in alone.statements] == [
        "CREATE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `text_s`.`broken`"
    ]


async def test_modes_of_the_server_are_left_where_a_text_needs_it(texts: DatabaseSession, target: MakeTarget) -> None:
    await run(texts, "SET GLOBAL sql_mode = 'NO_ZERO_DATE,STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES'")
    try:
        strict = await MysqlDriver(target(), LIMITS).connect()
        table = ObjectRef(kind="table", schema_name="text_s", name="t")
        ddl = await catalog.get_ddl(strict, [table], DdlOptions())
        assert await strict.reset()
        assert await rows_of(strict, "SELECT DATABASE(), @@sql_mode LIKE '%STRICT%'") == [("litebase", 1)]
        await run(strict, "DROP TABLE text_s.t")
        for _, sql in ddl.statements:
            await run(strict, sql)
        settings = [one.sql for one in ddl.statements if one.object is None]
        assert settings[:2] == [
            "SET @litebase_sql_mode = @@SESSION.sql_mode",
            "SET SESSION sql_mode = 'STRICT_TRANS_TABLES'",
        ]
        of_trigger = settings[2].removeprefix("SET SESSION sql_mode = '").removesuffix("'").split(",")
        assert {"STRICT_TRANS_TABLES", "ERROR_FOR_DIVISION_BY_ZERO"} <= set(of_trigger)
        assert settings[3:] == ["SET SESSION sql_mode = @litebase_sql_mode"]
        await strict.aclose()
    finally:
        await run(texts, "SET GLOBAL sql_mode = DEFAULT")


async def test_collations_of_literals_are_kept(texts: DatabaseSession) -> None:
    await run(texts, "SET SESSION collation_connection = 'utf8mb4_bin'")
    for sql in (
        "CREATE FUNCTION text_s.same () RETURNS integer RETURN 'a' = 'A'",
        "CREATE VIEW text_s.letters AS SELECT 'a' = 'A' AS same",
        "CREATE EVENT text_s.daily ON SCHEDULE EVERY 1 DAY DISABLE DO SET @a = 'a' = 'A'",
        "CREATE TRIGGER text_s.binary_g AFTER INSERT ON text_s.t FOR EACH ROW SET @b = 'a' = 'A'",
    ):
        await run(texts, sql)
    assert await texts.reset()
    ddl = await catalog.get_ddl(texts, [SCHEMA], DdlOptions())
    assert ddl.incomplete == []
    assert await texts.reset()
    usual = await rows_of(texts, "SELECT @@collation_connection")
    await run(texts, "DROP DATABASE text_s")
    for _, sql in ddl.statements:
        await run(texts, sql)
    assert await rows_of(texts, "SELECT @@collation_connection") == usual
    assert await rows_of(texts, "SELECT text_s.same(), (SELECT same FROM text_s.letters), text_s.f()") == [(0, 0, 1)]
    kept = """SELECT COLLATION_CONNECTION FROM information_schema.TRIGGERS WHERE TRIGGER_NAME = 'binary_g'
        UNION ALL SELECT COLLATION_CONNECTION FROM information_schema.EVENTS WHERE EVENT_NAME = 'daily'"""
    assert await rows_of(texts, kept) == [("utf8mb4_bin",)] * 2
    assert await catalog.get_ddl(texts, [SCHEMA], DdlOptions()) == ddl


async def test_a_merge_table_names_its_tables_with_their_schema(texts: DatabaseSession) -> None:
    await run(texts, "CREATE DATABASE IF NOT EXISTS text_other")
    try:
        for sql in (
            "CREATE TABLE text_s.`z)``1` (a integer) ENGINE=MyISAM",
            "CREATE TABLE text_other.z2 (a integer) ENGINE=MyISAM",
            "INSERT INTO text_other.z2 VALUES (5)",
            "CREATE TABLE text_s.m (a integer) ENGINE=MERGE UNION=(text_s.`z)``1`, text_other.z2) INSERT_METHOD=LAST",
        ):
            await run(texts, sql)
        ddl = await catalog.get_ddl(texts, [SCHEMA], DdlOptions())
        assert ddl.incomplete == []
        await run(texts, "DROP DATABASE text_s")
        assert await texts.reset()
        for _, sql in ddl.statements:
            await run(texts, sql)
        assert await rows_of(texts, "SELECT a FROM text_s.m") == [(5,)]
    finally:
        await run(texts, "DROP DATABASE text_other")
