"""What two contracts accept for one definition, as a schema validator sees it, without knowing any rule."""

from collections.abc import Iterable
from typing import Any

from tools.contract.bundle.node import ANNOTATIONS
from tools.contract.rules.rule import Direction
from tools.contract.witness.flat import DROPPED, VARIES, Vary, nested
from tools.generation.oracle import WireValidator
from tools.generation.source import Definition

UNSEEN = ANNOTATIONS | {VARIES}


def judged(schema: Definition) -> Definition:
    """A marked schema without what validators ignore, and without fields whose one value both sides accept."""

    def follow(child: Definition, steps: list[str]) -> Definition:
        alone = steps[0] == "properties" and child.get(VARIES) is Vary.ONE and schema.get(VARIES) is not Vary.ONE
        return {} if alone and "const" not in child else judged(child)

    return {key: value for key, value in nested(schema, follow).items() if key not in UNSEEN and value is not DROPPED}


def tolerant(schema: Definition) -> Definition:
    """The schema as an old reader applies it, ignoring keys that it does not know."""
    whole = nested(schema, lambda child, _steps: tolerant(child))
    return {**whole, "additionalProperties": True} if whole.get("additionalProperties") is False else whole


class Sides:
    """One definition in two contracts, and what each of them accepts."""

    def __init__(self, old: Definition, new: Definition, direction: Direction) -> None:
        first, second = judged(old), judged(new)
        self._same = first == second
        if direction == "response":
            first, second = second, tolerant(first)
        self._accepting, self._refusing = WireValidator(first), WireValidator(second)

    def sends(self, value: Any) -> bool:
        """Whether the sender may send the value."""
        return bool(self._accepting.is_valid(value))

    def disagree_on(self, value: Any) -> bool:
        """Whether the value is a witness: the sender may send it and the reader refuses it."""
        return self.sends(value) and not self._refusing.is_valid(value)

    def witness(self, values: Iterable[Any]) -> list[Any]:
        """The first witness among the values, in a list because it may be None; an empty list if there is none."""
        if self._same:
            return []
        seen: set[str] = set()
        for value in values:
            text = repr(value)
            if text not in seen and self.disagree_on(value):
                return [value]
            seen.add(text)
        return []
