"""What every driver must do, every day, on the oldest and the newest pinned version of each server.

Packages of Debian's unstable suite change without notice, so the newest is the newest of npm or Maven. The programs are
fetched once, into `.cache/servers`. Where they cannot be had, the test is skipped and says so.
"""

import os
import platform
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tools.servers.calls import CannotFetch
from tools.servers.fetching import CACHE, fetched, folder_of
from tools.servers.pinned import Pinned, pinned
from tools.servers.programs import VARIABLES
from tools.servers.trial import counted

_ROOT = Path(__file__).parents[3]
_PINNED = {one.name: one for one in pinned()}
_EVERYDAY = [_PINNED[name] for name in ("postgresql-12", "postgresql-18", "mysql-8.0", "mariadb-10.2", "mariadb-11.4")]
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="the programs are for Linux on x86-64"
)


def _programs_of(server: Pinned, cache: Path = CACHE) -> Path:
    try:
        return fetched(server, cache)
    except CannotFetch as error:
        pytest.skip(f"NOT TESTED on {server.product} {server.version}: {error}")


@pytest.mark.parametrize("server", _EVERYDAY, ids=lambda one: one.name)
def test_the_driver_conforms_on_the_oldest_and_the_newest(
    server: Pinned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.servers.calls.FETCH_S", 60.0)
    programs = _programs_of(server)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment[VARIABLES[server.engine]] = str(programs)
    report = tmp_path / "report.xml"
    options = ["-n", "0", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'inner'}", f"--junitxml={report}"]
    command = [sys.executable, "-m", "pytest", *options, f"tests/drivers/{server.engine}/test_conformance.py"]
    done = subprocess.run(command, cwd=_ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert counted(report).passed > 50, "and it was not skipped"


@pytest.mark.skipif(shutil.which("npm") is None, reason="NOT TESTED: npm is not installed")
def test_a_registry_that_cannot_be_reached_skips_the_test_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = _PINNED["postgresql-12"]
    with socket.socket() as refusing:
        refusing.bind(("127.0.0.1", 0))  # and does not listen
        monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{refusing.getsockname()[1]}/")
        monkeypatch.setenv("npm_config_noproxy", "127.0.0.1")
        monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm"))
        with pytest.raises(pytest.skip.Exception, match=rf"(?s)^NOT TESTED on .* {server.version}: npm .*ECONNREFUSED"):
            _programs_of(server, tmp_path / "servers")
    assert not folder_of(server, tmp_path / "servers").exists()
