"""Names and words that a user's latest statements used, so that completion offers them before others that fit as well.

What was used often and lately counts most: each statement halves in weight after some more.
"""

from collections.abc import Mapping
from typing import Final

from litebase.sql.dialect import Dialect
from litebase.sql.reading.tokens import tokens

MOST_POINTS: Final = 140  # less than what tells one kind of item from the next
_POINTS: Final = 20  # of a word that the last statement used
_FADES: Final = 0.93  # of its weight with each statement; half is left after ten
_MOST_WORDS: Final = 500  # that are kept


class Recent:
    """The words of statements, each with its weight."""

    def __init__(self) -> None:
        self._weights: dict[str, tuple[float, int]] = {}  # with the number of the statement that used it last
        self._statements = 0

    def add(self, sql: str, dialect: Dialect) -> None:
        """Count a statement that was run."""
        self._statements += 1
        for word in {one.text.casefold() for one in tokens(sql, dialect).items if one.is_identifier}:
            self._weights[word] = self._weight(word) + 1, self._statements
        if len(self._weights) > _MOST_WORDS:
            kept = sorted(self._weights, key=self._weight)[-_MOST_WORDS:]
            self._weights = {word: self._weights[word] for word in kept}

    def _weight(self, word: str) -> float:
        weight, at = self._weights.get(word, (0.0, 0))
        return weight * _FADES ** (self._statements - at)

    def points(self) -> Mapping[str, int]:
        """The points of each word in lower case, from 0 to `MOST_POINTS`, those with the most first."""
        weights = {word: self._weight(word) for word in self._weights}
        ordered = sorted(weights, key=lambda word: (-weights[word], word))
        return {word: min(round(_POINTS * weights[word]), MOST_POINTS) for word in ordered}
