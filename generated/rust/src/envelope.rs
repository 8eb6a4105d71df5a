// Generated from schema/ by `make generate`. Do not edit.
//! The four keys that every message has.

use serde::{Deserialize, Serialize};

/// One message: what a frame's payload holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// Chosen by the client, unique among its requests in flight; the answer carries the same id.
    /// An error that belongs to no readable request has the id `-`. At most 128 characters.
    pub id: String,
    /// The message type, for example `query`. At most 64 characters.
    pub r#type: String,
    /// When the message was made, in UTC: the MessagePack timestamp, extension type -1.
    pub timestamp: crate::support::Timestamp,
    /// What the message says; its shape follows from `type`. In a request nil stands for the empty
    /// map.
    #[serde(deserialize_with = "crate::support::given")]
    pub data: Option<MessageData>,
}

/// A map with string keys, described by the definition that names this message type.
pub type MessageData = crate::support::Map;
