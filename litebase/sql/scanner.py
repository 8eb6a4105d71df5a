"""Splits a script into statements, in time linear in its length.

Each next statement is cut by the rules that hold when its turn comes, because the one before it may have changed them.

One compiled pattern per dialect and delimiter leaps over everything that cannot end a statement, strings, names and
comments included, and stops at what may: the delimiter, a command of a client, or a mark that opens something the
pattern could not close. Its parts are possessive, and a thing that is never closed ends the scan, so no text is read
again and again. Only statements that may hold semicolons of their own (triggers, routines) are read word by word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from litebase.errors import InvalidScript
from litebase.sql import lexical
from litebase.sql.bodies import BODIES
from litebase.sql.commands import GO_WORD, Command, Refusal, backslash_command, end_of_rows, word_command
from litebase.sql.dialect import CompoundBodies, Dialect
from litebase.sql.lexical import BLANKS, LETTER, LETTER_OR_DOLLAR


@dataclass(frozen=True, slots=True)
class Place:
    """A place between two statements of a script, and the delimiter that holds there."""

    position: int = 0
    delimiter: str = ";"


@dataclass(frozen=True, slots=True)
class Piece:
    """Where one statement stands in its script, in code points: without its delimiter, the blanks around it and the
    comments before it. Comments inside stay, so that a place in the statement plus `start` is its place in the script.
    """

    start: int
    end: int
    after: Place  # where the next one is looked for
    rows: tuple[int, int] | None = None  # where the rows stand that COPY ... FROM STDIN takes from the script
    refusal: Refusal | None = None  # why this is not run: it is not SQL, or never closed


def split(script: str, dialect: Dialect) -> list[Piece]:
    """The statements of `script`, in order; empty ones are left out.

    Raises InvalidScript for what is never closed and for what only another client would understand.
    """
    pieces = list(Scan(script, dialect))
    for piece in pieces:
        if piece.refusal is not None:
            raise InvalidScript(script, piece.refusal.position, piece.refusal.reason)
    return pieces


def lexemes(statement: str, dialect: Dialect) -> Iterator[tuple[str, int, int]]:
    """The words of one statement in upper case, its marks, and `'` for any string or quoted name; each with its place.

    Comments are left out. Raises InvalidScript where something is never closed.
    """
    try:
        yield from Scan(statement, dialect).tokens(0)
    except _Refused as refused:
        refusal = refused.command.refusal
        assert refusal is not None
        raise InvalidScript(statement, refusal.position, refusal.reason) from None


def unreadable(script: str, dialect: Dialect) -> InvalidScript | None:
    """Why a script cannot be read to its end, or None; also None when a statement on the way may change the rules."""
    refusals = (piece.refusal for piece in Scan(script, dialect))
    found = next((refusal for refusal in refusals if refusal and refusal.rest == "cannot_be_read"), None)
    if found is None or any(word in script.lower() for word in dialect.rule_words):
        return None
    return InvalidScript(script, found.position, found.reason)


_GO_LINE: Final = rf"{GO_WORD}(?:\n|\Z)"
_DELIMITER_LINE: Final = r"(?ai:delimiter)[ \t]"
_BACKSLASH: Final = r"\\(?![N-])"  # \N is NULL; \- stands in the first line of MariaDB's dumps
_LONGEST_DELIMITER: Final = 15  # characters, as in the mysql client
_MOST_DELIMITERS: Final = 16  # different ones in a script: each costs a compiled pattern
_HEAD_WORDS: Final[dict[CompoundBodies, tuple[str, ...]]] = {
    "none": (),
    "trigger": ("CREATE", "EXPLAIN"),
    "atomic": ("CREATE",),
    "routine": ("CREATE", "ALTER", "BEGIN", "CASE", "FOR", "IF", "LOOP", "REPEAT", "WHILE"),
    "oracle": ("CREATE", "ALTER", "BEGIN", "CASE", "DECLARE", "FOR", "IF", "LOOP", "REPEAT", "WHILE"),
}


@dataclass(frozen=True, slots=True)
class _Patterns:
    head: re.Pattern[str]  # blanks and comments, then a first word that wants a closer look
    run: re.Pattern[str]  # everything up to a place where the statement may end
    token: re.Pattern[str]  # blanks and comments, then a word, a quoted thing or a single mark
    command_words: frozenset[str]  # heads that begin a client's command and not a statement


@lru_cache(maxsize=64)
def _patterns(dialect: Dialect, delimiter: str) -> _Patterns:
    comments, quoted, stops = lexical.comments(dialect), _quoted(dialect), _stops(dialect)
    blank = rf"[{BLANKS}]"
    lead = rf"(?:{blank}++|{'|'.join(_leading(comment) for comment in comments)})*+"
    opened = rf"(?:{lexical.EXECUTABLE}[0-9]*+{blank}*+)?+" if dialect.executable_comments else ""
    dot = r"|\.(?=[A-Za-z])" if dialect.dot_commands else ""
    backslash = rf"|{_BACKSLASH}" if dialect.backslash_commands else ""
    head = rf"{lead}({opened}((?ai:{'|'.join(_head_words(dialect))})(?!{LETTER_OR_DOLLAR}){dot}{backslash}))?"

    marks = "".join(sorted({delimiter[0], "\n", *"\\" * dialect.backslash_commands, *lexical.special_marks(dialect)}))
    special = f"[{re.escape(marks)}]"
    ordinary = f"[^{re.escape(marks)}]++"
    leaps = "|".join([*quoted, *comments, *lexical.inside_word(dialect), f"(?!{'|'.join(stops)}){special}"])
    run = rf"(?:{ordinary}|(?!{re.escape(delimiter)})(?:{leaps}))*+"

    token = rf"{lead}(?:({LETTER}{LETTER_OR_DOLLAR}*+)|({'|'.join(quoted)})|((?!{'|'.join(stops)}).))?"
    commands = frozenset({*dialect.word_commands, "GO", ".", "\\"})
    return _Patterns(re.compile(head), re.compile(run, re.DOTALL), re.compile(token, re.DOTALL), commands)


def _head_words(dialect: Dialect) -> list[str]:
    words = [*_HEAD_WORDS[dialect.compound_bodies], *dialect.word_commands, "GO"]
    return words + ["DELIMITER"] * dialect.delimiter_command + ["COPY"] * dialect.inline_copy_data


def _quoted(dialect: Dialect) -> list[str]:
    return lexical.strings(dialect) + lexical.quoted_names(dialect)


def _leading(comment: str) -> str:
    """The same, but not a hint: `/*+ ... */` before the first word is read by some engines and belongs to it."""
    return comment.replace(r"/\*", r"/\*(?!\+)", 1)


def _stops(dialect: Dialect) -> list[str]:
    """What a run may not leap over as a single mark; each is decided by `Scan`."""
    stops = [*lexical.openers(dialect), f"\n{_GO_LINE}"]
    stops += [f"\n{_DELIMITER_LINE}"] * dialect.delimiter_command
    stops += [_BACKSLASH] * dialect.backslash_commands
    return stops


class _Refused(Exception):
    """What begins or goes on here cannot be run; the scan goes on at the end of `command`."""

    def __init__(self, command: Command) -> None:
        super().__init__()
        self.command = command


class Scan(Iterator[Piece]):
    """The statements of a script from a place on, one after the other, as long as its text is read by one dialect.

    What cannot be run is a piece with a refusal. If it cannot be read either, it is the last one.
    """

    def __init__(self, script: str, dialect: Dialect, place: Place | None = None) -> None:
        self._script = script
        self._dialect = dialect
        self._delimiters: set[str] = set()
        self._inside: Refusal | None = None  # of the first command inside the statement that is being read
        place = place or Place()
        self._position = self._start = place.position
        self._set_delimiter(place.delimiter)

    def _set_delimiter(self, delimiter: str) -> None:
        self._delimiter = delimiter
        self._delimiters.add(delimiter)
        self._patterns = _patterns(self._dialect, delimiter)

    def __next__(self) -> Piece:
        try:
            while self._position < len(self._script):
                self._inside = None
                if (piece := self._next()) is not None:
                    self._position = piece.after.position
                    return piece
        except _Refused as refused:
            self._position, refusal = refused.command.end, refused.command.refusal
            end = self._without_blanks(self._start, self._position)
            return Piece(self._start, end, Place(self._position, self._delimiter), refusal=refusal)
        raise StopIteration

    def _next(self) -> Piece | None:
        """The statement that begins here; None when what stands here is not one."""
        script, head = self._script, self._head()
        start = head.end() if head.lastindex is None else head.start(1)
        stop, takes_rows = start, False
        if head.lastindex is not None:
            word, at = head[2].upper(), head.start(2)
            if word == "DELIMITER":
                self._position = self._read_delimiter(at)
                return None
            if word in self._patterns.command_words and (command := self._command(word, at)) is not None:
                if command.refusal is not None:
                    raise _Refused(command)
                self._position = command.end
                return None
            stop = self._behind_body(word, at)
            takes_rows = word == "COPY" and self._takes_rows(at)
        try:
            stop = self._stop(stop)
        except _Refused as refused:
            if takes_rows:  # from the script, whatever ends the statement
                refused.command = replace(refused.command, end=end_of_rows(script, refused.command.end)[1])
            raise
        self._position = stop + (len(self._delimiter) if script.startswith(self._delimiter, stop) else 1)
        rows = self._rows_after(self._position) if takes_rows else None
        if stop == start:
            return None
        end, after = self._without_blanks(start, stop), Place(self._position, self._delimiter)
        return Piece(self._start, end, after, rows if self._inside is None else None, self._inside)

    def _head(self) -> re.Match[str]:
        """The beginning of the next statement, behind comments. A hint before it belongs to it."""
        script, position, hint = self._script, self._position, -1
        while True:
            head = self._patterns.head.match(script, position)
            assert head is not None
            self._start = start = head.end() if head.lastindex is None else head.start(1)
            if not script.startswith("/*", start) or self._is_executable(start):
                break
            hint = start if hint < 0 and script.startswith("/*+", start) else hint
            position = self._comment_end(start)
        self._start = start if hint < 0 else hint
        return head

    def _command(self, word: str, position: int) -> Command | None:
        if word == "\\":
            return backslash_command(self._script, position, self._dialect, self._delimiter)
        return word_command(self._script, position, word, self._dialect)

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
            if script[position] == "\n":  # a line with GO or DELIMITER follows
                return position
            position = self._beyond(position)

    def _beyond(self, position: int) -> int:
        """The end of what a pattern alone could not close or what is no SQL; an error if the statement ends there."""
        mark = self._script[position]
        if mark == "/":
            return self._comment_end(position)
        if mark == "$":
            return self._dollar_quote_end(position)
        if mark == "\\":
            return self._behind_command(position)
        is_string = mark == "'" or (mark == '"' and self._dialect.double_quoted_strings)
        raise self._never_closed("string" if is_string else "quoted name", position)

    def _is_executable(self, position: int) -> bool:
        return self._dialect.executable_comments and self._script.startswith(("/*!", "/*M!"), position)

    def _comment_end(self, position: int) -> int:
        end = lexical.comment_end(self._script, position, self._dialect)
        if end < 0 and self._dialect.open_comments:
            return len(self._script)
        if end < 0:
            raise self._never_closed("comment", position)
        return end

    def _dollar_quote_end(self, position: int) -> int:
        end = lexical.dollar_quote_end(self._script, position)
        if end < 0:
            raise self._never_closed("dollar quote", position)
        return end

    def tokens(self, position: int) -> Iterator[tuple[str, int, int]]:
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
        if self._delimiter != ";" or word not in _HEAD_WORDS[self._dialect.compound_bodies]:
            return start
        body = BODIES[self._dialect.compound_bodies]()
        for lexeme, at, end in self.tokens(start):
            if lexeme == ";" and not body.holds_semicolon:
                return at
            if lexeme in _LINE_COMMANDS and self._starts_line_command(at):
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
            raise self._unreadable(position, reason)
        if len(self._delimiters | {delimiter}) > _MOST_DELIMITERS:
            reason = f"A script may use {_MOST_DELIMITERS} different delimiters at most."
            raise self._unreadable(position, reason)
        self._set_delimiter(delimiter)
        return end

    def _behind_command(self, position: int) -> int:
        """Where the statement around the client's command at `position` goes on. It is refused as a whole."""
        command = backslash_command(self._script, position, self._dialect, self._delimiter)
        reason = f"A command of {self._dialect.client_program} stands inside this statement: put it before or after."
        refusal = command.refusal or Refusal(position, reason)
        if command.ends_statement or refusal.rest != "may_run":
            raise _Refused(Command(command.end, refusal))
        self._inside = self._inside or refusal
        # In the mysql client a command is one letter, and the delimiter ends what follows it.
        has_arguments = not self._dialect.delimiter_command and self._script[position + 1 : position + 2] not in (
            ";",
            ":",
        )
        return command.end if has_arguments else position + 2

    def _takes_rows(self, start: int) -> bool:
        """Whether the statement is `COPY ... FROM STDIN`, for which STDOUT means the same."""
        before, depth = "", 0
        for lexeme, _, _ in self.tokens(start):
            if lexeme == ";":
                return False
            depth += (lexeme == "(") - (lexeme == ")")
            if depth == 0 and before == "FROM" and lexeme in {"STDIN", "STDOUT"}:
                return True
            before = lexeme
        return False

    def _rows_after(self, position: int) -> tuple[int, int]:
        r"""Where the rows stand of the COPY that ends at `position`: from the next line up to `\.` in a line alone."""
        script = self._script
        if (rest := _REST_OF_LINE.match(script, position)) is None and position < len(script):
            reason = (
                "The rows of COPY ... FROM STDIN begin in the line after it: nothing else may stand in its own line."
            )
            raise _Refused(Command(position, Refusal(self._start, reason, "must_not_run")))
        start = position if rest is None else rest.end()
        end, self._position = end_of_rows(script, start)
        return start, end

    def _never_closed(self, thing: str, position: int) -> _Refused:
        return self._unreadable(position, f"The {thing} that starts here is never closed.")

    def _unreadable(self, position: int, reason: str) -> _Refused:
        return _Refused(Command(len(self._script), Refusal(position, reason, "cannot_be_read")))


_ONLY_GO_LINE: Final = re.compile(_GO_LINE)
_EITHER_LINE: Final = re.compile(f"{_GO_LINE}|{_DELIMITER_LINE}")
_LINE_COMMANDS: Final = {"GO", "DELIMITER"}
_REST_OF_LINE: Final = re.compile(r"[ \t\r]*+(?:--[^\n]*+)?+(?:\n|\Z)")
