"""Logs: one line per event, in the way of nobody. Each test sets logging up in a child process, for it is global."""

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from litebase.log import MAX_WAITING_LINES, LineWriter
from tests.work import SOON_S


def log_of(script: str, *, level: str = "debug", form: str = "json", file: str = "None") -> str:
    """What a script writes to stderr after logging was set up; `writer` and `log` are there for it."""
    code = (
        "import structlog, logging, sys\nfrom pathlib import Path\nfrom litebase.log import set_up\n"
        f"writer = set_up({level!r}, {form!r}, {file})\nlog = structlog.get_logger()\n{script}\nwriter.flush()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False, timeout=SOON_S
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "", "stdout is never a log"
    return done.stderr


EVERY_LEVEL = "log.debug('d')\nlog.info('i')\nlog.warning('w')\nlog.error('e')"


@pytest.mark.parametrize(
    ("level", "events"), [("debug", "diwe"), ("info", "iwe"), ("warn", "we"), ("error", "e")], ids=str
)
def test_a_level_lets_through_what_is_at_least_as_important(level: str, events: str) -> None:
    lines = [json.loads(line) for line in log_of(EVERY_LEVEL, level=level).splitlines()]
    assert "".join(line["event"] for line in lines) == events


def test_a_json_line_holds_the_event_its_level_a_utc_time_and_its_fields() -> None:
    (line,) = log_of("log.info('thing_happened', rows=3, name='ø', odd=object, many=[1, None])").splitlines()
    told = json.loads(line)
    assert (told["event"], told["level"], told["rows"], told["name"]) == ("thing_happened", "info", 3, "ø")
    assert told["timestamp"].endswith("Z")
    assert told["many"] == [1, None]


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_value_cannot_forge_a_line(form: str) -> None:
    text = log_of("log.info('one', value='x\\n2026 [error] forged')", form=form)
    assert len(text.splitlines()) == 1


def test_a_value_that_is_no_valid_text_is_written_all_the_same() -> None:
    assert "thing" in log_of("log.info('thing', value='\\udc80')\nlog.info('after')")


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_traceback_shows_no_locals(form: str) -> None:
    script = (
        "def inner(password):\n    local = password * 2\n    return 1 / (len(local) - len(local))\n"
        "try:\n    inner(''.join(['SEC', 'RET']))\nexcept ZeroDivisionError as error:\n"
        "    log.error('failed', exc_info=error)"
    )
    text = log_of(script, form=form)
    assert "ZeroDivisionError" in text
    assert "inner" in text
    assert "SECRET" not in text


def test_the_console_format_is_for_people_and_has_no_colours_in_a_file() -> None:
    text = log_of("log.warning('thing_happened', rows=3)", form="console")
    assert "thing_happened" in text
    assert "rows=3" in text
    assert "\x1b" not in text
    assert not text.startswith("{")


@pytest.mark.fault("T09")
def test_aiosqlite_tells_no_statements_at_any_level() -> None:
    script = """
import anyio, aiosqlite
from litebase.drivers import load
load("sqlite")
async def use():
    async with aiosqlite.connect(':memory:') as connection:
        await connection.execute("SELECT 'SECRET', ?", ('SECRET',))
anyio.run(use)
log.info('used')
"""
    text = log_of(script)
    assert "used" in text
    assert "SECRET" not in text
    assert "aiosqlite" not in text


def test_warnings_of_libraries_are_passed_on_as_one_event_and_chatter_is_not() -> None:
    script = (
        "logging.getLogger('some.module').warning('careful: %s', 1)\n"
        "logging.getLogger('some.module').info('chatter')\nlogging.getLogger('asyncio').debug('chatter')"
    )
    (line,) = log_of(script).splitlines()
    told = json.loads(line)
    assert (told["event"], told["level"], told["logger"]) == ("library_message", "warning", "some.module")
    assert told["text"] == "careful: 1"


def test_a_log_file_is_private_appended_to_and_leaves_stderr_empty(tmp_path: Path) -> None:
    path = tmp_path / "log"
    for name in ("first", "second"):
        assert log_of(f"log.info({name!r})", file=f"Path({str(path)!r})") == ""
    assert [json.loads(line)["event"] for line in path.read_text(encoding="utf-8").splitlines()] == ["first", "second"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.fault("R03")
def test_a_log_file_that_is_deleted_or_a_full_disk_stops_nothing() -> None:
    script = "\n".join(["for _ in range(10): log.info('x')", "writer.flush()", "assert writer.dropped == 10"])
    assert log_of(script, file="Path('/dev/full')") == ""


@pytest.mark.fault("L14")
def test_lines_beyond_the_bound_are_dropped_and_counted_and_nobody_waits() -> None:
    reading, writing = os.pipe()
    try:
        writer = LineWriter(writing)
        line = "x" * 999
        for _ in range(MAX_WAITING_LINES + 1000):
            writer.write(line)
        assert 800 <= writer.dropped <= 1000, "some are in the pipe, the bound is queued, the rest is counted"
        writer.flush()  # waits a moment, and not for a reader who never comes
        dropped, received = writer.dropped, 0
        while received < (MAX_WAITING_LINES + 1000 - dropped) * 1000:
            received += len(os.read(reading, 1_000_000))
        writer.write("the reader is back")
        writer.flush()
        assert os.read(reading, 1000) == b"the reader is back\n"
        assert writer.dropped == dropped
    finally:
        os.close(reading)  # the writer's thread keeps the other end, as in the process


def test_flush_returns_when_all_is_written() -> None:
    reading, writing = os.pipe()
    try:
        writer = LineWriter(writing)
        for number in range(500):
            writer.write(str(number))
        writer.flush()
        assert os.read(reading, 100_000).split() == [str(number).encode() for number in range(500)]
    finally:
        os.close(reading)


def test_a_pipe_that_does_not_block_gets_whole_lines_too() -> None:
    """Some hosts make their pipes so; a full one must not cut lines in two."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    try:
        writer = LineWriter(writing)
        for _ in range(300):
            writer.write("y" * 999)
        time.sleep(0.2)
        received = b""
        os.set_blocking(reading, False)
        for _ in range(100):
            try:
                received += os.read(reading, 1_000_000)
            except BlockingIOError:
                time.sleep(0.01)
        lines = received.split(b"\n")
        assert set(map(len, lines[:-1])) == {999}, "every line is whole"
        assert len(lines) - 1 + writer.dropped == 300
    finally:
        os.close(reading)
