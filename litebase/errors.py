"""The one error tree. Each class knows the code that a client sees; `message` is safe to show and says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:  # the models take milliseconds of the start, and many backends never send an error
    from collections.abc import Sequence

    from litebase_schema.base import Model
    from litebase_schema.errors import ErrorData, QueryFailedDetails
    from litebase_schema.values import Notice

ECHO_CHARACTERS = 64  # of something a client sent, repeated in an error at most


class LiteBaseError(Exception):
    """What a request can fail with. `details` is the model that the contract names for `code`."""

    code: ClassVar[str] = "internal"
    retryable: bool = False  # only where the request is known to have changed nothing
    notices: Sequence[Notice] = ()  # the database's remarks before the error
    undoes_rows: bool = False  # the rows before it are of a statement that did not take effect, so they are not good

    def __init__(self, message: str, details: Model | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def data(self) -> ErrorData:
        """The `error` message's data."""
        from litebase_schema.errors import ErrorData  # noqa: PLC0415  # loaded with the first error

        details = None if self.details is None else self.details.model_dump()
        return ErrorData(
            code=self.code,
            message=self.message,
            retryable=self.retryable,
            details=details,
            notices=list(self.notices),
        )


class InvalidFrame(LiteBaseError):
    """The bytes are not one MessagePack map of the envelope's form."""

    code = "invalid_frame"


class FrameTooLarge(LiteBaseError):
    """The length prefix is above the limit."""

    code = "frame_too_large"

    def __init__(self, message: str, maximum: int) -> None:
        from litebase_schema.errors import LimitDetails  # noqa: PLC0415  # loaded with the first error

        super().__init__(message, LimitDetails(limit="max_frame_bytes", maximum=maximum))


class InvalidMessage(LiteBaseError):
    """A field is missing, unknown, of the wrong type or out of range. `path` is a JSON pointer into the message."""

    code = "invalid_message"

    def __init__(self, path: str, reason: str) -> None:
        from litebase_schema.errors import InvalidMessageDetails  # noqa: PLC0415  # loaded with the first error

        super().__init__(f"{path}: {reason}", InvalidMessageDetails(path=path))


class UnknownType(LiteBaseError):
    """No request has this message type."""

    code = "unknown_type"


class DuplicateId(LiteBaseError):
    """A request with this id is still in flight."""

    code = "duplicate_id"


class Unauthenticated(LiteBaseError):
    """The token is missing or wrong."""

    code = "unauthenticated"


class UnsupportedProtocol(LiteBaseError):
    """The client's protocol major is not ours."""

    code = "unsupported_protocol"


class LimitExceeded(LiteBaseError):
    """A bound was reached. `limit` is its name; its unit is in the name."""

    code = "limit_exceeded"

    def __init__(self, limit: str, maximum: int, message: str) -> None:
        from litebase_schema.errors import LimitDetails  # noqa: PLC0415  # loaded with the first error

        super().__init__(message, LimitDetails(limit=limit, maximum=maximum))


class NoRoom(LimitExceeded):
    """A request was refused before anything was done, because its client has as much open as it may."""

    retryable = True


class LockTimeout(LimitExceeded):
    """A statement did nothing because somebody else kept a lock. It may be run again until `patience_ms` are over."""

    retryable = True

    def __init__(self, patience_ms: int) -> None:
        super().__init__(
            "busy_timeout_ms",
            patience_ms,
            f"The database is locked by another connection; the statement waited {patience_ms:,} ms and did nothing. "
            "Try again when the other program is done, or raise busy_timeout_ms in db_connect.",
        )
        self.patience_ms = patience_ms


class ConnectFailed(LiteBaseError):
    """The database could not be opened; `stage` is one of `ConnectStage`."""

    code = "connect_failed"

    def __init__(self, stage: str, message: str, engine_code: str | None = None) -> None:
        from litebase_schema.errors import ConnectFailedDetails  # noqa: PLC0415  # loaded with the first error

        super().__init__(message, ConnectFailedDetails(stage=stage, engine_code=engine_code))
        if stage == "tcp":
            self.retryable = True  # the server may come up


