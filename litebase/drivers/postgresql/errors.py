"""PostgreSQL's errors as ours. Texts are the server's own, meant for the user who sent the statement."""

import re

from litebase_schema.errors import QueryFailedDetails
from litebase_schema.values import Notice
from psycopg import pq

from litebase.drivers.interface import Checked
from litebase.errors import (
    ConnectFailed,
    ConnectionLost,
    LimitExceeded,
    LiteBaseError,
    NoMoreSessions,
    OutcomeUnknown,
    PasswordRefused,
    QueryFailed,
    ReadOnly,
    Unsupported,
    place_in,
)

_Field = pq.DiagnosticField
TEXT_CHARACTERS = 8192  # of one text of the server, at most: RAISE makes them of any length
_Status = pq.ConnStatus
QUERY_CANCELED = "57014"
PROTOCOL_VIOLATION = "08P01"
UNKNOWN_SETTING = {"42704", "22023"}  # a name, or a value, that this server does not have
READ_ONLY_TRANSACTION = "25006"
_IN_TRANSACTION_BLOCK = "25001"  # the statement cannot run inside one
_MISTAKES = ("0A", "22", "26", "3D", "3F", "42")  # classes of errors in the text of a statement
_NO_MISTAKE = {
    "42P08",
    "42P18",
    "42501",
}  # the type of a parameter is said by its value; a privilege is asked for later
_UNKNOWN_NAMES = {"26000", "3D000", "3F000", "42P01", "42P02", "42703", "42704", "42883"}
_CLOSING = {"FATAL", "PANIC"}
_STAGES = {
    _Status.STARTED: "tcp", _Status.MADE: "tcp", _Status.NEEDED: "tcp", _Status.SSL_STARTUP: "tls",
    _Status.AWAITING_RESPONSE: "auth",
}  # fmt: skip  # any later one is "database"
_STAGE_OF_CLASS = {"28": "auth", "3D": "database", "53": "database", "57": "database"}
_NOT_READY, _TOO_MANY_SESSIONS = "57P03", "53300"  # the second also for the limit of a role or a database
# Of the second an entry of pg_hba.conf, which any translation names, is no matter of the password; PAM and LDAP are.
_WRONG_PASSWORD, _NOT_AUTHORIZED = "28P01", "28000"
_SERVER_SAYS = re.compile(r"^.*?\b[A-Z]+: +([0-9A-Z]{5}): (.*)", re.DOTALL)
_LOCATION = re.compile(r"\nLOCATION: .*", re.DOTALL)
_PREFIX = re.compile(r'^connection to server (?:at|on socket) "[^"]*"(?:, port \d+)? failed: ')


class NotReady(ConnectFailed):
    """The server accepts no session at the moment: it is starting or shutting down."""

    retryable = True


class Silent(ConnectFailed):
    """The server did not answer in time."""


def read_only(message: str) -> ReadOnly:
    """A statement that the server would let through although the session is read-only."""
    return ReadOnly(message, QueryFailedDetails(engine_code=None))


def field(result: pq.abc.PGresult, which: pq.DiagnosticField) -> str | None:
    """One field of an error or notice; None when the server did not send it."""
    value = result.error_field(which)
    return None if value is None else cut(value.decode("utf-8", "replace"))


def cut(text: str) -> str:
    """A text of the server, as long as we pass on."""
    return text if len(text) <= TEXT_CHARACTERS else text[: TEXT_CHARACTERS - 1] + "…"


def sqlstate(result: pq.abc.PGresult) -> str | None:
    """The five characters; None when libpq made the error by itself, which means that the link failed."""
    return field(result, _Field.SQLSTATE)


def closes_session(result: pq.abc.PGresult) -> bool:
    """Whether the server closes the session with this error, or the link is gone already."""
    severity = field(result, _Field.SEVERITY_NONLOCALIZED) or field(result, _Field.SEVERITY)
    return severity in _CLOSING or sqlstate(result) is None


def notice(result: pq.abc.PGresult) -> Notice:
    """A remark of the server."""
    severity = field(result, _Field.SEVERITY_NONLOCALIZED) or field(result, _Field.SEVERITY) or "NOTICE"
    return Notice(
        severity=severity,
        message=field(result, _Field.MESSAGE_PRIMARY) or "",
        code=sqlstate(result),
        detail=field(result, _Field.MESSAGE_DETAIL),
        hint=field(result, _Field.MESSAGE_HINT),
    )


