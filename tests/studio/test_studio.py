"""Studio in Debian's Chromium, against a real backend and the sample database."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.work import SOON_S
from tools.playground import bundle
from tools.services import Service

HERE = Path(__file__).parent
SCENES = sorted({path.name.removesuffix(".test.mjs") for path in HERE.glob("*.test.mjs")} - {"servers"})


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
