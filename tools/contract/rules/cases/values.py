"""Examples of the rules about values."""

from datetime import UTC, datetime
from typing import Any

from tools.contract.rules.cases.case import Case
from tools.contract.rules.cases.small_contract import struct, thing
from tools.contract.rules.rule import BREAK, INFO, SAFE, SRC, WARN

TEXT = {"type": "string"}
BYTES = {"type": "string", "format": "binary"}
MOMENT = {"type": "string", "format": "date-time"}
COUNT = {"type": "integer"}
NUMBER = {"type": "number"}
LIST = {"type": "array", "items": COUNT}
BOTH = [COUNT, NUMBER]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LARGE = 2**53


def text(**keywords: Any) -> dict[str, Any]:
    """`Thing` as text with bounds."""
    return thing({**TEXT, **keywords})


def count(**keywords: Any) -> dict[str, Any]:
    """`Thing` as an integer with bounds."""
    return thing({**COUNT, **keywords})


def items(**keywords: Any) -> dict[str, Any]:
    """`Thing` as an array with bounds."""
    return thing({**LIST, **keywords})


def words(listed: str, is_open: bool = False) -> dict[str, Any]:
    """`Thing` as an enum of these words."""
    return text(enum=listed.split(), **({"x-enum-open": True} if is_open else {}))


def branch(tag: str, value: str) -> dict[str, Any]:
    """An object whose field `tag` is a constant."""
    return struct({tag: {"const": value}, "size": COUNT}, tag)


BRANCHES = {"Cat": branch("kind", "cat"), "Dog": branch("kind", "dog"), "Cow": branch("kind", "cow")}


def union(*names: str, tag: str = "kind", **branches: dict[str, Any]) -> dict[str, Any]:
    """`Thing` as a union of these branches."""
    references = [{"$ref": f"#/$defs/{name}"} for name in names]
    others = {name: (BRANCHES | branches)[name] for name in names}
    return thing({"oneOf": references, "discriminator": {"propertyName": tag}}, **others)


