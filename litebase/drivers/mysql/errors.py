"""MySQL's errors as ours. A message that repeats a value loses it; the engine's whole text is in the details."""

import re
import socket
import ssl

from litebase_schema.connection import MysqlTarget
from litebase_schema.errors import QueryFailedDetails

from litebase.drivers.interface import Checked
from litebase.drivers.mysql.link.packets import BadPacket, ServerError
from litebase.drivers.mysql.statements import ends_before_next_statement
from litebase.errors import (
    ConnectFailed,
    LimitExceeded,
    LiteBaseError,
    NoMoreSessions,
    PasswordRefused,
    QueryFailed,
    ReadOnly,
    Unsupported,
    place_in,
)

NO_SUCH_SESSION = 1094
INTERRUPTED = 1317
NOT_DISCOVERED = 1939
READ_ONLY_TRANSACTION = 1792
_READ_ONLY = (READ_ONLY_TRANSACTION, 1290, 1836)  # the second where the server is, the third where the database is
PACKET_TOO_LARGE = 1153
_WRONG_ARGUMENTS = 1210
_SYNTAX = 1064
_LINK_ENDED = (1053, 1077, 1078, 1079, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 3169, 4031)
_DATABASE_STAGE = (1044, 1049)
_TOO_MANY_SESSIONS = (1040, 1203, 1226)  # of all; of a user, by the server's setting and by the user's own
_ACCESS_DENIED = 1045
_AUTH_STAGE = (_ACCESS_DENIED, 1130, 1129, 1251, 1275, 1524, 1698, 1820, 1862, 2059, 3118, 4151)
_TLS_STAGE = (3159, 1156)

_NO_MISTAKE = (1205, 1213, 1295, 1461, 1615, 3024, 4031)  # of a statement: it was the moment, or it cannot be prepared
_UNKNOWN_NAMES = (1046, 1049, 1051, 1054, 1072, 1091, 1146, 1176, 1193, 1243, 1305, 1356, 1360, 4091)

_TEXT_CHARACTERS = 8192  # of a text of the server's, at most

_NEAR = re.compile(r"near '(.*)' at line (\d+)\Z", re.DOTALL)
_LINE = re.compile(r" at line (\d+)\Z")
_NEAR_CHARACTERS = 80  # the server quotes no more of the text
_VALUES = (  # parts of messages that repeat what is stored or was sent
    re.compile(r"^(Duplicate entry )'.*'( for key )", re.DOTALL),
    re.compile(r"^(Incorrect [\w ()]+ value: )'.*'( for (?:column|function) )", re.DOTALL),
    re.compile(r"^(Truncated incorrect [\w ()]+ value: )'.*'()$", re.DOTALL),
    re.compile(r"^(Incorrect [\w ()]+ value: )'.*'()$", re.DOTALL),
)
_NAMES = {
    1048: re.compile(r"Column '(?P<column>[^']*)'"),
    1050: re.compile(r"Table '(?P<table>[^']*)'"),
    1054: re.compile(r"Unknown column '(?P<column>[^']*)'"),
    1062: re.compile(r" for key '(?P<constraint>[^']*)'\Z"),
    1146: re.compile(r"Table '(?P<table>[^']*)'"),
    1264: re.compile(r" for column '(?P<column>[^']*)' at row "),
    1364: re.compile(r"Field '(?P<column>[^']*)'"),
    1366: re.compile(r" for column (?:`[^`]*`\.`(?P<table>[^`]*)`\.)?[`'](?P<column>[^`']*)[`'] at row "),
    1406: re.compile(r" for column '(?P<column>[^']*)' at row "),
    1451: re.compile(r"\(`[^`]*`\.`(?P<table>[^`]*)`, CONSTRAINT `(?P<constraint>[^`]*)`"),
    1452: re.compile(r"\(`[^`]*`\.`(?P<table>[^`]*)`, CONSTRAINT `(?P<constraint>[^`]*)`"),
    3819: re.compile(r"Check constraint '(?P<constraint>[^']*)'"),
    4025: re.compile(r"CONSTRAINT `(?P<constraint>[^`]*)` failed for `[^`]*`\.`(?P<table>[^`]*)`"),
}


def ends_link(error: ServerError) -> bool:
    """Whether the server ends the link with this error."""
    return error.code in _LINK_ENDED


def translated(error: ServerError, sql: str, *, has_parameters: bool = False) -> LiteBaseError:
    """What to raise for an error met while running `sql`."""
    if error.code == PACKET_TOO_LARGE:
        return LimitExceeded("max_allowed_packet", 0, "The statement is larger than the server's max_allowed_packet.")
    message, detail = _without_values(error.message), None
    if message != error.message:
        detail = error.message
    position, line = _place(error, sql)
    if error.code == _SYNTAX and position is not None and ends_before_next_statement(sql, position):
        return Unsupported(
            f"query runs one statement, and another one begins at character {position:,}. Use run_script for several."
        )
    if error.code == _WRONG_ARGUMENTS and has_parameters:
        message += ". The numbers of placeholders and of parameters differ."
    column = None
    if position is not None:
        line, column = place_in(sql, position)
    names = _names(error)
    details = QueryFailedDetails(
        engine_code=str(error.code),
        sqlstate=error.sqlstate,
        position=position,
        line=line,
        column=column,
        detail=cut(detail) if detail else None,
        constraint_name=names.get("constraint"),
        table_name=names.get("table"),
        column_name=names.get("column"),
    )
    kind = ReadOnly if error.code in _READ_ONLY else QueryFailed
    return kind(cut(message), details)


