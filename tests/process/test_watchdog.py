"""A blocked event loop is noticed and told, and a running one is left in peace."""

import linecache
import os
import signal
import sys
import threading
import time
from pathlib import Path

import anyio
import pytest
from structlog.testing import capture_logs

from litebase.process.watchdog import LoopHealth, LoopWatch
from tests.end_to_end.process import running, wait_until

BLOCKING = """
import sys, time
from litebase import cli
from litebase.server.handlers import cancel

async def a_handler_that_blocks(session, request):
    password = "the canary"
    time.sleep(2)
    return await answered(session, request)

answered = cancel.cancel
cancel.cancel = a_handler_that_blocks
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.mark.fault("L15")
@pytest.mark.fault("L15", "T08")
def test_a_handler_that_blocks_is_told_with_its_stack_and_health_remembers(tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", BLOCKING, "--socket", str(tmp_path / "socket"), "--log-level", "debug"]
    with running(tmp_path, arguments=arguments) as backend, backend.dial() as line:
        assert line.ask_ok("health_check")["status"] == "healthy"
        asked = time.monotonic()
        line.send("cancel", {"request_id": "x"})
        time.sleep(0.3)  # until it blocks: a health check that comes with it is answered first
        health = line.ask_ok("health_check")
        assert (health["status"], health["problems"]) == ("degraded", ["loop_blocked"])
        assert "did not react for" in health["reasons"][0]
        wait_until(lambda: "event_loop_back" in backend.log.read_text(encoding="utf-8"))  # another thread writes it
        told = {event["event"]: event for event in backend.events()}
        assert "a_handler_that_blocks" in told["event_loop_blocked"]["at"][-1]
        assert 1 < told["event_loop_back"]["blocked_s"] < time.monotonic() - asked
        assert "the canary" not in backend.log.read_text(encoding="utf-8")


def test_a_blocked_loop_is_told_to_people_too(tmp_path: Path) -> None:
    """The log for a terminal has names of its own, and what stood under one of them ended the watch."""
    options = ["--socket", str(tmp_path / "socket"), "--log-format", "console"]
    with running(tmp_path, arguments=[sys.executable, "-c", BLOCKING, *options]) as backend, backend.dial() as line:
        for _ in range(2):
            line.ask_ok("cancel", {"request_id": "x"})
        wait_until(lambda: backend.log.read_text(encoding="utf-8").count("event_loop_back") == 2)
        assert backend.log.read_text(encoding="utf-8").count("a_handler_that_blocks") >= 2


@pytest.mark.anyio
async def test_a_loop_that_is_busy_and_not_blocked_is_not_told() -> None:
    health = LoopHealth()
    with capture_logs() as logs, LoopWatch(health, limit_s=1.0):
        end = time.monotonic() + 2.0
        while time.monotonic() < end:
            await anyio.sleep(0)
    assert health.ended_s is None
    assert logs == []


@pytest.mark.anyio
async def test_a_blocked_loop_is_measured_and_only_the_last_one_is_kept() -> None:
    health = LoopHealth()
    with capture_logs(), LoopWatch(health, limit_s=0.1):
        began = time.monotonic()
        await anyio.sleep(0.1)
        _block(1.2)
        await anyio.sleep(0.2)
        assert 0.5 < health.blocked_s < time.monotonic() - began
        first = health.ended_s
        _block(1.0)
        await anyio.sleep(0.2)
        assert health.ended_s != first


def _block(seconds: float) -> None:
    time.sleep(seconds)


@pytest.mark.fault("C25")
@pytest.mark.fault("C25", "L15")
def test_a_process_that_was_stopped_was_not_blocked(tmp_path: Path) -> None:
    """A laptop that slept is no fault of the loop."""
    with running(tmp_path) as backend, backend.dial() as line:
        line.ask_ok("health_check")
        os.kill(backend.pid, signal.SIGSTOP)
        time.sleep(2.5)
        os.kill(backend.pid, signal.SIGCONT)
        time.sleep(0.3)
        assert line.ask_ok("health_check")["status"] == "healthy"
        assert not any(event["event"] == "event_loop_blocked" for event in backend.events())


@pytest.mark.anyio
async def test_the_watch_ends_with_its_block() -> None:
    names = _watchers()
    with LoopWatch(LoopHealth(), limit_s=0.1):
        assert len(_watchers()) == len(names) + 1
    wait_until(lambda: len(_watchers()) == len(names))


def _watchers() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == "watchdog"]


@pytest.mark.anyio
async def test_a_stack_that_is_told_loads_no_source() -> None:
    linecache.clearcache()
    with capture_logs() as logs, LoopWatch(LoopHealth(), limit_s=0.2):
        while not any(one["event"] == "event_loop_blocked" for one in logs):
            time.sleep(0.5)  # blocks the loop
            await anyio.sleep(0)
    assert "test_a_stack_that_is_told_loads_no_source" in logs[0]["at"][-1]
    assert not linecache.cache
