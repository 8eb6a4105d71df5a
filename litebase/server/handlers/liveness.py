"""Whether the links to a database are still there."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from litebase_schema.liveness import CheckConnectionRequest, CheckConnectionResponse, DbSessionLife

from litebase.drivers.interruption import side_by_side
from litebase.server.call import Call
from litebase.server.pinned_session import PinnedSession


async def check_connection(call: Call, request: CheckConnectionRequest) -> CheckConnectionResponse:
    """Ask every session that nobody uses, all at the same time; drop those that do not answer in time."""
    connection = call.client.connection(request.connection_id)
    pinned = call.client.pinned_sessions(connection)
    patience_s = request.deadline_ms / 1000
    if not request.after_sleep:
        patience_s = min(patience_s, call.backend.settings.check_s)
    checks: list[Callable[[], Awaitable[tuple[Sequence[float], int]]]] = [
        *(partial(pool.check_idle, patience_s) for pool in connection.pools),
        *(partial(_check, one, patience_s) for one in pinned),
    ]
    answers = await side_by_side(checks)
    took = [seconds for some, _ in answers for seconds in some]
    return CheckConnectionResponse(
        round_trip_ms=min(took) * 1000 if took else None,
        dropped=sum(lost for _, lost in answers),
        db_sessions=[
            DbSessionLife(db_session_id=one.id, alive=one.alive, transaction_status=one.transaction_status)
            for one in pinned
        ],
    )


async def _check(pinned: PinnedSession, patience_s: float) -> tuple[Sequence[float], int]:
    """The same as `Pool.check_idle` for a pinned session; nothing is found out about one that is in use."""
    lost_before = not pinned.alive
    if lost_before or pinned.busy or pinned.half_read:
        return [], 0
    seconds = await pinned.check(patience_s)
    if seconds is None:
        return [], 0 if pinned.alive else 1
    return [seconds], 0
