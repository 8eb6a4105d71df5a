"""The program that ssh runs to ask something, `--askpass`: it passes the question on to the backend that runs ssh.

The backend listens on a Unix socket in a folder of its own, and the environment holds the way there. The answer is
written to stdout, which ssh reads; without one the exit code is 1.
"""

import os
import socket
import sys

SOCKET, TOKEN = "LITEBASE_ASKPASS_SOCKET", "LITEBASE_ASKPASS_TOKEN"
_ANSWER_BYTES = 65536


def run(question: str) -> int:
    """Ask, and print the answer; the exit code."""
    hint = os.environ.get("SSH_ASKPASS_PROMPT", "")
    if hint == "none":  # a remark, for which ssh waits no longer than for the key that is to be touched
        return 0
    try:
        answer = _answer(os.environ[SOCKET], "\0".join([os.environ[TOKEN], hint, question]))
    except (KeyError, OSError):  # whoever asked has gone
        return 1
    if answer is None:
        return 1
    sys.stdout.buffer.write(answer + b"\n")
    sys.stdout.buffer.flush()
    return 0


def _answer(path: str, request: str) -> bytes | None:
    """The answer, before which the backend sends a byte; None when it sends nothing."""
    with socket.socket(socket.AF_UNIX) as link:  # type: ignore[attr-defined, unused-ignore]  # Windows has none, and no tunnels
        link.connect(path)
        link.sendall(request.encode("utf-8", "surrogateescape"))
        link.shutdown(socket.SHUT_WR)
        received = b""
        while part := link.recv(_ANSWER_BYTES):
            received += part
    return received[1:] if received else None
