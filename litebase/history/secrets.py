"""Statements without the secrets in them.

No dialect's strings are told apart here: a mistake would store a password. Where a statement speaks of a secret, all
from its first quote to its last one is left out, and long numbers; in a statement about accounts all that follows the
word.
"""

import re
from collections.abc import Sequence

_SPEAKS = (
    r"pass(?:word|w|phrase|code|\b)|pwd|identified|secret|credential|token|(?:api|private|access|encryption)[ _-]?key"
    r"|auth(?:entic|oriz|_|\b)|crypt|hmac|bearer|jwt|\bmd5\b|\bsha\d"
)
_SPEAKS_IN_LOWER_CASE = re.compile(_SPEAKS)  # ten times as fast as the other one
_SPEAKS_ANYWHERE = re.compile(_SPEAKS, re.IGNORECASE)
_PIECE, _LONGEST_WORD = 16_384, 20  # characters that are looked through while no other thread can run
_KEY = re.compile(r"\b(?:hex|text)?(?:re)?key\b", re.IGNORECASE)  # of an encrypted file of SQLite
_PROGRAM = re.compile(r"\bprogram\b", re.IGNORECASE)
_IN_ADDRESS = re.compile(  # user:password@, or a token of such a length that it is no name
    r"(://[^\s:/@'\"]{0,256}:)[^\s'\"]{0,1024}@|(://)[\w.~-]{20,1024}@"
)
_LONGEST_ADDRESS = 2048
_QUOTES = re.compile(r"['\"`]|\$\w*\$|--|#|/\*|\*/")
_IN_COMMENTS = {"--", "#", "/*", "*/"}
_COMMENT = re.compile(r"--|#|/\*")
_NUMBER = re.compile(r"\b(?:0[xX][0-9a-fA-F]+|\d{4,})\b")
_OF_ACCOUNTS = {"USER", "ROLE", "GROUP", "LOGIN", "SERVER", "FOREIGN", "SUBSCRIPTION", "MASTER", "REPLICATION"}
_ACCOUNTS = ("USER", "ROLE", "GROUP", "LOGIN")
_ALWAYS = {"SET", "GRANT", "CHANGE"}
_HIDDEN = "***"


def without_secrets(sql: str, first_words: Sequence[str], longest: int = 1_000_000) -> str:
    """The first `longest` characters of a statement, or some less, as they may be stored.

    `first_words` are its first words in upper case, without comments.
    """
    if len(sql) <= longest:
        return _without_secrets(sql, first_words, is_speaking=_is_speaking(sql))
    cut = sql[: longest + _LONGEST_ADDRESS]  # so that an address that is shown has its end
    return _without_secrets(cut, first_words, is_speaking=_is_speaking(sql))[:-_LONGEST_ADDRESS]


def _without_secrets(sql: str, first_words: Sequence[str], *, is_speaking: bool) -> str:
    shown = _IN_ADDRESS.sub(rf"\1\2{_HIDDEN}@", sql)
    word = first_words[0] if first_words else ""
    announced = None
    if is_speaking and (not word or word in _ALWAYS or not _OF_ACCOUNTS.isdisjoint(first_words[1:4])):
        announced = _SPEAKS_ANYWHERE.search(shown)
    elif word in ("PRAGMA", "ATTACH"):
        announced = _KEY.search(shown)
    if announced is not None:
        begin = min([announced.start(), *(quote.start() for quote in _COMMENT.finditer(shown, 0, announced.start()))])
        return f"{shown[:begin]}{announced[0]} {_HIDDEN}"
    is_program = word == "COPY" and _PROGRAM.search(shown) is not None
    return _without_quoted(shown) if is_speaking or is_program or _is_of_account(first_words) else shown


def _is_speaking(sql: str) -> bool:
    return any(
        _SPEAKS_IN_LOWER_CASE.search(sql[max(start - _LONGEST_WORD, 0) : start + _PIECE].lower())
        for start in range(0, len(sql), _PIECE)
    )


def _is_of_account(first_words: Sequence[str]) -> bool:
    """Whether a password may be there even if no word announces it, because it is misspelt."""
    if first_words[:1] not in (("CREATE",), ("ALTER",)):
        return False
    after = first_words[3:4] if first_words[1:3] == ("OR", "REPLACE") else first_words[1:2]
    return bool(after) and after[0] in _ACCOUNTS


def _without_quoted(shown: str) -> str:
    marks = list(_QUOTES.finditer(shown))
    if not marks:
        return _NUMBER.sub(_HIDDEN, shown)
    # what follows the last mark is shown only where it cannot be the inside of a string or a comment
    kinds = [mark[0] for mark in marks]
    is_plain = "\\" not in shown and _IN_COMMENTS.isdisjoint(kinds)
    is_closed = is_plain and len(kinds) % 2 == 0 and kinds[::2] == kinds[1::2]
    before, after = shown[: marks[0].start()], shown[marks[-1].end() :] if is_closed else ""
    return f"{_NUMBER.sub(_HIDDEN, before)}'{_HIDDEN}'{_NUMBER.sub(_HIDDEN, after)}"
