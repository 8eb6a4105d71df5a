"""Scripts split into statements as the engines' own clients would, and refused where they cannot be."""

import asyncio
import dataclasses
import sqlite3
from collections.abc import Callable
from contextlib import closing

import asyncmy
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litebase.errors import InvalidScript
from litebase.sql.dialect import MYSQL, POSTGRESQL, SQLITE, Dialect
from litebase.sql.scanner import Scan, split, unreadable
from tests.work import IN_PROPORTION, growth
from tools.services import PASSWORD, mariadb, postgresql

ALL = (SQLITE, POSTGRESQL, MYSQL)
PLAIN = Dialect("plain")
ANSI = dataclasses.replace(MYSQL, double_quoted_strings=False, identifier_quote='"')
ORACLE = dataclasses.replace(ANSI, compound_bodies="oracle")
NO_ESCAPES = dataclasses.replace(MYSQL, backslash_escapes=False)


def texts(script: str, dialect: Dialect) -> list[str]:
    return [script[piece.start : piece.end] for piece in split(script, dialect)]


def refusal(script: str, dialect: Dialect) -> tuple[int, str]:
    with pytest.raises(InvalidScript) as caught:
        split(script, dialect)
    details = caught.value.data().details
    assert details is not None
    return details["position"], caught.value.message


EVERYWHERE: dict[str, list[str]] = {
    "": [],
    " \t\r\n\f\v\ufeff": [],
    ";;; ;": [],
    "SELECT 1": ["SELECT 1"],
    "SELECT 1;": ["SELECT 1"],
    "\ufeff SELECT 1 ; ;\r\nSELECT 2\n": ["SELECT 1", "SELECT 2"],
    "-- one\n/* two */ -- three": [],
    "-- one;\n/* two; */ SELECT 1 -- three;\n;": ["SELECT 1 -- three;"],
    "SELECT /* ; */ 1; SELECT 2 -- ;": ["SELECT /* ; */ 1", "SELECT 2 -- ;"],
    "/* * / **/SELECT 1;/***/;/**/SELECT 2": ["SELECT 1", "SELECT 2"],
    "SELECT ';', 'it''s;', ''; SELECT ''''": ["SELECT ';', 'it''s;', ''", "SELECT ''''"],
    "SELECT '--', '/*'; SELECT 2": ["SELECT '--', '/*'", "SELECT 2"],
    "SELECT X'00', N';', B'1'; SELECT 2": ["SELECT X'00', N';', B'1'", "SELECT 2"],
    'SELECT "a;""b"; SELECT 2': ['SELECT "a;""b"', "SELECT 2"],
    "SELECT 1 - 2 / 3 -1; SELECT 2": ["SELECT 1 - 2 / 3 -1", "SELECT 2"],
    "BEGIN; SELECT 1; END;": ["BEGIN", "SELECT 1", "END"],
    "BEGIN TRANSACTION;COMMIT": ["BEGIN TRANSACTION", "COMMIT"],
    "begin work;commit work": ["begin work", "commit work"],
    "SELECT CASE WHEN 1 THEN 2 END; SELECT 2": ["SELECT CASE WHEN 1 THEN 2 END", "SELECT 2"],
    "CREATE TABLE t (a int); CREATE INDEX i ON t (a)": ["CREATE TABLE t (a int)", "CREATE INDEX i ON t (a)"],
    "SELECT going, x go FROM t AS go; SELECT 2": ["SELECT going, x go FROM t AS go", "SELECT 2"],
    "SELECT\n  go\nFROM t": ["SELECT\n  go\nFROM t"],
    "SELECT '\nGO\n'; /*\nGO\n*/ SELECT 2": ["SELECT '\nGO\n'", "SELECT 2"],
    "/*+ hint */ SELECT 1; /* c */ /*+ a */ /* b */ SELECT 2; /*+ no */;": [
        "/*+ hint */ SELECT 1",
        "/*+ a */ /* b */ SELECT 2",
    ],
    "SELECT 1;\u00a0": ["SELECT 1", "\u00a0"],  # a letter to the engines: they say what is wrong with it
    "SELECT '\ud800;\U0001f600'; SELECT 2": ["SELECT '\ud800;\U0001f600'", "SELECT 2"],
}

TRIGGER = "CREATE TRIGGER a AFTER INSERT ON t BEGIN UPDATE t SET x = CASE WHEN 1 THEN 2 END; SELECT ';END;'; END"
SQLITE_CASES: dict[str, list[str]] = {
    "SELECT `a;``b`, [c;'d]; SELECT 2": ["SELECT `a;``b`, [c;'d]", "SELECT 2"],
    "SELECT 'a\\'; SELECT 2": ["SELECT 'a\\'", "SELECT 2"],
    "SELECT 1 # 2; SELECT 2": ["SELECT 1 # 2", "SELECT 2"],
    "SELECT $a, $b$c; SELECT 2": ["SELECT $a, $b$c", "SELECT 2"],
    f"{TRIGGER}; SELECT 2": [TRIGGER, "SELECT 2"],
    f"-- c\n{TRIGGER}": [TRIGGER],
    f"{TRIGGER.replace('CREATE', 'create /* x; */ TEMP')}; SELECT 2": [
        TRIGGER.replace("CREATE", "create /* x; */ TEMP"),
        "SELECT 2",
    ],
    f"EXPLAIN QUERY PLAN {TRIGGER}; SELECT 2": [f"EXPLAIN QUERY PLAN {TRIGGER}", "SELECT 2"],
    "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END -- c\n; x": [
        "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END -- c",
        "x",
    ],
    "EXPLAIN SELECT 1; SELECT 2": ["EXPLAIN SELECT 1", "SELECT 2"],
    "SELECT a\n.b FROM a; SELECT 2": ["SELECT a\n.b FROM a", "SELECT 2"],
    ".mode csv\n.headers on\nSELECT 1;\n.print 'x;\nSELECT 2": ["SELECT 1", "SELECT 2"],
}

