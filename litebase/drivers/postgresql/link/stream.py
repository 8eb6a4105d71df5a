"""One libpq connection, driven so that it never blocks the event loop and can be given up at any moment."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Generator
from typing import TYPE_CHECKING

import psycopg
from psycopg import generators, pq
from psycopg.waiting import Ready, Wait

from litebase.drivers.interruption import Interrupted
from litebase.drivers.postgresql import errors
from litebase.drivers.postgresql.link import native, waiting

if TYPE_CHECKING:  # a connection without a tunnel loads nothing about them, and the others use this module
    from litebase.drivers.postgresql.link.look_up import LookUp
    from litebase.drivers.postgresql.values import EncodedParameters
    from litebase.drivers.tunnel.tunnel import Tunnel

LOOK_AGAIN_S = 0.1  # psycopg looks again after this time, in case an event was missed
_LOOK_CLOSER_AFTER = 4  # arrivals, of 16 kB each
_LONG_ROW_BYTES = 1 << 20
# a message in a trace begins a line with its time, where it comes from, and its length; texts may hold the name, too
_PARAMETERS = re.compile(rb"^[^\t\n]*\tB\t\d+\tParameterDescription\t", re.MULTILINE)
_TEXT_FORMAT = 0
_MOST_RESULTS = 64  # of statements of our own; each has one
_Exec = pq.ExecStatus


class LinkFailed(Exception):
    """Nothing can be read from the server any more."""


class Link:
    """A connection to a server."""

    def __init__(self, connection: pq.abc.PGconn, tunnel: Tunnel | None = None) -> None:
        self.connection, self.tunnel = connection, tunnel
        self.last_word: str | None = None  # why the server closed it, if it said so
        self.stopping = False  # the server was asked to stop the last statement
        self.cancelling = False  # a cancel request is under way
        self.watch = waiting.Watch()  # while nothing runs
        self._silent_arrivals = self._silent_bytes = 0  # since libpq had a result
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
            self._arrive(for_ever=patience_s is None),
            self.connection.socket,
            LOOK_AGAIN_S if patience_s is None else patience_s,
        )
        try:
            came = await waited_for
        except psycopg.Error as error:
            raise LinkFailed from error
        if came:
            self._look_for_lies()
        return came

    def _arrive(self, *, for_ever: bool) -> Generator[Wait, Ready | int, bool]:
        while not (yield Wait.R):
            if not for_ever:
                return False
        self._silent_bytes += waiting.readable_bytes(self.connection.socket)
        self.connection.consume_input()
        return True

    def _look_for_lies(self) -> None:
        """Give up a server that repeats the description of parameters: libpq loses the memory of each before the last.

        Only those, notices or a row in many pieces let libpq take in so much and have no result. A look shows messages
        as text, so that it is not meant for long rows.
        """
        self._silent_arrivals += 1
        is_suspect = self._silent_arrivals % _LOOK_CLOSER_AFTER == 0 and self._silent_bytes < _LONG_ROW_BYTES
        messages = native.messages_read(self.connection, self.is_busy) if is_suspect else b""
        if len(_PARAMETERS.findall(messages)) > 1:
            raise LinkFailed
        if not self.is_busy():
            self._silent_arrivals = self._silent_bytes = 0

    async def result(self, most_arrivals: float = math.inf) -> pq.abc.PGresult | None:
        """The next result of what was sent; None when there is no further one.

        `most_arrivals` is for a short result: when it takes more pieces than that, the server is not trusted to stop.
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
            await waiting.wait(generators.send(self.connection), self.connection.socket, LOOK_AGAIN_S)
        except psycopg.Error as error:
            raise LinkFailed from error

    async def sync(self) -> None:
        """Ask the server to end the transaction of a pipeline."""
        try:
            self.connection.pipeline_sync()
        except psycopg.Error as error:
            raise LinkFailed from error
        await self.flush()

    async def end_pipeline(self) -> list[pq.abc.PGresult]:
        """Leave a pipeline whose sync was sent, and return the errors on the way; the commit may have one."""
        failed: list[pq.abc.PGresult] = []
        for _ in range(_MOST_RESULTS):
            if (result := await self.result()) is None:
                continue
            self.raise_if_closed(result)
            if result.status == _Exec.PIPELINE_SYNC:
                self.connection.exit_pipeline_mode()
                return failed
            if result.status == _Exec.FATAL_ERROR:
                failed.append(result)
        raise LinkFailed  # a server that goes on for ever

    async def answer(self) -> pq.abc.PGresult:
        """The one result of something in a pipeline."""
        result = await self.result()
        if result is None or result.status == _Exec.PIPELINE_SYNC:  # answers are missing
            raise LinkFailed
        self.raise_if_closed(result)
        if await self.result() is not None:
            raise LinkFailed
        return result

    async def put(self, sql: bytes, params: EncodedParameters | None, look_up: LookUp | None, *, pledged: bool) -> None:
        """Send a query, by the simple protocol if `params` is None. One that is `pledged` is not committed yet."""
        if self.stopping:
            raise Interrupted
        connection = self.connection
        try:
            if look_up is not None:
                look_up.put(synced=not pledged)
            elif pledged:
                connection.enter_pipeline_mode()
            if params is None:
                connection.send_query(sql)
            else:
                connection.send_query_params(
                    sql, params.values or None, params.types or None, params.formats or None, _TEXT_FORMAT
                )
            if pledged:
                connection.send_flush_request()
            elif look_up is not None:
                connection.pipeline_sync()
        except psycopg.Error as error:
            raise LinkFailed from error
        await self.flush()

    async def results(self) -> list[pq.abc.PGresult]:
        """All results of what was sent."""
        found = []
        while (result := await self.result()) is not None:
            found.append(result)
            if len(found) > _MOST_RESULTS:  # a server that goes on for ever would fill the memory
                raise LinkFailed
        return found

    async def answers(self, sql: bytes) -> list[pq.abc.PGresult]:
        """What the server answers to statements of our own, errors too. Raises `LinkFailed`."""
        try:
            self.connection.send_query(sql)
        except psycopg.Error as error:
            raise LinkFailed from error
        await self.flush()
        return await self.results()

    async def simple(self, sql: bytes) -> list[pq.abc.PGresult]:
        """Run statements of our own. Raises `LinkFailed`, `Interrupted`, and what the server's error means."""
        results = await self.answers(sql)
        for result in results:
            if result.status == _Exec.FATAL_ERROR:
                self.raise_if_closed(result)
                raise self.failure(result, "")
        return results

    def raise_if_closed(self, result: pq.abc.PGresult) -> None:
        """Raise `LinkFailed` when the server closes the session with this result."""
        if result.status == _Exec.FATAL_ERROR and errors.closes_session(result):
            self.last_word = self.last_word or errors.last_word(result)
            raise LinkFailed

    def failure(self, result: pq.abc.PGresult, text: str, *, sealed: bool = False) -> Exception:
        """What an error of the server means; `sealed` is whether a read-only transaction of ours is around `text`."""
        if self.stopping and errors.sqlstate(result) == errors.QUERY_CANCELED:
            return Interrupted()
        return errors.failed(result, text, sealed=sealed)

    async def cancel(self) -> None:
        """Ask the server to stop what runs; returns when it has passed the request on, so that it cannot come late.

        The server closes the link of a cancel request after it has signalled the session, and libpq waits for that.
        `cancelling` stays set when the caller is cancelled before that: the request may then hit the next statement.
        """
        self.cancelling = True
        with contextlib.suppress(psycopg.Error):  # the server takes no further link; patience decides
            request = self.connection.cancel_conn()
            request.start()
            await waiting.wait_for_connection(generators.cancel(request), LOOK_AGAIN_S)
        self.cancelling = False

    def close(self) -> None:
        """Let go of the socket. Harmless when called again."""
        self.watch.close()
        self.connection.finish()
