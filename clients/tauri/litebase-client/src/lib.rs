//! The Rust client for LiteBase: typed requests, many in flight over one link, windows of rows,
//! cancellation by method or by drop, events, errors by code. The README of `clients/tauri/` shows
//! how to use it.

#![forbid(unsafe_code)]

mod abandoned;
mod channel;
mod client;
mod error;
mod events;
mod frames;
mod windows;

pub use channel::{Call, Canceller};
pub use client::{Client, ConnectOptions};
pub use error::{Error, Failure};
pub use events::Events;
pub use frames::{FrameError, Message, decode_payload, encode_frame, read_frame};
pub use litebase_contract::*;
pub use litebase_process::{Endpoint, Link};
pub use windows::{Window, Windows};

/// The samples of the page that people read.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
