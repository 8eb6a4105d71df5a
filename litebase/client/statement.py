"""Where a statement ends that is typed line by line."""

import re

_TOKENS = re.compile(
    r"""--[^\n]*|/\*.*?(?:\*/|\Z)|'(?:[^']|'')*'?|"(?:[^"]|"")*"?|`[^`]*`?|\[[^\]]*\]?|\w+|\S""", re.DOTALL
)
_TRIGGER = re.compile(r"(?:EXPLAIN )?CREATE (?:TEMP |TEMPORARY )?TRIGGER\b")


def statement_end(text: str) -> int | None:
    """Where the first statement of `text` ends, behind its semicolon; None while it goes on.

    As in sqlite3_complete(), the statements inside CREATE TRIGGER belong to it until `; END ;`.
    """
    words: list[str] = []
    for found in _TOKENS.finditer(text):
        word = found.group()
        if word.startswith(("--", "/*")):
            continue
        words.append(word.upper())
        if word == ";" and (words[-3:] == [";", "END", ";"] or not _TRIGGER.match(" ".join(words[:4]))):
            return found.end()
    return None
