"""Accepts clients, bounds their number, and lets them go at the end."""

from contextlib import suppress
from datetime import UTC, datetime

import anyio
import structlog
from anyio import to_thread
from anyio.abc import ByteStream, TaskGroup

from litebase.errors import NoRoom
from litebase.server.backend import Backend
from litebase.server.channel import Channel
from litebase.server.client_session import ClientSession
from litebase.transport import Listener
from litebase.wire.protocol import NO_ID, Limits, Protocol

_PAUSE_S = 0.2

log = structlog.get_logger()


async def serve_clients(listener: Listener, backend: Backend, token: str | None) -> None:
    """Serve every client that comes, until there will be no more and the last one is gone."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_housekeeping, backend)
        async with anyio.create_task_group() as clients:
            await _accept_all(listener, backend, token, clients)
        tasks.cancel_scope.cancel()


async def _accept_all(listener: Listener, backend: Backend, token: str | None, tasks: TaskGroup) -> None:
    complained = False
    strangers: dict[ClientSession, Channel] = {}  # the oldest first
    while True:
        try:
            stream = await listener.accept()
        except anyio.ClosedResourceError:
            return
        except (OSError, anyio.BrokenResourceError) as error:
            # anyio raises BrokenResourceError from the OSError. Whatever it was, others are still served; when
            # descriptors have run out, a pause lets some come back.
            if not complained:
                log.warning("client_not_accepted", reason=str(error.__cause__ or error))
            complained = True
            await anyio.sleep(_PAUSE_S)
            continue
        complained = False
        if sum(client.trusted for client in backend.clients) >= backend.settings.max_clients:
            tasks.start_soon(_refuse, stream, backend)
            continue
        client = backend.new_client(token)
        channel = Channel(stream, backend, client)
        if not client.trusted:
            for oldest in _too_many(strangers, backend):
                tasks.start_soon(oldest.close)
            strangers[client] = channel
        tasks.start_soon(_serve, channel, client)


def _too_many(strangers: dict[ClientSession, Channel], backend: Backend) -> list[Channel]:
    """Choose who makes way for one more, so that clients that send nothing do not keep others out."""
    for client in [one for one in strangers if one.trusted or one not in backend.clients]:
        del strangers[client]
    count = len(strangers) - backend.settings.max_strangers + 1
    return [strangers.pop(client) for client in list(strangers)[: max(count, 0)]]


async def _serve(channel: Channel, client: ClientSession) -> None:
    """A fault in one client's channel ends that channel and nothing else."""
    try:
        await channel.serve()
    except Exception:  # whatever it is, it must not reach the others
        log.exception("channel_failed", client=client.number)


async def _refuse(stream: ByteStream, backend: Backend) -> None:
    maximum = backend.settings.max_clients
    error = NoRoom("max_clients", maximum, f"{maximum} clients are connected. Close one and try again.")
    protocol = Protocol("requests", Limits(0, 0, 0))
    frame = b"".join(protocol.send(NO_ID, "error", datetime.now(UTC), error.data()))
    with anyio.move_on_after(_PAUSE_S):
        with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
            await stream.send(frame)
        await stream.aclose()


async def _housekeeping(backend: Backend) -> None:
    """Check the disk, close database sessions that were idle for a while, and give back memory."""
    while True:
        await anyio.sleep(backend.settings.housekeeping_s)
        with suppress(OSError):  # health reports it
            await to_thread.run_sync(backend.store_use.look_at_disk)
        await _close_idle(backend)
        if not any(client.is_busy for client in backend.clients):
            await to_thread.run_sync(backend.memory.give_back)


async def _close_idle(backend: Backend) -> None:
    """A function of its own, whose variables are gone with it: the pause would keep a client that has left."""
    for client in list(backend.clients):
        try:
            await client.close_idle()
        except Exception:  # a driver's fault while closing; the next round goes on
            log.exception("idle_sessions_not_closed", client=client.number)


async def close_clients(backend: Backend, patience_s: float) -> None:
    """Stop every request and let each client have its last answers."""
    backend.closing = True
    with anyio.move_on_after(patience_s) as waiting:
        async with anyio.create_task_group() as tasks:
            for client in backend.clients:
                for request in client.requests.values():
                    tasks.start_soon(request.stop)
    if waiting.cancelled_caught:
        unanswered = sum(len(client.requests) for client in backend.clients)
        log.warning("requests_left_unanswered", count=unanswered, waited_s=patience_s)
