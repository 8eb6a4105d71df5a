//! What the page learns about the backend.

use litebase_process::Status;
use serde::Serialize;
use tauri::{AppHandle, Emitter, Runtime};
use tokio::sync::watch;

/// The event with which every change comes.
const EVENT: &str = "litebase://status";

/// A [`Status`] as the page reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum Told {
    Starting,
    Ready {
        generation: u64,
        version: String,
        protocol: String,
    },
    Lost {
        reason: String,
        retry_ms: u64,
    },
    Failed {
        reason: String,
    },
    Stopped,
}

impl From<Status> for Told {
    fn from(status: Status) -> Self {
        match status {
            Status::Starting => Self::Starting,
            Status::Ready(ready) => Self::Ready {
                generation: ready.generation,
                version: ready.version,
                protocol: ready.protocol,
            },
            Status::Lost { reason, retry_in } => Self::Lost {
                reason,
                retry_ms: u64::try_from(retry_in.as_millis()).unwrap_or(u64::MAX),
            },
            Status::Failed { reason } => Self::Failed { reason },
            Status::Stopped => Self::Stopped,
        }
    }
}

/// Tells all pages every change, until the backend is stopped.
pub(crate) fn follow<R: Runtime>(app: AppHandle<R>, mut status: watch::Receiver<Status>) {
    tauri::async_runtime::spawn(async move {
        while status.changed().await.is_ok() {
            let told = Told::from(status.borrow_and_update().clone());
            let _ = app.emit(EVENT, told); // or there is no page any more
        }
    });
}
