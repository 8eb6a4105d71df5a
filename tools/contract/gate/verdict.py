"""The version gate: may a contract with these changes carry this version?

A frozen version never changes. An addition asks for the next minor, and names it in `x-since`. A break asks for the
next major, and while major is 0 for the next minor. A WARN asks for an acknowledgement, whatever the version says,
because no number tells of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tools.contract.bundle.bundle import Bundle
from tools.contract.comparison.contracts import compare
from tools.contract.comparison.finding import Finding
from tools.contract.gate.acknowledgement import Acknowledgement
from tools.contract.gate.baseline import ACKNOWLEDGED_FILE, BASELINES, Baseline, Version, version_name
from tools.contract.rules.rule import Level

ACKNOWLEDGED = f"schema/{BASELINES}/{ACKNOWLEDGED_FILE}"
MAJOR_WITHOUT_BREAK = "M27"
NEW = ("M1", "M2", "M3", "M3.capability", "F1", "F2", "F3", "F4")  # a message, or a field of one that was there before
SINCE_CHANGED = "F23"
_SILENT = (Level.INFO,)


@dataclass(frozen=True)
class Comparison:
    """Today's contract against one older one."""

    baseline: Baseline
    findings: tuple[Finding, ...]

    def of(self, level: Level) -> list[Finding]:
        return [finding for finding in self.findings if finding.level is level]


@dataclass
class Verdict:
    """What was compared, and what must not land: each problem says where and what to do."""

    comparisons: list[Comparison] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def judge(today: Bundle, baselines: list[Baseline], acknowledgements: list[Acknowledgement]) -> Verdict:
    """Compare with every baseline of the major and hold the version to what was found."""
    comparisons = [
        Comparison(baseline, tuple(compare(baseline.bundle, today)))
        for baseline in baselines
        if baseline.version[0] == today.version[0]
    ]
    verdict = Verdict(comparisons, list(_order(today.version, baselines)))
    for comparison in comparisons:
        verdict.problems += _breaks(today.version, comparison)
        verdict.problems += _additions(today.version, comparison)
        verdict.problems += _since(today, comparison)
    warnings = [finding for comparison in comparisons for finding in comparison.of(Level.WARN)]
    warnings += _needless_major(today, baselines)
    verdict.problems += _unacknowledged(warnings, acknowledgements)
    verdict.problems += _stale(today.version, warnings, acknowledgements)
    return verdict


def may_break(today: Version, frozen: Version) -> bool:
    """Whether a contract of version `today` may break clients of the version `frozen`."""
    return today[0] > frozen[0] or (today[0] == frozen[0] == 0 and today > frozen)


def next_breaking(frozen: Version) -> Version:
    """The lowest version that may break clients of this one."""
    return (0, frozen[1] + 1) if frozen[0] == 0 else (frozen[0] + 1, 0)


def _order(today: Version, baselines: list[Baseline]) -> Iterator[str]:
    newest = max((baseline.version for baseline in baselines), default=today)
    if today < newest:
        yield (
            f"schema/protocol.json#/minor: version {version_name(today)} is older than the frozen"
            f" {version_name(newest)}; a version never goes back"
        )


def _breaks(today: Version, comparison: Comparison) -> Iterator[str]:
    frozen = comparison.baseline
    if may_break(today, frozen.version):
        return
    for finding in comparison.of(Level.BREAK):
        yield (
            f"schema/{finding.pointer}: BREAK {finding.rule} against {frozen.name} for {finding.for_whom}:"
            f" {finding.what}. {finding.why}"
            f" Undo it, or raise protocol.json to {version_name(next_breaking(frozen.version))}."
        )


def _additions(today: Version, comparison: Comparison) -> Iterator[str]:
    frozen = comparison.baseline
    if frozen.folder is None or today != frozen.version:
        return
    for finding in comparison.findings:
        if finding.level not in (*_SILENT, Level.BREAK):
            yield (
                f"schema/{finding.pointer}: {finding.level} {finding.rule}, {finding.what}:"
                f" {frozen.name} is frozen and never changes;"
                f" raise protocol.json to {version_name((today[0], today[1] + 1))}"
            )


def _since(today: Bundle, comparison: Comparison) -> Iterator[str]:
    """New things say which version brings them: by that a client knows what an older backend refuses."""
    frozen, version = comparison.baseline, version_name(today.version)
    if today.version <= frozen.version:
        return
    for finding in comparison.findings:
        said = today.part(finding.pointer).get("x-since") if finding.rule in NEW else None
        if finding.rule in NEW and (said is None or _version(said) <= frozen.version):
            yield (
                f"schema/{finding.pointer}: x-since {said or 'is missing'}, and {frozen.name} does not have it:"
                f' write "x-since": "{version}", the version that brings it'
            )
        if finding.rule == SINCE_CHANGED and today.version[0] == frozen.version[0]:
            yield f'schema/{finding.pointer}: {frozen.name} has it already: leave "x-since": "{finding.old}"'


def _version(said: str) -> Version:
    major, _, minor = said.partition(".")
    return int(major), int(minor)


def _needless_major(today: Bundle, baselines: list[Baseline]) -> list[Finding]:
    """A new major that breaks nobody locks old clients out for nothing."""
    older = [baseline for baseline in baselines if baseline.version[0] < today.version[0]]
    if not older or older[-1].version[0] == 0:  # 1.0 is declared, not forced by a break
        return []
    last = older[-1]
    if any(finding.level is Level.BREAK for finding in compare(last.bundle, today)):
        return []
    why = f"Nothing breaks a client of {last.name}; a higher minor would have served it on."
    pointer = "protocol.json#/major"
    return [Finding(MAJOR_WITHOUT_BREAK, pointer, "both", Level.WARN, last.version[0], today.version[0], why)]


def _unacknowledged(warnings: list[Finding], acknowledgements: list[Acknowledgement]) -> Iterator[str]:
    told = {(one.rule, one.pointer): one for one in warnings if not any(two.covers(one) for two in acknowledgements)}
    for finding in told.values():
        yield (
            f"schema/{finding.pointer}: WARN {finding.rule}: {finding.why} Undo it, or say in {ACKNOWLEDGED} why it is"
            f' meant: {{"rule": "{finding.rule}", "pointer": "{finding.pointer}", "why": "...", "until": "..."}}'
        )


def _stale(today: Version, warnings: list[Finding], acknowledgements: list[Acknowledgement]) -> Iterator[str]:
    for one in acknowledgements:
        if not any(one.covers(finding) for finding in warnings):
            yield f"{ACKNOWLEDGED}#{one.place}: no WARN {one.rule} is at {one.pointer} any longer; remove the entry"
        elif today > one.until:
            yield (
                f"{ACKNOWLEDGED}#{one.place}: it held until {version_name(one.until)}, and the contract is"
                f" {version_name(today)}; judge it anew"
            )
