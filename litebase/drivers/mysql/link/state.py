"""The state of a database session that lasts from one statement to the next, as the server reports it.

The server's settings that this program relies on are made when a session begins. Where a statement changes them, they
are made again after it.
"""

import contextlib
import secrets
from collections.abc import Sequence
from dataclasses import replace

from litebase_schema.values import Notice, TransactionStatus

from litebase.drivers.interface import Cursor, DriverLimits, RowTuple, Watcher
from litebase.drivers.mysql import errors, values
from litebase.drivers.mysql.link import versions
from litebase.drivers.mysql.link.packets import STATUS_IN_TRANSACTION, BadPacket, Done, ServerError, error
from litebase.drivers.mysql.link.replies import COM_PING, COM_QUERY, Link, ResultHead, expect_done
from litebase.drivers.mysql.link.stream import LinkLost
from litebase.drivers.notices import Notices
from litebase.drivers.slices import held_bytes
from litebase.errors import ConnectFailed
from litebase.sql.dialect import MYSQL, Dialect

_WRITE_PATIENCE_S = 7 * 24 * 3600  # how long the server waits for a reader that pauses; its default is a minute
_CHARACTER_SETS = ("character_set_client", "character_set_results", "character_set_connection")
_TRACKED = (*_CHARACTER_SETS, "sql_mode", "autocommit")
_SWITCHED_OFF = ("OFF", "0")


