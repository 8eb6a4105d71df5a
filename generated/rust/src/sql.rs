// Generated from schema/ by `make generate`. Do not edit.
//! Help while SQL is written.

use serde::{Deserialize, Serialize};

use crate::ConnectionId;
use crate::ObjectRef;
use crate::StatementEffect;
use crate::Timeout;
use crate::support::open_enum;

/// Reads SQL text without running it: its statements, what each would do, the tables that it names,
/// its parameters, mistakes, and what is at one place. All places are counted in code points from
/// 0, as those of errors are. The text may be half written; it may be as long as a frame.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InspectSqlRequest {
    /// The connection whose dialect is used, and whose database is asked with `check`; null where
    /// `dialect` is given. At most 64 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<ConnectionId>,
    /// The dialect of the text where there is no connection; exactly one of the two is given.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialect: Option<SqlDialect>,
    /// SQL text of any number of statements, without NUL characters. At most 16777216 characters.
    pub sql: ScriptText,
    /// A place in the text to report on in `at`; null for none. The end of the text is one. 0 to
    /// 16777216 code points.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<SqlOffset>,
    /// Who looks for mistakes. `text`: this backend, in the text alone. `server`: the database,
    /// too; it compiles each statement by itself and runs none. What it cannot compile without
    /// running it is not looked at. Needs a connection with the capability `check_statements`.
    ///
    /// Default: `"text"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<SqlCheck>,
    /// Statements in the answer at most. 1 to 10000 statements.
    ///
    /// Default: `1000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `30000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "crate::support::given_or_null")]
    pub timeout_ms: Option<Option<Timeout>>,
}

impl InspectSqlRequest {
    /// With what is required; the rest is absent.
    pub fn new(sql: impl Into<String>) -> Self {
        Self {
            connection_id: None,
            dialect: None,
            sql: sql.into(),
            offset: None,
            check: None,
            limit: None,
            timeout_ms: None,
        }
    }
}

/// Offers what may be written at a place of SQL text, half written as it is. What the connection's
/// latest statements used comes first among what fits as well. It answers at once from what is
/// known of the database; what is missing is read meanwhile, and the next request has it. Nothing
/// is offered inside strings, numbers and comments.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompleteSqlRequest {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
    /// SQL text of any number of statements, without NUL characters. At most 16777216 characters.
    pub sql: ScriptText,
    /// The place of the cursor; the end of the text is one. 0 to 16777216 code points.
    pub offset: SqlOffset,
    /// Items in the answer at most. 1 to 1000 items.
    ///
    /// Default: `100`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Wait so long for what is not known yet before answering without it. 0 to 10000 milliseconds.
    ///
    /// Default: `0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_ms: Option<u64>,
}

impl CompleteSqlRequest {
    /// With what is required; the rest is absent.
    pub fn new(
        connection_id: impl Into<String>,
        sql: impl Into<String>,
        offset: SqlOffset,
    ) -> Self {
        Self {
            connection_id: connection_id.into(),
            sql: sql.into(),
            offset,
            limit: None,
            wait_ms: None,
        }
    }
}

/// What may be written.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompleteSqlResponse {
    /// The best first.
    pub items: Vec<CompletionItem>,
    /// Whether asking again, for the same place or with more letters, may offer others: names are
    /// still being read, or there are more than `limit`.
    pub incomplete: bool,
}

/// Something to write in the place of the text between `start` and `end`: the word at the cursor,
/// with what has been typed of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompletionItem {
    /// What to write, in quotes where the engine needs them.
    pub text: String,
    /// `join`: a table with the condition of a foreign key; `join_condition`: that alone. `alias`:
    /// what the statement calls a table or a column. `cte`: one of its WITH queries. `value`: of an
    /// enum that is compared. `view`: materialized views too.
    pub kind: CompletionKind,
    /// For people: the type of a column and its table, the arguments of a function, the schema of a
    /// table; null for nothing.
    #[serde(deserialize_with = "crate::support::given")]
    pub detail: Option<String>,
    /// Where the text begins that it replaces. 0 to 16777216 code points.
    pub start: SqlOffset,
    /// Where that ends. 0 to 16777216 code points.
    pub end: SqlOffset,
    /// Higher for what fits better; comparable within one answer. At least 0; in points.
    pub score: u64,
}

