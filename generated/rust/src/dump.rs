// Generated from schema/ by `make generate`. Do not edit.
//! A whole database, or some of its objects, into a file and back, with the database's own
//! programs.

use serde::{Deserialize, Serialize};

use crate::ConnectionId;
use crate::FilePath;
use crate::ObjectRef;
use crate::Timeout;
use crate::support::closed_enum;
use crate::support::open_enum;

/// Writes a database into a file: with `pg_dump` for PostgreSQL, with `mysqldump` or `mariadb-dump`
/// for MySQL and MariaDB, with the backup interface of SQLite. It is written as it is at one
/// moment. The program is looked for on the backend's machine; one that does not fit the server is
/// refused before it starts. The file is written under a temporary name in the same folder and gets
/// its name when it is complete, so that what is stopped or fails leaves nothing. Only its owner
/// may read it. Progress is reported in `dumped_bytes`.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DumpDatabaseRequest {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
    /// The file to write, as an absolute path. At most 4096 characters.
    pub path: FilePath,
    /// Only these schemas, or only these tables, views and sequences; null for the whole database.
    /// On MySQL they are of one database. Not for SQLite. At most 1000 items.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objects: Option<Vec<ObjectRef>>,
    /// Which part is written.
    ///
    /// Default: `"all"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<DumpPart>,
    /// How the file is written; null for `custom` on PostgreSQL, `plain` on MySQL and `database` on
    /// SQLite.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<DumpFormat>,
    /// PostgreSQL, `plain`: write who owns the objects and who may use them. A `custom` file always
    /// has it.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owners: Option<bool>,
    /// Replace a file that is there. Folders, links, databases of SQLite, the files beside them and
    /// files of other users are never replaced.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overwrite: Option<bool>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Timeout>,
}

impl DumpDatabaseRequest {
    /// With what is required; the rest is absent.
    pub fn new(connection_id: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            connection_id: connection_id.into(),
            path: path.into(),
            objects: None,
            what: None,
            format: None,
            owners: None,
            overwrite: None,
            timeout_ms: None,
        }
    }
}

closed_enum! {
    /// `all`: what exists, and the rows. `structure`: what exists. `data`: the rows of tables.
    /// SQLite has only `all`.
    pub enum DumpPart {
        All = "all",
        Structure = "structure",
        Data = "data",
    }
}

open_enum! {
    /// `custom`: the compressed format of `pg_dump`. `plain`: SQL. `database`: a database of
    /// SQLite. Each engine has its own: PostgreSQL the first two, MySQL the second, SQLite the
    /// third.
    pub enum DumpFormat {
        Custom = "custom",
        Plain = "plain",
        Database = "database",
    }
}

/// The file is complete.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DumpDatabaseResponse {
    /// The program that wrote it, as a path; `SQLite` where that is the library.
    pub tool: String,
    /// Its version.
    pub tool_version: String,
    /// `custom`: the compressed format of `pg_dump`. `plain`: SQL. `database`: a database of
    /// SQLite. Each engine has its own: PostgreSQL the first two, MySQL the second, SQLite the
    /// third.
    pub format: DumpFormat,
    /// The file.
    pub path: String,
    /// The size of the file. 0 to 9007199254740991 bytes.
    pub bytes: u64,
    /// What the program reported, without passwords; of a long report the end.
    pub log: String,
}

/// Makes in the database of a connection what a file of `dump_database`, or of the same programs,
/// has in it. The file is looked at first: one of another engine, or one that was cut off, is
/// refused before anything runs. What is there already is an error, and never mixed with what the
/// file has; rows of a file without structure are added to those of its tables. A read-only
/// connection is refused. Progress is reported in `checked_bytes`, and then in `restored_bytes`.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RestoreDatabaseRequest {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
    /// The file to read, as an absolute path. Links and devices are refused. At most 4096
    /// characters.
    pub path: FilePath,
    /// PostgreSQL, `custom`: give the objects the owners and the privileges that they had; the
    /// roles must exist. Without it everything belongs to the user of the connection.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owners: Option<bool>,
    /// The user has agreed to a change of a production database; see `confirmation_required`.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<bool>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Timeout>,
}

impl RestoreDatabaseRequest {
    /// With what is required; the rest is absent.
    pub fn new(connection_id: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            connection_id: connection_id.into(),
            path: path.into(),
            owners: None,
            confirm: None,
            timeout_ms: None,
        }
    }
}

open_enum! {
    /// What becomes of a restore that fails or is stopped. `all_or_nothing`: it changes nothing.
    /// `up_to_the_error`: what came before the error stays, because the engine cannot take it back,
    /// as MySQL and MariaDB cannot.
    pub enum RestoreRule {
        AllOrNothing = "all_or_nothing",
        UpToTheError = "up_to_the_error",
    }
}

/// Everything in the file was made.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RestoreDatabaseResponse {
    /// The program that read it, as a path; `SQLite` where that is the library.
    pub tool: String,
    /// Its version.
    pub tool_version: String,
    /// `custom`: the compressed format of `pg_dump`. `plain`: SQL. `database`: a database of
    /// SQLite. Each engine has its own: PostgreSQL the first two, MySQL the second, SQLite the
    /// third.
    pub format: DumpFormat,
    /// The size of the file. 0 to 9007199254740991 bytes.
    pub bytes: u64,
    /// What becomes of a restore that fails or is stopped. `all_or_nothing`: it changes nothing.
    /// `up_to_the_error`: what came before the error stays, because the engine cannot take it back,
    /// as MySQL and MariaDB cannot.
    pub rule: RestoreRule,
    /// What the program reported, without passwords; of a long report the end.
    pub log: String,
}
