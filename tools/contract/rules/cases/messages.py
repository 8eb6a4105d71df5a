"""Examples of the rules about messages."""

from typing import Any

from tools.contract.rules.cases.case import Case
from tools.contract.rules.cases.small_contract import DROP, event, request, response, struct
from tools.contract.rules.rule import BREAK, INFO, SAFE, SRC, WARN

TEXT = {"type": "string"}
ASK, ANSWER, CODES = "things.json AskRequest", "things.json AskResponse", "errors.json ErrorCode"
BROKEN = {"description": "It broke.", "details": "BrokenDetails"}
LOST = {"description": "It is lost."}


def asked(key: str, value: Any) -> dict[str, Any]:
    """The small contract with another promise about its request."""
    return {f"{ASK} {key}": value}


def codes(table: dict[str, Any]) -> dict[str, Any]:
    """The small contract with another table of error codes."""
    return {f"{CODES} x-error-codes": table, f"{CODES} enum": [*table]}


PAIR = {"more.json Find": request("find", **{"x-response": "found"}), "more.json Found": response("found")}
AGAIN = {"more.json Again": request("again")}
NEWS = {"more.json News": event()}

CASES = (
    Case("M1", {}, {"more.json Find": request("find")}, SAFE, None),
    Case("M2", {}, PAIR, None, SAFE, also=("M1",)),
    Case("M3", {}, NEWS, None, BREAK),
    Case("M3.capability", {}, {"more.json News": event(**{"x-capability": "news"})}, None, SAFE),
    Case("M4", {"more.json Find": request("find")}, {}, BREAK, None),
    Case("M4.response", PAIR, {}, None, SRC, also=("M4",)),
    Case("M4.event", NEWS, {}, None, BREAK),
    Case("M5", {"more.json Find": request("find")}, {"more.json Find": request("search")}, BREAK, None),
    Case("M5", NEWS, {"more.json News": event() | {"x-message": "notice"}}, None, BREAK),
    Case("M6", NEWS, {"more.json News": event() | {"x-kind": "error"}}, None, BREAK),
    Case("M7", {**PAIR, **AGAIN}, {**PAIR, **AGAIN, **asked("x-response", "found")}, BREAK, None),
    Case("M10", asked("x-cancellable", True), {}, BREAK, None),
    Case("M11", {}, asked("x-cancellable", True), SAFE, None),
    Case("M12", asked("x-idempotent", True), {}, BREAK, None),
    Case("M13", {}, asked("x-idempotent", True), SAFE, None),
    Case("M14", {}, asked("x-capability", "fast"), BREAK, None),
    Case("M14.dropped", asked("x-capability", "fast"), {}, SAFE, None),
    Case("M14.changed", asked("x-capability", "fast"), asked("x-capability", "quick"), BREAK, None),
    Case("M16", {}, asked("x-errors", ["broken", "lost"]), None, SAFE),
    Case("M16.split", {}, asked("x-errors", ["lost"]), None, WARN),
    Case("M17", {}, asked("x-errors", []), None, SAFE),
    Case("M17", {}, {f"{CODES} x-common-errors": []}, None, SAFE),
    Case("M18", codes({"broken": BROKEN, "lost": LOST, "torn": LOST}), {}, None, BREAK, also=("E3.open",)),
    Case("M18.added", {}, codes({"broken": BROKEN, "lost": LOST, "torn": LOST}), None, SAFE, also=("E2",)),
    Case("M18.meaning", {}, codes({"broken": BROKEN, "lost": {"description": "It is late."}}), None, WARN),
    Case("M20", {}, codes({"broken": BROKEN, "lost": LOST | {"details": "BrokenDetails"}}), None, SAFE),
    Case("M20.removed", {}, codes({"broken": {"description": "It broke."}, "lost": LOST}), None, WARN),
    Case("F6", {}, {"errors.json BrokenDetails required": []}, None, BREAK),
    Case(
        "M21", {},
        {"envelope.json Envelope": struct({"id": {"type": "string", "maxLength": 128}, "to": TEXT}, "id")},
        BREAK, BREAK,
    ),
    Case("M21", {}, {"envelope.json Envelope": DROP}, BREAK, BREAK),
    Case("M21", {}, {"envelope.json Envelope properties id": {"type": "string", "maxLength": 129}}, BREAK, BREAK),
    Case("K2", asked("x-errors", ["lost", "broken"]), asked("x-errors", ["broken", "lost"]), None, INFO),
    Case("M22", {}, {f"{ANSWER} description": "An answer."}, None, INFO),
    Case("K1", {}, codes({"broken": BROKEN, "lost": LOST | {"retryable": True}}), None, BREAK),
)  # fmt: skip
