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
from collections.abc import Callable
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
_Refuse = Callable[[pytest.MonkeyPatch, Path, str], None]
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


def _refuse_npm(monkeypatch: pytest.MonkeyPatch, folder: Path, registry: str) -> None:
    monkeypatch.setenv("npm_config_registry", registry)
    monkeypatch.setenv("npm_config_noproxy", "127.0.0.1")
    monkeypatch.setenv("npm_config_cache", str(folder / "npm"))


def _refuse_maven(monkeypatch: pytest.MonkeyPatch, folder: Path, registry: str) -> None:
    settings = folder / ".m2" / "settings.xml"
    settings.parent.mkdir()
    mirror = f"<mirror><id>refusing</id><mirrorOf>*</mirrorOf><url>{registry}</url></mirror>"
    settings.write_text(f"<settings><mirrors>{mirror}</mirrors></settings>", encoding="ascii")
    monkeypatch.setenv("MAVEN_OPTS", f"-Duser.home={folder}")


@pytest.mark.parametrize(
    ("name", "program", "refuse", "reason"),
    [
        ("postgresql-12", "npm", _refuse_npm, "ECONNREFUSED"),
        ("mariadb-11.4", "mvn", _refuse_maven, "Connection refused"),
    ],
    ids=["npm", "maven"],
)
def test_a_registry_that_cannot_be_reached_skips_the_test_and_is_named(
    name: str, program: str, refuse: _Refuse, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"NOT TESTED: {program} is not installed")
    server = _PINNED[name]
    with socket.socket() as refusing:
        refusing.bind(("127.0.0.1", 0))  # and does not listen
        address = f"127.0.0.1:{refusing.getsockname()[1]}"
        refuse(monkeypatch, tmp_path, f"http://{address}/")
        said = rf"(?s)^NOT TESTED on .* {server.version}: {program} .*{reason}"
        with pytest.raises(pytest.skip.Exception, match=said) as skipped:
            _programs_of(server, tmp_path / "servers")
    assert address in str(skipped.value)
    assert not folder_of(server, tmp_path / "servers").exists()
