"""Studio in Debian's Chromium, against a real backend and the sample database."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import running_sshd
from tests.work import SOON_S
from tools.playground import bundle
from tools.services import Service
from tools.ssh_server import SshServer

HERE = Path(__file__).parent
SCENES = sorted({path.name.removesuffix(".test.mjs") for path in HERE.glob("*.test.mjs")} - {"servers", "tunnel"})


@pytest.fixture(scope="module")
def ssh_server() -> Iterator[SshServer]:
    """An SSH host that asks for one-time codes."""
    yield from running_sshd(asks=True)


def test_the_types_of_the_page_hold(page_built: Path) -> None:
    assert page_built.is_dir()
    bundle.check()


@pytest.mark.parametrize("scene", SCENES)
def test_the_page_works_in_a_browser(scene: str, in_browser: Callable[..., None]) -> None:
    in_browser(scene)


@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
def test_servers_are_used_in_a_browser(
    engine: str, in_browser: Callable[..., None], request: pytest.FixtureRequest
) -> None:
    service: Service = request.getfixturevalue(f"{engine}_service")
    address = f"{engine}://{service.user}@{service.host}:{service.port}/{service.database}"
    in_browser("servers", SERVER=address, PASSWORD=service.password)


def test_a_one_time_code_is_asked_for_in_a_browser(
    in_browser: Callable[..., None], postgresql_service: Service, ssh_server: SshServer, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text("PreferredAuthentications keyboard-interactive\n", encoding="ascii")
    tunnel = {"kind": "ssh", "host": ssh_server.host, "port": ssh_server.port, "user": ssh_server.user}
    tunnel |= {"config_file": str(config), "known_hosts_file": str(tmp_path / "known")}
    service = postgresql_service
    target = {"engine": "postgresql", "host": service.host, "port": service.port, "user": service.user}
    target |= {"database": service.database, "tunnel": tunnel}
    profile = {"id": "tunnelled", "name": "through a host", "target": target}
    in_browser(
        "tunnel",
        PROFILE=json.dumps([profile]),
        PASSWORD=service.password,
        SSH_HOST=ssh_server.host,
        PYTHON=sys.executable,
    )


def test_a_signal_to_end_leaves_no_folder_behind(page_built: Path, short_folder: Path) -> None:
    started = subprocess.Popen(
        [sys.executable, "-m", "tools.playground"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(short_folder)},
    )
    assert started.stdout is not None
    assert "http://" in started.stdout.readline()
    assert [path.name[:20] for path in short_folder.iterdir()] == ["litebase-playground-"]
    started.terminate()
    assert started.wait(SOON_S) == 0
    started.stdout.close()
    assert list(short_folder.iterdir()) == []
