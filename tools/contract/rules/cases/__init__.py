"""All examples of all rules."""

from tools.contract.rules.cases import fields, messages, values
from tools.contract.rules.cases.case import Case

CASES: tuple[Case, ...] = (*fields.CASES, *values.CASES, *messages.CASES)
