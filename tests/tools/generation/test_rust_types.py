"""What the schemas of our subset are called in Rust."""

from collections.abc import Mapping

import pytest

from tests.tools.generation.small_contract import edited
from tools.generation.rust_types import Types
from tools.generation.source import ContractError, Place

BY_NAME = "things.json ByName properties"
RESPONSE = "things.json FindThingResponse"


def definition(name: str, edits: Mapping[str, object] | None = None, file: str = "things.json") -> str:
    return Types(edited(dict(edits or {}))).definition(Place(file, name))


def field(schema: object, *, required: bool = True, name: str = "extra") -> str:
    """The lines of one field of an answer, without its comment."""
    edits: dict[str, object] = {f"{RESPONSE} properties {name}": schema}
    if required:
        edits[f"{RESPONSE} required"] = ["weight", name]
    text = definition("FindThingResponse", edits).partition("\n}")[0]
    lines = [line.strip() for line in text.splitlines() if not line.strip().startswith("///")]
    at = lines.index("pub weight: Weight,")
    found = [
        line for line in lines[:at] + lines[at + 1 :] if line.startswith(("#[serde", "pub ")) and "struct" not in line
    ]
    return " ".join(found)


@pytest.mark.parametrize(
    ("schema", "written"),
    [
        ({"type": "string"}, "pub extra: String,"),
        ({"type": "boolean"}, "pub extra: bool,"),
        ({"type": "number"}, "pub extra: f64,"),
        ({"type": "integer", "minimum": 0}, "pub extra: u64,"),
        ({"type": "integer", "minimum": -1, "maximum": 5}, "pub extra: i64,"),
        ({"type": "integer", "minimum": -(2**63), "maximum": 2**64 - 1}, "pub extra: crate::support::WideInteger,"),
        ({"type": "string", "format": "binary"}, "pub extra: ByteBuf,"),
        ({"type": "string", "format": "date-time"}, "pub extra: crate::support::Timestamp,"),
        ({"type": "array", "items": {"$ref": "#/$defs/Color"}}, "pub extra: Vec<Color>,"),
        ({"const": True}, "pub extra: crate::support::True,"),
        ({"const": "fixed"}, "pub extra: FindThingResponseExtra,"),
        ({"type": "string", "x-secret": True}, "pub extra: Secret,"),
    ],
)
def test_a_required_field_has_its_type(schema: dict[str, object], written: str) -> None:
    assert field({"description": "More.", **schema}) == written


def test_a_required_field_may_be_null_and_must_be_there() -> None:
    schema = {"description": "More.", "anyOf": [{"$ref": "#/$defs/Weight"}, {"type": "null"}]}
    given = '#[serde(deserialize_with = "crate::support::given")]'
    assert field(schema) == f"{given} pub extra: Option<Weight>,"
    secret = {"description": "More.", "anyOf": [{"type": "string"}, {"type": "null"}], "x-secret": True}
    assert field(secret) == f"{given} pub extra: Option<Secret>,"


def test_a_field_with_a_default_may_be_absent() -> None:
    absent = '#[serde(default, skip_serializing_if = "Option::is_none")]'
    plain = {"description": "More.", "type": "boolean", "default": False}
    assert field(plain, required=False) == f"{absent} pub extra: Option<bool>,"
    null = {"description": "More.", "anyOf": [{"type": "string"}, {"type": "null"}], "default": None}
    assert field(null, required=False) == f"{absent} pub extra: Option<String>,"


def test_where_null_is_not_absence_both_are_kept() -> None:
    schema = {"description": "More.", "anyOf": [{"type": "string"}, {"type": "null"}], "default": "x"}
    assert field(schema, required=False) == (
        '#[serde(default, skip_serializing_if = "Option::is_none")] '
        '#[serde(deserialize_with = "crate::support::given_or_null")] pub extra: Option<Option<String>>,'
    )


def test_a_keyword_is_a_raw_field() -> None:
    assert field({"description": "More.", "type": "string"}, name="where") == "pub r#where: String,"


def test_answers_take_unknown_keys() -> None:
    assert "deny_unknown_fields" not in definition("FindThingResponse")


def test_an_open_enum_has_a_name_for_a_later_value_and_a_closed_one_has_none() -> None:
    closed = definition("Color")
    assert closed.startswith("closed_enum! {")
    assert 'Blue = "blue",' in closed
    opened = definition("Color", {"things.json Color x-enum-open": True, "things.json Color enum": ["red", "unknown"]})
    assert opened.startswith("open_enum! {")
    assert 'IsUnknown = "unknown",' in opened


def test_a_union_is_an_enum_of_its_branches() -> None:
    text = definition("FindThing")
    assert "#[serde(untagged)]\npub enum FindThing {\n    ByName(ByName),\n    BySize(BySize),\n}" in text
    assert "impl From<BySize> for FindThing {" in text


def test_what_is_sent_has_a_constructor_of_what_is_required() -> None:
    text = definition("ByName")
    assert "pub fn new(name: impl Into<String>) -> Self {" in text
    assert "by: ByNameBy::Name," in text
    assert "color: None," in text
    assert "fn new" not in definition("FindThingResponse")


def test_a_request_without_required_fields_has_a_default() -> None:
    none = {"things.json ByName required": [], f"{BY_NAME} name default": "x"}
    assert "#[derive(Clone, Debug, Default, PartialEq" in definition("ByName", none)
    only = {"things.json ByName required": ["by"], f"{BY_NAME} name default": "x"}
    text = definition("ByName", only)
    assert "pub fn new() -> Self {" in text
    assert "impl Default for ByName {" in text


def test_the_cell_of_the_contract_is_the_one_of_the_crate() -> None:
    scalars = [{"type": name} for name in ("null", "boolean", "integer", "number", "string")]
    cell = {"description": "A cell.", "anyOf": [*scalars, {"type": "string", "format": "binary"}]}
    assert definition("Cell", {"things.json Cell": cell}).endswith("pub use crate::support::Cell;")
    assert definition("Value", {"things.json Value": cell}).endswith("pub use crate::support::Cell as Value;")


@pytest.mark.parametrize(
    "schema",
    [
        {"description": "A mix.", "anyOf": [{"type": "string"}, {"type": "integer"}]},
        {"description": "Two.", "type": "string", "enum": ["a-b", "a_b"]},
        {"description": "No letter.", "type": "string", "enum": ["1st"]},
        {
            "description": "More keys.",
            "type": "object",
            "additionalProperties": True,
            "properties": {"a": {"type": "null"}},
        },
        {"description": "Nothing.", "type": "null"},
    ],
)
def test_what_has_no_type_in_rust_is_refused(schema: dict[str, object]) -> None:
    with pytest.raises(ContractError):
        definition("Odd", {"things.json Odd": schema})
