"""Calls that may block for ever."""

import subprocess
import sys
import threading

import anyio
import pytest

from litebase.transport.threads import in_daemon_thread

pytestmark = pytest.mark.anyio


async def test_the_value_of_a_call_is_given() -> None:
    assert await in_daemon_thread(threading.get_ident) != threading.get_ident()


async def test_an_error_of_the_system_is_raised() -> None:
    def fail() -> None:
        raise FileNotFoundError("no such thing")

    with pytest.raises(FileNotFoundError, match="no such thing"):
        await in_daemon_thread(fail)


async def test_a_cancelled_caller_does_not_wait_and_the_late_answer_harms_nobody() -> None:
    release = threading.Event()
    with anyio.move_on_after(0.05) as scope:
        await in_daemon_thread(release.wait)
    assert scope.cancelled_caught
    release.set()
    await anyio.sleep(0.05)


def test_a_call_that_never_returns_does_not_keep_the_process() -> None:
    script = """
import anyio, threading
from litebase.transport.threads import in_daemon_thread
async def main():
    with anyio.move_on_after(0.1):
        await in_daemon_thread(threading.Event().wait)
anyio.run(main)
print("over")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout.strip()) == (0, "over"), done.stderr
