"""The builds that these tests share, made from the code as it is now."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.end_to_end.process import Running, running
from tools.build.__main__ import build, program_in

GONE_S = 2.0


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program in a built folder: the one that `make test-build` has just built, or a new one."""
    if "LITEBASE_TEST_PROGRAM" in os.environ:
        return Path(os.environ["LITEBASE_TEST_PROGRAM"]).resolve()
    return program_in(build(tmp_path_factory.mktemp("folder")))


@pytest.fixture(scope="session")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program as one file."""
    return build(tmp_path_factory.mktemp("file"), one_file=True)


@contextlib.contextmanager
def frozen(program: Path, folder: Path, *options: str, **environment: str) -> Iterator[Running]:
    """A backend of a build on a socket in `folder`."""
    socket = [] if "--port" in options else ["--socket", str(folder / "socket")]
    arguments = [str(program), *socket, "--log-level", "debug", *options]
    with running(folder, arguments=arguments, environment=environment) as backend:
        yield backend


def processes_of(program: Path) -> list[int]:
    """The processes that run a program. Source: proc(5), /proc/PID/exe."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(process / "exe").removesuffix(" (deleted)") == str(program):  # noqa: PTH115  # may be gone
                found.append(int(process.name))
    return found


def within(seconds: float, is_true: Callable[[], bool]) -> bool:
    """Whether something became true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_true():
            return True
        time.sleep(0.02)
    return is_true()
