"""The state of a database session that lasts from one statement to the next."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace

from litebase_schema.values import Notice, TransactionStatus
from psycopg import pq

from litebase.drivers.interface import DriverLimits, Watcher
from litebase.drivers.notices import Notices
from litebase.drivers.postgresql import errors
from litebase.drivers.postgresql.link import options
from litebase.drivers.postgresql.link.catalog import Catalog
from litebase.drivers.postgresql.link.description import Descriptions
from litebase.drivers.postgresql.link.seal import Seal
from litebase.drivers.postgresql.link.stream import Link, LinkFailed
from litebase.errors import LiteBaseError
from litebase.sql.dialect import POSTGRESQL, Dialect
from litebase.sql.effect import Outline

_Status = pq.TransactionStatus

COUNTING = {"INSERT", "UPDATE", "DELETE", "MERGE", "COPY"}  # first words of command tags that give a number of rows
_KEEPS_DEFINITIONS = COUNTING | {
    "SELECT", "SHOW", "EXPLAIN", "FETCH", "MOVE", "BEGIN", "START", "COMMIT", "SAVEPOINT", "RELEASE", "DECLARE",
    "CLOSE", "VALUES", "LISTEN", "NOTIFY", "UNLISTEN", "LOCK", "",
}  # fmt: skip
_STATUS_WORDS = {_Status.IDLE: "idle", _Status.INTRANS: "in_transaction", _Status.INERROR: "failed"}


class SessionState:
    """The state of one session, shared by the session and its open cursor."""

    def __init__(self, link: Link, catalog: Catalog, limits: DriverLimits, *, read_only: bool) -> None:
        self.link, self.limits = link, limits
        self._connection = link.connection
        self._encoding = "SQL_ASCII" if self.parameter(b"server_encoding") == "SQL_ASCII" else "UTF8"
        self.descriptions, self.notices = Descriptions(link, catalog), Notices(limits)
        self.seal = Seal(link) if read_only else None
        self.dropped = False  # it is not used again, and its link is closed as soon as nothing runs
        self.dirty = False  # a statement may have left something that the next user must not see
        self.status_before: TransactionStatus = "idle"  # of the statement that runs now
        self.watcher: Watcher | None = None
        self.unanswered: Outline | None = None  # a statement that was sent; None when its changes could not last
        self._connection.notice_handler = self._take_notice

    def parameter(self, name: bytes) -> str:
        """A setting that the server reports whenever it changes."""
        return (self._connection.parameter_status(name) or b"").decode("utf-8", "replace")

    @property
    def dialect(self) -> Dialect:
        if self.usable and self.parameter(b"standard_conforming_strings") == "off":
            return replace(POSTGRESQL, backslash_escapes=True)
        return POSTGRESQL

    @property
    def usable(self) -> bool:
        return not self.dropped and self.link.alive

    @property
    def transaction_status(self) -> TransactionStatus:
        if not self.usable:
            return "unknown"
        status = _Status(self._connection.transaction_status)
        if self.sealed:
            return "idle"
        return self.status_before if status == _Status.ACTIVE else _STATUS_WORDS.get(status, "unknown")

    @property
    def sealed(self) -> bool:
        """Whether a read-only transaction of ours is around the statement."""
        return self.seal is not None and self.seal.around

    @property
    def may_have_changed(self) -> bool:
        """Whether a statement that was sent and not answered may have changed something that lasts.

        A transaction that is not committed is rolled back by the server when the session is lost.
        """
        return self.unanswered is not None and self.unanswered.effect != "reads"

    def drop(self) -> None:
        """Give the session up at once."""
        self.dropped = True
        self.link.close()

    def loss(self) -> LiteBaseError:
        """The error for a statement whose session is lost."""
        failure = errors.lost(self.link.last_word, unknown=self.may_have_changed)
        failure.notices = self.notices.kept()
        return failure

    def lost(self) -> LiteBaseError:
        """The same, when the session is given up because of it."""
        failure = self.loss()
        self.drop()
        return failure

    async def ask(self) -> None:
        """One round trip that changes nothing. Raises `LinkFailed`."""
        for result in await self.link.answers(b""):
            self.link.raise_if_closed(result)

    # settings

    async def keep_encoding(self) -> None:
        """Undo a change of the client's encoding: ours is UTF-8, or none where the database has none."""
        if self.parameter(b"client_encoding") not in (self._encoding, ""):
            await self.link.simple(f"SET client_encoding TO {self._encoding}".encode())

    async def keep_styles(self) -> None:
        """Set again what DISCARD ALL undoes behind a pooler that takes it from the login, as PgBouncer does since 1.20.

        Such a pooler keeps what each client sets apart. Where the login set nothing there would be no session.
        """
        for _ in range(2):  # of dates and of intervals
            wanted = options.unsuitable(self._connection.parameter_status, None, self._connection.server_version)
            if wanted is not None:
                await self.link.simple(f"SET {wanted}".encode())

    async def clean(self) -> None:
        """Roll back, and let the server forget what the last user left."""
        if self._connection.transaction_status != _Status.IDLE:
            await self.link.simple(b"ROLLBACK")
        await self.link.simple(b"DISCARD ALL")
        await self.keep_encoding()
        await self.keep_styles()
        self.dirty = False
        if self.seal is not None:
            self.seal.forget()

    async def after_statement(self, tag: str, *, failed: bool) -> LiteBaseError | None:
        """Restore what must hold after each statement; `tag` is its command tag. Returns what the commit failed with.

        Only the transaction that a seal puts around a statement is committed here.
        """
        at_commit: LiteBaseError | None = None
        self.unanswered = None
        word = tag.partition(" ")[0]
        if word not in _KEEPS_DEFINITIONS:
            self.descriptions.forget()
        self.take_notifications()
        if self.seal is not None:
            self.seal.follow(word)
            at_commit = await self.seal.take_off()
        if not failed and self._connection.transaction_status != _Status.INERROR:
            await self.keep_encoding()
            if tag == "DISCARD ALL":
                await self.keep_styles()
        return at_commit

    # what comes while nothing runs

    def watch(self) -> None:
        """Wait, for a watcher, until the server sends something that no statement asked for."""
        status = _Status(self._connection.transaction_status)
        if self.watcher is None or not self.usable or status not in _STATUS_WORDS:
            return
        try:
            self.link.take_in()
            self.link.is_busy()  # makes libpq look at what it took in
        except LinkFailed:
            self.dropped = True
        self.take_notifications()
        if self.link.last_word is None and self.usable:
            self.link.watch.begin(self._connection.socket, self.watch)
        else:
            self.end()

    def end(self) -> None:
        """Give the session up, and report that to a watcher."""
        self.drop()
        if self.watcher is not None:
            self.watcher.ended()

    # notices

    @contextlib.contextmanager
    def rehearsal(self) -> Iterator[None]:
        """Around parsing a statement ahead: remarks come again when it runs, so they count only if it fails."""
        kept, self.notices = self.notices, Notices(self.limits)
        try:
            yield
        except LiteBaseError:
            for notice in self.notices.kept():
                kept.add(notice)
            raise
        finally:
            self.notices = kept

    def _take_notice(self, result: pq.abc.PGresult) -> None:
        """A remark of the server, or its last word when it closes a session that is idle."""
        if errors.closes_session(result):
            self.link.last_word = errors.last_word(result)
        else:
            self.notices.add(errors.notice(result))

    def take_notifications(self) -> None:
        """Report what NOTIFY sent to this session; where nobody watches, as notices of the statement."""
        while (sent := self._connection.notifies()) is not None:
            channel, payload = sent.relname.decode("utf-8", "replace"), sent.extra.decode("utf-8", "replace")
            if self.watcher is not None:
                self.watcher.notified(channel, errors.cut(payload), sent.be_pid)
                continue
            self.notices.add(Notice(severity="NOTIFY", message=errors.cut(f"{channel}: {payload}")))
