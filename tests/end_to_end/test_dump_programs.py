"""The programs that dump and restore: which one is taken, what others see of it, and that it ends with the request."""

import os
import resource
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anyio
import pytest
from litebase_schema.cancel import CancelRequest
from litebase_schema.connection import DbDisconnectRequest
from litebase_schema.db_session import CloseDbSessionRequest, OpenDbSessionRequest
from litebase_schema.dump import DumpDatabaseRequest, RestoreDatabaseRequest
from litebase_schema.errors import FileFailedDetails, ToolFailedDetails
from litebase_schema.events import WaitEventsRequest

from litebase.client import BackendGone, Client, RequestFailed, connect
from tests.conftest import Database, target_of
from tests.end_to_end.process import Running, running, wait_until
from tests.end_to_end.test_tunnels import through
from tests.work import SOON_S
from tools.services import PASSWORD, Service
from tools.ssh_server import SshServer

if sys.platform == "win32":
    pytest.skip("dumps of servers are not available on Windows yet", allow_module_level=True)

pytestmark = pytest.mark.anyio

_LOCK = {
    "postgresql": ["BEGIN", "LOCK TABLE held IN ACCESS EXCLUSIVE MODE"],
    "mysql": ["LOCK TABLES held WRITE"],
}
_TEXT = {"postgresql": "text", "mysql": "longtext"}
_NAMES = {"postgresql": "pg_dump", "mysql": "mysqldump"}
_FAKES = {
    "postgresql": "pg_dump (PostgreSQL) 9.6.24",
    "mysql": "mysqldump  Ver 10.19 Distrib 10.1.48-MariaDB, for debian-linux-gnu (x86_64)",
}
_OF_ANOTHER = "mysqldump  Ver 8.4.2 for Linux on x86_64 (MySQL Community Server - GPL)"


@pytest.fixture(params=["postgresql", "mysql"])
async def service(request: pytest.FixtureRequest, client: Client) -> AsyncIterator[Service]:
    """Both database servers in turn, with an empty database: what other tests have left would be dumped, too."""
    found: Service = request.getfixturevalue(f"{request.param}_service")
    opened = await client.db_connect(target_of(found))
    database = Database(client, opened.connection_id)
    drop = f"DROP DATABASE IF EXISTS dumped{' WITH (FORCE)' if found.engine == 'postgresql' else ''}"
    for sql in (drop, "CREATE DATABASE dumped"):
        await database.query(sql)
    yield replace(found, database="dumped")
    await database.query(drop)
    await client.db_disconnect(DbDisconnectRequest(connection_id=opened.connection_id))


