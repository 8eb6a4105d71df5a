"""Message type to handler: all that a client can ask for, on one page.

A handler is named, not imported: its module and the models of its messages are loaded when the first such message
comes, so that an idle backend is small and a starting one is quick. A test loads every row.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from litebase.server.client_session import ClientSession

Handler = Callable[[ClientSession, Any], Awaitable[Any]]

HANDLERS: Mapping[str, str] = {
    "hello": "hello.hello",
    "health_check": "health.health_check",
    "cancel": "cancel.cancel",
    "db_connect": "connection.db_connect",
    "db_disconnect": "connection.db_disconnect",
    "open_db_session": "db_session.open_db_session",
    "close_db_session": "db_session.close_db_session",
    "begin": "db_session.begin",
    "commit": "db_session.commit",
    "rollback": "db_session.rollback",
    "savepoint": "db_session.savepoint",
    "rollback_to_savepoint": "db_session.rollback_to_savepoint",
    "release_savepoint": "db_session.release_savepoint",
    "run_script": "script.run_script",
    "query": "query.query",
    "fetch": "query.fetch",
    "cell_fetch": "query.cell_fetch",
    "close_result": "query.close_result",
}

# What runs before the handler, while the answer takes no room yet.
PREPARATIONS: Mapping[str, str] = {"fetch": "query.read_for_fetch"}


@cache
def handler(message_type: str) -> Handler:
    """The handler of `message_type`, a key of `HANDLERS`."""
    return _loaded(HANDLERS[message_type])


@cache
def preparation(message_type: str) -> Handler | None:
    """What runs before the handler of `message_type`, if anything does."""
    path = PREPARATIONS.get(message_type)
    return _loaded(path) if path else None


def _loaded(path: str) -> Handler:
    module, _, name = path.partition(".")
    found: Handler = getattr(import_module(f"litebase.server.handlers.{module}"), name)
    return found
