// Generated from schema/ by `make generate`. Do not edit.
//! Finding out what has changed in a database since it was listed.

use serde::{Deserialize, Serialize};

use crate::CatalogVersion;
use crate::ConnectionId;
use crate::ObjectName;
use crate::ObjectRef;
use crate::Timeout;

/// Looks whether objects have come, changed or gone, whoever did it, in one schema or in all but
/// those of the database system. The first request for a schema reads it, and changes are followed
/// from then on. Where nothing has changed, one short statement finds that out.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RefreshCatalogRequest {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
    /// Only this schema; null for all. At most 65536 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema_name: Option<ObjectName>,
    /// `catalog_version` of an answer before: what has changed since is told. Null the first time.
    /// At most 100 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_version: Option<CatalogVersion>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `30000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "crate::support::given_or_null")]
    pub timeout_ms: Option<Option<Timeout>>,
}

impl RefreshCatalogRequest {
    /// With what is required; the rest is absent.
    pub fn new(connection_id: impl Into<String>) -> Self {
        Self {
            connection_id: connection_id.into(),
            schema_name: None,
            known_version: None,
            timeout_ms: None,
        }
    }
}

/// What has changed since `known_version`. All three lists are null when that is not known: the
/// first time, when the version is that of another connection, is too old, or did not include this
/// schema, and for a schema with more names than are kept. Then list anew.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RefreshCatalogResponse {
    /// For `known_version` of the next request; null when no schema can be followed. At most 100
    /// characters.
    #[serde(deserialize_with = "crate::support::given")]
    pub catalog_version: Option<CatalogVersion>,
    /// Objects that have come: tables with their partitions, views, routines, sequences, types,
    /// events, and schemas.
    #[serde(deserialize_with = "crate::support::given")]
    pub added: Option<Vec<ObjectRef>>,
    /// Objects that are not what they were, themselves or in what belongs to them: columns,
    /// indexes, triggers, comments and, where the engine tells them without opening each table,
    /// constraints. One that was made anew, under the name that it had, is one too, unless its
    /// engine keeps nothing that tells the two apart.
    #[serde(deserialize_with = "crate::support::given")]
    pub changed: Option<Vec<ObjectRef>>,
    /// Objects that have gone. A renamed one is among those that have gone, and under its new name
    /// among those that have come.
    #[serde(deserialize_with = "crate::support::given")]
    pub removed: Option<Vec<ObjectRef>>,
}
