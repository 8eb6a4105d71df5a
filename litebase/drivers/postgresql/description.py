"""Learns a statement's columns before it runs, because nothing can be asked while it gives rows."""

from collections.abc import Sequence

from litebase_schema.values import Column
from psycopg import Error, pq

from litebase.drivers.interruption import Interrupted
from litebase.drivers.postgresql import statements
from litebase.drivers.postgresql.facts import Missing
from litebase.drivers.postgresql.link import LinkFailed
from litebase.drivers.postgresql.state import SessionState

_Result = pq.abc.PGresult
_Exec = pq.ExecStatus

_ARRIVALS = 128  # 1,600 columns with the longest names are 130 kB, in the pieces of a slow network 90
_RESULTS = 3  # of preparing, of describing, and the end


async def describe(state: SessionState, text: str, sql: bytes, types: Sequence[int]) -> int:
    """Learn the names of the result's types and tables; how many rows to take at once."""
    known = state.facts.piece_rows(text)
    if known is not None:
        return known
    in_error = state.link.connection.transaction_status == pq.TransactionStatus.INERROR
    if in_error or not statements.may_return_rows(text):
        return 1
    described = await _description(state, text, sql, types)
    if missing := state.facts.missing(described):
        await _look_up(state, missing)
    return state.facts.describe(text, described)


async def completed(state: SessionState, text: str, shape: _Result) -> tuple[Column, ...] | None:
    """The columns of a result that is over, once more, when it was found to have unknown ones; else None.

    That is a short result where nobody expected one, or one whose definition has changed.
    """
    if not (missing := state.facts.missing(shape)):
        return None
    await _look_up(state, missing)
    return state.facts.columns(text, shape)


async def _description(state: SessionState, text: str, sql: bytes, types: Sequence[int]) -> _Result:
    """The columns of a statement that is not run. Both questions travel together."""
    link = state.link
    connection = link.connection
    try:
        connection.enter_pipeline_mode()
        connection.send_prepare(b"", sql, types or None)
        connection.send_describe_prepared(b"")
        connection.pipeline_sync()
    except Error as error:
        raise LinkFailed from error
    await link.flush()
    found: list[_Result] = []
    while not found or found[-1].status != _Exec.PIPELINE_SYNC:
        if (result := await link.result(_ARRIVALS)) is not None:
            link.raise_if_ended(result)
            found.append(result)
        if len(found) > _RESULTS:  # a server without an end would fill the memory
            raise LinkFailed
    connection.exit_pipeline_mode()
    for result in found:
        if result.status == _Exec.FATAL_ERROR:
            raise link.failure(result, text, sealed=state.seal.around)
    return found[1]


async def _look_up(state: SessionState, missing: Missing) -> None:
    if state.link.stopping:
        raise Interrupted
    answers = await state.link.simple("; ".join(missing.queries()).encode())
    state.facts.learn(missing, answers)
