"""The installer for Debian of an app: what it holds runs where it was unpacked, with the built backend."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tauri.conftest import show_albums
from tools.build.__main__ import DIST, build, where
from tools.tauri import ROOT, WORKSPACE
from tools.tauri import app as apps
from tools.tauri.bundle import bundle

NAME = "litebase-test-app"


_KEPT = ROOT / ".cache" / "tauri" / "backend"
_SOURCES = ("litebase", "generated/python", "tools/build", "pyproject.toml", "requirements-runtime.lock")


def fresh(folder: Path) -> Path | None:
    """The build in a folder, if nothing that it consists of has changed since."""
    program = where(folder)
    if not program.is_file():
        return None
    parts = [path for name in _SOURCES for path in (ROOT / name, *(ROOT / name).rglob("*"))]
    newest = max(path.stat().st_mtime for path in parts if path.is_file() and path.suffix != ".pyc")
    return program.parent if program.stat().st_mtime > newest else None


@pytest.fixture(scope="session")
def backend() -> Path:
    """The folder of a built backend: the one that is named, that of `make build`, or that of the last time."""
    if "LITEBASE_TEST_PROGRAM" in os.environ:
        return Path(os.environ["LITEBASE_TEST_PROGRAM"]).resolve().parent
    return fresh(DIST) or fresh(_KEPT) or build(_KEPT)


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
