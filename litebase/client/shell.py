"""Statements from a prompt or a pipe, their results as tables, page by page.

Lines are read in the main thread, so that Ctrl-C is an ordinary `KeyboardInterrupt` there; requests run in the event
loop of another thread, and are stopped through the protocol.
"""

import shutil
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TextIO, TypeVar

from anyio.from_thread import BlockingPortal
from litebase_schema.errors import QueryFailedDetails
from litebase_schema.query import CloseResultRequest, FetchRequest, QueryRequest, QueryResponse
from litebase_schema.tables import OpenTableResponse
from litebase_schema.values import CutCell
from pydantic import ValidationError

from litebase.client import asking, browse, output
from litebase.client.channel import Client
from litebase.client.failures import RequestFailed
from litebase.client.help import HELP
from litebase.client.keyboard import Keyboard
from litebase.client.one_by_one import OneByOne
from litebase.client.questions import Questions
from litebase.client.statement import statement_end
from litebase.client.table import duration, layout, pointer, printable, received, table
from litebase.sql.words import is_blank

T = TypeVar("T")
Answer = QueryResponse | OpenTableResponse

_WINDOW_ROWS = 1000  # where nobody turns pages
_LINES_AROUND_A_PAGE = 6
_PROGRESS_S = 0.5
_PRODUCTION = "This is a production database. Go on?"


def say(text: str = "", stream: TextIO | None = None) -> None:
    """One line of output."""
    print(text, file=stream)