def checked(code: int, failure: QueryFailed) -> Checked:
    """What a statement that could not be prepared says of its text."""
    if code in _NO_MISTAKE:
        return Checked()
    return Checked(failure=failure, unknown_name=code in _UNKNOWN_NAMES)


def cut(text: str) -> str:
    """A text of the server's, without what is too long to pass on."""
    return text if len(text) <= _TEXT_CHARACTERS else text[:_TEXT_CHARACTERS] + "…"


def details_at(sql: str, position: int) -> QueryFailedDetails:
    """The details of an error of ours at a place in the text."""
    line, column = place_in(sql, position)
    return QueryFailedDetails(engine_code=None, position=position, line=line, column=column)


def read_only(message: str) -> ReadOnly:
    """A statement that would lift the read-only mode, or could hide one that does."""
    return ReadOnly(message, QueryFailedDetails(engine_code=None))


def too_large(size: int, maximum: int) -> LimitExceeded:
    """A statement for which the server would close the link."""
    return LimitExceeded(
        "max_allowed_packet",
        maximum,
        f"The statement takes {size:,} bytes, and this server accepts {maximum:,} at most (max_allowed_packet). "
        "Nothing was sent. A parameter takes twice its size.",
    )


def too_much_returned(maximum: int) -> LimitExceeded:
    """A write with RETURNING whose rows fill the memory."""
    return LimitExceeded(
        "max_returning_bytes",
        maximum,
        f"The rows that the statement returns take more than {maximum:,} bytes. It was stopped. Tables of "
        "a transactional engine are as they were before it; others keep what was written until then. "
        "Write without RETURNING, or in parts.",
    )


def _without_values(message: str) -> str:
    for pattern in _VALUES:
        message = pattern.sub(r"\1'…'\2", message)
    return message


def _place(error: ServerError, sql: str) -> tuple[int | None, int | None]:
    """Where the server saw the error: the offset if it is certain, and the line if it is reported."""
    found = _NEAR.search(error.message)
    if found is None:
        line = _LINE.search(error.message)
        return None, int(line[1]) if line else None
    near, line_number = found[1], int(found[2])
    if len(near) < _NEAR_CHARACTERS - 3:  # not cut: it reaches to the end of the text
        text = sql.rstrip("; \t\r\n\0") if not near else sql
        position = len(text) - len(near) if text.endswith(near) else None
        return position, line_number
    near = near.removesuffix("...")
    position = sql.find(near)
    unique = position >= 0 and sql.find(near, position + 1) < 0
    return (position if unique else None), line_number


def _names(error: ServerError) -> dict[str, str]:
    pattern = _NAMES.get(error.code)
    found = pattern.search(error.message) if pattern else None
    return {} if found is None else {key: name.rpartition(".")[2] for key, name in found.groupdict().items() if name}


def not_connected(target: MysqlTarget, stage: str, error: BaseException) -> ConnectFailed:
    """Opening failed with `error` at `stage`."""
    if isinstance(error, ConnectFailed):
        return error
    where = _where(target)
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
    if isinstance(error, ServerError):
        kinds = {**dict.fromkeys(_TOO_MANY_SESSIONS, NoMoreSessions), _ACCESS_DENIED: PasswordRefused}
        kind = kinds.get(error.code, ConnectFailed)
        return kind(_stage_of(error.code), f"{where}: {cut(error.message)}", str(error.code))
    if isinstance(cause, ssl.SSLCertVerificationError):
        return ConnectFailed("tls", f"{where}: the server's certificate was refused: {cause.verify_message}.")
    if isinstance(cause, ssl.SSLError):
        return ConnectFailed("tls", f"{where}: TLS failed: {cause.reason or 'the server ended it'}.")
    if isinstance(cause, socket.gaierror):
        return ConnectFailed("name", f"The host name {target.host} cannot be resolved: {cause.strerror}.")
    if isinstance(cause, OSError):
        return ConnectFailed(stage, f"{where}: {cause.strerror or 'the link failed'}.")
    if isinstance(cause, UnicodeError):
        return ConnectFailed("name", f"The name {target.host!r} is not a host name.")
    if isinstance(error, BadPacket):
        return ConnectFailed(stage, f"{where}: what answers there does not speak MySQL's protocol: {error}.")
    return ConnectFailed(stage, f"{where}: the server ended the connection or does not speak MySQL's protocol.")


def no_answer(target: MysqlTarget, stage: str, patience_ms: int) -> ConnectFailed:
    """Opening took too long; it had come to `stage`."""
    doing = {"tcp": "connecting", "tls": "agreeing on TLS", "auth": "logging in", "database": "preparing the session"}
    return ConnectFailed(
        stage, f"{_where(target)} did not answer within {patience_ms:,} ms (connect_timeout_ms), while {doing[stage]}."
    )


def _where(target: MysqlTarget) -> str:
    return target.socket_path or f"{target.host}:{target.port}"


def _stage_of(code: int) -> str:
    if code in _AUTH_STAGE:
        return "auth"
    return "tls" if code in _TLS_STAGE else "database"
