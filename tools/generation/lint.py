"""Rules that `schema/` must keep so that every generator, in every language, says the same as the schema.

Each rule is a function that yields problems; `problems()` runs them all. The reason of a rule is its docstring.
"""

import keyword
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tools.generation import rust_names, typescript_names
from tools.generation.source import Contract, ContractError, Definition, Place, references, subschemas


@dataclass(frozen=True)
class Problem:
    """One breach of a rule."""

    file: str
    pointer: str
    reason: str

    def __str__(self) -> str:
        return f"schema/{self.file}#{self.pointer}: {self.reason}"


KEYWORDS = {
    "$ref", "$comment", "description", "type", "properties", "required", "additionalProperties", "items", "enum",
    "const", "anyOf", "oneOf", "discriminator", "default", "format", "pattern", "minLength", "maxLength", "minimum",
    "maximum", "minItems", "maxItems", "minProperties", "maxProperties",
    "x-message", "x-kind", "x-response", "x-errors", "x-cancellable", "x-idempotent", "x-since", "x-deprecated",
    "x-capability", "x-enum-open", "x-secret", "x-unit", "x-opaque", "x-error-codes", "x-common-errors", "x-reserved",
}  # fmt: skip
TYPES = {"object", "array", "string", "integer", "number", "boolean", "null"}
KINDS = {"request", "response", "event", "error"}
SECRET_WORDS = {"password", "passphrase", "token", "secret"}
SHADOWED = {"schema", "copy", "json", "dict", "construct", "validate", "fields"}


def problems(contract: Contract) -> list[Problem]:
    """Every breach of every rule, in the order of the files."""
    found = list(dangling(contract))
    if found:
        return found  # the other rules follow references
    in_requests = contract.in_requests()
    for place, definition in contract.definitions.items():
        for pointer, schema in subschemas(definition, place.pointer):
            for rule in (_keywords, _types, _objects, _nested, _numbers, _optional):
                found += [Problem(place.file, pointer, reason) for reason in rule(schema, pointer == place.pointer)]
            found += [Problem(place.file, pointer, reason) for reason in _since(schema, contract.protocol)]
            if place in in_requests:
                found += [Problem(place.file, pointer, reason) for reason in _bounded(schema)]
        found += [Problem(place.file, place.pointer, reason) for reason in _described(definition)]
        found += [Problem(place.file, place.pointer, reason) for reason in _reserved(definition)]
        found += [Problem(place.file, place.pointer, reason) for reason in _property_names(definition)]
        found += [Problem(place.file, place.pointer, reason) for reason in _secret(definition)]
        found += [Problem(place.file, place.pointer, reason) for reason in _tagged(contract, place, definition)]
    found += unpaired(contract)
    found += _file_names(contract)
    found += _circles(contract)
    found += [Problem(*breach) for names in (rust_names, typescript_names) for breach in names.refused(contract)]
    return found


def dangling(contract: Contract) -> Iterator[Problem]:
    """References to nothing; every other tool follows references."""
    for place, definition in contract.definitions.items():
        yield from _references(contract, place, definition)


def unpaired(contract: Contract) -> Iterator[Problem]:
    """Messages and error codes whose other half is missing, or that are defined twice."""
    yield from _messages(contract)
    yield from _error_codes(contract)


def _references(contract: Contract, place: Place, definition: Definition) -> Iterator[Problem]:
    """A dangling or remote $ref cannot be generated."""
    for reference in references(definition):
        try:
            contract.target(place.file, reference)
        except ContractError:
            yield Problem(place.file, place.pointer, f"$ref {reference!r} points to no definition")


def _keywords(schema: Definition, _top: bool) -> Iterator[str]:
    """Some keywords break a generator or are lost in it without a word; only the listed ones are used."""
    for name in schema.keys() - KEYWORDS:
        yield f"the keyword {name!r} is not in our subset"


def _types(schema: Definition, _top: bool) -> Iterator[str]:
    """One schema, one type: unions are spelled anyOf (scalars) or oneOf with a discriminator (objects)."""
    if "type" in schema and (not isinstance(schema["type"], str) or schema["type"] not in TYPES):
        yield f"type {schema['type']!r} is not one of {', '.join(sorted(TYPES))}"
    if not schema.keys() & {"type", "$ref", "anyOf", "oneOf", "const"}:
        yield "says neither type nor $ref nor anyOf nor oneOf nor const"
    if schema.get("type") == "array" and "items" not in schema:
        yield "an array says what its items are"
    if "oneOf" in schema and "discriminator" not in schema:
        yield "oneOf needs a discriminator; scalars use anyOf"


