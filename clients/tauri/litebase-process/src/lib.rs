//! Starts a LiteBase backend for an app, keeps it running, and ends it in order.
//!
//! [`Backend::start`] runs the backend as a child process: from a bundled folder, from a checkout,
//! or not at all when one that is running is to be used. It reads the ready line, drains the
//! output, restarts a backend that was lost with growing pauses, and holds the pipe that ends the
//! backend with the app. [`Backend::link`] opens a stream to it; `litebase-client` speaks over it.

#![forbid(unsafe_code)]

mod endpoint;
mod json;
mod log;
mod program;
mod ready;
mod supervisor;

pub use endpoint::{Endpoint, Link};
pub use program::Program;
pub use ready::Ready;
pub use supervisor::{Backend, Error, OnLog, Options, Status};
