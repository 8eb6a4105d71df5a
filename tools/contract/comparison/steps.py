"""What a comparison of two schemas yields: a change, or two parts that are to be compared next."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tools.contract.bundle.alternatives import Joint, Leaf
from tools.contract.bundle.node import Node
from tools.contract.rules.rule import Direction


@dataclass(frozen=True)
class Change:
    """What a rule has a name for, and where it is."""

    rule: str
    pointer: str
    old: Any = None
    new: Any = None


@dataclass(frozen=True)
class Pair:
    """Two schemas to compare, as far as they travel in these directions."""

    old: Node
    new: Node
    directions: tuple[Direction, ...] = ("request", "response")


@dataclass(frozen=True)
class Beside:
    """Two alternatives whose names and annotations are to be compared; what they allow is compared already."""

    old: Leaf | Joint
    new: Leaf | Joint


Step = Change | Pair | Beside
Steps = Iterator[Step]