ATOMIC = (
    "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 ELSE 2 END; SELECT t.end AS case; END"
)
POSTGRESQL_CASES: dict[str, list[str]] = {
    "SELECT $$;'$$, $a$;$$;$a$; SELECT 2": ["SELECT $$;'$$, $a$;$$;$a$", "SELECT 2"],
    "SELECT $1, $2; SELECT a$b$c, a$$b, c$$": ["SELECT $1, $2", "SELECT a$b$c, a$$b, c$$"],
    "DO $é1$ ; $é$ ; $é1$; SELECT 2": ["DO $é1$ ; $é$ ; $é1$", "SELECT 2"],
    "SELECT $a $b, $; SELECT 2": ["SELECT $a $b, $", "SELECT 2"],
    "SELECT '\\'; SELECT 2": ["SELECT '\\'", "SELECT 2"],
    "SELECT E'\\';', e'a''\\\\'; SELECT 2": ["SELECT E'\\';', e'a''\\\\'", "SELECT 2"],
    "SELECT E'a'\n  'b\\';'; SELECT 2": ["SELECT E'a'\n  'b\\';'", "SELECT 2"],
    "SELECT date'\\'; SELECT U&'\\0041;', U&\";\"": ["SELECT date'\\'", "SELECT U&'\\0041;', U&\";\""],
    "/* a /* ; */ ; */ SELECT 1; SELECT /* /* ; */ ; */ 2": ["SELECT 1", "SELECT /* /* ; */ ; */ 2"],
    "/* /* */ */; /* /*/ */ */": [],
    "SELECT a[1]; SELECT 2": ["SELECT a[1]", "SELECT 2"],
    "SELECT 1 # 2; SELECT a->'b'": ["SELECT 1 # 2", "SELECT a->'b'"],
    "SELECT 1 --c\r; SELECT 2": ["SELECT 1 --c", "SELECT 2"],
    f"{ATOMIC}; SELECT 2": [ATOMIC, "SELECT 2"],
    f"/* /* x */ */ {ATOMIC.replace('CREATE', 'CREATE /* /* ; */ */ OR replace')}; END": [
        ATOMIC.replace("CREATE", "CREATE /* /* ; */ */ OR replace"),
        "END",
    ],
    "CREATE FUNCTION f() RETURNS int AS $$ BEGIN; END $$ LANGUAGE sql; SELECT 2": [
        "CREATE FUNCTION f() RETURNS int AS $$ BEGIN; END $$ LANGUAGE sql",
        "SELECT 2",
    ],
    "CREATE RULE r AS ON DELETE TO t DO ALSO (SELECT (1); SELECT ')'; ); SELECT 2": [
        "CREATE RULE r AS ON DELETE TO t DO ALSO (SELECT (1); SELECT ')'; )",
        "SELECT 2",
    ],
    "\\restrict a1B\n\nSET x = 1;\nSELECT 2;\n\n\\unrestrict a1B\n\n": ["SET x = 1", "SELECT 2"],
    "\\set ON_ERROR_STOP on\n\\echo It's ;\n\\echo 'a\\'b;'\n\\pset null x \\\\ SELECT 1;": ["SELECT 1"],
    "COPY t TO STDOUT; COPY (SELECT 1 FROM stdin) TO STDOUT": [
        "COPY t TO STDOUT",
        "COPY (SELECT 1 FROM stdin) TO STDOUT",
    ],
    "CREATE TRIGGER t BEFORE INSERT ON x EXECUTE FUNCTION f(); END": [
        "CREATE TRIGGER t BEFORE INSERT ON x EXECUTE FUNCTION f()",
        "END",
    ],
}

