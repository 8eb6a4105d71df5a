"""How a name is written into a statement: as it is, or in quotes where its dialect needs them."""

import re
from typing import Final

from litebase.sql.completion import reserved
from litebase.sql.dialect import Dialect
from litebase.sql.lexical import FIRST_LETTER, LETTER_OR_DOLLAR

_PLAIN: Final = re.compile(rf"{FIRST_LETTER}{LETTER_OR_DOLLAR}*\Z")
_CLOSING: Final = {"[": "]"}


def spelled(name: str, dialect: Dialect, opened_with: str = "") -> str:
    """A name as it has to be written; always in quotes where one was `opened_with` a mark."""
    if opened_with:
        closing = _CLOSING.get(opened_with, opened_with)
        return f"{opened_with}{name.replace(closing, closing * 2)}{closing}"
    return name if is_plain(name, dialect) else dialect.quoted(name)


def is_plain(name: str, dialect: Dialect) -> bool:
    """Whether a name without quotes is this name."""
    if _PLAIN.match(name) is None or name.lower() in vars(reserved).get(dialect.name.upper(), ()):
        return False
    return not dialect.folds_names or (name.isascii() and name == name.lower())
