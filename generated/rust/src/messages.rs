// Generated from schema/ by `make generate`. Do not edit.
//! What joins requests with their responses, and error codes with their details.

use crate::AnswerPromptRequest;
use crate::AnswerPromptResponse;
use crate::ApplyEditsRequest;
use crate::ApplyEditsResponse;
use crate::BeginRequest;
use crate::BeginResponse;
use crate::CancelRequest;
use crate::CancelResponse;
use crate::CellFetchRequest;
use crate::CellFetchResponse;
use crate::CheckConnectionRequest;
use crate::CheckConnectionResponse;
use crate::CloseDbSessionRequest;
use crate::CloseDbSessionResponse;
use crate::CloseResultRequest;
use crate::CloseResultResponse;
use crate::CommitRequest;
use crate::CommitResponse;
use crate::CompareRowsRequest;
use crate::CompareRowsResponse;
use crate::CompareSchemasRequest;
use crate::CompareSchemasResponse;
use crate::CompleteSqlRequest;
use crate::CompleteSqlResponse;
use crate::ConfirmationDetails;
use crate::ConnectFailedDetails;
use crate::CopyTableRequest;
use crate::CopyTableResponse;
use crate::CountRowsRequest;
use crate::CountRowsResponse;
use crate::DbConnectRequest;
use crate::DbConnectResponse;
use crate::DbDisconnectRequest;
use crate::DbDisconnectResponse;
use crate::DeleteHistoryRequest;
use crate::DeleteHistoryResponse;
use crate::DescribeObjectsRequest;
use crate::DescribeObjectsResponse;
use crate::DumpDatabaseRequest;
use crate::DumpDatabaseResponse;
use crate::ErrorCode;
use crate::ExplainQueryRequest;
use crate::ExplainQueryResponse;
use crate::ExportRowsRequest;
use crate::ExportRowsResponse;
use crate::FetchRequest;
use crate::FetchResponse;
use crate::FileFailedDetails;
use crate::FindInResultRequest;
use crate::FindInResultResponse;
use crate::GetDdlRequest;
use crate::GetDdlResponse;
use crate::HealthCheckRequest;
use crate::HealthResponse;
use crate::HelloRequest;
use crate::HelloResponse;
use crate::ImportRowsRequest;
use crate::ImportRowsResponse;
use crate::InspectSqlRequest;
use crate::InspectSqlResponse;
use crate::InternalDetails;
use crate::InvalidMessageDetails;
use crate::LimitDetails;
use crate::ListDbProcessesRequest;
use crate::ListDbProcessesResponse;
use crate::ListObjectsRequest;
use crate::ListObjectsResponse;
use crate::NotFoundDetails;
use crate::OpenDbSessionRequest;
use crate::OpenDbSessionResponse;
use crate::OpenTableRequest;
use crate::OpenTableResponse;
use crate::PreviewAlterRequest;
use crate::PreviewAlterResponse;
use crate::PreviewImportRequest;
use crate::PreviewImportResponse;
use crate::PromptDetails;
use crate::QueryFailedDetails;
use crate::QueryRequest;
use crate::QueryResponse;
use crate::RefreshCatalogRequest;
use crate::RefreshCatalogResponse;
use crate::ReleaseSavepointRequest;
use crate::ReleaseSavepointResponse;
use crate::RestoreDatabaseRequest;
use crate::RestoreDatabaseResponse;
use crate::RollbackRequest;
use crate::RollbackResponse;
use crate::RollbackToSavepointRequest;
use crate::RollbackToSavepointResponse;
use crate::RowRejectedDetails;
use crate::RunScriptRequest;
use crate::RunScriptResponse;
use crate::SavepointRequest;
use crate::SavepointResponse;
use crate::ScriptDetails;
use crate::SearchHistoryRequest;
use crate::SearchHistoryResponse;
use crate::SearchObjectsRequest;
use crate::SearchObjectsResponse;
use crate::StopDbProcessRequest;
use crate::StopDbProcessResponse;
use crate::SummarizeResultRequest;
use crate::SummarizeResultResponse;
use crate::ToolFailedDetails;
use crate::ViewResultRequest;
use crate::ViewResultResponse;
use crate::WaitEventsRequest;
use crate::WaitEventsResponse;
use crate::support::{Map, Request, read};

impl Request for ListDbProcessesRequest {
    type Response = ListDbProcessesResponse;
    const TYPE: &'static str = "list_db_processes";
    const RESPONSE: &'static str = "list_db_processes_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = true;
}

