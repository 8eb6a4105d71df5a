"""What a statement does to the database, judged by its text: the one answer to "does it write?", for every dialect.

What is not certain to only read counts as writing. The text is looked through once, as far as a question needs, and
not to its end when it has very many words. No text shows what a view, a trigger or an operator calls.
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import Final

from litebase.sql import lexical, words
from litebase.sql.dialect import Dialect
from litebase.sql.lexical import BLANKS, LETTER_OR_DOLLAR
from litebase.sql.vocabulary import Effect
from litebase.sql.words import Text, Word

_FIRST_WORDS: Final = 12
_MOST_WORDS: Final = 50_000  # to look at; that takes about as long as splitting 10 MB
_KEPT, _KEPT_LENGTH = 64, 4096  # outlines that are kept for the next question, and the longest text of one

_QUERIES: Final = {"SELECT", "VALUES", "TABLE", "WITH", "DECLARE"}  # in which another statement may stand
_ACTS: Final = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE"})
_ACTS_EXPLAINED: Final = _ACTS | {"CREATE", "REFRESH", "EXECUTE"}
_BEFORE_EXPRESSION: Final = {  # reserved words after which no statement begins
    "SELECT", "DISTINCT", "ALL", "FROM", "JOIN", "WHERE", "AND", "OR", "NOT", "ON", "HAVING", "CASE", "WHEN", "THEN",
    "ELSE", "IN", "LIKE", "AS", "FOR",
}  # fmt: skip
_BEFORE_COLUMN_NAMES: Final = {"AS", "WITH", "RECURSIVE"}  # before a name that is followed by names of columns
_OPERATORS: Final = frozenset(",.=<>+-*/%|&^~!@?:[")
_ANALYZE: Final = {"ANALYZE", "ANALYSE"}
_DOUBTFUL: Final = {words.NEXT_STATEMENT, words.EXECUTABLE_COMMENT, words.NEVER_CLOSED}
_PART_OF_NAME: Final = frozenset("0123456789$")


def effect(sql: str, dialect: Dialect) -> Effect:
    """What the statement `sql` does, with the functions that it calls. Never raises, whatever the text is."""
    return outline(sql, dialect).effect


def outline(sql: str, dialect: Dialect) -> "Outline":
    """What can be asked about the statement `sql`."""
    return _kept_outline(sql, dialect) if len(sql) <= _KEPT_LENGTH else Outline(sql, dialect)


@lru_cache(maxsize=_KEPT)
def _kept_outline(sql: str, dialect: Dialect) -> "Outline":
    return Outline(sql, dialect)


@dataclass(frozen=True, slots=True)
class _Inside:
    """What was found behind the first word of a statement that begins like one that only reads."""

    effect: Effect = "reads"
    may_call_writer: bool = False


class Outline:
    """What the text of one statement shows. Answers are worked out when they are asked for."""

    def __init__(self, sql: str, dialect: Dialect) -> None:
        self.sql, self.dialect = sql, dialect
        self.text = Text(sql, dialect)

    @cached_property
    def first_words(self) -> tuple[str, ...]:
        """Up to twelve words from the first one on, in upper case; none if the text does not begin with a word."""
        return self._first(_FIRST_WORDS)

    def _first(self, count: int) -> tuple[str, ...]:
        first = tuple(islice(self.text.words(), count))
        begins_with_word = first and first[0].is_word and first[0].start == self.text.start
        return tuple(word.text for word in first) if begins_with_word else ()

    @cached_property
    def _first_two(self) -> tuple[str, ...]:
        return self._first(2)

    @cached_property
    def word(self) -> str:
        """The first word in upper case, for example `SELECT`; empty when the text does not begin with one."""
        return self._first_two[0] if self._first_two else ""

    @cached_property
    def effect(self) -> Effect:
        """What the statement does, with the functions that it calls."""
        return "unknown" if self.only_reads and self.may_call_writer else self._own_effect

    @property
    def only_reads(self) -> bool:
        """Whether the statement itself is certain to only read. A function that it calls may still write."""
        return self._own_effect == "reads"

    @property
    def may_call_writer(self) -> bool:
        """Whether the text calls a function that is not known, and so may write."""
        return self._inside.may_call_writer

    def mentions(self, word: str) -> bool:
        """Whether `word`, in upper case, stands outside strings, quoted names and comments; true if in doubt."""
        if word.lower() not in self.sql.lower():
            return False
        for count, found in enumerate(self.text.words()):
            if (found.text == word and not found.quoted) or found.text == words.NEVER_CLOSED or count == _MOST_WORDS:
                return True
        return False

    @cached_property
    def _own_effect(self) -> Effect:
        found = self._effect_of_first_words()
        return self._inside.effect if found == "reads" else found

    def _effect_of_first_words(self) -> Effect:
        vocabulary, first = self.dialect.vocabulary, self._first_two
        if not first:
            return "reads" if self.text.is_over(self.text.start) else "unknown"
        if first[0] == "PRAGMA":
            return self._effect_of_pragma()
        if first[0] == "BEGIN" and self.dialect.compound_bodies == "oracle" and first[1:] not in ((), ("WORK",)):
            return "unknown"  # a block of statements
        phrase = vocabulary.phrases.get(first)
        return phrase or vocabulary.verbs.get(first[0], "unknown")

    def _effect_of_pragma(self) -> Effect:
        vocabulary = self.dialect.vocabulary
        named = [word for word in islice(self.text.words(), 1, 3) if word.before in ("", ".")]
        if not named:
            return "unknown"
        name = named[-1]
        is_plain = self.text.is_over(name.end)
        reads = name.text in vocabulary.pragmas or (is_plain and name.text in vocabulary.plain_pragmas)
        return "reads" if reads else "unknown"

    @cached_property
    def _inside(self) -> _Inside:
        vocabulary, first = self.dialect.vocabulary, self.word
        acts = _ACTS if first in _QUERIES else frozenset()
        may_call_writer = False
        previous = (Word("", 0, 0), Word(first, 0, 0))
        for count, word in enumerate(islice(self.text.words(), 1, None)):
            if count == _MOST_WORDS or (word.text in _DOUBTFUL and not word.quoted):
                return _Inside("unknown", may_call_writer=True)
            if word.text in _ANALYZE and first in vocabulary.explaining:
                acts = _ACTS_EXPLAINED
            elif acts and _is_act(word, previous, acts):
                does = vocabulary.verbs.get(word.text, "unknown") if word.text in acts else "writes"
                return _Inside(does, may_call_writer=True)
            if vocabulary.harmless is not None and not may_call_writer:
                may_call_writer = self._may_be_writer(word, previous[1], vocabulary.harmless)
            previous = previous[1], word
        return _Inside("reads", may_call_writer)

    def _may_be_writer(self, word: Word, last: Word, harmless: frozenset[str]) -> bool:
        """Whether a function that may write is called here. A name that is quoted or qualified may be anybody's."""
        if not word.opens:
            return word.text == words.NESTED_COMMENT  # a parenthesis may stand behind it
        if word.before == "" and last.text in _BEFORE_COLUMN_NAMES and not last.quoted:
            return False
        is_ours = word.before != "." or (last.text == self.dialect.vocabulary.own_schema and not last.quoted)
        is_whole = word.start == 0 or self.sql[word.start - 1] not in _PART_OF_NAME
        if is_ours and is_whole and not word.quoted and word.text in harmless:
            return False
        return _named_query(self.dialect).match(self.sql, word.end) is None


