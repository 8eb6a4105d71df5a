"""What is wrong with a file, and with a row in it."""

from collections.abc import Sequence


class BadRow(Exception):
    """A row that is not stored: where it begins, why, and what could be read of it."""

    def __init__(self, line: int, reason: str, fields: Sequence[str | None] = (), column: str | None = None) -> None:
        super().__init__(reason)
        self.line, self.reason, self.fields, self.column = line, reason, fields, column
        self.engine_code: str | None = None


class BrokenFile(BadRow):
    """A row after which nothing can be read any more, such as one with a quote that never ends."""


class Unfit(ValueError):
    """A value that a column does not take as it is; the message says why."""
