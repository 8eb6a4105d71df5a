// Generated from schema/ by `make generate`. Do not edit.
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod support;

mod activity;
mod alter;
mod cancel;
mod catalog;
mod compare;
mod compare_rows;
mod connection;
mod copies;
mod db_session;
mod dump;
mod edits;
mod envelope;
mod errors;
mod events;
mod explain;
mod export;
mod health;
mod hello;
mod history;
mod imports;
mod liveness;
mod messages;
mod prompts;
mod query;
mod refresh;
mod rows;
mod script;
mod search;
mod sql;
mod tables;
mod values;

pub use activity::*;
pub use alter::*;
pub use cancel::*;
pub use catalog::*;
pub use compare::*;
pub use compare_rows::*;
pub use connection::*;
pub use copies::*;
pub use db_session::*;
pub use dump::*;
pub use edits::*;
pub use envelope::*;
pub use errors::*;
pub use events::*;
pub use explain::*;
pub use export::*;
pub use health::*;
pub use hello::*;
pub use history::*;
pub use imports::*;
pub use liveness::*;
pub use messages::*;
pub use prompts::*;
pub use query::*;
pub use refresh::*;
pub use rows::*;
pub use script::*;
pub use search::*;
pub use sql::*;
pub use support::{Cell, Map, Request, Secret, Timestamp, True, WideInteger};
pub use tables::*;
pub use values::*;

pub use rmpv::Value;
pub use serde_bytes::ByteBuf;

/// The version of the protocol: a new `major` is incompatible with the last one, `minor` grows with
/// additions.
pub const PROTOCOL: ProtocolVersion = ProtocolVersion { major: 0, minor: 2 };

/// Calls a macro with a row for every message: `"query" => QueryRequest,`.
#[macro_export]
macro_rules! each_message {
    ($call:ident) => {
        $call! {
            "list_db_processes" => ListDbProcessesRequest,
            "list_db_processes_response" => ListDbProcessesResponse,
            "stop_db_process" => StopDbProcessRequest,
            "stop_db_process_response" => StopDbProcessResponse,
            "preview_alter" => PreviewAlterRequest,
            "preview_alter_response" => PreviewAlterResponse,
            "cancel" => CancelRequest,
            "cancel_response" => CancelResponse,
            "list_objects" => ListObjectsRequest,
            "list_objects_response" => ListObjectsResponse,
            "describe_objects" => DescribeObjectsRequest,
            "describe_objects_response" => DescribeObjectsResponse,
            "get_ddl" => GetDdlRequest,
            "get_ddl_response" => GetDdlResponse,
            "compare_schemas" => CompareSchemasRequest,
            "compare_schemas_response" => CompareSchemasResponse,
            "compare_rows" => CompareRowsRequest,
            "compare_rows_response" => CompareRowsResponse,
            "db_connect" => DbConnectRequest,
            "db_connect_response" => DbConnectResponse,
            "db_disconnect" => DbDisconnectRequest,
            "db_disconnect_response" => DbDisconnectResponse,
            "copy_table" => CopyTableRequest,
            "copy_table_response" => CopyTableResponse,
            "open_db_session" => OpenDbSessionRequest,
            "open_db_session_response" => OpenDbSessionResponse,
            "close_db_session" => CloseDbSessionRequest,
            "close_db_session_response" => CloseDbSessionResponse,
            "begin" => BeginRequest,
            "begin_response" => BeginResponse,
            "commit" => CommitRequest,
            "commit_response" => CommitResponse,
            "rollback" => RollbackRequest,
            "rollback_response" => RollbackResponse,
            "savepoint" => SavepointRequest,
            "savepoint_response" => SavepointResponse,
            "rollback_to_savepoint" => RollbackToSavepointRequest,
            "rollback_to_savepoint_response" => RollbackToSavepointResponse,
            "release_savepoint" => ReleaseSavepointRequest,
            "release_savepoint_response" => ReleaseSavepointResponse,
            "dump_database" => DumpDatabaseRequest,
            "dump_database_response" => DumpDatabaseResponse,
            "restore_database" => RestoreDatabaseRequest,
            "restore_database_response" => RestoreDatabaseResponse,
            "apply_edits" => ApplyEditsRequest,
            "apply_edits_response" => ApplyEditsResponse,
            "error" => ErrorData,
            "wait_events" => WaitEventsRequest,
            "wait_events_response" => WaitEventsResponse,
            "explain_query" => ExplainQueryRequest,
            "explain_query_response" => ExplainQueryResponse,
            "export_rows" => ExportRowsRequest,
            "export_rows_response" => ExportRowsResponse,
            "health_check" => HealthCheckRequest,
            "health_response" => HealthResponse,
            "hello" => HelloRequest,
            "hello_response" => HelloResponse,
            "search_history" => SearchHistoryRequest,
            "search_history_response" => SearchHistoryResponse,
            "delete_history" => DeleteHistoryRequest,
            "delete_history_response" => DeleteHistoryResponse,
            "preview_import" => PreviewImportRequest,
            "preview_import_response" => PreviewImportResponse,
            "import_rows" => ImportRowsRequest,
            "import_rows_response" => ImportRowsResponse,
            "check_connection" => CheckConnectionRequest,
            "check_connection_response" => CheckConnectionResponse,
            "answer_prompt" => AnswerPromptRequest,
            "answer_prompt_response" => AnswerPromptResponse,
            "query" => QueryRequest,
            "query_response" => QueryResponse,
            "fetch" => FetchRequest,
            "fetch_response" => FetchResponse,
            "cell_fetch" => CellFetchRequest,
            "cell_fetch_response" => CellFetchResponse,
            "close_result" => CloseResultRequest,
            "close_result_response" => CloseResultResponse,
            "refresh_catalog" => RefreshCatalogRequest,
            "refresh_catalog_response" => RefreshCatalogResponse,
            "view_result" => ViewResultRequest,
            "view_result_response" => ViewResultResponse,
            "find_in_result" => FindInResultRequest,
            "find_in_result_response" => FindInResultResponse,
            "summarize_result" => SummarizeResultRequest,
            "summarize_result_response" => SummarizeResultResponse,
            "run_script" => RunScriptRequest,
            "run_script_response" => RunScriptResponse,
            "search_objects" => SearchObjectsRequest,
            "search_objects_response" => SearchObjectsResponse,
            "inspect_sql" => InspectSqlRequest,
            "complete_sql" => CompleteSqlRequest,
            "complete_sql_response" => CompleteSqlResponse,
            "inspect_sql_response" => InspectSqlResponse,
            "open_table" => OpenTableRequest,
            "open_table_response" => OpenTableResponse,
            "count_rows" => CountRowsRequest,
            "count_rows_response" => CountRowsResponse,
        }
    };
}

