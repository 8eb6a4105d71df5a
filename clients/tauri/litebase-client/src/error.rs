//! What can go wrong with a call.

use std::io;
use std::sync::Arc;

use litebase_contract::{Details, ErrorCode, ErrorData};

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The backend answered with an error.
    #[error("{}", .0.data.message)]
    Answered(Box<Failure>),
    /// The link ended before the answer came: the request may or may not have taken effect.
    #[error("{reason} Connect again to continue.")]
    Closed {
        /// What is known about why.
        reason: Arc<str>,
        /// Whether the request is safe to send again over another link.
        retryable: bool,
    },
    /// There is no backend at the endpoint, or it did not greet in time.
    #[error("No backend can be reached: {0}.")]
    Unreachable(#[source] io::Error),
    /// The answer is none that the contract knows for this request.
    #[error("The {request} was answered with something that is not its response: {reason}.")]
    InvalidAnswer {
        /// The message type of the request.
        request: &'static str,
        /// What is wrong with the answer.
        reason: String,
    },
    /// The request was not sent, because the backend takes no frame of that size.
    #[error("The {request} has {bytes} bytes and may have {maximum}: send less at once.")]
    TooLarge {
        /// The message type of the request.
        request: &'static str,
        /// Its size.
        bytes: usize,
        /// The largest that the backend takes.
        maximum: usize,
    },
}

/// An error that the backend answered with.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The message type of the request.
    pub request: &'static str,
    /// The id of the request.
    pub request_id: String,
    /// The answer: code, message, details, notices.
    pub data: ErrorData,
}

impl Error {
    /// The code, if the backend answered with an error.
    pub fn code(&self) -> Option<&ErrorCode> {
        self.failure().map(|failure| &failure.data.code)
    }

    /// The error that the backend answered with.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Answered(failure) => Some(failure),
            _ => None,
        }
    }

    /// What the error says beside its message, by its code.
    pub fn details(&self) -> Option<Details> {
        let data = &self.failure()?.data;
        Details::read(&data.code, data.details.as_ref()?)
    }

    /// Whether the same request may succeed later without a change.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Answered(failure) => failure.data.retryable,
            Self::Closed { retryable, .. } => *retryable,
            Self::Unreachable(_) => true,
            Self::InvalidAnswer { .. } | Self::TooLarge { .. } => false,
        }
    }
}
