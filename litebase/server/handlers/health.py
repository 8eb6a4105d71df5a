"""Whether the backend is well."""

import os
import time
from collections.abc import Iterator

from litebase_schema.base import unvalidated
from litebase_schema.health import HealthCheckRequest, HealthProblem, HealthResponse

from litebase import __version__
from litebase.server.backend import Backend
from litebase.server.call import Call
from litebase.server.handlers.hello import PROTOCOL

_response = unvalidated(HealthResponse)


async def health_check(call: Call, _request: HealthCheckRequest) -> HealthResponse:
    """Counts of this moment; nothing is waited for."""
    backend, use = call.backend, call.backend.store_use
    problems = dict(_problems(backend))
    connections = results = in_flight = 0
    for client in backend.clients:
        connections += client.connection_count
        results += client.result_count
        for request in client.requests.values():
            in_flight += request.type != "wait_events"
    return _response(
        status="degraded" if problems else "healthy",
        reasons=list(problems.values()),
        problems=list(problems),
        version=__version__,
        protocol=PROTOCOL,
        uptime_ms=int((time.monotonic() - backend.started) * 1000),
        pid=os.getpid(),
        rss_bytes=backend.memory.rss_bytes(),
        clients=len(backend.clients),
        connections=connections,
        results=results,
        results_memory_bytes=use.memory_bytes,
        results_disk_bytes=use.disk_bytes,
        requests_in_flight=in_flight,
        logs_dropped=backend.log_health.dropped,
    )


def _problems(backend: Backend) -> Iterator[tuple[HealthProblem, str]]:
    """What is wrong, as a word and as a sentence. Only what is known already: nothing here may wait."""
    use, loop = backend.store_use, backend.loop_health
    since_s = time.monotonic() - backend.settings.health_memory_s
    if backend.closing:
        yield "shutting_down", "The backend is shutting down."
    if loop.ended_s is not None and loop.ended_s > since_s:
        ago_s = time.monotonic() - loop.ended_s
        yield "loop_blocked", f"The backend did not react for {loop.blocked_s:.1f} s, {ago_s:.0f} s ago; see its log."
    if any(client.waits_for_db_session for client in backend.clients):
        yield (
            "pool_exhausted",
            "Requests wait for a database session: every one that their connection may have is in use.",
        )
    if use.disk_short:
        yield "disk_short", f"The disk of the stored results has {use.free_bytes or 0:,} bytes left: make room."
    if use.disk_bytes >= 0.9 * use.max_disk_bytes:
        yield "results_near_limit", "The results on disk are near their limit: close some."
    if backend.log_health.last_drop_s is not None and backend.log_health.last_drop_s > since_s:
        yield "logs_dropped", "Log lines were dropped: whoever reads the log is too slow, or its disk is full."
    if backend.listener is not None and not backend.closing and not backend.listener.reachable:
        yield "endpoint_gone", "The socket's file is gone, so that no new client can come: start the backend again."
