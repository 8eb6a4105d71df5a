"""The prompt: scripts through pipes, and a person at a (pseudo) terminal."""

import contextlib
import os
import pty
import re
import select
import signal
import sqlite3
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from litebase.client.statement import statement_end
from litebase.sql.words import is_blank
from tests.conftest import RunningBackend
from tests.work import SOON_S, unhurried
from tools.services import Service

ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r;"
NUMBERS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 5000) SELECT n FROM r;"
SHELL = [sys.executable, "-m", "litebase.client"]
_TICK_S = 0.05


def run(script: str | bytes, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Pipe a script through the shell."""
    given = script.encode() if isinstance(script, str) else script
    done = subprocess.run([*SHELL, *arguments], input=given, capture_output=True, timeout=SOON_S, check=False)
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), unhurried(done.stderr.decode())
    )


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("SELECT 1; SELECT 2;", "SELECT 1;"),
        ("SELECT ';' || 'it''s;'; x", "SELECT ';' || 'it''s;';"),
        ('SELECT ";" , `;`, [;]; x', 'SELECT ";" , `;`, [;];'),
        ("SELECT 1 -- not; here\n; x", "SELECT 1 -- not; here\n;"),
        ("SELECT /* ; '; */ 1; x", "SELECT /* ; '; */ 1;"),
        ("SELECT 'open;", None),
        ("SELECT 1 /* open ;", None),
        ("SELECT 1", None),
        ("CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1;", None),
        (
            "create temp trigger a after insert on t begin select case 1 when 1 then 2 end; select 2; end; x",
            "create temp trigger a after insert on t begin select case 1 when 1 then 2 end; select 2; end;",
        ),
        ("CREATE TABLE trigger_like (a); x", "CREATE TABLE trigger_like (a);"),
        ("EXPLAIN CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END; x", "EXPLAIN CREATE TRIGGER a AFTER INSERT "
         "ON t BEGIN SELECT 1; END;"),
    ],
)  # fmt: skip
def test_a_statement_ends_at_its_own_semicolon(text: str, first: str | None) -> None:
    end = statement_end(text)
    assert (None if end is None else text[:end]) == first


@pytest.mark.parametrize(
    ("text", "blank"), [("", True), (" ;\n", True), ("-- a\n/* b */", True), ("x", False), ("';'", False)]
)
def test_comments_and_semicolons_alone_are_nothing_to_run(text: str, *, blank: bool) -> None:
    assert is_blank(text) is blank


def test_the_rows_of_the_last_statement_are_exported(tmp_path: Path) -> None:
    path = tmp_path / "odd name.csv"
    script = f"""\\export csv {path}
SELECT 1 AS a, 'x' AS b;
\\export csv '{path}'
\\export csv {path}
\\export doc {path}
CREATE TABLE t (a);
\\export csv {path}.2
"""
    done = run(script, "sqlite:")
    assert (done.returncode, path.read_text(encoding="utf-8")) == (0, "a,b\n1,x\n")
    assert f"1 row in {path}" in done.stdout
    nothing, there, usage, nothing_again = done.stderr.splitlines()
    assert nothing == nothing_again == "No statement before this one has returned rows."
    assert there.startswith("error: file_failed: ")
    assert usage.startswith("Say \\export FORMAT FILE, with one of csv, tsv, json")
    assert [one.name for one in tmp_path.iterdir()] == ["odd name.csv"]


def test_a_database_is_dumped_and_restored(tmp_path: Path) -> None:
    path = tmp_path / "odd name"
    script = f"""CREATE TABLE t (a);
INSERT INTO t VALUES (7);
\\dump '{path}'
\\dump {path};
\\dump
\\restore {path}
DROP TABLE t;
"""
    done = run(script, f"sqlite:{tmp_path / 'a.db'}", "--create")
    assert done.returncode == 0
    assert re.search(rf"[0-9,]+ bytes in {path}, by SQLite 3\.", done.stdout)
    assert "Say \\dump FILE." in done.stdout
    there, not_empty = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert there.startswith("error: file_failed: ")
    assert not_empty.startswith("error: conflict: The database is not empty")
    done = run(f"\\restore {path}\nSELECT a FROM t;\n", f"sqlite:{tmp_path / 'b.db'}", "--create")
    assert "bytes restored, by SQLite" in done.stdout
    assert "7" in done.stdout.splitlines()[-1]


def test_two_schemas_are_compared(tmp_path: Path) -> None:
    first, other = tmp_path / "first.db", tmp_path / "other.db"
    run("CREATE TABLE t (a INTEGER, b TEXT);\n", f"sqlite:{first}", "--create")
    run("CREATE TABLE t (a INTEGER, c TEXT);\n", f"sqlite:{other}", "--create")
    script = f"""\\compare main main 'sqlite:{other}'
\\compare main main
\\compare main
\\compare main main nowhere
\\compare main none
"""
    done = run(script, f"sqlite:{first}")
    for said in (
        "2 differences",
        "  missing column t.b",
        "  extra column t.c",
        "-- destructive",
        "DROP COLUMN",
        "COMMIT;",
    ):
        assert said in done.stdout
    assert done.stdout.count("The schemas are alike.") == 1
    assert done.stdout.count("Say \\compare FIRST OTHER") == 1
    assert "A target is one of" in done.stdout
    assert "error: not_found" in done.stderr


def test_the_rows_of_two_tables_are_compared(tmp_path: Path) -> None:
    first, other = tmp_path / "first.db", tmp_path / "other.db"
    rows = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, {} TEXT);\nINSERT INTO t VALUES {};\n"
    run(rows.format("b", "(1, 'one', 'x'), (2, 'two', 'y'), (4, 'four', 'z')"), f"sqlite:{first}", "--create")
    run(rows.format("c", "(1, 'one', 'x'), (2, 'deux', 'y'), (3, 'trois', 'z')"), f"sqlite:{other}", "--create")
    script = f"""\\compare_rows t t 'sqlite:{other}'
\\compare_rows t t
\\compare_rows t
\\compare_rows t t nowhere
\\compare_rows t none
"""
    done = run(script, f"sqlite:{first}")
    for said in (
        "not compared: b: The other table has no such column.",
        "1 equal, 1 different, 1 missing in the other table, 1 only there; by id",
        "3 equal, 0 different, 0 missing in the other table, 0 only there; by id",
        "There is no table none.",
        "A target is one of",
    ):
        assert said in done.stdout
    shown = [line.split() for line in done.stdout.splitlines() if line.split()[:1] in (["different"], ["missing"])]
    assert [(line[0], line[-1] in ("deux", "NULL")) for line in shown] == [("different", True), ("missing", True)]
    assert done.stdout.count("Say \\compare_rows TABLE OTHER") == 1


def test_a_file_is_imported_with_its_rejected_rows_beside(tmp_path: Path) -> None:
    path = tmp_path / "odd name.csv"
    path.write_text("id,day\n1,2025-01-01\n2,soon\n", encoding="utf-8")
    script = f"""CREATE TABLE target (id INTEGER PRIMARY KEY, day DATE);
\\import '{path}' target
\\import {path} made
\\import {path}.2 target
\\import one
"""
    done = run(script, f"sqlite:{tmp_path / 't.db'}", "--create")
    rejected = tmp_path / "odd name.rejected.csv"
    assert f"csv, utf-8: id integer, day text\n1 of 2 rows stored, 1 rejected, see {rejected}" in done.stdout
    assert 'CREATE TABLE "made" ("id" INTEGER, "day" TEXT)\n2 of 2 rows stored' in done.stdout
    assert "Say \\import FILE TABLE" in done.stdout
    assert "error: file_failed: " in done.stderr
    assert rejected.read_text(encoding="utf-8").splitlines()[1] == "3,column day: 'soon' is not a date.,2,soon"


def test_a_table_is_copied_to_another_database(tmp_path: Path) -> None:
    script = f"""CREATE TABLE t (id INTEGER PRIMARY KEY, d DECIMAL(5,2));
INSERT INTO t VALUES (1, 1.5);
\\copy t sqlite:{tmp_path / "b.db"} copied
\\copy t within
\\copy t within
\\copy nowhere x
\\copy t nothing:x y
\\copy t
SELECT * FROM within;
"""
    done = run(script, f"sqlite:{tmp_path / 'a.db'}", "--create")
    assert done.stdout.count("1 row copied") == 2
    assert 'CREATE TABLE "main"."copied"' in done.stdout
    assert "There is no table nowhere." in done.stdout
    assert "A target is one of" in done.stdout
    assert "Say \\copy TABLE NEW" in done.stdout
    assert "error: conflict: There is a table 'within' already." in done.stderr
    done = run("SELECT * FROM copied;\n", f"sqlite:{tmp_path / 'b.db'}")
    assert "1.5" in done.stdout


def test_names_that_no_file_can_have_end_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    script = f"""SELECT 1 AS a;
\\export csv ~nosuchuser/x
\\o ~nosuchuser/x
\\export csv {path}\0
\\o {path}\0
\\export csv {"x" * 20_000}
\\export CSV {path};
\\o {tmp_path / "tables"} ;
SELECT 2 AS b;
\\o ;
"""
    done = run(script, "sqlite:")
    assert (done.returncode, len(done.stderr.splitlines())) == (0, 5)
    assert path.read_text(encoding="utf-8") == "a\n1\n"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.csv", "tables"]
    if sys.platform != "win32":
        assert tmp_path.joinpath("tables").stat().st_mode & 0o777 == 0o600
        tmp_path.joinpath("link").symlink_to(path)
        linked = run(f"\\o {tmp_path / 'link'}\nSELECT 3 AS c;\n", "sqlite:")
        assert "The file cannot be written" in linked.stderr
        assert path.read_text(encoding="utf-8") == "a\n1\n"


def test_tables_go_to_a_file_until_they_are_wanted_back(tmp_path: Path) -> None:
    path = tmp_path / "tables.txt"
    done = run(f"SELECT 1 AS a;\n\\o {path}\nSELECT 2 AS b;\nSELECT 3 AS c;\n\\o\nSELECT 4 AS d;\n", "sqlite:")
    assert done.stdout.split() == ["a", "───", "1", "d", "───", "4"]
    assert path.read_text(encoding="utf-8").split() == ["b", "───", "2", "c", "───", "3"]
    full = run("\\o /dev/full\nSELECT 1;\n", "sqlite:")
    assert (full.returncode, full.stderr) == (
        1,
        "The file cannot be written: No space left on device. Tables are shown again.\n",
    )


def test_backslash_commands_list_what_exists() -> None:
    script = """
        CREATE TABLE plays (id INTEGER PRIMARY KEY); CREATE VIEW long_plays AS SELECT 1; CREATE TABLE "odd.name" (a);
        \\dt
        \\d *PLAYS
        \\d main.odd.*
        \\d odd.name
        \\d main.plays
        \\d main.o*
        \\dn
    """.replace("        ", "")
    done = run(script, "sqlite:")
    assert (done.stderr, done.returncode) == ("", 0)
    table = [" main   │ odd.name │ table", " main   │ plays    │ table"]
    lines = [line for line in done.stdout.splitlines() if not line.startswith(("done", " schema", "─"))]
    assert lines == [
        *table,
        "2 objects",
        " main   │ plays      │ table",
        " main   │ long_plays │ view",
        "2 objects",
        "Nothing was found.",
        "Nothing was found.",
        "table main.plays",
        " column │ type    │ nullable │ default",
        " id     │ INTEGER │ not null │ rowid",
        "rows are told apart by primary key id",
        "table main.odd.name",
        " column │ type │ nullable │ default",
        " a      │      │          │",
        "rows are told apart by rowid rowid",
        "        │ main │ schema",
        "1 object",
    ]


def test_a_table_is_opened_by_its_name() -> None:
    script = """
        CREATE TABLE plays (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO plays (name) VALUES ('Hamlet');
        \\open plays
        \\open main.Plays;
        \\open nothing
        SELECT 1;
    """.replace("        ", "")
    done = run(script, "sqlite:")
    assert (done.stderr, done.returncode) == ("\\open needs the name of one table or view, as \\d lists them.\n", 0)
    assert done.stdout.splitlines()[2:-3] == [" id │ name", "────┼────────", "  1 │ Hamlet"] * 2


def test_what_was_run_is_found_again() -> None:
    script = """
        SELECT 1 AS unheard_of_before;
        \\history heard_of unheard
        \\history nothing like it
    """.replace("        ", "")
    done = run(script, "sqlite:")
    assert (done.stderr, done.returncode) == ("", 0)
    *_, facts, sql, nothing = done.stdout.splitlines()
    assert re.match(r"-- \d{4}-\d\d-\d\d \d\d:\d\d:\d\d · [\d.]+ .?s · 1 row$", facts)
    assert (sql, nothing) == ("SELECT 1 AS unheard_of_before;", "Nothing was found.")


def test_a_plan_is_printed_as_a_tree() -> None:
    script = """
        CREATE TABLE play (title text);
        \\explain SELECT * FROM play ORDER BY title;
        \\explain
        \\analyze DELETE FROM play
    """.replace("        ", "")
    done = run(script, "sqlite:")
    assert "\n  SCAN play\n  USE TEMP B-TREE FOR ORDER BY\n" in done.stdout
    assert "A statement has to follow, in the same line." in done.stdout
    assert "error: unsupported" in done.stderr


def test_a_search_prints_where_a_text_stands() -> None:
    script = """
        CREATE TABLE plays (played_at TEXT); CREATE VIEW v AS SELECT 'play' AS a;
        \\search PLAY
        \\search nothing like it
        \\search
    """.replace("        ", "")
    done = run(script, "sqlite:")
    assert (done.stderr, done.returncode) == ("", 0)
    lines = [line for line in done.stdout.splitlines() if not line.startswith(("done", "─"))]
    assert lines == [
        " object               │ type   │ found in            │ line",
        " main.plays           │ table  │ names               │",
        " main.plays.played_at │ column │ columns             │",
        " main.plays           │ table  │ definitions, line 1 │ CREATE TABLE plays (played_at TEXT)",
        " main.v               │ view   │ definitions, line 1 │ CREATE VIEW v AS SELECT 'play' AS a",
        "4 hits",
        "Nothing was found.",
        "\\search TEXT looks for a text in names, columns, comments and definitions.",
    ]


def test_ddl_is_printed_so_that_it_can_be_run(tmp_path: Path) -> None:
    script = """
        CREATE TABLE plays (id INTEGER PRIMARY KEY, "a\tb" TEXT);
        CREATE VIEW long_plays AS SELECT id
          FROM plays;
        \\ddl plays
        \\ddl main.long*
        \\ddl nothing
        \\ddl
    """.replace("        ", "")
    done = run(script, "sqlite:")
    assert (done.stderr, done.returncode) == ("", 0)
    lines = [line for line in done.stdout.splitlines() if not line.startswith("done")]
    view = ["CREATE VIEW long_plays AS SELECT id", "  FROM plays;"]
    table = ['CREATE TABLE plays (id INTEGER PRIMARY KEY, "a\tb" TEXT);']
    assert lines == [*table, *view, "-- Nothing was found.", "-- Nothing was found."]
    (tmp_path / "script").write_text(script.partition("\\")[0])
    first = run((tmp_path / "script").read_text() + "\n\\ddl main\n", f"sqlite:{tmp_path / 'a.db'}", "--create")
    made = "\n".join(line for line in first.stdout.splitlines() if not line.startswith("done"))
    assert made.splitlines() == [*table, *view]
    again = run(made + "\n\\ddl main.*\n", f"sqlite:{tmp_path / 'b.db'}", "--create")
    assert "\n".join(line for line in again.stdout.splitlines() if not line.startswith("done")) == made


def test_a_script_makes_a_database_and_prints_its_tables(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    script = """
        CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);
        INSERT INTO t (name) VALUES ('a;b'), ('😀'), (NULL);
        \\t
        SELECT * FROM t
    """.replace("        ", "")
    done = run(script, f"sqlite:{path}", "--create")
    assert (done.stderr, done.returncode) == ("", 0)
    lines = done.stdout.splitlines()
    assert lines[0].startswith("done · ")
    assert lines[1].startswith("3 rows changed · last insert id 3 · ")
    assert re.search(r"[\d.]+ ms in the database, [\d.]+ ms in all$", lines[1])
    assert lines[2:] == [
        "Types are shown.",
        "      id │ name",
        " INTEGER │ TEXT",
        "─────────┼──────",
        "       1 │ a;b",
        "       2 │ 😀",
        "       3 │ NULL",
    ]


def test_every_row_of_a_long_result_is_printed_and_none_is_cut(tmp_path: Path) -> None:
    done = run(NUMBERS, "sqlite:")
    assert done.returncode == 0
    assert [int(line) for line in done.stdout.splitlines()[2:]] == list(range(1, 5001))


def test_a_cell_that_came_in_part_is_told() -> None:
    done = run("SELECT hex(zeroblob(100000)) AS a;", "sqlite:")
    assert done.returncode == 0
    assert done.stderr == "The cell at row 1, column 1 is shown in part; it has 200,000 bytes.\n"


def test_an_error_has_a_caret_and_ends_the_script() -> None:
    done = run("SELECT 1;\nSELECT 2,\n  nme;\nSELECT 3;", "sqlite:")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "error: query_failed: no such column: nme (SQLITE_ERROR)",
        "    nme;",
        "    ^",
    ]
    assert "3" not in done.stdout


def test_the_output_cannot_control_the_terminal() -> None:
    done = run("SELECT char(27) || '[2J' AS a;", "sqlite:")
    assert "\x1b" not in done.stdout
    assert "\\x1b[2J" in done.stdout


def test_read_only_refuses_to_write(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    assert run("CREATE TABLE t (a);", f"sqlite:{path}", "--create").returncode == 0
    done = run("DROP TABLE t;", f"sqlite:{path}", "--read-only")
    assert done.returncode == 1
    assert done.stderr.startswith("error: read_only: ")
    assert run("SELECT * FROM t;", f"sqlite:{path}").returncode == 0


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    done = run("SELECT 1;", f"sqlite:{tmp_path}/none.db")
    assert done.returncode == 1
    assert done.stdout == ""
    assert re.fullmatch(r"litebase: not_found: There is no file .*none\.db\..*\n", done.stderr)


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("oracle:x",), ("sqlite:", "--read-only"), ("sqlite:x", "--create", "--read-only")]
)
def test_a_wrong_target_or_option_is_exit_code_2(arguments: tuple[str, ...]) -> None:
    done = run("", *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: ")


def test_a_script_that_is_not_utf8_is_one_clear_line() -> None:
    done = run(b"SELECT '\xff';", "sqlite:")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    # Python reads stdin strictly or leniently, by the locale
    assert re.search("input is not valid|statement cannot be sent", done.stderr)


def test_nul_in_a_statement_is_one_clear_line() -> None:
    done = run("SELECT '\0';", "sqlite:")
    assert done.returncode == 1
    assert done.stderr.startswith("The statement cannot be sent: ")
    assert "Traceback" not in done.stderr


def test_a_running_backend_is_used_when_its_socket_is_named(backend: RunningBackend) -> None:
    done = run("SELECT 40 + 2 AS answer;", "sqlite:", "--connect", backend.endpoint["path"])
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "     42")


def test_a_socket_where_nobody_listens_is_one_clear_line(tmp_path: Path) -> None:
    done = run("SELECT 1;", "sqlite:", "--connect", str(tmp_path / "none"))
    assert done.returncode == 1
    assert done.stderr == f"litebase: No backend can be reached at {tmp_path}/none: No such file or directory.\n"


@contextlib.contextmanager
def started() -> Iterator["subprocess.Popen[bytes]"]:
    """A shell that ends with the block at the latest: one whose test failed would run its statement for ever."""
    pipe = subprocess.PIPE
    process = subprocess.Popen([*SHELL, "sqlite:"], stdin=pipe, stdout=pipe, stderr=pipe)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_reader_that_goes_away_ends_the_script_quietly() -> None:
    with started() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(NUMBERS.replace("5000", "500000").encode())
        process.stdin.close()
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(SOON_S) == 1
        assert process.stderr.read() == b""
        process.stderr.close()


def test_ctrl_c_ends_a_script_and_its_statement() -> None:
    with started() as process:
        assert process.stdin is not None
        process.stdin.write(f"SELECT 1;\n{ENDLESS}\n".encode())
        process.stdin.flush()
        assert process.stdout is not None
        assert process.stdout.readline(), "the first statement's answer is told before the second one runs"
        time.sleep(0.3)
        until_it_waits(process)
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=SOON_S)
        assert (process.returncode, re.sub(r"[\d.]+ m?s", "?", unhurried(complaint.decode()))) == (
            1,
            "cancelled after ?\n",
        )


def until_it_waits(process: "subprocess.Popen[bytes]") -> None:
    """Until the shell's main thread sleeps, which after a prompt it does to read. Source: proc(5)"""
    deadline, status = time.monotonic() + SOON_S, Path(f"/proc/{process.pid}/stat")
    while status.read_text().rpartition(")")[2].split()[0] != "S":
        assert time.monotonic() < deadline, "it never waited"
        time.sleep(_TICK_S)


class Terminal:
    """A person at a shell in a pseudo terminal."""

    def __init__(self, *arguments: str) -> None:
        self._side, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (16, 60))
        # the shell must own the terminal, or Ctrl-C would reach nobody
        take = (
            "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
        )
        size = {"COLUMNS", "LINES"}  # they would hide how large this terminal is
        environment = {**{name: value for name, value in os.environ.items() if name not in size}, "TERM": "dumb"}
        command = [sys.executable, "-c", take, *SHELL, *arguments]
        self.process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, env=environment
        )
        os.close(theirs)
        self._seen = ""

    def type(self, text: str) -> None:
        os.write(self._side, text.encode())

    def until(self, *wanted: str) -> str:
        """What the terminal showed up to and with the first of `wanted` that appeared."""
        deadline = time.monotonic() + SOON_S
        while not any(one in self._seen for one in wanted):
            ready, _, _ = select.select([self._side], [], [], max(deadline - time.monotonic(), 0))
            assert ready, f"{wanted!r} did not appear; seen: {self._seen!r}"
            try:
                self._seen += os.read(self._side, 65536).decode()
            except OSError:  # nobody has the terminal open, and all that was written is read
                pytest.fail(f"the shell left with {self.process.wait(SOON_S)} before {wanted!r}; seen: {self._seen!r}")
        end = min(self._seen.index(one) + len(one) for one in wanted if one in self._seen)
        shown, self._seen = self._seen[:end], self._seen[end:]
        return shown

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._side)

    def press_ctrl_c(self) -> None:
        """As a person would, once the shell waits: Python's line reader misses what comes while it starts."""
        until_it_waits(self.process)
        self.type("\x03")


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    opened = Terminal("sqlite:")
    with contextlib.closing(opened):
        opened.until("litebase> ")
        yield opened


