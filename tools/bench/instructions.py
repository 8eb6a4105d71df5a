"""How many instructions a program takes for something: a figure that does not depend on the machine or its load.

valgrind's callgrind counts those of all threads outside the kernel. What stands between two dumps is counted, so the
start of the program is not.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tools.system_packages import install

_ORDER_S = 60.0
_PROGRAM_S = 600.0


class Missing(Exception):
    """valgrind cannot be used."""


class Counter:
    """Counts the instructions of one program, which is to be run with `command` before its own.

    Raises `CannotInstall` where there is no valgrind.
    """

    def __init__(self, folder: Path) -> None:
        if shutil.which("valgrind") is None:
            install(["valgrind"])
        self._file = folder / "callgrind.out"
        self._dumps = 0

    @property
    def command(self) -> list[str]:
        """What runs the program."""
        counting = ["--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={self._file}"]
        return ["valgrind", "-q", "--fair-sched=yes", *counting]

    def each(self, pid: int, call: Callable[[], object], count: int) -> float:
        """The instructions of process `pid` for each of `count` calls."""
        _control(pid, "--instr=on")  # until then the program runs several times faster
        self._dump(pid)
        for _ in range(count):
            call()
        return self._dump(pid) / count

    def _dump(self, pid: int) -> int:
        """What was counted since the last dump."""
        said = _control(pid, "--dump")
        self._dumps += 1
        file = self._file.with_name(f"{self._file.name}.{self._dumps}")
        if not file.exists():
            raise Missing(f"callgrind_control wrote no {file.name}: {said}")
        return _totals(file)


def of_program(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """The instructions of a program from its start to its end. What it prints is thrown away."""
    with tempfile.TemporaryDirectory(prefix="litebase-bench-") as folder:
        file = Path(folder, "callgrind.out")
        counting = ["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={file}"]
        output = subprocess.DEVNULL
        subprocess.run(
            [*counting, *command], stdout=output, stderr=output, env=environment, check=True, timeout=_PROGRAM_S
        )
        return _totals(file)


def _totals(file: Path) -> int:
    found = re.search(r"^totals: (\d+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None, "a dump ends with its totals"
    return int(found[1])


def _control(pid: int, order: str) -> str:
    done = subprocess.run(
        ["callgrind_control", order, str(pid)], capture_output=True, text=True, timeout=_ORDER_S, check=False
    )
    return done.stdout + done.stderr
