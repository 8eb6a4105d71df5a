"""pgcli's completer beside ours: a process of its own, in a virtual environment below `.cache`.

Its packages are installed there from a lock file when the benchmark first needs them; nothing else here does.
"""

import json
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tools.bench import processes

_LOCK = Path(__file__).with_suffix(".lock")
_PROGRAM = Path(__file__).parent / "programs" / "pgcli_completer.py"
_INSTALLED = Path(__file__).parents[2] / ".cache" / "bench" / "pgcli"
_INSTALL_S = 300.0

Complete = Callable[[str, int], tuple[float, int]]  # of a text and a place: milliseconds and items


class PgcliMissing(Exception):
    """pgcli cannot be installed on this machine; the message says why."""


def installed(*, may_install: bool = True) -> Path:
    """Install the packages of the lock file if they are not there, and return their Python. Raises `PgcliMissing`."""
    python, mark = _INSTALLED / "bin" / "python", _INSTALLED / "installed.lock"
    lock = _LOCK.read_text(encoding="utf-8")
    if mark.is_file() and mark.read_text(encoding="utf-8") == lock:
        return python
    if not may_install:
        raise PgcliMissing("It is not installed; `python -m tools.bench completion` installs it.")
    shutil.rmtree(_INSTALLED, ignore_errors=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    try:
        venv.create(_INSTALLED, with_pip=True)
        subprocess.run([*command, "-r", str(_LOCK)], check=True, timeout=_INSTALL_S, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        raise PgcliMissing(f"It cannot be installed: {(error.stderr or error.stdout or str(error))[-500:]}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PgcliMissing(f"It cannot be installed: {error}") from error
    mark.write_text(lock, encoding="utf-8")
    return python


@contextmanager
def completer(
    tables: Sequence[str], columns: Sequence[tuple[str, str]], *, may_install: bool = True
) -> Iterator[Complete]:
    """Pgcli's completer, which knows these tables, each with these columns and their types. Raises `PgcliMissing`."""
    with processes.child([str(installed(may_install=may_install)), str(_PROGRAM)], log=subprocess.DEVNULL) as process:
        processes.say(process, {"schema": "public", "tables": tables, "columns": columns})
        try:
            processes.first_line(process)
        except EOFError as error:
            raise PgcliMissing(f"It does not run: {error}") from error

        def complete(text: str, offset: int) -> tuple[float, int]:
            processes.say(process, {"text": text, "offset": offset})
            answer = json.loads(processes.first_line(process))
            return answer["ms"], answer["items"]

        yield complete


def warn(missing: PgcliMissing) -> None:
    """Say loudly what is not compared."""
    print(f"NOT MEASURED: pgcli's completer. {missing}", file=sys.stderr, flush=True)
