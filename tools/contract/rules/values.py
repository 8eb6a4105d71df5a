"""Rules about single values: types, bounds, enums, constants, unions."""

from tools.contract.rules.rule import (
    ADD_OPTIONAL,
    ASK_FIRST,
    BREAK,
    INFO,
    KEEP,
    LOOSEN_ONLY,
    NEW_NAME,
    SAFE,
    SRC,
    TIGHTEN_ONLY,
    WARN,
    Rule,
)

RULES = (
    Rule(
        "T1", "integer became number", SAFE, BREAK,
        "A fraction may arrive where an integer was promised.", NEW_NAME,
    ),
    Rule("T2", "number became integer", BREAK, SAFE, "Old requests may send a fraction.", LOOSEN_ONLY),
    Rule(
        "T3", "additional type allowed", SAFE, BREAK,
        "Old readers do not expect values of that type here.", TIGHTEN_ONLY,
    ),
    Rule("T4", "type no longer allowed", BREAK, SAFE, "Old requests may send that type.", LOOSEN_ONLY),
    Rule("T5", "type replaced", BREAK, BREAK, "No old value fits the new type.", NEW_NAME),
    Rule(
        "T6", "text and bytes swapped", BREAK, BREAK,
        "They are different MessagePack types.", NEW_NAME,
    ),
    Rule("T7", "single value became an array", BREAK, BREAK, "No old value fits the new type.", NEW_NAME),
    Rule("T7.back", "array became a single value", BREAK, BREAK, "No old value fits the new type.", NEW_NAME),
    Rule(
        "T10", "every value allowed", SAFE, BREAK,
        "Old readers expect only the values that were described.", TIGHTEN_ONLY,
    ),
    Rule(
        "T11", "no longer every value allowed", BREAK, SAFE,
        "Old requests may send anything here.", LOOSEN_ONLY,
    ),
    Rule(
        "T12", "integers beyond 2^53-1 allowed", SAFE, BREAK,
        "JavaScript numbers lose digits there; old clients read a plain number.", NEW_NAME,
    ),
    Rule(
        "T13", "MessagePack extension added or dropped", BREAK, BREAK,
        "On the wire a timestamp is neither text nor a number.", NEW_NAME,
    ),
    Rule(
        "T15", "unchecked format added", BREAK, SAFE,
        "Generated models may refuse what they accepted before.", LOOSEN_ONLY, by_policy="both",
    ),
    Rule(
        "T15.removed", "unchecked format removed", SAFE, WARN,
        "Old generated models may still check it.", TIGHTEN_ONLY, by_policy="both",
    ),
    Rule(
        "T15.changed", "unchecked format changed", BREAK, WARN,
        "Generated models may refuse what they accepted before.", NEW_NAME, by_policy="both",
    ),
    Rule(
        "B1", "maximum raised or removed", SAFE, WARN,
        "Larger numbers may arrive than old readers were promised.", TIGHTEN_ONLY,
    ),
    Rule(
        "B2", "maximum lowered or added", BREAK, SAFE,
        "Old requests may send a larger number.", LOOSEN_ONLY,
    ),
    Rule(
        "B3", "minimum lowered or removed", SAFE, WARN,
        "Smaller numbers may arrive than old readers were promised.", TIGHTEN_ONLY,
    ),
    Rule(
        "B4", "minimum raised or added", BREAK, SAFE,
        "Old requests may send a smaller number.", LOOSEN_ONLY,
    ),
    Rule(
        "B6", "maxLength raised or removed", SAFE, WARN,
        "Longer texts may arrive than old readers were promised.", TIGHTEN_ONLY,
    ),
    Rule(
        "B7", "maxLength lowered or added", BREAK, SAFE,
        "Old requests may send a longer text.", LOOSEN_ONLY,
    ),
    Rule(
        "B8", "minLength lowered or removed", SAFE, WARN,
        "Shorter texts may arrive, possibly empty ones.", TIGHTEN_ONLY,
    ),
    Rule(
        "B9", "minLength raised or added", BREAK, SAFE,
        "Old requests may send a shorter text.", LOOSEN_ONLY,
    ),
    Rule(
        "B10", "pattern added", BREAK, SAFE,
        "Old requests may send a text that does not match.", LOOSEN_ONLY,
    ),
    Rule(
        "B11", "pattern removed", SAFE, WARN,
        "Old readers were promised that such texts do not arrive.", TIGHTEN_ONLY,
    ),
    Rule(
        "B12", "pattern changed", BREAK, WARN,
        "Whether one pattern includes the other is undecidable, so the worst is assumed.", LOOSEN_ONLY,
        by_policy="both",
    ),
    Rule(
        "B14", "maxItems raised or removed", SAFE, WARN,
        "Longer arrays may arrive than old readers were promised.", TIGHTEN_ONLY,
    ),
    Rule(
        "B14.lowered", "maxItems lowered or added", BREAK, SAFE,
        "Old requests may send a longer array.", LOOSEN_ONLY,
    ),
    Rule(
        "B15", "minItems lowered or removed", SAFE, WARN,
        "Shorter arrays may arrive, possibly empty ones.", TIGHTEN_ONLY,
    ),
    Rule(
        "B15.raised", "minItems raised or added", BREAK, SAFE,
        "Old requests may send a shorter array.", LOOSEN_ONLY,
    ),
    Rule(
        "E1", "value added to a closed enum", SAFE, BREAK,
        "Old readers handle exactly the known values.", ASK_FIRST,
    ),
    Rule("E2", "value added to an open enum", SAFE, SAFE, "Readers of an open enum accept any value."),
    Rule("E3", "value removed from a closed enum", BREAK, SRC, "Old requests may send it.", KEEP),
    Rule(
        "E3.open", "value removed from an open enum", WARN, SRC,
        "The server treats it as an unknown value.", KEEP, by_policy="request",
    ),
    Rule(
        "E4", "value of a closed enum renamed", BREAK, BREAK,
        "Both sides know only the old value.", "add the new value beside the old one",
    ),
    Rule(
        "E4.open", "value of an open enum renamed", WARN, WARN,
        "Nothing is refused, but the new value falls into the default branch.", "keep the old value", by_policy="both",
    ),
    Rule(
        "E5", "closed enum became free text or number", SAFE, BREAK,
        "Old readers handle exactly the known values.", TIGHTEN_ONLY,
    ),
    Rule("E5.open", "open enum became free text", SAFE, SRC, "Any value was possible before."),
    Rule(
        "E6", "free text or number became a closed enum", BREAK, SAFE,
        "Old requests may send another value.", LOOSEN_ONLY,
    ),
    Rule("E6.open", "free text became an open enum", SAFE, SAFE, "Any value is still possible."),
    Rule(
        "E7", "closed enum marked as open", SAFE, BREAK,
        "Old readers handle exactly the known values.", TIGHTEN_ONLY,
    ),
    Rule(
        "E8", "open mark of an enum removed", BREAK, SAFE,
        "Old requests may send a value that is not listed.", LOOSEN_ONLY,
    ),
    Rule("E9", "constant changed", BREAK, BREAK, "Both sides know only the old value.", ADD_OPTIONAL),
    Rule(
        "E10", "constant became free text or number", SAFE, BREAK,
        "Old readers expect only the one value.", TIGHTEN_ONLY,
    ),
    Rule(
        "E10.added", "free text or number became a constant", BREAK, SAFE,
        "Old requests may send another value.", LOOSEN_ONLY,
    ),
    Rule("E12", "order of enum values changed", INFO, INFO, "The order is not visible on the wire."),
    Rule("U1", "branch added to a union", SAFE, BREAK, "Old readers do not know this branch.", ASK_FIRST),
    Rule("U2", "branch removed from a union", BREAK, SAFE, "Old requests may use it.", KEEP),
    Rule(
        "U3", "tag value of a branch renamed", BREAK, BREAK,
        "Both sides know only the old tag.", "add a second branch with the new tag",
    ),
    Rule(
        "U4", "tag property of a union renamed", BREAK, BREAK,
        "Both sides look for the old key.", "keep the name of the tag",
    ),
    Rule(
        "U5", "object became one branch of a union", SAFE, BREAK,
        "Old readers expect only the one form.", ASK_FIRST,
    ),
    Rule(
        "U5.back", "union became one of its branches", BREAK, SAFE,
        "Old requests may use another branch.", KEEP,
    ),
    Rule(
        "U6", "oneOf and anyOf swapped, alternatives do not overlap", INFO, INFO,
        "Both allow the same values.",
    ),
    Rule(
        "U7", "oneOf became anyOf, alternatives overlap", SAFE, BREAK,
        "Values that fit two alternatives were refused and are now allowed.", TIGHTEN_ONLY,
    ),
    Rule(
        "U7.back", "anyOf became oneOf, alternatives overlap", BREAK, SAFE,
        "Values that fit two alternatives were allowed and are now refused.", LOOSEN_ONLY,
    ),
    Rule("U8", "order of alternatives changed", INFO, INFO, "The order is not visible on the wire."),
    Rule("U9", "discriminator changed, branches are the same", SRC, SRC, "Only code generators look at it."),
)  # fmt: skip
