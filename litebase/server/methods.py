"""Message type to handler: all that a client can ask for, on one page."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from litebase.server.handlers import cancel, connection, health, hello, query
from litebase.server.session import Session

Handler = Callable[[Session, Any], Awaitable[Any]]

HANDLERS: Mapping[str, Handler] = {
    "hello": hello.hello,
    "health_check": health.health_check,
    "cancel": cancel.cancel,
    "db_connect": connection.db_connect,
    "db_disconnect": connection.db_disconnect,
    "query": query.query,
    "fetch": query.fetch,
    "cell_fetch": query.cell_fetch,
    "close_result": query.close_result,
}
