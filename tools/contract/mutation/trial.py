"""`contract mutation`: compares what the rules and a schema validator with generated values say about every small edit.

It prints how many edits there were, how they were judged, and where the two disagree: a BREAK that no value shows, or a
change that the rules call harmless and that a value breaks. The exit code is then 1.
"""

import argparse
import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from itertools import chain
from pathlib import Path
from typing import Any

from tools.contract.bundle.bundle import Bundle, sound
from tools.contract.comparison.contracts import compare, direction_of
from tools.contract.comparison.finding import Finding
from tools.contract.mutation.edits import Edit, edits, scaled
from tools.contract.rules import RULES
from tools.contract.rules.rule import Direction, Level, worst
from tools.contract.witness.flat import flat
from tools.contract.witness.sides import Sides
from tools.contract.witness.variety import variety
from tools.generation.source import SCHEMA_FOLDER, ContractError, Place, load

DIRECTIONS: tuple[Direction, Direction] = ("request", "response")
SEED = 20260101


@dataclass
class Tally:
    """The counts of a run, and what went wrong."""

    edits: int = 0
    unsound: int = 0
    comparisons: int = 0
    levels: Counter[Level] = field(default_factory=Counter)
    judged: Counter[str] = field(default_factory=Counter)  # "breaks" or "holds", compared with values; or "policy"
    policies: Counter[str] = field(default_factory=Counter)  # rule to the verdicts that values cannot decide
    rules: Counter[str] = field(default_factory=Counter)
    silent: list[str] = field(default_factory=list)  # edits for which no rule applies
    disagreements: list[str] = field(default_factory=list)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


def tried(bundle: Bundle, chosen: list[Edit]) -> Tally:
    """Judge each edit and its reverse."""
    tally = Tally()
    for edit in chosen:
        tally.edits += 1
        try:
            changed = sound(edit.contract)
        except ContractError:
            tally.unsound += 1
            continue
        judge(tally, edit, bundle, changed, f"{edit}")
        judge(tally, edit, changed, bundle, f"reverse of {edit}")
    return tally


def judge(tally: Tally, edit: Edit, old: Bundle, new: Bundle, name: str) -> None:
    """Compare two contracts that differ in one edit, and count the outcome."""
    findings = compare(old, new)
    tally.comparisons += 1
    tally.levels[worst([finding.level for finding in findings])] += 1
    tally.rules.update({finding.rule for finding in findings})
    if not findings:
        tally.silent.append(name)
    for direction in DIRECTIONS:
        sides = list(pairs(edit, old, new, direction))
        if sides:
            compare_with_values(tally, name, direction, findings, sides)


def pairs(edit: Edit, old: Bundle, new: Bundle, direction: Direction) -> Iterator[tuple[Any, Any]]:
    """The flat schemas, old and new, of every message that contains the edited definition."""
    ours, theirs = starts(old, direction), starts(new, direction)
    for name in ours.keys() & theirs.keys():
        if edit.place in old.reach[ours[name]] | new.reach[theirs[name]]:
            yield flat(old, ours[name], edit.focus), flat(new, theirs[name], edit.focus)


def starts(bundle: Bundle, direction: Direction) -> dict[str, Place]:
    """What is sent in this direction, by name: the data of messages, and the details of errors."""
    found = {name: one.place for name, one in bundle.messages.items() if direction_of(one) == direction}
    codes = bundle.contract.error_codes() if direction == "response" else {}
    details = {
        f"details of {code}": Place("errors.json", one["details"]) for code, one in codes.items() if "details" in one
    }
    return found | details


def promise(findings: list[Finding], direction: Direction) -> bool | None:
    """Whether the rules say that a value breaks in this direction; None if a rule is not decided by values."""
    here = [finding.rule for finding in findings if finding.direction in (direction, "both")]
    verdicts = [RULES[rule].has_witness(direction) for rule in here if RULES[rule].level(direction) is not None]
    harmful = [one for one, rule in zip(verdicts, here, strict=False) if one is None and _matters(rule, direction)]
    return None if harmful else True in verdicts