def test_ctrl_c_cancels_an_endless_query_and_the_prompt_goes_on(terminal: Terminal) -> None:
    terminal.type(ENDLESS + "\n")
    terminal.until(" s · ")  # how long it runs: earlier Ctrl-C would end the shell
    terminal.press_ctrl_c()
    assert re.search(r"cancelled after [\d.]+ m?s", terminal.until("litebase> "))
    terminal.type("SELECT 40 + 2 AS answer;\n")
    shown = terminal.until("litebase> ")
    assert "     42" in shown
    assert "1 row · " in shown
    terminal.type("\\q\n")
    assert terminal.process.wait(SOON_S) == 0


def test_ctrl_c_at_the_prompt_forgets_the_line_and_a_second_one_leaves(terminal: Terminal) -> None:
    terminal.type("SELECT 'unfinished\n")
    terminal.until("...> ")
    terminal.press_ctrl_c()
    terminal.until("Ctrl-C again")
    terminal.until("litebase> ")
    terminal.type("SELECT 7;\n")
    assert "7" in terminal.until("litebase> ")
    terminal.press_ctrl_c()
    terminal.until("Ctrl-C again")
    terminal.until("litebase> ")
    terminal.press_ctrl_c()
    assert terminal.process.wait(SOON_S) == 0


