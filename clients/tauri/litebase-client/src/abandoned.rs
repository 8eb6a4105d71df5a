//! Closes what a request has opened whose caller did not wait for the answer: nobody knows its id.

use litebase_contract::{CloseDbSessionRequest, CloseResultRequest, DbDisconnectRequest, Value};

use crate::channel::Outbox;
use crate::frames::Message;

/// Sends what closes the things that an answer names.
pub(crate) fn undo(answer: &Message, outbox: &Outbox) {
    let read = || answer.read::<Value>().unwrap_or(Value::Nil);
    match answer.kind.as_str() {
        "query_response"
        | "open_table_response"
        | "view_result_response"
        | "run_script_response" => {
            for id in results(&read()) {
                outbox.tell(&CloseResultRequest::new(id));
            }
        }
        "db_connect_response" => {
            if let Some(id) = text(&read(), "connection_id") {
                outbox.tell(&DbDisconnectRequest::new(id));
            }
        }
        "open_db_session_response" => {
            if let Some(id) = text(&read(), "db_session_id") {
                outbox.tell(&CloseDbSessionRequest::new(id));
            }
        }
        _ => {}
    }
}

/// The ids of all results that an answer names: its own, its further ones, those of its statements.
fn results(data: &Value) -> Vec<String> {
    let nested = ["more_results", "statements"].into_iter();
    let others = nested
        .filter_map(|key| data[key].as_array())
        .flatten()
        .flat_map(results);
    text(data, "result_id").into_iter().chain(others).collect()
}

fn text(data: &Value, key: &str) -> Option<String> {
    data[key].as_str().map(str::to_owned)
}