@dataclass
class Own(Database):
    """A connection to a server through a backend of its own, with the table `held` of one row."""

    running: Running
    service: Service

    def request(self, path: Path) -> DumpDatabaseRequest:
        return DumpDatabaseRequest(connection_id=self.connection_id, path=str(path), format="plain")

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Meanwhile a program that wants to read the table waits."""
        session = await self.client.open_db_session(OpenDbSessionRequest(connection_id=self.connection_id))
        for sql in _LOCK[self.service.engine]:
            await self.query(sql, db_session_id=session.db_session_id)
        yield
        with suppress(BackendGone, BrokenPipeError):  # which a test may have killed
            await self.client.close_db_session(CloseDbSessionRequest(db_session_id=session.db_session_id))

    def programs(self) -> list[int]:
        """Process ids of what runs for this backend, but its guards."""
        return [pid for pid in children(self.running.pid) if b"read -r _" not in command_line(pid)]


def children(pid: int) -> list[int]:
    """Process ids, from /proc."""
    found = []
    for one in Path("/proc").iterdir():
        if one.name.isdigit():
            try:
                status = (one / "stat").read_text()
            except OSError:
                continue
            if int(status.rpartition(")")[2].split()[1]) == pid:
                found.append(int(one.name))
    return found


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@asynccontextmanager
async def own(service: Service, folder: Path, tools: Path | None = None, **popen: Any) -> AsyncIterator[Own]:
    """A backend that looks for programs in `tools` alone."""
    (home := folder / "backend").mkdir()
    environment = {"TMPDIR": str(home), **({} if tools is None else {"LITEBASE_TOOLS": str(tools)})}
    with running(home, "--no-history", environment=environment, **popen) as backend:
        async with connect(backend.endpoint) as client:
            opened = await client.db_connect(target_of(service))
            database = Own(client, opened.connection_id, backend, service)
            await database.query("DROP TABLE IF EXISTS held")
            await database.query(f"CREATE TABLE held (a int, t {_TEXT[service.engine]})")
            await database.query("INSERT INTO held VALUES (1, 'one')")
            yield database


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    (folder := tmp_path / "tools").mkdir()
    return folder


def fake(tools: Path, name: str, said: str) -> None:
    """A program that says its version, and leaves a mark when it is to do something."""
    (tools / name).write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo "{said}" && exit\ntouch "{tools}/started"\n')
    (tools / name).chmod(0o755)


def files_in(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


async def test_without_a_program_there_is_no_capability_but_a_reason(
    service: Service, tmp_path: Path, tools: Path
) -> None:
    async with own(service, tmp_path, tools) as database:
        opened = await database.client.db_connect(target_of(service))
        (dumps,) = [one for one in opened.capabilities if one.name == "dumps"]
        assert not dumps.available
        with pytest.raises(RequestFailed) as failed:
            await database.client.dump_database(database.request(tmp_path / "dump"))
        assert failed.value.code == "unsupported"
        assert failed.value.message == dumps.reason
        assert "install" in failed.value.message
    assert "dump" not in files_in(tmp_path)


async def test_a_program_that_does_not_fit_is_not_started(service: Service, tmp_path: Path, tools: Path) -> None:
    fake(tools, _NAMES[service.engine], _FAKES[service.engine])
    async with own(service, tmp_path, tools) as database:
        with pytest.raises(RequestFailed, match="is older than the server") as failed:
            await database.client.dump_database(database.request(tmp_path / "dump"))
        assert failed.value.code == "unsupported"
        assert "install" in failed.value.message
        if service.engine == "mysql":
            fake(tools, "mysqldump", _OF_ANOTHER)
            with pytest.raises(RequestFailed, match=r"8\.4\.2 is of MySQL, and the server .* is of MariaDB: install"):
                await database.client.dump_database(database.request(tmp_path / "dump"))
    assert files_in(tools) == {_NAMES[service.engine]}
    assert "dump" not in files_in(tmp_path)


async def test_a_program_that_fails_leaves_its_words_and_no_file(service: Service, tmp_path: Path, tools: Path) -> None:
    name, said = _NAMES[service.engine], "pg_dump (PostgreSQL) 99.1"
    if service.engine == "mysql":
        said = "mysqldump  Ver 10.19 Distrib 99.1.1-MariaDB, for Linux"
    fake(tools, name, said)
    with (tools / name).open("a") as script:
        script.write(f'echo half of it; echo "error: {PASSWORD} of the server 🐘" >&2; exit 3\n')
    async with own(service, tmp_path, tools) as database:
        with pytest.raises(RequestFailed) as failed:
            await database.client.dump_database(database.request(tmp_path / "dump"))
    assert failed.value.code == "tool_failed"
    assert isinstance(failed.value.details, ToolFailedDetails)
    assert (failed.value.details.tool, failed.value.details.exit_code) == (str(tools / name), 3)
    assert failed.value.details.log == "error: *** of the server 🐘\n"
    assert "exit code 3: error: *** of the server" in failed.value.message
    assert files_in(tmp_path) == {"backend", "tools"}


async def test_others_see_no_password_and_a_cancel_ends_the_program(service: Service, tmp_path: Path) -> None:
    async with own(service, tmp_path) as database, database.held():
        call = await database.client.start("dump_database", database.request(tmp_path / "dump"))
        with anyio.fail_after(SOON_S):
            while not (programs := database.programs()):
                await anyio.sleep(0.02)
        wait_until(lambda: b"dump" in command_line(programs[0]))  # until then it is a copy of the backend
        for pid in (*programs, *children(database.running.pid)):
            assert PASSWORD.encode() not in command_line(pid)
        for private in (tmp_path / "backend").glob("litebase-tool-*"):
            assert private.stat().st_mode & 0o777 == 0o700
            assert all(one.stat().st_mode & 0o777 == 0o600 for one in private.iterdir())
        outcome = await database.client.cancel(CancelRequest(request_id=call.id))
        assert outcome.outcome == "stopped"
        with pytest.raises(RequestFailed) as failed:
            await call.answer()
        assert failed.value.code == "cancelled"
        assert not any(Path(f"/proc/{pid}").exists() for pid in programs)
        assert children(database.running.pid) == []
        assert list((tmp_path / "backend").glob("litebase-tool-*")) == []
        assert files_in(tmp_path) == {"backend"}


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_a_backend_that_ends_leaves_no_program(service: Service, tmp_path: Path, how: signal.Signals) -> None:
    async with own(service, tmp_path) as database, database.held():
        await database.client.start("dump_database", database.request(tmp_path / "dump"))
        with anyio.fail_after(SOON_S):
            while not (programs := database.programs()):
                await anyio.sleep(0.02)
        os.kill(database.running.pid, how)
        database.running.process.wait(SOON_S)
        wait_until(lambda: not any(command_line(pid) for pid in programs))
        wait_until(lambda: not list((tmp_path / "backend").glob("litebase-tool-*")))
        assert "dump" not in files_in(tmp_path)
        return


async def test_a_full_disk_leaves_no_file(service: Service, tmp_path: Path) -> None:
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    async with own(service, tmp_path, preexec_fn=small_files) as database:
        await database.query(
            "INSERT INTO held VALUES (2, ?)" if service.engine == "mysql" else "INSERT INTO held VALUES (2, $1)",
            ["x" * 300_000],
        )
        with pytest.raises(RequestFailed) as failed:
            await database.client.dump_database(database.request(tmp_path / "dump"))
    assert isinstance(failed.value.details, FileFailedDetails), failed.value.message
    assert failed.value.details.reason == "no_space"
    assert files_in(tmp_path) == {"backend"}


async def test_progress_is_told_in_bytes(service: Service, tmp_path: Path) -> None:
    async with own(service, tmp_path) as database:
        since = (await database.client.wait_events(WaitEventsRequest(after=None, timeout_ms=0))).next
        done = await database.client.dump_database(database.request(tmp_path / "dump"))
        await database.query("DROP TABLE held")
        path = str(tmp_path / "dump")
        await database.client.restore_database(RestoreDatabaseRequest(connection_id=database.connection_id, path=path))
        events = (await database.client.wait_events(WaitEventsRequest(after=since, timeout_ms=0))).events
        told = {one.progress.unit: one.progress for one in events if one.progress is not None}
        assert told["dumped_bytes"].done == done.bytes
        assert (told["restored_bytes"].done, told["restored_bytes"].total) == (done.bytes, done.bytes)
        assert await database.rows("SELECT t FROM held") == [["one"]]


async def test_commands_of_programs_in_a_file_are_not_carried_out(service: Service, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    commands = [
        f"\\! touch {mark}",
        f"system touch {mark}",
        f"\\o | touch {mark}",
        f"\\copy held to program 'touch {mark}'",
    ]
    async with own(service, tmp_path) as database:
        await database.client.dump_database(database.request(tmp_path / "dump"))
        await database.query("DROP TABLE held")
        text = (tmp_path / "dump").read_text()
        for command in commands:
            at = text.index("CREATE TABLE")
            (evil := tmp_path / "evil").write_text(f"{text[:at]}{command}\n{text[at:]}")
            with pytest.raises(RequestFailed) as failed:
                await database.client.restore_database(
                    RestoreDatabaseRequest(connection_id=database.connection_id, path=str(evil))
                )
            assert failed.value.code == "tool_failed"
            assert not mark.exists()


async def test_a_restore_that_is_cancelled_is_undone_or_says_what_stays(service: Service, tmp_path: Path) -> None:
    async with own(service, tmp_path) as database:
        await database.client.dump_database(database.request(tmp_path / "dump"))
        await database.query("DROP TABLE held")
        text = (tmp_path / "dump").read_text()
        waits = {"postgresql": "SELECT pg_sleep(600);\n", "mysql": "SELECT SLEEP(600);\n"}[service.engine]
        end = text.rindex(
            "-- PostgreSQL database dump complete" if service.engine == "postgresql" else "-- Dump completed"
        )
        (slow := tmp_path / "slow").write_text(f"{text[:end]}{waits}{text[end:]}")
        request = RestoreDatabaseRequest(connection_id=database.connection_id, path=str(slow))
        call = await database.client.start("restore_database", request)
        with anyio.fail_after(SOON_S):
            while not database.programs():
                await anyio.sleep(0.02)
        await anyio.sleep(1.0)
        await database.client.cancel(CancelRequest(request_id=call.id))
        with pytest.raises(RequestFailed) as failed:
            await call.answer()
        assert failed.value.code == "cancelled"
        assert children(database.running.pid) == []
        if service.engine == "postgresql":
            assert await database.rows("SELECT to_regclass('held')::text") == [[None]]


async def test_a_tunnel_and_a_socket_carry_dumps(
    service: Service, ssh_server: SshServer, client: Client, tmp_path: Path
) -> None:
    ways: list[dict[str, Any]] = [{"tunnel": through(ssh_server)}, {"socket_path": str(service.socket_path)}]
    for number, way in enumerate(ways):
        opened = await client.db_connect(target_of(service, **way))
        database = Database(client, opened.connection_id)
        await database.query("DROP TABLE IF EXISTS held")
        await database.query("CREATE TABLE held (a int)")
        await database.query("INSERT INTO held VALUES (7)")
        path = str(tmp_path / f"dump{number}")
        await client.dump_database(DumpDatabaseRequest(connection_id=opened.connection_id, path=path))
        await database.query("DROP TABLE held")
        await client.restore_database(RestoreDatabaseRequest(connection_id=opened.connection_id, path=path))
        assert await database.rows("SELECT a FROM held") == [[7]]
        await client.db_disconnect(DbDisconnectRequest(connection_id=opened.connection_id))
