"""Statements that hold semicolons of their own: triggers, routines, and what their bodies are nested from."""

from collections.abc import Callable
from functools import partial
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
    """MySQL and MariaDB: stored programs and packages, and MariaDB's compound statements outside of them.

    BEGIN, IF, CASE, LOOP, REPEAT, WHILE and FOR open a block only where a statement may start, else they are functions,
    clauses or names; CASE opens an expression everywhere else. What is open is kept in a stack.

    AS or IS before a body begins it in the way of Oracle: declarations, and BEGIN. With `oracle`, in that SQL mode, a
    block needs no routine around it, and its declarations begin with DECLARE.
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
    DECLARATIONS: Final = "declarations before their BEGIN"
    AS_PACKAGE: Final = "PACKAGE with AS, whose last part begins with BEGIN"

    def __init__(self, *, oracle: bool = False) -> None:
        self.is_settled = False
        self._oracle = oracle
        self._returns = True  # RETURN is a statement; before a function's RETURNS it is Oracle's word for that
        self._is_label = False
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
        elif self._oracle and lexeme in {"BEGIN", "DECLARE"}:
            self._open_in_oracle(lexeme)
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
            "PACKAGE": self._see_package,
            "TRIGGER": self._see_each_row,
            "EVENT": self._see_schedule,
        }.get(lexeme)
        if step is not None and self._before not in {"=", "@"}:
            self._returns, self._step = False, step
            if lexeme == "PACKAGE":
                self._open = [lexeme]
        elif lexeme == "DEFINER":
            self._has_definer = True
        elif lexeme == "VIEW" or not self._has_definer:
            # The marks and the number come from /*!50003 ... */ around a word.
            self.is_settled = lexeme not in {"OR", "REPLACE", "AGGREGATE", "*", "/", "!", "M"} and not lexeme.isdigit()

    def _see_parameters(self, lexeme: str) -> None:
        self._parentheses += (lexeme == "(") - (lexeme == ")")
        if self._parentheses == 0 and lexeme == ")":
            self._step = self._see_before_body
        elif self._parentheses == 0 and lexeme in {"AS", "IS", "RETURN", "RETURNS", ";"}:  # there are none
            self._step = self._see_before_body
            self._see_before_body(lexeme)

    def _see_package(self, lexeme: str) -> None:
        """The head of a package, up to the first of its parts."""
        if lexeme in {"AS", "IS"}:
            self._open = [self.AS_PACKAGE]
            self._may_start, self._step = True, self._see_in_body
        elif lexeme in {"PROCEDURE", "FUNCTION", "DECLARE", "END"} and self._before != ".":
            self._may_start, self._step = True, self._see_in_body
            self._see_in_body(lexeme)

    def _see_declarations(self, lexeme: str) -> None:
        """Oracle's way of a body: what stands between AS, IS or DECLARE and its BEGIN."""
        if lexeme == "BEGIN" and self._may_start:
            self._open.pop()
            self._enter(lexeme)
        elif lexeme == "'" and self._before in {"AS", "IS"}:  # the text of a routine in another language
            self._open.pop()
            self.is_settled, self._step = not self._open, self._see_in_body
        else:
            self._may_start = lexeme == ";"

    def _open_in_oracle(self, lexeme: str) -> None:
        if lexeme == "BEGIN":
            self._enter(lexeme)
        else:
            self._open.append(self.DECLARATIONS)
            self._may_start, self._step = True, self._see_declarations

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
        if lexeme == "RETURNS":
            self._returns = True
        if (lexeme in {"AS", "IS"} and not self._returns) or (lexeme == "DECLARE" and self._oracle):
            self._open_in_oracle(lexeme)
        elif lexeme in self.OPENERS and self._before != "HANDLER":
            self._enter(lexeme)
        elif lexeme in self.OTHER_STATEMENTS and not (
            (lexeme == "SET" and self._before in {"CHARACTER", "CHAR", "RETURNS"})
            or (lexeme == "RETURN" and not self._returns)
        ):
            self.is_settled = not self._open
            self._step = self._see_in_body
        elif lexeme == ";":
            self._may_start, self._step = True, self._see_in_body

    def _enter(self, opener: str) -> None:
        self._open.append(opener)
        self._returns = True
        self._may_start = opener in {"BEGIN", "LOOP", "REPEAT"}
        self._step = self._see_in_body

    def _see_in_body(self, lexeme: str) -> None:
        may_start, self._may_start = self._may_start, False
        inside = self._open[-1] if self._open else ""
        if lexeme in {";", ":"}:  # the colon of a label
            self._may_start = True
        elif lexeme == "END":
            self._leave(may_start or inside in {self.VALUE, self.UNTIL})
        elif may_start and self._sees_oracle_or_part(lexeme, inside):
            pass
        elif lexeme in self.OPENERS and self._before != "END":
            self._open_in_body(lexeme, may_start, inside)
        elif lexeme in {"THEN", "ELSE"}:
            self._may_start = inside in {"IF", "CASE", "BEGIN"}  # in BEGIN, of a handler in EXCEPTION
        elif lexeme == "DO":
            self._may_start = not may_start and inside in {"WHILE", "FOR"}
        elif lexeme == "ATOMIC":
            self._may_start = self._before == "NOT"
        elif lexeme == "UNTIL" and inside == "REPEAT":
            self._open[-1] = self.UNTIL
        elif lexeme == "HANDLER" and self._before in {"CONTINUE", "EXIT", "UNDO"}:
            self._step = self._see_before_body
        elif lexeme == ">" and self._before == ">" and self._is_label:
            self._may_start, self._is_label = True, False

    def _sees_oracle_or_part(self, lexeme: str, inside: str) -> bool:
        """Whether a part of a package begins here, or a block or label in the way of Oracle."""
        if inside in {"PACKAGE", self.AS_PACKAGE} and lexeme in {"PROCEDURE", "FUNCTION"}:
            self._returns, self._step = False, self._see_parameters
        elif inside == self.AS_PACKAGE and lexeme == "BEGIN":  # its END is the package's
            self._open.pop()
            self._enter(lexeme)
        elif self._oracle and lexeme == "DECLARE" and inside not in {"PACKAGE", self.AS_PACKAGE}:
            self._open_in_oracle(lexeme)
        else:
            self._is_label = self._oracle and lexeme == "<"
            return self._is_label
        return True

    def _open_in_body(self, lexeme: str, may_start: bool, inside: str) -> None:
        if may_start:
            self._enter(lexeme)
        elif lexeme == "CASE":
            self._open.append(self.VALUE)
        elif lexeme == "LOOP":  # WHILE ... LOOP, Oracle's word for DO
            self._may_start = inside in {"WHILE", "FOR"}

    def _leave(self, is_end: bool) -> None:
        if is_end and self._open:
            self._open.pop()
            self.is_settled = not self._open


BODIES: Final[dict[CompoundBodies, Callable[[], Body]]] = {
    "trigger": _Trigger,
    "atomic": _Atomic,
    "routine": _Routine,
    "oracle": partial(_Routine, oracle=True),
}