BODIES = (
    "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT CASE WHEN 1 THEN 2 END; END",
    "CREATE OR REPLACE DEFINER = `a`@`%` PROCEDURE IF NOT EXISTS p(IN a DECIMAL(1,2)) COMMENT ';' BEGIN END",
    "CREATE DEFINER=CURRENT_USER() FUNCTION f() RETURNS TEXT CHARACTER SET utf8mb4 DETERMINISTIC BEGIN RETURN 1; END",
    "CREATE FUNCTION f() RETURNS INT RETURN IF(1, CASE 1 WHEN 1 THEN 2 END, REPEAT('a', 3))",
    "CREATE PROCEDURE p() IF (1) THEN SELECT 1; ELSEIF 2 THEN SELECT IF(1, 2, 3); ELSE SELECT 3; END IF",
    "CREATE PROCEDURE p() CASE 1 WHEN 1 THEN SELECT CASE WHEN 1 THEN IF(1,2,3) ELSE REPEAT('a',2) END; END CASE",
    "CREATE PROCEDURE p() WHILE 0 DO DO IF(1,2,3); SELECT 1; END WHILE",
    "CREATE PROCEDURE p() l: LOOP LEAVE l; END LOOP l",
    "CREATE PROCEDURE p() BEGIN a: BEGIN b: REPEAT SET @x := REPEAT('a', 2); UNTIL 1 END REPEAT b; END a; DO 1; END",
    "CREATE PROCEDURE p() BEGIN DROP TABLE IF EXISTS t; CREATE TABLE IF NOT EXISTS t (a INT); SELECT end FROM a; END",
    "CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION, NOT FOUND BEGIN SELECT 1; END; SELECT 2; END",
    "CREATE PROCEDURE p() BEGIN DECLARE CONTINUE HANDLER FOR 1062 SET @a = IF(1, 2, 3); SELECT 2; END",
    "CREATE PROCEDURE p() BEGIN FOR i IN 1..3 DO SELECT i; END FOR; SELECT 2; END",
    "CREATE TRIGGER t BEFORE UPDATE ON x FOR EACH ROW FOLLOWS u BEGIN SET NEW.a = 1; END",
    "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW IF NEW.a THEN SET NEW.b = 1; END IF",
    "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW SET NEW.b = IF(1, 2, 3)",
    "CREATE EVENT IF NOT EXISTS e ON SCHEDULE EVERY 1 DAY COMMENT 'x' DO BEGIN SELECT 1; END",
    "ALTER EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN SELECT 1; END",
    "CREATE PROCEDURE p() BEGIN BEGIN NOT ATOMIC IF 1 THEN DO 1; END IF; END; DO 2; END",
    "CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR NOT FOUND; BEGIN DO 1; END; DO 2; END",
    "BEGIN NOT ATOMIC SELECT 1; IF 1 THEN SELECT 2; END IF; END",
    "IF 1 THEN SELECT 1; END IF",
    "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t AFTER INSERT ON x FOR EACH ROW BEGIN DO 1; END */",
    "CREATE ALGORITHM=MERGE DEFINER=a@b SQL SECURITY DEFINER VIEW v AS SELECT 1",
    "CREATE DEFINER=event@b VIEW v AS SELECT 1 AS event",
    "CREATE FUNCTION f RETURNS STRING SONAME 'f.so'",
)
PACKAGES = (  # in every SQL mode
    "CREATE PACKAGE p PROCEDURE p1(); FUNCTION f1() RETURNS INT; END",
    "CREATE OR REPLACE DEFINER=`a`@`b` PACKAGE IF NOT EXISTS d.p COMMENT ';' SQL SECURITY INVOKER\n"
    "PROCEDURE p1(a INT, b DECIMAL(1,2)) COMMENT 'x'; END",
    "CREATE PACKAGE p END",
    "CREATE PACKAGE p AS END",
    "CREATE PACKAGE BODY p DECLARE a INT DEFAULT IF(1, 2, 3); "
    "PROCEDURE p1() BEGIN SELECT 1; IF 1 THEN DO 1; END IF; END; "
    "FUNCTION f1() RETURNS INT RETURN a; PROCEDURE p2() WHILE 0 DO DO 1; END WHILE; SET a = 1; BEGIN DO 1; END; END",
    "CREATE PACKAGE p AS FUNCTION f RETURN INT; PROCEDURE p(a INT); END p",
    "CREATE PACKAGE BODY p AS v INT := 5; w INT := CASE WHEN 1 THEN 2 END; PROCEDURE hidden; "
    "FUNCTION f RETURN INT AS x INT; BEGIN RETURN v; END f; PROCEDURE p(a INT) IS BEGIN SELECT a; END; "
    "PROCEDURE hidden AS BEGIN NULL; END; BEGIN v := 6; IF 1 THEN v := 7; END IF; END",
    "CREATE PROCEDURE p AS x INT; CURSOR c IS SELECT CASE WHEN 1 THEN 2 END; "
    "BEGIN WHILE 0 LOOP IF 1 THEN NULL; END IF; END LOOP; FOR i IN 1..3 LOOP NULL; END LOOP; SELECT 1; "
    "EXCEPTION WHEN OTHERS THEN IF 1 THEN SELECT 2; END IF; END",
    "CREATE FUNCTION f1(a INT) RETURN INT AS BEGIN RETURN a; END f1",
    "CREATE FUNCTION f2 RETURN INT IS BEGIN RETURN 2; END",
    "CREATE FUNCTION f() RETURNS INT LANGUAGE JAVASCRIPT AS 'return 1; '",
    "CREATE PROCEDURE p() LANGUAGE JAVASCRIPT AS 'f(); '",
)
BLOCKS = (  # only in the SQL mode ORACLE
    "BEGIN SELECT 1; <<l>> LOOP EXIT l; END LOOP; END",
    "DECLARE x INT := 3; y INT; BEGIN SELECT x; DECLARE z INT; BEGIN SELECT 1 << 2 >> IF(1, 2, 3); END; SELECT 3; END",
    "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW DECLARE a INT; BEGIN a := 1; END",
    "CREATE PROCEDURE p AS BEGIN <<a>> BEGIN SELECT 1; END a; END",
)
MYSQL_CASES: dict[str, list[str]] = {
    **{f"{body}; SELECT 2; END": [body, "SELECT 2", "END"] for body in (*BODIES, *PACKAGES)},
    "SELECT 'a\\';', \"b\\\";\", 'c'';'; SELECT 2": ["SELECT 'a\\';', \"b\\\";\", 'c'';'", "SELECT 2"],
    "SELECT `a;``b\\`; SELECT _utf8'\\\\'": ["SELECT `a;``b\\`", "SELECT _utf8'\\\\'"],
    "# one;\nSELECT 1 # two;\n; SELECT 2": ["SELECT 1 # two;", "SELECT 2"],
    "SELECT 1--1; SELECT 2 --\t;\n; --": ["SELECT 1--1", "SELECT 2 --\t;"],
    "SELECT a$$b; SELECT [; SELECT \\N": ["SELECT a$$b", "SELECT [", "SELECT \\N"],
    "/*!40101 SET NAMES utf8 */; /*M!100100 SELECT ';' */; SELECT /*!1 ';' */ 2": [
        "/*!40101 SET NAMES utf8 */",
        "/*M!100100 SELECT ';' */",
        "SELECT /*!1 ';' */ 2",
    ],
    "/*M!999999\\- enable the sandbox mode */ \n-- c\nSELECT 1;": [
        "/*M!999999\\- enable the sandbox mode */ \n-- c\nSELECT 1"
    ],
    "DELIMITER //\nSELECT 1; SELECT 2 // SELECT 8/4 //\ndelimiter ;\nSELECT 3; SELECT 4": [
        "SELECT 1; SELECT 2",
        "SELECT 8/4",
        "SELECT 3",
        "SELECT 4",
    ],
    "DELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT '$$'; END$$\nDELIMITER ;": [
        "CREATE PROCEDURE p() BEGIN SELECT '$$'; END"
    ],
    "DELIMITER ;;\r\nSELECT 1;SELECT 2;;\r\nDELIMITER ;\r\nSELECT 3;": ["SELECT 1;SELECT 2", "SELECT 3"],
    "/* c */ DELIMITER |\nSELECT 1 | 2": ["SELECT 1", "2"],
    "SELECT 1\nDELIMITER //\nSELECT 2//": ["SELECT 1", "SELECT 2"],
    "CREATE PROCEDURE p() BEGIN SELECT 1;\nDELIMITER //\nSELECT 2//": [
        "CREATE PROCEDURE p() BEGIN SELECT 1;",
        "SELECT 2",
    ],
    "SELECT '\nDELIMITER //\n'; SELECT 2": ["SELECT '\nDELIMITER //\n'", "SELECT 2"],
    "DELIMITER END_OF\nSELECT 1 END_OF SELECT 2": ["SELECT 1", "SELECT 2"],
    "prompt a;b\nwarnings;\nSELECT 1;\nnotee\nSELECT 2": ["SELECT 1", "SELECT 2"],
    "SELECT delimiter FROM t; SELECT source": ["SELECT delimiter FROM t", "SELECT source"],
}