def _matters(rule: str, direction: Direction) -> bool:
    return RULES[rule].level(direction) in (Level.BREAK, Level.WARN)


def witness(sides: list[tuple[Any, Any]], direction: Direction) -> list[Any]:
    """A value that breaks in this direction, in a list; an empty list if none was found."""
    for old, new in sides:
        if found := Sides(old, new, direction).witness(chain(variety(old), variety(new))):
            return found
    return []


def compare_with_values(
    tally: Tally, name: str, direction: Direction, findings: list[Finding], sides: list[tuple[Any, Any]]
) -> None:
    """Count what the rules promise for a direction, and note if values show the opposite."""
    promised = promise(findings, direction)
    if promised is None:
        tally.judged["policy"] += 1
        tally.policies.update(
            {finding.rule for finding in findings if RULES[finding.rule].has_witness(direction) is None}
        )
        return
    tally.judged["breaks" if promised else "holds"] += 1
    shown = witness(sides, direction)
    if bool(shown) is not promised:
        rules = ", ".join(sorted({finding.rule for finding in findings})) or "nothing"
        value = repr(shown[0])[:120] if shown else "no value"
        tally.disagreements.append(f"{name}, {direction}: the rules say {rules}; the values show {value}")


def report(tally: Tally, seconds: float) -> Iterator[str]:
    """The tally as lines."""
    yield f"edits           {tally.edits:6}   of which {tally.unsound} are unsound and were refused"
    yield f"comparisons     {tally.comparisons:6}   each edit and its reverse"
    yield f"worst level            {', '.join(f'{level} {tally.levels[level]}' for level in Level)}"
    yield f"verdicts        {tally.judged['breaks'] + tally.judged['holds']:6}   compared with values: " + (
        f"{tally.judged['breaks']} break, {tally.judged['holds']} hold"
    )
    yield f"by policy       {tally.judged['policy']:6}   no value can decide: " + ", ".join(
        f"{rule} {count}" for rule, count in tally.policies.most_common()
    )
    yield f"rules seen      {len(tally.rules):6}   of {len(RULES)}"
    yield f"silent edits    {len(tally.silent):6}"
    yield f"disagreements   {len(tally.disagreements):6}"
    yield f"seconds         {seconds:6.1f}"
    yield from tally.silent[:20]
    yield from tally.disagreements[:40]


def chosen(every: list[Edit], sample: int | None, seed: int = SEED) -> list[Edit]:
    """All edits, or a sample of them that depends only on the seed."""
    chance = random.Random(seed)  # noqa: S311  # the same edits in every run
    return every if sample is None else chance.sample(every, min(sample, len(every)))


def part(schema: Path, sample: int | None, seed: int, share: tuple[int, int]) -> Tally:
    """The tally of one share of the edits: the first of three is (0, 3)."""
    bundle = sound(scaled(load(schema)))
    first, jobs = share
    return tried(bundle, chosen(list(edits(bundle.contract)), sample, seed)[first::jobs])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `mutation`."""
    parser.add_argument("--sample", type=int, metavar="N", help="judge only N edits, chosen at random; default: all")
    parser.add_argument("--seed", type=int, default=SEED, help="seed of that choice; default: %(default)s")
    parser.add_argument("--schema", type=Path, default=SCHEMA_FOLDER, metavar="FOLDER", help="default: schema/")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes; default: %(default)s")


def run(arguments: argparse.Namespace) -> int:
    """Judge the edits and print the report. Exit code 1 for a silent edit or a disagreement. Raises `ContractError`."""
    began = time.monotonic()
    jobs = arguments.jobs
    shares = [(arguments.schema, arguments.sample, arguments.seed, (first, jobs)) for first in range(jobs)]
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        tally = sum(pool.starmap(part, shares), Tally())
    print("\n".join(report(tally, time.monotonic() - began)))
    return int(bool(tally.silent or tally.disagreements))
