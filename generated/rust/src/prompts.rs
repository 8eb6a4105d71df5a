// Generated from schema/ by `make generate`. Do not edit.
//! Questions to the person at a client: they come as events of kind `prompt`, and each is answered
//! once.

use serde::{Deserialize, Serialize};

use crate::support::Secret;
use crate::support::open_enum;

/// Answers a prompt. Always accepted, and not counted in `max_requests_in_flight`. A prompt that is
/// not open is `not_found`: it was answered before, its time has passed, or its request has ended.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnswerPromptRequest {
    /// Names an open prompt of this client. At most 64 characters.
    pub prompt_id: PromptId,
    /// What the person typed, or null to refuse, which fails the request that asks. Of `host_key`
    /// and `approval` it is `yes` or null. Secret: never logged. At most 4096 characters.
    #[serde(deserialize_with = "crate::support::given")]
    pub answer: Option<Secret>,
}

impl AnswerPromptRequest {
    /// With what is required; the rest is absent.
    pub fn new(prompt_id: impl Into<String>, answer: Option<Secret>) -> Self {
        Self {
            prompt_id: prompt_id.into(),
            answer,
        }
    }
}

/// The answer was passed on; the request that asked goes on with it.
///
/// Since 0.2.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AnswerPromptResponse {}

/// Names an open prompt of this client. At most 64 characters.
pub type PromptId = String;

/// The answer to a prompt; kept in memory only. At most 4096 characters.
pub type PromptAnswer = String;

open_enum! {
    /// What is asked for. `password`: of a user. `passphrase`: of a key. `one_time_code`: from a
    /// device or a message, for this login only. `token`: a password that runs out, for example of
    /// a cloud login. `host_key`: whether the key that a host shows is its own. `approval`: whether
    /// something may be done. Whoever does not know a kind refuses it.
    pub enum PromptKind {
        Password = "password",
        Passphrase = "passphrase",
        OneTimeCode = "one_time_code",
        HostKey = "host_key",
        Token = "token",
        Approval = "approval",
    }
}

/// A question to the person at the client. The event that carries it names the request that waits
/// for the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prompt {
    /// Names an open prompt of this client. At most 64 characters.
    pub prompt_id: PromptId,
    /// What is asked for. `password`: of a user. `passphrase`: of a key. `one_time_code`: from a
    /// device or a message, for this login only. `token`: a password that runs out, for example of
    /// a cloud login. `host_key`: whether the key that a host shows is its own. `approval`: whether
    /// something may be done. Whoever does not know a kind refuses it.
    pub kind: PromptKind,
    /// The question, for people.
    pub text: String,
    /// Whether an answer to this question was refused before, so that one that a client has kept is
    /// not the right one.
    pub again: bool,
    /// `name` of the `db_connect` that the answer is for.
    pub connection_name: String,
    /// The host that wants to know, or null where it is none.
    #[serde(deserialize_with = "crate::support::given")]
    pub host: Option<String>,
}
