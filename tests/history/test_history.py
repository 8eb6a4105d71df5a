"""The file of the history: what is found again, what is bounded, and what no fault of the file disturbs."""

import os
import sqlite3
import stat
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from litebase.history.file import HistoryFile, Run, Wanted, iso, microseconds
from litebase.history.history import History, Unusable
from litebase.history.place import default_file
from litebase.sql.dialect import SQLITE
from tests.conftest import unix_only

RUN = Run("SELECT 1", True, 1_000_000, 1.5, 1, "done", None, "shop", "main", "user")
NEVER = lambda: False  # noqa: E731  # as short as what it stands for


def _texts(history: History, *words: str, **wanted: Any) -> list[str]:
    return [one.run.sql for one in history.search(Wanted(words, **wanted), NEVER)]


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with closing(History(tmp_path / "folder" / "history.db", 1000, 50_000_000)) as opened:
        yield opened


def _add(history: History, *texts: str, **changes: Any) -> None:
    for text in texts:
        history.add(replace(RUN, sql=text, **changes), SQLITE)


def test_statements_are_found_by_parts_of_words_the_newest_first(history: History) -> None:
    _add(history, "SELECT title FROM plays", "SELECT name FROM players", "DELETE FROM plays", "SELECT '100%' AS ÄÖ_")
    assert _texts(history, "lay") == ["DELETE FROM plays", "SELECT name FROM players", "SELECT title FROM plays"]
    assert _texts(history, "PLAYS", "sel") == ["SELECT title FROM plays"]
    assert _texts(history, "from", "title plays") == []
    assert _texts(history, "0%") == _texts(history, "äö_") == ["SELECT '100%' AS ÄÖ_"]
    assert _texts(history, '"', "*") == []
    assert len(_texts(history)) == 4
    assert _texts(history, "x" * 1000) == []