def failed(result: pq.abc.PGresult, sql: str, *, sealed: bool = False) -> LiteBaseError:
    """The error for a statement that the server refused. `sealed`: it ran inside a read-only transaction of ours."""
    code = sqlstate(result)
    message = field(result, _Field.MESSAGE_PRIMARY) or "The server refused the statement without giving a reason."
    if code == "42601" and field(result, _Field.SOURCE_FUNCTION) == "exec_parse_message":
        return Unsupported("query runs one statement, and this text has several. Use run_script for them.")
    kind: type[QueryFailed] = QueryFailed
    if code == READ_ONLY_TRANSACTION or (sealed and code == _IN_TRANSACTION_BLOCK):
        kind = ReadOnly
    position = line = column = None
    if (at := field(result, _Field.STATEMENT_POSITION)) is not None:
        position = int(at) - 1
        line, column = place_in(sql, position)
    details = QueryFailedDetails(
        engine_code=code,
        sqlstate=code,
        position=position,
        line=line,
        column=column,
        detail=_detail(result),
        hint=field(result, _Field.MESSAGE_HINT),
        constraint_name=field(result, _Field.CONSTRAINT_NAME),
        table_name=field(result, _Field.TABLE_NAME),
        column_name=field(result, _Field.COLUMN_NAME),
    )
    return kind(message, details)


def checked(failure: QueryFailed) -> Checked:
    """What a statement that could not be parsed says of its text."""
    code = getattr(failure.details, "sqlstate", None) or ""
    if code in _NO_MISTAKE or code[:2] not in _MISTAKES:
        return Checked()
    return Checked(failure=failure, unknown_name=code in _UNKNOWN_NAMES)


def _detail(result: pq.abc.PGresult) -> str | None:
    """The server's detail; for COPY also which row and column it was at, which only the context says."""
    context = field(result, _Field.CONTEXT) or ""
    copied = [line for line in context.splitlines() if line.startswith("COPY ")]
    return "\n".join(filter(None, [field(result, _Field.MESSAGE_DETAIL), *copied[:1]])) or None


def too_many_rows(maximum: int, *, in_transaction: bool, session_ended: bool) -> LimitExceeded:
    """The error for a statement that writes and whose rows did not fit into memory; its changes were undone."""
    then = " Its transaction has failed; roll it back." if in_transaction else ""
    if session_ended:
        then = " The server was slow to stop, so the database session was closed."
    failure = LimitExceeded(
        "max_returning_bytes",
        maximum,
        f"The rows that this statement returns take more than {maximum // 2**20:,} MiB, so it was stopped and "
        f"nothing was changed. Leave RETURNING out, or write in parts.{then}",
    )
    failure.retryable = False
    return failure


def lost(last_word: str | None, *, unknown: bool) -> LiteBaseError:
    """The error for a lost session. `unknown`: a statement that may have changed something was not answered."""
    reason = last_word or "The link to the database server was lost."
    if unknown:
        return OutcomeUnknown(
            f"{reason} The statement was sent but not answered, so it may or may not have taken effect. "
            "Check the data before you send it again."
        )
    return ConnectionLost(f"{reason} The statement changed nothing; send it again to run it in a new session.")


def last_word(result: pq.abc.PGresult) -> str | None:
    """Why the server closes the session, in its own words; None when it gave no reason."""
    if sqlstate(result) is None:
        return None
    return f"The database server closed the session: {field(result, _Field.MESSAGE_PRIMARY)} ({sqlstate(result)})."


def not_connected(status: int, message: str, place: str) -> ConnectFailed:
    """The error for a session that was not opened. `status` is how far libpq came, `message` its error message."""
    said = _SERVER_SAYS.match(message)
    code = said[1] if said else None
    text = _LOCATION.sub("", said[2] if said else _PREFIX.sub("", message)).strip()
    stage = stage_at(status)
    if code is not None:
        stage = _STAGE_OF_CLASS.get(code[:2], stage)
    elif stage == "database" and "passw" in text:
        stage = "auth"
    kinds = {_NOT_READY: NotReady, _TOO_MANY_SESSIONS: NoMoreSessions, _WRONG_PASSWORD: PasswordRefused}
    if "pg_hba.conf" not in text:
        kinds[_NOT_AUTHORIZED] = PasswordRefused
    return kinds.get(code or "", ConnectFailed)(stage, f"{place}: {cut(text)}", code)


def stage_at(status: int) -> str:
    """The step of connecting that `status` of libpq belongs to, in the words of the contract."""
    return _STAGES.get(_Status(status), "database")


def stage_of(failure: ConnectFailed) -> str:
    """How far connecting came, in the words of the contract."""
    return str(getattr(failure.details, "stage", ""))


def code_of(failure: ConnectFailed) -> str | None:
    """The server's code, if it gave one."""
    return getattr(failure.details, "engine_code", None)


def silent(status: int, place: str, timeout_ms: int) -> ConnectFailed:
    """The error for a server that did not answer in time."""
    return Silent(stage_at(status), f"{place} did not answer within {timeout_ms:,} ms.")