class NoMoreSessions(ConnectFailed):
    """The server accepts no further session at the moment, of anybody or of this user."""

    retryable = True


class PasswordRefused(ConnectFailed):
    """The server does not accept the password, and may accept another one."""


class NotFound(LiteBaseError):
    """No such id or file. `what` is the name of the field that held `wanted`."""

    code = "not_found"

    def __init__(self, what: str, wanted: str, message: str | None = None) -> None:
        from litebase_schema.errors import NotFoundDetails  # noqa: PLC0415  # loaded with the first error

        shown = shorten(wanted)
        super().__init__(
            message or f"There is no {what.removesuffix('_id')} {shown!r}: it was never opened, or it was closed.",
            NotFoundDetails(what=what, id=shown),
        )


class ConnectionLost(LiteBaseError):
    """The link to the database ended; nothing was changed by this request."""

    code = "connection_lost"
    retryable = True


class DbSessionLost(ConnectionLost):
    """The link of a database session that its client had for itself is lost, and with it what lived there."""

    retryable = False

    def __init__(self, reason: str | None = None) -> None:
        super().__init__(
            f"{reason or 'The link of this database session was lost.'} Its transaction was rolled back and its "
            "temporary tables are gone. Close it with close_db_session and open a new one."
        )


class OutcomeUnknown(LiteBaseError):
    """A write was sent and no answer came: it may or may not have happened."""

    code = "outcome_unknown"


class InvalidScript(LiteBaseError):
    """A script cannot be split into statements. `position` counts code points."""

    code = "invalid_script"

    def __init__(self, script: str, position: int, reason: str) -> None:
        from litebase_schema.errors import ScriptDetails  # noqa: PLC0415  # loaded with the first error

        line, column = place_in(script, position)
        super().__init__(
            f"Line {line}, column {column}: {reason}", ScriptDetails(position=position, line=line, column=column)
        )


class QueryFailed(LiteBaseError):
    """The database refused or aborted the statement."""

    code = "query_failed"

    def __init__(self, message: str, details: QueryFailedDetails) -> None:
        super().__init__(message, details)
        self.query_details = details

    def moved(self, text: str, start: int) -> QueryFailed:
        """The same error when the statement stands at `start` of a longer `text`."""
        position = self.query_details.position
        if position is None:
            return self
        line, column = place_in(text, start + position)
        changed = {"position": start + position, "line": line, "column": column}
        moved = type(self)(self.message, self.query_details.model_copy(update=changed))
        moved.notices, moved.undoes_rows = self.notices, self.undoes_rows
        return moved


class ReadOnly(QueryFailed):
    """The statement would write and the connection is read-only."""

    code = "read_only"


class Cancelled(LiteBaseError):
    """The request was cancelled by its client."""

    code = "cancelled"


class TimedOut(LiteBaseError):
    """The request took longer than it was given."""

    code = "timeout"

    def __init__(self, limit: str, milliseconds: int, progress: str = "") -> None:
        from litebase_schema.errors import LimitDetails  # noqa: PLC0415  # loaded with the first error

        super().__init__(
            f"The request was stopped after its {limit} of {milliseconds:,} ms.{progress}",
            LimitDetails(limit=limit, maximum=milliseconds),
        )


class Conflict(LiteBaseError):
    """The request does not fit the present state."""

    code = "conflict"


class Unsupported(LiteBaseError):
    """This engine or this build cannot do it."""

    code = "unsupported"


