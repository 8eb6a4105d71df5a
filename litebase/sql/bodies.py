"""Statements that hold semicolons of their own: triggers, routines, and what their bodies are nested from."""

from collections.abc import Callable
from typing import Final, Protocol

from litebase.sql.dialect import CompoundBodies


class Body(Protocol):
    """Reads the tokens of one statement, to tell which semicolons are its own."""

    @property
    def holds_semicolon(self) -> bool:
        """Whether a semicolon here is part of the statement."""

    @property
    def is_settled(self) -> bool:
        """Whether the next semicolon ends the statement, whatever comes before it."""

    def see(self, lexeme: str) -> None: ...


class _Trigger:
    """SQLite: CREATE TRIGGER ends where END stands between two semicolons, which is the rule of sqlite3_complete()."""

    def __init__(self) -> None:
        self.is_settled = False
        self._is_trigger = False
        self._last_two = ("", "")

    @property
    def holds_semicolon(self) -> bool:
        return self._is_trigger and self._last_two != (";", "END")

    def see(self, lexeme: str) -> None:
        self._last_two = (self._last_two[1], lexeme)
        if not self._is_trigger:
            self._is_trigger = lexeme == "TRIGGER"
            self.is_settled = lexeme not in {"EXPLAIN", "QUERY", "PLAN", "CREATE", "TEMP", "TEMPORARY", "TRIGGER"}


class _Atomic:
    """PostgreSQL: BEGIN ATOMIC ... END of a routine, where only CASE nests; the statements of a rule in parentheses."""

    def __init__(self) -> None:
        self.is_settled = False
        self._kind = ""
        self._depth = 0
        self._before = ""

    @property
    def holds_semicolon(self) -> bool:
        return self._depth > 0

    def see(self, lexeme: str) -> None:
        if not self._kind:
            self._see_kind(lexeme)
        elif self._kind == "RULE":
            self._depth += (lexeme == "(") - (lexeme == ")")
        elif self._before not in {".", "AS"}:  # behind these a word is a name, whatever it says
            self._see_word(lexeme)
        self._before = lexeme

    def _see_kind(self, lexeme: str) -> None:
        if lexeme in {"FUNCTION", "PROCEDURE", "RULE"}:
            self._kind = lexeme
        else:
            self.is_settled = lexeme not in {"CREATE", "OR", "REPLACE"}

    def _see_word(self, lexeme: str) -> None:
        if self._depth == 0:
            self._depth = int(lexeme == "ATOMIC" and self._before == "BEGIN")
        elif lexeme == "CASE":
            self._depth += 1
        elif lexeme == "END":
            self._depth -= 1
            self.is_settled = self._depth == 0