impl Request for StopDbProcessRequest {
    type Response = StopDbProcessResponse;
    const TYPE: &'static str = "stop_db_process";
    const RESPONSE: &'static str = "stop_db_process_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = false;
}

impl Request for PreviewAlterRequest {
    type Response = PreviewAlterResponse;
    const TYPE: &'static str = "preview_alter";
    const RESPONSE: &'static str = "preview_alter_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = true;
}

impl Request for CancelRequest {
    type Response = CancelResponse;
    const TYPE: &'static str = "cancel";
    const RESPONSE: &'static str = "cancel_response";
    const CANCELLABLE: bool = false;
    const IDEMPOTENT: bool = true;
}

impl Request for ListObjectsRequest {
    type Response = ListObjectsResponse;
    const TYPE: &'static str = "list_objects";
    const RESPONSE: &'static str = "list_objects_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = true;
}

impl Request for DescribeObjectsRequest {
    type Response = DescribeObjectsResponse;
    const TYPE: &'static str = "describe_objects";
    const RESPONSE: &'static str = "describe_objects_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = true;
}

impl Request for GetDdlRequest {
    type Response = GetDdlResponse;
    const TYPE: &'static str = "get_ddl";
    const RESPONSE: &'static str = "get_ddl_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = true;
}

impl Request for CompareSchemasRequest {
    type Response = CompareSchemasResponse;
    const TYPE: &'static str = "compare_schemas";
    const RESPONSE: &'static str = "compare_schemas_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = true;
}

impl Request for CompareRowsRequest {
    type Response = CompareRowsResponse;
    const TYPE: &'static str = "compare_rows";
    const RESPONSE: &'static str = "compare_rows_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = false;
}

impl Request for DbConnectRequest {
    type Response = DbConnectResponse;
    const TYPE: &'static str = "db_connect";
    const RESPONSE: &'static str = "db_connect_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = false;
}

impl Request for DbDisconnectRequest {
    type Response = DbDisconnectResponse;
    const TYPE: &'static str = "db_disconnect";
    const RESPONSE: &'static str = "db_disconnect_response";
    const CANCELLABLE: bool = false;
    const IDEMPOTENT: bool = false;
}

impl Request for CopyTableRequest {
    type Response = CopyTableResponse;
    const TYPE: &'static str = "copy_table";
    const RESPONSE: &'static str = "copy_table_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = false;
}

impl Request for OpenDbSessionRequest {
    type Response = OpenDbSessionResponse;
    const TYPE: &'static str = "open_db_session";
    const RESPONSE: &'static str = "open_db_session_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = false;
}

impl Request for CloseDbSessionRequest {
    type Response = CloseDbSessionResponse;
    const TYPE: &'static str = "close_db_session";
    const RESPONSE: &'static str = "close_db_session_response";
    const CANCELLABLE: bool = false;
    const IDEMPOTENT: bool = false;
}

impl Request for BeginRequest {
    type Response = BeginResponse;
    const TYPE: &'static str = "begin";
    const RESPONSE: &'static str = "begin_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = false;
}

impl Request for CommitRequest {
    type Response = CommitResponse;
    const TYPE: &'static str = "commit";
    const RESPONSE: &'static str = "commit_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = false;
}

impl Request for RollbackRequest {
    type Response = RollbackResponse;
    const TYPE: &'static str = "rollback";
    const RESPONSE: &'static str = "rollback_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = false;
}

impl Request for SavepointRequest {
    type Response = SavepointResponse;
    const TYPE: &'static str = "savepoint";
    const RESPONSE: &'static str = "savepoint_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = false;
}

impl Request for RollbackToSavepointRequest {
    type Response = RollbackToSavepointResponse;
    const TYPE: &'static str = "rollback_to_savepoint";
    const RESPONSE: &'static str = "rollback_to_savepoint_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = false;
}

impl Request for ReleaseSavepointRequest {
    type Response = ReleaseSavepointResponse;
    const TYPE: &'static str = "release_savepoint";
    const RESPONSE: &'static str = "release_savepoint_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = false;
}

impl Request for DumpDatabaseRequest {
    type Response = DumpDatabaseResponse;
    const TYPE: &'static str = "dump_database";
    const RESPONSE: &'static str = "dump_database_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = false;
}

impl Request for RestoreDatabaseRequest {
    type Response = RestoreDatabaseResponse;
    const TYPE: &'static str = "restore_database";
    const RESPONSE: &'static str = "restore_database_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = false;
}

