"""All examples of all rules."""

from tools.compatibility import cases_fields, cases_messages, cases_values
from tools.compatibility.case import Case

CASES: tuple[Case, ...] = (*cases_fields.CASES, *cases_values.CASES, *cases_messages.CASES)
