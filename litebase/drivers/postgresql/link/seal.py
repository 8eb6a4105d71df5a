"""What keeps a read-only session from writing, whatever its statements do to its settings.

A read-only session does not trust its own settings, which any statement may change. Each statement runs inside a
transaction that was begun READ ONLY and has read something, which the server does not let go back to writing. Such a
seal is put on a transaction of the user's, too, before the first statement that could write.
"""

import contextlib

from psycopg import pq

from litebase.drivers.interruption import Interrupted
from litebase.drivers.postgresql import errors, statements
from litebase.drivers.postgresql.link.stream import Link, LinkFailed
from litebase.errors import LiteBaseError
from litebase.sql.effect import Outline

_Status = pq.TransactionStatus

_SEAL_NEW, _SEAL_OLD = b"BEGIN READ ONLY; SELECT 1", b"SET TRANSACTION READ ONLY; SELECT 1"
_UNSEALING = {"BEGIN", "START", "COMMIT", "ROLLBACK", "RELEASE", "PREPARE"}  # first words of command tags


class Seal:
    """The seal of one session."""

    def __init__(self, link: Link) -> None:
        self._link, self._connection = link, link.connection
        self._lasts = link.connection.parameter_status(b"crdb_version") is None
        self.around = False  # a read-only transaction of ours is around the statement
        self._sealed = False  # the user's transaction cannot write any more

    async def put_on(self, statement: Outline) -> None:
        """Put the statement where the server refuses writes, whatever was set before. Raises `ReadOnly` for COPY.

        READ ONLY can be taken back by SET TRANSACTION only until the transaction has read something; therefore
        SELECT 1. A procedure cannot end a transaction that it did not begin. CockroachDB lets it be taken back at any
        time, so there the seal is put on again before each statement.
        """
        if statement.word == "COPY":
            raise errors.read_only(
                "COPY is refused on a read-only connection, because it can write files on the server."
            )
        status = self._connection.transaction_status
        if status == _Status.INERROR or statements.is_harmless(statement.sql):
            return
        if status == _Status.IDLE:
            self.around = True
            await self._link.simple(_SEAL_NEW)
        elif not self._sealed:
            await self._link.simple(_SEAL_OLD)
            self._sealed = self._lasts

    async def take_off(self) -> LiteBaseError | None:
        """End the transaction around a read-only session's statement; settings made in it stay.

        Returns the error of the commit, if it failed: what a serializable transaction has read is not good then.
        """
        if not self.around:
            return None
        at_commit: LiteBaseError | None = None
        if self._connection.transaction_status == _Status.INTRANS:
            try:
                await self._link.simple(b"COMMIT")
            except LiteBaseError as error:
                error.undoes_rows, at_commit = True, error
            except Interrupted:  # too late: the statement has ended
                pass
        if self._connection.transaction_status != _Status.IDLE:
            with contextlib.suppress(LiteBaseError, Interrupted):
                await self._link.simple(b"ROLLBACK")
        if self._connection.transaction_status != _Status.IDLE:
            raise LinkFailed
        self.around = False
        return at_commit

    def follow(self, tag: str) -> None:
        """A statement with this command tag has ended: the user's transaction may be another one."""
        if tag in _UNSEALING:
            self._sealed = False

    def forget(self) -> None:
        """No transaction is open any more."""
        self.around = self._sealed = False
