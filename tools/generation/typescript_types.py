"""The definitions of the contract as TypeScript types: what a schema of our subset is called in TypeScript.

What a client sends is easy to give: its arrays and maps may be read-only, and an optional key may hold `undefined`,
which does not travel. Integers that can lie beyond 2^53 are `number | bigint`.
"""

from collections.abc import Iterator

from tools.generation.bounds import bounds
from tools.generation.source import Contract, ContractError, Definition, Place
from tools.generation.tagged_json import SAFE_INTEGER
from tools.generation.typescript_text import STEP, comment, key, literal, union

SCALARS = {"null": "null", "boolean": "boolean", "number": "number", "string": "string"}
FORMATS = {"binary": "Uint8Array<ArrayBuffer>", "date-time": "Date"}  # what is received has a buffer of its own
ANY_BYTES = "Uint8Array"  # may be sent, whatever its buffer is
LATER = "Open: a later backend may use values that this version does not know."


class Types:
    """Writes the types of one contract."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._sent = contract.in_requests()

    def definition(self, place: Place) -> str:
        """One exported type with its doc comment."""
        schema = self._contract.definitions[place]
        if schema.get("properties"):
            return self._interface(place, schema)
        if schema.get("x-enum-open"):
            return self._open_enum(place, schema)
        return self._comment(place, schema) + union(f"export type {place.name} =", self.alternatives(place, schema))

    def alternatives(self, place: Place, schema: Definition) -> list[str]:
        """The types of which `schema`, which stands in the file of `place`, is the union."""
        match schema:
            case {"$ref": str(reference)}:
                target = self._contract.target(place.file, reference)
                widened = place in self._sent and self._is_bytes(target) and not self._is_bytes(place)
                return [target.name, ANY_BYTES] if widened else [target.name]
            case {"const": value}:
                return [literal(value)]
            case {"enum": list(values)}:
                return [literal(value) for value in values]
            case {"anyOf": list(several)} | {"oneOf": list(several)}:
                return list(dict.fromkeys(part for one in several for part in self.alternatives(place, one)))
            case {"type": "string", "format": str(form)} if form in FORMATS:
                return [FORMATS[form]]
            case {"type": "integer"}:
                return ["number", "bigint"] if _is_wide(schema) else ["number"]
            case {"type": "array", "items": dict(items)}:
                return [self._array(place, items)]
            case {"type": "object"}:
                return [self._map(place, schema)]
            case {"type": str(name)} if name in SCALARS:
                return [SCALARS[name]]
        raise ContractError(place.file, place.pointer, f"no TypeScript type is known for {schema!r}")

    def _is_bytes(self, place: Place) -> bool:
        """Whether a definition is bytes, or a choice of bytes and other scalars."""
        schema = self._contract.definitions[place]
        several = [self._contract.target(place.file, one["$ref"]) for one in schema.get("anyOf", ()) if "$ref" in one]
        return schema.get("format") == "binary" or (bool(several) and all(self._is_bytes(one) for one in several))

    def _array(self, place: Place, items: Definition) -> str:
        parts = self.alternatives(place, items)
        item = " | ".join(parts)
        if len(parts) > 1 or " " in item:
            item = f"({item})"
        return f"readonly {item}[]" if place in self._sent else f"{item}[]"

    def _map(self, place: Place, schema: Definition) -> str:
        match schema.get("additionalProperties"):
            case dict(values):
                record = f"Record<string, {' | '.join(self.alternatives(place, values))}>"
                return f"Readonly<{record}>" if place in self._sent else record
            case True:
                return "Record<string, unknown>"
        return "Record<string, never>"

    def _open_enum(self, place: Place, schema: Definition) -> str:
        known = f"Known{place.name}"
        return (
            comment([f"The values of `{place.name}` that this version knows."])
            + union(f"export type {known} =", self.alternatives(place, schema))
            + "\n\n"
            + comment([" ".join([schema.get("description", ""), LATER])], list(_tags(schema)))
            + f"export type {place.name} = {known} | (string & {{}});"
        )

    def _interface(self, place: Place, schema: Definition) -> str:
        properties = [self._property(place, schema, name) for name in schema["properties"]]
        if schema.get("additionalProperties") is True:
            properties.append(f"{STEP}[key: string]: unknown;")
        body = "\n".join(properties)
        return f"{self._comment(place, schema)}export interface {place.name} {{\n{body}\n}}"

    def _property(self, place: Place, owner: Definition, name: str) -> str:
        schema = owner["properties"][name]
        parts, mark = self.alternatives(place, schema), ""
        if name not in owner.get("required", ()):
            mark = "?"
            parts += ["undefined"] if place in self._sent else []
        return self._comment(place, schema, STEP) + union(f"{STEP}{key(name)}{mark}:", parts)

    def _comment(self, place: Place, schema: Definition, indent: str = "") -> str:
        sentences = [self._description(place, schema), *dict.fromkeys(self._bounds(place, schema))]
        return comment([" ".join(sentences)], list(_tags(schema)), indent)

    def _description(self, place: Place, schema: Definition) -> str:
        text: str | None = schema.get("description")
        if text is None and "$ref" in schema:
            target = self._contract.target(place.file, schema["$ref"])
            return self._description(target, self._contract.definitions[target])
        return text or ""

    def _bounds(self, place: Place, schema: Definition) -> Iterator[str]:
        """The bounds of a schema, and those of the one type beside null that it refers to."""
        yield from bounds(schema)
        others = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
        if len(others) == 1 and "$ref" in others[0]:
            target = self._contract.target(place.file, others[0]["$ref"])
            yield from self._bounds(target, self._contract.definitions[target])
        elif "anyOf" in schema and len(others) == 1:
            yield from bounds(others[0])


def _is_wide(schema: Definition) -> bool:
    low, high = schema.get("minimum", 0), schema.get("maximum", 0)
    return bool(low < -SAFE_INTEGER or high > SAFE_INTEGER)


def _tags(schema: Definition) -> Iterator[str]:
    if "default" in schema:
        yield f"defaultValue `{literal(schema['default'])}`"
    if "x-since" in schema:
        yield f"since {schema['x-since']}"
    if "x-deprecated" in schema:
        yield f"deprecated {schema['x-deprecated']}"
