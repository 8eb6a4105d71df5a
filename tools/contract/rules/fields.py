"""Rules about the keys of objects: added, removed, renamed, required, null, defaults."""

from tools.contract.rules.rule import ADD_OPTIONAL, BREAK, INFO, KEEP, LOOSEN_ONLY, SAFE, SRC, TIGHTEN_ONLY, WARN, Rule

RULES = (
    Rule("F1", "optional field added", SAFE, SAFE, "Old requests lack it, and old readers ignore it."),
    Rule(
        "F2", "field added to an object that took any key", BREAK, SAFE,
        "An old request may already hold this key with a value of another type.",
        "give the field a name that nobody can have used, in a definition of its own",
    ),
    Rule(
        "F3", "required field added", BREAK, SAFE,
        "Old requests lack it and are refused.", "make it optional with a default",
    ),
    Rule(
        "F4", "required field added, with a default", BREAK, SAFE,
        "A default does not fill in a missing key of a required field, so old requests are refused.",
        "take it out of `required`; the default then says what leaving it out means",
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
        "Old requests that hold it are refused; readers see it missing, as it could be.", KEEP,
    ),
    Rule(
        "F7.open", "optional field removed from an object that takes any key", WARN, BREAK,
        "The server takes the old key without a word and ignores it; readers may find anything under that name.",
        KEEP, by_policy="request",
    ),
    Rule(
        "F8", "required field removed", BREAK, BREAK,
        "Old requests that hold it are refused, and old readers miss it.", KEEP,
    ),
    Rule(
        "F8.open", "required field removed from an object that takes any key", WARN, BREAK,
        "The server takes the old key without a word and ignores it; old readers miss it.", KEEP, by_policy="request",
    ),
    Rule("F9", "required field renamed", BREAK, BREAK, "Both sides know only the old name.", ADD_OPTIONAL),
    Rule(
        "F9.optional", "optional field renamed", BREAK, WARN,
        "Old requests with the old name are refused; old readers lose the feature without a word.",
        ADD_OPTIONAL, by_policy="response",
    ),
    Rule("F10", "null newly allowed", SAFE, BREAK, "Old readers do not expect null.", TIGHTEN_ONLY),
    Rule("F11", "null no longer allowed", BREAK, SAFE, "Old requests may send null.", LOOSEN_ONLY),
    Rule(
        "F12", "same alternatives, spelled in another way", INFO, INFO,
        "Both spellings allow the same values.",
    ),
    Rule(
        "F13", "closed object opened", WARN, WARN,
        "Nothing breaks today, but from now on each added field meets keys that clients made up.",
        "keep additionalProperties false and add the keys that are needed", by_policy="both",
    ),
    Rule(
        "F14", "open object closed", BREAK, SAFE,
        "Old requests may hold keys of their own and are refused.", LOOSEN_ONLY,
    ),
    Rule(
        "F17", "map became an object with fixed fields", BREAK, SAFE,
        "Old requests may hold other keys.", ADD_OPTIONAL,
    ),
    Rule(
        "F18", "reserved name used again", BREAK, BREAK,
        "An older client knows this name with another meaning.", "choose a name that was never used", by_policy="both",
    ),
    Rule(
        "F19", "name no longer reserved", BREAK, BREAK,
        "The mark is what keeps the name from coming back with another meaning.",
        "leave the name in x-reserved until the next major", by_policy="both",
    ),
    Rule(
        "F19.added", "name reserved", SAFE, SAFE,
        "It only keeps the name from being used again.", by_policy="both",
    ),
    Rule(
        "F20", "same definition in another place", INFO, INFO,
        "Where a definition stands is not on the wire.",
    ),
    Rule("F21", "definition renamed", SRC, SRC, "The generated type has another name; the wire is the same."),
    Rule(
        "F21.unused", "definition that no message uses", INFO, INFO,
        "It is not on the wire.", by_policy="both",
    ),
    Rule(
        "F22", "minProperties raised or added", BREAK, SAFE,
        "Old requests may hold fewer keys.", LOOSEN_ONLY,
    ),
    Rule(
        "F22.lowered", "minProperties lowered or removed", SAFE, WARN,
        "Fewer keys may arrive than old readers were promised.", TIGHTEN_ONLY,
    ),
    Rule(
        "F22.max_lowered", "maxProperties lowered or added", BREAK, SAFE,
        "Old requests may hold more keys.", LOOSEN_ONLY,
    ),
    Rule(
        "F22.max_raised", "maxProperties raised or removed", SAFE, WARN,
        "More keys may arrive than old readers were promised.", TIGHTEN_ONLY,
    ),
    Rule(
        "F23", "x-since changed", BREAK, BREAK,
        "Clients decide by it what a backend of another version can do.", "leave x-since as it was", by_policy="both",
    ),
    Rule(
        "D1", "default added", WARN, WARN,
        "Leaving the field out now means something.", "say in the description that the meaning was so before",
        by_policy="both",
    ),
    Rule(
        "D2", "default changed", BREAK, BREAK,
        "Old clients that leave the field out get another behaviour; old readers fill in the old value.",
        "keep the default; clients that want the other value send it", by_policy="both",
    ),
    Rule(
        "D3", "default removed", BREAK, WARN,
        "Nobody says any longer what leaving the field out means.", "keep the default", by_policy="both",
    ),
    Rule("M22", "description or comment changed", INFO, INFO, "It is for people.", by_policy="both"),
    Rule(
        "M23", "x-secret removed", BREAK, BREAK,
        "The value may now stand in a log.", "leave it marked as secret", by_policy="both",
    ),
    Rule("M23.added", "x-secret added", SAFE, SAFE, "The value is kept out of logs.", by_policy="both"),
    Rule("M24", "marked as deprecated", SAFE, SAFE, "It goes on working.", by_policy="both"),
    Rule(
        "M24.removed", "deprecated mark changed or removed", INFO, INFO,
        "It goes on working.", by_policy="both",
    ),
    Rule(
        "T14", "unit changed", BREAK, BREAK,
        "The same number now means another amount.", "add a field with the unit in its name", by_policy="both",
    ),
    Rule(
        "T14.added", "unit said for the first time", INFO, INFO,
        "The numbers are the same.", by_policy="both",
    ),
    Rule(
        "T14.removed", "unit no longer said", WARN, WARN,
        "Readers can no longer know what the number counts.", "leave x-unit in", by_policy="both",
    ),
    Rule("T16", "x-opaque set", SAFE, SAFE, "Less is checked than before.", by_policy="both"),
    Rule(
        "T16.cleared", "x-opaque cleared", BREAK, SAFE,
        "Values that nobody looked into are now checked.", "leave x-opaque in", by_policy="both",
    ),
    Rule(
        "K1", "keyword that this check does not know", BREAK, BREAK,
        "It cannot be judged whether old clients get along with it.",
        "use the keywords of the subset, or teach the check a rule for this one", by_policy="both",
    ),
    Rule(
        "K2", "written differently, with the same meaning", INFO, INFO, "No value is judged differently.",
    ),
    Rule(
        "K3", "change that cannot be judged", BREAK, BREAK,
        "The alternatives cannot be matched one by one, so the worst is assumed.",
        "make the change in steps that can be judged", by_policy="both",
    ),
    Rule(
        "V1", "protocol version went back", BREAK, BREAK,
        "Clients take the greater version for the later one.", "raise the version instead", by_policy="both",
    ),
    Rule(
        "V2", "protocol version raised", INFO, INFO,
        "Whether it was raised enough is judged by `contract check`.", by_policy="both",
    ),
)  # fmt: skip
