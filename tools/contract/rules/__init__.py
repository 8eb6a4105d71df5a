"""All rules of compatibility, by id."""

from tools.contract.rules import fields, messages, values
from tools.contract.rules.rule import Rule

RULES: dict[str, Rule] = {rule.id: rule for rule in (*fields.RULES, *values.RULES, *messages.RULES)}
