"""Splits a script into statements, in time linear in its length.

One compiled pattern per dialect and delimiter leaps over everything that cannot end a statement, strings, names and
comments included, and stops at what may: the delimiter, a command of a client, or a mark that opens something the
pattern could not close. Its parts are possessive, and a thing that is never closed ends the scan, so no text is read
again and again. Only statements that may hold semicolons of their own (triggers, routines) are read word by word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from litebase.errors import InvalidScript, shorten
from litebase.sql import lexical
from litebase.sql.bodies import BODIES
from litebase.sql.dialect import CompoundBodies, Dialect
from litebase.sql.lexical import BLANKS, LETTER


@dataclass(frozen=True, slots=True)
class Piece:
    """Where one statement stands in its script, in code points: without its delimiter, the blanks around it and the
    comments before it. Comments inside stay, so that a place in the statement plus `start` is its place in the script.
    """

    start: int
    end: int


def split(script: str, dialect: Dialect) -> list[Piece]:
    """The statements of `script`, in order; empty ones are left out.

    Raises InvalidScript for what is never closed and for what only another client would understand.
    """
    return _Scan(script, dialect).pieces()


_GO: Final = r"(?ai:go)(?:[ \t]++[0-9]++)?+[ \t\r]*+"  # with the number of times to run the batch
_GO_LINE: Final = rf"{_GO}(?:\n|\Z)"
_DELIMITER_LINE: Final = r"(?ai:delimiter)[ \t]"
_LONGEST_DELIMITER: Final = 15  # characters, as in the mysql client
_MOST_DELIMITERS: Final = 16  # different ones in a script: each costs a compiled pattern
_HEAD_WORDS: Final[dict[CompoundBodies, tuple[str, ...]]] = {
    "none": (),
    "trigger": ("CREATE", "EXPLAIN"),
    "atomic": ("CREATE",),
    "routine": ("CREATE", "ALTER", "BEGIN", "CASE", "FOR", "IF", "LOOP", "REPEAT", "WHILE"),
}


@dataclass(frozen=True, slots=True)
class _Patterns:
    head: re.Pattern[str]  # blanks and comments, then a first word that wants a closer look
    run: re.Pattern[str]  # everything up to a place where the statement may end
    token: re.Pattern[str]  # blanks and comments, then a word, a quoted thing or a single mark


@lru_cache(maxsize=64)
def _patterns(dialect: Dialect, delimiter: str) -> _Patterns:
    comments, quoted, stops = lexical.comments(dialect), _quoted(dialect), _stops(dialect)
    blank = rf"[{BLANKS}]"
    lead = rf"(?:{blank}++|{'|'.join(_leading(comment) for comment in comments)})*+"
    opened = rf"(?:{lexical.EXECUTABLE}[0-9]*+{blank}*+)?+" if dialect.executable_comments else ""
    dot = r"|\.(?=[A-Za-z])" if dialect.dot_commands else ""
    head = rf"{lead}({opened}((?ai:{'|'.join(_head_words(dialect))})(?![{LETTER}$]){dot}))?"

    marks = "".join(sorted({delimiter[0], "\n", *"\\" * dialect.backslash_commands, *lexical.special_marks(dialect)}))
    special = f"[{re.escape(marks)}]"
    ordinary = f"[^{re.escape(marks)}]++"
    leaps = "|".join([*quoted, *comments, *lexical.inside_word(dialect), f"(?!{'|'.join(stops)}){special}"])
    run = rf"(?:{ordinary}|(?!{re.escape(delimiter)})(?:{leaps}))*+"

    token = rf"{lead}(?:([{LETTER}][{LETTER}$]*+)|({'|'.join(quoted)})|((?!{'|'.join(stops)}).))?"
    return _Patterns(re.compile(head), re.compile(run, re.DOTALL), re.compile(token, re.DOTALL))


def _head_words(dialect: Dialect) -> list[str]:
    words = [*_HEAD_WORDS[dialect.compound_bodies], *dialect.word_commands, "GO"]
    return words + ["DELIMITER"] * dialect.delimiter_command + ["COPY"] * dialect.inline_copy_data


def _quoted(dialect: Dialect) -> list[str]:
    return lexical.strings(dialect) + lexical.quoted_names(dialect)


def _leading(comment: str) -> str:
    """The same, but not a hint: `/*+ ... */` before the first word is read by some engines and belongs to it."""
    return comment.replace(r"/\*", r"/\*(?!\+)", 1)


def _stops(dialect: Dialect) -> list[str]:
    """What a run may not leap over as a single mark; each is decided by `_Scan`."""
    stops = [*lexical.openers(dialect), f"\n{_GO_LINE}"]
    stops += [f"\n{_DELIMITER_LINE}"] * dialect.delimiter_command
    stops += [r"\\(?![N-])"] * dialect.backslash_commands  # \N is NULL; \- stands in the first line of MariaDB's dumps
    return stops


class _Scan:
    """One way through a script, left to right. Only the delimiter changes on the way."""

    def __init__(self, script: str, dialect: Dialect) -> None:
        self._script = script
        self._dialect = dialect
        self._delimiters: set[str] = set()
        self._set_delimiter(";")

    def _set_delimiter(self, delimiter: str) -> None:
        self._delimiter = delimiter
        self._delimiters.add(delimiter)
        self._patterns = _patterns(self._dialect, delimiter)

    def pieces(self) -> list[Piece]:
        script, length = self._script, len(self._script)
        found: list[Piece] = []
        position, hint = 0, -1
        while position < length:
            head = self._patterns.head.match(script, position)
            assert head is not None
            start = head.end() if head.lastindex is None else head.start(1)
            if script.startswith("/*", start) and not self._is_executable(start):
                hint = start if hint < 0 and script.startswith("/*+", start) else hint
                position = self._comment_end(start)
                continue
            stop = start
            if head.lastindex is not None:
                word, at = head[2].upper(), head.start(2)
                if word == "DELIMITER":
                    position, hint = self._read_delimiter(at), -1
                    continue
                self._refuse_command(word, at)
                stop = self._behind_body(word, at)
            stop = self._stop(stop)
            if stop > start:
                found.append(Piece(start if hint < 0 else hint, self._without_blanks(start, stop)))
            hint = -1
            position = stop + (len(self._delimiter) if script.startswith(self._delimiter, stop) else 1)
        return found

    def _without_blanks(self, start: int, stop: int) -> int:
        script = self._script
        return start + len(script[start:stop].rstrip(BLANKS)) if script[stop - 1] in BLANKS else stop

    def _stop(self, position: int) -> int:
        """Where the statement around `position` ends: its delimiter, a DELIMITER line or the end of the script."""
        script, run = self._script, self._patterns.run
        while True:
            leap = run.match(script, position)
            assert leap is not None
            position = leap.end()
            if position == len(script) or script.startswith(self._delimiter, position):
                return position
            if script[position] == "\n":
                self._refuse_go(position + 1)
                return position
            position = self._beyond(position)

    def _beyond(self, position: int) -> int:
        """The end of what a pattern alone could not close; an error if nothing closes it."""
        mark = self._script[position]
        if mark == "/":
            return self._comment_end(position)
        if mark == "$":
            return self._dollar_quote_end(position)
        if mark == "\\":
            raise self._backslash_command(position)
        is_string = mark == "'" or (mark == '"' and self._dialect.double_quoted_strings)
        raise self._never_closed("string" if is_string else "quoted name", position)

    def _is_executable(self, position: int) -> bool:
        return self._dialect.executable_comments and self._script.startswith(("/*!", "/*M!"), position)

    def _comment_end(self, position: int) -> int:
        end = lexical.comment_end(self._script, position, self._dialect)
        if end < 0:
            raise self._never_closed("comment", position)
        return end

    def _dollar_quote_end(self, position: int) -> int:
        end = lexical.dollar_quote_end(self._script, position)
        if end < 0:
            raise self._never_closed("dollar quote", position)
        return end

    def _tokens(self, position: int) -> Iterator[tuple[str, int, int]]:
        """Words in upper case, marks, and `'` for any string or quoted name; each with its start and end."""
        script = self._script
        while position < len(script):
            lexeme = self._patterns.token.match(script, position)
            assert lexeme is not None
            position = lexeme.end()
            if lexeme.lastindex is not None:
                at = lexeme.start(lexeme.lastindex)
                yield "'" if lexeme.lastindex == 2 else lexeme[lexeme.lastindex].upper(), at, position
            elif position < len(script):
                at, position = position, self._beyond(position)
                if script[at] == "$":
                    yield "'", at, position

    def _behind_body(self, word: str, start: int) -> int:
        """A place in the statement from `start` behind which no semicolon is its own."""
        if self._delimiter != ";":
            return start
        if word == "COPY":
            self._refuse_copied_rows(start)
            return start
        if word not in _HEAD_WORDS[self._dialect.compound_bodies]:
            return start
        body = BODIES[self._dialect.compound_bodies]()
        for lexeme, at, end in self._tokens(start):
            if lexeme == ";" and not body.holds_semicolon:
                return at
            if lexeme in _LINE_COMMANDS and self._starts_line_command(at):
                self._refuse_go(at)
                return at - 1
            body.see(lexeme)
            if body.is_settled:
                return end
        return len(self._script)

    def _starts_line_command(self, position: int) -> bool:
        pattern = _EITHER_LINE if self._dialect.delimiter_command else _ONLY_GO_LINE
        return self._script[position - 1] == "\n" and pattern.match(self._script, position) is not None

    def _read_delimiter(self, position: int) -> int:
        """Sets the delimiter that the line at `position` names; gives the line's end."""
        end = self._script.find("\n", position)
        end = len(self._script) if end < 0 else end
        named = self._script[position + len("DELIMITER") : end].split(maxsplit=1)
        delimiter = named[0] if named else ""
        if not delimiter or len(delimiter) > _LONGEST_DELIMITER or set(delimiter) & set("\\'\"`"):
            reason = (
                f"DELIMITER needs a delimiter of 1 to {_LONGEST_DELIMITER} characters without quotes and backslashes."
            )
            raise InvalidScript(self._script, position, reason)
        if len(self._delimiters | {delimiter}) > _MOST_DELIMITERS:
            reason = f"A script may use {_MOST_DELIMITERS} different delimiters at most."
            raise InvalidScript(self._script, position, reason)
        self._set_delimiter(delimiter)
        return end

    def _refuse_command(self, word: str, position: int) -> None:
        """Raises InvalidScript if the statement at `position` is a command of some client."""
        script, program = self._script, self._dialect.client_program
        if word == ".":
            found = _DOT_COMMAND.match(script, position)
            command = shorten(found[0]) if found else word
            raise InvalidScript(script, position, f"{command} is a command of {program} and not SQL: leave it out.")
        if word == "SOURCE":
            reason = f"SOURCE is a command of {program} and not SQL: put the text of the file in its place."
            raise InvalidScript(script, position, reason)
        if word in self._dialect.word_commands:
            raise InvalidScript(script, position, f"{word} is a command of {program} and not SQL: leave it out.")
        if word == "GO" and _ONLY_GO.match(script, position):
            raise self._go(position)

    def _refuse_go(self, position: int) -> None:
        if _ONLY_GO_LINE.match(self._script, position):
            raise self._go(position)

    def _go(self, position: int) -> InvalidScript:
        reason = "GO is a command of SQL Server's clients and not SQL: end each statement with ; instead."
        return InvalidScript(self._script, position, reason)

    def _backslash_command(self, position: int) -> InvalidScript:
        found = _BACKSLASH_COMMAND.match(self._script, position)
        command = shorten(found[0]) if found else "\\"
        program = self._dialect.client_program
        reason = f"{command} is a command of {program} and not SQL: leave it out."
        if command.lower() in {"\\g", "\\gx", "\\gset", "\\gexec", "\\gdesc"}:
            reason = f"{command} ends a statement in {program} only: end it with {self._delimiter} instead."
        elif command == "\\copy":
            reason = "\\copy is a command of psql and not SQL: import or export the rows another way."
        return InvalidScript(self._script, position, reason)

    def _refuse_copied_rows(self, start: int) -> None:
        """Raises InvalidScript for `COPY ... FROM STDIN`: what follows it is rows and not SQL."""
        before, depth = "", 0
        for lexeme, _, _ in self._tokens(start):
            if lexeme == ";":
                return
            depth += (lexeme == "(") - (lexeme == ")")
            if depth == 0 and before == "FROM" and lexeme == "STDIN":
                reason = (
                    "COPY ... FROM STDIN takes its rows from the script, which is not supported: "
                    "use INSERT instead (pg_dump --inserts)."
                )
                raise InvalidScript(self._script, start, reason)
            before = lexeme

    def _never_closed(self, thing: str, position: int) -> InvalidScript:
        return InvalidScript(self._script, position, f"The {thing} that starts here is never closed.")


_DOT_COMMAND: Final = re.compile(r"\.[A-Za-z]+")
_BACKSLASH_COMMAND: Final = re.compile(r"\\(?:[A-Za-z]+|.)?", re.DOTALL)
_ONLY_GO: Final = re.compile(rf"{_GO}(?:[\n;]|\Z)")
_ONLY_GO_LINE: Final = re.compile(_GO_LINE)
_EITHER_LINE: Final = re.compile(f"{_GO_LINE}|{_DELIMITER_LINE}")
_LINE_COMMANDS: Final = {"GO", "DELIMITER"}