class _Routine:
    """MySQL and MariaDB: stored programs, and MariaDB's compound statements outside of them.

    BEGIN, IF, CASE, LOOP, REPEAT, WHILE and FOR open a block only where a statement may start, else they are functions,
    clauses or names; CASE opens an expression everywhere else. What is open is kept in a stack.
    """

    OPENERS: Final = frozenset({"BEGIN", "CASE", "FOR", "IF", "LOOP", "REPEAT", "WHILE"})
    # fmt: off
    OTHER_STATEMENTS: Final = frozenset((
        "ALTER", "CALL", "CREATE", "DELETE", "DO", "DROP", "EXECUTE", "FETCH", "GRANT", "INSERT", "KILL", "LOAD",
        "OPEN", "PREPARE", "REPLACE", "RETURN", "SELECT", "SET", "SHOW", "SIGNAL", "TRUNCATE", "UPDATE", "VALUES",
        "WITH",
    ))
    # fmt: on
    VALUE: Final = "CASE as a value"
    UNTIL: Final = "REPEAT behind its UNTIL"

    def __init__(self) -> None:
        self.is_settled = False
        self._step: Callable[[str], None] = self._see_first
        self._open: list[str] = []
        self._before = ""
        self._may_start = False  # a statement, at the next lexeme
        self._has_definer = False
        self._parentheses = 0

    @property
    def holds_semicolon(self) -> bool:
        return bool(self._open)

    def see(self, lexeme: str) -> None:
        self._step(lexeme)
        self._before = lexeme

    def _see_first(self, lexeme: str) -> None:
        if lexeme in {"CREATE", "ALTER"}:
            self._step = self._see_kind
        elif lexeme == "BEGIN":
            self._step = self._see_not
        else:
            self._see_before_body(lexeme)

    def _see_not(self, lexeme: str) -> None:
        """Behind a first BEGIN: only `BEGIN NOT ATOMIC` is a block, any other starts a transaction."""
        self.is_settled = lexeme != "NOT"
        self._open, self._step = ["BEGIN"], self._see_in_body

    def _see_kind(self, lexeme: str) -> None:
        step = {
            "PROCEDURE": self._see_parameters,
            "FUNCTION": self._see_parameters,
            "TRIGGER": self._see_each_row,
            "EVENT": self._see_schedule,
        }.get(lexeme)
        if step is not None and self._before not in {"=", "@"}:
            self._step = step
        elif lexeme == "DEFINER":
            self._has_definer = True
        elif lexeme == "VIEW" or not self._has_definer:
            # The marks and the number come from /*!50003 ... */ around a word.
            self.is_settled = lexeme not in {"OR", "REPLACE", "AGGREGATE", "*", "/", "!", "M"} and not lexeme.isdigit()

    def _see_parameters(self, lexeme: str) -> None:
        self._parentheses += (lexeme == "(") - (lexeme == ")")
        if lexeme == ")" and self._parentheses == 0:
            self._step = self._see_before_body

    def _see_each_row(self, lexeme: str) -> None:
        if lexeme == "ROW" and self._before == "EACH":
            self._step = self._see_before_body

    def _see_schedule(self, lexeme: str) -> None:
        if lexeme == "DO":
            self._step = self._see_before_body

    def _see_before_body(self, lexeme: str) -> None:
        """Behind a program's head or a handler's: properties and conditions, then the statement that is the body."""
        self._parentheses += (lexeme == "(") - (lexeme == ")")
        if self._parentheses:
            return
        if lexeme in self.OPENERS and self._before != "HANDLER":
            self._enter(lexeme)
        elif lexeme in self.OTHER_STATEMENTS and not (
            lexeme == "SET" and self._before in {"CHARACTER", "CHAR", "RETURNS"}
        ):
            self.is_settled = not self._open
            self._step = self._see_in_body
        elif lexeme == ";":
            self._may_start, self._step = True, self._see_in_body

    def _enter(self, opener: str) -> None:
        self._open.append(opener)
        self._may_start = opener in {"BEGIN", "LOOP", "REPEAT"}
        self._step = self._see_in_body

    def _see_in_body(self, lexeme: str) -> None:
        may_start, self._may_start = self._may_start, False
        inside = self._open[-1] if self._open else ""
        if lexeme in {";", ":"}:  # the colon of a label
            self._may_start = True
        elif lexeme == "END":
            self._leave(may_start or inside in {self.VALUE, self.UNTIL})
        elif lexeme in self.OPENERS and self._before != "END":
            self._open_in_body(lexeme, may_start)
        elif lexeme in {"THEN", "ELSE"}:
            self._may_start = inside in {"IF", "CASE"}
        elif lexeme == "DO":
            self._may_start = not may_start and inside in {"WHILE", "FOR"}
        elif lexeme == "ATOMIC":
            self._may_start = self._before == "NOT"
        elif lexeme == "UNTIL" and inside == "REPEAT":
            self._open[-1] = self.UNTIL
        elif lexeme == "HANDLER" and self._before in {"CONTINUE", "EXIT", "UNDO"}:
            self._step = self._see_before_body

    def _open_in_body(self, lexeme: str, may_start: bool) -> None:
        if may_start:
            self._enter(lexeme)
        elif lexeme == "CASE":
            self._open.append(self.VALUE)

    def _leave(self, is_end: bool) -> None:
        if is_end and self._open:
            self._open.pop()
            self.is_settled = not self._open


BODIES: Final[dict[CompoundBodies, Callable[[], Body]]] = {
    "trigger": _Trigger,
    "atomic": _Atomic,
    "routine": _Routine,
}
