"""How well a name fits what was typed: exactly, at its beginning, at the beginning of a word, or letter by letter."""

import re
from functools import lru_cache
from typing import Final

EXACT, PREFIX, WORD, INSIDE, SCATTERED = range(5)
_LONGEST: Final = 60  # characters that are looked for letter by letter


class Typed:
    """What was typed, to compare names with."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = text.casefold()

    def rank(self, name: str) -> int | None:
        """The rank of a name, the lowest for the best; None when it does not fit."""
        wanted, folded = self.folded, name.casefold()
        if folded.startswith(wanted):
            return EXACT if wanted and len(folded) == len(wanted) else PREFIX
        at = folded.find(wanted)
        while at > 0:
            if not folded[at - 1].isalnum():
                return WORD
            at = folded.find(wanted, at + 1)
        if _initials(wanted).match(folded):
            return WORD
        if wanted in folded:
            return INSIDE
        return SCATTERED if len(wanted) > 1 and _scattered(wanted).match(folded) else None


@lru_cache(maxsize=8)
def _initials(wanted: str) -> re.Pattern[str]:
    """Each letter begins a word: `oi` in `order_items`. Steps are possessive, so no name is read again and again."""
    if len(wanted) < 2 or len(wanted) > _LONGEST or not wanted.isalnum():
        return re.compile("(?!)")
    first, *others = (re.escape(letter) for letter in wanted)
    return re.compile(first + "".join(rf"[^\W_]*+[\W_]++{letter}" for letter in others))


@lru_cache(maxsize=8)
def _scattered(wanted: str) -> re.Pattern[str]:
    """All letters in their order. The first place of each is the best, so nothing is tried twice."""
    if len(wanted) > _LONGEST:
        return re.compile("(?!)")
    return re.compile("".join(rf"[^{re.escape(letter)}]*+{re.escape(letter)}" for letter in wanted), re.DOTALL)