CASES = [
    *[(script, dialect, expected) for dialect in (*ALL, PLAIN) for script, expected in EVERYWHERE.items()],
    *[(script, SQLITE, expected) for script, expected in SQLITE_CASES.items()],
    *[(script, POSTGRESQL, expected) for script, expected in POSTGRESQL_CASES.items()],
    *[(script, MYSQL, expected) for script, expected in MYSQL_CASES.items()],
    *[(f"{body}; SELECT 2; END", ORACLE, [body, "SELECT 2", "END"]) for body in (*PACKAGES, *BLOCKS)],
    ("SELECT 1; /* a", SQLITE, ["SELECT 1"]),
    ("SELECT 1 /* a;", SQLITE, ["SELECT 1 /* a;"]),
    ("/*+ a", SQLITE, []),
    ("SELECT \"a\\\"; SELECT '\\';'", ANSI, ['SELECT "a\\"', "SELECT '\\';'"]),
    ("SELECT 'a\\'; SELECT \"b\\\"", NO_ESCAPES, ["SELECT 'a\\'", 'SELECT "b\\"']),
]


@pytest.mark.parametrize(("script", "dialect", "expected"), CASES, ids=lambda value: getattr(value, "name", None))
def test_a_script_gives_its_statements_as_they_are_written(script: str, dialect: Dialect, expected: list[str]) -> None:
    assert texts(script, dialect) == expected


REFUSED: list[tuple[str, Dialect, int, str]] = [
    *[("SELECT 'it''s; ", dialect, 7, "string") for dialect in ALL],
    *[("SELECT 1; /* a */ /* b", dialect, 18, "comment") for dialect in (POSTGRESQL, MYSQL)],
    *[("SELECT 1\nGO\nSELECT 2", dialect, 9, "GO is a command of SQL Server") for dialect in ALL],
    *[("SELECT 1\r\ngo 5\r\n", dialect, 10, "GO is a command") for dialect in ALL],
    *[("SELECT 1; GO", dialect, 10, "GO is a command") for dialect in ALL],
    *[("-- c\n  Go;", dialect, 7, "GO is a command") for dialect in ALL],
    ('SELECT "a', SQLITE, 7, "quoted name"),
    ('SELECT "a', MYSQL, 7, "string"),
    ("SELECT `a", MYSQL, 7, "quoted name"),
    ("SELECT [a", SQLITE, 7, "quoted name"),
    ("SELECT 'a\\'", MYSQL, 7, "string"),
    ("SELECT E'a\\'", POSTGRESQL, 8, "string"),
    ("/* /* */", POSTGRESQL, 0, "comment"),
    ("/*+ a", POSTGRESQL, 0, "comment"),
    ("SELECT $a$ $$ $A$", POSTGRESQL, 7, "dollar quote"),
    ("CREATE FUNCTION f() AS $$ ;", POSTGRESQL, 23, "dollar quote"),
    ("CREATE TRIGGER t BEGIN SELECT 1; SELECT '", SQLITE, 40, "string"),
    ("CREATE TRIGGER t BEGIN SELECT 1;\nGO\n", SQLITE, 33, "GO is a command"),
    (".tables\nSELECT 1", SQLITE, 0, ".tables is a command of the sqlite3 shell"),
    ("SELECT 1;\n .read x", SQLITE, 11, ".read is a command"),
    ("SELECT 1;\n\\d t", POSTGRESQL, 10, "\\d is a command of psql"),
    ("\\copy t from 'x'", POSTGRESQL, 0, "\\copy is a command of psql"),
    ("SELECT 1 \\echo x\n;", POSTGRESQL, 9, "A command of psql stands inside this statement"),
    ("\\connect other\nSELECT 1", POSTGRESQL, 0, "\\connect is a command of psql and not SQL, so the script ends here"),
    ("\\set AUTOCOMMIT off\n", POSTGRESQL, 0, "\\set is a command of psql"),
    ("\\echo a \\quit\nSELECT 1", POSTGRESQL, 8, "\\quit is a command of psql"),
    ("SELECT 1;\n.open x", SQLITE, 10, ".open is a command of the sqlite3 shell and not SQL, so the script ends here"),
    ("SELECT 1 \\gx", POSTGRESQL, 9, "\\gx ends a statement in psql only: end it with ;"),
    ("SELECT 1\\G", MYSQL, 8, "\\G ends a statement in the mysql client only: end it with ;"),
    ("SELECT 1\\g", MYSQL, 8, "\\g ends a statement"),
    ("\\. file.sql", MYSQL, 0, "\\. is a command of the mysql client"),
    ("SOURCE file.sql", MYSQL, 0, "SOURCE is a command of the mysql client and not SQL: put the text"),
    ("SELECT 1;\nsystem ls", MYSQL, 10, "SYSTEM is a command of the mysql client"),
    ("DELIMITER\nSELECT 1", MYSQL, 0, "DELIMITER needs a delimiter"),
    ("DELIMITER \\\\\n", MYSQL, 0, "DELIMITER needs a delimiter"),
    ("SELECT 1; DELIMITER 1234567890123456", MYSQL, 10, "DELIMITER needs a delimiter"),
    ("".join(f"DELIMITER /{n}\n" for n in range(16)), MYSQL, 10 * 13 + 5 * 14, "16 different delimiters"),
    (
        "SELECT 1; COPY t FROM STDIN; SELECT 2;\n1\n\\.\n",
        POSTGRESQL,
        10,
        "The rows of COPY ... FROM STDIN begin in the line",
    ),
]


