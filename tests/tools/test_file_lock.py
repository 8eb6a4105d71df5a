"""A lock makes other processes wait, and is released with its holder."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.work import SOON_S
from tools.file_lock import locked

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys
from pathlib import Path
from tools.file_lock import locked

with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_process_waits_until_the_holder_is_done_or_dead(tmp_path: Path) -> None:
    order = []

    def wait() -> None:
        with locked(tmp_path):
            order.append("ours")

    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        waiting = threading.Thread(target=wait)
        waiting.start()
        waiting.join(0.3)
        order.append("killed")
        holder.kill()
        waiting.join(SOON_S)
    assert order == ["killed", "ours"]


def test_a_lock_is_released_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="wrong"), locked(tmp_path):
        raise ValueError("wrong")
    with locked(tmp_path):
        pass
