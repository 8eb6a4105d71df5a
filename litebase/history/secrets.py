"""Statements without the secrets in them.

No dialect's strings are told apart here: a mistake would store a password. Where a statement speaks of a secret, all
from its first quote to its last one is left out, and in a statement about accounts all that follows the word.
"""

import re
from collections.abc import Sequence

_SPEAKS = re.compile(
    r"pass(?:word|wd|phrase|code)|pwd|identified|secret|credential|token|(?:api|private|access|encryption)[ _-]?key"
    r"|auth(?:entic|oriz|_)|crypt|hmac|bearer",
    re.IGNORECASE,
)
_IN_ADDRESS = re.compile(r"(://[^\s:/@'\"]{0,256}:)[^\s'\"]{0,1024}@")  # user:password@
_QUOTES = re.compile(r"['\"`]|\$\w*\$|--|#|/\*|\*/")
_COMMENT = re.compile(r"--|#|/\*")
_OF_ACCOUNTS = {"USER", "ROLE", "GROUP", "LOGIN", "SERVER", "FOREIGN", "SUBSCRIPTION", "MASTER", "REPLICATION"}
_ALWAYS = {"SET", "GRANT", "CHANGE"}
_HIDDEN = "***"


def without_secrets(sql: str, first_words: Sequence[str]) -> str:
    """The statement as it may be stored. `first_words` are its first words in upper case, without comments."""
    shown = _IN_ADDRESS.sub(rf"\1{_HIDDEN}@", sql)
    speaks = _SPEAKS.search(shown)
    if speaks is None:
        return shown
    word = first_words[0] if first_words else ""
    if not word or word in _ALWAYS or not _OF_ACCOUNTS.isdisjoint(first_words[1:4]):
        begin = min([speaks.start(), *(quote.start() for quote in _COMMENT.finditer(shown, 0, speaks.start()))])
        return f"{shown[:begin]}{speaks[0]} {_HIDDEN}"
    marks = list(_QUOTES.finditer(shown))
    if not marks:
        return shown
    rest = shown[marks[-1].end() :]
    is_comment = _COMMENT.match(marks[-1][0]) is not None
    is_closed = len(marks) > 1 and marks[-1][0] != "*/" and not is_comment
    return f"{shown[: marks[0].start()]}'{_HIDDEN}'{rest if is_closed else ''}"
