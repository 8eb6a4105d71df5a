"""Compares values: types, bounds, enums and constants."""

import re
from typing import Any

from tools.contract.bundle.alternatives import Alternatives, Leaf
from tools.contract.bundle.node import Undecidable, canonical
from tools.contract.comparison.steps import Beside, Change, Pair, Steps
from tools.generation.tagged_json import SAFE_INTEGER

ATOMS = {"integer": {"integer"}, "number": {"integer", "fraction"}}
"""What a family consists of; any other family consists of itself."""

SIZES: dict[str, list[tuple[str, str, str, str]]] = {
    "string": [("minLength", "maxLength", "B9 B8", "B6 B7")],
    "bytes": [("minLength", "maxLength", "B9 B8", "B6 B7")],
    "array": [("minItems", "maxItems", "B15.raised B15", "B14 B14.lowered")],
}
"""Family to its size keywords, and the rules for the lower bound raised and lowered, the upper raised and lowered."""


def spelling(old: Alternatives, new: Alternatives) -> Steps:
    """The same alternatives spelled differently, or in a different order."""
    if old.spelling != new.spelling and {*old.by_family} == {*new.by_family} and len(old.leaves) == len(new.leaves) > 1:
        unions = {*old.spelling} | {*new.spelling}
        yield Change(
            "U6" if unions == {"anyOf", "oneOf"} else "F12", new.node.address, list(old.spelling), list(new.spelling)
        )
    before = [_sign(leaf) for leaf in old.leaves]
    after = [_sign(leaf) for leaf in new.leaves]
    if before != after and sorted(before) == sorted(after) and old.spelling == new.spelling:
        yield Change("U8", new.node.address)


def _sign(leaf: Leaf) -> str:
    return f"{leaf.family} {leaf.reference}"


def families(old: Alternatives, new: Alternatives) -> Steps:
    """How the allowed types differ, and each type that both allow. Objects are left to `objects`."""
    here = new.node.address
    if old.anything or new.anything:
        if old.anything != new.anything:
            yield Change("T10" if new.anything else "T11", here, *_names(old, new))
        return
    yield from _types(old, new)
    yield from _numbers(old, new)
    for before, after in zip(old.by_family.get("null", []), new.by_family.get("null", []), strict=False):
        yield Beside(before, after)
    for family in ("boolean", "string", "bytes", "timestamp", "array"):
        for before, after in matched(old.by_family.get(family, []), new.by_family.get(family, [])):
            yield from leaves(before, after)


def _names(old: Alternatives, new: Alternatives) -> tuple[list[str], list[str]]:
    return [*old.by_family], [*new.by_family]


def _atoms(side: Alternatives) -> set[str]:
    return {atom for family in side.by_family for atom in ATOMS.get(family, {family})}


def _types(old: Alternatives, new: Alternatives) -> Steps:
    here, names = new.node.address, _names(old, new)
    before, after = _atoms(old), _atoms(new)
    if before - {"null"} and after - {"null"}:
        if "null" in after - before:
            yield Change("F10", here, *names)
        if "null" in before - after:
            yield Change("F11", here, *names)
        before, after = before - {"null"}, after - {"null"}
    for rule in _type_rules(before, after):
        yield Change(rule, here, *names)


def _type_rules(before: set[str], after: set[str]) -> list[str]:
    lost, gained = before - after, after - before
    if not before & after:
        return [_replaced(lost, gained)]
    if "integer" in before & after and {*lost, *gained} == {"fraction"}:
        return ["T1" if gained else "T2"]
    return ["T4"] * bool(lost) + ["T3"] * bool(gained)


def _replaced(lost: set[str], gained: set[str]) -> str:
    if "timestamp" in lost | gained:
        return "T13"
    if {*lost, *gained} == {"string", "bytes"}:
        return "T6"
    return "T7" if gained == {"array"} else "T7.back" if lost == {"array"} else "T5"


def matched(old: list[Leaf], new: list[Leaf]) -> list[tuple[Leaf, Leaf]]:
    """The alternatives of one family, paired. Raises `Undecidable` if that would be a guess."""
    if not old or not new:
        return []
    if len(old) == len(new) == 1:
        return [(old[0], new[0])]
    pairs, left = [], list(new)
    for leaf in old:
        same = [one for one in left if one.reference == leaf.reference and leaf.reference] or [
            one for one in left if canonical(one.node) == canonical(leaf.node)
        ]
        if not same:
            raise Undecidable(f"several alternatives of the type {leaf.family}")
        left.remove(same[0])
        pairs.append((leaf, same[0]))
    if left:
        raise Undecidable(f"several alternatives of the type {left[0].family}")
    return pairs


def _numbers(old: Alternatives, new: Alternatives) -> Steps:
    before = [leaf for leaf in old.leaves if leaf.family in ATOMS]
    after = [leaf for leaf in new.leaves if leaf.family in ATOMS]
    if not before or not after:
        return
    if any(leaf.values is not None for leaf in before + after):
        for one, other in matched(before, after):
            yield from leaves(one, other)
        return
    for one, other in zip(before, after, strict=False):
        yield Beside(one, other)
    for atom in ("integer", "fraction"):
        yield from _range(new.node.address, atom, *(_covered(side, atom) for side in (before, after)))


Range = tuple[float | None, float | None]


