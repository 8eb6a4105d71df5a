"""The installer for Debian of an app: what it holds runs where it was unpacked, with the built backend."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tauri.conftest import show_albums
from tools.build.__main__ import build
from tools.tauri import WORKSPACE
from tools.tauri import app as apps
from tools.tauri.bundle import bundle

NAME = "litebase-test-app"


@pytest.fixture(scope="session")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a built backend."""
    if "LITEBASE_TEST_PROGRAM" in os.environ:
        return Path(os.environ["LITEBASE_TEST_PROGRAM"]).resolve().parent
    return build(tmp_path_factory.mktemp("backend"))


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="unpacks a package of Debian")
@pytest.mark.timeout(900)
def test_an_installed_app_runs_with_the_backend_among_its_resources(
    backend: Path, database: Path, tmp_path: Path
) -> None:
    (package,) = bundle(WORKSPACE / "tests" / "app", backend, "deb", debug=True)
    subprocess.run(["dpkg", "-x", str(package), str(tmp_path / "installed")], check=True)
    installed = tmp_path / "installed" / "usr"
    with apps.place(from_source=False) as place, apps.running(place, installed / "bin" / NAME) as app:
        assert show_albums(app, database) == ["1", "Blue", "2", "Köln"]
        pid = apps.wait(lambda: app.backend)
        program = Path(f"/proc/{pid}/exe").resolve()
        assert program.is_relative_to(installed / "lib" / NAME / "litebase")
