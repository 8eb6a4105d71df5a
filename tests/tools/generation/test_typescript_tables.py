"""The tables of messages and the typed calls."""

import pytest

from tests.tools.generation.small_contract import DROP, edited
from tools.generation.source import Message, load
from tools.generation.typescript_tables import calls, messages

FIND = "things.json FindThing"
AN_EVENT = {
    "description": "A thing was lost.", "x-message": "thing_lost", "x-kind": "event", "x-since": "0.2",
    "type": "object", "additionalProperties": False, "required": [], "properties": {},
}  # fmt: skip


def test_a_request_names_its_data_its_response_and_its_errors() -> None:
    text = messages(edited({}))
    assert (
        "  /**\n   * Looks for a thing.\n   *\n   * @since 0.1\n   */\n"
        "  find_thing: {\n    data: FindThing;\n    response: FindThingResponse;\n    errors: CommonErrorCode;\n  };\n"
    ) in text
    assert 'export type CommonErrorCode = "broken";' in text


def test_an_error_code_that_is_not_common_is_told_with_its_request() -> None:
    apart = edited({"errors.json ErrorCode x-common-errors": []})
    assert '    errors: CommonErrorCode | "broken";\n' in messages(apart)
    assert "export type CommonErrorCode = never;" in messages(apart)


def test_a_request_has_its_traits() -> None:
    row = 'find_thing: { response: "find_thing_response", cancellable: false, idempotent: true },'
    assert f"  {row}\n" in messages(edited({}))
    capable = messages(edited({f"{FIND} x-capability": "finding", f"{FIND} x-cancellable": True}))
    assert 'cancellable: true, idempotent: true, capability: "finding" },' in capable


def test_each_error_code_has_its_details_or_none() -> None:
    assert "  /** It broke. */\n  broken: BrokenDetails;\n" in messages(edited({}))
    bare = edited({"errors.json ErrorCode x-error-codes broken details": DROP})
    assert "  /** It broke. */\n  broken: undefined;\n" in messages(bare)


def test_an_event_is_in_the_table_of_events() -> None:
    assert "export interface Events {}\n" in messages(edited({}))
    text = messages(edited({"things.json ThingLost": AN_EVENT}))
    event = "  /**\n   * A thing was lost.\n   *\n   * @since 0.2\n   */\n  thing_lost: ThingLost;\n"
    assert f"export interface Events {{\n{event}}}\n" in text


def test_the_version_is_the_contract_s() -> None:
    assert "export const protocol = { major: 0, minor: 1 } as const;" in messages(edited({}))


def test_a_call_sends_its_message_type() -> None:
    text = calls(edited({}))
    assert "  findThing(data: FindThing, options?: Options): Promise<FindThingResponse> {\n" in text
    assert '    return this.call("find_thing", data, options);\n' in text
    assert "Cannot be cancelled; safe to repeat. Fails with a `CommonErrorCode`." in text


def test_data_without_a_needed_key_may_be_left_out() -> None:
    bare = edited({"things.json Bare": AN_EVENT | {
        "x-message": "look", "x-kind": "request", "x-response": "find_thing_response", "x-errors": [],
    }})  # fmt: skip
    assert "  look(data: Bare = {}, options?: Options): Promise<FindThingResponse> {\n" in calls(bare)


def test_a_deprecated_request_says_what_to_use() -> None:
    old = edited({f"{FIND} x-deprecated": "use look_for_thing"})
    assert "   * @deprecated use look_for_thing\n" in calls(old)
    assert "   * @deprecated use look_for_thing\n" in messages(old)


def test_a_description_cannot_leave_its_comment() -> None:
    text = calls(edited({f"{FIND} description": "*/ evil() /*"}))
    assert "   * *\\/ evil() /*\n" in text


@pytest.mark.parametrize("message", load().messages(), ids=lambda message: message.type)
def test_every_request_of_the_contract_has_its_row_and_its_method(message: Message) -> None:
    found = f'return this.call("{message.type}", data, options);' in calls(load())
    assert found == (message.kind == "request")
