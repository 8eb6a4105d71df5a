"""Compares whole contracts: their messages and what these promise, their error codes, and the envelope."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tools.contract.bundle.bundle import Bundle, address
from tools.contract.bundle.node import at, canonical
from tools.contract.comparison.finding import Finding
from tools.contract.comparison.objects import renamed
from tools.contract.comparison.walk import Walk
from tools.contract.rules.rule import Direction
from tools.generation.source import Message, Place

ENVELOPE = Place("envelope.json", "Envelope")


def direction_of(message: Message) -> Direction:
    """Who reads a message: the server a request, the client everything else."""
    return "request" if message.kind == "request" else "response"


def compare(old: Bundle, new: Bundle) -> list[Finding]:
    """Every change from `old` to `new`, the worst first; none if the contracts are the same."""
    before, after = old.definitions, new.definitions
    changed = {place for place in before.keys() | after.keys() if before.get(place) != after.get(place)}
    walk = Walk(old, new, changed=frozenset(changed))
    _version(walk)
    _unknown_keywords(walk)
    _names(walk)
    for name in old.messages.keys() & new.messages.keys():
        _message(walk, old.messages[name], new.messages[name])
    _error_codes(walk)
    _envelope(walk)
    _unused(walk)
    return walk.findings()


def _version(walk: Walk) -> None:
    if walk.old.version != walk.new.version:
        rule = "V1" if walk.new.version < walk.old.version else "V2"
        walk.note(rule, "protocol.json#", *(".".join(map(str, one.version)) for one in (walk.old, walk.new)))


def _names(walk: Walk) -> None:
    """Compare which messages there are."""
    lost = {name: one for name, one in walk.old.messages.items() if name not in walk.new.messages}
    gained = {name: one for name, one in walk.new.messages.items() if name not in walk.old.messages}
    forms = (
        {name: _form(bundle, message) for name, message in messages.items()}
        for bundle, messages in ((walk.old, lost), (walk.new, gained))
    )
    for old_name, new_name in renamed(*forms):
        old, new = lost.pop(old_name), gained.pop(new_name)
        _towards(walk, old).note("M5", address(new.place), old_name, new_name)
    for message in lost.values():
        _towards(walk, message).note(_lost_rule(message), address(message.place), message.type)
    for message in gained.values():
        _gained(_towards(walk, message), message)


def _form(bundle: Bundle, message: Message) -> Any:
    return message.kind, message.place.name, canonical(at(bundle, message.place))


def _lost_rule(message: Message) -> str:
    if message.kind == "request":
        return "M4"
    return "M4.response" if message.kind == "response" else "M4.event"


def _gained(walk: Walk, message: Message) -> None:
    rule = {"request": "M1", "response": "M2"}.get(message.kind, "M3.capability" if message.capability else "M3")
    walk.note(rule, address(message.place), None, message.type)


def _towards(walk: Walk, message: Message) -> Walk:
    return replace(walk, directions=(direction_of(message),), message=message.type)


def _message(whole: Walk, old: Message, new: Message) -> None:
    walk = _towards(whole, old)
    if old.kind != new.kind:
        walk.note("M6", address(new.place), old.kind, new.kind)
        return
    _promises(walk, old, new)
    before, after = at(walk.old, old.place), at(walk.new, new.place)
    walk.same_definition(before, after, old.place, new.place)
    if old.place != new.place or not walk.unchanged(old.place):
        walk.nodes(before, after)


def _promises(walk: Walk, old: Message, new: Message) -> None:
    here = address(new.place)
    if old.response != new.response:
        walk.note("M7", here, old.response, new.response)
    if old.cancellable != new.cancellable:
        walk.note("M11" if new.cancellable else "M10", here)
    if old.idempotent != new.idempotent:
        walk.note("M13" if new.idempotent else "M12", here)
    if old.capability != new.capability:
        rule = "M14.changed" if old.capability and new.capability else "M14" if new.capability else "M14.dropped"
        walk.note(rule, here, old.capability, new.capability)
    answers = replace(walk, directions=("response",))
    _codes(answers, f"{here}/x-errors", old.errors, new.errors)


def _codes(walk: Walk, here: str, old: Iterable[str], new: Iterable[str]) -> None:
    lost, gained = sorted({*old} - {*new}), sorted({*new} - {*old})
    if lost and gained:
        walk.note("M16.split", here, lost, gained)
    elif lost or gained:
        walk.note("M16" if gained else "M17", here, lost or None, gained or None)
    elif [*old] != [*new]:
        walk.note("K2", here, [*old], [*new])


def _error_codes(whole: Walk) -> None:
    walk = replace(whole, directions=("response",), message="error")
    here = "errors.json#/$defs/ErrorCode/x-error-codes"
    old, new = walk.old.contract.error_codes(), walk.new.contract.error_codes()
    for code in old.keys() | new.keys():
        if code not in new:
            walk.note("M18", f"{here}/{code}", code)
        elif code not in old:
            walk.note("M18.added", f"{here}/{code}", None, code)
        else:
            _error_code(walk, f"{here}/{code}", old[code], new[code])
    place = "errors.json#/$defs/ErrorCode/x-common-errors"
    _codes(walk, place, walk.old.contract.common_errors(), walk.new.contract.common_errors())


def _error_code(walk: Walk, here: str, old: dict[str, str], new: dict[str, str]) -> None:
    if old.get("description") != new.get("description"):
        walk.note("M18.meaning", here, old.get("description"), new.get("description"))
    before, after = (Place("errors.json", one["details"]) if "details" in one else None for one in (old, new))
    if before is None or after is None:
        if before != after:
            walk.note("M20" if before is None else "M20.removed", here, old.get("details"), new.get("details"))
        return
    nodes = at(walk.old, before), at(walk.new, after)
    walk.same_definition(*nodes, before, after)
    if before != after or not walk.unchanged(before):
        walk.nodes(*nodes)


def _envelope(whole: Walk) -> None:
    walk = replace(whole, envelope=True)
    before, after = ENVELOPE in walk.old.definitions, ENVELOPE in walk.new.definitions
    if before != after:
        walk.note("M21", address(ENVELOPE))
    elif before and not walk.unchanged(ENVELOPE):
        walk.nodes(at(walk.old, ENVELOPE), at(walk.new, ENVELOPE))


def used(bundle: Bundle) -> dict[Place, set[Direction]]:
    """Every definition that is used on the wire, with the directions in which it is used."""
    found: dict[Place, set[Direction]] = {}
    starts: list[tuple[Place, list[Direction]]] = [
        (message.place, [direction_of(message)]) for message in bundle.messages.values()
    ]
    details = [entry["details"] for entry in bundle.contract.error_codes().values() if "details" in entry]
    starts += [(Place("errors.json", name), ["response"]) for name in details]
    starts += [(ENVELOPE, ["request", "response"])] if ENVELOPE in bundle.definitions else []
    for place, directions in starts:
        for one in bundle.reach[place]:
            found.setdefault(one, set()).update(directions)
    return found


def _unused(walk: Walk) -> None:
    """Note definitions that differ and that neither side uses on the wire."""
    for place in walk.changed:
        if place not in used(walk.old) and place not in used(walk.new):
            walk.note("F21.unused", address(place))


def _unknown_keywords(walk: Walk) -> None:
    """Note keywords without a rule on either side: they may mean anything."""
    for bundle in (walk.old, walk.new):
        for place, pointer, value in bundle.unknown_keywords:
            there: set[Direction] = used(bundle).get(place) or {"request", "response"}
            replace(walk, directions=tuple(sorted(there))).note("K1", f"{place.file}#{pointer}", None, value)