def test_a_long_result_is_paged_forward_back_and_to_a_row(terminal: Terminal) -> None:
    terminal.type(NUMBERS + "\n")
    first = terminal.until("or a row): ")
    assert "rows 1 to 10 of " in first
    terminal.type("\n")
    assert "rows 11 to 20 of " in terminal.until("or a row): ")
    terminal.type("4995\n")
    last = terminal.until("or a row): ")
    assert "rows 4,995 to 5,000 of 5,000" in last
    assert " 4995\r\n" in last
    terminal.type("p\n")
    assert "rows 4,985 to 4,994 of 5,000" in terminal.until("or a row): ")
    terminal.type("9999\n")
    assert "nothing at row 9,999 of 5,000" in terminal.until("or a row): ")
    terminal.type("1\n")
    assert "rows 1 to 10 of 5,000" in terminal.until("or a row): ")
    terminal.type("q\n")
    terminal.until("litebase> ")


def test_a_result_that_is_left_unread_locks_nothing_and_is_exported_whole(tmp_path: Path) -> None:
    database, path = tmp_path / "t.db", tmp_path / "a.csv"
    with contextlib.closing(Terminal(f"sqlite:{database}", "--create")) as terminal:
        terminal.until("litebase> ")
        for sql in ("CREATE TABLE t (n);", f"INSERT INTO t {NUMBERS}"):
            terminal.type(sql + "\n")
            terminal.until("litebase> ")
        terminal.type("SELECT n FROM t;\n")
        terminal.until("or a row): ")
        terminal.type("q\n")
        terminal.until("litebase> ")
        with contextlib.closing(sqlite3.connect(database, timeout=0)) as other:
            other.execute("DELETE FROM t WHERE n = 1")
            other.commit()
        terminal.type(f"\\export csv {path}\n")
        assert "4,999 rows in " in terminal.until("litebase> ")
        assert len(path.read_text(encoding="utf-8").splitlines()) == 5000


