"""What a backend does about its starter when it was built as one file.

Such a build is two processes: a starter, which unpacks the program into a temporary folder, and the backend, its child.
Whoever started it knows the starter only. A starter that is killed takes nothing with it, so the backend watches it,
ends when it is gone, and removes the folder in its place. In every other build, and on Windows, nothing is done.
"""

import os
import select
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

_FOLDER_PREFIX = "_MEI"  # of the folders that PyInstaller's starter makes
_POLL_S = 0.5


def run_below_starter(program: Callable[[], int]) -> int:
    """The exit code of `program`. Does not return when the starter has gone meanwhile: the program's files are gone."""
    folder = unpacked_folder()
    if folder is None or sys.platform == "win32":
        return program()
    gone = threading.Event()
    thread = threading.Thread(target=_end_with, args=(os.getppid(), gone), name="starter", daemon=True)
    try:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the program sets its own: clean up in any case
        thread.start()
        return program()
    finally:
        if gone.is_set():
            shutil.rmtree(folder, ignore_errors=True)
            os._exit(0)  # nobody reads the code any more


def unpacked_folder() -> Path | None:
    """The temporary folder that the program was unpacked into; None in every other build."""
    folder = getattr(sys, "_MEIPASS", None)
    if folder is None or not Path(folder).name.startswith(_FOLDER_PREFIX):
        return None
    return Path(folder)


def _end_with(starter: int, gone: threading.Event) -> None:
    wait_for_end(starter)
    gone.set()
    os.kill(os.getpid(), signal.SIGTERM)


def wait_for_end(starter: int) -> None:
    """Return when our parent, the process `starter`, has ended, or if it is not our starter any more."""
    if sys.platform == "linux":
        try:
            descriptor = os.pidfd_open(starter)
        except OSError:  # it is gone, or the kernel is older than 5.3
            descriptor = None
        if descriptor is not None and is_starter(starter):
            watch = select.poll()
            watch.register(descriptor, select.POLLIN)
            watch.poll()
            return
    while os.getppid() == starter and is_starter(starter):
        time.sleep(_POLL_S)


def is_starter(pid: int) -> bool:
    """Whether a process runs the same program as we do; a starter that is gone may have left us to another parent."""
    if sys.platform != "linux":
        return pid != 1
    try:
        return Path(f"/proc/{pid}/exe").samefile(sys.executable)
    except OSError:
        return False
