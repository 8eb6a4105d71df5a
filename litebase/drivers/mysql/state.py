"""The state of a database session, which lasts from one statement to the next: what the server tells of it is followed.

The server's settings that this program relies on are made when a session begins. Where a statement changes them, they
are made again behind it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from litebase_schema.values import TransactionStatus

from litebase.drivers.interface import DriverLimits, RowTuple
from litebase.drivers.mysql import values, versions
from litebase.drivers.mysql.link import COM_QUERY, Link, Opening
from litebase.drivers.mysql.packets import STATUS_IN_TRANSACTION, BadPacket, Done
from litebase.sql.dialect import MYSQL, Dialect

_WRITE_PATIENCE_S = 7 * 24 * 3600  # how long the server waits for a reader that pauses; its default is a minute
_CHARACTER_SETS = ("character_set_client", "character_set_results", "character_set_connection")
_TRACKED = (*_CHARACTER_SETS, "sql_mode", "autocommit")
_SWITCHED_OFF = ("OFF", "0")


class OpenResult(Protocol):
    """A cursor, as far as its session must know it to end it."""

    async def aclose(self) -> None: ...


class SessionState:
    """The state of one session."""

    def __init__(self, link: Link, limits: DriverLimits, *, read_only: bool) -> None:
        self.link, self.limits, self.read_only = link, limits, read_only
        self.dropped = False
        self.open: OpenResult | None = None  # whose result, or whose statement, has not ended
        self.dialect: Dialect = MYSQL
        self.schema: str | None = None  # the default database, once a statement changed it
        self.unsettled = False  # a statement changed a setting that this program relies on
        self._status = 0

    @property
    def usable(self) -> bool:
        return not self.dropped and self.link.alive

    @property
    def transaction_status(self) -> TransactionStatus:
        if not self.usable:
            return "unknown"
        return "in_transaction" if self._status & STATUS_IN_TRANSACTION else "idle"

    def lose(self) -> None:
        """Give the session up at once."""
        self.dropped = True
        self.open = None
        self.link.drop()

    # settings

    @property
    def _read_only_name(self) -> str:
        return versions.read_only_name(self.link.server_version, is_mariadb=self.link.is_mariadb)

    async def begin(self) -> None:
        """Make the settings that this program relies on."""
        settings = ["NAMES utf8mb4", "autocommit = 1", f"net_write_timeout = {_WRITE_PATIENCE_S}"]
        if self.link.tracks:
            tracked = ",".join((*_TRACKED, self._read_only_name))
            settings += [f"session_track_system_variables = '{tracked}'", "session_track_schema = ON"]
        if self.read_only:
            settings.append(f"{self._read_only_name} = 1")
            if self.link.tracks:
                settings.append("session_track_transaction_info = 'CHARACTERISTICS'")
        await self.tell(f"SET {', '.join(settings)}")
        self.unsettled = False

    async def settle(self) -> None:
        """Set again what a statement changed and this program cannot do without."""
        settings = [f"{name} = utf8mb4" for name in _CHARACTER_SETS]
        if self.read_only:
            settings.append(f"SESSION {self._read_only_name} = 1")
        await self.tell(f"SET {', '.join(settings)}")
        self.unsettled = False

    # what the server tells

    def note(self, done: Done) -> None:
        """Take over what the server tells about the session."""
        self._status = done.status
        if done.schema is not None:
            self.schema = done.schema
        if done.variables:
            self._follow(done.variables)

    def _follow(self, changed: dict[str, str]) -> None:
        if (mode := changed.get("sql_mode")) is not None:
            self.follow_mode(mode)
        respelled = any(changed.get(name, "utf8mb4") != "utf8mb4" for name in _CHARACTER_SETS)
        self.unsettled = self.unsettled or respelled or (self.read_only and _lifts_read_only(changed))

    def follow_mode(self, mode: str) -> None:
        """The SQL mode says how text is read."""
        modes = mode.upper().split(",")
        self.dialect = replace(
            MYSQL,
            backslash_escapes="NO_BACKSLASH_ESCAPES" not in modes,
            double_quoted_strings="ANSI_QUOTES" not in modes,
        )

    @staticmethod
    def may_write_now(done: Done) -> bool:
        """Whether a statement that ended so made a read-only session, or its transaction, write."""
        return "READ WRITE" in done.transaction or _lifts_read_only(done.variables)

    # small questions of our own

    async def tell(self, text: str, command: int = COM_QUERY) -> None:
        """Have something done. Raises `ServerError`."""
        self.link.send(command, text.encode())
        self.note(expect_done(await self.link.reply()))

    async def ask(self, sql: str) -> RowTuple:
        """The one row that answers a question."""
        (row,) = await self.ask_rows(sql)
        return row

    async def ask_rows(self, sql: str) -> Sequence[RowTuple]:
        """All rows that answer a question; short ones."""
        self.link.send(COM_QUERY, sql.encode())
        opening = await self.link.reply()
        rows: list[RowTuple] = []
        if not isinstance(opening, Opening):
            raise BadPacket("a question had no answer")
        if opening.columns[0].charset != values.BINARY:
            self.link.text_charsets.add(opening.columns[0].charset)
        while True:
            one = await self.link.row_or_end(opening)
            if isinstance(one, Done):
                return rows
            rows.append(one)


def expect_done(reply: Done | Opening) -> Done:
    """The end of a statement that gives no rows."""
    if isinstance(reply, Opening):
        raise BadPacket("rows came where none were asked for")
    return reply


def _lifts_read_only(changed: dict[str, str]) -> bool:
    return any(changed.get(name) in _SWITCHED_OFF for name in versions.READ_ONLY_NAMES)