@pytest.mark.parametrize(
    ("script", "dialect", "position", "reason"), REFUSED, ids=lambda value: getattr(value, "name", None)
)
def test_what_is_not_closed_or_not_sql_is_refused_at_its_place(
    script: str, dialect: Dialect, position: int, reason: str
) -> None:
    found, message = refusal(script, dialect)
    assert found == position
    assert reason in message


AFTER_A_REFUSAL: list[tuple[str, Dialect, list[str], list[str]]] = [
    (
        "SELECT 1;\nSELECT 2 \\gset\nSELECT 3; \\d t\nSELECT 4",
        POSTGRESQL,
        ["SELECT 1", "SELECT 3", "SELECT 4"],
        ["\\gset", "\\d"],
    ),
    ("SELECT 1\\G SELECT 2;", MYSQL, ["SELECT 2"], ["\\G"]),
    ("SELECT 1\nGO\nSELECT 2\nGO", SQLITE, ["SELECT 1", "SELECT 2"], ["GO", "GO"]),
    (".tables\nSELECT 1;\n.read x\nSELECT 2", SQLITE, ["SELECT 1", "SELECT 2"], [".tables", ".read"]),
    ("SOURCE a.sql\nSELECT 1;\nSYSTEM ls;\nSELECT 2", MYSQL, ["SELECT 1", "SELECT 2"], ["SOURCE", "SYSTEM"]),
    ("SELECT 1; SELECT 'a; SELECT 2;", POSTGRESQL, ["SELECT 1"], ["never closed"]),
    # a command inside a statement takes all of it along
    ("EXPLAIN \\x\nDELETE FROM t; SELECT 2", POSTGRESQL, ["SELECT 2"], ["stands inside"]),
    ("EXPLAIN \\d t;\n\\echo It's\nDELETE FROM t; SELECT 2", POSTGRESQL, ["SELECT 2"], ["\\d"]),
    ("EXPLAIN \\p\nDELETE FROM t \\g\nSELECT 2", POSTGRESQL, ["SELECT 2"], ["\\g"]),
    ("EXPLAIN \\p DELETE FROM t; SELECT 2", MYSQL, ["SELECT 2"], ["\\p"]),
    ("SELECT 1\\; DELETE FROM t; SELECT 2", POSTGRESQL, ["SELECT 2"], ["\\;"]),
    ("SELECT 1 \\watch 1\nSELECT 2", POSTGRESQL, ["SELECT 2"], ["\\watch"]),
    (
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC \\x\nDELETE FROM t; DELETE FROM u; END; SELECT 2",
        POSTGRESQL,
        ["SELECT 2"],
        ["stands inside"],
    ),
    (
        "CREATE PROCEDURE p() BEGIN DELETE FROM t; \\p DELETE FROM u; DELETE FROM v; END; SELECT 2",
        MYSQL,
        ["SELECT 2"],
        ["\\p"],
    ),
    # rows of a copy are none
    ("\\copy t from stdin\nDELETE FROM t;\nit's\n\\.\nSELECT 2", POSTGRESQL, ["SELECT 2"], ["\\copy"]),
    ("\\COPY x; SELECT 2\nSELECT 3", POSTGRESQL, ["SELECT 3"], ["\\COPY"]),
    ("\\copy t(a) FROM PSTDIN csv escape '\\'\nDELETE FROM t;", POSTGRESQL, [], ["\\copy"]),
    ("\\copy t from 'x' delimiter E'\\t' \\q\nSELECT 2", POSTGRESQL, ["SELECT 2"], ["\\copy"]),
    ("\\copy (select a from stdin) to 'x'\nSELECT 2", POSTGRESQL, ["SELECT 2"], ["\\copy"]),
    ("COPY t FROM STDIN \\g\nDELETE FROM t;\nit's\n\\.\nSELECT 2", POSTGRESQL, ["SELECT 2"], ["\\g"]),
    ("COPY t FROM STDIN \\gx x\nDELETE FROM t;", POSTGRESQL, [], ["\\gx"]),
    ("COPY t FROM \\x\nSTDIN;\nDELETE FROM t;\n\\.\nSELECT 2", POSTGRESQL, ["SELECT 2"], ["stands inside"]),
]


@pytest.mark.parametrize(("script", "dialect", "run", "refused"), AFTER_A_REFUSAL)
def test_a_command_is_refused_by_itself_and_the_scan_goes_on_after_it(
    script: str, dialect: Dialect, run: list[str], refused: list[str]
) -> None:
    pieces = list(Scan(script, dialect))
    assert [script[piece.start : piece.end] for piece in pieces if piece.refusal is None] == run
    refusals = [piece.refusal for piece in pieces if piece.refusal is not None]
    for refusal, name in zip(refusals, refused, strict=True):
        assert name in refusal.reason
    for piece in pieces:
        assert piece.refusal is None or piece.start <= piece.refusal.position < piece.end


