"""Reads results: a whole one window by window, with one request ahead of the answers, or single windows."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tools.bench.raw_client import RawClient, Unexpected, head, packed

WINDOW_ROWS = 10_000  # of a whole result
SCREEN_ROWS = 500  # of a single one, as an app asks for it
_AHEAD = 2  # requests in flight: the one being waited for, and the next


@dataclass(slots=True)
class WindowPlan:
    """Which windows to ask for next. It does no I/O, so that every client can use it.

    A window has fewer rows than asked for if its bytes reach a limit; the rest is then asked for again. The number of
    rows is estimated from the first window, so that this is rare.
    """

    rows_read: int
    total: int | None
    _limit: int
    _next: int
    _gaps: list[tuple[int, int]] = field(default_factory=list)
    _asked: int = 0

    @classmethod
    def after(cls, first_rows: int, total: int | None) -> "WindowPlan":
        """The plan after the first window."""
        limit = WINDOW_ROWS if first_rows == WINDOW_ROWS else max(1, first_rows * 9 // 10)
        return cls(first_rows, total, limit, first_rows)

    @property
    def done(self) -> bool:
        return self.rows_read == self.total and not self._asked

    def requests(self) -> Iterator[tuple[int, int]]:
        """Offset and limit of each window to ask for now."""
        while self._asked < _AHEAD:
            if self._gaps:
                window = self._gaps.pop()
            elif self.total is None or self._next < self.total:
                window = (self._next, self._limit)
                self._next += self._limit
            else:
                return
            self._asked += 1
            yield window

    def take(self, window: tuple[int, int], count: int, total: int | None) -> None:
        """Record the answer to the request for `window`: `count` rows."""
        self._asked -= 1
        self.rows_read += count
        self.total = total if total is not None else self.total
        offset, limit = window[0] + count, window[1] - count
        if limit and (self.total is None or offset < self.total):
            self._gaps.append((offset, limit))


def read_windows(client: RawClient, connection_id: str, sql: str) -> Iterator[tuple[int, int]]:
    """Run a query and read its whole result: rows and bytes of each window. Closes the result at the end."""
    client.send(packed("q", "query", {"connection_id": connection_id, "sql": sql, "window_rows": WINDOW_ROWS}))
    payload = client.receive()
    first = head(payload)
    yield first.row_count, len(payload)
    result_id = first.data["result_id"]
    if result_id is None:
        return
    plan = WindowPlan.after(first.row_count, first.data["total_rows"])
    while not plan.done:
        for offset, limit in plan.requests():
            request = {"result_id": result_id, "offset": offset, "limit": limit}
            client.send(packed(f"{offset} {limit}", "fetch", request))
        payload = client.receive()
        answer = head(payload)
        offset, limit = map(int, answer.id.split())
        plan.take((offset, limit), answer.row_count, answer.data["total_rows"])
        yield answer.row_count, len(payload)
    client.call("close_result", result_id=result_id)


def read_all(client: RawClient, connection_id: str, sql: str) -> int:
    """Run a query, read its whole result, and return how many rows it has."""
    return sum(rows for rows, _ in read_windows(client, connection_id, sql))


def expect_rows(found: int, expected: int) -> None:
    """Raise `Unexpected` unless all rows came."""
    if found != expected:
        raise Unexpected(f"{found:,} rows came instead of {expected:,}.")


def fetch(result_id: str, offset: int) -> bytes:
    """The packed request for one window of `SCREEN_ROWS` rows."""
    return packed("w", "fetch", {"result_id": result_id, "offset": offset, "limit": SCREEN_ROWS})


def store(client: RawClient, connection_id: str, sql: str, rows: int) -> tuple[str, int]:
    """Have the backend read and keep a whole result; its id, and the bytes of all its windows."""
    result_id: str = client.call("query", connection_id=connection_id, sql=sql, window_rows=1)["result_id"]
    offset = size = 0
    while offset < rows:
        client.send(packed("s", "fetch", {"result_id": result_id, "offset": offset, "limit": 10_000}))
        payload = client.receive()
        offset += head(payload).row_count
        size += len(payload)
    return result_id, size


def ask_next(client: RawClient, frames: Iterator[bytes]) -> None:
    """Send the next request and read its answer."""
    client.send(next(frames))
    client.receive()
