"""One libpq connection, driven so that it never blocks the event loop and can be given up at any moment."""

import math
import time
from collections.abc import Generator

import anyio
import psycopg
from psycopg import generators, pq
from psycopg.waiting import Ready, Wait

from litebase.drivers.postgresql import errors, native, waiting

_INTERVAL_S = 0.1  # psycopg looks again after this time, in case that an event was missed
_MOST_RESULTS = 64  # of statements of our own; each has one
_Poll = pq.PollingStatus


class LinkFailed(Exception):
    """Nothing can be read from the server any more."""


class Link:
    """A connection to a server. `last_word` is why the server ended it, if it said so."""

    def __init__(self, connection: pq.abc.PGconn) -> None:
        self.connection = connection
        self.last_word: str | None = None
        self.is_busy, self.next_result = connection.is_busy, connection.get_result

    @property
    def alive(self) -> bool:
        """As far as libpq has noticed."""
        return bool(self.connection.status == pq.ConnStatus.OK)

    def take_in(self) -> None:
        """Read what has arrived, without waiting."""
        try:
            self.connection.consume_input()
        except psycopg.Error as error:
            self.is_busy()  # looks at what came before the end: the server's last word
            raise LinkFailed from error

    async def arrival(self, patience_s: float | None = None) -> bool:
        """Wait until the server sent something, and read it; False when nothing came in time."""
        waited_for = waiting.wait(
            _arrival(self.connection, for_ever=patience_s is None),
            self.connection.socket,
            _INTERVAL_S if patience_s is None else patience_s,
        )
        try:
            return await waited_for
        except psycopg.Error as error:
            raise LinkFailed from error

    async def result(self, most_arrivals: float = math.inf) -> pq.abc.PGresult | None:
        """The next result of what was sent; None when there is no further one.

        `most_arrivals` is for a short result: after so many pieces of it the server is not believed to come to an end.
        """
        while self.is_busy():
            if most_arrivals <= 0:
                raise LinkFailed
            most_arrivals -= 1
            await self.arrival()
        result = self.next_result()
        if result is None and not self.alive:
            raise LinkFailed
        return result

    async def flush(self) -> None:
        """Send what libpq holds."""
        try:
            await waiting.wait(generators.send(self.connection), self.connection.socket, _INTERVAL_S)
        except psycopg.Error as error:
            raise LinkFailed from error

    async def results(self) -> list[pq.abc.PGresult]:
        """All results of what was sent."""
        found = []
        while (result := await self.result()) is not None:
            found.append(result)
            if len(found) > _MOST_RESULTS:  # a server without an end would fill the memory
                raise LinkFailed
        return found

    async def cancel(self) -> None:
        """Ask the server to stop what runs; back when it has passed the request on, so that it cannot come late.

        The server closes the link of a cancel request after it has signalled the session, and libpq waits for that.
        """
        request = self.connection.cancel_conn()
        request.start()
        await waiting.wait_for_connection(generators.cancel(request), _INTERVAL_S)

    def close(self) -> None:
        """Let go of the socket. Harmless when called again."""
        self.connection.finish()


def _arrival(connection: pq.abc.PGconn, *, for_ever: bool) -> Generator[Wait, Ready | int, bool]:
    while not (yield Wait.R):
        if not for_ever:
            return False
    connection.consume_input()
    return True


async def open_link(conninfo: str, place: str, patience_s: float) -> Link:
    """Connect to one address and log in. Raises `ConnectFailed`, also when the server is silent for too long."""
    connection = pq.PGconn.connect_start(conninfo.encode())
    progress = _Progress(connection)
    started = time.monotonic()
    try:
        native.show_sqlstate(connection)
        with anyio.move_on_after(patience_s) as scope:
            await waiting.wait_for_connection(progress.steps(), _INTERVAL_S)
    except psycopg.Error as error:
        failure = errors.not_connected(progress.status, connection.error_message.decode("utf-8", "replace"), place)
        connection.finish()
        raise failure from error
    except BaseException:
        connection.finish()
        raise
    if scope.cancelled_caught:
        connection.finish()
        raise errors.silent(progress.status, place, round((time.monotonic() - started) * 1000))
    connection.nonblocking = 1
    return Link(connection)


class _Progress:
    """Connecting, step by step; `status` is the last step that was begun."""

    def __init__(self, connection: pq.abc.PGconn) -> None:
        self._connection = connection
        self.status = int(pq.ConnStatus.STARTED)

    def steps(self) -> Generator[tuple[int, Wait], Ready | int, None]:
        while True:
            if self._connection.status != pq.ConnStatus.BAD:
                self.status = self._connection.status
            polled = self._connection.connect_poll()
            if self._connection.status != pq.ConnStatus.BAD:
                self.status = self._connection.status
            if polled == _Poll.OK:
                return
            if polled == _Poll.FAILED:
                raise psycopg.OperationalError
            wait = Wait.R if polled == _Poll.READING else Wait.W
            while not (yield self._connection.socket, wait):
                pass
