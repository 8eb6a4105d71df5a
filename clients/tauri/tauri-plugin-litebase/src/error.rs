//! Why a command or a start of the plugin failed.

use std::io;

use serde::{Serialize, Serializer};

/// Why something failed. The page receives the text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The app has no identifier, so that it cannot have a folder of its own.
    #[error("The app has no identifier: set `identifier` in tauri.conf.json.")]
    NoIdentifier,
    /// The operating system names no folder that the socket could be in.
    #[error("There is no folder for the backend's socket: {0}.")]
    NoFolder(#[source] tauri::Error),
    /// There is no backend.
    #[error(transparent)]
    Backend(#[from] litebase_process::Error),
    /// The link was opened, and the backend did not greet.
    #[error(transparent)]
    Client(#[from] litebase_client::Error),
    /// This web view has no link with this name.
    #[error("This web view has no link {0:?}: it was closed, or the page was loaded anew.")]
    UnknownLink(String),
    /// The link was closed, by the page or with it.
    #[error("The link was closed.")]
    Closed,
    /// The link broke.
    #[error("The link to the backend ended: {0}.")]
    Broken(#[from] io::Error),
    /// A call that is neither the next one nor a repetition of the last.
    #[error("Number {found} was called where {last} was the last one: call one after the other.")]
    OutOfOrder {
        /// The number of the call.
        found: u64,
        /// The number of the last call that was carried out.
        last: u64,
    },
    /// The bytes or headers of `send` are missing or something else.
    #[error("`send` takes bytes, and the headers `litebase-link` and `litebase-seq`: {0}.")]
    NotSendable(&'static str),
}

impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
