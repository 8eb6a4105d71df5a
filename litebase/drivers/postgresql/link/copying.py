"""The rows of COPY, which travel beside results: those of a script to the server, and the server's own as text."""

from collections.abc import Sequence

from litebase_schema.values import Column
from psycopg import Error, pq

from litebase.drivers.interface import RowTuple
from litebase.drivers.postgresql.link.stream import Link, LinkFailed
from litebase.drivers.slices import Slice, Turn
from litebase.errors import Unsupported

_PIECE = 65_536  # characters that are sent at a time
_PIECE_LINES = 1024  # and of these, of what the server sends
_STOPPED = b"the statement was stopped"
_NO_ROWS = b"the client sends no rows"


async def send_rows(link: Link, rows: str) -> None:
    """Send the rows of a COPY ... FROM STDIN. When the statement is to stop, the server is told so in their place.

    The server answers afterwards, also when it has refused a row in the meantime.
    """
    turn = Turn()
    for start in range(0, len(rows), _PIECE):
        if link.stopping:
            break
        await _send(link, rows[start : start + _PIECE].encode("utf-8", "surrogatepass"))
        if turn.is_over:
            await turn.pass_on()
    await _end(link, _STOPPED if link.stopping else None)


async def refuse_rows(link: Link) -> Unsupported:
    """Make a COPY ... FROM STDIN fail for which there are no rows; the error that says so."""
    await _end(link, _NO_ROWS)
    return Unsupported(
        "COPY ... FROM STDIN has no rows here: run it with run_script, with the rows in the lines after it and \\. on "
        "a line of its own, or use INSERT."
    )


async def _send(link: Link, piece: bytes) -> None:
    try:
        while link.connection.put_copy_data(piece) == 0:  # libpq has no memory to keep it in
            await link.flush()
    except Error as error:
        raise LinkFailed from error
    await link.flush()


async def _end(link: Link, failure: bytes | None) -> None:
    try:
        while link.connection.put_copy_end(failure) == 0:
            await link.flush()
    except Error as error:
        raise LinkFailed from error
    await link.flush()


class CopiedRows:
    """The rows of a COPY ... TO STDOUT: a line each, or the pieces of the binary format as they come.

    With `in_pieces` a row has many lines, and their number.
    """

    def __init__(self, link: Link, result: pq.abc.PGresult, *, in_pieces: bool = False) -> None:
        self._link, self._in_pieces = link, in_pieces
        self._is_binary = bool(result.binary_tuples)
        self.ended = False  # what comes next is a result again

    @property
    def columns(self) -> tuple[Column, ...]:
        """One, with what `psql` would print."""
        db_type, kind = ("bytea", "bytes") if self._is_binary else ("text", "text")
        return (Column(name="COPY", db_type=db_type, kind=kind, nullable=False),)

    async def read(self, rows: Slice, turn: Turn) -> None:
        """What has arrived, or else arrives next; nothing when it comes too late for these `rows`, or at the end."""
        most = _PIECE_LINES if self._in_pieces else rows.wanted
        arrived = self._arrived(most)
        if not (arrived or self.ended):  # perhaps there is more, and a look takes less time than to wait
            self._link.take_in()
            arrived = self._arrived(most)
        if arrived:
            rows.add(self._rows(arrived))
        elif not self.ended:
            await self._link.arrival(rows.patience_s)
        if turn.is_over:
            await turn.pass_on()

    async def drain(self) -> None:
        """Throw the rest away."""
        turn = Turn()
        while not self.ended:
            while self._arrived(_PIECE_LINES) and not self.ended:
                if turn.is_over:
                    await turn.pass_on()
            if not self.ended:
                await self._link.arrival()

    def _arrived(self, most: int) -> list[memoryview]:
        arrived: list[memoryview] = []
        next_line = self._link.connection.get_copy_data
        try:
            for _ in range(most):
                count, data = next_line(1)
                if count <= 0:
                    self.ended = count < 0
                    break
                arrived.append(data)
        except Error as error:
            raise LinkFailed from error
        return arrived

    def _rows(self, arrived: Sequence[memoryview]) -> Sequence[RowTuple]:
        if self._in_pieces:
            return [(b"".join(arrived), len(arrived))]
        return [(bytes(data) if self._is_binary else _line(bytes(data)),) for data in arrived]


def _line(data: bytes) -> str:
    return data.removesuffix(b"\n").decode("utf-8", "surrogateescape")
