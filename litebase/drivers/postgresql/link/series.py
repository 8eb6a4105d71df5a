"""Short statements that travel together, in libpq's pipeline mode: one round trip for all of them.

After an error the server passes over whatever follows, up to the end of the pipeline.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from psycopg import Error, pq

from litebase.drivers.interface import Change, Series, Statement
from litebase.drivers.interruption import Interrupted
from litebase.drivers.postgresql import errors, values
from litebase.drivers.postgresql.link.state import COUNTING, SessionState
from litebase.drivers.postgresql.link.stream import LinkFailed
from litebase.drivers.series import ROWS_OF_CHANGE, Changes
from litebase.drivers.slices import Turn
from litebase.errors import LiteBaseError
from litebase.sql.effect import outline

_Result = pq.abc.PGresult
_Exec = pq.ExecStatus

_TEXT_FORMAT = 0


@dataclass(frozen=True, slots=True)
class _Sent:
    """A statement in the pipeline. One with the text of the one before it is not prepared again."""

    text: str
    sql: bytes
    params: values.EncodedParameters
    prepares: bool


async def run(state: SessionState, statements: Sequence[Statement]) -> Series:
    """What became of the statements. Raises `LinkFailed`, `Interrupted`."""
    link = state.link
    state.take_notifications()
    sent, unfit = list[_Sent](), None
    try:
        sent.extend(_encoded(statements))
    except LiteBaseError as error:
        unfit = error  # what comes before it is run
    if link.stopping:
        raise Interrupted
    state.dirty = True
    state.status_before = state.transaction_status
    _put(state, sent)
    await link.flush()
    changes, failure = await _answers(state, sent)
    late = await link.end_pipeline()
    failure = failure or (link.failure(late[0], "") if late else None)
    await state.after_statement("", failed=failure is not None)
    if failure is not None and not isinstance(failure, LiteBaseError):
        raise failure
    if failure is not None:
        failure.notices = failure.notices or state.notices.kept()
    return Series(changes, unfit if failure is None and len(changes) == len(sent) else failure)


def _encoded(statements: Sequence[Statement]) -> Iterator[_Sent]:
    """Raises what `values` raises for a statement that cannot be sent."""
    known: tuple[str, Sequence[int]] | None = None
    for one in statements:
        params = values.encode_parameters(one.params)
        yield _Sent(one.sql, values.encode_sql(one.sql), params, known != (one.sql, params.types))
        known = one.sql, params.types


def _put(state: SessionState, sent: Sequence[_Sent]) -> None:
    connection = state.link.connection
    try:
        connection.enter_pipeline_mode()
        for one in sent:
            params = one.params
            if one.prepares:
                connection.send_prepare(b"", one.sql, params.types or None)
            connection.send_query_prepared(b"", params.values or None, params.formats or None, _TEXT_FORMAT)
        connection.pipeline_sync()
    except Error as error:
        raise LinkFailed from error


async def _answers(state: SessionState, sent: Sequence[_Sent]) -> tuple[Changes, Exception | None]:
    """What the statements did up to the first error, and that error. The answers of what was passed over are read."""
    link = state.link
    only_read = all(outline(one.text, state.dialect).effect == "reads" for one in sent)
    changes, failure = Changes(state.limits, only_read=only_read), None
    reader: values.RowReader | None = None
    turn = Turn()
    for one in sent:
        parsed = await link.answer() if one.prepares else None
        result = await link.answer()
        if turn.is_over:
            await turn.pass_on()
        if failure is not None or changes.has_enough:
            continue
        failed = [answer for answer in (parsed, result) if answer and answer.status == _Exec.FATAL_ERROR]
        if failed:
            failure = link.failure(failed[0], one.text)
            continue
        if reader is None or one.prepares:
            reader = values.RowReader(result)
        rows = reader.rows(result, 0, min(result.ntuples, ROWS_OF_CHANGE))
        changes.add(Change(_counted(result), rows, None, ()))
        if changes.are_too_large:
            most = state.limits.max_returning_bytes
            failure = errors.too_many_rows(most, in_transaction=True, session_ended=False)
            await link.cancel()
    return changes, failure


def _counted(result: _Result) -> int | None:
    """How many rows a statement changed."""
    word = (result.command_status or b"").decode("utf-8", "replace").partition(" ")[0]
    return result.command_tuples if word in COUNTING else None
