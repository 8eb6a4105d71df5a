"""Files are opened safely: none is made by accident, none is trusted, none that is damaged does harm."""

import os
import random
import sqlite3
import sys
from pathlib import Path

import anyio
import pytest
from litebase_schema.connection import SqliteTarget

from litebase.drivers import load
from litebase.drivers.interface import Statement
from litebase.errors import ConnectFailed, InvalidMessage, LiteBaseError, NotFound, QueryFailed
from tests.drivers.sqlite.sessions import LIMITS, Open, rows_of
from tests.work import SOON_S

pytestmark = pytest.mark.anyio


NAMES = ["a b.db", "ü🙂.db", "100%.db", "a#b", "%41.db", "a;b&c=d"]
if sys.platform != "win32":  # which has no file names with a question mark
    NAMES.append("what?mode=memory")


@pytest.mark.fault("D01")
@pytest.mark.parametrize("mode", ["read_only", "read_write"])
async def test_a_missing_file_is_not_found_and_is_not_made(tmp_path: Path, open_session: Open, mode: str) -> None:
    with pytest.raises(NotFound):
        await open_session(tmp_path / "none.db", mode=mode)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.fault("D01")
async def test_only_the_mode_create_makes_a_file(tmp_path: Path, open_session: Open) -> None:
    session = await open_session(tmp_path / "new.db", mode="create")
    await session.execute(Statement("CREATE TABLE t (a)"))
    assert (tmp_path / "new.db").stat().st_size > 0


async def test_a_path_is_needed_unless_the_database_is_in_memory(open_session: Open) -> None:
    with pytest.raises(InvalidMessage, match="path"):
        load("sqlite")(SqliteTarget(engine="sqlite", mode="read_only"), LIMITS)


@pytest.mark.fault("D02")
async def test_what_is_no_database_is_a_clear_error(tmp_path: Path, open_session: Open) -> None:
    noise = tmp_path / "noise"
    noise.write_bytes(random.Random(1).randbytes(8192))
    special = [] if sys.platform == "win32" else [tmp_path / "fifo", Path("/dev/zero")]
    for fifo in special[:1]:
        os.mkfifo(fifo)
    (tmp_path / "folder").mkdir()
    (tmp_path / "below").write_text("x")
    below_a_file = tmp_path / "below" / "a.db"  # to Windows that is simply not there
    for path in (noise, tmp_path / "folder", below_a_file, *special):
        kind = NotFound if sys.platform == "win32" and path == below_a_file else ConnectFailed
        with anyio.fail_after(SOON_S), pytest.raises(kind) as failed:
            await open_session(path)
        assert str(path) in failed.value.message


@pytest.mark.fault("D02")
async def test_an_empty_file_is_an_empty_database(tmp_path: Path, open_session: Open) -> None:
    (tmp_path / "empty").touch()
    session = await open_session(tmp_path / "empty")
    assert await rows_of(session, "SELECT * FROM sqlite_schema") == []


@pytest.mark.fault("D02")
@pytest.mark.parametrize("uri", ["file:{}?mode=rwc", "file:{}?vfs=none", "file:{}?nolock=1", "file::memory:"])
async def test_a_path_is_never_read_as_a_uri(file: Path, open_session: Open, uri: str) -> None:
    # to Windows most of these are no file names at all
    with pytest.raises((NotFound, ConnectFailed) if sys.platform == "win32" else NotFound):
        await open_session(uri.format(file))


@pytest.mark.parametrize("name", NAMES)
async def test_a_file_may_have_any_name(tmp_path: Path, open_session: Open, name: str) -> None:
    session = await open_session(tmp_path / name, mode="create")
    await session.execute(Statement("CREATE TABLE t (a)"))
    assert [one.name for one in tmp_path.iterdir() if not one.name.endswith("-journal")] == [name]


@pytest.mark.fault("D10")
async def test_views_and_triggers_of_a_stranger_s_file_are_not_trusted(tmp_path: Path, open_session: Open) -> None:
    path = tmp_path / "trap.db"
    maker = sqlite3.connect(path)
    maker.execute("CREATE VIEW trap AS SELECT * FROM pragma_database_list")
    maker.commit()
    maker.close()
    session = await open_session(path)
    assert await rows_of(session, "PRAGMA trusted_schema") == [(0,)]
    assert await rows_of(session, "PRAGMA cell_size_check") == [(1,)]
    assert await rows_of(session, "SELECT count(*) FROM pragma_database_list") == [(1,)]
    with pytest.raises(QueryFailed, match="unsafe"):
        await rows_of(session, "SELECT * FROM trap")


@pytest.mark.fault("D11")
async def test_a_damaged_file_gives_errors_only(tmp_path: Path, open_session: Open) -> None:
    path = tmp_path / "damaged.db"
    maker = sqlite3.connect(path)
    maker.execute("PRAGMA page_size = 512")
    maker.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)")
    maker.execute("CREATE INDEX i ON t (b)")
    maker.executemany("INSERT INTO t (b) VALUES (?)", [(f"text {n}" * 5,) for n in range(100)])
    maker.commit()
    maker.close()
    good = path.read_bytes()
    random_numbers = random.Random(20)
    failures, codes = 0, set()
    for _ in range(300):
        bad = bytearray(good)
        for _ in range(random_numbers.choice((1, 10, 200))):
            bad[random_numbers.randrange(len(bad))] ^= 1 << random_numbers.randrange(8)
        path.write_bytes(bad)
        try:
            session = await open_session(path)
            for sql in ("SELECT * FROM t", "SELECT b FROM t ORDER BY b", "PRAGMA integrity_check", "DELETE FROM t"):
                await rows_of(session, sql)
        except LiteBaseError as error:
            failures += 1
            codes.add(error.code)
        else:
            await session.aclose()
        path.with_name(path.name + "-journal").unlink(missing_ok=True)
    assert failures > 50
    assert codes <= {"connect_failed", "query_failed", "limit_exceeded"}


@pytest.mark.fault("D12")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows refuses to delete a file that is open")
async def test_a_file_that_is_deleted_or_replaced_while_open_harms_nobody(file: Path, open_session: Open) -> None:
    session = await open_session(file)
    file.unlink()
    assert len(await rows_of(session, "SELECT * FROM t")) == 2
    sqlite3.connect(file).execute("CREATE TABLE other (a)").connection.close()
    before = file.read_bytes()
    try:
        await session.execute(Statement("INSERT INTO t VALUES (3, 'x')"))
    except QueryFailed as error:
        assert error.message  # noqa: PT017  # some builds of SQLite notice, others write to the file without a name
    assert file.read_bytes() == before


@pytest.mark.fault("D12")
async def test_a_write_ahead_log_without_its_shared_memory_file_is_read(file: Path, open_session: Open) -> None:
    maker = sqlite3.connect(file, isolation_level=None)
    maker.execute("PRAGMA journal_mode = WAL")
    maker.execute("INSERT INTO t VALUES (3, 'three')")
    copy = file.with_name("copy.db")
    copy.write_bytes(file.read_bytes())
    copy.with_name("copy.db-wal").write_bytes(file.with_name(file.name + "-wal").read_bytes())
    maker.close()
    for options in ({"read_only": True}, {}):
        session = await open_session(copy, **options)
        assert len(await rows_of(session, "SELECT * FROM t")) == 3
        await session.aclose()
