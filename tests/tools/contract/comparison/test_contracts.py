"""Comparing whole contracts: one finding for each change, with its direction, its place and its messages."""

import random

import pytest

from tests.tools.contract.comparison.findings import COUNT, PART, TEXT, found
from tools.contract.bundle.bundle import Bundle, read_bundle
from tools.contract.comparison.contracts import compare
from tools.contract.comparison.finding import Finding
from tools.contract.rules.cases.small_contract import contract, event, struct, thing
from tools.contract.rules.rule import Level, worst
from tools.generation.source import SCHEMA_FOLDER, Contract


def real() -> Bundle:
    return read_bundle(SCHEMA_FOLDER)


def test_a_contract_does_not_differ_from_itself() -> None:
    assert compare(real(), real()) == []


def test_the_order_of_files_definitions_and_keys_does_not_matter() -> None:
    chance = random.Random(1)
    bundle = real()

    def shuffled(part: object) -> object:
        if isinstance(part, dict):
            names = list(part)
            chance.shuffle(names)
            return {name: shuffled(part[name]) for name in names}
        return part

    files = shuffled(bundle.contract.files)
    assert isinstance(files, dict)
    assert compare(bundle, Bundle(Contract(bundle.contract.protocol, files))) == []


def test_a_change_used_in_both_directions_is_one_finding_with_the_worse_level() -> None:
    (finding,) = compare(contract(thing(TEXT)), contract(thing({**TEXT, "maxLength": 3})))
    assert (finding.rule, finding.direction, finding.level) == ("B7", "both", Level.BREAK)
    assert (finding.old, finding.new) == (None, 3)
    assert finding.messages == ("ask",)
    assert finding.pointer == "things.json#/$defs/Thing"
    assert finding.why


def test_the_level_of_a_change_depends_on_the_direction() -> None:
    old, new = thing(TEXT), thing({**TEXT, "maxLength": 3})
    (asked,) = compare(contract(old, ("request",)), contract(new, ("request",)))
    (answered,) = compare(contract(old, ("response",)), contract(new, ("response",)))
    assert (asked.direction, asked.level) == ("request", Level.BREAK)
    assert (answered.direction, answered.level) == ("response", Level.SAFE)


def test_a_change_of_a_shared_definition_is_found_once() -> None:
    many = struct(dict.fromkeys("abc", PART), "a b c")
    assert found(thing(many, Part=TEXT), thing(many, Part=COUNT)) == [
        ("T5", "things.json#/$defs/Part", "both", "BREAK"),
    ]


def test_two_changes_of_one_definition_are_two_findings() -> None:
    old = thing(struct({"name": TEXT, "size": COUNT}, "name size"))
    new = thing(struct({"name": {**TEXT, "maxLength": 3}, "size": {**COUNT, "maximum": 3}}, "name size"))
    assert [one[0] for one in found(old, new)] == ["B7", "B2"]


def test_a_removed_field_is_found_at_its_old_place_and_an_added_one_at_its_new_place() -> None:
    old, new = thing(struct({"name": TEXT})), thing(struct({"size": COUNT}))
    pointers = {rule: pointer for rule, pointer, _, _ in found(old, new)}
    assert pointers["F7"] == "things.json#/$defs/Thing/properties/name"
    assert pointers["F1"] == "things.json#/$defs/Thing/properties/size"


def test_a_definition_behind_a_nullable_reference_is_compared() -> None:
    nullable = struct({"part": {"anyOf": [PART, {"type": "null"}]}})
    old, new = ({**COUNT, "x-unit": unit} for unit in ("seconds", "milliseconds"))
    assert found(thing(nullable, Part=old), thing(nullable, Part=new)) == [
        ("T14", "things.json#/$defs/Part", "both", "BREAK"),
    ]


def test_the_details_of_an_error_code_are_compared_as_a_response() -> None:
    assert found({}, {"errors.json BrokenDetails properties part": COUNT}) == [
        ("T5", "errors.json#/$defs/BrokenDetails/properties/part", "response", "BREAK"),
    ]


def test_messages_are_matched_by_type_and_not_by_the_name_of_the_definition() -> None:
    old, new = {"more.json News": event()}, {"more.json Novelties": event()}
    assert found(old, new) == [("F21", "more.json#/$defs/Novelties", "response", "SRC")]


