"""Lines that a person types: Tab completes them, and what was run before is there to be found again.

`input` calls the completion in the main thread, and waits for it, so it has little time. Without `readline`, as on
Windows, lines are read without it.
"""

import re
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress

from anyio.from_thread import BlockingPortal
from litebase_schema.history import SearchHistoryRequest
from litebase_schema.sql import CompleteSqlRequest, CompletionItem
from pydantic import ValidationError

from litebase.client.channel import Client
from litebase.client.failures import BackendGone, RequestFailed
from litebase.client.help import HELP

try:
    import readline
except ImportError:  # Windows has none
    _HAS_READLINE = False
else:
    _HAS_READLINE = True

_ANSWER_S = 0.4
_NAMES_MS = 300  # of that, for names that have not been read yet
_BETWEEN_WORDS = " \t\n()[]{}<>=+-*/%,;|&!^~?:."
_QUOTES = "\"`'"
_RECALLED = 500  # statements
_LONGEST_RECALLED = 10_000  # characters
_COMMANDS = sorted(set(re.findall(r"\\\w+", HELP)))
_WITH_SQL = re.compile(r"\\(?:explain|analyze)\s+")


class Keyboard:
    """One person's lines, at one connection."""

    def __init__(self, portal: BlockingPortal, client: Client, connection_id: str) -> None:
        self._portal, self._client, self._connection_id = portal, client, connection_id
        self._earlier: str | None = None  # lines of the statement that is typed; None while something else is
        self._offered: Sequence[str] = []

    def begin(self, connection_name: str, database: str | None) -> None:
        """Complete with Tab from now on, and have the newest statements of this connection among the lines."""
        if sys.platform == "win32" or not (_HAS_READLINE and sys.stdin.isatty() and sys.stdout.isatty()):
            return
        is_libedit = "libedit" in (readline.__doc__ or "")
        readline.parse_and_bind("bind ^I rl_complete" if is_libedit else "tab: complete")
        if not is_libedit:  # else the letters are dropped in which candidates differ from what was typed by case
            readline.parse_and_bind("set completion-ignore-case on")
        readline.set_completer_delims(_BETWEEN_WORDS)
        readline.set_completer(self._complete)
        if database is not None:  # databases in memory have no name, and nothing in common
            for sql in self._past(connection_name, database):
                readline.add_history(sql)

    def line(self, prompt: str, earlier: str) -> str:
        """The next line of a statement of which `earlier` was typed before."""
        self._earlier = earlier
        try:
            return input(prompt)
        finally:
            self._earlier = None

    def _past(self, connection_name: str, database: str) -> Iterable[str]:
        """Statements, the oldest first."""
        request = SearchHistoryRequest(connection_name=connection_name, database=database, limit=_RECALLED)
        answer = self._portal.start_task_soon(self._client.search_history, request)
        try:
            entries = answer.result(timeout=_ANSWER_S).entries
        except (RequestFailed, BackendGone, TimeoutError, CancelledError):  # no history is kept, or it is not well
            answer.cancel()
            return []
        fitting = (one for one in entries if one.origin == "user" and one.sql_complete)
        return [one.sql for one in reversed(list(fitting)) if "\0" not in one.sql and len(one.sql) <= _LONGEST_RECALLED]

    def _complete(self, word: str, number: int) -> str | None:
        """What `readline` calls with 0, 1, 2, … until there are no more. What it raises is lost."""
        if sys.platform != "win32" and number == 0:
            line, cursor = readline.get_line_buffer(), readline.get_endidx()
            self._offered = [] if self._earlier is None else self._candidates(line[:cursor], line[cursor:], word)
        return self._offered[number] if number < len(self._offered) else None

    def _candidates(self, line: str, rest: str, word: str) -> Sequence[str]:
        """What may be written instead of `word`, the end of `line`, which the cursor parts from the `rest`."""
        earlier = self._earlier or ""
        if not line.strip():
            return ["\t"]  # a line is indented, perhaps by text that is pasted
        if not earlier.strip() and line.startswith("\\"):
            if word == line:
                return [one for one in _COMMANDS if one.startswith(word)]
            if (command := _WITH_SQL.match(line)) is None:
                return []
            earlier, line = "", line[command.end() :]
        sql = earlier + line
        return candidates(self._items(sql, rest), sql, word)

    def _items(self, sql: str, rest: str) -> Sequence[CompletionItem]:
        with suppress(ValidationError, RequestFailed, BackendGone, TimeoutError, CancelledError, RuntimeError):
            request = CompleteSqlRequest(
                connection_id=self._connection_id, sql=sql + rest, offset=len(sql), wait_ms=_NAMES_MS
            )
            answer = self._portal.start_task_soon(self._client.complete_sql, request)
            try:
                return answer.result(timeout=_ANSWER_S).items
            finally:
                answer.cancel()  # what has not come by now
        return []


def candidates(items: Iterable[CompletionItem], sql: str, word: str) -> Sequence[str]:
    """What may be written instead of `word`, the end of `sql`, which may begin elsewhere than the text of an item.

    `readline` writes what all candidates have in common, so several ones have to begin with the word.
    """
    begin = len(sql) - len(word)
    found = []
    for one in items:
        if one.end > len(sql):  # a word goes on behind the cursor, where `readline` replaces nothing
            continue
        if one.start > begin:
            found.append(sql[begin : one.start] + one.text)
        elif one.text.startswith(typed := sql[one.start : begin]):
            found.append(one.text[len(typed) :])
    shown = [text for text in dict.fromkeys(found) if text.isprintable()]  # the terminal would obey others
    bare = word.lstrip(_QUOTES).casefold()
    fitting = [text for text in shown if text.lstrip(_QUOTES).casefold().startswith(bare)]
    return fitting or (shown if len(shown) == 1 else [])
