"""How strings, quoted names and comments look in each dialect: the parts that readers of SQL text build patterns from.

Every part matches a thing that is closed, in possessive steps, so that no text is read again and again. What no pattern
can close, a comment inside another and a dollar quote, is closed by the two functions at the end.
"""

import re
from typing import Final

from litebase.sql.dialect import Dialect

BLANKS: Final = " \t\n\r\f\v\ufeff"
# What a word begins with, what it has, and that or a dollar sign; the engines count every byte from 80 up as a letter.
# They say what is left out: `re` takes milliseconds to compile a class of all characters beyond ASCII.
_NO_LETTER = r"\x00-#%-/:-@\[-^`{-\x7f"
FIRST_LETTER: Final = f"[^{_NO_LETTER}$0-9]"
LETTER: Final = f"[^{_NO_LETTER}$]"
LETTER_OR_DOLLAR: Final = f"[^{_NO_LETTER}]"
DOLLAR_QUOTE: Final = rf"\$(?:{FIRST_LETTER}{LETTER}*+)?+\$"
EXECUTABLE: Final = r"/\*M?!"  # opens a comment that MySQL and MariaDB execute
_COMMENT_MARK: Final = re.compile(r"/\*|\*/")


def special_marks(dialect: Dialect) -> str:
    """The marks that may open a string, a quoted name or a comment."""
    wanted = {
        "`": dialect.backtick_names,
        "[": dialect.bracket_names,
        "#": dialect.hash_comments,
        "$": dialect.dollar_quotes,
    }
    return "'\"-/" + "".join(mark for mark, is_wanted in wanted.items() if is_wanted)


def strings(dialect: Dialect) -> list[str]:
    """Strings in single quotes."""
    plain = _escaped("'") if dialect.backslash_escapes else _plain("'")
    if not dialect.escape_strings:
        return [plain]
    # A string goes on, by the rules of its start, with a quote on a later line.
    is_escape_string = rf"(?<=(?<!{LETTER_OR_DOLLAR})[Ee])"
    continued = rf"(?:[ \t\f\v\r]*+\n[ \t\n\f\v\r]*+{_escaped(chr(39))})*+"
    return [rf"{is_escape_string}{_escaped(chr(39))}{continued}", rf"(?<!(?<!{LETTER_OR_DOLLAR})[Ee]){plain}"]


def quoted_names(dialect: Dialect) -> list[str]:
    """Names in quotes; double quotes among them, although what they hold is a string in some dialects."""
    double = _escaped('"') if dialect.double_quoted_strings and dialect.backslash_escapes else _plain('"')
    return [double] + [_plain("`")] * dialect.backtick_names + [r"\[[^\]]*+\]"] * dialect.bracket_names


def _plain(mark: str) -> str:
    return f"{mark}[^{mark}]*+(?:{mark}{mark}[^{mark}]*+)*+{mark}"


def _escaped(mark: str) -> str:
    return rf"{mark}[^{mark}\\]*+(?:(?:\\.|{mark}{mark})[^{mark}\\]*+)*+{mark}"


def comments(dialect: Dialect) -> list[str]:
    """Comments. One inside another is left to `comment_end`."""
    rest = f"[^{re.escape(dialect.line_comment_ends)}]*+"
    blank_behind = r"(?=[\x00-\x20\x7f]|\Z)" if dialect.dash_comments_need_blank else ""
    not_executable = "(?!M?!)" if dialect.executable_comments else ""
    inside = r"[^*/]*+(?:(?:\*(?!/)|/(?!\*))[^*/]*+)*+" if dialect.nested_comments else r"[^*]*+(?:\*(?!/)[^*]*+)*+"
    forms = [f"--{blank_behind}{rest}", rf"/\*{not_executable}{inside}\*/"]
    return forms + [f"#{rest}"] * dialect.hash_comments


def openers(dialect: Dialect) -> list[str]:
    """What opens a string, a quoted name or a comment: where one stands that no pattern matched, it is not closed."""
    not_executable = "(?!M?!)" if dialect.executable_comments else ""
    forms = ["'", '"', rf"/\*{not_executable}"]
    forms += ["`"] * dialect.backtick_names + [r"\["] * dialect.bracket_names
    return forms + [DOLLAR_QUOTE] * dialect.dollar_quotes


def inside_word(dialect: Dialect) -> list[str]:
    """A dollar sign in a word opens nothing."""
    return [rf"\$(?<={LETTER}\$){LETTER_OR_DOLLAR}*+"] * dialect.dollar_quotes


def comment_end(text: str, position: int, dialect: Dialect) -> int:
    """Where the comment that starts at `position` ends; -1 when it is never closed."""
    depth = 0
    for mark in _COMMENT_MARK.finditer(text, position):
        if mark[0] == "*/":
            depth -= 1
        elif depth == 0 or dialect.nested_comments:
            depth += 1
        if depth == 0:
            return mark.end()
    return -1


def dollar_quote_end(text: str, position: int) -> int:
    """Where the dollar quote that starts at `position` ends; -1 when it is never closed."""
    quote = text[position : text.index("$", position + 1) + 1]
    end = text.find(quote, position + len(quote))
    return end if end < 0 else end + len(quote)
