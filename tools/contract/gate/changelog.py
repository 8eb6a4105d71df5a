"""`contract changelog`: lists what changed since the last frozen version, for people who use the protocol."""

import argparse
from collections.abc import Iterator
from itertools import pairwise

from tools.contract.bundle.bundle import Bundle, read_bundle
from tools.contract.comparison.contracts import compare
from tools.contract.comparison.finding import Finding
from tools.contract.gate.baseline import Baseline, read_baselines, version_name
from tools.contract.gate.check import add_schema
from tools.contract.rules import RULES
from tools.contract.rules.rule import Level

SENTENCES = {
    "M1": "The request {name}",
    "M4": "The request {name} is removed",
    "M5": "The message {old} is now called {new}",
    "M16": "{messages} may be answered with the error {new}",
    "F3": "{messages}: the field {place}",
    "F3 BREAK": "{messages}: the field {place} is required",
    "F1": "{messages}: the optional field {place}",
    "F7": "{messages}: the field {place} is removed",
    "F8": "{messages}: the field {place} is removed",
    "F9": "{messages}: the field {old} is now called {new}",
    "F10": "{messages}: {place} may be null",
    "E1": "{messages}: {place} may be {new}",
    "E2": "{messages}: {place} may be {new}",
    "E3": "{messages}: {place} is no longer {old}",
    "B1": "{messages}: {place} may be up to {new}, before {old}",
    "B2": "{messages}: {place} may be at most {new}, before {old}",
    "D2": "{messages}: {place} defaults to {new}, before {old}",
    "U1": "{messages} accepts {new}",
    "U2": "{messages} no longer accepts {old}",
}
DEPRECATED = "M24"
_DESCRIBED = ("M1", "F1", "F3")  # new things: their description is added
_WITH_ITS_REQUEST = ("M2", "M4.response")  # the request is listed
_LONG = ("M18.meaning", "M24.removed", DEPRECATED)  # their values are whole sentences
_NEW = (*_DESCRIBED, "M16", "M18.added", "M20", "M15", "E1", "E2", "U1")


def run(arguments: argparse.Namespace) -> int:
    """Print the changes. Exit code 0. Raises `ContractError`."""
    today = read_bundle(arguments.schema)
    baselines = read_baselines(arguments.schema)
    print("\n".join(changes(baselines[-1], today) if baselines else ["No version is frozen yet: everything is new."]))
    return 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `changelog`."""
    add_schema(parser)


def changes(baseline: Baseline, today: Bundle) -> Iterator[str]:
    """The lines of a section for the changelog: first what breaks, then what is new, then the rest."""
    findings = [one for one in compare(baseline.bundle, today) if _is_listed(one)]
    yield f"Protocol {version_name(today.version)}, since {baseline.name}:"
    if not findings:
        yield "No change that a client can notice."
    for title, group in _grouped(findings).items():
        if group:
            yield from ("", f"### {title}", "")
            yield from dict.fromkeys(f"- {sentence(finding, baseline.bundle, today)}" for finding in group)


def _is_listed(finding: Finding) -> bool:
    return finding.level is not Level.INFO and finding.rule not in _WITH_ITS_REQUEST


def _grouped(findings: list[Finding]) -> dict[str, list[Finding]]:
    groups: dict[str, list[Finding]] = {
        name: [] for name in ("Breaks older clients", "May surprise older clients", "New", "Deprecated", "Changed")
    }
    for finding in findings:
        groups[_group(finding)].append(finding)
    return groups


def _group(finding: Finding) -> str:
    if finding.level is Level.BREAK:
        return "Breaks older clients"
    if finding.level is Level.WARN:
        return "May surprise older clients"
    if finding.rule == DEPRECATED:
        return "Deprecated"
    return "New" if finding.rule in _NEW else "Changed"


def sentence(finding: Finding, old: Bundle, new: Bundle) -> str:
    """One change as one sentence; for a rule without a template, from its title."""
    template = (
        SENTENCES.get(f"{finding.rule} {finding.level}") or SENTENCES.get(finding.rule) or _plain(finding, old, new)
    )
    text = template.format(
        messages=", ".join(f"`{name}`" for name in sorted(finding.messages)) or "All messages",
        name=_quoted(finding.new if finding.new is not None else finding.old),
        place=_place(finding.pointer),
        old=_quoted(finding.old),
        new=_quoted(finding.new),
    )
    if finding.level in (Level.BREAK, Level.WARN):
        return f"{text}. {finding.why}"
    if finding.rule == DEPRECATED:
        return f"{text}. {finding.new}"
    described = _description(finding.pointer, new) or _description(finding.pointer, old)
    return f"{text}. {described}" if described and finding.rule in _DESCRIBED else f"{text}."


def _plain(finding: Finding, old: Bundle, new: Bundle) -> str:
    """A template from the rule's title, with the name of the place unless it is a message, and known values."""
    of_a_message = any("x-message" in bundle.part(finding.pointer) for bundle in (old, new))
    place = "" if of_a_message or "#/$defs/" not in finding.pointer else "{place}: "
    values = "" if None in (finding.old, finding.new) or finding.rule in _LONG else ", from {old} to {new}"
    return f"{{messages}}: {place}{RULES[finding.rule].title}{values}"


def _quoted(value: object) -> str:
    values = value if isinstance(value, list) else [value]
    return ", ".join(f"`{one}`" for one in values)


def _place(pointer: str) -> str:
    """`query.json#/$defs/QueryRequest/properties/sql/items` as `sql`; a definition as its name."""
    steps = pointer.partition("#")[2].split("/")
    fields = [after for before, after in pairwise(steps) if before == "properties"]
    return f"`{'.'.join(fields) if fields else steps[2] if len(steps) > 2 else pointer}`"


def _description(pointer: str, bundle: Bundle) -> str:
    return str(bundle.part(pointer).get("description", ""))
