"""`generated/compatibility-rules.md`: every rule with an example and a proof, for people who change the contract."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tools.contract.rules import fields, messages, values
from tools.contract.rules.cases import CASES
from tools.contract.rules.cases.case import NO_VALUE, Case
from tools.contract.rules.rule import Direction, Rule
from tools.generation.tagged_json import to_json

FILE = "compatibility-rules.md"
LONGEST = 90  # characters of an example

INTRODUCTION = """<!-- Generated from tools/contract/rules/ by `make generate`. Do not edit. -->

# Which change of the contract breaks a client that is already out there?

`python -m tools.contract diff OLD NEW` compares two contracts by these rules. Each rule has a level for each direction:

- **request**: an old client's request is read by the new server, which refuses what its schema does not allow.
- **response**: an old client reads what the new server sends. It ignores keys that it does not know and accepts any
  value of an open enum.

| level | meaning |
|---|---|
| BREAK | an old client stops working |
| WARN | an old client may misbehave; somebody must acknowledge that this is intended |
| SRC | an old client keeps running; a program that is rebuilt may not compile |
| INFO | no program can notice it |
| SAFE | an extension that old clients do not notice |

A change in a definition that is used in both directions has the worse of the two levels. The last column shows a value
that one side sends and the other refuses. `none` means that no such value exists, which tests try to refute with
generated values. `policy` means that no value can decide, because it is about a meaning, a promise or a name. Of two
entries the first is for requests, and the second for responses.

"""

SECTIONS = (
    ("Fields of objects, and annotations", fields.RULES),
    ("Values: types, bounds, enums, unions", values.RULES),
    ("Messages, error codes, the envelope", messages.RULES),
)


def generate() -> dict[str, str]:
    """File name to text of the page."""
    return {FILE: INTRODUCTION + "\n".join(_sections()).rstrip() + "\n"}


def _sections() -> Iterator[str]:
    for title, rules in SECTIONS:
        yield f"## {title}\n"
        yield "| rule | change | request | response | why; what to do instead | example | shown by |"
        yield "|---|---|---|---|---|---|---|"
        yield from map(_row, rules)
        yield ""


def _row(rule: Rule) -> str:
    case = next(case for case in CASES if case.rule == rule.id)
    advice = f"{rule.why} Instead: {rule.instead}." if rule.instead else rule.why
    shown = "; ".join(_shown(rule, case, direction) for direction in ("request", "response") if rule.level(direction))
    levels = (str(level or "") for level in (rule.request, rule.response))
    return _cells(
        f"`{rule.id}`", rule.title, *levels, advice, _example(case), "; ".join(dict.fromkeys(shown.split("; ")))
    )


def _cells(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _shown(rule: Rule, case: Case, direction: Direction) -> str:
    if rule.has_witness(direction) is None:
        return "policy"
    value = case.witness(direction)
    return "none" if value is NO_VALUE else _code(value)


def _code(value: Any) -> str:
    text = json.dumps(to_json(str(value) if isinstance(value, datetime) else value))
    return f"`{text}`"


def _example(case: Case) -> str:
    """The old and the new side of a case, if they are short."""
    sides = [_side(edits) for edits in (case.old, case.new)]
    text = " → ".join(f"`{one}`" if one else "nothing" for one in sides)
    return text if len(text) <= LONGEST else ""


def _side(edits: Any) -> str:
    if "things.json Thing" in edits:
        return json.dumps(edits["things.json Thing"])
    return ", ".join(
        f"{path.split(' ', 1)[-1]}: {json.dumps(value, default=lambda _: 'left out')}" for path, value in edits.items()
    )
