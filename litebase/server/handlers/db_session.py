"""Database sessions of one's own, and transactions in them."""

from litebase_schema.db_session import (
    BeginRequest,
    BeginResponse,
    CloseDbSessionRequest,
    CloseDbSessionResponse,
    CommitRequest,
    CommitResponse,
    OpenDbSessionRequest,
    OpenDbSessionResponse,
    ReleaseSavepointRequest,
    ReleaseSavepointResponse,
    RollbackRequest,
    RollbackResponse,
    RollbackToSavepointRequest,
    RollbackToSavepointResponse,
    SavepointRequest,
    SavepointResponse,
)
from litebase_schema.values import TransactionStatus

from litebase.drivers.interruption import finish
from litebase.errors import Conflict, LimitExceeded
from litebase.server.connection import DbSession, Waits
from litebase.server.session import Session


async def open_db_session(session: Session, request: OpenDbSessionRequest) -> OpenDbSessionResponse:
    """Take a database session out of the pool, for this client alone."""
    connection = session.connection(request.connection_id)
    if session.db_sessions_of(connection) >= connection.pool.size - 1 and connection.pool.size > 1:
        raise LimitExceeded(
            "max_db_sessions",
            connection.pool.size,
            f"This connection has {connection.pool.size} database sessions at most, and one stays for queries without "
            "a session. Close one with close_db_session, or open another connection.",
        )
    pinned = await connection.free_session(Waits())
    try:
        db_session = DbSession(session.new_id("s"), connection, pinned)
        session.add_db_session(db_session)
    except BaseException:
        await finish(connection.pool.give_back(pinned), connection.patience_s)
        raise
    return OpenDbSessionResponse(db_session_id=db_session.id, transaction_status=pinned.transaction_status)


async def close_db_session(session: Session, request: CloseDbSessionRequest) -> CloseDbSessionResponse:
    """Stop what runs in it, roll back, and return it to the pool."""
    await session.close_db_session(request.db_session_id)
    return CloseDbSessionResponse()


async def begin(session: Session, request: BeginRequest) -> BeginResponse:
    """Begin a transaction. A second one would silently commit the first on some engines, so it is a conflict."""
    db_session = session.db_session(request.db_session_id)
    _check(db_session, "idle", "A transaction is open already: commit it or roll it back first.")
    statements = db_session.session.begin_statements(request.isolation_level, request.read_only)
    return BeginResponse(transaction_status=await db_session.run(*statements))


async def commit(session: Session, request: CommitRequest) -> CommitResponse:
    """Commit. A failed transaction would be rolled back under that name, so it is a conflict."""
    db_session = session.db_session(request.db_session_id)
    _check(
        db_session,
        "in_transaction",
        "There is nothing to commit: no transaction is open, or it has failed and only a rollback ends it.",
    )
    return CommitResponse(transaction_status=await db_session.run("COMMIT"))


async def rollback(session: Session, request: RollbackRequest) -> RollbackResponse:
    """Roll back; harmless when no transaction is open."""
    db_session = session.db_session(request.db_session_id)
    if db_session.session.transaction_status == "idle":
        return RollbackResponse(transaction_status="idle")
    return RollbackResponse(transaction_status=await db_session.run("ROLLBACK"))


async def savepoint(session: Session, request: SavepointRequest) -> SavepointResponse:
    """Set a mark."""
    return SavepointResponse(transaction_status=await _at_mark(session, request, "SAVEPOINT"))


async def rollback_to_savepoint(session: Session, request: RollbackToSavepointRequest) -> RollbackToSavepointResponse:
    """Go back to a mark; this also revives a failed transaction."""
    return RollbackToSavepointResponse(transaction_status=await _at_mark(session, request, "ROLLBACK TO SAVEPOINT"))


async def release_savepoint(session: Session, request: ReleaseSavepointRequest) -> ReleaseSavepointResponse:
    """Forget a mark."""
    return ReleaseSavepointResponse(transaction_status=await _at_mark(session, request, "RELEASE SAVEPOINT"))


async def _at_mark(
    session: Session, request: SavepointRequest | RollbackToSavepointRequest | ReleaseSavepointRequest, verb: str
) -> TransactionStatus:
    db_session = session.db_session(request.db_session_id)
    if db_session.session.transaction_status == "idle":
        raise Conflict("Savepoints need an open transaction: send begin first.")
    return await db_session.run(f"{verb} {db_session.session.dialect.quoted(request.name)}")


def _check(db_session: DbSession, wanted: TransactionStatus, reason: str) -> None:
    if db_session.session.transaction_status != wanted:
        raise Conflict(reason)