@pytest.mark.parametrize(
    ("dialect", "command", "rest"),
    [
        *[(SQLITE, name, "must_not_run") for name in (".q", ".qui", ".quit", ".ex", ".exi 1", ".op x", ".ope x")],
        *[(SQLITE, name, "must_not_run") for name in (".open x", ".co 1", ".conn 1", ".connection 1")],
        *[(SQLITE, name, "may_run") for name in (".c x", ".clone x", ".e on", ".o x", ".output x", ".exp", ".quite")],
        *[(MYSQL, name, "must_not_run") for name in ("\\u shop", "\\d //", "\\q", "\\r", "QUIT")],
        *[(MYSQL, name, "may_run") for name in ("\\p", "\\s")],
        *[(POSTGRESQL, name, "must_not_run") for name in ("\\c shop", "\\if true")],
        *[(POSTGRESQL, name, "may_run") for name in ("\\d t", "\\u")],
    ],
    ids=lambda value: value.name if isinstance(value, Dialect) else value,
)
def test_nothing_runs_after_a_command_that_decides_where_the_rest_does(
    dialect: Dialect, command: str, rest: str
) -> None:
    refused = next(Scan(f"{command}\nDELETE FROM t", dialect)).refusal
    assert refused is not None
    assert refused.rest == rest


def test_a_statement_after_which_the_rules_change_is_followed_by_one_cut_by_the_new_ones() -> None:
    script = "DELIMITER //\nSELECT 'a\\' // SELECT 'b//' //"
    first = next(Scan(script, NO_ESCAPES))
    assert script[first.start : first.end] == "SELECT 'a\\'"
    (second,) = Scan(script, MYSQL, first.after)
    assert script[second.start : second.end] == "SELECT 'b//'"


