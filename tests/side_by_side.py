"""Where several processes run the tests side by side: a hook for conftest."""

import os
import signal

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    """Let nothing interrupt the end of the servers that the tests of this process shared.

    After Ctrl-C pytest-xdist interrupts each of its processes once more when it has not ended within five seconds, and
    on a busy machine a server takes as long.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