impl Request for ApplyEditsRequest {
    type Response = ApplyEditsResponse;
    const TYPE: &'static str = "apply_edits";
    const RESPONSE: &'static str = "apply_edits_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = false;
}

impl Request for WaitEventsRequest {
    type Response = WaitEventsResponse;
    const TYPE: &'static str = "wait_events";
    const RESPONSE: &'static str = "wait_events_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = true;
}

impl Request for ExplainQueryRequest {
    type Response = ExplainQueryResponse;
    const TYPE: &'static str = "explain_query";
    const RESPONSE: &'static str = "explain_query_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = false;
}

impl Request for ExportRowsRequest {
    type Response = ExportRowsResponse;
    const TYPE: &'static str = "export_rows";
    const RESPONSE: &'static str = "export_rows_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = false;
}

impl Request for HealthCheckRequest {
    type Response = HealthResponse;
    const TYPE: &'static str = "health_check";
    const RESPONSE: &'static str = "health_response";
    const CANCELLABLE: bool = false;
    const IDEMPOTENT: bool = true;
}

impl Request for HelloRequest {
    type Response = HelloResponse;
    const TYPE: &'static str = "hello";
    const RESPONSE: &'static str = "hello_response";
    const CANCELLABLE: bool = false;
    const IDEMPOTENT: bool = true;
}

impl Request for SearchHistoryRequest {
    type Response = SearchHistoryResponse;
    const TYPE: &'static str = "search_history";
    const RESPONSE: &'static str = "search_history_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = true;
}

impl Request for DeleteHistoryRequest {
    type Response = DeleteHistoryResponse;
    const TYPE: &'static str = "delete_history";
    const RESPONSE: &'static str = "delete_history_response";
    const CANCELLABLE: bool = false;
    const IDEMPOTENT: bool = true;
}

impl Request for PreviewImportRequest {
    type Response = PreviewImportResponse;
    const TYPE: &'static str = "preview_import";
    const RESPONSE: &'static str = "preview_import_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = true;
}

impl Request for ImportRowsRequest {
    type Response = ImportRowsResponse;
    const TYPE: &'static str = "import_rows";
    const RESPONSE: &'static str = "import_rows_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = false;
}

impl Request for CheckConnectionRequest {
    type Response = CheckConnectionResponse;
    const TYPE: &'static str = "check_connection";
    const RESPONSE: &'static str = "check_connection_response";
    const CANCELLABLE: bool = false;
    const IDEMPOTENT: bool = true;
}

impl Request for AnswerPromptRequest {
    type Response = AnswerPromptResponse;
    const TYPE: &'static str = "answer_prompt";
    const RESPONSE: &'static str = "answer_prompt_response";
    const CANCELLABLE: bool = false;
    const IDEMPOTENT: bool = false;
}

impl Request for QueryRequest {
    type Response = QueryResponse;
    const TYPE: &'static str = "query";
    const RESPONSE: &'static str = "query_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = false;
}

impl Request for FetchRequest {
    type Response = FetchResponse;
    const TYPE: &'static str = "fetch";
    const RESPONSE: &'static str = "fetch_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = true;
}

impl Request for CellFetchRequest {
    type Response = CellFetchResponse;
    const TYPE: &'static str = "cell_fetch";
    const RESPONSE: &'static str = "cell_fetch_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = true;
}

impl Request for CloseResultRequest {
    type Response = CloseResultResponse;
    const TYPE: &'static str = "close_result";
    const RESPONSE: &'static str = "close_result_response";
    const CANCELLABLE: bool = false;
    const IDEMPOTENT: bool = false;
}

impl Request for RefreshCatalogRequest {
    type Response = RefreshCatalogResponse;
    const TYPE: &'static str = "refresh_catalog";
    const RESPONSE: &'static str = "refresh_catalog_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = true;
}

impl Request for ViewResultRequest {
    type Response = ViewResultResponse;
    const TYPE: &'static str = "view_result";
    const RESPONSE: &'static str = "view_result_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = false;
}

impl Request for FindInResultRequest {
    type Response = FindInResultResponse;
    const TYPE: &'static str = "find_in_result";
    const RESPONSE: &'static str = "find_in_result_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = true;
}

impl Request for SummarizeResultRequest {
    type Response = SummarizeResultResponse;
    const TYPE: &'static str = "summarize_result";
    const RESPONSE: &'static str = "summarize_result_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = true;
}

impl Request for RunScriptRequest {
    type Response = RunScriptResponse;
    const TYPE: &'static str = "run_script";
    const RESPONSE: &'static str = "run_script_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = false;
}

