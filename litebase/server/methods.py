"""Message type to method: all that a client can ask for, and how the channel treats it, on one page.

A handler is named, not imported: its module and the models of its messages are loaded when the first such message
comes, so that an idle backend is small and starts quickly. A test loads every row.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from litebase.errors import LiteBaseError
from litebase.server.call import Call

Handler = Callable[[Call, Any], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Method:
    """How a request is served. `handler`, `prepare` and `overdue` name functions as `module.function` of `handlers`."""

    handler: str
    prepare: str | None = None  # runs before the handler, while the answer takes no memory yet
    deadline: str | None = None  # the field of the request with its time limit, in milliseconds
    overdue: str | None = None  # the error of a request that passes its deadline; else `timeout`
    control: bool = False  # never refused for the number or the size of requests in flight, nor at the end
    at_once: bool = False  # waits for nothing, and a task of its own would cost as much as the answer
    greets: bool = False  # accepted from a client that has not shown the token yet
    holds_window: bool = False  # its answers are long; a client that does not read them gets few at a time
    short_with: str | None = None  # a field of the request with which they are not


_IN_TIME = "timeout_ms"

METHODS: Mapping[str, Method] = {
    "hello": Method("hello.hello", greets=True),
    "health_check": Method("health.health_check", control=True, at_once=True),
    "cancel": Method("cancel.cancel", control=True),
    "wait_events": Method("events.wait_events", control=True),
    "answer_prompt": Method("prompts.answer_prompt", control=True),
    "db_connect": Method("connection.db_connect", deadline="connect_timeout_ms", overdue="connection.no_answer"),
    "db_disconnect": Method("connection.db_disconnect"),
    "check_connection": Method("liveness.check_connection"),
    "open_db_session": Method("db_session.open_db_session"),
    "close_db_session": Method("db_session.close_db_session"),
    "begin": Method("db_session.begin", deadline=_IN_TIME),
    "commit": Method("db_session.commit", deadline=_IN_TIME),
    "rollback": Method("db_session.rollback", deadline=_IN_TIME),
    "savepoint": Method("db_session.savepoint", deadline=_IN_TIME),
    "rollback_to_savepoint": Method("db_session.rollback_to_savepoint", deadline=_IN_TIME),
    "release_savepoint": Method("db_session.release_savepoint", deadline=_IN_TIME),
    "run_script": Method("script.run_script", deadline=_IN_TIME),
    "query": Method("query.query", deadline=_IN_TIME),
    "fetch": Method("query.fetch", prepare="query.read_for_fetch", deadline=_IN_TIME, holds_window=True),
    "cell_fetch": Method("query.cell_fetch", holds_window=True),
    "close_result": Method("query.close_result"),
    "list_objects": Method("catalog.list_objects", deadline=_IN_TIME),
    "describe_objects": Method("catalog.describe_objects", deadline=_IN_TIME),
    "open_table": Method("tables.open_table", deadline=_IN_TIME),
    "count_rows": Method("tables.count_rows", deadline=_IN_TIME),
    "search_objects": Method("search.search_objects", deadline=_IN_TIME),
    "get_ddl": Method("catalog.get_ddl", deadline=_IN_TIME),
    "refresh_catalog": Method("refresh.refresh_catalog", deadline=_IN_TIME),
    "preview_alter": Method("alter.preview_alter", deadline=_IN_TIME),
    "compare_schemas": Method("compare.compare_schemas", deadline=_IN_TIME),
    "compare_rows": Method("compare_rows.compare_rows", deadline=_IN_TIME),
    "inspect_sql": Method("sql.inspect_sql", deadline=_IN_TIME),
    "complete_sql": Method("sql.complete_sql"),
    "list_db_processes": Method("activity.list_db_processes", deadline=_IN_TIME),
    "stop_db_process": Method("activity.stop_db_process", deadline=_IN_TIME),
    "explain_query": Method("explain.explain_query", deadline=_IN_TIME),
    "apply_edits": Method("edits.apply_edits", deadline=_IN_TIME),
    "search_history": Method("history.search_history", deadline=_IN_TIME),
    "delete_history": Method("history.delete_history"),
    "view_result": Method("rows.view_result", deadline=_IN_TIME),
    "find_in_result": Method("rows.find_in_result", deadline=_IN_TIME),
    "summarize_result": Method("rows.summarize_result", deadline=_IN_TIME),
    "export_rows": Method("export.export_rows", deadline=_IN_TIME, holds_window=True, short_with="path"),
    "preview_import": Method("imports.preview_import", deadline=_IN_TIME),
    "import_rows": Method("imports.import_rows", deadline=_IN_TIME),
    "copy_table": Method("copies.copy_table", deadline=_IN_TIME),
    "dump_database": Method("dump.dump_database", deadline=_IN_TIME),
    "restore_database": Method("dump.restore_database", deadline=_IN_TIME),
}


@cache
def handler(message_type: str) -> Handler:
    """The handler of `message_type`, a key of `METHODS`."""
    found: Handler = _loaded(METHODS[message_type].handler)
    return found


@cache
def preparation(message_type: str) -> Handler | None:
    """What runs before the handler of `message_type`, if anything does."""
    path = METHODS[message_type].prepare
    return _loaded(path) if path else None


@cache
def overdue(message_type: str) -> Callable[[Any], LiteBaseError] | None:
    """What makes the error of a request of `message_type` that passed its deadline, where it has one of its own."""
    path = METHODS[message_type].overdue
    return _loaded(path) if path else None


def _loaded(path: str) -> Any:
    module, _, name = path.partition(".")
    return getattr(import_module(f"litebase.server.handlers.{module}"), name)
