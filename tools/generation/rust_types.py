"""The definitions of the contract as Rust types: what a schema of our subset is called in Rust.

Everything is kept as it travels: `None` is a key that is absent where the contract gives it a default, and null where
the key is required. Only where null means something else than absence is a value `Option<Option<T>>`. Unknown keys are
ignored, because a later backend may send them, and an open enum has `Unknown`.
"""

import json
from collections.abc import Iterator

from tools.generation.bounds import bounds
from tools.generation.registry import opaque
from tools.generation.rust_text import STEP, comment, field_name, function, literal, pascal_case, string
from tools.generation.source import Contract, ContractError, Definition, Place

SCALARS = {"boolean": "bool", "number": "f64", "string": "String"}
CELL = {"null", "boolean", "integer", "number", "string", "binary"}
DERIVED = "Clone, Debug, PartialEq, Serialize, Deserialize"
MOST_SIGNED, MOST_UNSIGNED = 2**63 - 1, 2**64 - 1
MOST_PARAMETERS = 7  # clippy's bound
ABSENT = '#[serde(default, skip_serializing_if = "Option::is_none")]'
GIVEN = '#[serde(deserialize_with = "crate::support::given")]'
GIVEN_OR_NULL = '#[serde(deserialize_with = "crate::support::given_or_null")]'
MAP = "BTreeMap<String, {}>"


