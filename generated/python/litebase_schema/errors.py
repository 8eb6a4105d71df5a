# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from typing import Annotated, Any, Literal
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from pydantic import ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr
from .values import Notice, TransactionStatus
from .prompts import PromptKind


ErrorDetails = TypeAliasType("ErrorDetails", dict[str, Any])
"""
A map described by the details definition of the error code.
"""


ErrorCode = TypeAliasType(
    "ErrorCode",
    Literal[
        "invalid_frame",
        "frame_too_large",
        "invalid_message",
        "unknown_type",
        "duplicate_id",
        "unauthenticated",
        "unsupported_protocol",
        "limit_exceeded",
        "connect_failed",
        "not_found",
        "connection_lost",
        "outcome_unknown",
        "query_failed",
        "read_only",
        "invalid_script",
        "cancelled",
        "timeout",
        "conflict",
        "unsupported",
        "shutting_down",
        "internal",
        "confirmation_required",
        "prompt_unanswered",
        "file_failed",
        "row_rejected",
        "tool_failed",
    ]
    | StrictStr,
)
"""
What went wrong, as a stable word to act on.
"""


class InvalidMessageDetails(Model):
    """
    Which field was refused.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    path: StrictStr
    """
    Where in the message, as a JSON pointer, for example `/data/sql`.
    """


class RowRejectedDetails(Model):
    """
    Which row, and why.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    line: Annotated[StrictInt, Field(ge=0, le=9007199254740991)]
    """
    The line of the file where the row begins, from 1; in a workbook the row of the sheet, in JSON the number of the object; of a copy the number of the row as it was read.
    """
    column: StrictStr | None
    """
    The column of the table; null where it is about the whole row.
    """
    reason: StrictStr
    """
    For people.
    """
    engine_code: StrictStr | None
    """
    The engine's own code, where the database refused the row.
    """
    rows_kept: Annotated[StrictInt, Field(ge=0, le=9007199254740991)]
    """
    Rows that are stored all the same: those of batches that were committed before.
    """


FileFailure = TypeAliasType(
    "FileFailure",
    Literal[
        "exists",
        "is_folder",
        "is_link",
        "is_database",
        "not_yours",
        "not_a_file",
        "no_folder",
        "not_permitted",
        "no_space",
        "missing",
        "changed",
        "too_large",
        "not_readable",
        "not_a_dump",
        "other_engine",
        "incomplete",
        "failed",
    ]
    | StrictStr,
)
"""
`exists`: there is a file, and it was not to be overwritten. `is_folder`, `is_link`, `is_database`, `not_yours`, `not_a_file`: what is there is never overwritten, and but for `not_yours` it is not read either. `no_folder`: the folder does not exist. `not_permitted`: the system does not allow it. `no_space`: the disk, or what the user may have of it, is full. Of a file that is read, `missing`: there is none. `changed`: it is another one than when reading it began. `too_large`: it is, or what is packed in it. `not_readable`: it is not what its format says; `not_a_dump`: it is nothing that can be restored; `other_engine`: it is a dump of another engine; `incomplete`: its end is missing, or it is damaged. `failed`: anything else; the message has the system's words.
"""


class ToolFailedDetails(Model):
    """
    How a program ended.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    tool: StrictStr
    """
    The program, as a path.
    """
    tool_version: StrictStr
    """
    Its version.
    """
    exit_code: StrictInt | None
    """
    Its exit code; null when a signal ended it.
    """
    log: StrictStr
    """
    What it reported, without passwords; of a long report the end.
    """


NoAnswerReason = TypeAliasType("NoAnswerReason", Literal["no_prompts", "refused", "timed_out"] | StrictStr)
"""
`no_prompts`: the client did not say `prompts` in `hello`, or has never waited for events. `refused`: it answered with null. `timed_out`: it did not answer within `prompt_timeout_ms`.
"""


StatementEffect = TypeAliasType(
    "StatementEffect",
    Literal["reads", "writes", "defines", "transaction", "unknown"] | StrictStr,
)
"""
What a statement does, judged by its text. `reads`: nothing that outlasts the session. `writes`: it changes rows. `defines`: it changes what exists. `transaction`: it begins, ends or marks a transaction. `unknown`: it may do anything, for example in a function that it calls.
"""


class LimitDetails(Model):
    """
    Which bound was reached.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    limit: StrictStr
    """
    The bound's name, as in `hello_response.limits` or in the request.
    """
    maximum: StrictInt
    """
    Its value, in the unit that its name says.
    """