def test_on_production_the_prompt_asks_and_a_script_fails(tmp_path: Path) -> None:
    target = [f"sqlite:{tmp_path / 'new.db'}", "--create", "--environment", "production"]
    done = run("CREATE TABLE t (a);", *target)
    assert done.returncode == 1
    assert "confirmation_required" in done.stderr
    with contextlib.closing(Terminal(*target)) as terminal:
        terminal.until("litebase> ")
        terminal.type("CREATE TABLE t (a);\n")
        terminal.until("(y/N) ")
        terminal.type("n\n")
        assert "confirmation_required" in terminal.until("litebase> ")
        terminal.type("CREATE TABLE t (a);\n")
        terminal.until("(y/N) ")
        terminal.type("y\n")
        assert "done" in terminal.until("litebase> ")
        terminal.type("SELECT count(*) + 41 AS tables FROM sqlite_schema;\n")
        assert " 42" in terminal.until("litebase> ")


def test_a_long_wait_shows_its_time_and_the_rows_that_were_read(terminal: Terminal) -> None:
    terminal.type(NUMBERS.replace("LIMIT 5000", "LIMIT 5000000") + "\n")
    terminal.until("or a row): ")
    terminal.type("4000000\n")
    seen = terminal.until("rows 4,000,000 to ")
    counts = [int(count.replace(",", "")) for count in re.findall(r" s · ([\d,]+) rows read", seen)]
    assert counts
    assert counts == sorted(counts)
    assert 0 < counts[-1] <= 4_000_100
    terminal.type("q\n")
    terminal.until("litebase> ")
    terminal.type("\\q\n")
    assert terminal.process.wait(SOON_S) == 0