def _covered(side: list[Leaf], atom: str) -> Range | None:
    """The lower and the upper bound of this kind of number, None for no bound; None if there are no such numbers."""
    ranges = [(leaf.get("minimum"), leaf.get("maximum")) for leaf in side if atom in ATOMS[leaf.family]]
    if not ranges:
        return None
    if len(ranges) > 1 and (None, None) not in ranges:
        raise Undecidable("several ranges of numbers")
    return (None, None) if (None, None) in ranges else ranges[0]


def _range(here: str, atom: str, old: Range | None, new: Range | None) -> Steps:
    if old is None or new is None:
        return
    if old[1] != new[1]:
        raised = new[1] is None or (old[1] is not None and new[1] > old[1])
        yield Change(_raised(atom, old, new) or "B1" if raised else "B2", here, old[1], new[1])
    if old[0] != new[0]:
        lowered = new[0] is None or (old[0] is not None and new[0] < old[0])
        yield Change(_raised(atom, old, new) or "B3" if lowered else "B4", here, old[0], new[0])


def _raised(atom: str, old: Range, new: Range) -> str | None:
    return "T12" if atom == "integer" and _exact(old) and not _exact(new) else None


def _exact(numbers: Range) -> bool:
    least, most = numbers
    return least is not None and most is not None and max(-least, most) <= SAFE_INTEGER


def leaves(old: Leaf, new: Leaf) -> Steps:
    """How two alternatives of one family differ."""
    yield Beside(old, new)
    if old.values is not None or new.values is not None:
        yield from _values(old, new)
    if _free(old) and _free(new):
        yield from _bounds(old, new)
    if old.family == "array":
        before, after = (leaf.node.child("items", leaf.get("items") or {}) for leaf in (old, new))
        yield Pair(before, after)


def _free(leaf: Leaf) -> bool:
    return leaf.values is None or leaf.open


def _bounds(old: Leaf, new: Leaf) -> Steps:
    here = new.node.address
    for least, most, least_rules, most_rules in SIZES.get(old.family, ()):
        yield from sizes(here, (old.get(least) or 0, new.get(least) or 0), least_rules)
        yield from sizes(here, (_most(old, most), _most(new, most)), most_rules)
    if old.family == "string":
        yield from _pattern(here, old.get("pattern"), new.get("pattern"))
        yield from _pattern(here, old.get("format"), new.get("format"), ("T15", "T15.removed", "T15.changed"))


def _most(leaf: Leaf, keyword: str) -> float:
    bound = leaf.get(keyword)
    return float("inf") if bound is None else bound


def sizes(here: str, bound: tuple[float, float], rules: str) -> Steps:
    """A bound that changed; `rules` names the rule for raised and the one for lowered."""
    raised, lowered = rules.split()
    if bound[0] != bound[1]:
        yield Change(
            raised if bound[1] > bound[0] else lowered, here, *(None if one == float("inf") else one for one in bound)
        )


def _pattern(here: str, old: str | None, new: str | None, rules: tuple[str, str, str] = ("B10", "B11", "B12")) -> Steps:
    if old != new:
        added, removed, changed = rules
        yield Change(added if old is None else removed if new is None else changed, here, old, new)


def _values(old: Leaf, new: Leaf) -> Steps:
    if old.values is None or new.values is None:
        yield from _freed_or_closed(old, new)
        return
    here = new.node.address
    before, after = _allowed(old), _allowed(new)
    lost, gained = [one for one in before if one not in after], [one for one in after if one not in before]
    if old.open != new.open:
        yield Change("E8" if old.open else "E7", here)
    yield from _listed(here, (old, new), lost, gained)
    if not lost and not gained and before != after:
        yield Change("E12", here)


def _listed(here: str, sides: tuple[Leaf, Leaf], lost: list[Any], gained: list[Any]) -> Steps:
    """Values that only one side lists. An open side does not refuse values that it does not list."""
    old, new = sides
    renamed = len(lost) == len(gained) == 1
    if renamed and old.open == new.open:
        constants = old.constant and new.constant
        yield Change("E4.open" if new.open else "E9" if constants else "E4", here, lost[0], gained[0])
        return
    if lost:
        yield Change("E3.open" if new.open else "E3", here, lost)
    if gained:
        yield Change("E2" if old.open else "E1", here, None, gained)


def _freed_or_closed(old: Leaf, new: Leaf) -> Steps:
    """Only one side lists values."""
    here = new.node.address
    listed = new if old.values is None else old
    if listed.open:
        yield Change("E6.open" if listed is new else "E5.open", here)
        return
    rule = ("E10.added" if new.constant else "E6") if listed is new else ("E10" if old.constant else "E5")
    yield Change(rule, here, _short(old), _short(new))
    other = old if listed is new else new
    outside = [one for one in _allowed(listed) if not admits(other, one)]
    if outside:
        yield Change(
            "E1" if listed is new else "E3",
            here,
            None if listed is new else outside,
            outside if listed is new else None,
        )


def _short(leaf: Leaf) -> Any:
    return None if leaf.values is None else list(leaf.values)


def _allowed(leaf: Leaf) -> list[Any]:
    return [value for value in leaf.values or () if admits(leaf, value)]


def admits(leaf: Leaf, value: Any) -> bool:
    """Whether the bounds of an alternative allow a value of its family."""
    if isinstance(value, str):
        fits = (leaf.get("minLength") or 0) <= len(value) <= _most(leaf, "maxLength")
        return fits and re.search(leaf.get("pattern") or "", value) is not None
    if isinstance(value, int | float) and not isinstance(value, bool):
        least = leaf.get("minimum")
        return (least is None or value >= least) and value <= _most(leaf, "maximum")
    return True
