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

from litebase.errors import LimitExceeded
from litebase.server.client_session import ClientSession
from litebase.server.connection import PinnedSession, Waits


async def open_db_session(session: ClientSession, request: OpenDbSessionRequest) -> OpenDbSessionResponse:
    """Take a database session out of the pool, for this client alone."""
    connection = session.connection(request.connection_id)
    size = connection.pool.size
    if connection.pinned + connection.to_be_pinned >= max(size - 1, 1):
        raise LimitExceeded(
            "max_db_sessions",
            size,
            f"This connection has {size} database sessions at most, and where there are several, one stays for queries "
            "that name none. Close one with close_db_session, or open another connection.",
        )
    connection.to_be_pinned += 1
    try:
        pinned = await connection.free_session(Waits())
    finally:
        connection.to_be_pinned -= 1
    db_session = PinnedSession(session.new_id("s"), connection, pinned)
    session.add_db_session(db_session)
    return OpenDbSessionResponse(db_session_id=db_session.id, transaction_status=pinned.transaction_status)


async def close_db_session(session: ClientSession, request: CloseDbSessionRequest) -> CloseDbSessionResponse:
    """Stop what runs in it, roll back, and return it to the pool."""
    await session.close_db_session(request.db_session_id)
    return CloseDbSessionResponse()


async def begin(session: ClientSession, request: BeginRequest) -> BeginResponse:
    """Begin a transaction. A second one would silently commit the first on some engines, so it is a conflict."""
    status = await session.db_session(request.db_session_id).run(
        lambda own: own.begin_statements(request.isolation_level, request.read_only),
        ("idle",),
        "A transaction is open already: commit it or roll it back first.",
    )
    return BeginResponse(transaction_status=status)


async def commit(session: ClientSession, request: CommitRequest) -> CommitResponse:
    """Commit. A failed transaction would be rolled back under that name, so it is a conflict."""
    status = await session.db_session(request.db_session_id).run(
        lambda _own: ("COMMIT",),
        ("in_transaction",),
        "There is nothing to commit: no transaction is open, or it has failed and only a rollback ends it.",
    )
    return CommitResponse(transaction_status=status)


async def rollback(session: ClientSession, request: RollbackRequest) -> RollbackResponse:
    """Roll back; harmless when no transaction is open."""
    status = await session.db_session(request.db_session_id).run(
        lambda own: () if own.transaction_status == "idle" else ("ROLLBACK",),
        ("idle", "in_transaction", "failed"),
        "The state of the transaction is not known; close the database session, which rolls it back.",
    )
    return RollbackResponse(transaction_status=status)


async def savepoint(session: ClientSession, request: SavepointRequest) -> SavepointResponse:
    """Set a mark."""
    return SavepointResponse(transaction_status=await _at_mark(session, request, "SAVEPOINT"))


async def rollback_to_savepoint(
    session: ClientSession, request: RollbackToSavepointRequest
) -> RollbackToSavepointResponse:
    """Go back to a mark; this also revives a failed transaction."""
    return RollbackToSavepointResponse(transaction_status=await _at_mark(session, request, "ROLLBACK TO SAVEPOINT"))


async def release_savepoint(session: ClientSession, request: ReleaseSavepointRequest) -> ReleaseSavepointResponse:
    """Forget a mark."""
    return ReleaseSavepointResponse(transaction_status=await _at_mark(session, request, "RELEASE SAVEPOINT"))


async def _at_mark(
    session: ClientSession, request: SavepointRequest | RollbackToSavepointRequest | ReleaseSavepointRequest, verb: str
) -> TransactionStatus:
    return await session.db_session(request.db_session_id).run(
        lambda own: (f"{verb} {own.dialect.quoted(request.name)}",),
        ("in_transaction", "failed"),
        "Savepoints need an open transaction: send begin first.",
    )
