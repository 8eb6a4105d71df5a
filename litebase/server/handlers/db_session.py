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

from litebase.server.call import Call
from litebase.server.lease import Waits
from litebase.server.pinned_session import PinnedSession


async def open_db_session(call: Call, request: OpenDbSessionRequest) -> OpenDbSessionResponse:
    """Take a database session out of the pool, for this client alone."""
    connection = call.client.connection(request.connection_id)
    with connection.room_to_pin():
        session = await connection.free_session(Waits(call.rows_read, call.ask))
    pinned = PinnedSession(call.client.new_id("s"), connection, session)
    call.client.add_pinned_session(pinned)
    return OpenDbSessionResponse(db_session_id=pinned.id, transaction_status=session.transaction_status)


async def close_db_session(call: Call, request: CloseDbSessionRequest) -> CloseDbSessionResponse:
    """Stop what runs in it, roll back, and return it to the pool."""
    await call.client.close_pinned_session(request.db_session_id)
    return CloseDbSessionResponse()


async def begin(call: Call, request: BeginRequest) -> BeginResponse:
    """Begin a transaction. A second one would silently commit the first on some engines, so it is a conflict."""
    status = await call.client.pinned_session(request.db_session_id).run(
        lambda session: session.begin_statements(request.isolation_level, request.read_only),
        ("idle",),
        "A transaction is open already: commit it or roll it back first.",
    )
    return BeginResponse(transaction_status=status)


async def commit(call: Call, request: CommitRequest) -> CommitResponse:
    """Commit. A failed transaction would be rolled back under that name, so it is a conflict."""
    status = await call.client.pinned_session(request.db_session_id).run(
        lambda _session: ("COMMIT",),
        ("in_transaction",),
        "There is nothing to commit: no transaction is open, or it has failed and only a rollback ends it.",
    )
    return CommitResponse(transaction_status=status)


async def rollback(call: Call, request: RollbackRequest) -> RollbackResponse:
    """Roll back; harmless when no transaction is open."""
    status = await call.client.pinned_session(request.db_session_id).run(
        lambda session: () if session.transaction_status == "idle" else ("ROLLBACK",),
        ("idle", "in_transaction", "failed"),
        "The state of the transaction is not known; close the database session, which rolls it back.",
    )
    return RollbackResponse(transaction_status=status)


async def savepoint(call: Call, request: SavepointRequest) -> SavepointResponse:
    """Set a mark."""
    return SavepointResponse(transaction_status=await _at_mark(call, request, "SAVEPOINT"))


async def rollback_to_savepoint(call: Call, request: RollbackToSavepointRequest) -> RollbackToSavepointResponse:
    """Go back to a mark; this also revives a failed transaction."""
    return RollbackToSavepointResponse(transaction_status=await _at_mark(call, request, "ROLLBACK TO SAVEPOINT"))


async def release_savepoint(call: Call, request: ReleaseSavepointRequest) -> ReleaseSavepointResponse:
    """Forget a mark."""
    return ReleaseSavepointResponse(transaction_status=await _at_mark(call, request, "RELEASE SAVEPOINT"))


async def _at_mark(
    call: Call, request: SavepointRequest | RollbackToSavepointRequest | ReleaseSavepointRequest, verb: str
) -> TransactionStatus:
    return await call.client.pinned_session(request.db_session_id).run(
        lambda session: (f"{verb} {session.dialect.quoted(request.name)}",),
        ("in_transaction", "failed"),
        "Savepoints need an open transaction: send begin first.",
    )
