"""The command line: options with one dash or two, and an exit code for every outcome."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from litebase import __version__
from litebase.cli import default_folder, main, parser
from litebase.process.exit_codes import ExitCode
from tests.end_to_end.process import END_S, fails, running
from tests.work import SOON_S

BOTH_DASHES = [
    ("socket", "/run/s", "socket", Path("/run/s")),
    ("pipe", "name", "pipe", "name"),
    ("port", "4711", "port", 4711),
    ("port", "0", "port", 0),
    ("token-file", "/t", "token_file", Path("/t")),
    ("log-level", "warn", "log_level", "warn"),
    ("log-file", "/l", "log_file", Path("/l")),
    ("log-format", "console", "log_format", "console"),
    ("parent-pid", "1", "parent_pid", 1),
]


@pytest.mark.parametrize("dash", ["-", "--"])
@pytest.mark.parametrize(("option", "text", "name", "value"), BOTH_DASHES)
def test_each_option_works_with_one_dash_and_two(dash: str, option: str, text: str, name: str, value: object) -> None:
    assert getattr(parser().parse_args([dash + option, text]), name) == value
    assert getattr(parser().parse_args([f"{dash}{option}={text}"]), name) == value


@pytest.mark.parametrize("option", ["-stdio", "--stdio", "-no-token", "--no-token", "-self-test", "--self-test"])
def test_each_switch_works_with_one_dash_and_two(option: str) -> None:
    assert getattr(parser().parse_args([option]), option.strip("-").replace("-", "_")) is True


@pytest.mark.parametrize("option", ["-version", "--version"])
def test_version_is_printed(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([option])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"litebase-backend {__version__}\n"


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_names_every_option_and_every_exit_code(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([option])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    for name in ("-socket", "-pipe", "-port", "-log-level", "--stdio", "--log-file", "--log-format", "--parent-pid"):
        assert name in text
    for code in ExitCode:
        assert f"{code:d}  {code.meaning}" in text


WRONG = [
    ["--no-such-option"],
    ["extra"],
    ["--sock", "/s"],
    ["--port", "abc"],
    ["--port", "-1"],
    ["--port", "65536"],
    ["--port", ""],
    ["--parent-pid", "0"],
    ["--parent-pid", "me"],
    ["--parent-pid", "99999999999999999999"],
    ["--log-level", "loud"],
    ["--log-level", "DEBUG"],
    ["--log-format", "xml"],
    ["--socket"],
    ["--socket", "/s", "--port", "0"],
    ["--stdio", "--port", "0"],
    ["--stdio", "-socket", "/s"],
    ["--pipe", "p", "--socket", "/s"],
    ["--port", "0", "--no-token", "--token-file", "/t"],
]


@pytest.mark.parametrize("options", WRONG, ids=" ".join)
def test_wrong_options_end_with_2_and_a_reason(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(options)
    assert ended.value.code == ExitCode.USAGE
    told = capsys.readouterr()
    assert told.out == ""
    reason = told.err.splitlines()[-1]
    assert reason.startswith("litebase-backend: error: ")
    assert "_port" not in reason, "the name of a function is no reason"
    assert "_positive" not in reason, "the name of a function is no reason"


@pytest.mark.parametrize(
    "options", [["--no-token"], ["--token-file", "/t"], ["--socket", "/s", "--no-token"], ["--stdio", "--no-token"]]
)
def test_token_options_without_a_port_end_with_2(options: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert main(options) == ExitCode.USAGE
    assert "-port" in capfd.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="named pipes exist there")
def test_a_pipe_ends_with_4_and_says_what_to_use_here(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["-pipe", "litebase"]) == ExitCode.UNUSABLE
    assert "-socket" in capfd.readouterr().err


def test_the_default_folder_is_in_the_runtime_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert default_folder() == tmp_path / "litebase"


@pytest.mark.parametrize("runtime", [None, "", "/nonexistent"])
def test_without_a_runtime_folder_the_default_is_one_per_user(
    runtime: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if runtime is None:
        monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    else:
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
    assert default_folder() == Path(f"/tmp/litebase-{os.getuid()}")


def test_exit_codes_of_starts_that_fail(tmp_path: Path) -> None:
    """0 and 5 are reached in end_to_end/test_end.py, each way of 4 in end_to_end/test_start.py."""
    (tmp_path / "file").touch()
    assert fails("--nonsense").returncode == ExitCode.USAGE
    assert fails("--socket", str(tmp_path / "file")).returncode == ExitCode.UNUSABLE
    with running(tmp_path) as backend:
        assert fails("--socket", backend.endpoint["path"]).returncode == ExitCode.IN_USE
        assert backend.end() == ExitCode.DONE


FAULT = """
import sys, threading, time
from litebase.cli import main
def break_it():
    import asyncio, gc
    running = []
    while not running:  # the start may take its time
        time.sleep(0.2)
        running = [one for one in gc.get_objects() if isinstance(one, asyncio.AbstractEventLoop) and one.is_running()]
    (loop,) = running
    loop.call_soon_threadsafe(loop.stop)
threading.Thread(target=break_it, daemon=True).start()
sys.exit(main(["--socket", sys.argv[1]]))
"""


def test_a_fault_ends_with_1_one_reason_line_and_a_log(tmp_path: Path) -> None:
    """The event loop is stopped from outside, which nothing expects."""
    ended = subprocess.run(
        [sys.executable, "-c", FAULT, str(tmp_path / "socket")],
        capture_output=True,
        text=True,
        check=False,
        timeout=END_S,
        stdin=subprocess.DEVNULL,
    )
    assert ended.returncode == ExitCode.FAULT
    assert len([line for line in ended.stderr.splitlines() if line.startswith("litebase-backend: ")]) == 1
    assert "backend_failed" in ended.stderr


def test_the_garbage_collector_rests_while_the_backend_is_loaded_and_works_afterwards() -> None:
    program = (
        "import gc, sys; from litebase.cli import main; code = main(['--stdio', '--log-level', 'error']); "
        "print(code, gc.isenabled(), gc.get_freeze_count() > 10_000, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SOON_S,
        check=True,
    )
    assert done.stderr.split() == ["0", "True", "True"]
