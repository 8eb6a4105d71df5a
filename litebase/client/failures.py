"""How a request fails at the client."""

from typing import Any

from litebase_schema.errors import ErrorData
from litebase_schema.registry import details_validator


class BackendGone(Exception):
    """The backend closed the channel before it answered."""


class NotOurBackend(BackendGone):
    """Another user's program listens at the path; nothing was sent to it."""


class RequestFailed(Exception):
    """The backend answered `error`. `details` is the model of the error code, or None."""

    def __init__(self, data: ErrorData) -> None:
        super().__init__(f"{data.code}: {data.message}")
        self.code, self.message, self.retryable = data.code, data.message, data.retryable
        self.notices = getattr(data, "notices", [])  # models of protocol 0.1 have none
        adapter = details_validator(data.code)
        known = adapter is not None and data.details is not None
        self.details: Any = adapter.validate_python(data.details, extra="ignore") if adapter and known else None
