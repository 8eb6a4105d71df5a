"""Golden frames made from a schema alone."""

import json

import msgpack

from tests.tools.generation.small_contract import edited
from tools.generation.frames import content, generate, text
from tools.generation.tagged_json import from_json


def test_each_message_has_valid_and_invalid_frames_and_an_answer_those_of_a_later_version() -> None:
    messages = content(edited({}))["messages"]
    assert set(messages) == {"error", "find_thing", "find_thing_response"}
    assert messages["find_thing"]["direction"] == "request"
    assert messages["find_thing"]["later"] == []
    assert messages["find_thing_response"]["direction"] == "response"
    assert len(messages["find_thing_response"]["later"]) == 2
    assert all(group["valid"] and group["invalid"] for group in messages.values())


def test_a_frame_is_its_length_and_the_message_that_its_value_tells() -> None:
    for group in content(edited({}))["messages"].values():
        for frame in group["valid"]:
            data = bytes.fromhex(frame["hex"])
            assert int.from_bytes(data[:4]) == len(data) - 4
            assert msgpack.unpackb(data[4:], timestamp=3) == from_json(frame["value"])


def test_an_error_code_has_a_frame_with_its_details() -> None:
    found = {frame["name"]: frame["value"]["data"] for frame in content(edited({}))["messages"]["error"]["valid"]}
    detail = {"description": "How much.", "type": "integer", "minimum": 0, "maximum": 9, "default": 0, "x-unit": "n"}
    assert found["minimal"] == {"code": "broken"}
    assert found["broken with minimal details"]["details"] == {}
    more = content(edited({"errors.json BrokenDetails properties much": detail}))["messages"]["error"]["valid"]
    assert [one["value"]["data"]["details"] for one in more if one["name"] == "broken"] == [{"much": 3}]


def test_no_two_frames_of_a_message_have_the_same_bytes() -> None:
    for group in content(edited({}))["messages"].values():
        for part in ("valid", "invalid"):
            found = [frame["hex"] for frame in group[part]]
            assert len(found) == len(set(found))


def test_a_frame_with_a_whole_float_is_not_canonical() -> None:
    weight = {"description": "A weight.", "type": "number", "minimum": 2, "x-unit": "grams"}
    frames = content(edited({"things.json Weight": weight}))["messages"]["find_thing_response"]["valid"]
    assert {frame["name"]: frame["canonical"] for frame in frames} == {"minimal": True, "weight at its minimum": False}


def test_the_answers_have_no_frame_that_a_reader_takes_although_a_key_is_unknown() -> None:
    messages = content(edited({}))["messages"]
    assert any("no_such_field" in frame["path"] for frame in messages["find_thing"]["invalid"])
    assert not any("no_such_field" in frame["path"] for frame in messages["find_thing_response"]["invalid"])


def test_the_file_is_json_with_one_frame_per_line_and_the_same_in_every_run() -> None:
    frames = content(edited({}))
    written = text(frames)
    assert json.loads(written) == frames
    assert generate(edited({})) == {"frames.json": written}
    assert max(line.count('"hex"') for line in written.splitlines()) == 1
