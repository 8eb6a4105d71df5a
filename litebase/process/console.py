"""The events of a Windows console that are not signals: its window is closed, the user logs off, the machine ends."""

import ctypes
import sys
import time
from collections.abc import Callable
from ctypes import wintypes
from typing import Any

assert sys.platform == "win32", "mypy reads what follows only there"

_CLOSING = (2, 5, 6)  # CTRL_CLOSE_EVENT, CTRL_LOGOFF_EVENT, CTRL_SHUTDOWN_EVENT; the other two become signals
_LONGER_THAN_WINDOWS_WAITS_S = 60.0

_HANDLER = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.DWORD)
_kept: list[Any] = []  # Windows calls it; Python must not collect it


def on_close(begin_end: Callable[[], object]) -> None:
    """Call `begin_end`, in a thread of Windows', when such an event comes.

    Windows ends the process as soon as the handler returns, so it stays there while the process ends in order.
    """

    def received(event: int) -> bool:
        if event not in _CLOSING:
            return False
        begin_end()
        time.sleep(_LONGER_THAN_WINDOWS_WAITS_S)
        return True

    _kept.append(_HANDLER(received))
    ctypes.windll.kernel32.SetConsoleCtrlHandler(_kept[-1], True)
