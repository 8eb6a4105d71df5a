# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from typing import Annotated, Literal
from pydantic import ConfigDict, Field, StrictBool, StrictInt, StrictStr
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from .connection import ConnectionId
from .values import Timeout
from .catalog import ObjectRef
from .errors import StatementEffect


CompletionKind = TypeAliasType(
    "CompletionKind",
    Literal[
        "keyword",
        "column",
        "table",
        "view",
        "schema",
        "alias",
        "cte",
        "function",
        "procedure",
        "type",
        "join",
        "join_condition",
        "value",
    ]
    | StrictStr,
)
"""
`join`: a table with the condition of a foreign key; `join_condition`: that alone. `alias`: what the statement calls a table or a column. `cte`: one of its WITH queries. `value`: of an enum that is compared. `view`: materialized views too.
"""


ScriptText = TypeAliasType(
    "ScriptText",
    Annotated[StrictStr, Field(max_length=16777216, pattern="^[^\\x00]*$")],
)
"""
SQL text of any number of statements, without NUL characters.
"""


SqlOffset = TypeAliasType("SqlOffset", Annotated[StrictInt, Field(ge=0, le=16777216)])
"""
A place in a text, from 0.
"""


SqlDialect = TypeAliasType("SqlDialect", Literal["sqlite", "postgresql", "mysql"] | StrictStr)
"""
How SQL text is read: by the engine that it is for. Settings of a session that change it, such as MySQL's `sql_mode`, are known only of a connection.
"""


SqlCheck = TypeAliasType("SqlCheck", Literal["text", "server"] | StrictStr)
"""
Who looks for mistakes. `text`: this backend, in the text alone. `server`: the database, too; it compiles each statement by itself and runs none. What it cannot compile without running it is not looked at. Needs a connection with the capability `check_statements`.
"""


TableUse = TypeAliasType("TableUse", Literal["reads", "writes", "defines"] | StrictStr)
"""
What the statement does with the table: it reads its rows, writes them, or defines the table itself.
"""


class SqlRange(Model):
    """
    A part of the text.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    start: SqlOffset
    """
    Where it begins.
    """
    end: SqlOffset
    """
    Where it ends.
    """


FindingSeverity = TypeAliasType("FindingSeverity", Literal["error", "warning", "info"] | StrictStr)
"""
How much it matters. `error`: the statement would fail.
"""


FindingCode = TypeAliasType(
    "FindingCode",
    Literal["never_closed", "not_sql", "without_where", "too_long", "refused", "not_checked"] | StrictStr,
)
"""
`never_closed`: a string, a name or a comment that goes on to the end of the text. `not_sql`: a command of the engine's own client program. `without_where`: see `InspectedStatement`. `too_long`: the statement was looked through in part. `refused`: the database does not take the statement; a name that an earlier statement of the same text may make, or make known, is not reported. `not_checked`: the database did not answer in time, because a table is locked, for example.
"""


PlaceKind = TypeAliasType(
    "PlaceKind",
    Literal[
        "object",
        "column",
        "alias",
        "cte",
        "function",
        "name",
        "keyword",
        "string",
        "number",
        "parameter",
        "comment",
        "mark",
        "nothing",
    ]
    | StrictStr,
)
"""
`object`: a name that is in `object`. `column`: a column of one of `tables`. `alias`, `cte`: a name that the statement makes, or means a WITH query by. `function`: the name of one. `name`: any other name. `nothing`: blank, or outside of all statements.
"""


class SqlCall(Model):
    """
    A call of a function.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: StrictStr
    """
    The function's name.
    """
    schema_name: StrictStr | None
    """
    Its schema, where the statement names it; else null.
    """
    argument: Annotated[StrictInt, Field(ge=0)]
    """
    The number of the argument that the place is in, from 0.
    """
    signatures: list[StrictStr]
    """
    Each way in which the function is called, with its arguments separated by commas: of the engine's own functions, and with a connection of those in the database whose names were read for `complete_sql`. Empty where none is known.
    """


class InspectSqlRequest(Model):
    """
    Reads SQL text without running it: its statements, what each would do, the tables that it names, its parameters, mistakes, and what is at one place. All places are counted in code points from 0, as those of errors are. The text may be half written; it may be as long as a frame.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId | None = None
    """
    The connection whose dialect is used, and whose database is asked with `check`; null where `dialect` is given.
    """
    dialect: SqlDialect | None = None
    """
    The dialect of the text where there is no connection; exactly one of the two is given.
    """
    sql: ScriptText
    offset: SqlOffset | None = None
    """
    A place in the text to report on in `at`; null for none. The end of the text is one.
    """
    check: SqlCheck = "text"
    limit: Annotated[StrictInt, Field(ge=1, le=10000)] = 1000
    """
    Statements in the answer at most.
    """
    timeout_ms: Timeout | None = 30000
    """
    Stop the request after this time; null for no limit.
    """


class CompleteSqlRequest(Model):
    """
    Offers what may be written at a place of SQL text, half written as it is. What the connection's latest statements used comes first among what fits as well. It answers at once from what is known of the database; what is missing is read meanwhile, and the next request has it. Nothing is offered inside strings, numbers and comments.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    sql: ScriptText
    offset: SqlOffset
    """
    The place of the cursor; the end of the text is one.
    """
    limit: Annotated[StrictInt, Field(ge=1, le=1000)] = 100
    """
    Items in the answer at most.
    """
    wait_ms: Annotated[StrictInt, Field(ge=0, le=10000)] = 0
    """
    Wait so long for what is not known yet before answering without it.
    """


