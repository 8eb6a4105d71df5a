"""Edits the contract in every small way and asks two judges: the rules, and a schema validator with made-up values.

`python -m tools.compatibility.mutation` prints how many edits there were, what was said of them, and where the two
judges disagree: a BREAK that no value shows, or a change that is called harmless and that a value breaks. The exit code
is 1 then.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from tools.compatibility.bundle import Bundle, Unreadable, sound
from tools.compatibility.compare import compare
from tools.compatibility.edits import Edit, edits, scaled
from tools.compatibility.finding import Direction, Finding, Level, worst
from tools.compatibility.messages import direction_of
from tools.compatibility.rules import RULES
from tools.compatibility.witness import Sides, flat, variety
from tools.generation.source import SCHEMA_FOLDER, ContractError, Place, load

DIRECTIONS: tuple[Direction, Direction] = ("request", "response")
SEED = 20260101


@dataclass
class Tally:
    """What came out of a run."""

    edits: int = 0
    unreadable: int = 0
    comparisons: int = 0
    levels: Counter[Level] = field(default_factory=Counter)
    judged: Counter[str] = field(default_factory=Counter)  # by value: "breaks", "holds"; or "policy"
    policies: Counter[str] = field(default_factory=Counter)  # rule to verdicts that it kept from the values
    rules: Counter[str] = field(default_factory=Counter)
    silent: list[str] = field(default_factory=list)  # edits of which the rules say nothing
    disagreements: list[str] = field(default_factory=list)


def run(bundle: Bundle, chosen: list[Edit]) -> Tally:
    """Judge each edit in both directions of time: from the contract to its edit, and back."""
    tally = Tally()
    for edit in chosen:
        tally.edits += 1
        try:
            changed = sound(edit.contract)
        except (Unreadable, ContractError):
            tally.unreadable += 1
            continue
        judge(tally, edit, bundle, changed, f"{edit}")
        judge(tally, edit, changed, bundle, f"back from {edit}")
    return tally


def judge(tally: Tally, edit: Edit, old: Bundle, new: Bundle, name: str) -> None:
    """Compare two contracts that differ in one edit, and count what was said."""
    findings = compare(old, new)
    tally.comparisons += 1
    tally.levels[worst([finding.level for finding in findings])] += 1
    tally.rules.update({finding.rule for finding in findings})
    if not findings:
        tally.silent.append(name)
    for direction in DIRECTIONS:
        pairs = list(_pairs(edit, old, new, direction))
        if pairs:
            _hold_against_values(tally, name, direction, findings, pairs)


def _pairs(edit: Edit, old: Bundle, new: Bundle, direction: Direction) -> Iterator[tuple[Any, Any]]:
    """The flat schemas of every message that the edit is part of, in the old and the new contract."""
    ours, theirs = starts(old, direction), starts(new, direction)
    for name in ours.keys() & theirs.keys():
        if edit.place in old.reach[ours[name]] | new.reach[theirs[name]]:
            yield flat(old, ours[name], edit.focus), flat(new, theirs[name], edit.focus)


def starts(bundle: Bundle, direction: Direction) -> dict[str, Place]:
    """What travels in this direction, by name: the data of messages, and the details of errors."""
    found = {name: one.place for name, one in bundle.messages.items() if direction_of(one) == direction}
    codes = bundle.contract.error_codes() if direction == "response" else {}
    details = {
        f"details of {code}": Place("errors.json", one["details"]) for code, one in codes.items() if "details" in one
    }
    return found | details


def promise(findings: list[Finding], direction: Direction) -> bool | None:
    """Whether the rules say that a value breaks in this direction; None when a rule is not judged by values."""
    here = [finding.rule for finding in findings if finding.direction in (direction, "both")]
    said = [RULES[rule].has_witness(direction) for rule in here if RULES[rule].level(direction) is not None]
    harmful = [one for one, rule in zip(said, here, strict=False) if one is None and _matters(rule, direction)]
    return None if harmful else True in said


def _matters(rule: str, direction: Direction) -> bool:
    return RULES[rule].level(direction) in (Level.BREAK, Level.WARN)


def witness(pairs: list[tuple[Any, Any]], direction: Direction) -> list[Any]:
    """A value that breaks in this direction, in a list; an empty list when none was found."""
    for old, new in pairs:
        sides = Sides(old, new, direction)
        if found := sides.witness(chain(variety(old), variety(new))):
            return found
    return []


def _hold_against_values(
    tally: Tally, name: str, direction: Direction, findings: list[Finding], pairs: list[tuple[Any, Any]]
) -> None:
    promised = promise(findings, direction)
    if promised is None:
        tally.judged["policy"] += 1
        tally.policies.update(
            {finding.rule for finding in findings if RULES[finding.rule].has_witness(direction) is None}
        )
        return
    tally.judged["breaks" if promised else "holds"] += 1
    shown = witness(pairs, direction)
    if bool(shown) is not promised:
        rules = ", ".join(sorted({finding.rule for finding in findings})) or "nothing"
        value = repr(shown[0])[:120] if shown else "no value"
        tally.disagreements.append(f"{name}, {direction}: the rules say {rules}; the values show {value}")


def report(tally: Tally, seconds: float) -> Iterator[str]:
    """The tally as lines."""
    yield f"edits           {tally.edits:6}   of them unreadable {tally.unreadable}, refused with file and pointer"
    yield f"comparisons     {tally.comparisons:6}   each edit there and back"
    yield f"worst level            {', '.join(f'{level} {tally.levels[level]}' for level in Level)}"
    yield f"verdicts        {tally.judged['breaks'] + tally.judged['holds']:6}   held against values: " + (
        f"{tally.judged['breaks']} that break, {tally.judged['holds']} that hold"
    )
    yield f"by policy       {tally.judged['policy']:6}   no value can decide: " + ", ".join(
        f"{rule} {count}" for rule, count in tally.policies.most_common()
    )
    yield f"rules met       {len(tally.rules):6}   of {len(RULES)}"
    yield f"silent edits    {len(tally.silent):6}"
    yield f"disagreements   {len(tally.disagreements):6}"
    yield f"seconds         {seconds:6.1f}"
    yield from tally.silent[:20]
    yield from tally.disagreements[:40]


def chosen_edits(bundle: Bundle, sample: int | None, seed: int = SEED) -> list[Edit]:
    """All edits, or so many of them, the same ones for a seed."""
    every = list(edits(bundle.contract))
    return every if sample is None else _chance(seed).sample(every, min(sample, len(every)))


def _chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  # the same edits in every run, not a secret


def main() -> int:
    """The command line. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, help="judge only so many edits, chosen by chance")
    parser.add_argument("--seed", type=int, default=SEED, help="of that chance")
    parser.add_argument("--schema", type=Path, default=SCHEMA_FOLDER, help="the schema folder to edit")
    arguments = parser.parse_args()
    began = time.monotonic()
    bundle = sound(scaled(load(arguments.schema)))
    tally = run(bundle, chosen_edits(bundle, arguments.sample, arguments.seed))
    print("\n".join(report(tally, time.monotonic() - began)))
    return int(bool(tally.silent or tally.disagreements))


if __name__ == "__main__":
    sys.exit(main())
