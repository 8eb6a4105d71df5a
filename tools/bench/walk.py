"""Reading a whole result, window by window, with one request ahead of the answers."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tools.bench.raw_client import RawClient, head, packed

WINDOW_ROWS = 10_000
_AHEAD = 2  # requests in flight: the one that is waited for, and the next


@dataclass(slots=True)
class Walk:
    """Which windows to ask for next. It knows nothing of sockets, so that every client may use it.

    A window holds fewer rows than asked for when its bytes reach a limit; the rest is then asked for again. The limit
    is guessed from the first window, so that this is rare.
    """

    rows_read: int
    total: int | None
    _limit: int
    _next: int
    _gaps: list[tuple[int, int]] = field(default_factory=list)
    _asked: int = 0

    @classmethod
    def after(cls, first_rows: int, total: int | None) -> "Walk":
        """The walk that follows the first window."""
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
        """Note the answer to the request for `window`: `count` rows came."""
        self._asked -= 1
        self.rows_read += count
        self.total = total if total is not None else self.total
        offset, limit = window[0] + count, window[1] - count
        if limit and (self.total is None or offset < self.total):
            self._gaps.append((offset, limit))


def read_windows(client: RawClient, connection_id: str, sql: str) -> Iterator[tuple[int, int]]:
    """Run a query and read its whole result; rows and bytes of each window. The result is closed at the end."""
    client.send(packed("q", "query", {"connection_id": connection_id, "sql": sql, "window_rows": WINDOW_ROWS}))
    payload = client.receive()
    first = head(payload)
    yield first.row_count, len(payload)
    result_id = first.data["result_id"]
    if result_id is None:
        return
    walk = Walk.after(first.row_count, first.data["total_rows"])
    while not walk.done:
        for offset, limit in walk.requests():
            request = {"result_id": result_id, "offset": offset, "limit": limit}
            client.send(packed(f"{offset} {limit}", "fetch", request))
        payload = client.receive()
        answer = head(payload)
        offset, limit = map(int, answer.id.split())
        walk.take((offset, limit), answer.row_count, answer.data["total_rows"])
        yield answer.row_count, len(payload)
    client.call("close_result", result_id=result_id)


def read_all(client: RawClient, connection_id: str, sql: str) -> int:
    """Run a query, read its whole result, and return how many rows it had."""
    return sum(rows for rows, _ in read_windows(client, connection_id, sql))
