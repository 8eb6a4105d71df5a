"""What each kind of schema is called in TypeScript."""

from typing import Any

import pytest

from tests.tools.generation.small_contract import edited
from tools.generation.source import ContractError, Place
from tools.generation.typescript_types import Types

SENT, RECEIVED = "things.json ByName properties", "things.json FindThingResponse properties"
AN_INTEGER = {"description": "A number.", "type": "integer", "minimum": 0, "maximum": 9, "x-unit": "bytes"}
A_MAP = {"description": "A map.", "type": "object", "additionalProperties": {"type": "boolean"}}


def definition(name: str, edits: dict[str, Any] | None = None) -> str:
    """The text of one definition of the small contract."""
    return Types(edited(edits or {})).definition(Place("things.json", name))


def property_line(edits: dict[str, Any], start: str, name: str = "ByName") -> str:
    """The line of one property, without its comment."""
    (found,) = [line.strip() for line in definition(name, edits).splitlines() if line.strip().startswith(start)]
    return found


def test_an_object_is_an_interface_with_its_comments() -> None:
    assert definition("BySize") == (
        "/** By its size. */\n"
        "export interface BySize {\n"
        "  /** How to look. */\n"
        '  by: "size";\n'
        "  /** The size. 0 to 9 bytes. */\n"
        "  size: number;\n"
        "}"
    )


def test_an_optional_key_that_a_client_sends_takes_undefined_and_tells_its_default() -> None:
    text = definition("ByName")
    assert '  /**\n   * A color.\n   *\n   * @defaultValue `"red"`\n   */\n  color?: Color | undefined;\n' in text
    assert "   * @defaultValue `null`\n   */\n  owner?: string | null | undefined;\n" in text
    assert "  name: string;\n" in text


def test_an_optional_key_that_only_the_backend_sends_is_a_value_or_missing() -> None:
    given = {f"{RECEIVED} size": AN_INTEGER | {"default": 3}}
    assert property_line(given, "size", "FindThingResponse") == "size?: number;"


def test_an_array_that_a_client_sends_may_be_read_only() -> None:
    assert property_line({}, "tags") == "tags?: readonly string[] | undefined;"
    tags = {"description": "Marks.", "type": "array", "items": {"type": "string"}}
    assert property_line({f"{RECEIVED} tags": tags, "things.json FindThingResponse required": ["tags"]}, "tags",
                         "FindThingResponse") == "tags: string[];"  # fmt: skip


def test_an_array_of_alternatives_or_of_arrays_has_brackets() -> None:
    either = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    assert property_line({f"{SENT} tags items": either}, "tags") == "tags?: readonly (string | null)[] | undefined;"
    inner = {"type": "array", "items": {"type": "string"}}
    assert property_line({f"{SENT} tags items": inner}, "tags") == "tags?: readonly (readonly string[])[] | undefined;"


@pytest.mark.parametrize(
    ("schema", "written"),
    [
        ({"type": "string"}, "string"),
        ({"type": "boolean"}, "boolean"),
        ({"type": "null"}, "null"),
        ({"type": "number", "minimum": -(2**60)}, "number"),
        ({"type": "integer"}, "number"),
        ({"type": "integer", "minimum": -(2**53) + 1, "maximum": 2**53 - 1}, "number"),
        ({"type": "integer", "maximum": 2**53}, "number | bigint"),
        ({"type": "integer", "minimum": -(2**53)}, "number | bigint"),
        ({"type": "string", "format": "binary"}, "Uint8Array<ArrayBuffer>"),
        ({"type": "string", "format": "date-time"}, "Date"),
        ({"const": "it's"}, '"it\'s"'),
        ({"const": 7}, "7"),
        ({"$ref": "#/$defs/Color"}, "Color"),
        ({"anyOf": [{"type": "integer", "maximum": 2**60}, {"type": "number"}]}, "number | bigint"),
        ({"anyOf": [{"$ref": "#/$defs/Color"}, {"type": "null"}]}, "Color | null"),
        ({"type": "object", "additionalProperties": {"type": "boolean"}}, "Record<string, boolean>"),
        ({"type": "object", "additionalProperties": True}, "Record<string, unknown>"),
        ({"type": "object", "additionalProperties": False, "properties": {}}, "Record<string, never>"),
    ],
)
def test_a_schema_has_its_type(schema: dict[str, Any], written: str) -> None:
    assert definition("Extra", {"things.json Extra": schema}).splitlines()[-1] == f"export type Extra = {written};"


def test_a_map_that_a_client_sends_may_be_read_only() -> None:
    edits = {"things.json Extra": A_MAP, f"{SENT} extra": {"$ref": "#/$defs/Extra"}}
    assert definition("Extra", edits).endswith("export type Extra = Readonly<Record<string, boolean>>;")


def test_an_object_that_is_open_says_so() -> None:
    text = definition("BySize", {"things.json BySize additionalProperties": True})
    assert text.endswith("  size: number;\n  [key: string]: unknown;\n}")


def test_a_union_of_objects_is_the_union_of_its_branches() -> None:
    assert definition("FindThing") == (
        "/**\n * Looks for a thing.\n *\n * @since 0.1\n */\nexport type FindThing = ByName | BySize;"
    )


def test_a_closed_enum_is_its_values() -> None:
    assert definition("Color") == '/** A color. */\nexport type Color = "red" | "blue";'


def test_an_open_enum_takes_any_string_and_names_what_is_known() -> None:
    assert definition("Color", {"things.json Color x-enum-open": True}) == (
        "/** The values of `Color` that this version knows. */\n"
        'export type KnownColor = "red" | "blue";\n'
        "\n"
        "/** A color. Open: a later backend may use values that this version does not know. */\n"
        "export type Color = KnownColor | (string & {});"
    )


def test_a_deprecated_key_says_what_to_use() -> None:
    text = definition("ByName", {f"{SENT} name x-deprecated": "use `title`", f"{SENT} name x-since": "0.1"})
    assert "   * The name. At most 10 characters.\n   *\n   * @since 0.1\n   * @deprecated use `title`\n" in text


def test_the_bounds_of_what_a_nullable_key_refers_to_are_told() -> None:
    nullable = {"description": "How heavy.", "anyOf": [{"$ref": "#/$defs/Weight"}, {"type": "null"}], "default": None}
    text = definition("ByName", {f"{SENT} weight": nullable})
    assert "How heavy. In grams." in text
    plain = nullable | {"anyOf": [{k: v for k, v in AN_INTEGER.items() if k != "description"}, {"type": "null"}]}
    assert "How heavy. 0 to 9 bytes." in definition("ByName", {f"{SENT} weight": plain})


def test_a_key_and_a_description_that_would_break_out_do_not() -> None:
    text = definition(
        "ByName", {f"{SENT} name": {"description": "*/ }", "type": "string"}, f"{SENT} a-b": {"const": 1}}
    )
    assert "  /** *\\/ } */\n  name: string;" in text
    assert '"a-b"?: 1 | undefined;' in text


def test_a_schema_without_a_type_of_its_own_is_refused_by_name() -> None:
    with pytest.raises(ContractError, match="Extra: no TypeScript type is known"):
        definition("Extra", {"things.json Extra": {"type": "tuple"}})
