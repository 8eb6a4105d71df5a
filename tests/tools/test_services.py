"""A private server ends with the program that started it, even if that was interrupted."""

import subprocess
import sys
from pathlib import Path

from tools.services import Service

ROOT = Path(__file__).parents[2]
INTERRUPTED = """
import ctypes
from tools.services import postgresql

started = postgresql()
ctypes.pythonapi.Py_IncRef(ctypes.py_object(started.gen))  # as if a traceback of pytest's held it to the very end
service = started.__enter__()
print(service.folder, service.process.pid)
raise KeyboardInterrupt
"""


def test_an_interrupted_program_leaves_no_server_and_no_folder(postgresql_service: Service) -> None:
    command = [sys.executable, "-c", INTERRUPTED]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False, cwd=ROOT)
    assert done.stdout, done.stderr
    folder, pid = done.stdout.split()
    assert "KeyboardInterrupt" in done.stderr
    assert not Path(folder).exists()
    assert not Path(f"/proc/{pid}").exists()
