"""A backend as a child process: it starts, says so, and ends with the block."""

import os
import sys
from pathlib import Path

import anyio
import pytest
from litebase_schema.registry import PROTOCOL_MAJOR, PROTOCOL_MINOR

from litebase import __version__
from litebase.client import StartFailed, connect, start_backend
from tests.conftest import unix_only
from tests.end_to_end.process import KILLED, endpoint_options

pytestmark = pytest.mark.anyio


async def test_the_ready_line_names_version_process_and_endpoint(tmp_path: Path) -> None:
    async with start_backend(*endpoint_options(tmp_path)) as backend:
        transport, path = "unix", str(tmp_path / "socket")
        if sys.platform == "win32":
            transport, path = "pipe", "\\\\.\\pipe\\" + endpoint_options(tmp_path)[1]
        assert backend.ready == {
            "event": "ready",
            "protocol": f"{PROTOCOL_MAJOR}.{PROTOCOL_MINOR}",
            "version": __version__,
            "pid": backend.process.pid,
            "endpoint": {"transport": transport, "path": path},
        }


@unix_only
async def test_the_backend_ends_in_order_with_the_block(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    async with start_backend("--socket", str(path)) as backend:
        assert path.is_socket()
    assert backend.process.returncode == 0
    assert list(tmp_path.iterdir()) == [], "socket and lock are removed"


async def test_the_backend_ends_also_when_the_block_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        async with start_backend(*endpoint_options(tmp_path)) as backend:
            raise ZeroDivisionError
    assert backend.process.returncode == 0


async def test_a_backend_that_ended_by_itself_is_no_error_at_the_end_of_the_block(tmp_path: Path) -> None:
    async with start_backend(*endpoint_options(tmp_path)) as backend:
        backend.process.kill()
        await backend.process.wait()
    assert backend.process.returncode == KILLED


async def test_a_wrong_option_is_start_failed_with_the_exit_code(tmp_path: Path) -> None:
    with pytest.raises(StartFailed, match="exit code 2"):
        async with start_backend(*endpoint_options(tmp_path), "--colour"):
            pytest.fail("it cannot be ready")


async def test_a_second_backend_at_the_same_socket_is_start_failed_and_the_first_goes_on(tmp_path: Path) -> None:
    options = endpoint_options(tmp_path)
    async with start_backend(*options) as first:
        with pytest.raises(StartFailed, match="exit code 3"):
            async with start_backend(*options):
                pytest.fail("the socket is taken")
        async with connect(first.endpoint) as client:
            assert (await client.greet()).server.name == "litebase"


@unix_only
async def test_a_folder_that_does_not_exist_is_start_failed(tmp_path: Path) -> None:
    with pytest.raises(StartFailed, match="exit code 4"):
        async with start_backend("--socket", str(tmp_path / "none" / "socket")):
            pytest.fail("there is no folder for the socket")


async def test_the_log_goes_where_the_caller_says(tmp_path: Path) -> None:
    log = tmp_path / "log"
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT)
    try:
        async with start_backend(*endpoint_options(tmp_path), log=descriptor):
            pass
    finally:
        os.close(descriptor)
    assert '"backend_ready"' in await anyio.Path(log).read_text(encoding="utf-8")


@unix_only
async def test_the_environment_reaches_the_backend(tmp_path: Path) -> None:
    async with start_backend(environment={"XDG_RUNTIME_DIR": str(tmp_path)}) as backend:
        assert backend.endpoint["path"] == str(tmp_path / "litebase" / "litebase.sock")
