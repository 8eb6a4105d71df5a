"""Whether the backend is well."""

import os
import time

from litebase_schema.health import HealthCheckRequest, HealthResponse

from litebase import __version__
from litebase.server.backend import rss_bytes
from litebase.server.handlers.hello import PROTOCOL
from litebase.server.session import Session


async def health_check(session: Session, _request: HealthCheckRequest) -> HealthResponse:
    """Counts of this moment; nothing is waited for."""
    backend = session.backend
    use = backend.store_use
    reasons = []
    if backend.closing:
        reasons.append("The backend is shutting down.")
    if use.disk_bytes >= 0.9 * use.max_disk_bytes:
        reasons.append("The results on disk are near their limit: close some.")
    if backend.log_health.dropped:
        reasons.append("Log lines were dropped: whoever reads the log is too slow.")
    return HealthResponse(
        status="degraded" if reasons else "healthy",
        reasons=reasons,
        version=__version__,
        protocol=PROTOCOL,
        uptime_ms=int((time.monotonic() - backend.started) * 1000),
        pid=os.getpid(),
        rss_bytes=rss_bytes(),
        clients=len(backend.sessions),
        connections=sum(one.connection_count for one in backend.sessions),
        results=sum(one.result_count for one in backend.sessions),
        results_memory_bytes=use.memory_bytes,
        results_disk_bytes=use.disk_bytes,
        requests_in_flight=sum(len(one.requests) for one in backend.sessions),
        logs_dropped=backend.log_health.dropped,
    )
