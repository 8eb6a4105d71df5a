// Generated from schema/ by `make generate`. Do not edit.
//! Finding objects of a database by their names, by what is written about them and in what they are
//! made of.

use serde::{Deserialize, Serialize};

use crate::ConnectionId;
use crate::MissingPart;
use crate::ObjectKind;
use crate::ObjectName;
use crate::ObjectRef;
use crate::Timeout;
use crate::support::open_enum;

/// Looks for text in names, columns, comments and definitions, in all schemas but those of the
/// database system. Names and columns are kept from one search to the next: what others have
/// changed meanwhile may be found half a minute late, what this connection has changed is found at
/// once.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchObjectsRequest {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
    /// What to look for, as it is: `*` and `?` stand for themselves. At most 1000 characters.
    pub text: String,
    /// Where to look. Unknown places are ignored. At most 100 items.
    ///
    /// Default: `["names", "columns"]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_in: Option<Vec<SearchPlace>>,
    /// Only objects of these kinds; null for all. Kinds that the engine does not have are ignored.
    /// At most 100 items.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Vec<ObjectKind>>,
    /// Only in this schema, which may also be one of the database system; null for all others. At
    /// most 65536 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema_name: Option<ObjectName>,
    /// Whether to tell upper from lower case.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub match_case: Option<bool>,
    /// Hits in the answer at most. 1 to 1000 hits.
    ///
    /// Default: `100`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `30000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "crate::support::given_or_null")]
    pub timeout_ms: Option<Option<Timeout>>,
}

impl SearchObjectsRequest {
    /// With what is required; the rest is absent.
    pub fn new(connection_id: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            connection_id: connection_id.into(),
            text: text.into(),
            search_in: None,
            kinds: None,
            schema_name: None,
            match_case: None,
            limit: None,
            timeout_ms: None,
        }
    }
}

open_enum! {
    /// `names`: of tables, views, routines, sequences, types and events. `columns`: the names of
    /// columns. `comments`: on objects and columns, where the engine has comments. `definitions`:
    /// of views, routines, triggers and events; in SQLite of everything.
    pub enum SearchPlace {
        Names = "names",
        Columns = "columns",
        Comments = "comments",
        Definitions = "definitions",
    }
}

/// The hits, the best first: names before texts; names that are equal to `text`, then those that
/// begin with it, then those in which a word begins with it; then by kind and name, columns by
/// their table.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchObjectsResponse {
    /// What was found. An object has a hit for each place in which the text stands.
    pub hits: Vec<SearchHit>,
    /// Whether these are all: false when there are more than `limit`, and when `missing` is not
    /// empty.
    pub complete: bool,
    /// Where it was not looked, and why.
    pub missing: Vec<MissingPart>,
    /// How long ago the names that were searched were compared with the database; null when none
    /// were, and when something has been defined meanwhile. At least 0; in milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names_age_ms: Option<u64>,
}

/// An object and where the text was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchHit {
    /// The object; a column has the kind `column` and its table as `parent_name`.
    pub object: ObjectRef,
    /// `names`: of tables, views, routines, sequences, types and events. `columns`: the names of
    /// columns. `comments`: on objects and columns, where the engine has comments. `definitions`:
    /// of views, routines, triggers and events; in SQLite of everything.
    pub r#where: SearchPlace,
    /// In a comment or a definition the line in which it stands, from 1; null in a name. At least
    /// 1; in lines.
    #[serde(deserialize_with = "crate::support::given")]
    pub line: Option<u64>,
    /// The name, or the line; of a long line the part around what was found.
    pub excerpt: String,
}
