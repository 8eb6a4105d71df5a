"""Calls that may block for ever."""

import asyncio
import random
import subprocess
import sys
import threading
import time

import anyio
import pytest

from litebase.transport.threads import in_daemon_thread
from tests.fault_cases import Figure
from tests.work import SOON_S

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


async def _wake_up(times: int) -> None:
    """Let threads wake the loop, which waits for nothing else but the end of the patience."""
    with anyio.fail_after(SOON_S):
        for _ in range(times):
            await in_daemon_thread(threading.get_ident)
            await anyio.to_thread.run_sync(threading.get_ident)


async def test_every_thread_that_has_an_answer_wakes_the_loop() -> None:
    """A wake-up that is lost is noticed only when the next timer ends: here, too late."""
    await _wake_up(100)
    async with anyio.create_task_group() as tasks:
        for _ in range(8):
            tasks.start_soon(_wake_up, 25)


@pytest.mark.long
def test_long_every_thread_wakes_a_loop_that_is_stopped_and_run_again(long_s: float, figure: Figure) -> None:
    """As pytest runs it: on Windows the wait for a wake-up is cancelled at the end of each run, and begun anew."""
    until, runs = time.monotonic() + long_s, 0
    with asyncio.Runner() as runner:
        while time.monotonic() < until:
            late = threading.Timer(random.random() * 0.002, runner.get_loop().call_soon_threadsafe, [int])
            late.start()  # its wake-up comes in one run, between two, or in the next
            runner.run(_wake_up(1))
            late.join()
            runs += 1
    figure(f"{runs:,} runs")


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
