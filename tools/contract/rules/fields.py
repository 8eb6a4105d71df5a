"""Rules about the fields of objects, and about what is annotated beside them."""

from tools.contract.rules.rule import ADD_OPTIONAL, BREAK, INFO, KEEP, LOOSEN_ONLY, SAFE, SRC, TIGHTEN_ONLY, WARN, Rule

RULES = (
    Rule("F1", "optional field added", SAFE, SAFE, "Old requests lack it, and old readers ignore it."),
    Rule(
        "F2", "field added to an open object", BREAK, SAFE,
        "An old request may already hold this key with a value of another type.",
        "give the field a name that nobody can have used, or put it into a new definition",
    ),
    Rule(
        "F3", "required field added", BREAK, SAFE,
        "Old requests lack it and are refused.", "make it optional with a default",
    ),
    Rule(
        "F4", "required field added, with a default", BREAK, SAFE,
        "A default does not supply a missing required field, so old requests are refused.",
        "take it out of `required`; the default then says what its absence means",
    ),
    Rule(
        "F5", "optional field became required", BREAK, SAFE,
        "Old requests may lack it and are refused.", "leave it optional",
    ),
    Rule(
        "F6", "required field became optional", SAFE, BREAK,
        "Old readers rely on it.", "keep sending it: leave it required",
    ),
    Rule(
        "F7", "optional field removed", BREAK, SRC,
        "Old requests that contain it are refused; for old readers it could always be missing.", KEEP,
    ),
    Rule(
        "F7.open", "optional field removed from an open object", WARN, BREAK,
        "The server silently ignores the old key; readers may find anything under that name.",
        KEEP, by_policy="request",
    ),
    Rule(
        "F8", "required field removed", BREAK, BREAK,
        "Old requests that contain it are refused, and old readers rely on it.", KEEP,
    ),
    Rule(
        "F8.open", "required field removed from an open object", WARN, BREAK,
        "The server silently ignores the old key; old readers rely on it.", KEEP, by_policy="request",
    ),
    Rule("F9", "required field renamed", BREAK, BREAK, "Both sides know only the old name.", ADD_OPTIONAL),
    Rule(
        "F9.optional", "optional field renamed", BREAK, WARN,
        "Old requests with the old name are refused; old readers silently lose the feature.",
        ADD_OPTIONAL, by_policy="response",
    ),
    Rule("F10", "null newly allowed", SAFE, BREAK, "Old readers do not expect null.", TIGHTEN_ONLY),
    Rule("F11", "null no longer allowed", BREAK, SAFE, "Old requests may send null.", LOOSEN_ONLY),
    Rule(
        "F12", "same alternatives, spelled differently", INFO, INFO,
        "Both spellings allow the same values.",
    ),
    Rule(
        "F13", "closed object opened", WARN, WARN,
        "Nothing breaks today, but every field added from now on may clash with keys that clients invented.",
        "keep additionalProperties false and add the fields that are needed", by_policy="both",
    ),
    Rule(
        "F14", "open object closed", BREAK, SAFE,
        "Old requests may contain other keys and are refused.", LOOSEN_ONLY,
    ),
    Rule(
        "F17", "map became an object with fixed fields", BREAK, SAFE,
        "Old requests may contain other keys.", ADD_OPTIONAL,
    ),
    Rule(
        "F18", "reserved name reused", BREAK, BREAK,
        "An older client knows this name with a different meaning.", "choose a new name", by_policy="both",
    ),
    Rule(
        "F19", "name no longer reserved", BREAK, BREAK,
        "Only the reservation keeps the name from being reused with a different meaning.",
        "leave the name in x-reserved until the next major", by_policy="both",
    ),
    Rule(
        "F19.added", "name reserved", SAFE, SAFE,
        "It only keeps the name from being reused.", by_policy="both",
    ),
    Rule(
        "F20", "same definition in another place", INFO, INFO,
        "Where a definition is written is not visible on the wire.",
    ),
    Rule("F21", "definition renamed", SRC, SRC, "The generated type has a new name; the wire is the same."),
    Rule(
        "F21.unused", "definition that no message uses", INFO, INFO,
        "It is not on the wire.", by_policy="both",
    ),
    Rule(
        "F22", "minProperties raised or added", BREAK, SAFE,
        "Old requests may contain fewer keys.", LOOSEN_ONLY,
    ),
    Rule(
        "F22.lowered", "minProperties lowered or removed", SAFE, WARN,
        "Fewer keys may arrive than old readers were promised.", TIGHTEN_ONLY,
    ),
    Rule(
        "F22.max_lowered", "maxProperties lowered or added", BREAK, SAFE,
        "Old requests may contain more keys.", LOOSEN_ONLY,
    ),
    Rule(
        "F22.max_raised", "maxProperties raised or removed", SAFE, WARN,
        "More keys may arrive than old readers were promised.", TIGHTEN_ONLY,
    ),
    Rule(
        "F23", "x-since changed", BREAK, BREAK,
        "Clients decide by it what a backend of a given version supports.", "leave x-since as it was", by_policy="both",
    ),
    Rule(
        "D1", "default added", WARN, WARN,
        "Leaving out the field now has a defined meaning.", "say in the description that it always meant this",
        by_policy="both",
    ),
    Rule(
        "D2", "default changed", BREAK, BREAK,
        "Old clients that leave out the field get different behaviour; old readers fill in the old value.",
        "keep the default; clients that want the other value send it", by_policy="both",
    ),
    Rule(
        "D3", "default removed", BREAK, WARN,
        "It is no longer defined what leaving out the field means.", "keep the default", by_policy="both",
    ),
    Rule("M22", "description or comment changed", INFO, INFO, "It is only read by people.", by_policy="both"),
    Rule(
        "M23", "x-secret removed", BREAK, BREAK,
        "The value may now appear in a log.", "keep it marked as secret", by_policy="both",
    ),
    Rule("M23.added", "x-secret added", SAFE, SAFE, "The value is kept out of logs.", by_policy="both"),
    Rule("M24", "marked as deprecated", SAFE, SAFE, "It keeps working.", by_policy="both"),
    Rule(
        "M24.removed", "deprecated mark changed or removed", INFO, INFO,
        "It keeps working.", by_policy="both",
    ),
    Rule(
        "T14", "unit changed", BREAK, BREAK,
        "The same number now means a different amount.", "add a field with the unit in its name", by_policy="both",
    ),
    Rule(
        "T14.added", "unit added", INFO, INFO,
        "The numbers are the same.", by_policy="both",
    ),
    Rule(
        "T14.removed", "unit removed", WARN, WARN,
        "Readers can no longer tell what the number counts.", "keep x-unit", by_policy="both",
    ),
    Rule("T16", "x-opaque added", SAFE, SAFE, "Less is checked than before.", by_policy="both"),
    Rule(
        "T16.cleared", "x-opaque removed", BREAK, SAFE,
        "Values that were not validated before now are.", "keep x-opaque", by_policy="both",
    ),
    Rule(
        "K1", "keyword unknown to this check", BREAK, BREAK,
        "The check cannot tell whether old clients can handle it.",
        "use the keywords of the subset, or add a rule for this one", by_policy="both",
    ),
    Rule(
        "K2", "written differently, with the same meaning", INFO, INFO, "The same values are valid.",
    ),
    Rule(
        "K3", "undecidable change", BREAK, BREAK,
        "The alternatives cannot be matched one to one, so the worst is assumed.",
        "make the change in smaller steps", by_policy="both",
    ),
    Rule(
        "V1", "protocol version lowered", BREAK, BREAK,
        "Clients take the higher version for the later one.", "raise the version instead", by_policy="both",
    ),
    Rule(
        "V2", "protocol version raised", INFO, INFO,
        "`contract check` decides whether it was raised enough.", by_policy="both",
    ),
)  # fmt: skip
