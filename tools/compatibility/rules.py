"""All rules of compatibility, by id."""

from tools.compatibility import rules_fields, rules_messages, rules_values
from tools.compatibility.rule import Rule

RULES: dict[str, Rule] = {rule.id: rule for rule in (*rules_fields.RULES, *rules_values.RULES, *rules_messages.RULES)}