def test_a_field_counts_as_renamed_only_if_no_other_field_has_its_form() -> None:
    old, new = thing(struct({"a": TEXT, "b": TEXT})), thing(struct({"c": TEXT}))
    assert sorted(one[0] for one in found(old, new)) == ["F1", "F7", "F7"]


def test_a_tag_that_is_no_longer_a_constant_is_undecidable() -> None:
    branches = {"Cat": struct({"kind": {"const": "cat"}}, "kind"), "Dog": struct({"kind": {"const": "dog"}}, "kind")}
    union = {"oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}], "discriminator": {"propertyName": "kind"}}
    old = thing(union, **branches)
    new = thing(union, **{**branches, "Cat": struct({"kind": TEXT}, "kind")})
    assert ("K3", "BREAK") in [(rule, level) for rule, _, _, level in found(old, new)]


def test_an_unknown_keyword_is_a_break_even_if_both_sides_have_it() -> None:
    strange = thing({**TEXT, "x-stream": "rows"})
    assert found(strange, strange) == [("K1", "things.json#/$defs/Thing/x-stream", "both", "BREAK")]


def test_the_worst_findings_come_first() -> None:
    old = thing(struct({"a": TEXT, "b": TEXT}, "a"))
    new = thing(struct({"a": {**TEXT, "description": "A."}, "b": COUNT, "c": TEXT}, "a"))
    levels = [level for _, _, _, level in found(old, new)]
    assert levels == sorted(levels, key=[str(level) for level in Level].index)
    assert levels[0] == "BREAK"


def test_the_worst_of_no_level_is_safe() -> None:
    assert worst([]) is Level.SAFE
    assert worst([Level.INFO, Level.WARN, Level.SAFE]) is Level.WARN


def test_a_finding_as_json_has_the_documented_keys() -> None:
    (finding,) = compare(contract(thing(TEXT)), contract(thing(COUNT)))
    assert isinstance(finding, Finding)
    promised = {"rule", "pointer", "direction", "level", "old", "new", "why", "messages"}
    assert finding.to_json().keys() == promised


@pytest.mark.parametrize("back", [False, True])
def test_a_renamed_definition_only_affects_generated_types(back: bool) -> None:
    sides = [thing({"$ref": f"#/$defs/{name}"}, **{name: struct({"a": TEXT})}) for name in ("Part", "Piece")]
    old, new = sides[::-1] if back else sides
    assert {(rule, level) for rule, _, _, level in found(old, new)} == {("F21", "SRC")}


def test_alternatives_that_overlap_inside_one_branch_do_not_overlap_between_branches() -> None:
    number = {"anyOf": [COUNT, {"type": "number"}]}
    old, new = ({kind: [PART, TEXT]} for kind in ("anyOf", "oneOf"))
    assert [one[0] for one in found(thing(old, Part=number), thing(new, Part=number))] == ["U6"]


def test_an_annotation_beside_a_nested_union_is_compared() -> None:
    nullable = {"anyOf": [PART, {"type": "null"}]}
    part = {"anyOf": [TEXT, COUNT]}
    changed = {**part, "x-unit": "apples"}
    assert [one[0] for one in found(thing(nullable, Part=part), thing(nullable, Part=changed))] == ["T14.added"]


def test_inlining_a_nested_union_is_noticed() -> None:
    part = {"anyOf": [TEXT, COUNT]}
    old, new = ({"anyOf": [one, {"type": "null"}]} for one in (PART, part))
    assert [one[0] for one in found(thing(old, Part=part), thing(new, Part=part))] == ["K2"]


def test_an_enum_of_texts_that_becomes_bytes_allows_nothing_and_is_undecidable() -> None:
    words = {**TEXT, "enum": ["up"]}
    assert [one[0] for one in found(thing(words), thing({**words, "format": "binary"}))] == ["K3"]


def test_an_open_enum_without_a_type_is_undecidable() -> None:
    words = {"enum": ["up"], "x-enum-open": True}
    assert [one[0] for one in found(thing({**TEXT, **words}), thing(words))] == ["K3"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (struct(), {"type": "object", "additionalProperties": False}),
        ({"type": "object", "additionalProperties": True}, {"type": "object"}),
        (struct({"a": TEXT, "b": TEXT}, "a b"), struct({"a": TEXT, "b": TEXT}, "b a")),
    ],
)
def test_an_edit_without_an_effect_is_still_noticed(old: dict[str, object], new: dict[str, object]) -> None:
    assert [one[0] for one in found(thing(old), thing(new))] == ["K2"]
