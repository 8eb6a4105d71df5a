"""The reference page has everything that the contract holds."""

import re
from functools import cache

import msgpack
import pytest

from litebase.settings import Settings
from tests.tools.generation.small_contract import edited
from tools.generation import reference
from tools.generation.source import Message, Place, load

CONTRACT = load()
REQUESTS = [message for message in CONTRACT.messages() if message.kind == "request"]


@cache
def page() -> str:
    return reference.generate(CONTRACT)["reference.md"]


@pytest.mark.parametrize("message", CONTRACT.messages(), ids=lambda message: message.type)
def test_every_message_is_on_the_page(message: Message) -> None:
    assert f"`{message.type}`" in page()
    assert CONTRACT.definitions[message.place]["description"] in page()


@pytest.mark.parametrize("message", REQUESTS, ids=lambda message: message.type)
def test_a_request_has_a_section_with_its_keys_its_answer_and_its_errors(message: Message) -> None:
    section = page().split(f"\n### {message.type}\n")[1].split("\n### ")[0]
    answer = next(one for one in CONTRACT.messages() if one.type == message.response)
    assert f"**Answer: `{answer.type}`.**" in section
    for name in [*CONTRACT.properties(message.place), *CONTRACT.properties(answer.place)]:
        assert f"| `{name}` |" in section
    for code in message.errors:
        assert f"`{code}`" in section


@pytest.mark.parametrize("code", CONTRACT.error_codes())
def test_every_error_code_is_on_the_page_with_its_meaning_and_details(code: str) -> None:
    entry = CONTRACT.error_codes()[code]
    errors = page().split("\n## Errors\n")[1].split("\n## ")[0]
    (row,) = re.findall(rf"^\| `{code}` \| .*$", errors, re.MULTILINE)
    assert entry["description"] in row
    assert entry.get("details", "") in row


def test_every_link_leads_to_a_heading() -> None:
    headings = {title.lower() for title in re.findall(r"^#+ (.*)$", page(), re.MULTILINE)}
    links = set(re.findall(r"\]\(#([^)]*)\)", page()))
    assert len(links) > 20
    assert links <= headings


@pytest.mark.parametrize("place", CONTRACT.definitions, ids=lambda place: place.name)
def test_every_enum_value_is_on_the_page(place: Place) -> None:
    for value in CONTRACT.definitions[place].get("enum", ()):
        assert f"`{value}`" in page()


def test_the_example_frame_is_a_frame() -> None:
    dump = page().split("A complete frame")[1].split("```")[1]
    frame = bytes.fromhex("".join(line[:48] for line in dump.strip().splitlines()))
    assert int.from_bytes(frame[:4]) == len(frame) - 4
    message = msgpack.unpackb(frame[4:], timestamp=3)
    assert (message["id"], message["type"], message["data"]) == ("1", "health_check", {})
    assert f"A complete frame of {len(frame)} bytes" in page()


def test_versions_and_times_on_the_page_are_those_of_the_program() -> None:
    assert f"Version {CONTRACT.protocol['major']}.{CONTRACT.protocol['minor']}." in page()
    assert f"within {Settings().hello_timeout_s:g} seconds" in page()


def test_a_type_is_described_once_and_an_open_enum_says_so() -> None:
    assert page().count("\n### ErrorCode\n") == 1
    assert "open: later versions may add values" in page().split("\n### ErrorCode\n")[1].split("\n### ")[0]
    assert "open:" not in page().split("\n### SqliteMode\n")[1].split("\n### ")[0]


def test_a_deprecated_message_says_so() -> None:
    old = edited({"things.json FindThing x-deprecated": "use look_for_thing"})
    assert "deprecated: use look_for_thing" in reference.generate(old)["reference.md"]
