"""The verdict on a contract: may it have this version, given what changed since the frozen ones?

A frozen version never changes. An addition requires the next minor, which it names in `x-since`. A break requires the
next major, or while major is 0 the next minor. A WARN requires an acknowledgement whatever the version, because no
version number announces it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tools.contract.bundle.bundle import Bundle
from tools.contract.comparison.contracts import compare
from tools.contract.comparison.finding import Finding
from tools.contract.gate.acknowledgement import Acknowledgement
from tools.contract.gate.baseline import ACKNOWLEDGED_FILE, BASELINES, Baseline, Version, version_name, version_of
from tools.contract.rules.rule import Level

ACKNOWLEDGED = f"schema/{BASELINES}/{ACKNOWLEDGED_FILE}"
MAJOR_WITHOUT_BREAK = "M27"
NEW = ("M1", "M2", "M3", "M3.capability", "F1", "F2", "F3", "F4")  # a message, or a field of an existing one
SINCE_CHANGED = "F23"


@dataclass(frozen=True)
class Comparison:
    """Today's contract compared with an older one."""

    baseline: Baseline
    findings: tuple[Finding, ...]

    def of(self, level: Level) -> list[Finding]:
        return [finding for finding in self.findings if finding.level is level]


@dataclass
class Verdict:
    """What was compared, and why the contract must not land: each problem says where and what to do."""

    comparisons: list[Comparison] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def judge(today: Bundle, baselines: list[Baseline], acknowledgements: list[Acknowledgement]) -> Verdict:
    """Compare with every baseline of the major, and check the version against the changes."""
    comparisons = [
        Comparison(baseline, tuple(compare(baseline.bundle, today)))
        for baseline in baselines
        if baseline.version[0] == today.version[0]
    ]
    verdict = Verdict(comparisons, list(_went_back(today.version, baselines)))
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


def _went_back(today: Version, baselines: list[Baseline]) -> Iterator[str]:
    newest = max((baseline.version for baseline in baselines), default=today)
    if today < newest:
        yield (
            f"schema/protocol.json#/minor: version {version_name(today)} is lower than the frozen"
            f" {version_name(newest)}; a version is never lowered"
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
        if finding.level not in (Level.INFO, Level.BREAK):
            yield (
                f"schema/{finding.pointer}: {finding.level} {finding.rule}, {finding.what}:"
                f" {frozen.name} is frozen and never changes;"
                f" raise protocol.json to {version_name((today[0], today[1] + 1))}"
            )


def _since(today: Bundle, comparison: Comparison) -> Iterator[str]:
    """New things name the version that adds them, so that a client knows what an older backend refuses."""
    frozen, version = comparison.baseline, version_name(today.version)
    if today.version <= frozen.version:
        return
    for finding in comparison.findings:
        since = today.part(finding.pointer).get("x-since") if finding.rule in NEW else None
        if finding.rule in NEW and (since is None or version_of(since) <= frozen.version):
            yield (
                f"schema/{finding.pointer}: x-since {since or 'is missing'}, but {frozen.name} does not have it:"
                f' write "x-since": "{version}", the version that adds it'
            )
        if finding.rule == SINCE_CHANGED and today.version[0] == frozen.version[0]:
            yield f'schema/{finding.pointer}: {frozen.name} already has it: leave "x-since": "{finding.old}"'


def _needless_major(today: Bundle, baselines: list[Baseline]) -> list[Finding]:
    """A new major that breaks nobody shuts out old clients for nothing."""
    older = [baseline for baseline in baselines if baseline.version[0] < today.version[0]]
    if not older or older[-1].version[0] == 0:  # 1.0 is declared, not forced by a break
        return []
    last = older[-1]
    if any(finding.level is Level.BREAK for finding in compare(last.bundle, today)):
        return []
    why = f"Nothing breaks a client of {last.name}; with a higher minor it would keep working."
    pointer = "protocol.json#/major"
    return [Finding(MAJOR_WITHOUT_BREAK, pointer, "both", Level.WARN, last.version[0], today.version[0], why)]


def _unacknowledged(warnings: list[Finding], acknowledgements: list[Acknowledgement]) -> Iterator[str]:
    acknowledged = [one for one in warnings if any(entry.covers(one) for entry in acknowledgements)]
    for finding in {(one.rule, one.pointer): one for one in warnings if one not in acknowledged}.values():
        yield (
            f"schema/{finding.pointer}: WARN {finding.rule}: {finding.why} Undo it, or say in {ACKNOWLEDGED} why it is"
            f' intended: {{"rule": "{finding.rule}", "pointer": "{finding.pointer}", "why": "...", "until": "..."}}'
        )


def _stale(today: Version, warnings: list[Finding], acknowledgements: list[Acknowledgement]) -> Iterator[str]:
    for one in acknowledgements:
        if not any(one.covers(finding) for finding in warnings):
            yield f"{ACKNOWLEDGED}#{one.place}: there is no WARN {one.rule} at {one.pointer} any more; remove the entry"
        elif today > one.until:
            yield (
                f"{ACKNOWLEDGED}#{one.place}: it applied until {version_name(one.until)}, and the contract is now"
                f" {version_name(today)}; reconsider it"
            )
