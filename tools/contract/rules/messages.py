"""Rules about messages, their pairs and promises, error codes, and the envelope."""

from tools.contract.rules.rule import ASK_FIRST, BREAK, KEEP, SAFE, SRC, WARN, Reach, Rule

POLICY: Reach = "both"

RULES = (
    Rule("M1", "request added", SAFE, None, "Old clients do not send it.", by_policy=POLICY),
    Rule("M2", "response added", None, SAFE, "It answers only new requests.", by_policy=POLICY),
    Rule(
        "M3", "event added that nobody asked for", None, BREAK,
        "Old clients get a message that they do not know.", ASK_FIRST, by_policy=POLICY,
    ),
    Rule(
        "M3.capability", "event added that needs a capability", None, SAFE,
        "Old clients do not ask for it.", by_policy=POLICY,
    ),
    Rule("M4", "request removed", BREAK, None, "Old clients send it.", KEEP, by_policy=POLICY),
    Rule(
        "M4.response", "response removed with its requests", None, SRC,
        "The requests that it answered are gone.", by_policy=POLICY,
    ),
    Rule(
        "M4.event", "event or error message removed", None, BREAK,
        "Old clients wait for it.", KEEP, by_policy=POLICY,
    ),
    Rule(
        "M5", "message type renamed", BREAK, BREAK,
        "Both sides know only the old name.", "offer both names until the next major", by_policy=POLICY,
    ),
    Rule(
        "M6", "kind of a message changed", BREAK, BREAK,
        "It now travels in another role.", "add a new message type", by_policy=POLICY,
    ),
    Rule(
        "M7", "request is answered with another message", BREAK, BREAK,
        "Old clients do not expect that answer.", "add a new request with the new answer", by_policy=POLICY,
    ),
    Rule(
        "M10", "request can no longer be cancelled", BREAK, None,
        "Old clients offer to stop it.", "leave it cancellable", by_policy=POLICY,
    ),
    Rule("M11", "request can now be cancelled", SAFE, None, "Old clients do not try.", by_policy=POLICY),
    Rule(
        "M12", "request is no longer safe to repeat", BREAK, None,
        "Old clients repeat it by themselves after a lost link, and it would happen twice.",
        "add a new request for the new behaviour", by_policy=POLICY,
    ),
    Rule(
        "M13", "request is now safe to repeat", SAFE, None,
        "Old clients do not repeat it.", by_policy=POLICY,
    ),
    Rule(
        "M14", "message needs a capability that it did not need", BREAK, BREAK,
        "Old clients do not look for the capability.", "let old requests go on without it", by_policy=POLICY,
    ),
    Rule(
        "M14.dropped", "message needs no capability any longer", SAFE, SAFE,
        "Old clients look for it and find more.", by_policy=POLICY,
    ),
    Rule(
        "M14.changed", "message needs another capability", BREAK, BREAK,
        "Old clients look for the old name.", "offer both capabilities", by_policy=POLICY,
    ),
    Rule(
        "M16", "error code added to a request", None, SAFE,
        "The list of codes is open: clients treat an unknown one like `internal`.", by_policy=POLICY,
    ),
    Rule(
        "M16.split", "error code of a request replaced", None, WARN,
        "The same cause may now have another code, and clients that act on the old one miss it.",
        "keep sending the old code for the old cause", by_policy=POLICY,
    ),
    Rule(
        "M17", "error code removed from a request", None, SAFE,
        "Clients no longer see it.", by_policy=POLICY,
    ),
    Rule(
        "M18", "error code removed from the table", None, BREAK,
        "Old clients act on it, and it must not come back with another meaning.", "keep the row", by_policy=POLICY,
    ),
    Rule(
        "M18.added", "error code added to the table", None, SAFE,
        "The list of codes is open.", by_policy=POLICY,
    ),
    Rule(
        "M18.meaning", "meaning of an error code written anew", None, WARN,
        "Old clients act on the old meaning.", "add a new code for a new meaning", by_policy=POLICY,
    ),
    Rule("M20", "details added to an error code", None, SAFE, "Old readers ignore them.", by_policy=POLICY),
    Rule(
        "M20.removed", "details of an error code removed", None, WARN,
        "Old clients show or act on them.", "keep sending the details", by_policy=POLICY,
    ),
    Rule(
        "M21", "envelope changed", BREAK, BREAK,
        "Every frame of every client has exactly these keys.", "put new things into `data`", by_policy=POLICY,
    ),
)  # fmt: skip