class Types:
    """Writes the types of one contract."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._sent = contract.in_requests()

    def definition(self, place: Place) -> str:
        """One public type with its doc comment, and what belongs to it."""
        schema = self._contract.definitions[place]
        if schema.get("type") == "object" and not self._is_map(schema):
            return self._struct(place, schema)
        if "enum" in schema:
            return self._enum(place, schema)
        if self._is_cell(place, schema):
            return f"{self._comment(place, schema)}pub use crate::support::Cell as {place.name};".replace(
                "Cell as Cell;", "Cell;"
            )
        if several := self._several(schema):
            return self._union(place, schema, several)
        return f"{self._comment(place, schema)}pub type {place.name} = {self.type(place, schema)};"

    def type(self, place: Place, schema: Definition) -> str:
        """The type of `schema`, which stands in the file of `place`."""
        match schema:
            case {"$ref": str(reference)}:
                return self._contract.target(place.file, reference).name
            case {"const": True}:
                return "crate::support::True"
            case {"type": "string", "format": "binary"}:
                return "ByteBuf"
            case {"type": "string", "format": "date-time"}:
                return "crate::support::Timestamp"
            case {"type": "integer"}:
                return _integer(schema)
            case {"type": "array", "items": dict(items)}:
                return f"Vec<{self.type(place, items)}>"
            case {"type": "object", "additionalProperties": dict(values)}:
                return MAP.format(self.type(place, values))
            case {"type": "object", "additionalProperties": True}:
                return "crate::support::Map"
            case {"anyOf": list(parts)} if len(others := _not_null(parts)) == 1 and len(others) < len(parts):
                return f"Option<{self.type(place, others[0])}>"
            case {"type": str(name)} if name in SCALARS:
                return SCALARS[name]
        raise ContractError(place.file, place.pointer, f"no Rust type is known for {schema!r}")

    def _is_map(self, schema: Definition) -> bool:
        return not schema.get("properties") and schema["additionalProperties"] is not False

    def _is_cell(self, place: Place, schema: Definition) -> bool:
        names = set()
        for one in schema.get("anyOf", ()):
            target = (
                self._contract.definitions[self._contract.target(place.file, one["$ref"])] if "$ref" in one else one
            )
            names.add(target.get("format") or target.get("type"))
        return names == CELL

    def _several(self, schema: Definition) -> list[Definition]:
        """The branches of a union that is an enum in Rust."""
        found = _not_null(schema.get("oneOf") or schema.get("anyOf") or [])
        return list(found) if len(found) > 1 else []

    def _struct(self, place: Place, schema: Definition) -> str:
        if schema["additionalProperties"] is not False:
            raise ContractError(place.file, place.pointer, "Rust has no struct with further keys")
        last = opaque(self._contract, place)
        names = sorted(schema.get("properties", {}), key=last.__contains__)  # a sender puts what is opaque last
        required = [name for name in names if name in schema.get("required", ())]
        derived = DERIVED if required else DERIVED.replace("Debug", "Debug, Default")
        text = f"{self._comment(place, schema)}#[derive({derived})]\npub struct {place.name} {{"
        consts = [self._const(place, name, schema["properties"][name]) for name in required]
        if names:
            text += "\n" + "".join(self._field(place, schema, name) for name in names)
        text += "}"
        parts = [text]
        if required and place in self._sent:
            parts.append(self._constructor(place, schema, names))
        return "\n\n".join([*parts, *filter(None, consts)])

    def _field(self, place: Place, owner: Definition, name: str) -> str:
        schema = owner["properties"][name]
        required = name in owner.get("required", ())
        nullable = {"type": "null"} in schema.get("anyOf", ())
        kind, attributes = self._field_type(place, name, schema), []
        if required:
            attributes = [GIVEN] if nullable else []
        elif nullable and schema["default"] is not None:
            kind, attributes = f"Option<{kind}>", [ABSENT, GIVEN_OR_NULL]
        else:
            kind, attributes = kind if nullable else f"Option<{kind}>", [ABSENT]
        lines = [*attributes, f"pub {field_name(name)}: {kind},"]
        return self._comment(place, schema, STEP) + "".join(f"{STEP}{line}\n" for line in lines)

    def _field_type(self, place: Place, name: str, schema: Definition) -> str:
        if isinstance(schema.get("const"), str):
            return place.name + pascal_case(name)
        kind = self.type(place, schema)
        if not schema.get("x-secret"):
            return kind
        target = schema
        while "anyOf" in target or "$ref" in target:
            (target,) = _not_null(target.get("anyOf", [target]))
            if "$ref" in target:
                target = self._contract.definitions[self._contract.target(place.file, target["$ref"])]
        known = {"string": "Secret", "array": "Vec<Secret>"}
        if target.get("type") not in known:
            raise ContractError(place.file, place.pointer, f"Rust has no secret like {name!r}")
        hidden = known[target["type"]]
        return f"Option<{hidden}>" if kind.startswith("Option<") else hidden

    def _const(self, place: Place, name: str, schema: Definition) -> str:
        """The type of a property that always has the same text."""
        value = schema.get("const")
        if not isinstance(value, str):
            return ""
        kind = place.name + pascal_case(name)
        told = comment([f"What `{name}` of `{place.name}` always is."], STEP)
        return f"closed_enum! {{\n{told}{STEP}pub enum {kind} {{\n{self._variant(place, value)}{STEP}}}\n}}"

    def _constructor(self, place: Place, schema: Definition, names: list[str]) -> str:
        parameters, fields, texts = [], [], 0
        for name in names:
            child, identifier = schema["properties"][name], field_name(name)
            if name not in schema.get("required", ()):
                fields.append(f"{identifier}: None")
            elif isinstance(child.get("const"), str):
                fields.append(f"{identifier}: {self._field_type(place, name, child)}::{pascal_case(child['const'])}")
            elif child.get("const") is True:
                fields.append(f"{identifier}: crate::support::True")
            elif self._is_text(place, child):
                texts += 1
                parameters.append(f"{identifier}: impl Into<String>")
                fields.append(f"{identifier}: {identifier}.into()")
            else:
                parameters.append(f"{identifier}: {self._field_type(place, name, child)}")
                fields.append(identifier)
        much = f"{STEP}#[allow(clippy::too_many_arguments)]\n" if len(parameters) > MOST_PARAMETERS else ""
        told = comment(["With what is required; the rest is absent."], STEP) + much
        head = function(STEP, "pub fn new", parameters, "-> Self {")
        body = f"{head}\n{literal(STEP * 2, 'Self', fields)}\n{STEP}}}"
        default = "" if parameters else _default(place.name)
        return f"impl {place.name} {{\n{told}{body}\n}}{default}"

    def _is_text(self, place: Place, schema: Definition) -> bool:
        if schema.get("x-secret"):
            return False
        if "$ref" in schema:
            target = self._contract.target(place.file, schema["$ref"])
            return self._is_text(target, self._contract.definitions[target])
        return schema.get("type") == "string" and not schema.keys() & {"format", "enum"}

    def _enum(self, place: Place, schema: Definition) -> str:
        is_open = bool(schema.get("x-enum-open"))
        macro, values = "open_enum" if is_open else "closed_enum", schema["enum"]
        names = [pascal_case(value) for value in values]
        if len(set(names)) < len(names) or not all(name[:1].isalpha() for name in names):
            raise ContractError(place.file, place.pointer, "two values have one name in Rust, or one has none")
        variants = "".join(self._variant(place, value, is_open=is_open) for value in values)
        told = self._comment(place, schema, STEP)
        return f"{macro}! {{\n{told}{STEP}pub enum {place.name} {{\n{variants}{STEP}}}\n}}"

    def _variant(self, place: Place, value: str, *, is_open: bool = False) -> str:
        described = self._contract.error_codes() if place == Place("errors.json", "ErrorCode") else {}
        told = comment([described[value]["description"]], STEP * 2) if value in described else ""
        name = pascal_case(value)
        if is_open and name == "Unknown":  # which is the name for a value of a later version
            name = "IsUnknown"
        return f"{told}{STEP * 2}{name} = {string(value)},\n"

    def _union(self, place: Place, schema: Definition, several: list[Definition]) -> str:
        names = []
        for one in several:
            if "$ref" not in one:
                raise ContractError(place.file, place.pointer, "each branch of a union has a name of its own")
            names.append(self._contract.target(place.file, one["$ref"]).name)
        variants = "".join(f"{STEP}{name}({name}),\n" for name in names)
        text = (
            f"{self._comment(place, schema)}#[derive({DERIVED})]\n#[serde(untagged)]\n"
            f"pub enum {place.name} {{\n{variants}}}"
        )
        impls = [
            f"impl From<{name}> for {place.name} {{\n{STEP}fn from(value: {name}) -> Self {{\n"
            f"{STEP * 2}Self::{name}(value)\n{STEP}}}\n}}"
            for name in names
        ]
        return "\n\n".join([text, *impls])

    def _comment(self, place: Place, schema: Definition, indent: str = "") -> str:
        sentences = [self._description(place, schema), *dict.fromkeys(self._bounds(place, schema))]
        return comment([" ".join(sentences), " ".join(_facts(schema))], indent)

    def _description(self, place: Place, schema: Definition) -> str:
        text: str | None = schema.get("description")
        if text is None and "$ref" in schema:
            target = self._contract.target(place.file, schema["$ref"])
            return self._description(target, self._contract.definitions[target])
        return text or ""

    def _bounds(self, place: Place, schema: Definition) -> Iterator[str]:
        """The bounds of a schema, and those of the one type beside null that it refers to."""
        yield from bounds(schema)
        others = _not_null(schema.get("anyOf", [schema]))
        if len(others) == 1 and "$ref" in others[0]:
            target = self._contract.target(place.file, others[0]["$ref"])
            yield from self._bounds(target, self._contract.definitions[target])
        elif "anyOf" in schema and len(others) == 1:
            yield from bounds(others[0])


def _not_null(parts: list[Definition]) -> list[Definition]:
    return [one for one in parts if one.get("type") != "null"]


def _integer(schema: Definition) -> str:
    low, high = schema.get("minimum", -1), schema.get("maximum", 0)
    if low >= 0:
        return "u64"
    return "i64" if high <= MOST_SIGNED else "crate::support::WideInteger"


def _default(name: str) -> str:
    """Clippy wants it of a type that can be made from nothing."""
    return f"\n\nimpl Default for {name} {{\n{STEP}fn default() -> Self {{\n{STEP * 2}Self::new()\n{STEP}}}\n}}"


def _facts(schema: Definition) -> Iterator[str]:
    if "default" in schema:
        yield f"Default: `{json.dumps(schema['default'])}`."
    if "x-since" in schema:
        yield f"Since {schema['x-since']}."
    if "x-deprecated" in schema:
        yield f"Deprecated: {schema['x-deprecated']}"