open_enum! {
    /// `join`: a table with the condition of a foreign key; `join_condition`: that alone. `alias`:
    /// what the statement calls a table or a column. `cte`: one of its WITH queries. `value`: of an
    /// enum that is compared. `view`: materialized views too.
    pub enum CompletionKind {
        Keyword = "keyword",
        Column = "column",
        Table = "table",
        View = "view",
        Schema = "schema",
        Alias = "alias",
        Cte = "cte",
        Function = "function",
        Procedure = "procedure",
        Type = "type",
        Join = "join",
        JoinCondition = "join_condition",
        Value = "value",
    }
}

/// SQL text of any number of statements, without NUL characters. At most 16777216 characters.
pub type ScriptText = String;

/// A place in a text, from 0. 0 to 16777216 code points.
pub type SqlOffset = u64;

open_enum! {
    /// How SQL text is read: by the engine that it is for. Settings of a session that change it,
    /// such as MySQL's `sql_mode`, are known only of a connection.
    pub enum SqlDialect {
        Sqlite = "sqlite",
        Postgresql = "postgresql",
        Mysql = "mysql",
    }
}

open_enum! {
    /// Who looks for mistakes. `text`: this backend, in the text alone. `server`: the database,
    /// too; it compiles each statement by itself and runs none. What it cannot compile without
    /// running it is not looked at. Needs a connection with the capability `check_statements`.
    pub enum SqlCheck {
        Text = "text",
        Server = "server",
    }
}

/// What stands in the text.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InspectSqlResponse {
    /// The statements in their order. What cannot be read as one, or is a command of another
    /// client, is among them, with a finding.
    pub statements: Vec<InspectedStatement>,
    /// Mistakes and dangers, in the order of their places.
    pub findings: Vec<SqlFinding>,
    /// What is at `offset`, or null when none was given.
    #[serde(deserialize_with = "crate::support::given")]
    pub at: Option<SqlPlace>,
    /// Whether these are all statements: false when there are more than `limit`, and when the text
    /// has more than 100,000 words and marks.
    pub complete: bool,
}

/// One statement of the text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InspectedStatement {
    /// Where it begins. 0 to 16777216 code points.
    pub start: SqlOffset,
    /// Where it ends, without its delimiter. 0 to 16777216 code points.
    pub end: SqlOffset,
    /// What a statement does, judged by its text. `reads`: nothing that outlasts the session.
    /// `writes`: it changes rows. `defines`: it changes what exists. `transaction`: it begins, ends
    /// or marks a transaction. `unknown`: it may do anything, for example in a function that it
    /// calls.
    pub effect: StatementEffect,
    /// Whether an UPDATE or a DELETE in it changes every row of a table: it has no WHERE, no LIMIT,
    /// and no join whose condition leaves rows of that table out. An outer join leaves none out,
    /// nor does a join of other tables alone.
    pub without_where: bool,
    /// The tables and views that it names, in the order of their places, each time that it names
    /// them. Names of its own WITH queries are not among them.
    pub tables: Vec<MentionedTable>,
    /// Its placeholders, in the order of their numbers.
    pub parameters: Vec<SqlParameter>,
}

/// A table or a view where a statement names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MentionedTable {
    /// Its name, as the database would look for it. `kind` is always `table`; `schema_name` is null
    /// where the statement names none.
    pub object: ObjectRef,
    /// What the statement does with the table: it reads its rows, writes them, or defines the table
    /// itself.
    pub r#use: TableUse,
    /// What the statement calls it, or null.
    #[serde(deserialize_with = "crate::support::given")]
    pub alias: Option<String>,
    /// Where its name begins, with its schema. 0 to 16777216 code points.
    pub start: SqlOffset,
    /// Where its name ends. 0 to 16777216 code points.
    pub end: SqlOffset,
}

open_enum! {
    /// What the statement does with the table: it reads its rows, writes them, or defines the table
    /// itself.
    pub enum TableUse {
        Reads = "reads",
        Writes = "writes",
        Defines = "defines",
    }
}

/// A placeholder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SqlParameter {
    /// The place of its value in `params`, from 1. At least 0; in parameters.
    pub number: u64,
    /// Its name with the mark before it, where it has one; else null.
    #[serde(deserialize_with = "crate::support::given")]
    pub name: Option<String>,
    /// The type that the database takes it for, with `check: server`; null where it does not say
    /// so, as SQLite and MySQL never do.
    #[serde(deserialize_with = "crate::support::given")]
    pub db_type: Option<String>,
    /// Where it stands.
    pub places: Vec<SqlRange>,
}

/// A part of the text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SqlRange {
    /// Where it begins. 0 to 16777216 code points.
    pub start: SqlOffset,
    /// Where it ends. 0 to 16777216 code points.
    pub end: SqlOffset,
}