def test_tables_are_cut_to_the_width_of_the_terminal(terminal: Terminal) -> None:
    terminal.type("SELECT hex(zeroblob(200)) AS a, hex(zeroblob(200)) AS b;\n")
    shown = terminal.until("litebase> ").splitlines()
    (row,) = [line for line in shown if line.startswith(" 000")]
    assert len(row) <= 60
    assert row.count("…") == 2


def test_help_and_unknown_commands_answer(terminal: Terminal) -> None:
    terminal.type("\\h\n")
    assert "Statements end with ;" in terminal.until("litebase> ")
    terminal.type("\\z\n")
    assert "There is no \\z." in terminal.until("litebase> ")


def test_the_end_of_input_leaves(terminal: Terminal) -> None:
    terminal.type("\x04")
    assert terminal.process.wait(SOON_S) == 0


def test_a_transaction_lasts_from_line_to_line(tmp_path: Path) -> None:
    script = "CREATE TABLE t (a); BEGIN; INSERT INTO t VALUES (1);\nROLLBACK;\nSELECT count(*) AS left_over FROM t;"
    done = run(script, f"sqlite:{tmp_path / 'new.db'}", "--create")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"left_over\W+0\b", done.stdout)


@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
def test_it_speaks_to_servers(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    service: Service = request.getfixturevalue(f"{engine}_service")
    secret = tmp_path / "password"
    secret.write_text(f"{service.password}\n")
    target = f"{engine}://{service.user}@{service.host}:{service.port}/{service.database}"
    done = run("SELECT 40 + 2 AS answer;", target, "--password-file", str(secret))
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"answer\W+42\b", done.stdout)


