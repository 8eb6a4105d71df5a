"""What all tests share: one backend process, started once, and a client of it for each test."""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from litebase_schema.connection import MysqlTarget, PostgresqlTarget, SqliteTarget
from litebase_schema.opaque import PackedRows
from litebase_schema.query import QueryRequest, QueryResponse

from litebase.client import Client, connect
from tests.end_to_end.process import command
from tests.fault_cases import (  # noqa: F401  # hooks and fixtures: pytest finds them here
    figure,
    long_s,
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_terminal_summary,
)
from tests.side_by_side import pytest_sessionfinish  # noqa: F401  # as above
from tests.work import SOON_S
from tools import typescript
from tools.services import Service, ServiceMissing, mariadb, postgresql, service_elsewhere
from tools.ssh_server import SshServer, sshd

if sys.platform == "win32":
    # These need Unix sockets, signals, /proc, terminals, resource limits, or servers that a test may kill.
    collect_ignore_glob = [
        "client/test_shell.py", "contract/test_reference_client.py", "transport/test_unix.py",
        "transport/test_stream.py", "transport/test_address.py",
        "transport/test_stdio.py", "transport/test_tcp.py",
    ]  # fmt: skip
else:  # these need pipes; `make test-windows` runs them
    collect_ignore_glob = ["transport/test_pipe.py", "end_to_end/test_pipe.py", "frozen/test_upgrade.py"]


own_server = pytest.mark.skipif(sys.platform == "win32", reason="starts a server, which runs outside Wine")
unix_only = pytest.mark.skipif(sys.platform == "win32", reason="is about Unix sockets, signals or file modes")


pytest_plugins = ["tests.one_engine", "tests.longest_first"]


# What takes long on a busy machine says nothing about a test. The rest is as it was, in CI as Hypothesis sets it there.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


# What backends that a test starts keep of what they run: not in the home of whoever runs the tests.
os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp(prefix="litebase-data-")
atexit.register(shutil.rmtree, os.environ["XDG_DATA_HOME"], ignore_errors=True)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Drivers are asyncio libraries, so the backend runs on asyncio only."""
    return "asyncio"


@dataclass(frozen=True)
class RunningBackend:
    """A backend process that tests share. A test that stops or floods one starts its own."""

    endpoint: dict[str, Any]
    pid: int


@pytest.fixture(scope="session")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBackend]:
    """One backend on a Unix socket, or on Windows on a pipe, for the whole test session."""
    folder = tmp_path_factory.mktemp("backend")
    where = ["--lifeline", "stdin"] if sys.platform == "win32" else ["--socket", str(folder / "socket")]
    arguments = command(*where, "--log-level", "debug", "--no-history")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=log, stdin=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdin is not None
    ready = json.loads(process.stdout.readline())
    yield RunningBackend(ready["endpoint"], ready["pid"])
    process.stdin.close()
    if sys.platform != "win32":
        process.terminate()
    assert process.wait(SOON_S) == 0, (folder / "log").read_text(encoding="utf-8")[-2000:]
    assert process.stdout.read() == b"", "nothing but the ready line goes to stdout"
    process.stdout.close()


@pytest.fixture
async def client(backend: RunningBackend) -> AsyncIterator[Client]:
    """A client of the shared backend."""
    async with connect(backend.endpoint) as opened:
        yield opened


@dataclass
class Database:
    """A connection of a test's client, with a short way to query."""

    client: Client
    connection_id: str

    async def query(self, sql: str, params: Any = None, **options: Any) -> QueryResponse:
        """Run one statement."""
        if params is not None:
            options["params"] = params
        return await self.client.query(QueryRequest(connection_id=self.connection_id, sql=sql, **options))

    async def rows(self, sql: str, params: Any = None, **options: Any) -> Sequence[Sequence[Any]]:
        """The rows of one statement's first window."""
        rows = (await self.query(sql, params, **options)).rows
        assert not isinstance(rows, PackedRows), "only a sender packs rows"
        return rows


OpenDatabase = Callable[..., Awaitable[Database]]


def _running(engine: str, start: Callable[[], AbstractContextManager[Service]]) -> Iterator[Service]:
    """A server for the test session. Where it cannot be had its tests are skipped with the reason; in CI they fail."""
    if (elsewhere := service_elsewhere(engine)) is not None:
        yield elsewhere
        return
    try:
        with start() as service:
            yield service
    except ServiceMissing as error:
        if "CI" in os.environ:
            raise
        pytest.skip(f"NOT TESTED: {error}")


@pytest.fixture(scope="session")
def postgresql_service() -> Iterator[Service]:
    """A private PostgreSQL for the whole test session."""
    yield from _running("postgresql", postgresql)


@pytest.fixture(scope="session")
def mysql_service() -> Iterator[Service]:
    """A private MariaDB for the whole test session."""
    yield from _running("mysql", mariadb)


def running_sshd(*options: str, asks: bool = False) -> Iterator[SshServer]:
    """An SSH host. Where it cannot be had its tests are skipped with the reason; in CI they fail.

    One that `asks` needs a mount namespace, which not every machine has, so without it they are skipped in CI too.
    """
    try:
        with sshd(options, asks=asks) as server:
            yield server
    except ServiceMissing as error:
        if "CI" in os.environ and not asks:
            raise
        pytest.skip(f"NOT TESTED: {error}")


@pytest.fixture(scope="session")
def ssh_server() -> Iterator[SshServer]:
    """A private SSH host for the whole test session."""
    yield from running_sshd()


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """An empty folder for a test that puts a socket deep inside: the path of a socket has few bytes."""
    with tempfile.TemporaryDirectory(prefix="litebase-") as name:
        yield Path(name)


@pytest.fixture(scope="session")
def typescript_workspace() -> Path:
    """The root of the npm workspace, compiled. Where that is impossible its tests are skipped, in CI they fail."""
    try:
        typescript.build()
    except typescript.ToolsMissing as error:
        if "CI" in os.environ:
            raise
        pytest.skip(f"NOT TESTED: {error}")
    return typescript.ROOT


def target_of(service: Service, **options: Any) -> PostgresqlTarget | MysqlTarget:
    """How to connect to a service."""
    kind = PostgresqlTarget if service.engine == "postgresql" else MysqlTarget
    return kind(
        **{
            "engine": service.engine,
            "host": service.host,
            "port": service.port,
            "user": service.user,
            "password": service.password,
            "database": service.database,
            **options,
        }
    )


@pytest.fixture
def open_database(client: Client) -> OpenDatabase:
    """Opens SQLite databases: `await open_database(path, mode="create")`, or one in memory without a path."""

    async def open_one(path: Path | None = None, **options: Any) -> Database:
        if path is None:
            target = SqliteTarget(engine="sqlite", mode="memory", **options)
        else:
            target = SqliteTarget(engine="sqlite", path=str(path), **options)
        return Database(client, (await client.db_connect(target)).connection_id)

    return open_one


@pytest.fixture
async def memory(open_database: OpenDatabase) -> Database:
    """An empty SQLite database in memory."""
    return await open_database()
