"""Where the prompt's rows go: from page to page, and what the commands `o` and `export` take and say."""

import os
import sys
from pathlib import Path
from typing import TextIO, get_args

from litebase_schema.errors import FileFailedDetails
from litebase_schema.export import ExportFormat, ExportRowsRequest, ExportRowsResponse
from pydantic import ValidationError

from litebase.client.failures import RequestFailed
from litebase.client.table import printable

FORMATS = [one for one in get_args(ExportFormat.__value__) if one != "copy_text"]
USAGE = f"Say \\export FORMAT FILE, with one of {', '.join(FORMATS)}."


class UnfitName(ValueError):
    """No file can have that name, or there is none."""


def path_of(said: str) -> Path:
    """A file as people name it: neither quotes around it nor a semicolon belong to it, and `~` is their folder.

    Raises `UnfitName`.
    """
    name = said.strip().removesuffix(";").rstrip()
    if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1]
    if "\0" in name:
        raise UnfitName("The name of a file has no NUL character.")
    try:
        return Path(name).expanduser().absolute()
    except RuntimeError as error:
        raise UnfitName(f"{str(error).rstrip('.')}.") from error


def opened(path: Path) -> TextIO:
    """A file for tables, from its beginning. Only its owner may read a new one; a link is not followed."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
    return os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8")


def why(error: OSError | UnfitName) -> str:
    """What is told of a file that cannot be opened."""
    return f"The file cannot be written: {error.strerror}." if isinstance(error, OSError) else printable(str(error))


def request(said: str, source: dict[str, str | None]) -> ExportRowsRequest:
    """What the command asks for. Raises `UnfitName`."""
    form, _, name = said.strip().partition(" ")
    form = form.lower()
    if form not in FORMATS or not name.strip(" ;"):
        raise UnfitName(USAGE)
    asked = {"source": source, "format": form, "path": str(path_of(name))}
    try:
        return ExportRowsRequest.model_validate(asked)
    except ValidationError as refused:
        raise UnfitName(f"The name cannot be sent: {refused.errors(include_input=False)[0]['msg']}.") from refused


def exists(failed: RequestFailed) -> bool:
    """Whether the file is there already, and nothing else is in the way."""
    return isinstance(failed.details, FileFailedDetails) and failed.details.reason == "exists"


def outcome(answer: ExportRowsResponse) -> list[str]:
    """What was written."""
    rows = f"{answer.rows:,} row{'' if answer.rows == 1 else 's'}"
    return [f"{rows} in {printable(answer.path or '')}", *(printable(one.message) for one in answer.warnings)]


def next_place(offset: int, count: int, total: int | None, page_rows: int, *, complete: bool) -> int | None:
    """The row that the person wants to see next, or None for no more."""
    shown = f"rows {offset + 1:,} to {offset + count:,}" if count else f"nothing at row {offset + 1:,}"
    known = "more" if total is None else f"{total:,}"
    while True:
        try:
            said = input(f"{shown} of {known} (n p q, or a row): ").strip().lower()
        except (EOFError, KeyboardInterrupt):
            sys.stdout.write("\n")
            return None
        if said == "q" or (said in ("", "n") and complete):
            return None
        if said in ("", "n"):
            return offset + count
        if said == "p":
            return max(offset - page_rows, 0)
        if said.isdecimal() and 0 < int(said) < 2**53:
            return int(said) - 1