def test_a_password_on_the_command_line_is_refused() -> None:
    done = run("SELECT 1;", "postgresql://me:canary-7d1e@127.0.0.1/db")
    assert done.returncode == 2
    assert "leave it out" in done.stderr
    assert "canary-7d1e" not in done.stderr.replace("postgresql://me:canary-7d1e@127.0.0.1/db", "")


def test_the_prompt_tells_what_the_server_did_meanwhile(postgresql_service: Service, tmp_path: Path) -> None:
    service = postgresql_service
    secret = tmp_path / "password"
    secret.write_text(f"{service.password}\n")
    target = f"postgresql://{service.user}@{service.host}:{service.port}/{service.database}"
    with contextlib.closing(Terminal(target, "--password-file", str(secret))) as terminal:
        terminal.until("litebase> ")
        terminal.type("LISTEN meals;\n")
        terminal.until("litebase> ")
        terminal.type("NOTIFY meals, 'soup';\n")
        seen = terminal.until("litebase> ")
        while "Notification 'meals' with payload 'soup' from the server's process " not in seen:
            terminal.type("\\t\n")
            seen += terminal.until("litebase> ")
        terminal.type("SET idle_session_timeout = '200ms';\n")
        while "(57P05)" not in seen:
            terminal.type("\\t\n")
            seen += terminal.until("litebase> ")