StepOutcome = TypeAliasType("StepOutcome", Literal["done", "failed"] | StrictStr)
"""
How a step ended.
"""


ConnectStage = TypeAliasType(
    "ConnectStage",
    Literal["name", "tcp", "tls", "auth", "database", "settings", "tunnel"] | StrictStr,
)
"""
A step of opening a database. `name`: looking up the host, or the file. `tcp`: reaching an address, or a Unix socket. `tls`: encrypting the link. `auth`: logging in. `database`: entering the database, or opening the file. `settings`: making the settings that the backend relies on, whose failure is said of `database`, and running `init_sql`. `tunnel`: reaching the SSH host, and opening the tunnel through it; the other steps are then those behind it.
"""


class NotFoundDetails(Model):
    """
    What was not found.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    what: StrictStr
    """
    The name of the field that held the id, for example `result_id`.
    """
    id: StrictStr
    """
    The id as it was sent, shortened to 64 characters.
    """


class ScriptDetails(Model):
    """
    Where the script cannot be read.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    position: Annotated[StrictInt, Field(ge=0)]
    """
    Offset in the script, from 0.
    """
    line: Annotated[StrictInt, Field(ge=1)]
    """
    Its line, from 1.
    """
    column: Annotated[StrictInt, Field(ge=1)]
    """
    Its column in the line, from 1.
    """


TextOffset = TypeAliasType("TextOffset", Annotated[StrictInt, Field(ge=0)])
"""
A place in a text, counted in Unicode code points.
"""


class InternalDetails(Model):
    """
    How to find the fault in the log.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    incident: StrictStr
    """
    An id that stands in the backend's log beside the cause.
    """


class ErrorData(Model):
    """
    The answer to a request that failed, or a word about a frame that could not be read.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    code: ErrorCode
    message: StrictStr
    """
    For people: what was tried, on what, and what to do.
    """
    retryable: StrictBool
    """
    Whether the same request may succeed later without a change.
    """
    details: ErrorDetails | None = None
    """
    More about this error; which keys it has follows from `code`, see the table of error codes.
    """
    transaction_status: TransactionStatus | None = None
    """
    The state of the database session that the request named with `db_session_id`, after the error; null when it named none.
    """
    notices: Annotated[list[Notice], Field(validate_default=True)] = []
    """
    The database's remarks before the error, in order.
    """


class ConfirmationDetails(Model):
    """
    What there is to confirm.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    effect: StatementEffect


class PromptDetails(Model):
    """
    What was asked, and why there is no answer.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    kind: PromptKind
    text: StrictStr
    """
    The question, for people.
    """
    reason: NoAnswerReason


class FileFailedDetails(Model):
    """
    Which file, and what is in the way.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    path: StrictStr
    """
    The file.
    """
    reason: FileFailure


class TraceStep(Model):
    """
    A step of opening a database session. Where a host has several addresses, or a login is tried again in another way, steps come again. A tunnel has one for the start of ssh, or for one that is open already, and one for each SSH host on the way.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    stage: ConnectStage
    host: StrictStr | None
    """
    The name that was looked up, or the address that was spoken to; null for a file, a Unix socket or the start of ssh.
    """
    ms: Annotated[StrictFloat, Field(ge=0.0)]
    """
    How long it took.
    """
    outcome: StepOutcome


class QueryFailedDetails(Model):
    """
    What the engine said about the statement. A key that the engine does not report is null.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    engine_code: StrictStr | None
    """
    The engine's own code, for example `SQLITE_CONSTRAINT_UNIQUE`.
    """
    sqlstate: StrictStr | None = None
    """
    The five characters of the SQL standard.
    """
    position: TextOffset | None = None
    """
    Offset in the SQL text as it was sent, from 0.
    """
    line: TextOffset | None = None
    """
    The line of `position`, from 1.
    """
    column: TextOffset | None = None
    """
    The column of `position` in its line, from 1.
    """
    detail: StrictStr | None = None
    """
    The engine's further explanation.
    """
    hint: StrictStr | None = None
    """
    The engine's advice.
    """
    constraint_name: StrictStr | None = None
    """
    The constraint that was violated.
    """
    table_name: StrictStr | None = None
    """
    The table that the error is about.
    """
    column_name: StrictStr | None = None
    """
    The column that the error is about.
    """


class ConnectFailedDetails(Model):
    """
    How far opening the database came.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    stage: ConnectStage
    engine_code: StrictStr | None = None
    """
    The engine's own code, or null when it gave none.
    """
    trace: Annotated[list[TraceStep], Field(validate_default=True)] = []
    """
    Every step up to the one that failed, which is the last.
    """
