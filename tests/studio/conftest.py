"""Studio as `make playground` serves it, and the browser that opens it."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.work import SOON_S
from tools import typescript
from tools.playground import bundle
from tools.system_packages import CannotInstall, install

HERE = Path(__file__).parent
SCENE_S = 300.0


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser. Where it cannot be had the test is skipped with the reason; in CI it fails."""
    if shutil.which("chromium") is None:
        try:
            install(["chromium"])
        except CannotInstall as error:
            if "CI" in os.environ:
                raise
            pytest.skip(f"NOT TESTED: {error}")
    found = shutil.which("chromium")
    assert found is not None
    return found


@pytest.fixture(scope="session")
def browser(chromium: str, page_built: Path) -> Iterator[str]:
    """Where the one browser of all scenes is reached."""
    process = subprocess.Popen(
        [typescript.node(), str(HERE / "browser.mjs")],
        env={**os.environ, "CHROMIUM": chromium},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.stdin.close()
    assert process.wait(SOON_S) == 0
    process.stdout.close()


@pytest.fixture(scope="session")
def page_built() -> Path:
    """The folder of the page. Without Node.js the tests are skipped with the reason; in CI they fail."""
    try:
        return bundle.built()
    except typescript.ToolsMissing as error:
        if "CI" in os.environ:
            raise
        pytest.skip(f"NOT TESTED: {error}")


@pytest.fixture(scope="module")
def playground(page_built: Path) -> Iterator[str]:
    """The address of a playground, started as `make playground` does."""
    process = subprocess.Popen([sys.executable, "-m", "tools.playground"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    address = re.search(r"http://\S+", process.stdout.readline())
    assert address is not None
    yield address[0]
    process.send_signal(signal.SIGINT)
    assert process.wait(SOON_S) == 0
    process.stdout.close()


@pytest.fixture
def in_browser(browser: str, playground: str) -> Callable[..., None]:
    """Runs the tests of one `*.test.mjs` beside this file; more is passed in the environment."""

    def run(name: str, **more: str) -> None:
        done = subprocess.run(
            [typescript.node(), "--test", str(HERE / f"{name}.test.mjs")],
            env={**os.environ, "ADDRESS": playground, "BROWSER": browser, **more},
            capture_output=True,
            text=True,
            timeout=SCENE_S,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-6000:]

    return run