def _since(schema: Definition, protocol: dict[str, int]) -> Iterator[str]:
    """Clients decide by x-since whether a backend of some version knows a message or a field."""
    said = schema.get("x-since")
    if said is None:
        return
    if not isinstance(said, str) or not re.fullmatch(r"\d+\.\d+", said):
        yield f"x-since {said!r} is no version, for example 0.1"
    elif tuple(map(int, said.split("."))) > (protocol["major"], protocol["minor"]):
        yield f"x-since {said} is later than the contract, which is {protocol['major']}.{protocol['minor']}"


def _objects(schema: Definition, _top: bool) -> Iterator[str]:
    """An object that does not say additionalProperties is open by accident."""
    if schema.get("type") != "object":
        return
    if "additionalProperties" not in schema:
        yield "an object says additionalProperties"
    for name in schema.get("required", ()):
        if name not in schema.get("properties", {}):
            yield f"required property {name!r} is not described"


def _nested(schema: Definition, top: bool) -> Iterator[str]:
    """Inline objects and unions get invented names, another one in each generator."""
    if not top and schema.get("type") == "object":
        yield "an object is a definition of its own"
    if not top and "oneOf" in schema:
        yield "a union of objects is a definition of its own"
    if not top and "enum" in schema:
        yield "an enum is a definition of its own"


def _numbers(schema: Definition, top: bool) -> Iterator[str]:
    """A number without a unit is read in the wrong one."""
    if schema.get("type") == "integer" and "x-unit" not in schema and "anyOf" not in schema and top:
        yield "a number says its x-unit"


def _optional(schema: Definition, _top: bool) -> Iterator[str]:
    """An optional property says what leaving it out means, and null only where null is allowed."""
    required = schema.get("required", ())
    for name, child in schema.get("properties", {}).items():
        if name in required and "default" in child:
            yield f"required property {name!r} has a default"
        if name not in required and "default" not in child:
            yield f"optional property {name!r} has no default"
        if "default" in child and child["default"] is None and {"type": "null"} not in child.get("anyOf", ()):
            yield f"property {name!r} has the default null but does not allow null"
        if child.get("type") in ("integer", "number") and "x-unit" not in child:
            yield f"property {name!r} is a number and says no x-unit"


def _bounded(schema: Definition) -> Iterator[str]:
    """Everything that a client sends has a bound; cells are bounded by the frame."""
    if schema.get("type") == "integer" and not schema.keys() >= {"minimum", "maximum"}:
        yield "an integer in a request has minimum and maximum"
    described_text = schema.get("type") == "string" and "description" in schema
    if described_text and not schema.keys() & {"maxLength", "enum", "format"}:
        yield "a string in a request has a maxLength"
    if schema.get("type") == "array" and "maxItems" not in schema:
        yield "an array in a request has maxItems"


def _reserved(definition: Definition) -> Iterator[str]:
    """A name that once had another meaning does not come back while old clients know it."""
    for name in definition.get("x-reserved", ()):
        if name in definition.get("properties", {}):
            yield f"property {name!r} is reserved: it was something else once"


def _described(definition: Definition) -> Iterator[str]:
    """Descriptions are the reference that people read."""
    if not definition.get("description"):
        yield "has no description"
    for name, child in definition.get("properties", {}).items():
        if not child.get("description") and "$ref" not in child:
            yield f"property {name!r} has no description"


def _property_names(definition: Definition) -> Iterator[str]:
    """A name that pydantic or Python owns gets an alias, and then a wrong key is written."""
    for name in definition.get("properties", {}):
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
            yield f"property {name!r} is not snake_case"
        if keyword.iskeyword(name) or name in SHADOWED or name.startswith("model_"):
            yield f"property {name!r} shadows a name of Python or pydantic"


def _secret(definition: Definition) -> Iterator[str]:
    """What is not marked as secret may stand in a log one day."""
    for name, child in definition.get("properties", {}).items():
        words = set(name.split("_"))
        about = words & {"id", "kind"} or child.get("type") == "boolean"  # says something of a secret, and holds none
        if words & SECRET_WORDS and not about and not child.get("x-secret"):
            yield f"property {name!r} looks like a secret and is not marked x-secret"


