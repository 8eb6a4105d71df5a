"""What the comparison finds between two edits of the small contract."""

from tools.contract.comparison.contracts import compare
from tools.contract.rules.cases.small_contract import Edits, contract

TEXT = {"type": "string"}
COUNT = {"type": "integer"}
PART = {"$ref": "#/$defs/Part"}


def found(old: Edits, new: Edits) -> list[tuple[str, str, str, str]]:
    """Rule, pointer, direction and level of each finding."""
    findings = compare(contract(old), contract(new))
    return [(one.rule, one.pointer, one.direction, one.level) for one in findings]