@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
def test_a_password_is_asked_for_without_an_echo_and_again_when_it_is_refused(
    engine: str, request: pytest.FixtureRequest
) -> None:
    service: Service = request.getfixturevalue(f"{engine}_service")
    target = f"{engine}://{service.user}@{service.host}:{service.port}/{service.database}"
    with contextlib.closing(Terminal(target)) as terminal:
        terminal.until(f"Password of {service.user} at {service.host}:{service.port}: ")
        terminal.type("wrong-canary\n")
        shown = terminal.until(": ")
        assert "wrong-canary" not in shown
        assert "The server refused the password." in shown
        terminal.type(f"{service.password}\n")
        assert service.password not in terminal.until("litebase> ")


def test_ctrl_c_and_ctrl_d_at_the_question_for_a_password_leave(postgresql_service: Service) -> None:
    target = f"postgresql://{postgresql_service.host}:{postgresql_service.port}"
    for key, said, code in (("\x03", "", 130), ("\x04", "prompt_unanswered", 1)):
        with contextlib.closing(Terminal(target)) as terminal:
            terminal.until("Password of ")
            terminal.until(": ")
            until_it_waits(terminal.process)
            terminal.type(key)
            terminal.until(said)
            assert terminal.process.wait(SOON_S) == code


def test_a_later_request_asks_for_the_password_that_was_changed_meanwhile(postgresql_service: Service) -> None:
    """The catalog is read in a database session of its own, which the first \\dn opens."""
    service, user = postgresql_service, "changes_at_the_prompt"
    with contextlib.closing(
        Terminal(f"postgresql://{service.user}@{service.host}:{service.port}/{service.database}")
    ) as admin:
        admin.until(": ")
        admin.type(f"{service.password}\n")
        admin.until("litebase> ")
        admin.type(f"CREATE ROLE {user} LOGIN PASSWORD 'first';\n")
        admin.until("litebase> ")
        with contextlib.closing(
            Terminal(f"postgresql://{user}@{service.host}:{service.port}/{service.database}")
        ) as terminal:
            terminal.until(": ")
            terminal.type("first\n")
            terminal.until("litebase> ")
            admin.type(f"ALTER ROLE {user} PASSWORD 'second';\n")
            admin.until("litebase> ")
            terminal.type("\\dn\n")
            terminal.until("The server refused the password.")
            terminal.until(": ")
            terminal.type("second\n")
            assert "public" in terminal.until("litebase> ")
        admin.type(f"DROP ROLE {user};\n")
        admin.until("litebase> ")
