"""Questions to the catalog that travel ahead of a statement, in one transaction with it.

The server parses the statement first, and so locks what it names until the transaction ends. Then come the questions
and the statement itself: no definition can change between the answers and the rows, and no round trip is added. In a
transaction of the user's a savepoint is around the questions, so that one that fails does not spoil it.
"""

import contextlib
from collections.abc import Sequence

from psycopg import pq

from litebase.drivers.interruption import Interrupted
from litebase.drivers.postgresql import errors
from litebase.drivers.postgresql.link.stream import Link
from litebase.errors import LiteBaseError

_Result = pq.abc.PGresult
_Exec = pq.ExecStatus
_Status = pq.TransactionStatus

_SAVEPOINT = b"SAVEPOINT litebase_look_up"
_RELEASE = b"RELEASE SAVEPOINT litebase_look_up"
_BACK = b"ROLLBACK TO SAVEPOINT litebase_look_up; " + _RELEASE


class Refused(Exception):
    """The server refused a question, and what followed it was not run."""

    def __init__(self, code: str | None) -> None:
        super().__init__(f"the server refused a question ({code})")
        self.code = code


class LookUp:
    """Questions ahead of one statement. After an error its pipeline is over."""

    def __init__(self, link: Link, questions: Sequence[str], sql: bytes, types: Sequence[int]) -> None:
        self._link = link
        self._texts = _in_savepoint(link, questions)
        self._sql, self._types = sql, types
        self._synced = False

    def put(self, *, synced: bool) -> None:
        """Hand it to libpq, which is in pipeline mode from then on. The statement follows, and a sync if it is so."""
        self._synced = synced
        connection = self._link.connection
        connection.enter_pipeline_mode()
        connection.send_prepare(b"", self._sql, self._types or None)
        for text in self._texts:
            connection.send_query_params(text, None)

    async def parse(self, text: str, *, sealed: bool) -> None:
        """Wait until the statement is parsed. Raises what the server says against it."""
        parsed = await self._link.answer()
        if parsed.status == _Exec.FATAL_ERROR:
            await self._leave()
            raise self._link.failure(parsed, text, sealed=sealed)

    async def answers(self) -> list[_Result]:
        """The answers; what is read next is the statement's own. Raises `Refused`."""
        found: list[_Result] = []
        for _ in self._texts:
            found.append(await self._link.answer())
            if found[-1].status == _Exec.FATAL_ERROR:
                await self._leave()
                await _go_back(self._link)
                raise _refusal(self._link, found[-1])
        return [result for result in found if result.status == _Exec.TUPLES_OK]

    async def _leave(self) -> None:
        if not self._synced:
            await self._link.sync()
        await self._link.end_pipeline()


async def ask(link: Link, questions: Sequence[str]) -> list[_Result]:
    """The answers to questions while no statement runs. Raises `Refused`, `Interrupted`."""
    found = await link.answers(b"; ".join(_in_savepoint(link, questions)))
    for result in found:
        if result.status == _Exec.FATAL_ERROR:
            link.raise_if_closed(result)
            await _go_back(link)
            raise _refusal(link, result)
    return [result for result in found if result.status == _Exec.TUPLES_OK]


def _in_savepoint(link: Link, questions: Sequence[str]) -> list[bytes]:
    asked = [question.encode() for question in questions]
    in_transaction = link.connection.transaction_status == _Status.INTRANS
    return [_SAVEPOINT, *asked, _RELEASE] if in_transaction else asked


async def _go_back(link: Link) -> None:
    """Undo what a question has done to the user's transaction. Where even that fails, the transaction has failed."""
    if link.connection.transaction_status == _Status.INERROR:
        with contextlib.suppress(LiteBaseError, Interrupted):
            await link.simple(_BACK)


def _refusal(link: Link, result: _Result) -> Exception:
    failure = link.failure(result, "")
    return failure if isinstance(failure, Interrupted) else Refused(errors.sqlstate(result))
