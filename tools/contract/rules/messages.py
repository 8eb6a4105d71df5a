"""Rules about messages and what they promise, error codes, and the envelope."""

from tools.contract.rules.rule import ASK_FIRST, BREAK, KEEP, SAFE, SRC, WARN, Reach, Rule

POLICY: Reach = "both"

RULES = (
    Rule("M1", "request added", SAFE, None, "Old clients do not send it.", by_policy=POLICY),
    Rule("M2", "response added", None, SAFE, "Only new requests are answered with it.", by_policy=POLICY),
    Rule(
        "M3", "unsolicited event added", None, BREAK,
        "Old clients receive a message that they do not know.", ASK_FIRST, by_policy=POLICY,
    ),
    Rule(
        "M3.capability", "event added that requires a capability", None, SAFE,
        "Old clients do not ask for it.", by_policy=POLICY,
    ),
    Rule("M4", "request removed", BREAK, None, "Old clients send it.", KEEP, by_policy=POLICY),
    Rule(
        "M4.response", "response removed with its requests", None, SRC,
        "The requests that it answered are gone.", by_policy=POLICY,
    ),
    Rule(
        "M4.event", "event or error message removed", None, BREAK,
        "Old clients expect it.", KEEP, by_policy=POLICY,
    ),
    Rule(
        "M5", "message type renamed", BREAK, BREAK,
        "Both sides know only the old name.", "offer both names until the next major", by_policy=POLICY,
    ),
    Rule(
        "M6", "kind of a message changed", BREAK, BREAK,
        "It now has a different role.", "add a new message type", by_policy=POLICY,
    ),
    Rule(
        "M7", "response of a request changed", BREAK, BREAK,
        "Old clients do not expect that response.", "add a new request with the new response", by_policy=POLICY,
    ),
    Rule(
        "M10", "request can no longer be cancelled", BREAK, None,
        "Old clients offer to cancel it.", "keep it cancellable", by_policy=POLICY,
    ),
    Rule("M11", "request can now be cancelled", SAFE, None, "Old clients do not try to.", by_policy=POLICY),
    Rule(
        "M12", "request is no longer safe to repeat", BREAK, None,
        "Old clients repeat it automatically after a lost connection, so it could happen twice.",
        "add a new request for the new behaviour", by_policy=POLICY,
    ),
    Rule(
        "M13", "request is now safe to repeat", SAFE, None,
        "Old clients do not repeat it.", by_policy=POLICY,
    ),
    Rule(
        "M14", "message now requires a capability", BREAK, BREAK,
        "Old clients do not check for the capability.", "keep serving old requests without it", by_policy=POLICY,
    ),
    Rule(
        "M14.dropped", "message no longer requires a capability", SAFE, SAFE,
        "Old clients check for it and lose nothing.", by_policy=POLICY,
    ),
    Rule(
        "M14.changed", "message requires a different capability", BREAK, BREAK,
        "Old clients check for the old name.", "offer both capabilities", by_policy=POLICY,
    ),
    Rule(
        "M16", "error code added to a request", None, SAFE,
        "The set of codes is open: clients treat an unknown one like `internal`.", by_policy=POLICY,
    ),
    Rule(
        "M16.split", "error code of a request replaced", None, WARN,
        "The same cause may now have a different code, and clients that act on the old one miss it.",
        "keep sending the old code for the old cause", by_policy=POLICY,
    ),
    Rule(
        "M17", "error code removed from a request", None, SAFE,
        "Clients no longer receive it.", by_policy=POLICY,
    ),
    Rule(
        "M18", "error code removed from the table", None, BREAK,
        "Old clients act on it, and it must not be reused with a different meaning.", "keep the row", by_policy=POLICY,
    ),
    Rule(
        "M18.added", "error code added to the table", None, SAFE,
        "The set of codes is open.", by_policy=POLICY,
    ),
    Rule(
        "M18.meaning", "description of an error code changed", None, WARN,
        "Old clients act on the old meaning.", "add a new code for a new meaning", by_policy=POLICY,
    ),
    Rule("M20", "details added to an error code", None, SAFE, "Old readers ignore them.", by_policy=POLICY),
    Rule(
        "M20.removed", "details of an error code removed", None, WARN,
        "Old clients show them or act on them.", "keep sending the details", by_policy=POLICY,
    ),
    Rule(
        "M21", "envelope changed", BREAK, BREAK,
        "Every frame of every client has exactly these keys.", "put new things into `data`", by_policy=POLICY,
    ),
)  # fmt: skip
