"""What a comparison of two schemas yields: a change, or two parts that are to be compared next."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tools.contract.bundle.alternatives import Joint, Leaf
from tools.contract.bundle.node import Node
from tools.contract.rules.rule import Direction


@dataclass(frozen=True)
class Change:
    """The rule that covers a change, and where it is."""

    rule: str
    pointer: str
    old: Any = None
    new: Any = None


@dataclass(frozen=True)
class Pair:
    """Two schemas to compare, for these directions."""

    old: Node
    new: Node
    directions: tuple[Direction, ...] = ("request", "response")


@dataclass(frozen=True)
class Beside:
    """Two alternatives of which only the names and the annotations are to be compared."""

    old: Leaf | Joint
    new: Leaf | Joint


Step = Change | Pair | Beside
Steps = Iterator[Step]
