r"""Commands of the engines' own client programs, which stand in scripts and are not SQL.

What changes only what such a program prints is skipped, so that what it and `pg_dump` write can be run. All else is
refused by name, because leaving it out would run another script than the one that was written.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from litebase.errors import shorten
from litebase.sql.dialect import Dialect

Rest = Literal["may_run", "must_not_run", "cannot_be_read"]
"""What a refusal means for the statements after it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a part of a script is not run. `position` counts code points of the script."""

    position: int
    reason: str
    rest: Rest = "may_run"


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a client program, up to `end`. One without a refusal is skipped."""

    end: int
    refusal: Refusal | None = None
    ends_statement: bool = False  # the one that it stands in


def backslash_command(script: str, position: int, dialect: Dialect, delimiter: str) -> Command:
    r"""The command of the backslash at `position`, for example `\d`."""
    found = _BACKSLASH.match(script, position)
    assert found is not None
    name = found["name"]
    if name in dialect.harmless_commands or f"{name} {found['first']}" in dialect.harmless_commands:
        return Command(found.end())
    shown = shorten(name)
    if name in _STATEMENT_ENDS:
        reason = f"{shown} ends a statement in {dialect.client_program} only: end it with {delimiter} instead."
        end = found.end("name") if name in ("\\G", "\\g") else found.end()
        return Command(end, Refusal(position, reason), ends_statement=True)
    if name == "\\copy":
        reason = "\\copy is a command of psql and not SQL: import or export the rows another way."
        end = _copy_end(script, position) if dialect.inline_copy_data else found.end()
        return Command(end, Refusal(position, reason))
    return Command(found.end(), _refusal(shown, position, dialect, name))


def _copy_end(script: str, position: int) -> int:
    r"""The end of the `\copy` at `position`: that of its line, or of the rows that it takes from the script."""
    line = _LINE_REST.match(script, position)
    assert line is not None
    return end_of_rows(script, line.end())[1] if _COPY_FROM_STDIN.match(line[0]) else line.end()


def end_of_rows(script: str, position: int) -> tuple[int, int]:
    r"""Where the rows of a copy end that start at `position`, and where what follows them starts: behind `\.`."""
    end = _END_OF_ROWS.search(script, position)
    return (len(script), len(script)) if end is None else end.span()


def word_command(script: str, position: int, word: str, dialect: Dialect) -> Command | None:
    """The command that the word at `position` starts; None when it starts a statement."""
    if word == "GO":
        found = GO.match(script, position)
        return found and Command(found.end(), Refusal(position, _GO_REASON))
    if word != "." and word not in dialect.word_commands:
        return None
    line = _LINE.match(script, position)
    assert line is not None
    name = line["name"] if word == "." else word
    if name in dialect.harmless_commands:
        return Command(line.end())
    if word == "SOURCE":
        reason = f"SOURCE is a command of {dialect.client_program} and not SQL: put the text of the file in its place."
        return Command(line.end(), Refusal(position, reason))
    return Command(line.end(), _refusal(shorten(name), position, dialect, name))


def _refusal(shown: str, position: int, dialect: Dialect, name: str) -> Refusal:
    what = f"{shown} is a command of {dialect.client_program} and not SQL"
    if name in dialect.turning_commands:
        return Refusal(position, f"{what}, so the script ends here. Leave it out to go on.", "must_not_run")
    return Refusal(position, f"{what}: leave it out.")


GO_WORD: Final = r"(?ai:go)(?:[ \t]++[0-9]++)?+[ \t\r]*+"  # with the number of times to run the batch
GO: Final = re.compile(rf"{GO_WORD}(?:[\n;]|\Z)")
_GO_REASON: Final = "GO is a command of SQL Server's clients and not SQL: end each statement with ; instead."
_STATEMENT_ENDS: Final = {"\\g", "\\G", "\\gx", "\\gset", "\\gexec", "\\gdesc", "\\watch", "\\crosstabview"}
_NAME: Final = r"(?P<name>\\(?:[A-Za-z]++|[^\n])?+)[ \t]*+(?P<first>\w*+)"
# Arguments end with the line or at the next command; two backslashes lead back to SQL.
_BACKSLASH: Final = re.compile(rf"{_NAME}(?:[^\n\\']++|'(?:[^'\\\n]++|\\[^\n])*+'?+)*+(?:\\\\)?+")
_LINE: Final = re.compile(r"(?P<name>\.?[A-Za-z]*+)[^\n]*+")
_LINE_REST: Final = re.compile(r"[^\n]*+")
_COPY_FROM_STDIN: Final = re.compile(r"\\copy[ \t]++(?!\().*\bfrom[ \t]++p?std(?:in|out)\b", re.IGNORECASE)  # no query
_END_OF_ROWS: Final = re.compile(r"^\\\.\r?(?:\n|\Z)", re.MULTILINE)
