"""One example of a rule: a change of the small contract, the expected levels, and a value that proves them."""

from dataclasses import dataclass
from typing import Any

from tools.contract.rules.cases.small_contract import Edits
from tools.contract.rules.rule import Direction, Level

NO_VALUE: Any = object()


@dataclass(frozen=True)
class Case:
    """Two edits of the small contract, `old` and `new`; what differs between the two is one change.

    An edit is a path, `file.json Definition key key`, with its value, or `DROP` to remove it. `ask` is a witness for
    requests: a value of `Thing` that the old side allows and the new server refuses. `answer` is one for responses.
    """

    rule: str
    old: Edits
    new: Edits
    request: Level | None
    response: Level | None
    ask: Any = NO_VALUE
    answer: Any = NO_VALUE
    also: tuple[str, ...] = ()  # other rules that the same edit triggers

    @property
    def by_value(self) -> bool:
        """Whether the edit is one of the definition `Thing`, so that each direction can be compared alone."""
        return any(path.startswith("things.json Thing") for path in (*self.old, *self.new))

    def witness(self, direction: Direction) -> Any:
        """The value that proves the break, or `NO_VALUE`."""
        return self.ask if direction == "request" else self.answer