def _is_act(word: Word, previous: tuple[Word, Word], acts: frozenset[str]) -> bool:
    """Whether another statement begins here, one that does not only read, or something else that writes."""
    if word.quoted:
        return False
    last = "" if previous[1].quoted else previous[1].text
    if word.text == "INTO":
        return word.before != "." and (word.before != "" or last != "AS")
    if word.text == "NEXTVAL" or (word.text == "VALUE" and last == "NEXT"):  # of a sequence
        return word.text == "VALUE" or word.before == "."
    if word.text not in acts or word.opens or word.before in _OPERATORS:
        return False
    is_lock = (previous[0].text, last) == ("NO", "KEY")  # FOR NO KEY UPDATE
    return word.before != "" or not (is_lock or last in _BEFORE_EXPRESSION)


@lru_cache(maxsize=16)
def _named_query(dialect: Dialect) -> re.Pattern[str]:
    """Behind the name of a query in WITH: `(columns) AS (SELECT`."""
    comments, names = "|".join(lexical.comments(dialect)), "|".join(lexical.quoted_names(dialect))
    gap = rf"(?:[{BLANKS}]++|{comments})*+"
    columns = rf"{gap}\({gap}(?:(?:{LETTER_OR_DOLLAR}++|{names}|,){gap})*+\)"
    materialized = rf"(?:(?ai:NOT){gap})?+(?:(?ai:MATERIALIZED){gap})?+"
    query = rf"\({gap}(?:(?ai:SELECT|WITH|VALUES|TABLE)(?!{LETTER_OR_DOLLAR})|\()"
    return re.compile(rf"{columns}{gap}(?ai:AS){gap}{materialized}{query}", re.DOTALL)