class CompletionItem(Model):
    """
    Something to write in the place of the text between `start` and `end`: the word at the cursor, with what has been typed of it.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    text: StrictStr
    """
    What to write, in quotes where the engine needs them.
    """
    kind: CompletionKind
    detail: StrictStr | None
    """
    For people: the type of a column and its table, the arguments of a function, the schema of a table; null for nothing.
    """
    start: SqlOffset
    """
    Where the text begins that it replaces.
    """
    end: SqlOffset
    """
    Where that ends.
    """
    score: Annotated[StrictInt, Field(ge=0)]
    """
    Higher for what fits better; comparable within one answer.
    """


class MentionedTable(Model):
    """
    A table or a view where a statement names it.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    object: ObjectRef
    """
    Its name, as the database would look for it. `kind` is always `table`; `schema_name` is null where the statement names none.
    """
    use: TableUse
    alias: StrictStr | None
    """
    What the statement calls it, or null.
    """
    start: SqlOffset
    """
    Where its name begins, with its schema.
    """
    end: SqlOffset
    """
    Where its name ends.
    """


class SqlParameter(Model):
    """
    A placeholder.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    number: Annotated[StrictInt, Field(ge=0)]
    """
    The place of its value in `params`, from 1.
    """
    name: StrictStr | None
    """
    Its name with the mark before it, where it has one; else null.
    """
    db_type: StrictStr | None
    """
    The type that the database takes it for, with `check: server`; null where it does not say so, as SQLite and MySQL never do.
    """
    places: list[SqlRange]
    """
    Where it stands.
    """


class SqlFinding(Model):
    """
    A mistake or a danger.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    start: SqlOffset
    """
    Where it begins.
    """
    end: SqlOffset
    """
    Where it ends.
    """
    severity: FindingSeverity
    code: FindingCode
    message: StrictStr
    """
    A sentence for people; of `refused` the database's own.
    """
    engine_code: StrictStr | None
    """
    The database's code of `refused`, or null.
    """


class SqlPlace(Model):
    """
    What is at a place: for a hover, for a jump to a definition, for help with the arguments of a call.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    what: PlaceKind
    start: SqlOffset
    """
    Where the word or mark at the place begins.
    """
    end: SqlOffset
    """
    Where it ends.
    """
    statement: SqlRange | None
    """
    The statement around the place; null between statements.
    """
    object: ObjectRef | None
    """
    What the name means, for `describe_objects`: a schema, a table, or a column of the only table that it can belong to; else null. Tables and views have the kind `table`. A table that is named without a schema has the one in which the database finds it as far as names were read for `complete_sql`, and null before that: it is then one of `default_schemas` of `list_objects_response`.
    """
    tables: list[ObjectRef]
    """
    Of a column that may belong to several tables: those.
    """
    signatures: list[StrictStr]
    """
    Of a function's name: each way in which it is called, with its arguments. See `SqlCall`.
    """
    call: SqlCall | None
    """
    The innermost call whose arguments the place is among, or null.
    """


class CompleteSqlResponse(Model):
    """
    What may be written.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    items: list[CompletionItem]
    """
    The best first.
    """
    incomplete: StrictBool
    """
    Whether asking again, for the same place or with more letters, may offer others: names are still being read, or there are more than `limit`.
    """


class InspectedStatement(Model):
    """
    One statement of the text.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    start: SqlOffset
    """
    Where it begins.
    """
    end: SqlOffset
    """
    Where it ends, without its delimiter.
    """
    effect: StatementEffect
    without_where: StrictBool
    """
    Whether an UPDATE or a DELETE in it changes every row of a table: it has no WHERE, no LIMIT, and no join whose condition leaves rows of that table out. An outer join leaves none out, nor does a join of other tables alone.
    """
    tables: list[MentionedTable]
    """
    The tables and views that it names, in the order of their places, each time that it names them. Names of its own WITH queries are not among them.
    """
    parameters: list[SqlParameter]
    """
    Its placeholders, in the order of their numbers.
    """


class InspectSqlResponse(Model):
    """
    What stands in the text.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    statements: list[InspectedStatement]
    """
    The statements in their order. What cannot be read as one, or is a command of another client, is among them, with a finding.
    """
    findings: list[SqlFinding]
    """
    Mistakes and dangers, in the order of their places.
    """
    at: SqlPlace | None
    """
    What is at `offset`, or null when none was given.
    """
    complete: StrictBool
    """
    Whether these are all statements: false when there are more than `limit`, and when the text has more than 100,000 words and marks.
    """
