"""The server's packets, read from bytes with every length checked.

Source: dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html and mariadb.com/kb/en/clientserver-protocol/.
"""

from dataclasses import dataclass, field

STATUS_IN_TRANSACTION = 0x0001
STATUS_MORE_RESULTS = 0x0008
STATUS_SESSION_CHANGED = 0x4000

_PROTOCOL = 10
_MAX_ROWS = (1 << 53) - 1  # as the contract counts them
_TRACKS_VARIABLE, _TRACKS_SCHEMA, _TRACKS_TRANSACTION = 0, 1, 4
_FIXED_BYTES = {0xFC: 2, 0xFD: 3, 0xFE: 8}


class BadPacket(Exception):
    """The server sent what its protocol does not allow."""


class ServerError(Exception):
    """The server answered with an error."""

    def __init__(self, code: int, sqlstate: str | None, message: str) -> None:
        super().__init__(code)  # never the message: it may repeat a value
        self.code, self.sqlstate, self.message = code, sqlstate, message


@dataclass(slots=True)
class Done:
    """The end of a statement or of one result."""

    status: int
    affected_rows: int = 0
    last_insert_id: int = 0
    warnings: int = 0
    variables: dict[str, str] = field(default_factory=dict)  # that the statement changed
    schema: str | None = None  # the new default database
    transaction: str = ""  # the statements that would begin a transaction like the one that comes or is open


@dataclass(frozen=True, slots=True)
class ColumnDefinition:
    """A column as the server describes it."""

    schema: str
    alias: str  # of the table
    table: str
    column: str
    name: str
    charset: int
    length: int
    type: int
    flags: int
    decimals: int
    type_name: str = ""  # MariaDB: a type that the number does not distinguish, for example `uuid`
    format_name: str = ""  # MariaDB: `json`


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a server says first. `mariadb_capabilities` are 0 on servers that are not MariaDB."""

    version: str
    thread_id: int
    capabilities: int
    mariadb_capabilities: int
    salt: bytes
    method: bytes


class Reader:
    """A position in a packet."""

    def __init__(self, data: bytes, position: int = 0) -> None:
        self._data, self._position = data, position

    @property
    def left(self) -> int:
        return len(self._data) - self._position

    def take(self, count: int) -> bytes:
        start = self._position
        if count > len(self._data) - start:
            raise BadPacket("a packet is shorter than it says")
        self._position = start + count
        return self._data[start : start + count]

    def integer(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def counted(self) -> int:
        """An integer of one to nine bytes."""
        first = self.integer(1)
        if first < 0xFB:
            return first
        if first not in _FIXED_BYTES:
            raise BadPacket("a length in a packet has an unknown form")
        return self.integer(_FIXED_BYTES[first])

    def text(self) -> str:
        """A string with its length in front."""
        return self.take(self.counted()).decode("utf-8", "replace")

    def until_nul(self) -> bytes:
        """A string that ends at a NUL, or at the end of the packet."""
        end = self._data.find(b"\0", self._position)
        found = self.take((len(self._data) if end < 0 else end) - self._position)
        self._position = min(self._position + 1, len(self._data))
        return found


def error(data: bytes) -> ServerError:
    """The error in a packet that begins with 0xFF."""
    reader = Reader(data, 1)
    code = reader.integer(2)
    state = None
    if data[3:4] == b"#":
        state = reader.take(6)[1:].decode("ascii", "replace")
    message = reader.take(reader.left).decode("utf-8", "replace")
    return ServerError(code, state, message or "The server gave no reason.")


def greeting(data: bytes) -> Greeting:
    """The server's first packet. Raises `BadPacket`, also for servers older than version 4.1."""
    reader = Reader(data, 1)
    if data[0] != _PROTOCOL:
        raise BadPacket("the greeting is of another version of the protocol")
    version = reader.until_nul().decode("latin-1")
    thread_id, salt = reader.integer(4), reader.take(8)
    reader.take(1)
    capabilities = reader.integer(2)
    reader.take(3)  # the character set and the status
    capabilities |= reader.integer(2) << 16
    salt_bytes = reader.integer(1)
    reader.take(6)
    further = reader.integer(4)
    salt += reader.take(min(max(12, salt_bytes - 9), reader.left))
    reader.take(min(1, reader.left))
    return Greeting(version, thread_id, capabilities, further if "MariaDB" in version else 0, salt, reader.until_nul())


def done(data: bytes, *, tracks: bool) -> Done:
    """An OK packet, also one that ends a result. `tracks` is whether session tracking was agreed on."""
    reader = Reader(data, 1)
    affected, made = reader.counted(), reader.counted()
    if affected > _MAX_ROWS:
        raise BadPacket("a statement changed an impossible number of rows")
    ended = Done(reader.integer(2), affected, made, reader.integer(2))
    if tracks and reader.left:
        reader.take(reader.counted())  # a remark for people, such as `Rows matched: 1`
        if ended.status & STATUS_SESSION_CHANGED and reader.left:
            _read_changes(Reader(reader.take(reader.counted())), ended)
    return ended


def _read_changes(changes: Reader, ended: Done) -> None:
    while changes.left:
        kind = changes.integer(1)
        change = Reader(changes.take(changes.counted()))
        if kind == _TRACKS_VARIABLE:
            while change.left:
                name = change.text()
                ended.variables[name] = change.text()
        elif kind == _TRACKS_SCHEMA:
            ended.schema = change.text()
        elif kind == _TRACKS_TRANSACTION:
            ended.transaction = change.text()


def end_of_result(data: bytes) -> Done:
    """An EOF packet, which older servers send."""
    reader = Reader(data, 1)
    warnings = reader.integer(2)
    return Done(reader.integer(2), warnings=warnings)


def column(data: bytes, *, extended: bool) -> ColumnDefinition:
    """A column definition. `extended` is whether MariaDB's extended metadata were agreed on."""
    reader = Reader(data)
    reader.text()  # the catalog, always `def`
    schema, alias, table, name, column_name = (reader.text() for _ in range(5))
    names = {0: "", 1: ""}
    if extended:
        metadata = Reader(reader.take(reader.counted()))
        while metadata.left:
            what = metadata.integer(1)
            names[what] = metadata.text()
    reader.counted()  # the length of what follows
    return ColumnDefinition(
        schema=schema,
        alias=alias,
        table=table,
        column=column_name,
        name=name,
        charset=reader.integer(2),
        length=reader.integer(4),
        type=reader.integer(1),
        flags=reader.integer(2),
        decimals=reader.integer(1),
        type_name=names[0],
        format_name=names[1],
    )