impl Request for SearchObjectsRequest {
    type Response = SearchObjectsResponse;
    const TYPE: &'static str = "search_objects";
    const RESPONSE: &'static str = "search_objects_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = true;
}

impl Request for InspectSqlRequest {
    type Response = InspectSqlResponse;
    const TYPE: &'static str = "inspect_sql";
    const RESPONSE: &'static str = "inspect_sql_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = true;
}

impl Request for CompleteSqlRequest {
    type Response = CompleteSqlResponse;
    const TYPE: &'static str = "complete_sql";
    const RESPONSE: &'static str = "complete_sql_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = true;
}

impl Request for OpenTableRequest {
    type Response = OpenTableResponse;
    const TYPE: &'static str = "open_table";
    const RESPONSE: &'static str = "open_table_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = false;
}

impl Request for CountRowsRequest {
    type Response = CountRowsResponse;
    const TYPE: &'static str = "count_rows";
    const RESPONSE: &'static str = "count_rows_response";
    const CANCELLABLE: bool = true;
    const IDEMPOTENT: bool = true;
}

/// The `details` of an error, by its code. A code that is not here has none.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Details {
    /// The length prefix is above the limit; the body was not read. The channel is closed after
    /// this answer.
    FrameTooLarge(LimitDetails),
    /// A field is missing, unknown, of the wrong type or out of range.
    InvalidMessage(InvalidMessageDetails),
    /// A bound was reached: close something, ask for less, or try again later.
    LimitExceeded(LimitDetails),
    /// The database could not be opened.
    ConnectFailed(ConnectFailedDetails),
    /// No such id, or no such database file.
    NotFound(NotFoundDetails),
    /// The database refused or aborted the statement.
    QueryFailed(QueryFailedDetails),
    /// The statement would write and the connection is read-only.
    ReadOnly(QueryFailedDetails),
    /// The script cannot be split into statements, for example because a string is not closed;
    /// nothing was run.
    InvalidScript(ScriptDetails),
    /// The request took longer than its `timeout_ms` and was stopped.
    Timeout(LimitDetails),
    /// The connection's environment is `production`, and the statement does not certainly only
    /// read; it was not run. Ask the user, and send it again with `confirm`.
    ConfirmationRequired(ConfirmationDetails),
    /// The request needs an answer of a person, and there was none: the client does not answer
    /// prompts, or the person refused or did not answer in time. Nothing was done.
    PromptUnanswered(PromptDetails),
    /// A file of the backend's machine cannot be read or written as the request asks. The file that
    /// was there, if any, is as it was.
    FileFailed(FileFailedDetails),
    /// A row of a file or of a copied table cannot be stored exactly as it is, or cannot be read.
    /// The message says how many rows are in.
    RowRejected(RowRejectedDetails),
    /// A program of the database, such as `pg_dump`, was started and failed. The message has its
    /// last words.
    ToolFailed(ToolFailedDetails),
    /// A fault of the backend. `details.incident` is in its log.
    Internal(InternalDetails),
}

impl Details {
    /// Reads the details of an error; `None` when its code has none, or when they are of another
    /// form.
    pub fn read(code: &ErrorCode, details: &Map) -> Option<Self> {
        Some(match code {
            ErrorCode::FrameTooLarge => Self::FrameTooLarge(read(details)?),
            ErrorCode::InvalidMessage => Self::InvalidMessage(read(details)?),
            ErrorCode::LimitExceeded => Self::LimitExceeded(read(details)?),
            ErrorCode::ConnectFailed => Self::ConnectFailed(read(details)?),
            ErrorCode::NotFound => Self::NotFound(read(details)?),
            ErrorCode::QueryFailed => Self::QueryFailed(read(details)?),
            ErrorCode::ReadOnly => Self::ReadOnly(read(details)?),
            ErrorCode::InvalidScript => Self::InvalidScript(read(details)?),
            ErrorCode::Timeout => Self::Timeout(read(details)?),
            ErrorCode::ConfirmationRequired => Self::ConfirmationRequired(read(details)?),
            ErrorCode::PromptUnanswered => Self::PromptUnanswered(read(details)?),
            ErrorCode::FileFailed => Self::FileFailed(read(details)?),
            ErrorCode::RowRejected => Self::RowRejected(read(details)?),
            ErrorCode::ToolFailed => Self::ToolFailed(read(details)?),
            ErrorCode::Internal => Self::Internal(read(details)?),
            _ => return None,
        })
    }
}