class ConfirmationRequired(LiteBaseError):
    """The environment is production, and the statement does not certainly only read. It was not run."""

    code = "confirmation_required"

    def __init__(self, effect: str, does: str | None = None) -> None:
        from litebase_schema.errors import ConfirmationDetails  # noqa: PLC0415  # models of protocol 0.1 have none

        does = does or {
            "writes": "The statement writes",
            "defines": "The statement changes what exists in the database",
        }.get(effect, "The statement may change something")
        super().__init__(
            f"{does}, and this connection is to a production database. It was not run: ask the user, then send it "
            "again with `confirm: true`.",
            ConfirmationDetails(effect=effect),
        )


class PromptUnanswered(LiteBaseError):
    """The request needs an answer of a person, and has none. `reason` is one of no_prompts, refused, timed_out."""

    code = "prompt_unanswered"

    def __init__(self, kind: str, question: str, reason: str) -> None:
        from litebase_schema.errors import PromptDetails  # noqa: PLC0415  # models of protocol 0.1 have none

        why = {
            "no_prompts": "This client does not answer prompts: it says so with `prompts` in hello, and waits for "
            "events. The question is",
            "refused": "The question was refused",
            "timed_out": "The question was not answered in time",
        }[reason]
        super().__init__(f"{why}: {question}", PromptDetails(kind=kind, text=question, reason=reason))


class FileFailed(LiteBaseError):
    """A file cannot be written as it was asked. `reason` is a word of the contract's `FileFailure`."""

    code = "file_failed"

    def __init__(self, path: str, reason: str, message: str) -> None:
        from litebase_schema.errors import FileFailedDetails  # noqa: PLC0415  # models of protocol 0.1 have none

        super().__init__(message, FileFailedDetails(path=path, reason=reason))
        self.reason = reason


class RowRejected(LiteBaseError):
    """A row cannot be stored as it is. `rows_kept` is how many others are stored all the same.

    `counted` is what `line` counts.
    """

    code = "row_rejected"

    def __init__(
        self,
        line: int,
        reason: str,
        column: str | None = None,
        engine_code: str | None = None,
        rows_kept: int = 0,
        counted: str = "Line",
    ) -> None:
        from litebase_schema.errors import RowRejectedDetails  # noqa: PLC0415  # as above

        details = RowRejectedDetails(
            line=line, column=column, reason=reason, engine_code=engine_code, rows_kept=rows_kept
        )
        kept = f"{rows_kept:,} rows are in." if rows_kept else "No row is in."
        reason = reason if reason.endswith((".", "!", "?")) else f"{reason}."
        super().__init__(f"{counted} {line:,}{f', column {column!r}' if column else ''}: {reason} {kept}", details)
        self.row_details, self.counted = details, counted


class ToolFailed(LiteBaseError):
    """A program of a database failed. `exit_code` is negative for the signal that ended it, None if it never ran."""

    code = "tool_failed"

    def __init__(self, tool: str, version: str, exit_code: int | None, log: str, why: str) -> None:
        from litebase_schema.errors import ToolFailedDetails  # noqa: PLC0415  # models of protocol 0.1 have none

        told = None if exit_code is None or exit_code < 0 else exit_code
        details = ToolFailedDetails(tool=tool, tool_version=version, exit_code=told, log=log)
        super().__init__(f"{tool} {version} failed. {why}", details)
        self.exit_code, self.log = exit_code, log


class ShuttingDown(LiteBaseError):
    """The backend is ending and takes no new work."""

    code = "shutting_down"


class Internal(LiteBaseError):
    """A fault of the backend; `incident` is in its log."""

    code = "internal"

    def __init__(self, incident: str) -> None:
        from litebase_schema.errors import InternalDetails  # noqa: PLC0415  # loaded with the first error

        super().__init__(
            f"The backend met an unexpected fault. See incident {incident} in its log.",
            InternalDetails(incident=incident),
        )


def place_in(text: str, position: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1."""
    before = text[:position]
    return before.count("\n") + 1, position - before.rfind("\n")


def shorten(text: str) -> str:
    """`text`, cut to what an error may repeat of it."""
    return text if len(text) <= ECHO_CHARACTERS else text[: ECHO_CHARACTERS - 1] + "…"
