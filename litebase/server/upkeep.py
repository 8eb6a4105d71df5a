"""What is due by the clock in the database sessions of one client that nobody uses.

A connection may want its sessions to be asked now and then whether they are there (`keep_alive_ms`), and a transaction
that nobody goes on with to be rolled back (`idle_transaction_ms`). Nothing wakes up before something is due.
"""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import anyio
import structlog

from litebase.drivers.interface import nobody
from litebase.drivers.interruption import Interrupted, side_by_side
from litebase.errors import LiteBaseError
from litebase.server.client_session import ClientSession
from litebase.server.connection import Connection
from litebase.server.pinned_session import PinnedSession
from litebase.settings import Settings

if TYPE_CHECKING:
    from litebase.server.completion_names import CompletionNames

_EARLIER = 0.1  # of an interval: what would be due so soon is done now, so that several need one wake-up

log = structlog.get_logger()

_Due = tuple[str, float, Callable[[], Awaitable[None]]]  # of what, in how many seconds, and what then


class Upkeep:
    """The upkeep of one client's sessions."""

    def __init__(self, client: ClientSession, settings: Settings) -> None:
        self._client, self._settings = client, settings
        self._acting: set[str] = set()

    async def run(self) -> None:
        """Do what is due, for as long as the client is there."""
        async with anyio.create_task_group() as tasks:
            while True:
                changed = self._client.changed = anyio.Event()
                waits: list[float] = []
                for name, left_s, act in [one for one in self._due() if one[0] not in self._acting]:
                    if left_s > 0:
                        waits.append(left_s)
                    else:
                        self._acting.add(name)
                        tasks.start_soon(self._do, name, act)
                with anyio.move_on_after(min(waits, default=None)):
                    await changed.wait()

    async def _do(self, name: str, act: Callable[[], Awaitable[None]]) -> None:
        """Whatever fails, the session is lost at worst, and its client is told."""
        try:
            await act()
        except (LiteBaseError, Interrupted) as error:
            log.info("upkeep_failed", session=name, reason=str(error))
        except Exception:  # a driver's fault; the others' upkeep goes on
            log.exception("upkeep_failed", session=name)
        finally:
            self._acting.discard(name)
            self._client.take_note()

    def _due(self) -> Iterator[_Due]:
        for connection in self._client.connections():
            if (interval_s := connection.keep_alive_s) is not None:
                silent_s = max((pool.silent_s for pool in connection.pools if pool.silent_s is not None), default=None)
                if silent_s is not None:
                    yield connection.id, _soon(interval_s - silent_s, interval_s), partial(self._keep_pools, connection)
            if connection.completions is not None and connection.completions.wants_loading:
                yield f"names of {connection.id}", 0.0, partial(self._load_names, connection, connection.completions)
            for pinned in self._client.pinned_sessions(connection):
                if pinned.alive and not pinned.busy:
                    yield from self._due_in(pinned, connection)

    def _due_in(self, pinned: PinnedSession, connection: Connection) -> Iterator[_Due]:
        interval_s, idle_s = connection.keep_alive_s, connection.idle_transaction_s
        if pinned.transaction_status == "idle":
            if interval_s is not None and not pinned.half_read:
                yield pinned.id, _soon(interval_s - pinned.silent_s, interval_s), partial(self._keep, pinned)
        elif idle_s is not None:  # and no keep-alive, which would restart the server's own clock of idle transactions
            if pinned.warned_s is None:
                yield pinned.id, idle_s - pinned.unused_s, partial(self._warn, pinned, idle_s)
            else:
                yield pinned.id, self._grace_s(idle_s) - pinned.warned_s, partial(self._roll_back, pinned, idle_s)

    def _grace_s(self, idle_s: float) -> float:
        return min(idle_s, self._settings.idle_transaction_grace_s)

    # what is done

    async def _keep_pools(self, connection: Connection) -> None:
        assert connection.keep_alive_s is not None, "it is due"
        silent_s = (1 - _EARLIER) * connection.keep_alive_s
        await side_by_side([partial(pool.check_idle, self._settings.check_s, silent_s) for pool in connection.pools])

    async def _load_names(self, connection: Connection, names: "CompletionNames") -> None:
        async with names.loading(), self._client.catalog_session(connection.id, nobody) as session:
            await names.load(session)

    async def _keep(self, pinned: PinnedSession) -> None:
        await pinned.check(self._settings.check_s, in_transaction=False)

    async def _warn(self, pinned: PinnedSession, idle_s: float) -> None:
        pinned.warn(f"The transaction was idle for {idle_s:g} s", self._grace_s(idle_s))

    async def _roll_back(self, pinned: PinnedSession, idle_s: float) -> None:
        await pinned.roll_back(f"The transaction was rolled back, because nobody used it for {idle_s:g} s")


def _soon(left_s: float, interval_s: float) -> float:
    return 0.0 if left_s <= _EARLIER * interval_s else left_s