/// Calls a macro with a row for every request: `"query" => QueryRequest,`.
#[macro_export]
macro_rules! each_request {
    ($call:ident) => {
        $call! {
            "list_db_processes" => ListDbProcessesRequest,
            "stop_db_process" => StopDbProcessRequest,
            "preview_alter" => PreviewAlterRequest,
            "cancel" => CancelRequest,
            "list_objects" => ListObjectsRequest,
            "describe_objects" => DescribeObjectsRequest,
            "get_ddl" => GetDdlRequest,
            "compare_schemas" => CompareSchemasRequest,
            "compare_rows" => CompareRowsRequest,
            "db_connect" => DbConnectRequest,
            "db_disconnect" => DbDisconnectRequest,
            "copy_table" => CopyTableRequest,
            "open_db_session" => OpenDbSessionRequest,
            "close_db_session" => CloseDbSessionRequest,
            "begin" => BeginRequest,
            "commit" => CommitRequest,
            "rollback" => RollbackRequest,
            "savepoint" => SavepointRequest,
            "rollback_to_savepoint" => RollbackToSavepointRequest,
            "release_savepoint" => ReleaseSavepointRequest,
            "dump_database" => DumpDatabaseRequest,
            "restore_database" => RestoreDatabaseRequest,
            "apply_edits" => ApplyEditsRequest,
            "wait_events" => WaitEventsRequest,
            "explain_query" => ExplainQueryRequest,
            "export_rows" => ExportRowsRequest,
            "health_check" => HealthCheckRequest,
            "hello" => HelloRequest,
            "search_history" => SearchHistoryRequest,
            "delete_history" => DeleteHistoryRequest,
            "preview_import" => PreviewImportRequest,
            "import_rows" => ImportRowsRequest,
            "check_connection" => CheckConnectionRequest,
            "answer_prompt" => AnswerPromptRequest,
            "query" => QueryRequest,
            "fetch" => FetchRequest,
            "cell_fetch" => CellFetchRequest,
            "close_result" => CloseResultRequest,
            "refresh_catalog" => RefreshCatalogRequest,
            "view_result" => ViewResultRequest,
            "find_in_result" => FindInResultRequest,
            "summarize_result" => SummarizeResultRequest,
            "run_script" => RunScriptRequest,
            "search_objects" => SearchObjectsRequest,
            "inspect_sql" => InspectSqlRequest,
            "complete_sql" => CompleteSqlRequest,
            "open_table" => OpenTableRequest,
            "count_rows" => CountRowsRequest,
        }
    };
}
