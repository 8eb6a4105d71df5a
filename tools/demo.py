"""A walk through the backend, the way an app uses it: each step says what happened and how long, and checks itself."""

import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import anyio
from litebase_schema.cancel import CancelRequest
from litebase_schema.connection import DbDisconnectRequest, SqliteTarget
from litebase_schema.errors import QueryFailedDetails
from litebase_schema.health import HealthCheckRequest
from litebase_schema.opaque import CellValue
from litebase_schema.query import CellFetchRequest, CloseResultRequest, FetchRequest, QueryRequest, QueryResponse

from litebase.client import BackendGone, BackendProcess, Client, RequestFailed, StartFailed, connect, start_backend
from litebase.client.table import duration, pointer, received, table
from tools import sample_database

ROOM = 100
WINDOW_ROWS = 500
PATIENCE_S = 60.0
ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"
_BOLD, _DIM, _GREEN, _RED, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[31m", "\x1b[0m"


class Unexpected(Exception):
    """A step did not do what it should."""


def expect(fact: bool, wanted: str) -> None:
    """Go on only when `fact` holds."""
    if not fact:
        raise Unexpected(f"expected that {wanted}")


@dataclass(slots=True)
class Report:
    """Prints the steps, in colours only where a person looks at a terminal."""

    colours: bool
    number: int = 0
    title: str = ""
    lines: list[str] = field(default_factory=list)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """One step: its title and time, and then what was said in it."""
        self.number, self.title = self.number + 1, title
        self.lines.clear()
        started = time.perf_counter()
        yield
        took = duration(time.perf_counter() - started)
        head = f"{self.number:2}  {title}"
        print(f"{self._in(_BOLD, head)}{took.rjust(ROOM - len(head))}")
        for line in self.lines:
            print(f"    {line}".rstrip())
        print(flush=True)

    def say(self, text: str) -> None:
        self.lines.append(text)

    def show(self, answer: QueryResponse, *, types: bool = True) -> None:
        """Its rows as a table."""
        self.lines += table(answer.columns, answer.rows, ROOM - 4, types=types)

    def end(self, text: str) -> None:
        print(self._in(_GREEN, text))

    def fail(self, reason: str) -> None:
        """The one line that says which step failed, and why."""
        sys.stdout.flush()
        print(self._in(_RED, f"demo: step {self.number} ({self.title}) failed: {reason}"), file=sys.stderr)

    def _in(self, style: str, text: str) -> str:
        return f"{style}{text}{_PLAIN}" if self.colours else text


@dataclass(frozen=True, slots=True)
class Walk:
    """The steps that need an open database."""

    report: Report
    client: Client
    connection_id: str

    def query(self, sql: str, **options: object) -> QueryRequest:
        return QueryRequest.model_validate({"connection_id": self.connection_id, "sql": sql, **options})

    async def run_with_parameters(self) -> None:
        with self.report.step("query, with a named parameter that is bound and never pasted into the SQL"):
            sql = (
                "SELECT tracks.title, artists.name AS artist, formed, price, ms, rating\n"
                "FROM tracks JOIN albums ON albums.id = album_id JOIN artists ON artists.id = artist_id\n"
                "WHERE artists.country = :country ORDER BY tracks.ms DESC LIMIT 5"
            )
            answer = await self.client.query(self.query(sql, params={"country": "IS"}))
            expect(len(received(answer.rows)) == 5 and answer.complete, "the query returns its five rows")
            types = [column.db_type for column in answer.columns]
            expect(types == ["TEXT", "TEXT", "DATE", "DECIMAL(10,2)", "INTEGER", "REAL"], "columns have their types")
            self.report.lines += [*sql.split("\n"), ""]
            self.report.show(answer)
            times = answer.timings
            self.report.say(f"{times.server_ms:.1f} ms in the database, {times.encode_ms:.2f} ms to pack the rows")

    async def fetch_windows(self) -> None:
        with self.report.step(f"open a result of {sample_database.PLAYS:,} rows and read windows of it"):
            first = await self.client.query(self.query("SELECT * FROM plays ORDER BY id", window_rows=3))
            expect(first.result_id is not None and not first.complete, "the result stays open behind its first rows")
            self.report.show(first)
            result_id = first.result_id or ""
            last = sample_database.PLAYS - 200
            for offset, way in ((60_000, "forward"), (last, "to the end"), (100, "back"), (60_000, "and again")):
                await self._window(result_id, offset, way)
            await self.client.close_result(CloseResultRequest(result_id=result_id))
            self.report.say("the query ran once; the backend keeps the rows and answers any window of them")

    async def _window(self, result_id: str, offset: int, way: str) -> None:
        """Ask until the window is full: a fetch may bring fewer rows when they come slowly."""
        started = time.perf_counter()
        ids: list[CellValue] = []
        complete = False
        while len(ids) < WINDOW_ROWS and not complete:
            request = FetchRequest(result_id=result_id, offset=offset + len(ids), limit=WINDOW_ROWS - len(ids))
            window = await self.client.fetch(request)
            ids += [row[0] for row in received(window.rows)]
            complete, total = window.complete, window.total_rows
        took = duration(time.perf_counter() - started)
        end = min(offset + WINDOW_ROWS, sample_database.PLAYS)
        expect(ids == list(range(offset + 1, end + 1)), f"the window at row {offset:,} has the rows from there")
        expect(complete == (end == sample_database.PLAYS), "only the last window is the end")
        known = "total not known yet" if total is None else f"of {total:,} in all"
        self.report.say(f"{way:<10}  {len(ids)} rows, ids {offset + 1:>7,} to {end:>7,}   {known:<20} {took:>8}")

    async def show_odd_values(self) -> None:
        with self.report.step("read values that clients like to lose"):
            sql = "SELECT what, value FROM odd_values ORDER BY id"
            answer = await self.client.query(self.query(sql, max_cell_bytes=64))
            self.report.show(answer, types=False)
            values = {row[0]: row[1] for row in received(answer.rows)}
            expect(values["largest integer"] == 2**63 - 1, "2^63-1 is exact")
            expect(values["text that is not valid UTF-8"] == b"f\xfcr", "invalid UTF-8 comes as its bytes")
            expect(values["decimal digits as text"] == "12345678901234567890.0000000001", "decimal digits are kept")
            expect(values["NULL"] is None and values["empty text"] == "", "NULL and the empty text differ")
            (cut_cell,) = answer.cut_cells
            expect(cut_cell.full_bytes == sample_database.LONG_TEXT_BYTES, "a cut cell says its full length")
            whole = await self.client.cell_fetch(
                CellFetchRequest(result_id=answer.result_id or "", row=cut_cell.row, column=cut_cell.column)
            )
            expect(whole.complete and whole.piece == b"ab" * 500_000, "cell_fetch returns the whole cell")
            self.report.say(
                f"row {cut_cell.row + 1} travelled cut at 64 bytes, and said so; cell_fetch got all "
                f"{len(whole.piece):,} bytes of it"
            )
            await self.client.close_result(CloseResultRequest(result_id=answer.result_id or ""))

    async def fail_with_position(self) -> None:
        with self.report.step("make a mistake, and see where it is"):
            sql = "SELECT title, lenght FROM tracks"
            failed = await self._refused(sql, "query_failed")
            details = failed.details
            expect(isinstance(details, QueryFailedDetails), "the error has its typed details")
            expect(details.position == sql.index("lenght"), "the position is that of the wrong name")
            self.report.lines += pointer(sql, details.position, ROOM - 4)
            self.report.say(f"{failed.code}: {failed.message} (line {details.line}, column {details.column})")

    async def refuse_to_write(self) -> None:
        with self.report.step("try to write on this read-only connection"):
            failed = await self._refused("DELETE FROM plays", "read_only")
            self.report.say(f"{failed.code}: {failed.message}")

    async def _refused(self, sql: str, code: str) -> RequestFailed:
        try:
            await self.client.query(self.query(sql))
        except RequestFailed as failed:
            expect(failed.code == code, f"the error is {code} and not {failed.code}")
            return failed
        raise Unexpected(f"expected that this is refused: {sql}")

    async def cancel_endless_query(self) -> None:
        with self.report.step("start a query that never ends; ask for health beside it; cancel it"):
            self.report.say(ENDLESS)
            call = await self.client.start("query", self.query(ENDLESS))
            await anyio.sleep(0.3)
            started = time.perf_counter()
            health = await self.client.health_check(HealthCheckRequest())
            once = time.perf_counter()
            await self.client.health_check(HealthCheckRequest())
            took = f"{duration(once - started)}, and again in {duration(time.perf_counter() - once)}"
            # a machine that is busy with other things lets any process wait, and that is reported for a minute
            expect({*health.problems} <= {"loop_blocked"}, "the backend is healthy while the query runs")
            expect(health.requests_in_flight == 2, "two requests are in flight: the query and the health check")
            self.report.say(f"health while it runs   {health.status}, answered in {took}")
            stopped = await self.client.cancel(CancelRequest(request_id=call.id))
            expect(stopped.outcome == "stopped", f"the query is stopped, not {stopped.outcome}")
            try:
                await call.answer()
            except RequestFailed as failed:
                expect(failed.code == "cancelled", f"the query answers cancelled, not {failed.code}")
            else:
                raise Unexpected("expected that the endless query has no rows")
            self.report.say(f"cancel                 {stopped.outcome} in the database, {stopped.elapsed_ms:.1f} ms")
            after = await self.client.query(self.query("SELECT count(*) FROM plays"))
            expect(received(after.rows) == [[sample_database.PLAYS]], "the connection works as before")
            self.report.say(f"the same connection    counts {sample_database.PLAYS:,} plays as if nothing had been")

    async def say_health(self) -> None:
        with self.report.step("disconnect, and ask how the backend is"):
            await self.client.db_disconnect(DbDisconnectRequest(connection_id=self.connection_id))
            health = await self.client.health_check(HealthCheckRequest())
            expect((health.connections, health.results) == (0, 0), "nothing is left open")
            memory = f"{health.rss_bytes / 1e6:.0f} MB of memory" if health.rss_bytes else "memory not reported here"
            self.report.say(
                f"{health.status}, up for {health.uptime_ms / 1000:.1f} s, {memory}, {health.clients} client"
            )


def make_database(report: Report, path: Path) -> None:
    """Step 1."""
    with report.step("make a sample database"):
        sample_database.make(path)
        report.say(
            f"{path.name}, {path.stat().st_size / 1e6:.1f} MB: {sample_database.ARTISTS:,} artists, "
            f"{sample_database.ALBUMS:,} albums, {sample_database.TRACKS:,} tracks, {sample_database.PLAYS:,} plays"
        )


@asynccontextmanager
async def running_backend(report: Report, folder: Path) -> AsyncIterator[BackendProcess]:
    """Step 2. The log goes to a file, whose last line says why a backend did not start."""
    log_path = folder / "backend.log"
    async with AsyncExitStack() as life:
        log = life.enter_context(log_path.open("wb"))
        with report.step("start the backend as a child process and wait for its ready line"):
            options = ("--socket", str(folder / "litebase.sock"), "--no-history")
            try:
                backend = await life.enter_async_context(start_backend(*options, log=log.fileno()))
            except StartFailed as failed:
                reason = log_path.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2]
                raise Unexpected(f"{failed} {reason}") from failed
            pid, endpoint = backend.ready["pid"], backend.ready["endpoint"]
            expect(endpoint["transport"] == "unix", "the backend listens on a Unix socket")
            report.say(f"ready: version {backend.ready['version']}, pid {pid}, {endpoint['path']}")
        yield backend


async def open_database(report: Report, client: Client, path: Path) -> Walk:
    """Steps 3 and 4."""
    with report.step("say hello"):
        hello = await client.greet()
        expect("sqlite" in hello.engines, "the backend knows SQLite")
        report.say(
            f"{hello.server.name} {hello.server.version}, protocol {hello.protocol.major}.{hello.protocol.minor}, "
            f"engines {', '.join(hello.engines)}, frames up to {hello.limits.max_frame_bytes / 2**20:.0f} MiB"
        )
    with report.step("connect to the database, read-only"):
        opened = await client.db_connect(SqliteTarget(engine="sqlite", path=str(path), mode="read_only"))
        expect(opened.read_only, "the connection is read-only")
        report.say(f"{opened.connection_id}: {opened.engine} {opened.server_version}")
    return Walk(report, client, opened.connection_id)


async def shut_down(report: Report, backend: BackendProcess) -> None:
    """The last step."""
    with report.step("ask the backend to end (SIGTERM)"):
        backend.process.send_signal(signal.SIGTERM)
        code = await backend.process.wait()
        expect(code == 0, f"the exit code is 0 and not {code}")
        expect(not await anyio.Path(backend.endpoint["path"]).exists(), "the socket is removed")
        report.say("exit code 0, and the socket is gone")


async def walk(report: Report, folder: Path) -> None:
    """All steps, in order."""
    path = folder / "music.db"
    make_database(report, path)
    async with running_backend(report, folder) as backend:
        async with connect(backend.endpoint) as client:
            steps = await open_database(report, client, path)
            await steps.run_with_parameters()
            await steps.fetch_windows()
            await steps.show_odd_values()
            await steps.fail_with_position()
            await steps.refuse_to_write()
            await steps.cancel_endless_query()
            await steps.say_health()
        await shut_down(report, backend)


async def run(report: Report) -> int:
    """The walk in a temporary folder, with a bound on its time. Returns the exit code."""
    started = time.perf_counter()
    failure: BaseException | None = None
    with tempfile.TemporaryDirectory(prefix="litebase-demo-") as folder:
        try:
            with anyio.fail_after(PATIENCE_S):
                await walk(report, Path(folder))
        except* (Unexpected, RequestFailed, BackendGone, OSError) as group:  # a TimeoutError is an OSError
            failure = group
    if failure is not None:
        report.fail(_first(failure))
        return 1
    report.end(f"{report.number} steps, all as they should be, in {duration(time.perf_counter() - started)}")
    return 0


def _first(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error) or type(error).__name__


def main() -> int:
    """Run the demo; 1 when a step did not do what it should."""
    colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return anyio.run(run, Report(colours))


if __name__ == "__main__":
    sys.exit(main())
