"""The messages of the contract for TypeScript: the types of their data, and one typed method per request."""

from collections.abc import Iterable

from tools.generation.source import Contract, Message, Place
from tools.generation.template import filled
from tools.generation.typescript_text import STEP, camel_case, comment, key, listed, literal, union


def messages(contract: Contract) -> str:
    """The text of `messages.ts` without its imports."""
    details = [
        comment([entry["description"]], indent=STEP) + f"{STEP}{key(code)}: {entry.get('details', 'undefined')};"
        for code, entry in contract.error_codes().items()
    ]
    return filled(
        "typescript/messages.ts",
        **contract.protocol,
        common=union(
            "export type CommonErrorCode =", [literal(code) for code in contract.common_errors()] or ["never"]
        ),
        requests="\n".join(_request(contract, message) for message in _of_kind(contract, "request")),
        events=_block(_event(contract, message) for message in _of_kind(contract, "event")),
        details="\n".join(details),
        traits="\n".join(_traits(message) for message in _of_kind(contract, "request")),
    )


def calls(contract: Contract) -> str:
    """The text of `calls.ts` without its imports."""
    methods = [_method(contract, message) for message in _of_kind(contract, "request")]
    return filled("typescript/calls.ts", methods="\n".join(methods))


def places_in_messages(contract: Contract) -> set[Place]:
    """The definitions that `messages.ts` names."""
    details = {
        Place("errors.json", entry["details"]) for entry in contract.error_codes().values() if "details" in entry
    }
    return details | places_in_calls(contract) | {message.place for message in _of_kind(contract, "event")}


def places_in_calls(contract: Contract) -> set[Place]:
    """The definitions that `calls.ts` names."""
    requests = _of_kind(contract, "request")
    return {message.place for message in requests} | {_response(contract, message) for message in requests}


def _of_kind(contract: Contract, kind: str) -> list[Message]:
    return [message for message in contract.messages() if message.kind == kind]


def _response(contract: Contract, message: Message) -> Place:
    (place,) = (one.place for one in contract.messages() if one.type == message.response)
    return place


def _block(lines: Iterable[str]) -> str:
    text = "\n".join(lines)
    return f"\n{text}\n" if text else ""


def _request(contract: Contract, message: Message) -> str:
    own = [literal(code) for code in message.errors if code not in contract.common_errors()]
    members = [f"data: {message.place.name};", f"response: {_response(contract, message).name};"]
    errors = ["CommonErrorCode", *own]
    indent = STEP * 2
    lines = [*(f"{indent}{member}" for member in members), union(f"{indent}errors:", errors)]
    return _described(contract, message, STEP) + "\n".join([f"{STEP}{key(message.type)}: {{", *lines, f"{STEP}}};"])


def _event(contract: Contract, message: Message) -> str:
    return _described(contract, message, STEP) + f"{STEP}{key(message.type)}: {message.place.name};"


def _described(contract: Contract, message: Message, indent: str, *more: str) -> str:
    tags = [f"since {message.since}"] if message.since else []
    tags += [f"deprecated {message.deprecated}"] if message.deprecated else []
    return comment([contract.definitions[message.place]["description"], *more], tags, indent)


def _traits(message: Message) -> str:
    traits = [
        f"response: {literal(message.response)}",
        f"cancellable: {literal(message.cancellable)}",
        f"idempotent: {literal(message.idempotent)}",
    ]
    if message.capability is not None:
        traits.append(f"capability: {literal(message.capability)}")
    return listed(f"{STEP}{key(message.type)}: {{", traits, "},")


def _method(contract: Contract, message: Message) -> str:
    facts = [
        "Can be cancelled" if message.cancellable else "Cannot be cancelled",
        "safe to repeat" if message.idempotent else "not safe to repeat",
    ]
    codes = [f"`{code}`" for code in message.errors if code not in contract.common_errors()]
    fails = " or ".join(filter(None, [", ".join(codes), "a `CommonErrorCode`"]))
    more = f"{'; '.join(facts)}. Fails with {fails}."
    needed = "" if _takes_something(contract, message.place) else " = {}"
    parameters = [f"data: {message.place.name}{needed}", "options?: Options"]
    answer = f"): Promise<{_response(contract, message).name}> {{"
    head = listed(f"{STEP}{camel_case(message.type)}(", parameters, answer)
    body = f"{STEP * 2}return this.call({literal(message.type)}, data, options);"
    return f"{_described(contract, message, STEP, more)}{head}\n{body}\n{STEP}}}\n"


def _takes_something(contract: Contract, place: Place) -> bool:
    definition = contract.definitions[place]
    return "oneOf" in definition or bool(definition.get("required"))
