"""The page in Debian's Chromium, against a real backend. Set SCREENSHOT to a path to see what it looked like."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.work import SOON_S
from tools import typescript
from tools.playground import bundle
from tools.system_packages import CannotInstall, install

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
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


@pytest.fixture
def playground() -> Iterator[str]:
    """The address of a playground, started as `make playground` does."""
    typescript.build()
    process = subprocess.Popen([sys.executable, "-m", "tools.playground"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    address = re.search(r"http://\S+", process.stdout.readline())
    assert address is not None
    yield address[0]
    process.send_signal(signal.SIGINT)
    assert process.wait(SOON_S) == 0
    process.stdout.close()


def test_the_types_of_the_page_hold() -> None:
    bundle.check()


def test_the_page_works_in_a_browser(chromium: str, playground: str) -> None:
    done = subprocess.run(
        [typescript.node(), "--test", str(HERE / "page.test.mjs")],
        env={**os.environ, "ADDRESS": playground, "CHROMIUM": chromium},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
