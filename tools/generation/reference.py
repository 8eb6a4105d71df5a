"""`generated/reference.md`: the protocol as a page for people who write a client."""

import json
import struct
from collections.abc import Iterator
from datetime import UTC, datetime

import msgpack

from litebase.drivers import engine_limits
from litebase.settings import Settings
from tools.generation.bounds import bounds
from tools.generation.samples import valid
from tools.generation.source import Contract, Definition, Message, Place
from tools.generation.tagged_json import to_json
from tools.generation.template import filled


def generate(contract: Contract) -> dict[str, str]:
    """The reference page."""
    return {"reference.md": "\n".join(_page(contract)).rstrip() + "\n"}


def _page(contract: Contract) -> Iterator[str]:
    protocol = contract.protocol
    frame = _example_frame()
    settings = Settings()
    yield filled(
        "reference_intro.md",
        version=f"{protocol['major']}.{protocol['minor']}",
        **protocol,
        frame=_hex_dump(frame),
        frame_size=len(frame),
        hello_seconds=f"{settings.hello_timeout_s:g}",
        frame_seconds=f"{settings.frame_timeout_s:g}",
        limits="\n".join(_limits(contract, settings)),
    )
    messages = contract.messages()
    answers = {message.type: message for message in messages}
    requests = [message for message in messages if message.kind == "request"]
    yield "## Messages\n"
    yield "| request | answer | what it does |\n|---|---|---|"
    for message in requests:
        summary = contract.definitions[message.place]["description"].partition(". ")[0].rstrip(".")
        yield f"| [`{message.type}`](#{message.type}) | `{message.response}` | {summary}. |"
    yield ""
    for message in requests:
        yield from _request(contract, message, answers[message.response or ""])
    yield from _errors(contract)
    yield from _shared(contract)


def _limits(contract: Contract, settings: Settings) -> Iterator[str]:
    place, own = Place("hello.json", "Limits"), engine_limits()
    for name, schema in contract.properties(place).items() if place in contract.definitions else ():
        limit = own[name] if name in own else settings.told(name)
        yield f"| `{name}` | {limit:,} {schema['x-unit']} | {schema['description']} |"


def _request(contract: Contract, message: Message, answer: Message) -> Iterator[str]:
    yield f"### {message.type}\n"
    yield contract.definitions[message.place]["description"] + "\n"
    facts = [
        f"since {message.since}",
        "can be cancelled" if message.cancellable else "cannot be cancelled",
        "safe to repeat" if message.idempotent else "not safe to repeat",
    ]
    if message.deprecated:
        facts.append(f"deprecated: {message.deprecated}")
    yield f"*{' · '.join(facts)}*\n"
    yield "**Request data**\n"
    yield from _branches(contract, message.place)
    yield f"**Answer: `{answer.type}`.** {contract.definitions[answer.place]['description']}\n"
    yield from _branches(contract, answer.place)
    if message.errors:
        yield f"**Errors:** {', '.join(f'`{code}`' for code in message.errors)}, and those that any request may get.\n"
    name, data = list(valid(contract, message.place))[1]
    yield f"<details><summary>Example data ({name})</summary>\n"
    yield f"```json\n{json.dumps(to_json(data), indent=1)}\n```\n</details>\n"


def _branches(contract: Contract, place: Place) -> Iterator[str]:
    definition = contract.definitions[place]
    for branch in definition.get("oneOf", ()):
        target = contract.target(place.file, branch["$ref"])
        yield f"`{target.name}`: {contract.definitions[target]['description']}\n"
        yield from _branches(contract, target)
    if "oneOf" not in definition:
        yield from _fields(contract, place.file, definition)


def _fields(contract: Contract, file: str, definition: Definition) -> Iterator[str]:
    properties = definition.get("properties", {})
    if not properties:
        yield "No keys: an empty map.\n"
        return
    yield "| key | type | | meaning |\n|---|---|---|---|"
    for name, schema in properties.items():
        if name in definition.get("required", ()):
            presence = "required"
        else:
            presence = f"optional, default `{json.dumps(schema['default'])}`"
        yield f"| `{name}` | {_type(contract, file, schema)} | {presence} | {_meaning(contract, file, schema)} |"
    yield ""


def _type(contract: Contract, file: str, schema: Definition) -> str:
    if "$ref" in schema:
        place = contract.target(file, schema["$ref"])
        anchor = "errors" if "x-message" in contract.definitions[place] else place.name.lower()
        return f"[{place.name}](#{anchor})"
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "anyOf" in schema:
        return " or ".join(_type(contract, file, one) for one in schema["anyOf"])
    if schema["type"] == "array":
        return f"array of {_type(contract, file, schema['items'])}"
    names = {"null": "nil", "string": "str", "number": "float or integer", "object": "map", "boolean": "bool"}
    if schema.get("format") == "binary":
        return "bin"
    kind: str = schema["type"]
    return names.get(kind, kind)


def _meaning(contract: Contract, file: str, schema: Definition) -> str:
    text = schema.get("description")
    if text is None:
        place = contract.target(file, schema["$ref"])
        return _meaning(contract, place.file, contract.definitions[place])
    return " ".join([text, *bounds(schema)])


def _errors(contract: Contract) -> Iterator[str]:
    place = Place("errors.json", "ErrorData")
    yield "## Errors\n"
    yield contract.definitions[place]["description"] + " The message type is `error`.\n"
    yield from _fields(contract, place.file, contract.definitions[place])
    common = ", ".join(f"`{code}`" for code in contract.common_errors())
    yield f"Any request may be answered with {common}. The list is open: treat an unknown code like `internal`.\n"
    yield "| code | when | `details` |\n|---|---|---|"
    for code, entry in contract.error_codes().items():
        name = entry.get("details")
        link = f"[{name}](#{name.lower()})" if name else ""
        yield f"| `{code}` | {entry['description']} | {link} |"
    yield ""


def _shared(contract: Contract) -> Iterator[str]:
    yield "## Types\n"
    shown = {message.place for message in contract.messages()}
    unions = {
        contract.target(place.file, branch["$ref"])
        for place in shown
        for branch in contract.definitions[place].get("oneOf", ())
    }
    for place in sorted(contract.definitions, key=lambda place: place.name):
        if place in shown | unions or place.file == "envelope.json":
            continue
        definition = contract.definitions[place]
        yield f"### {place.name}\n"
        yield " ".join([definition["description"], *bounds(definition)]) + "\n"
        if "enum" in definition:
            openness = "; open: later versions may add values" if definition.get("x-enum-open") else ""
            yield f"One of {', '.join(f'`{value}`' for value in definition['enum'])}{openness}.\n"
        elif "properties" in definition:
            yield from _fields(contract, place.file, definition)
        elif definition.get("type") == "object" and isinstance(definition["additionalProperties"], dict):
            yield f"A map of str to {_type(contract, place.file, definition['additionalProperties'])}.\n"
        else:
            yield f"MessagePack: {_type(contract, place.file, definition)}.\n"


def _example_frame() -> bytes:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    message = {"id": "1", "type": "health_check", "timestamp": moment, "data": {}}
    payload: bytes = msgpack.packb(message, datetime=True)
    return struct.pack(">I", len(payload)) + payload


def _hex_dump(frame: bytes) -> str:
    lines = [frame[start : start + 16] for start in range(0, len(frame), 16)]
    return "\n".join(
        f"{line.hex(' '):<48} {''.join(chr(byte) if 32 <= byte < 127 else '.' for byte in line)}" for line in lines
    )