/// A mistake or a danger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SqlFinding {
    /// Where it begins. 0 to 16777216 code points.
    pub start: SqlOffset,
    /// Where it ends. 0 to 16777216 code points.
    pub end: SqlOffset,
    /// How much it matters. `error`: the statement would fail.
    pub severity: FindingSeverity,
    /// `never_closed`: a string, a name or a comment that goes on to the end of the text.
    /// `not_sql`: a command of the engine's own client program. `without_where`: see
    /// `InspectedStatement`. `too_long`: the statement was looked through in part. `refused`: the
    /// database does not take the statement; a name that an earlier statement of the same text may
    /// make, or make known, is not reported. `not_checked`: the database did not answer in time,
    /// because a table is locked, for example.
    pub code: FindingCode,
    /// A sentence for people; of `refused` the database's own.
    pub message: String,
    /// The database's code of `refused`, or null.
    #[serde(deserialize_with = "crate::support::given")]
    pub engine_code: Option<String>,
}

open_enum! {
    /// How much it matters. `error`: the statement would fail.
    pub enum FindingSeverity {
        Error = "error",
        Warning = "warning",
        Info = "info",
    }
}

open_enum! {
    /// `never_closed`: a string, a name or a comment that goes on to the end of the text.
    /// `not_sql`: a command of the engine's own client program. `without_where`: see
    /// `InspectedStatement`. `too_long`: the statement was looked through in part. `refused`: the
    /// database does not take the statement; a name that an earlier statement of the same text may
    /// make, or make known, is not reported. `not_checked`: the database did not answer in time,
    /// because a table is locked, for example.
    pub enum FindingCode {
        NeverClosed = "never_closed",
        NotSql = "not_sql",
        WithoutWhere = "without_where",
        TooLong = "too_long",
        Refused = "refused",
        NotChecked = "not_checked",
    }
}

/// What is at a place: for a hover, for a jump to a definition, for help with the arguments of a
/// call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SqlPlace {
    /// `object`: a name that is in `object`. `column`: a column of one of `tables`. `alias`, `cte`:
    /// a name that the statement makes, or means a WITH query by. `function`: the name of one.
    /// `name`: any other name. `nothing`: blank, or outside of all statements.
    pub what: PlaceKind,
    /// Where the word or mark at the place begins. 0 to 16777216 code points.
    pub start: SqlOffset,
    /// Where it ends. 0 to 16777216 code points.
    pub end: SqlOffset,
    /// The statement around the place; null between statements.
    #[serde(deserialize_with = "crate::support::given")]
    pub statement: Option<SqlRange>,
    /// What the name means, for `describe_objects`: a schema, a table, or a column of the only
    /// table that it can belong to; else null. Tables and views have the kind `table`. A table that
    /// is named without a schema has the one in which the database finds it as far as names were
    /// read for `complete_sql`, and null before that: it is then one of `default_schemas` of
    /// `list_objects_response`.
    #[serde(deserialize_with = "crate::support::given")]
    pub object: Option<ObjectRef>,
    /// Of a column that may belong to several tables: those.
    pub tables: Vec<ObjectRef>,
    /// Of a function's name: each way in which it is called, with its arguments. See `SqlCall`.
    pub signatures: Vec<String>,
    /// The innermost call whose arguments the place is among, or null.
    #[serde(deserialize_with = "crate::support::given")]
    pub call: Option<SqlCall>,
}

open_enum! {
    /// `object`: a name that is in `object`. `column`: a column of one of `tables`. `alias`, `cte`:
    /// a name that the statement makes, or means a WITH query by. `function`: the name of one.
    /// `name`: any other name. `nothing`: blank, or outside of all statements.
    pub enum PlaceKind {
        Object = "object",
        Column = "column",
        Alias = "alias",
        Cte = "cte",
        Function = "function",
        Name = "name",
        Keyword = "keyword",
        String = "string",
        Number = "number",
        Parameter = "parameter",
        Comment = "comment",
        Mark = "mark",
        Nothing = "nothing",
    }
}

/// A call of a function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SqlCall {
    /// The function's name.
    pub name: String,
    /// Its schema, where the statement names it; else null.
    #[serde(deserialize_with = "crate::support::given")]
    pub schema_name: Option<String>,
    /// The number of the argument that the place is in, from 0. At least 0; in arguments.
    pub argument: u64,
    /// Each way in which the function is called, with its arguments separated by commas: of the
    /// engine's own functions, and with a connection of those in the database whose names were read
    /// for `complete_sql`. Empty where none is known.
    pub signatures: Vec<String>,
}
