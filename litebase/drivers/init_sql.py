"""What the user wants done at the beginning of every database session."""

from litebase.drivers.interface import DatabaseSession, Statement
from litebase.errors import ConnectFailed, LiteBaseError, QueryFailed
from litebase.sql.scanner import Piece, Place, Scan


async def run(session: DatabaseSession, init_sql: str) -> None:
    """Run the statements in order, each cut by the rules that those before it have made.

    Raises `ConnectFailed` when one fails, cannot be read or leaves a transaction open, and `Interrupted`. The session
    is then to be closed.
    """
    place, number = Place(), 0
    while (piece := next(Scan(init_sql, session.dialect, place), None)) is not None:
        place, number = piece.after, number + 1
        await _run(session, init_sql, piece, number)
    if session.transaction_status in ("in_transaction", "failed"):
        raise _failed("It leaves a transaction open. Add a COMMIT, or leave out what begins the transaction.")


async def _run(session: DatabaseSession, init_sql: str, piece: Piece, number: int) -> None:
    if piece.refusal is not None:
        raise _failed(f"Statement {number} cannot be run: {piece.refusal.reason}")
    try:
        cursor = await session.execute(Statement(init_sql[piece.start : piece.end], first_rows=1))
        await cursor.aclose()
    except LiteBaseError as error:
        code = error.query_details.engine_code if isinstance(error, QueryFailed) else None
        raise _failed(f"Statement {number} failed: {error.message}", code) from error


def _failed(reason: str, engine_code: str | None = None) -> ConnectFailed:
    return ConnectFailed("settings", f"init_sql: {reason}", engine_code)