CASES = (
    Case("T1", count(), thing(NUMBER), SAFE, BREAK, answer=1.5),
    Case("T1", items(), items(items=NUMBER), SAFE, BREAK, answer=[1.5]),
    Case("T2", thing(NUMBER), count(), BREAK, SAFE, ask=1.5),
    Case("T2", items(items=NUMBER), items(), BREAK, SAFE, ask=[1.5]),
    Case(
        "T1", thing({"type": "object", "additionalProperties": COUNT}),
        thing({"type": "object", "additionalProperties": NUMBER}),
        SAFE, BREAK, answer={"a": 1.5},
    ),
    Case("T3", text(), thing({"anyOf": [TEXT, COUNT]}), SAFE, BREAK, answer=7),
    Case("T4", thing({"type": ["string", "integer"]}), count(), BREAK, SAFE, ask="a"),
    Case("T5", text(), count(), BREAK, BREAK, ask="a", answer=7),
    Case("T6", text(), thing(BYTES), BREAK, BREAK, ask="a", answer=b"a"),
    Case("T7", count(), items(), BREAK, BREAK, ask=7, answer=[7]),
    Case("T7.back", items(), count(), BREAK, BREAK, ask=[7], answer=7),
    Case("T10", text(), thing({}), SAFE, BREAK, answer=7),
    Case("T11", thing({}), text(), BREAK, SAFE, ask=7),
    Case("T12", count(minimum=0, maximum=9), count(minimum=0), SAFE, BREAK, answer=LARGE),
    Case("T12", count(minimum=0, maximum=9), count(minimum=-LARGE, maximum=9), SAFE, BREAK, answer=-LARGE),
    Case("T13", text(), thing(MOMENT), BREAK, BREAK, ask="a", answer=NOW),
    Case("T15", text(), text(format="uuid"), BREAK, SAFE),
    Case("T15.removed", text(format="uuid"), text(), SAFE, WARN),
    Case("T15.changed", text(format="uuid"), text(format="email"), BREAK, WARN),
    Case("B1", count(maximum=9), count(maximum=10), SAFE, WARN, answer=10),
    Case("B2", count(), count(maximum=9), BREAK, SAFE, ask=10),
    Case("B3", count(minimum=0), count(minimum=-1), SAFE, WARN, answer=-1),
    Case("B4", thing({**NUMBER, "minimum": 0}), thing({**NUMBER, "minimum": 1}), BREAK, SAFE, ask=0.5),
    Case("B6", text(maxLength=3), text(), SAFE, WARN, answer="long"),
    Case("B7", text(maxLength=4), text(maxLength=3), BREAK, SAFE, ask="long"),
    Case("B7", thing({**BYTES, "maxLength": 4}), thing({**BYTES, "maxLength": 3}), BREAK, SAFE, ask=b"long"),
    Case("B8", text(minLength=1), text(), SAFE, WARN, answer=""),
    Case("B9", text(), text(minLength=1), BREAK, SAFE, ask=""),
    Case("B10", text(), text(pattern="^[a-z]*$"), BREAK, SAFE, ask="A"),
    Case("B11", text(pattern="^[a-z]*$"), text(), SAFE, WARN, answer="A"),
    Case("B12", text(pattern="^[a-z]*$"), text(pattern="^[A-Z]*$"), BREAK, WARN, ask="a", answer="A"),
    Case("B14", items(maxItems=1), items(maxItems=2), SAFE, WARN, answer=[1, 2]),
    Case("B14.lowered", items(maxItems=2), items(maxItems=1), BREAK, SAFE, ask=[1, 2]),
    Case("B15", items(minItems=1), items(), SAFE, WARN, answer=[]),
    Case("B15.raised", items(), items(minItems=1), BREAK, SAFE, ask=[]),
    Case("E1", words("up"), words("up down"), SAFE, BREAK, answer="down"),
    Case("E1", text(const="up"), words("up down"), SAFE, BREAK, answer="down"),
    Case("E2", words("up", True), words("up down", True), SAFE, SAFE),
    Case("E3", words("up down"), words("up"), BREAK, SRC, ask="down"),
    Case("E3.open", words("up down", True), words("up", True), WARN, SRC),
    Case("E4", words("up down"), words("up low"), BREAK, BREAK, ask="down", answer="low"),
    Case("E4.open", words("up down", True), words("up low", True), WARN, WARN),
    Case("E5", words("up down"), text(), SAFE, BREAK, answer="left"),
    Case("E5.open", words("up down", True), text(), SAFE, SRC),
    Case("E6", text(), words("up down"), BREAK, SAFE, ask="left"),
    Case("E6", thing({"type": "boolean"}), thing({"type": "boolean", "enum": [True]}), BREAK, SAFE, ask=False),
    Case("E6.open", text(), words("up down", True), SAFE, SAFE),
    Case("E7", words("up down"), words("up down", True), SAFE, BREAK, answer="left"),
    Case("E8", words("up down", True), words("up down"), BREAK, SAFE, ask="left"),
    Case("E9", thing({"const": "up"}), thing({"const": "down"}), BREAK, BREAK, ask="up", answer="down"),
    Case("E10", text(const="up"), text(), SAFE, BREAK, answer="left"),
    Case("E10.added", text(), text(const="up"), BREAK, SAFE, ask="left"),
    Case("E12", words("up down"), words("down up"), INFO, INFO),
    Case("U1", union("Cat", "Dog"), union("Cat", "Dog", "Cow"), SAFE, BREAK, answer={"kind": "cow"}),
    Case("U2", union("Cat", "Dog", "Cow"), union("Cat", "Dog"), BREAK, SAFE, ask={"kind": "cow"}),
    Case(
        "U3", union("Cat", "Dog"), union("Cat", "Dog", Dog=branch("kind", "hound")),
        BREAK, BREAK, ask={"kind": "dog"}, answer={"kind": "hound"},
    ),
    Case(
        "U4", union("Cat", "Dog"), union("Cat", "Dog", tag="is", Cat=branch("is", "cat"), Dog=branch("is", "dog")),
        BREAK, BREAK, ask={"kind": "dog"}, answer={"is": "dog"},
    ),
    Case(
        "U5", thing({"$ref": "#/$defs/Cat"}, Cat=BRANCHES["Cat"]), union("Cat", "Dog"), SAFE, BREAK,
        answer={"kind": "dog"}, also=("F20",),
    ),
    Case("U5.back", union("Cat", "Dog"), thing(BRANCHES["Cat"]), BREAK, SAFE, ask={"kind": "dog"}),
    Case("U6", thing({"oneOf": [TEXT, COUNT]}), thing({"anyOf": [TEXT, COUNT]}), INFO, INFO),
    Case("U7", thing({"oneOf": BOTH}), thing({"anyOf": BOTH}), SAFE, BREAK, answer=7),
    Case("U7.back", thing({"anyOf": BOTH}), thing({"oneOf": BOTH}), BREAK, SAFE, ask=7),
    Case("U8", union("Cat", "Dog"), union("Dog", "Cat"), INFO, INFO),
    Case("U8", thing({"anyOf": [TEXT, COUNT]}), thing({"anyOf": [COUNT, TEXT]}), INFO, INFO),
    Case(
        "U9", union("Cat", "Dog"),
        thing({"oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}]}, Cat=BRANCHES["Cat"], Dog=BRANCHES["Dog"]),
        SRC, SRC,
    ),
)  # fmt: skip
