"""What a column of a database takes: engines say it, and what is imported is held against it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a column takes without making something else of it.

    `scale`: places behind the point; `digits` of a number that are kept; `fraction`: digits of a second; `low`, `high`
    of an integer. `flags`: an integer that stands for true or false; `specials`: numbers and dates that are infinite,
    and years before Christ; `makes_numbers`: text that looks like a number is stored as one. `length`: characters of a
    text, which would be cut, or its bytes with `in_bytes`; `trims`: spaces at the end of a text are not kept; `size`:
    bytes, which would be filled up; `choices`: the only texts, for a `set` any number of them; `unit`: the smallest one
    of an interval that is kept.
    """

    kind: str
    scale: int | None = None
    digits: int | None = None
    fraction: int | None = None
    low: int | None = None
    high: int | None = None
    flags: bool = False
    specials: bool = False
    makes_numbers: bool = False
    length: int | None = None
    in_bytes: bool = False
    trims: bool = False
    size: int | None = None
    choices: frozenset[str] | None = None
    unit: str | None = None