ROWS: list[tuple[str, list[tuple[str, str | None]]]] = [
    ("COPY t (a) FROM STDIN;\n1\t'\n\\.\nSELECT 1", [("COPY t (a) FROM STDIN", "1\t'\n"), ("SELECT 1", None)]),
    ("copy t from /* x */ stdin csv; -- rows\r\n'a;\r\n\\.\r\n;", [("copy t from /* x */ stdin csv", "'a;\r\n")]),
    ("COPY t FROM STDOUT;\n\\.\nSELECT 1", [("COPY t FROM STDOUT", ""), ("SELECT 1", None)]),
    ("COPY t FROM STDIN;\na\\.\n\\.b\n\\..\n\\.", [("COPY t FROM STDIN", "a\\.\n\\.b\n\\..\n")]),
    ("COPY t FROM STDIN;\n1\n2", [("COPY t FROM STDIN", "1\n2")]),
    ("COPY t FROM STDIN", [("COPY t FROM STDIN", "")]),
    (
        "COPY (SELECT a FROM stdin) TO STDOUT;\nSELECT 1",
        [("COPY (SELECT a FROM stdin) TO STDOUT", None), ("SELECT 1", None)],
    ),
    ("COPY t FROM '/x';\nSELECT 1", [("COPY t FROM '/x'", None), ("SELECT 1", None)]),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_the_rows_of_a_copy_end_where_psql_ends_them(script: str, expected: list[tuple[str, str | None]]) -> None:
    pieces = split(script, POSTGRESQL)
    assert [
        (script[piece.start : piece.end], None if piece.rows is None else script[slice(*piece.rows)])
        for piece in pieces
    ] == expected


UNREADABLE: list[tuple[str, Dialect, int | None]] = [
    *[("SELECT 1; SELECT 'a", dialect, 17) for dialect in ALL],
    *[("SELECT 1; SELECT 'a'", dialect, None) for dialect in ALL],
    ("SELECT 1;\n\\connect x\nSELECT 2", POSTGRESQL, None),
    ("SET sql_mode = 'NO_BACKSLASH_ESCAPES'; SELECT 'C:\\';", MYSQL, None),
    ("SET standard_conforming_strings = off; SELECT 'it\\'s';", POSTGRESQL, None),
    ("RESET ALL; SELECT 'it\\'s';", POSTGRESQL, None),
]


@pytest.mark.parametrize(("script", "dialect", "position"), UNREADABLE)
def test_what_no_rule_could_read_is_known_before_anything_runs(
    script: str, dialect: Dialect, position: int | None
) -> None:
    found = unreadable(script, dialect)
    assert (found and found.data().details["position"]) == position  # type: ignore[index]  # it has details


def test_a_refusal_repeats_little_of_the_script() -> None:
    assert len(refusal("\\" + "a" * 1000, POSTGRESQL)[1]) < 200


HOSTILE: dict[str, Callable[[int], str]] = {
    **{
        repr(part): lambda count, part=part: part * count  # type: ignore[misc]  # the default only binds the part
        for part in (
            *[
                "'",
                "''",
                '"',
                "`",
                "[",
                "(",
                "/*",
                "/* ",
                "*/",
                "/*/",
                "/*!",
                "/*+",
                "/*+ x */",
                "/* /* */ */",
                "/*! ' */",
            ],
            *[
                "$",
                "$$",
                "$a$",
                "$a",
                "$1",
                "a$",
                "$a$b",
                "-",
                "--",
                "--\n",
                "#",
                "\\",
                ";",
                " ",
                "\n",
                "\ufeff",
                "E'",
                "E'a'\n",
            ],
            *[
                "\nGO",
                "\nGO ",
                "GO\n",
                "DELIMITER",
                "\nDELIMITER",
                "COPY ",
                "COPY x FROM ;",
                "COPY x FROM STDIN;",
                "COPY x FROM STDIN;\n",
                "\\.\n",
                "\\echo '",
                "\\q ",
                "SELECT \\x\n",
                "\\copy t from stdin ",
                "COPY t FROM STDIN \\g\n",
                "CREATE ",
                "BEGIN ",
                "CASE ",
            ],
            *[
                "CREATE FUNCTION ",
                "CREATE TRIGGER ",
                "BEGIN NOT ATOMIC ",
                "CREATE PROCEDURE p() BEGIN IF a THEN ",
                "E'\\'",
            ],
        )
    },
    "open triggers": lambda count: "CREATE TRIGGER x BEGIN " + "CREATE TRIGGER;" * count,
    "deep comments": lambda count: "/*" * count + "*/" * count,
    "deep parentheses": lambda count: "CREATE RULE r DO " + "(" * count + ";" + ")" * count,
    "blanks behind an E string": lambda count: "E'a'" + "\n" * count + "'",
    "blanks behind GO": lambda count: "\nGO" + " " * count + "x",
    "a long tag": lambda count: "$" + "a" * count,
}


@pytest.mark.parametrize("form", HOSTILE)
@pytest.mark.parametrize("dialect", ALL, ids=lambda dialect: dialect.name)
def test_hostile_scripts_take_time_in_proportion_to_their_length(form: str, dialect: Dialect) -> None:
    def look(script: str) -> None:
        list(Scan(script, dialect))

    assert growth(look, HOSTILE[form], 6000) < IN_PROPORTION


@pytest.mark.parametrize("dialect", ALL, ids=lambda dialect: dialect.name)
def test_80000_statements_and_a_long_insert_are_split_in_proportion_to_their_length(dialect: Dialect) -> None:
    def statements(count: int) -> str:
        return "".join(f"INSERT INTO t VALUES ({n}, 'it''s');\n" for n in range(count))

    def insert(rows: int) -> str:
        return "INSERT INTO t VALUES " + ",\n".join(f"({n}, 'some text; {n}', NULL, 'it''s')" for n in range(rows))

    assert len(split(statements(80_000), dialect)) == 80_000
    assert len(split(insert(80_000), dialect)) == 1
    for make in (statements, insert):
        assert growth(lambda script: split(script, dialect), make, 10_000) < IN_PROPORTION


POOLS: dict[str, list[str]] = {
    "sqlite": sorted({text for pieces in (*EVERYWHERE.values(), *SQLITE_CASES.values()) for text in pieces}),
    "postgresql": sorted({text for pieces in (*EVERYWHERE.values(), *POSTGRESQL_CASES.values()) for text in pieces}),
    "mysql": sorted({*(text for pieces in EVERYWHERE.values() for text in pieces), *BODIES}),
}
GAPS = ("", " ", "\n", "\r\n\t", "\n-- c ';\n", "/* ; ' */", "\n--\n/**/ ;", ";;")


@pytest.mark.parametrize("dialect", ALL, ids=lambda dialect: dialect.name)
@settings(deadline=None)
@given(data=st.data())
def test_statements_joined_by_the_delimiter_come_back(dialect: Dialect, data: st.DataObject) -> None:
    statements = data.draw(st.lists(st.sampled_from(POOLS[dialect.name]), max_size=8))
    # A line end before the delimiter closes a comment that is the statement's last part.
    script = "".join(data.draw(st.sampled_from(GAPS)) + text + "\n;" for text in statements)
    assert texts(script, dialect) == statements


@settings(deadline=None)
@given(statements=st.lists(st.sampled_from([*POOLS["mysql"], "SELECT 1; SELECT 2", "SELECT ';'"]), max_size=8))
def test_statements_joined_by_a_delimiter_of_their_own_come_back(statements: list[str]) -> None:
    script = "DELIMITER ~~\n" + "".join(f"{text}\n~~\n" for text in statements) + "DELIMITER ;\nSELECT 1;SELECT 2"
    assert texts(script, MYSQL) == [*statements, "SELECT 1", "SELECT 2"]


FRAGMENTS = st.sampled_from(
    (
        *(
            "'",
            "''",
            '"',
            "`",
            "[",
            "]",
            "(",
            ")",
            ";",
            ";;",
            "\\",
            "\\'",
            "--",
            "#",
            "/*",
            "*/",
            "/*!",
            "/*+",
            "$",
            "$$",
            "$a$",
        ),
        *(
            "$1",
            "a",
            "E'",
            "e",
            "N'",
            ".",
            ":",
            ",",
            "=",
            "@",
            "1",
            "x",
            "\u00e9",
            "\ufeff",
            "\u00a0",
            "\n",
            "\r",
            "\t",
            "//",
        ),
        *(
            "CREATE",
            "OR",
            "REPLACE",
            "DEFINER",
            "TEMP",
            "EXPLAIN",
            "TRIGGER",
            "FUNCTION",
            "PROCEDURE",
            "RULE",
            "EVENT",
            "EACH",
        ),
        *(
            "ROW",
            "BEGIN",
            "NOT",
            "ATOMIC",
            "END",
            "CASE",
            "IF",
            "THEN",
            "ELSE",
            "LOOP",
            "WHILE",
            "DO",
            "REPEAT",
            "UNTIL",
            "FOR",
        ),
        *("EXIT", "HANDLER", "GO", "DELIMITER", "COPY", "FROM", "STDIN", "TO", "SOURCE", ".tables", "\\g"),
    )
)
SCRIPTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.tuples(FRAGMENTS, st.sampled_from(["", " ", " ", "\n"])), max_size=40).map(
        lambda parts: "".join(text + gap for text, gap in parts)
    ),
)


@pytest.mark.parametrize("dialect", [*ALL, PLAIN], ids=lambda dialect: dialect.name)
@settings(max_examples=400, deadline=None)
@given(script=SCRIPTS)
def test_any_text_splits_into_parts_in_order_or_is_refused_inside_it(dialect: Dialect, script: str) -> None:
    try:
        pieces = split(script, dialect)
    except InvalidScript as error:
        details = error.data().details
        assert details is not None
        assert 0 <= details["position"] < len(script)
        return
    end, rest = 0, ""
    for piece in pieces:
        assert end <= piece.start < piece.end <= len(script)
        assert script[piece.start : piece.end].strip(" \t\n\r\f\v\ufeff;") or "DELIMITER" in script.upper()
        rest += script[end : piece.start] + "\n"
        end = piece.end
    if "DELIMITER" not in script.upper():
        assert split(rest + script[end:], dialect) == []  # what is left out is blank, a comment or the delimiter