class Shell:
    """One person, or one script, at one database session, so that transactions last from line to line."""

    def __init__(
        self, portal: BlockingPortal, client: Client, questions: Questions, connection_id: str, db_session_id: str
    ) -> None:
        self._portal, self._calls, self._questions = portal, OneByOne(client), questions
        self._connection_id, self._db_session_id = connection_id, db_session_id
        self._asking = asking.Asking(self._calls, connection_id, db_session_id)
        self.keyboard = Keyboard(portal, client, connection_id)
        self._types = False
        self._in_transaction = False
        self._last_result: str | None = None  # of the last statement
        self._source: dict[str, str | None] | None = None  # what the command `export` writes
        self._file: TextIO | None = None  # where tables go instead of the screen
        self._talks = sys.stdin.isatty() and sys.stdout.isatty()
        if self._talks:
            portal.start_task_soon(self._calls.watch)

    def run(self) -> int:
        """Until the input ends. A script ends at its first error, with exit code 1."""
        code = self._run()
        if self._in_transaction:
            say("The transaction that is still open is rolled back: there was no COMMIT.", sys.stderr)
        return code

    def _run(self) -> int:
        for statement in self._dialogue() if self._talks else self._script():
            if statement.startswith("\\"):
                if self._obey(statement):
                    return 0
            elif not self._try(statement) and not self._talks:
                return 1
        return 0

    def _script(self) -> Iterator[str]:
        text = ""
        for line in sys.stdin:
            if not text.strip() and line.startswith("\\"):
                yield line.strip()
                continue
            text += line
            while ";" in line and (end := statement_end(text)) is not None:
                yield text[:end].strip()
                text = text[end:]
        yield text.strip()

    def _dialogue(self) -> Iterator[str]:
        text, interrupted = "", False
        while True:
            while self._calls.news:
                say(self._calls.news.popleft())
            try:
                line = self.keyboard.line("     ...> " if text.strip() else "litebase> ", text)
            except EOFError:
                say()
                return
            except KeyboardInterrupt:
                say()
                if interrupted:
                    return
                say("Ctrl-C again, or \\q, leaves.")
                text, interrupted = "", True
                continue
            interrupted = False
            if not text.strip() and line.startswith("\\"):
                yield line.strip()
                continue
            text += line + "\n"
            while (end := statement_end(text)) is not None:
                yield text[:end].strip()
                text = text[end:]

    def _obey(self, command: str) -> bool:
        """Do what a backslash command says; whether it was the one to leave."""
        if command == "\\t":
            self._types = not self._types
            say(f"Types are {'shown' if self._types else 'hidden'}.")
        elif command.partition(" ")[0] in asking.COMMANDS:
            self._ask(*command.partition(" ")[::2])
        elif command.partition(" ")[0] == "\\open":
            self._open(command.partition(" ")[2].strip(" ;"))
        elif command.partition(" ")[0] == "\\export":
            self._export(command.partition(" ")[2])
        elif command.partition(" ")[0] == "\\o":
            self._redirect(command.partition(" ")[2])
        elif command != "\\q":
            say(HELP if command == "\\h" else f"There is no {printable(command)}. \\h tells what there is.")
        return command == "\\q"

    def _ask(self, command: str, said: str, *, confirm: bool = False) -> None:
        """Print what a command asks for."""
        room = shutil.get_terminal_size().columns if self._talks else None
        try:
            for line in self._wait(partial(self._asking.lines, confirm=confirm), command, said.strip(" ;"), room):
                say(line)
        except RequestFailed as failed:
            if failed.code == "confirmation_required" and not confirm and self._agrees(_PRODUCTION):
                return self._ask(command, said, confirm=True)
            self._complain(f"error: {failed.code}: {printable(failed.message)}")

    def _open(self, name: str) -> None:
        """Show the rows of a table or a view."""
        started = time.perf_counter()
        where = (self._calls, self._connection_id, self._db_session_id)
        try:
            self._close_last_result()
            answer = self._wait(browse.opened, *where, name, self._page_rows())
            if answer is None:
                self._complain("\\open needs the name of one table or view, as \\d lists them.")
            else:
                self._show(answer, started, answer.sql)
        except RequestFailed as failed:
            self._complain(f"error: {failed.code}: {printable(failed.message)}")

    def _export(self, said: str, *, overwrite: bool = False) -> None:
        """Write the rows of the last statement to a file."""
        if self._source is None:
            self._complain("No statement before this one has returned rows.")
            return
        try:
            request = output.request(said, self._source)
        except output.UnfitName as unfit:
            self._complain(printable(str(unfit)))
            return
        try:
            answer = self._wait(self._calls.export_rows, request.model_copy(update={"overwrite": overwrite}))
        except RequestFailed as failed:
            question = f"{printable(request.path or '')} exists. Replace it?"
            if output.exists(failed) and not overwrite and self._agrees(question):
                self._export(said, overwrite=True)
            else:
                self._complain(f"error: {failed.code}: {printable(failed.message)}")
            return
        for line in output.outcome(answer):
            say(line)

    def _redirect(self, said: str) -> None:
        """Write tables to a file from now on, or show them again."""
        if self._file is not None:
            with suppress(OSError):  # its disk is full, which was told
                self._file.close()
            self._file = None
        if said.strip(" ;"):
            try:
                self._file = output.opened(output.path_of(said))
            except (OSError, output.UnfitName) as error:
                self._complain(output.why(error))

    def _try(self, sql: str) -> bool:
        """Run one statement and show what came of it; whether it worked."""
        if is_blank(sql):
            return True
        started = time.perf_counter()
        try:
            self._close_last_result()
            return self._show(self._query(sql), started, sql)
        except RequestFailed as failed:
            self._show_failure(sql, failed, started)
            return False
        except ValidationError as refused:
            self._complain(f"The statement cannot be sent: {refused.errors(include_input=False)[0]['msg']}.")
            return False

    def _wait(self, function: Callable[..., Awaitable[T]], *arguments: object) -> T:
        """The answer of a request. Ctrl-C stops the request; its answer comes nevertheless."""
        future = self._questions.start(self._portal, function, *arguments)
        started = time.perf_counter()
        with self._progress_line() as show:
            while True:
                try:
                    self._questions.ask_until_done(future, _PROGRESS_S if self._talks else None)
                except KeyboardInterrupt:
                    self._portal.call(self._calls.stop)
                except TimeoutError:
                    done = _counted(self._calls.rows, self._calls.noun)
                    show(f"{time.perf_counter() - started:.0f} s · {done} {self._calls.verb}")
                else:
                    return future.result()

    @contextmanager
    def _progress_line(self) -> Iterator[Callable[[str], None]]:
        """A line that is written anew each time, and is gone at the end."""
        width = 0

        def show(text: str) -> None:
            nonlocal width
            width = max(width, len(text))
            sys.stdout.write(f"\r{text:{width}}\r")
            sys.stdout.flush()

        try:
            yield show
        finally:
            if width:
                show("")

    def _query(self, sql: str, *, confirm: bool = False) -> QueryResponse:
        request = QueryRequest(
            connection_id=self._connection_id,
            db_session_id=self._db_session_id,
            sql=sql,
            window_rows=self._page_rows(),
            confirm=confirm,
            keep_result=True,
        )
        try:
            return self._wait(self._calls.query, request)
        except RequestFailed as failed:
            if failed.code != "confirmation_required" or not self._agrees(_PRODUCTION):
                raise
        return self._query(sql, confirm=True)

    def _agrees(self, question: str) -> bool:
        """Whether the person at the terminal wants that. A script has no say."""
        if not self._talks:
            return False
        try:
            return input(f"{question} (y/N) ") in ("y", "Y")
        except (EOFError, KeyboardInterrupt):
            say()
            return False

    def _show(self, answer: Answer, started: float, sql: str) -> bool:
        """Show what came of a statement; whether all of it could be shown."""
        self._last_result = answer.result_id
        self._source = None if answer.result_id is None else {"result_id": answer.result_id}
        self._in_transaction = answer.transaction_status != "idle"
        for notice in answer.notices:
            say(printable(f"{notice.severity}: {notice.message}"))
        if not answer.columns:
            say(self._outcome(answer, started))
        elif self._file is None:
            if self._talks:
                self._show_pages_of(answer, started, sql)
            else:
                self._show_all(answer)
        else:
            return self._write_all(answer)
        return True

    def _show_pages_of(self, answer: Answer, started: float, sql: str) -> None:
        """What is not read to its end holds locks, so it is closed, and run again should it be exported."""
        is_read = False
        try:
            is_read = self._show_pages(answer, started)
        finally:
            if not is_read:
                self._close_last_result()
                ids = {"connection_id": self._connection_id, "db_session_id": self._db_session_id}
                self._source = {"sql": sql, **ids}

    def _write_all(self, answer: Answer) -> bool:
        """The same into the file."""
        try:
            self._show_all(answer)
        except OSError as error:
            self._redirect("")
            self._complain(f"The file cannot be written: {error.strerror}. Tables are shown again.")
            return False
        return True

    def _close_last_result(self) -> None:
        last, self._last_result, self._source = self._last_result, None, None
        if last is not None:
            with suppress(RequestFailed):  # it went with its connection
                self._wait(self._calls.close_result, CloseResultRequest(result_id=last))

    def _outcome(self, answer: Answer, started: float) -> str:
        parts = []
        if answer.affected_rows is not None:
            parts.append(_counted(answer.affected_rows, "row") + " changed")
        if answer.last_insert_id is not None:
            parts.append(f"last insert id {answer.last_insert_id}")
        if rows := received(answer.rows):  # without a column
            parts.append(("" if answer.complete else "more than ") + _counted(len(rows), "row"))
        return " · ".join([*(parts or ["done"]), _times(answer, started)])

    def _show_all(self, answer: Answer) -> None:
        """Every row, in one table whose widths fit the first window; nothing is cut here."""
        fitted = layout(answer.columns, answer.rows, None, types=self._types)
        for line in fitted.head():
            say(line, self._file)
        rows, complete, cut_cells, shown = received(answer.rows), answer.complete, answer.cut_cells, 0
        while True:
            for row in rows:
                say(fitted.line(row), self._file)
            self._warn_of_cuts(cut_cells)
            shown += len(rows)
            if complete or answer.result_id is None:
                if self._file is not None:
                    self._file.flush()
                return
            request = FetchRequest(result_id=answer.result_id, offset=shown, limit=_WINDOW_ROWS)
            window = self._wait(self._calls.fetch, request)
            rows, complete, cut_cells = received(window.rows), window.complete, window.cut_cells

    def _warn_of_cuts(self, cut_cells: list[CutCell]) -> None:
        for one in cut_cells:
            place = f"row {one.row + 1:,}, column {one.column + 1}"
            self._complain(f"The cell at {place} is shown in part; it has {one.full_bytes:,} bytes.")

    def _show_pages(self, answer: Answer, started: float) -> bool:
        """Show what the person asks for; whether all rows were read."""
        rows, complete, total = list(received(answer.rows)), answer.complete, answer.total_rows
        offset, wanted = 0, self._page_rows()
        while True:
            while answer.result_id is not None and len(rows) < wanted and not complete:
                request = FetchRequest(result_id=answer.result_id, offset=offset + len(rows), limit=wanted - len(rows))
                window = self._wait(self._calls.fetch, request)
                rows += received(window.rows)
                complete, total = window.complete, window.total_rows
            for line in table(answer.columns, rows, shutil.get_terminal_size().columns, types=self._types):
                say(line)
            if offset == 0 and complete:
                say(f"{_counted(len(rows), 'row')} · {_times(answer, started)}")
                return True
            place = output.next_place(offset, len(rows), total, self._page_rows(), complete=complete)
            if place is None:
                return complete or total is not None
            offset, rows, complete, wanted = place, [], False, self._page_rows()

    def _show_failure(self, sql: str, failed: RequestFailed, started: float) -> None:
        if failed.code == "cancelled":
            self._complain(f"cancelled after {duration(time.perf_counter() - started)}")
            return
        details = failed.details if isinstance(failed.details, QueryFailedDetails) else None
        origin = f" ({details.engine_code})" if details and details.engine_code else ""
        self._complain(f"error: {failed.code}: {printable(failed.message)}{origin}")
        if details and details.position is not None:
            for line in pointer(sql, details.position, shutil.get_terminal_size().columns - 2):
                self._complain("  " + line)
        if details and details.hint:
            self._complain(f"hint: {printable(details.hint)}")

    def _complain(self, text: str) -> None:
        say(text, sys.stdout if self._talks else sys.stderr)

    def _page_rows(self) -> int:
        if not self._talks:
            return _WINDOW_ROWS
        return max(shutil.get_terminal_size().lines - _LINES_AROUND_A_PAGE, 5)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _times(answer: Answer, started: float) -> str:
    here = duration(time.perf_counter() - started)
    return f"{duration(answer.timings.server_ms / 1000)} in the database, {here} in all"