def test_old_statements_are_found_by_the_index(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("litebase.history.file._NEWEST", 3)
    _add(history, "SELECT needle", *(f"SELECT {number}" for number in range(20)), "SELECT 'it''s a \"needle\"'")
    assert _texts(history, "needle") == ["SELECT 'it''s a \"needle\"'", "SELECT needle"]
    assert _texts(history, '"needle"') == ["SELECT 'it''s a \"needle\"'"]
    assert _texts(history, "ne", "edl") == ["SELECT 'it''s a \"needle\"'", "SELECT needle"]
    assert _texts(history, "select", limit=5) == [
        "SELECT 'it''s a \"needle\"'",
        *(f"SELECT {n}" for n in range(19, 14, -1)),
    ]


def test_equal_runs_are_one_entry_with_the_last_one_on_top(history: History) -> None:
    _add(history, "SELECT 1", "SELECT 2")
    _add(history, "SELECT 1", ms=9.0, rows=7)
    _add(history, "SELECT 1", outcome="failed", code="42P01")
    found = history.search(Wanted(), NEVER)
    assert [(one.run.sql, one.runs, one.run.outcome, one.run.code) for one in found] == [
        ("SELECT 1", 1, "failed", "42P01"),
        ("SELECT 1", 2, "done", None),
        ("SELECT 2", 1, "done", None),
    ]
    assert (found[1].run.ms, found[1].run.rows) == (9.0, 7)


def test_pages_follow_one_another(history: History) -> None:
    _add(history, *(f"SELECT {number}" for number in range(10)))
    seen: list[str] = []
    before = None
    while page := history.search(Wanted(("select",), limit=3, before=before), NEVER)[:3]:
        seen += [one.run.sql for one in page]
        before = microseconds(iso(page[-1].run.at))
    assert seen == [f"SELECT {number}" for number in range(9, -1, -1)]


def test_connection_database_and_outcome_choose(history: History) -> None:
    _add(history, "SELECT 1", connection_name="a", database="x")
    _add(history, "SELECT 2", connection_name="b", database=None, outcome="failed")
    assert _texts(history, connection_name="a") == _texts(history, database="x") == ["SELECT 1"]
    assert _texts(history, outcomes=["failed", "cancelled"]) == ["SELECT 2"]


def test_the_oldest_make_way_for_the_newest(tmp_path: Path) -> None:
    history = History(tmp_path / "history.db", 200, 50_000_000)
    _add(history, *(f"SELECT {number}" for number in range(450)))
    found = _texts(history, limit=1000)
    assert 180 <= len(found) <= 300
    assert found[0] == "SELECT 449"
    small = History(tmp_path / "small.db", 10_000, 500_000)
    for letter in "abcd":
        _add(small, *(f"SELECT {number} AS {letter * 3000}{number}" for number in range(120)))
        small.flush(30.0)
    assert 0 < len(_texts(small, limit=1000)) < 300
    assert (tmp_path / "small.db").stat().st_size < 1_500_000
    history.close()
    small.close()


def test_what_is_deleted_is_not_in_the_file_any_more(history: History) -> None:
    _add(history, "SELECT 'canary one'", "SELECT 'canary two'", "SELECT 'stays'")
    first = history.search(Wanted(("canary", "one")), NEVER)[0].id
    assert history.delete([first, 999]) == 1
    assert _texts(history, "canary") == ["SELECT 'canary two'"]
    assert b"canary one" not in _bytes(history.path)
    assert history.delete(None) == 2
    assert _texts(history) == []
    assert not any(word in _bytes(history.path) for word in (b"canary", b"stays"))
    _add(history, "SELECT 'anew'")
    assert _texts(history, "anew") == ["SELECT 'anew'"]


def _bytes(path: Path) -> bytes:
    return b"".join(one.read_bytes() for one in path.parent.iterdir())


@unix_only
def test_the_file_is_for_its_user_alone(history: History) -> None:
    _add(history, "SELECT 1")
    history.flush(30.0)
    assert stat.S_IMODE(history.path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in history.path.parent.iterdir()} == {0o600}


def test_several_backends_share_a_file(tmp_path: Path) -> None:
    both = [History(tmp_path / "history.db", 1000, 50_000_000) for _ in range(2)]
    for number in range(50):
        _add(both[number % 2], f"SELECT {number}")
    for one in both:
        one.flush(30.0)
    assert [len(_texts(one)) for one in both] == [50, 50]
    for one in both:
        one.close()


def test_several_backends_make_the_file_at_the_same_moment(tmp_path: Path) -> None:
    """One saw the tables of another without their mark, or was told at once that the file is locked."""

    def use(path: Path) -> None:
        together.wait()
        file = HistoryFile(path, 1000, 50_000_000)
        file.add([RUN])
        file.close()

    with ThreadPoolExecutor(4) as threads:
        for number in range(40):
            together = threading.Barrier(4)
            for done in [threads.submit(use, tmp_path / f"{number}.db") for _ in range(4)]:
                done.result()


def test_a_locked_file_disturbs_nobody(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("litebase.history.file._BUSY_S", 0.01)
    _add(history, "SELECT 1")
    history.flush(30.0)
    locking = sqlite3.connect(history.path)
    locking.execute("BEGIN EXCLUSIVE")
    _add(history, "SELECT 2")
    history.flush(30.0)
    assert _texts(history) == ["SELECT 1"]
    locking.close()
    monkeypatch.setattr("litebase.history.history._AGAIN_S", 0.0)
    _add(history, "SELECT 3")
    assert _texts(history) == ["SELECT 3", "SELECT 1"]


@pytest.mark.parametrize(
    "content", [b"not a database, but a letter to somebody" * 100, b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_what_is_no_history_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter"
    path.write_bytes(content)
    history = History(path, 1000, 50_000_000)
    _add(history, "SELECT 1")
    with pytest.raises(Unusable):
        history.search(Wanted(), NEVER)
    history.close()
    assert path.read_bytes() == content


@pytest.mark.parametrize("version", [0, 1, 2])
def test_a_database_of_somebody_else_is_left_as_it_is(tmp_path: Path, version: int) -> None:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as shop:
        shop.execute("CREATE TABLE entries (a)")
        shop.execute(f"PRAGMA user_version = {version}")
    path.chmod(0o644)
    history = History(path, 1000, 50_000_000)
    _add(history, "SELECT 1")
    with pytest.raises(Unusable, match="something else"):
        history.search(Wanted(), NEVER)
    history.close()
    with closing(sqlite3.connect(path)) as shop:
        assert shop.execute("SELECT name FROM sqlite_schema").fetchall() == [("entries",)]
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o644


@unix_only
def test_what_is_no_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path, 0o644)
    path.chmod(0o644)
    history = History(path, 1000, 50_000_000)
    with pytest.raises(Unusable, match="not a regular file"):
        history.search(Wanted(), NEVER)
    history.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@unix_only
def test_a_user_without_a_home_has_no_history(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 5)
    assert default_file() is None


def test_text_with_a_nul_is_found(history: History) -> None:
    _add(history, "SELECT 'a\0b needle'")
    assert _texts(history, "needle") == _texts(history, "'a\0b") == ["SELECT 'a\ufffdb needle'"]


def test_runs_of_several_backends_at_the_same_moment_are_told_apart(tmp_path: Path) -> None:
    files = [HistoryFile(tmp_path / "history.db", 1000, 50_000_000) for _ in range(2)]
    for number, file in enumerate(files):
        file.add([replace(RUN, sql=f"SELECT {number}")])
    assert [one.run.at for one in files[0].search(Wanted())] == [RUN.at + 1, RUN.at]
    for file in files:
        file.close()


@unix_only
@pytest.mark.parametrize("place", ["/dev/full", "/proc/nowhere/history.db", "/dev/null/history.db"])
def test_a_place_that_takes_nothing_disturbs_nobody(place: str) -> None:
    history = History(Path(place), 1000, 50_000_000)
    _add(history, "SELECT 1")
    with pytest.raises(Unusable):
        history.search(Wanted(), NEVER)
    history.close()


def test_more_than_can_be_kept_in_time_is_dropped(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("litebase.history.history._MOST_CHARACTERS", 20)
    with capture_logs() as logs:
        _add(history, "SELECT " + "x" * 30, "SELECT 1")
        assert _texts(history) == ["SELECT 1"]
    assert [(one["event"], one["lost"]) for one in logs] == [("history_not_written", 1)]


def test_no_thread_to_write_in_disturbs_nobody(history: History) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(threading.Thread, "start", _no_thread)
        _add(history, "SELECT 1")
    _add(history, "SELECT 2")
    assert _texts(history) == ["SELECT 2"]


def _no_thread(_: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def test_long_statements_are_cut_and_broken_text_is_kept(history: History) -> None:
    _add(history, "SELECT '" + "x" * 200_000 + "'", "SELECT '\udc80'")
    broken, long = history.search(Wanted(), NEVER)
    assert (len(long.run.sql), bool(long.run.sql_complete)) == (100_000, False)
    assert broken.run.sql == "SELECT '?'"


def test_an_sqlite_without_the_index_looks_through_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("litebase.history.file._INDEX", "CREATE VIRTUAL TABLE words USING no_such_module (sql);\n")
    file = HistoryFile(tmp_path / "history.db", 1000, 50_000_000)
    file.add([RUN, replace(RUN, sql="SELECT needle")])
    assert not file.is_indexed
    assert [one.run.sql for one in file.search(Wanted(("needle",)))] == ["SELECT needle"]
    monkeypatch.undo()
    file.close()
    file = HistoryFile(tmp_path / "history.db", 1000, 50_000_000)  # a later one has it
    assert file.is_indexed
    assert [one.run.sql for one in file.search(Wanted(("needle",)))] == ["SELECT needle"]
    assert file.delete(None) == 2
    file.close()
