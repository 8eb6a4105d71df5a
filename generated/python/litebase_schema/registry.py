# Generated from schema/ by `make generate`. Do not edit.
"""Every message type of the contract: the model of its data, its response, and what a peer needs to know about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Final, Literal

from pydantic import TypeAdapter

PROTOCOL_MAJOR: Final = 0
PROTOCOL_MINOR: Final = 2


@dataclass(frozen=True, slots=True)
class MessageType:
    """One message type. `module` and `definition` name its model, which is loaded on first use."""

    name: str
    kind: Literal["request", "response", "event", "error"]
    module: str
    definition: str
    response: str | None = None
    errors: tuple[str, ...] = ()
    cancellable: bool = False
    idempotent: bool = False
    since: str = ""
    capability: str | None = None
    deprecated: str | None = None
    ids: tuple[tuple[str, str], ...] = ()  # of a request: property, and the definition of the id that it holds
    opaque: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()


MESSAGES: Final[Mapping[str, MessageType]] = {
    "list_db_processes": MessageType(
        name="list_db_processes",
        kind="request",
        module="activity",
        definition="ListDbProcessesRequest",
        response="list_db_processes_response",
        errors=(
            "not_found",
            "query_failed",
            "cancelled",
            "timeout",
            "limit_exceeded",
            "connect_failed",
            "connection_lost",
            "prompt_unanswered",
            "unsupported",
            "conflict",
        ),
        cancellable=True,
        idempotent=True,
        since="0.2",
        ids=(("connection_id", "ConnectionId"),),
    ),
    "list_db_processes_response": MessageType(
        name="list_db_processes_response",
        kind="response",
        module="activity",
        definition="ListDbProcessesResponse",
        since="0.2",
    ),
    "stop_db_process": MessageType(
        name="stop_db_process",
        kind="request",
        module="activity",
        definition="StopDbProcessRequest",
        response="stop_db_process_response",
        errors=(
            "not_found",
            "query_failed",
            "read_only",
            "cancelled",
            "timeout",
            "limit_exceeded",
            "connect_failed",
            "connection_lost",
            "outcome_unknown",
            "prompt_unanswered",
            "unsupported",
            "conflict",
            "confirmation_required",
        ),
        cancellable=True,
        since="0.2",
        ids=(("connection_id", "ConnectionId"),),
    ),
    "stop_db_process_response": MessageType(
        name="stop_db_process_response",
        kind="response",
        module="activity",
        definition="StopDbProcessResponse",
        since="0.2",
    ),
    "cancel": MessageType(
        name="cancel",
        kind="request",
        module="cancel",
        definition="CancelRequest",
        response="cancel_response",
        idempotent=True,
        since="0.1",
    ),
    "cancel_response": MessageType(
        name="cancel_response", kind="response", module="cancel", definition="CancelResponse", since="0.1"
    ),
    "list_objects": MessageType(
        name="list_objects",
        kind="request",
        module="catalog",
        definition="ListObjectsRequest",
        response="list_objects_response",
        errors=(
            "not_found",
            "query_failed",
            "cancelled",
            "timeout",
            "limit_exceeded",
            "connect_failed",
            "connection_lost",
            "prompt_unanswered",
            "unsupported",
            "conflict",
        ),
        cancellable=True,
        idempotent=True,
        since="0.2",
        ids=(("connection_id", "ConnectionId"),),
    ),
    "list_objects_response": MessageType(
        name="list_objects_response", kind="response", module="catalog", definition="ListObjectsResponse", since="0.2"
    ),
    "describe_objects": MessageType(
        name="describe_objects",
        kind="request",
        module="catalog",
        definition="DescribeObjectsRequest",
        response="describe_objects_response",
        errors=(
            "not_found",
            "query_failed",
            "cancelled",
            "timeout",
            "limit_exceeded",
            "connect_failed",
            "connection_lost",
            "prompt_unanswered",
            "unsupported",
            "conflict",
        ),
        cancellable=True,
        idempotent=True,
        since="0.2",
        ids=(("connection_id", "ConnectionId"),),
    ),
    "describe_objects_response": MessageType(
        name="describe_objects_response",
        kind="response",
        module="catalog",
        definition="DescribeObjectsResponse",
        since="0.2",
    ),
    "get_ddl": MessageType(
        name="get_ddl",
        kind="request",
        module="catalog",
        definition="GetDdlRequest",
        response="get_ddl_response",
        errors=(
            "not_found",
            "query_failed",
            "cancelled",
            "timeout",
            "limit_exceeded",
            "connect_failed",
            "connection_lost",
            "prompt_unanswered",
            "unsupported",
            "conflict",
        ),
        cancellable=True,
        idempotent=True,
        since="0.2",
        ids=(("connection_id", "ConnectionId"),),
    ),
    "get_ddl_response": MessageType(
        name="get_ddl_response", kind="response", module="catalog", definition="GetDdlResponse", since="0.2"
    ),
    "db_connect": MessageType(
        name="db_connect",
        kind="request",
        module="connection",
        definition="DbConnectRequest",
        response="db_connect_response",
        errors=(
            "connect_failed",
            "not_found",
            "limit_exceeded",
            "unsupported",
            "prompt_unanswered",
            "cancelled",
            "timeout",
        ),
        cancellable=True,
        since="0.1",
        secret=("init_sql", "password", "tls_key_passphrase"),
    ),
    "db_connect_response": MessageType(
        name="db_connect_response", kind="response", module="connection", definition="DbConnectResponse", since="0.1"
    ),
    "db_disconnect": MessageType(
        name="db_disconnect",
        kind="request",
        module="connection",
        definition="DbDisconnectRequest",
        response="db_disconnect_response",
        errors=("not_found",),
        since="0.1",
        ids=(("connection_id", "ConnectionId"),),
    ),
    "db_disconnect_response": MessageType(
        name="db_disconnect_response",
        kind="response",
        module="connection",
        definition="DbDisconnectResponse",
        since="0.1",
    ),
    "open_db_session": MessageType(
        name="open_db_session",
        kind="request",
        module="db_session",
        definition="OpenDbSessionRequest",
        response="open_db_session_response",
        errors=("not_found", "connect_failed", "limit_exceeded", "prompt_unanswered", "cancelled", "connection_lost"),
        cancellable=True,
        since="0.1",
        ids=(("connection_id", "ConnectionId"),),
    ),
    "open_db_session_response": MessageType(
        name="open_db_session_response",
        kind="response",
        module="db_session",
        definition="OpenDbSessionResponse",
        since="0.1",
    ),
    "close_db_session": MessageType(
        name="close_db_session",
        kind="request",
        module="db_session",
        definition="CloseDbSessionRequest",
        response="close_db_session_response",
        errors=("not_found",),
        since="0.1",
        ids=(("db_session_id", "DbSessionId"),),
    ),
    "close_db_session_response": MessageType(
        name="close_db_session_response",
        kind="response",
        module="db_session",
        definition="CloseDbSessionResponse",
        since="0.1",
    ),
    "begin": MessageType(
        name="begin",
        kind="request",
        module="db_session",
        definition="BeginRequest",
        response="begin_response",
        errors=(
            "not_found",
            "query_failed",
            "cancelled",
            "timeout",
            "connection_lost",
            "outcome_unknown",
            "conflict",
            "unsupported",
        ),
        cancellable=True,
        since="0.1",
        ids=(("db_session_id", "DbSessionId"),),
    ),
    "begin_response": MessageType(
        name="begin_response", kind="response", module="db_session", definition="BeginResponse", since="0.1"
    ),
    "commit": MessageType(
        name="commit",
        kind="request",
        module="db_session",
        definition="CommitRequest",
        response="commit_response",
        errors=("not_found", "query_failed", "cancelled", "timeout", "connection_lost", "outcome_unknown", "conflict"),
        cancellable=True,
        since="0.1",
        ids=(("db_session_id", "DbSessionId"),),
    ),
    "commit_response": MessageType(
        name="commit_response", kind="response", module="db_session", definition="CommitResponse", since="0.1"
    ),
    "rollback": MessageType(
        name="rollback",
        kind="request",
        module="db_session",
        definition="RollbackRequest",
        response="rollback_response",
        errors=("not_found", "query_failed", "cancelled", "timeout", "connection_lost", "outcome_unknown", "conflict"),
        cancellable=True,
        since="0.1",
        ids=(("db_session_id", "DbSessionId"),),
    ),
    "rollback_response": MessageType(
        name="rollback_response", kind="response", module="db_session", definition="RollbackResponse", since="0.1"
    ),
    "savepoint": MessageType(
        name="savepoint",
        kind="request",
        module="db_session",
        definition="SavepointRequest",
        response="savepoint_response",
        errors=("not_found", "query_failed", "cancelled", "timeout", "connection_lost", "outcome_unknown", "conflict"),
        cancellable=True,
        since="0.1",
        ids=(("db_session_id", "DbSessionId"),),
    ),
    "savepoint_response": MessageType(
        name="savepoint_response", kind="response", module="db_session", definition="SavepointResponse", since="0.1"
    ),
    "rollback_to_savepoint": MessageType(
        name="rollback_to_savepoint",
        kind="request",
        module="db_session",
        definition="RollbackToSavepointRequest",
        response="rollback_to_savepoint_response",
        errors=("not_found", "query_failed", "cancelled", "timeout", "connection_lost", "outcome_unknown", "conflict"),
        cancellable=True,
        since="0.1",
        ids=(("db_session_id", "DbSessionId"),),
    ),
    "rollback_to_savepoint_response": MessageType(
        name="rollback_to_savepoint_response",
        kind="response",
        module="db_session",
        definition="RollbackToSavepointResponse",
        since="0.1",
    ),
    "release_savepoint": MessageType(
        name="release_savepoint",
        kind="request",
        module="db_session",
        definition="ReleaseSavepointRequest",
        response="release_savepoint_response",
        errors=("not_found", "query_failed", "cancelled", "timeout", "connection_lost", "outcome_unknown", "conflict"),
        cancellable=True,
        since="0.1",
        ids=(("db_session_id", "DbSessionId"),),
    ),
    "release_savepoint_response": MessageType(
        name="release_savepoint_response",
        kind="response",
        module="db_session",
        definition="ReleaseSavepointResponse",
        since="0.1",
    ),
    "apply_edits": MessageType(
        name="apply_edits",
        kind="request",
        module="edits",
        definition="ApplyEditsRequest",
        response="apply_edits_response",
        errors=(
            "not_found",
            "query_failed",
            "read_only",
            "cancelled",
            "timeout",
            "limit_exceeded",
            "connect_failed",
            "connection_lost",
            "outcome_unknown",
            "unsupported",
            "conflict",
            "confirmation_required",
            "prompt_unanswered",
        ),
        cancellable=True,
        since="0.2",
        ids=(("connection_id", "ConnectionId"), ("db_session_id", "DbSessionId")),
    ),
    "apply_edits_response": MessageType(
        name="apply_edits_response", kind="response", module="edits", definition="ApplyEditsResponse", since="0.2"
    ),
    "error": MessageType(name="error", kind="error", module="errors", definition="ErrorData", since="0.1"),
    "wait_events": MessageType(
        name="wait_events",
        kind="request",
        module="events",
        definition="WaitEventsRequest",
        response="wait_events_response",
        errors=("conflict", "cancelled"),
        cancellable=True,
        idempotent=True,
        since="0.2",
    ),
    "wait_events_response": MessageType(
        name="wait_events_response", kind="response", module="events", definition="WaitEventsResponse", since="0.2"
    ),
    "explain_query": MessageType(
        name="explain_query",
        kind="request",
        module="explain",
        definition="ExplainQueryRequest",
        response="explain_query_response",
        errors=(
            "not_found",
            "query_failed",
            "read_only",
            "cancelled",
            "timeout",
            "limit_exceeded",
            "connect_failed",
            "connection_lost",
            "outcome_unknown",
            "prompt_unanswered",
            "unsupported",
            "conflict",
            "confirmation_required",
        ),
        cancellable=True,
        since="0.2",
        ids=(("connection_id", "ConnectionId"), ("db_session_id", "DbSessionId")),
    ),
    "explain_query_response": MessageType(
        name="explain_query_response", kind="response", module="explain", definition="ExplainQueryResponse", since="0.2"
    ),
    "export_rows": MessageType(
        name="export_rows",
        kind="request",
        module="export",
        definition="ExportRowsRequest",
        response="export_rows_response",
        errors=(
            "not_found",
            "query_failed",
            "read_only",
            "cancelled",
            "timeout",
            "limit_exceeded",
            "connect_failed",
            "connection_lost",
            "outcome_unknown",
            "unsupported",
            "conflict",
            "confirmation_required",
            "prompt_unanswered",
            "file_failed",
        ),
        cancellable=True,
        since="0.2",
        ids=(
            ("source.result_id", "ResultId"),
            ("source.connection_id", "ConnectionId"),
            ("source.db_session_id", "DbSessionId"),
        ),
    ),
    "export_rows_response": MessageType(
        name="export_rows_response", kind="response", module="export", definition="ExportRowsResponse", since="0.2"
    ),
    "health_check": MessageType(
        name="health_check",
        kind="request",
        module="health",
        definition="HealthCheckRequest",
        response="health_response",
        idempotent=True,
        since="0.1",
    ),
    "health_response": MessageType(
        name="health_response", kind="response", module="health", definition="HealthResponse", since="0.1"
    ),
    "hello": MessageType(
        name="hello",
        kind="request",
        module="hello",
        definition="HelloRequest",
        response="hello_response",
        errors=("unsupported_protocol", "unauthenticated"),
        idempotent=True,
        since="0.1",
        secret=("token",),
    ),
    "hello_response": MessageType(
        name="hello_response", kind="response", module="hello", definition="HelloResponse", since="0.1"
    ),
    "check_connection": MessageType(
        name="check_connection",
        kind="request",
        module="liveness",
        definition="CheckConnectionRequest",
        response="check_connection_response",
        errors=("not_found",),
        idempotent=True,
        since="0.2",
        ids=(("connection_id", "ConnectionId"),),
    ),
    "check_connection_response": MessageType(
        name="check_connection_response",
        kind="response",
        module="liveness",
        definition="CheckConnectionResponse",
        since="0.2",
    ),
    "answer_prompt": MessageType(
        name="answer_prompt",
        kind="request",
        module="prompts",
        definition="AnswerPromptRequest",
        response="answer_prompt_response",
        errors=("not_found",),
        since="0.2",
        ids=(("prompt_id", "PromptId"),),
        secret=("answer",),
    ),
    "answer_prompt_response": MessageType(
        name="answer_prompt_response", kind="response", module="prompts", definition="AnswerPromptResponse", since="0.2"
    ),
    "query": MessageType(
        name="query",
        kind="request",
        module="query",
        definition="QueryRequest",
        response="query_response",
        errors=(
            "not_found",
            "query_failed",
            "read_only",
            "cancelled",
            "timeout",
            "limit_exceeded",
            "connect_failed",
            "connection_lost",
            "outcome_unknown",
            "unsupported",
            "conflict",
            "confirmation_required",
            "prompt_unanswered",
        ),
        cancellable=True,
        since="0.1",
        ids=(("connection_id", "ConnectionId"), ("db_session_id", "DbSessionId")),
    ),
    "query_response": MessageType(
        name="query_response",
        kind="response",
        module="query",
        definition="QueryResponse",
        since="0.1",
        opaque=("rows",),
    ),
    "fetch": MessageType(
        name="fetch",
        kind="request",
        module="query",
        definition="FetchRequest",
        response="fetch_response",
        errors=("not_found", "query_failed", "cancelled", "timeout", "limit_exceeded", "connection_lost", "conflict"),
        cancellable=True,
        idempotent=True,
        since="0.1",
        ids=(("result_id", "ResultId"),),
    ),
    "fetch_response": MessageType(
        name="fetch_response",
        kind="response",
        module="query",
        definition="FetchResponse",
        since="0.1",
        opaque=("rows",),
    ),
    "cell_fetch": MessageType(
        name="cell_fetch",
        kind="request",
        module="query",
        definition="CellFetchRequest",
        response="cell_fetch_response",
        errors=("not_found",),
        cancellable=True,
        idempotent=True,
        since="0.1",
        ids=(("result_id", "ResultId"),),
    ),
    "cell_fetch_response": MessageType(
        name="cell_fetch_response", kind="response", module="query", definition="CellFetchResponse", since="0.1"
    ),
    "close_result": MessageType(
        name="close_result",
        kind="request",
        module="query",
        definition="CloseResultRequest",
        response="close_result_response",
        errors=("not_found",),
        since="0.1",
        ids=(("result_id", "ResultId"),),
    ),
    "close_result_response": MessageType(
        name="close_result_response", kind="response", module="query", definition="CloseResultResponse", since="0.1"
    ),
    "refresh_catalog": MessageType(
        name="refresh_catalog",
        kind="request",
        module="refresh",
        definition="RefreshCatalogRequest",
        response="refresh_catalog_response",
        errors=(
            "not_found",
            "query_failed",
            "cancelled",
            "timeout",
            "limit_exceeded",
            "connect_failed",
            "connection_lost",
            "prompt_unanswered",
            "unsupported",
            "conflict",
        ),
        cancellable=True,
        idempotent=True,
        since="0.2",
        ids=(("connection_id", "ConnectionId"),),
    ),
    "refresh_catalog_response": MessageType(
        name="refresh_catalog_response",
        kind="response",
        module="refresh",
        definition="RefreshCatalogResponse",
        since="0.2",
    ),
    "view_result": MessageType(
        name="view_result",
        kind="request",
        module="rows",
        definition="ViewResultRequest",
        response="view_result_response",
        errors=("not_found", "query_failed", "cancelled", "timeout", "limit_exceeded", "connection_lost", "conflict"),
        cancellable=True,
        since="0.2",
        ids=(("result_id", "ResultId"),),
    ),
    "view_result_response": MessageType(
        name="view_result_response", kind="response", module="rows", definition="ViewResultResponse", since="0.2"
    ),
    "find_in_result": MessageType(
        name="find_in_result",
        kind="request",
        module="rows",
        definition="FindInResultRequest",
        response="find_in_result_response",
        errors=("not_found", "query_failed", "cancelled", "timeout", "limit_exceeded", "connection_lost", "conflict"),
        cancellable=True,
        idempotent=True,
        since="0.2",
        ids=(("result_id", "ResultId"),),
    ),
    "find_in_result_response": MessageType(
        name="find_in_result_response", kind="response", module="rows", definition="FindInResultResponse", since="0.2"
    ),
    "summarize_result": MessageType(
        name="summarize_result",
        kind="request",
        module="rows",
        definition="SummarizeResultRequest",
        response="summarize_result_response",
        errors=("not_found", "query_failed", "cancelled", "timeout", "limit_exceeded", "connection_lost", "conflict"),
        cancellable=True,
        idempotent=True,
        since="0.2",
        ids=(("result_id", "ResultId"),),
    ),
    "summarize_result_response": MessageType(
        name="summarize_result_response",
        kind="response",
        module="rows",
        definition="SummarizeResultResponse",
        since="0.2",
    ),
    "run_script": MessageType(
        name="run_script",
        kind="request",
        module="script",
        definition="RunScriptRequest",
        response="run_script_response",
        errors=(
            "not_found",
            "invalid_script",
            "connect_failed",
            "cancelled",
            "timeout",
            "limit_exceeded",
            "connection_lost",
            "unsupported",
            "conflict",
            "confirmation_required",
            "prompt_unanswered",
        ),
        cancellable=True,
        since="0.1",
        ids=(("connection_id", "ConnectionId"), ("db_session_id", "DbSessionId")),
    ),
    "run_script_response": MessageType(
        name="run_script_response", kind="response", module="script", definition="RunScriptResponse", since="0.1"
    ),
    "search_objects": MessageType(
        name="search_objects",
        kind="request",
        module="search",
        definition="SearchObjectsRequest",
        response="search_objects_response",
        errors=(
            "not_found",
            "query_failed",
            "cancelled",
            "timeout",
            "limit_exceeded",
            "connect_failed",
            "connection_lost",
            "prompt_unanswered",
            "unsupported",
            "conflict",
        ),
        cancellable=True,
        idempotent=True,
        since="0.2",
        ids=(("connection_id", "ConnectionId"),),
    ),
    "search_objects_response": MessageType(
        name="search_objects_response",
        kind="response",
        module="search",
        definition="SearchObjectsResponse",
        since="0.2",
    ),
    "inspect_sql": MessageType(
        name="inspect_sql",
        kind="request",
        module="sql",
        definition="InspectSqlRequest",
        response="inspect_sql_response",
        errors=(
            "not_found",
            "invalid_message",
            "cancelled",
            "timeout",
            "limit_exceeded",
            "connect_failed",
            "connection_lost",
            "prompt_unanswered",
            "unsupported",
            "conflict",
            "query_failed",
        ),
        cancellable=True,
        idempotent=True,
        since="0.2",
        ids=(("connection_id", "ConnectionId"),),
    ),
    "complete_sql": MessageType(
        name="complete_sql",
        kind="request",
        module="sql",
        definition="CompleteSqlRequest",
        response="complete_sql_response",
        errors=("not_found", "invalid_message", "cancelled", "limit_exceeded"),
        cancellable=True,
        idempotent=True,
        since="0.2",
        ids=(("connection_id", "ConnectionId"),),
    ),
    "complete_sql_response": MessageType(
        name="complete_sql_response", kind="response", module="sql", definition="CompleteSqlResponse", since="0.2"
    ),
    "inspect_sql_response": MessageType(
        name="inspect_sql_response", kind="response", module="sql", definition="InspectSqlResponse", since="0.2"
    ),
    "open_table": MessageType(
        name="open_table",
        kind="request",
        module="tables",
        definition="OpenTableRequest",
        response="open_table_response",
        errors=(
            "not_found",
            "query_failed",
            "cancelled",
            "timeout",
            "limit_exceeded",
            "connect_failed",
            "connection_lost",
            "unsupported",
            "conflict",
            "prompt_unanswered",
        ),
        cancellable=True,
        since="0.2",
        ids=(("connection_id", "ConnectionId"), ("db_session_id", "DbSessionId")),
    ),
    "open_table_response": MessageType(
        name="open_table_response",
        kind="response",
        module="tables",
        definition="OpenTableResponse",
        since="0.2",
        opaque=("rows",),
    ),
    "count_rows": MessageType(
        name="count_rows",
        kind="request",
        module="tables",
        definition="CountRowsRequest",
        response="count_rows_response",
        errors=(
            "not_found",
            "query_failed",
            "cancelled",
            "timeout",
            "limit_exceeded",
            "connect_failed",
            "connection_lost",
            "unsupported",
            "conflict",
            "prompt_unanswered",
        ),
        cancellable=True,
        idempotent=True,
        since="0.2",
        ids=(("connection_id", "ConnectionId"), ("db_session_id", "DbSessionId")),
    ),
    "count_rows_response": MessageType(
        name="count_rows_response", kind="response", module="tables", definition="CountRowsResponse", since="0.2"
    ),
}

COMMON_ERRORS: Final[tuple[str, ...]] = (
    "invalid_message",
    "duplicate_id",
    "limit_exceeded",
    "unauthenticated",
    "shutting_down",
    "internal",
)

ERROR_DETAILS: Final[Mapping[str, str | None]] = {
    "invalid_frame": None,
    "frame_too_large": "LimitDetails",
    "invalid_message": "InvalidMessageDetails",
    "unknown_type": None,
    "duplicate_id": None,
    "unauthenticated": None,
    "unsupported_protocol": None,
    "limit_exceeded": "LimitDetails",
    "connect_failed": "ConnectFailedDetails",
    "not_found": "NotFoundDetails",
    "connection_lost": None,
    "outcome_unknown": None,
    "query_failed": "QueryFailedDetails",
    "read_only": "QueryFailedDetails",
    "invalid_script": "ScriptDetails",
    "cancelled": None,
    "timeout": "LimitDetails",
    "conflict": None,
    "unsupported": None,
    "confirmation_required": "ConfirmationDetails",
    "prompt_unanswered": "PromptDetails",
    "file_failed": "FileFailedDetails",
    "shutting_down": None,
    "internal": "InternalDetails",
}


@cache
def validator(name: str) -> TypeAdapter[Any]:
    """The validator for the data of message type `name`, a key of `MESSAGES`."""
    message = MESSAGES[name]
    return _adapter(message.module, message.definition)


@cache
def details_validator(code: str) -> TypeAdapter[Any] | None:
    """The validator for the details of error `code`, or None when that code has none or is unknown."""
    definition = ERROR_DETAILS.get(code)
    return _adapter("errors", definition) if definition else None


@cache
def _adapter(module: str, definition: str) -> TypeAdapter[Any]:
    return TypeAdapter(getattr(import_module(f"litebase_schema.{module}"), definition))