class SessionState:
    """The state of one session."""

    def __init__(self, link: Link, limits: DriverLimits, *, read_only: bool) -> None:
        self.link, self.limits, self.read_only = link, limits, read_only
        self.dropped = False
        self.open_cursor: Cursor | None = None  # whose result, or whose statement, has not ended
        self.dialect: Dialect = MYSQL
        self.schema: str | None = None  # the default database, once a statement changed it
        self.must_restore = False  # a statement changed a setting that this program relies on
        self.watcher: Watcher | None = None
        self.last_word: str | None = None
        self.tracks = link.welcome.tracks  # the server reports when a statement changes a setting
        self._status = 0

    @property
    def usable(self) -> bool:
        return not self.dropped and self.link.stream.alive

    @property
    def transaction_status(self) -> TransactionStatus:
        if not self.usable:
            return "unknown"
        return "in_transaction" if self._status & STATUS_IN_TRANSACTION else "idle"

    def drop(self) -> None:
        """Give the session up at once."""
        self.dropped = True
        self.open_cursor = None
        self.link.stream.drop()

    def note_end(self) -> None:
        """Keep why the server ended the link while nothing ran, and report that to a watcher."""
        farewell = self.link.stream.farewell()
        if farewell is not None and farewell[:1] == b"\xff":
            with contextlib.suppress(BadPacket):
                ended = error(farewell)
                self.last_word = f"The database server closed the session: {errors.cut(ended.message)} ({ended.code})."
        if self.watcher is not None:
            self.watcher.ended()

    # settings

    async def apply_settings(self) -> None:
        """Make the settings that this program relies on, as far as the server has them."""
        read_only_name = self.link.welcome.version.read_only_name
        settings = ["NAMES utf8mb4", "autocommit = 1", f"net_write_timeout = {_WRITE_PATIENCE_S}"]
        if self.read_only:
            settings.append(f"{read_only_name} = 1")
        tracking = []
        if self.link.welcome.tracks:
            tracked = ",".join((*_TRACKED, read_only_name))
            tracking = [f"session_track_system_variables = '{tracked}'", "session_track_schema = ON"]
            if self.read_only:
                tracking.append("session_track_transaction_info = 'CHARACTERISTICS'")
        if not await self._has_set(", ".join(settings + tracking)):
            for setting in settings:
                await self._has_set(setting)
            self.tracks = all([await self._has_set(setting) for setting in tracking])
        self.must_restore = False

    async def _has_set(self, settings: str) -> bool:
        """Whether the server made settings; some servers that speak the protocol lack one."""
        try:
            await self.execute(f"SET {settings}")
        except ServerError:
            return False
        return True

    async def prove_read_only(self) -> None:
        """Raise `ConnectFailed` unless the server refuses to write, whatever it said to the setting."""
        name, refusal = f"litebase_{secrets.token_hex(8)}", "it accepted DROP TABLE"
        try:
            await self.execute(f"DROP TABLE IF EXISTS {name}.{name}")  # changes nothing where it is not refused
        except ServerError as error:
            if error.code == errors.READ_ONLY_TRANSACTION:
                return
            refusal = errors.cut(error.message)
        raise ConnectFailed(
            "database",
            f"The server does not keep a read-only session from writing ({refusal}). Connect without read_only, as a "
            "user that has no right to write.",
        )

    async def restore_settings(self) -> None:
        """Set again what a statement changed and this program cannot do without. Raises `LinkLost`."""
        settings = [f"{name} = utf8mb4" for name in _CHARACTER_SETS]
        read_only = f"SESSION {self.link.welcome.version.read_only_name} = 1"
        if not await self._has_set(", ".join([*settings, *([read_only] if self.read_only else [])])):
            for setting in settings:
                await self._has_set(setting)
            if self.read_only and not await self._has_set(read_only):
                raise LinkLost("The session cannot be made read-only again, so it was closed.")
        self.must_restore = False

    # what the server reports

    def note(self, done: Done) -> None:
        """Take over what the server reports about the session."""
        self._status = done.status
        if done.schema is not None:
            self.schema = done.schema
        if done.variables:
            self._follow(done.variables)

    def _follow(self, changed: dict[str, str]) -> None:
        if (mode := changed.get("sql_mode")) is not None:
            self.follow_mode(mode)
        respelled = any(changed.get(name, "utf8mb4") != "utf8mb4" for name in _CHARACTER_SETS)
        self.must_restore = self.must_restore or respelled or (self.read_only and _lifts_read_only(changed))

    def follow_mode(self, mode: str) -> None:
        """The SQL mode says how text is read."""
        modes = mode.upper().split(",")
        self.dialect = replace(
            MYSQL,
            backslash_escapes="NO_BACKSLASH_ESCAPES" not in modes,
            double_quoted_strings="ANSI_QUOTES" not in modes,
            compound_bodies="oracle" if "ORACLE" in modes else "routine",
        )

    @staticmethod
    def may_write_now(done: Done) -> bool:
        """Whether a statement that ended so made a read-only session, or its transaction, write."""
        return "READ WRITE" in done.transaction or _lifts_read_only(done.variables)

    # small statements of our own, in the turn of the caller

    async def execute(self, text: str, command: int = COM_QUERY) -> None:
        """Run what returns no rows. Raises `ServerError`."""
        self.link.send(command, text.encode())
        self.note(expect_done(await self.link.reply()))

    async def row(self, sql: str) -> RowTuple:
        """The one row of a query. Raises `ServerError`."""
        (row,) = await self.rows(sql)
        return row

    async def rows(self, sql: str) -> Sequence[RowTuple]:
        """All rows of a query, few and short. Raises `ServerError`."""
        link = self.link
        link.send(COM_QUERY, sql.encode())
        head = await link.reply()
        if not isinstance(head, ResultHead):
            raise BadPacket("a query returned no result")
        if head.columns[0].charset != values.BINARY:
            link.text_charsets.add(head.columns[0].charset)
        rows: list[RowTuple] = []
        left = self.limits.max_metadata_bytes
        while not isinstance(row := await link.row_or_end(head), Done):
            rows.append(row)
            if (left := left - held_bytes(row)) < 0:
                raise LinkLost("The server returned much more than it was asked for.")
        self.note(row)
        return rows

    async def warnings(self, count: int) -> Sequence[Notice]:
        """The warnings of the last statement, of which the server counted so many."""
        rows: Sequence[RowTuple] = ()
        with contextlib.suppress(ServerError):  # some servers that speak the protocol have no such statement
            rows = await self.rows(self.asking_warnings)
        return self.kept_warnings(rows, count)

    @property
    def asking_warnings(self) -> str:
        """The statement that asks for the warnings of the one before it."""
        return f"SHOW WARNINGS LIMIT {self.limits.max_notices}"

    def kept_warnings(self, rows: Sequence[RowTuple], count: int) -> Sequence[Notice]:
        """What the server answered to it, where it counted so many."""
        kept, found = Notices(self.limits), _notices(rows)
        for notice in found:
            kept.add(notice)
        if (missing := count - len(found)) <= 0:
            return kept.kept()
        note = f"{missing:,} further warnings were not kept; the server keeps max_error_count of them."
        return (*kept.kept(), Notice(severity="Note", message=note))

    async def warnings_before(self, error: ServerError) -> Sequence[Notice]:
        """What the server says beside the error of the last statement, whose reply does not count it."""
        kept = Notices(self.limits)
        try:
            found = _notices(await self.rows(self.asking_warnings))
        except ServerError:  # as above
            await self.execute("", COM_PING)
            return ()
        for notice in found:
            if notice.severity != "Error" or notice.code != str(error.code):
                kept.add(notice)
        return kept.kept()


def _notices(rows: Sequence[RowTuple]) -> Sequence[Notice]:
    return [
        Notice(severity=str(level), message=errors.cut(str(message)), code=str(code)) for level, code, message in rows
    ]


def _lifts_read_only(changed: dict[str, str]) -> bool:
    return any(changed.get(name) in _SWITCHED_OFF for name in versions.READ_ONLY_NAMES)
