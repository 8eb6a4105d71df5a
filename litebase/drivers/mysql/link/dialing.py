"""Reaching a server's port: the addresses of its host in turn; one that is dead does not use up all the time."""

import asyncio
import contextlib
import os
import socket
import sys
from typing import Any

import anyio

from litebase.drivers.trace import Trace

_KEEP_ALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 60_000}


async def dial(host: str, port: int, trace: Trace) -> tuple[socket.socket, str]:
    """A connected socket and the address that it leads to.

    Raises `OSError`, that of the last address, or `UnicodeError` for what is not a host name.
    Of the time that the caller's scope leaves, each address gets an equal share of what the ones before it left.
    """
    trace.begin("name", host)
    left = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    while True:
        family, kind, protocol, _, address = left.pop(0)
        trace.begin("tcp", str(address[0]))
        share_s = (anyio.current_effective_deadline() - anyio.current_time()) / (len(left) + 1)
        try:
            with anyio.fail_after(share_s if left else None):
                return await _connected(socket.socket(family, kind, protocol), address), str(address[0])
        except OSError:  # a TimeoutError is one, too
            if not left:
                raise
            trace.end(failed=True)


async def _connected(opened: socket.socket, address: Any) -> socket.socket:
    try:
        opened.setblocking(False)
        await asyncio.get_running_loop().sock_connect(opened, address)
        _notice_silence(opened)
    except BaseException as error:
        opened.close()
        if sys.platform != "win32" and isinstance(error, OSError) and error.errno:
            raise OSError(error.errno, os.strerror(error.errno)) from None  # asyncio's text names no reason
        raise
    return opened


def _notice_silence(connected: socket.socket) -> None:
    """Let the system ask a silent server whether it is there; it is lost after a minute. As for PostgreSQL."""
    with contextlib.suppress(OSError):
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEP_ALIVE.items():
        if (option := getattr(socket, name, None)) is not None:  # not every system has each
            with contextlib.suppress(OSError):  # or takes each that Python knows
                connected.setsockopt(socket.IPPROTO_TCP, option, value)
