"""What is asked and put right when a statement has ended, well or with an error."""

import asyncio

from litebase_schema.values import Notice

from litebase.drivers.interruption import Interrupted
from litebase.drivers.mysql import errors, statements
from litebase.drivers.mysql.cancellation import Cancellation, Run
from litebase.drivers.mysql.link import COM_PING, LinkLost
from litebase.drivers.mysql.packets import Done, ServerError
from litebase.drivers.mysql.state import SessionState

_STAYS_UTF8 = "The character set of the link stays utf8mb4; text is Unicode here, and the server converts it."
_MAY_SET = ("SET", "CALL", "EXECUTE", "")  # first words of statements that may change the SQL mode


async def failed(cancellation: Cancellation, error: ServerError, run: Run) -> Exception:
    """What to raise for an error that ended a statement. It may have ended a transaction, which a ping tells."""
    state = cancellation.state
    state.open = None
    state.link.resume()
    cancellation.answered.set()
    stopped = cancellation.kill_sent and error.code == errors.NOT_DISCOVERED
    if errors.ends_link(error):
        raise LinkLost("The server ended the session.")
    if error.code == errors.PACKET_TOO_LARGE:
        state.lose()
    else:
        await cancellation.absorb()
        try:
            async with asyncio.timeout(state.limits.stop_patience_s):
                await state.tell("", COM_PING)
        except TimeoutError:  # it fell silent; the error is told all the same
            state.lose()
    return Interrupted() if stopped else errors.translated(error, run.sql, bound=run.bound)


async def settle(cancellation: Cancellation, run: Run, done: Done, notices: list[Notice]) -> None:
    """Behind a statement that ended well: add its warnings to `notices`, and undo what must not stay."""
    state = cancellation.state
    state.open = None
    state.link.resume()
    cancellation.answered.set()
    await cancellation.absorb()
    if done.warnings:
        notices += await _warnings(state, done.warnings)
    if not state.link.tracks and statements.first_word(run.sql) in _MAY_SET:
        (mode,) = await state.ask("SELECT @@sql_mode")
        state.follow_mode(str(mode))
        await state.settle()
    if state.unsettled:
        await state.settle()
        notices.append(Notice(severity="Note", message=_STAYS_UTF8))
    if state.read_only and state.may_write_now(done):
        await state.tell("ROLLBACK")
        await state.tell("SET TRANSACTION READ ONLY")  # for the next one, in case it was said to write
        raise errors.read_only("This connection is read-only; it cannot be made to write.")


async def _warnings(state: SessionState, count: int) -> list[Notice]:
    limits = state.limits
    notices: list[Notice] = []
    size = 0
    for level, code, message in await state.ask_rows(f"SHOW WARNINGS LIMIT {limits.max_notices}"):
        told = errors.cut(str(message))
        size += len(told.encode("utf-8", "replace"))
        if size > limits.max_notices_bytes:
            break
        notices.append(Notice(severity=str(level), message=told, code=str(code)))
    left = f"{count - len(notices):,} further warnings were not kept"
    if size > limits.max_notices_bytes:
        notices.append(Notice(severity="Note", message=f"{left}; together they are too long."))
    elif count > len(notices):
        notices.append(Notice(severity="Note", message=f"{left} by the server (max_error_count)."))
    return notices
