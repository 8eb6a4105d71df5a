"""Where a backend keeps what is run, and that no secret gets there: with the whole process."""

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from litebase_schema.connection import SqliteTarget
from litebase_schema.history import SearchHistoryRequest
from litebase_schema.imports import ImportRowsRequest, NewTable
from litebase_schema.query import QueryRequest

from litebase.client import RequestFailed, connect, start_backend
from tests.conftest import target_of, unix_only
from tools.services import Service

pytestmark = pytest.mark.anyio

CANARY = "hunter2canary"


async def _found(options: Sequence[str], statements: Sequence[str], target: Any, **environment: str) -> list[str]:
    """What a backend with these options finds of the statements that it has run."""
    async with start_backend(*options, environment=environment) as started, connect(started.endpoint) as client:
        connection_id = (await client.db_connect(target)).connection_id
        for sql in statements:
            with suppress(RequestFailed):  # some are no good SQL
                await client.query(QueryRequest(connection_id=connection_id, sql=sql))
        try:
            return [one.sql for one in (await client.search_history(SearchHistoryRequest())).entries]
        except RequestFailed as failed:
            return [failed.code]


MEMORY = SqliteTarget(engine="sqlite", mode="memory")


@unix_only
async def test_an_app_s_backend_keeps_it_in_the_user_s_folder_and_finds_it_after_a_restart(tmp_path: Path) -> None:
    options = ("--socket", str(tmp_path / "s"), "--parent-pid", str(os.getpid()))
    for number in range(2):
        found = await _found(options, [f"SELECT {number}"], MEMORY, XDG_DATA_HOME=str(tmp_path / "data"))
    assert found == ["SELECT 1", "SELECT 0"]
    assert (tmp_path / "data" / "litebase" / "history.db").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "data" / "litebase").stat().st_mode & 0o777 == 0o700


@unix_only
async def test_without_an_app_or_with_no_history_nothing_is_kept(tmp_path: Path) -> None:
    for given in ((), ("--parent-pid", str(os.getpid()), "--no-history")):
        options = ("--socket", str(tmp_path / "s"), *given)
        found = await _found(options, ["SELECT 1"], MEMORY, XDG_DATA_HOME=str(tmp_path / "data"))
        assert found == ["unsupported"]
    assert not (tmp_path / "data").exists()


@unix_only
async def test_passwords_never_get_into_the_file(
    tmp_path: Path, postgresql_service: Service, mysql_service: Service
) -> None:
    file = tmp_path / "history.db"
    statements = {
        postgresql_service: [
            f"CREATE ROLE canary PASSWORD '{CANARY}'",
            f"ALTER ROLE canary PASSWORD $x${CANARY}$x$",
            f"ALTER ROLE canary PASSWORD {CANARY}",
            f"SELECT 'postgresql://u:{CANARY}@h/d'",
            "DROP ROLE canary",
        ],
        mysql_service: [
            f"CREATE USER canary IDENTIFIED BY '{CANARY}'",
            f"SET PASSWORD FOR canary = PASSWORD('{CANARY}')",
            f'ALTER USER canary IDENTIFIED BY "{CANARY}',
            "DROP USER canary",
        ],
    }
    for service, texts in statements.items():
        options = ("--socket", str(tmp_path / "s"), "--history", str(file))
        found = await _found(options, texts, target_of(service))
        assert len(found) >= len(texts) - 1
        assert any("***" in one for one in found)
    assert CANARY.encode() not in b"".join(one.read_bytes() for one in tmp_path.iterdir() if one.is_file())


@unix_only
def test_nothing_of_it_is_loaded_before_something_is_run(tmp_path: Path) -> None:
    code = (
        "import sys, litebase.cli as c; import litebase.process.lifecycle, litebase.server.methods;"
        "o = c.parser().parse_args(['--parent-pid', '1']); print(c._history(o));"
        "print([m for m in ('sqlite3', 'litebase.history.file') if m in sys.modules])"
    )
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.splitlines() == [str(tmp_path / "litebase" / "history.db"), "[]"]
    assert list(tmp_path.iterdir()) == []


@unix_only
async def test_an_import_is_kept_with_its_origin_and_rows(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"a\n{CANARY}\n", encoding="utf-8")
    options = ("--socket", str(tmp_path / "s"), "--parent-pid", str(os.getpid()))
    environment = {"XDG_DATA_HOME": str(tmp_path / "data")}
    async with start_backend(*options, environment=environment) as started, connect(started.endpoint) as client:
        connection_id = (await client.db_connect(MEMORY)).connection_id
        request = ImportRowsRequest(connection_id=connection_id, path=str(path), new_table=NewTable(name="made"))
        await client.import_rows(request)
        (found,) = (await client.search_history(SearchHistoryRequest())).entries
    assert (found.sql, found.origin, found.rows) == ('INSERT INTO "made" ("a") VALUES (?)', "import", 1)
