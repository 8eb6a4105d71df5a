"""Stopping a request."""

import time

from litebase_schema.cancel import CancelOutcome, CancelRequest, CancelResponse

from litebase.server.call import Call


async def cancel(call: Call, request: CancelRequest) -> CancelResponse:
    """Stop one request of this client, wait for its end, and say what happened."""
    started = time.perf_counter()
    target = call.client.requests.get(request.request_id)
    outcome: CancelOutcome = "not_in_flight" if target is None else await target.cancel()
    return CancelResponse(outcome=outcome, elapsed_ms=(time.perf_counter() - started) * 1000)