def _tagged(contract: Contract, place: Place, definition: Definition) -> Iterator[str]:
    """Branches of a union are told apart by one const tag, each with its own value."""
    if "oneOf" not in definition:
        return
    tag = definition.get("discriminator", {}).get("propertyName")
    values = []
    for branch in definition["oneOf"]:
        if "$ref" not in branch:
            yield "each branch of oneOf is a $ref"
            continue
        child = contract.definitions[contract.target(place.file, branch["$ref"])]
        value = child.get("properties", {}).get(tag, {}).get("const")
        if value is None or tag not in child.get("required", ()):
            yield f"branch {branch['$ref']} has no required const {tag!r}"
        values.append(value)
    for value, count in Counter(values).items():
        if count > 1:
            yield f"the tag value {value!r} occurs {count} times"


def _messages(contract: Contract) -> Iterator[Problem]:
    """The pairing is data: both ends of it exist, and a type is defined once."""
    messages = contract.messages()
    by_type = {message.type: message for message in messages}
    codes = contract.error_codes()
    answered = {message.response for message in messages}
    for name, count in Counter(message.type for message in messages).items():
        if count > 1:
            yield Problem(by_type[name].place.file, by_type[name].place.pointer, f"message {name!r} is defined twice")
    for message in messages:
        definition = contract.definitions[message.place]
        here = (message.place.file, message.place.pointer)
        if message.kind not in KINDS:
            yield Problem(*here, f"x-kind {message.kind!r} is not one of {', '.join(sorted(KINDS))}")
        if not message.since:
            yield Problem(*here, "a message says x-since, for example 0.1")
        if message.kind == "request":
            for name in ("x-response", "x-errors", "x-cancellable", "x-idempotent"):
                if name not in definition:
                    yield Problem(*here, f"a request says {name}")
            answer = by_type.get(message.response or "")
            if answer is None or answer.kind != "response":
                yield Problem(*here, f"x-response {message.response!r} is no response")
            for code in message.errors:
                if code not in codes:
                    yield Problem(*here, f"x-errors has the unknown code {code!r}")
        if message.kind == "response" and message.type not in answered:
            yield Problem(*here, "no request is answered with this response")


def _error_codes(contract: Contract) -> Iterator[Problem]:
    """Each error code is described once, and its details exist."""
    place = Place("errors.json", "ErrorCode")
    listed, described = contract.definitions[place]["enum"], contract.error_codes()
    for code in set(listed) ^ set(described):
        yield Problem(place.file, place.pointer, f"code {code!r} must stand in both enum and x-error-codes")
    for code in set(contract.common_errors()) - set(described):
        yield Problem(place.file, place.pointer, f"x-common-errors has the unknown code {code!r}")
    for code, entry in described.items():
        if "details" in entry and Place(place.file, entry["details"]) not in contract.definitions:
            yield Problem(place.file, place.pointer, f"the details of {code!r} are not defined")


def _file_names(contract: Contract) -> Iterator[Problem]:
    """A file becomes a Python module; names are unique so that TypeScript can use one namespace."""
    for file in contract.files:
        if not re.fullmatch(r"[a-z][a-z_]*\.json", file):
            yield Problem(file, "", "a schema file is named like a Python module, with no inner dot")
    names = Counter(place.name for place in contract.definitions)
    for place in contract.definitions:
        if names[place.name] > 1:
            yield Problem(place.file, place.pointer, f"the name {place.name!r} is defined in several files")


def _circles(contract: Contract) -> Iterator[Problem]:
    """Files that refer to each other in a circle cannot become Python modules that import each other."""
    uses: dict[str, set[str]] = {file: set() for file in contract.files}
    for place, definition in contract.definitions.items():
        uses[place.file] |= {contract.target(place.file, one).file for one in references(definition)} - {place.file}
    while free := [file for file, others in uses.items() if not others]:
        for file in free:
            del uses[file]
        for others in uses.values():
            others.difference_update(free)
    for file, others in uses.items():
        circle = ", ".join(sorted(others))
        yield Problem(file, "", f"refers in a circle to {circle}: move what both need to a third file")