@settings(deadline=None)
@given(data=st.data())
def test_a_piece_of_a_script_is_one_statement_by_itself(data: st.DataObject) -> None:
    dialect = data.draw(st.sampled_from(ALL))
    statements = data.draw(st.lists(st.sampled_from(POOLS[dialect.name]), max_size=5))
    for text in texts("\n;".join(statements), dialect):
        assert texts(text, dialect) == [text]


@pytest.mark.parametrize("text", POOLS["sqlite"])
def test_sqlite_too_takes_every_piece_for_one_complete_statement(text: str) -> None:
    if "\ud800" not in text:  # which cannot be given to SQLite at all
        assert sqlite3.complete_statement(text + "\n;")
    if "TRIGGER" in text:
        assert not sqlite3.complete_statement(text[: text.rindex("END")])


def test_sqlite_runs_the_pieces_of_a_script_with_triggers() -> None:
    script = """
        CREATE TABLE "a;b" (x, [y;z]); -- a table; with odd names
        CREATE TABLE log (text);
        CREATE TRIGGER one AFTER INSERT ON "a;b" BEGIN
            INSERT INTO log VALUES ('one; ' || CASE WHEN new.x > 1 THEN 'big;' ELSE 'small;' END);
            INSERT INTO log VALUES (';END;'); /* END; */
        END;
        CREATE TEMP TRIGGER two AFTER DELETE ON main."a;b" WHEN old.x = 1 BEGIN SELECT 1; DELETE FROM log; END ;
        BEGIN; INSERT INTO "a;b" VALUES (1, 'a''b;'), (2, 'c'); COMMIT; END_ME
    """.replace("END_ME", "")
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        pieces = texts(script, SQLITE)
        for text in pieces:
            database.execute(text)
        rows = database.execute("SELECT text FROM log").fetchall()
    database.close()
    assert len(pieces) == 7
    assert rows == [("one; small;",), (";END;",), ("one; big;",), (";END;",)]


def test_postgresql_runs_the_pieces_of_a_script_with_bodies() -> None:
    script = """
        CREATE TABLE t (a int, "b;c" text); /* a /* nested; */ comment; */
        CREATE FUNCTION one(x int) RETURNS text LANGUAGE sql BEGIN ATOMIC
            SELECT 1; SELECT CASE WHEN x > 1 THEN 'big;' ELSE E'it\\'s;' END AS end; END;
        CREATE FUNCTION two() RETURNS text LANGUAGE plpgsql AS $body$ BEGIN RETURN $$;$$; END; $body$;
        CREATE RULE r AS ON DELETE TO t DO ALSO (INSERT INTO t VALUES (7, ';'); INSERT INTO t VALUES (8, ')'));
        BEGIN; INSERT INTO t VALUES (1, 'a'), (2, one(1) || two()); DELETE FROM t WHERE a = 1; COMMIT;
        SELECT a, "b;c" FROM t ORDER BY a
    """
    pieces = texts(script, POSTGRESQL)
    with (
        postgresql() as service,
        psycopg.connect(
            host=service.host,
            port=service.port,
            user=service.user,
            password=PASSWORD,
            dbname=service.database,
            autocommit=True,
        ) as connection,
    ):
        for text in pieces:
            cursor = connection.execute(text.encode(), prepare=True)  # one statement at a time, or the server refuses
        rows = cursor.fetchall()
    assert len(pieces) == 9
    assert rows == [(2, "it's;;"), (7, ";"), (8, ")")]


def test_mariadb_runs_the_pieces_of_a_script_with_bodies() -> None:
    script = """
        CREATE TABLE t (a INT, `b;c` TEXT, `end` INT DEFAULT 1); # a comment; with a delimiter
        CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW IF NEW.a > 1 THEN SET NEW.`b;c` = IF(1, 'x\\';', ''); END IF;
        CREATE FUNCTION f(n INT) RETURNS VARCHAR(20) CHARACTER SET utf8mb4 DETERMINISTIC BEGIN
            DECLARE s VARCHAR(20) DEFAULT '';
            DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN SET s = ''; END;
            l: WHILE n > 0 DO
                SET s = CONCAT(s, CASE n WHEN 1 THEN IF(1, ';', '') ELSE REPEAT('a', 2) END), n = n - 1;
            END WHILE l;
            REPEAT SET n = n + 1; UNTIL n > 3 END REPEAT;
            FOR i IN 1..2 DO SET s = CONCAT(s, i); END FOR;
            CASE n WHEN 4 THEN SET s = CONCAT(s, '.'); ELSE BEGIN END; END CASE;
            RETURN s; END;
        CREATE PROCEDURE p() BEGIN DROP TABLE IF EXISTS u;
            INSERT INTO t (a, `b;c`) SELECT 5, f(2) FROM t WHERE end = 1 LIMIT 1; END;
        BEGIN NOT ATOMIC INSERT INTO t (a) VALUES (1); INSERT INTO t (a) VALUES (2); END;
        BEGIN; CALL p(); COMMIT;
DELIMITER //
CREATE OR REPLACE PROCEDURE q() BEGIN SELECT 1; SELECT 2; END //
DELIMITER ;
        /*!50003 CREATE*/ /*!50003 TRIGGER tr2 BEFORE DELETE ON t FOR EACH ROW BEGIN SET @a = 1; SET @b = 2; END */;
        SELECT a, `b;c` FROM t ORDER BY a
    """
    pieces = texts(script, MYSQL)

    async def run() -> list[tuple[object, ...]]:
        with mariadb() as service:
            connection = await asyncmy.connect(
                host=service.host, port=service.port, user=service.user, password=PASSWORD, db=service.database
            )
            async with connection.cursor() as cursor:
                for text in pieces:
                    await cursor.execute(text)
                rows = [tuple(row) for row in await cursor.fetchall()]
            await connection.ensure_closed()
            return rows

    assert asyncio.run(run()) == [(1, None), (2, "x';"), (5, "x';")]
    assert len(pieces) == 11
