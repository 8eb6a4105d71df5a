"""Messages in and out of the protocol machine, fed with bytes and asked for events."""

import struct
import tracemalloc
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litebase_schema.catalog import ListObjectsResponse
from litebase_schema.connection import SqliteTarget
from litebase_schema.envelope import Envelope
from litebase_schema.errors import ErrorData
from litebase_schema.hello import HelloRequest, ProtocolVersion, Software
from litebase_schema.registry import MESSAGES, validator

from litebase.wire.packing import unpack, unpack_trusted
from litebase.wire.protocol import Limits, Message, Protocol, Refused
from tests.contract.samples import samples_of
from tests.wire.frames import LIMITS, MOMENT, events, framed, only_refusal, packed, payload
from tests.work import times_as_much

REQUESTS = sorted(name for name, one in MESSAGES.items() if one.kind == "request")
ANSWERS = sorted(MESSAGES.keys() - set(REQUESTS))
CANARY = "canary-93c1"


def only_message(content: bytes, reads: Any = "requests") -> Message:
    """The one message that a payload is."""
    found = events(framed(content), Protocol(reads, LIMITS))
    assert len(found) == 1
    assert isinstance(found[0], Message)
    return found[0]


def invalid_message(content: bytes) -> tuple[str, str]:
    """The id and the path of the one answer to an invalid message. The channel goes on after it."""
    refused = only_refusal(content)
    assert refused.error.code == "invalid_message"
    assert not refused.fatal
    assert refused.error.details is not None
    path: str = refused.error.details.model_dump()["path"]
    assert refused.error.message.startswith(f"{path}: ")
    return refused.id, path


def test_a_message_is_read_with_its_model() -> None:
    message = only_message(payload(type="db_connect", data={"engine": "sqlite", "path": "/a"}))
    assert (message.id, message.type, message.timestamp) == ("1", "db_connect", MOMENT)
    assert message.data == SqliteTarget(engine="sqlite", path="/a")


def test_nil_stands_for_the_empty_map_in_a_request() -> None:
    assert only_message(payload(data=None)).data == only_message(payload(data={})).data


@pytest.mark.fault("F01", "F02")
def test_a_hundred_frames_byte_by_byte_are_a_hundred_messages_in_order() -> None:
    protocol, found = Protocol("requests", LIMITS), []
    for byte in b"".join(framed(payload(id=str(number))) for number in range(100)):
        found += events(bytes([byte]), protocol)
    assert [event.id for event in found if isinstance(event, Message)] == [str(number) for number in range(100)]
    assert not protocol.mid_frame


FRAMES = framed(payload(id="a")) + framed(payload(id="b", type="no_such")) + framed(payload(id="c", data=None))


@pytest.mark.fault("F02")
@pytest.mark.parametrize("cut", range(len(FRAMES) + 1))
def test_frames_cut_at_any_byte_position_are_the_same_events(cut: int) -> None:
    protocol = Protocol("requests", LIMITS)
    found = events(FRAMES[:cut], protocol) + events(FRAMES[cut:], protocol)
    assert [(type(event), event.id) for event in found] == [(Message, "a"), (Refused, "b"), (Message, "c")]


@pytest.mark.fault("F04")
def test_a_frame_without_a_payload_is_answered_once_and_ends_the_channel() -> None:
    found = events(framed(b"") + framed(payload()))
    assert [(event.id, event.fatal) for event in found if isinstance(event, Refused)] == [("-", True)]
    assert len(found) == 1


@pytest.mark.fault("F05")
def test_the_cap_holds_to_the_byte() -> None:
    content = payload()
    assert isinstance(events(framed(content), Protocol("requests", Limits(len(content), 32, 100)))[0], Message)
    (refused,) = events(framed(content)[:4], Protocol("requests", Limits(len(content) - 1, 32, 100)))
    assert isinstance(refused, Refused)
    assert (refused.error.code, refused.id, refused.fatal) == ("frame_too_large", "-", True)


def test_a_greeting_cap_can_be_lifted_later() -> None:
    protocol = Protocol("requests", LIMITS)
    protocol.allow_frames(10)
    protocol.allow_frames(LIMITS.max_frame_bytes)
    assert isinstance(events(framed(payload()), protocol)[0], Message)
    protocol.allow_frames(10)
    assert isinstance(events(framed(payload()), protocol)[0], Refused)


def test_nothing_is_read_after_a_broken_frame() -> None:
    protocol = Protocol("requests", LIMITS)
    assert [type(event) for event in events(framed(b"\xc1"), protocol)] == [Refused]
    assert events(framed(payload()), protocol) == []
    assert not protocol.mid_frame


def test_a_refused_message_leaves_the_channel_open() -> None:
    found = events(framed(payload(id="a", type="no_such")) + framed(payload(id="b")))
    assert [(type(event), event.id) for event in found] == [(Refused, "a"), (Message, "b")]


@pytest.mark.fault("F10")
def test_the_end_of_the_stream_inside_a_frame_yields_nothing() -> None:
    protocol = Protocol("requests", LIMITS)
    assert events(framed(payload())[:-1], protocol) == []
    assert protocol.mid_frame


@pytest.mark.fault("F20")
@pytest.mark.parametrize(
    "value",
    [..., -1, 2**63, 2**64 - 1, 1.5, float("nan"), True, None, "", "x" * 129, "x" * 1_000_000, b"1", ["1"], {}],
    ids=lambda value: repr(value)[:20],
)
def test_an_id_is_a_str_of_1_to_128_characters_and_anything_else_is_answered_without_it(value: Any) -> None:
    refused = only_refusal(payload(id=value))
    assert invalid_message(payload(id=value)) == ("-", "/id")
    assert len(refused.error.message) < 100


@pytest.mark.fault("F20")
@pytest.mark.parametrize("value", ["1", "x" * 128, "\N{GRINNING FACE}" * 128, "-", "\x00", "../.."])
def test_any_text_of_1_to_128_characters_is_an_id(value: str) -> None:
    assert only_message(payload(id=value)).id == value


@pytest.mark.fault("F22")
@pytest.mark.parametrize(
    "name",
    [
        "no_such",
        "",
        "x" * 1_000_000,
        "x" * 65,
        "__class__",
        "..",
        "HEALTH_CHECK",
        "Health_Check",
        " health_check",
        "\x00",
    ],
    ids=lambda name: name[:20],
)
def test_a_type_that_is_no_request_is_an_unknown_type(name: str) -> None:
    refused = only_refusal(payload(type=name))
    assert (refused.error.code, refused.id, refused.fatal) == ("unknown_type", "1", False)
    assert "health_check" in refused.error.message, "says what there is"
    assert len(refused.error.message) < 1000


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_no_request(name: str) -> None:
    assert only_refusal(payload(type=name)).error.code == "unknown_type"


@pytest.mark.fault("F22")
@pytest.mark.parametrize("value", [..., None, 1, ["query"], {"query": 1}, b"query", True])
def test_a_type_that_is_no_str_is_an_invalid_message(value: Any) -> None:
    assert invalid_message(payload(type=value)) == ("1", "/type")


@pytest.mark.parametrize("value", [..., None, 0, 1.5, "2026-01-01T00:00:00Z", [1, 2]])
def test_a_timestamp_of_another_family_is_refused(value: Any) -> None:
    assert invalid_message(payload(timestamp=value)) == ("1", "/timestamp")


@pytest.mark.parametrize("value", [..., 0, "", [], "{}", b"", True, MOMENT])
def test_data_that_is_no_map_is_refused(value: Any) -> None:
    assert invalid_message(payload(data=value)) == ("1", "/data")


def test_a_fifth_key_in_the_envelope_is_refused() -> None:
    assert invalid_message(payload(extra=1)) == ("1", "/extra")


@pytest.mark.parametrize("missing", ["timestamp", "data"])
def test_another_key_in_the_place_of_one_is_refused(missing: str) -> None:
    assert invalid_message(payload(extra=1, **{missing: ...})) == ("1", f"/{missing}")


PARAMETER_KINDS = "must be nil, a bool, an integer, a float, a str, a bin or a map of kind and value"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"params": [1, MOMENT]}, f"/params/1: {PARAMETER_KINDS}; a timestamp was sent: send dates and times as text"),
        (
            {"params": {"a": MOMENT}},
            f"/params/a: {PARAMETER_KINDS}; a timestamp was sent: send dates and times as text",
        ),
        ({"params": [[1]]}, f"/params/0: {PARAMETER_KINDS}; an array was sent"),
        ({"params": [{"kind": "date", "value": MOMENT}]}, "a timestamp was sent: send dates and times as text"),
        ({"params": 7}, "/params: must be an array or a map; an integer was sent"),
        ({"params": "7"}, "/params: must be an array or a map; a str was sent"),
        ({"sql": b"SELECT 1"}, "/sql: must be a str; a bin was sent"),
        ({"sql": None}, "/sql: must be a str; nil was sent"),
        ({"window_rows": 7.0}, "/window_rows: must be an integer; a float was sent"),
        ({"window_rows": MOMENT}, "/window_rows: must be an integer; a timestamp was sent"),
        ({"keep_result": {}}, "/keep_result: must be a bool; a map was sent"),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_with_the_kinds_that_are_allowed(changes: Any, told: str) -> None:
    data = {"connection_id": "c", "sql": "SELECT ?", **changes}
    message = only_refusal(payload(type="query", data=data)).error.message
    assert message.startswith("/data/")
    assert message.endswith(told)


def test_a_timestamp_as_text_is_told_what_is_due() -> None:
    message = only_refusal(payload(timestamp="2026-01-01T00:00:00Z")).error.message
    assert message == "/timestamp: must be a MessagePack timestamp (extension type -1); a str was sent"


@pytest.mark.parametrize("data", [{"engine": "oracle"}, {"path": "x"}, {"engine": 1}, {"engine": None}])
def test_an_engine_that_is_none_or_missing_is_told_which_there_are(data: Any) -> None:
    message = only_refusal(payload(type="db_connect", data=data)).error.message
    assert message.startswith("/data/engine: ")
    assert message.endswith("one of 'sqlite', 'postgresql', 'mysql' is due")


def test_a_path_is_a_json_pointer_and_its_steps_are_escaped_and_short() -> None:
    assert invalid_message(payload(data={"a/b~c": 1})) == ("1", "/data/a~1b~0c")
    _, path = invalid_message(payload(data={"x" * 1000: 1}))
    assert len(path) < 80


def test_a_wrong_value_deep_inside_is_named_by_its_place() -> None:
    data: dict[str, Any] = {"connection_id": "c", "sql": "SELECT ?", "params": [1, [2]]}
    assert invalid_message(payload(type="query", data=data)) == ("1", "/data/params/1")
    data = {"connection_id": "c", "sql": "SELECT :a", "params": {"a": []}}
    assert invalid_message(payload(type="query", data=data)) == ("1", "/data/params/a")


@pytest.mark.fault("F24")
@pytest.mark.parametrize("name", REQUESTS)
def test_every_valid_sample_of_a_request_is_read(name: str) -> None:
    for sample in samples_of(name, "valid"):
        with sample.named():
            read = only_message(payload(type=name, data=sample.data)).data
            assert read == validator(name).validate_python(sample.data)


@pytest.mark.fault("F24")
@pytest.mark.parametrize("name", REQUESTS)
def test_every_invalid_sample_is_refused_at_its_path(name: str) -> None:
    for sample in samples_of(name, "invalid"):
        with sample.named():
            assert invalid_message(payload(type=name, data=sample.data)) == ("1", sample.path)


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_every_sample_that_we_send_is_read_by_the_other_side(name: str) -> None:
    reads: Any = "requests" if name in REQUESTS else "answers"
    for sample in samples_of(name, "valid"):
        with sample.named():
            model = validator(name).validate_python(sample.data)
            frame = b"".join(Protocol("answers", LIMITS).send("7", name, MOMENT, model))
            (message,) = events(frame, Protocol(reads, LIMITS))
            assert isinstance(message, Message)
            assert (message.id, message.type, message.timestamp, message.data) == ("7", name, MOMENT, model)
            assert unpack_trusted(frame[4:])["data"] == sample.data, "nothing is added and nothing left out"


def test_items_that_are_maps_already_are_sent_as_their_models_would_be() -> None:
    for sample in samples_of("list_objects_response", "valid"):
        with sample.named():
            model = ListObjectsResponse.model_validate(sample.data)
            fields = {name: getattr(model, name) for name in model.model_fields_set}
            model = ListObjectsResponse.model_construct(**fields | {"objects": sample.data["objects"]})
            frame = b"".join(Protocol("answers", LIMITS).send("7", "list_objects_response", MOMENT, model))
            assert unpack_trusted(frame[4:])["data"] == sample.data


@pytest.mark.parametrize("name", ANSWERS)
def test_the_reader_of_answers_ignores_keys_that_it_does_not_know(name: str) -> None:
    for sample in samples_of(name, "valid"):
        with sample.named():
            later = sample.data | {"key_of_a_later_version": [1]}
            read = only_message(payload(type=name, data=later), "answers").data
            assert read == validator(name).validate_python(sample.data)


def test_the_reader_of_answers_gives_an_unknown_type_without_a_model() -> None:
    message = only_message(payload(type="event_of_a_later_version", data={"a": 1}, key_of_a_later_version=2), "answers")
    assert (message.type, message.data) == ("event_of_a_later_version", None)


def test_the_reader_of_answers_takes_later_values_of_open_enums() -> None:
    data: dict[str, Any] = {"code": "code_of_a_later_version", "message": "m", "retryable": False}
    assert only_message(payload(type="error", data=data), "answers").data == ErrorData(**data)


def test_what_was_not_set_is_not_sent() -> None:
    model = SqliteTarget(engine="sqlite", mode="memory")
    frame = b"".join(Protocol("answers", LIMITS).send("1", "db_connect", MOMENT, model))
    assert packed("mode") in frame
    assert packed("busy_timeout_ms") not in frame


def test_the_prefix_that_is_sent_counts_the_payload() -> None:
    chunks = Protocol("answers", LIMITS).send(
        "1", "health_check", MOMENT, validator("health_check").validate_python({})
    )
    (length,) = struct.unpack(">I", chunks[0])
    assert length == sum(map(len, chunks[1:]))


def secrets_in_every_field() -> list[Any]:
    """Messages that are refused, each with a secret where it must not come back from."""
    hello = {"protocol": {"major": 0, "minor": 1}, "client": {"name": "n", "version": "v"}}
    query = {"connection_id": "c", "sql": "SELECT 1"}
    broken = {
        "token too long": ("hello", hello | {"token": CANARY * 100}),
        "token as bin": ("hello", hello | {"token": CANARY.encode()}),
        "token in an array": ("hello", hello | {"token": [CANARY]}),
        "token in a map": ("hello", hello | {"token": {"token": CANARY}}),
        "client as str": ("hello", hello | {"client": CANARY}),
        "protocol as str": ("hello", hello | {"protocol": {"major": CANARY, "minor": 1}}),
        "an unknown password": ("db_connect", {"engine": "sqlite", "password": CANARY}),
        "engine": ("db_connect", {"engine": CANARY}),
        "engine with more": ("db_connect", {"engine": CANARY, "password": CANARY}),
        "mode": ("db_connect", {"engine": "sqlite", "mode": CANARY}),
        "path with a NUL": ("db_connect", {"engine": "sqlite", "path": f"{CANARY}\x00"}),
        "password too long": ("db_connect", {"engine": "postgresql", "password": CANARY * 200}),
        "password with a NUL": ("db_connect", {"engine": "mysql", "password": f"{CANARY}\x00"}),
        "password as bin": ("db_connect", {"engine": "mysql", "password": CANARY.encode()}),
        "password in an array": ("db_connect", {"engine": "postgresql", "password": [CANARY]}),
        "path as bin": ("db_connect", {"engine": "sqlite", "path": CANARY.encode()}),
        "sql as bin": ("query", query | {"sql": CANARY.encode()}),
        "sql with a NUL": ("query", query | {"sql": f"SELECT '{CANARY}\x00'"}),
        "sql in an array": ("query", query | {"sql": [CANARY]}),
        "params as str": ("query", query | {"params": CANARY}),
        "a parameter in an array": ("query", query | {"params": [[CANARY]]}),
        "a parameter in a map": ("query", query | {"params": {"a": {"b": CANARY}}}),
        "window_rows as str": ("query", query | {"window_rows": CANARY}),
        "data as str": ("query", CANARY),
        "data in an array": ("query", [CANARY]),
        "whole message as data of another": ("health_check", {"sql": CANARY}),
    }
    return [pytest.param(name, data, id=what) for what, (name, data) in broken.items()]


@pytest.mark.parametrize(("name", "data"), secrets_in_every_field())
def test_a_refusal_never_repeats_the_refused_value(name: str, data: Any) -> None:
    refused = only_refusal(payload(type=name, data=data))
    frame = b"".join(Protocol("requests", LIMITS).send(refused.id, "error", MOMENT, refused.error.data()))
    assert CANARY.encode() not in frame
    assert CANARY not in repr(refused) + str(refused.error) + repr(refused.error)


@pytest.mark.parametrize("key", ["id", "timestamp"])
def test_a_refused_envelope_never_repeats_the_value(key: str) -> None:
    refused = only_refusal(payload(**{key: [CANARY]}))
    assert CANARY not in repr(refused) + str(refused.error)


@pytest.mark.fault("F09")
@given(st.lists(st.binary(max_size=60), max_size=5))
def test_any_stream_of_bytes_gives_messages_or_refusals(chunks: list[bytes]) -> None:
    for reads in ("requests", "answers"):
        protocol = Protocol(reads, LIMITS)
        for chunk in chunks:
            for event in events(chunk, protocol):
                assert isinstance(event, Message | Refused)


@pytest.mark.fault("F09")
@given(st.binary(max_size=200))
def test_a_right_length_with_any_body_is_answered_once(content: bytes) -> None:
    assert len(events(framed(content))) == 1
    assert len(events(framed(content), Protocol("answers", LIMITS))) == 1


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=10)
    | st.binary(max_size=10)
    | st.datetimes(timezones=st.just(UTC)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["engine", "path", "mode", "token", "client", "protocol", "sql", "params", "connection_id", "result_id", "limit"]
)
ENVELOPES = st.fixed_dictionaries(
    {},
    optional={
        "id": st.just("1") | JUNK,
        "type": st.sampled_from(sorted(MESSAGES)) | JUNK,
        "timestamp": st.just(MOMENT) | JUNK,
        "data": st.dictionaries(FIELDS, st.just("sqlite") | JUNK, max_size=4) | JUNK,
        "more": JUNK,
    },
)


@pytest.mark.fault("F09")
@given(ENVELOPES)
def test_any_map_is_a_message_or_one_refusal_that_can_be_sent(envelope: dict[str, Any]) -> None:
    for reads in ("requests", "answers"):
        (event,) = events(framed(packed(envelope)), Protocol(reads, LIMITS))
        if isinstance(event, Refused):
            assert not event.fatal
            answer = b"".join(Protocol("requests", LIMITS).send(event.id, "error", MOMENT, event.error.data()))
            assert isinstance(events(answer, Protocol("answers", LIMITS))[0], Message)
        else:
            assert event.id == envelope["id"]
            assert reads == "answers" or Envelope.model_validate(envelope).id == event.id


@pytest.mark.fault("F14")
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("health_check", {f"key_{number}": number for number in range(20_000)}),
        ("query", {"connection_id": "c", "sql": "SELECT 1", "params": [[]] * 20_000}),
        ("query", {"connection_id": "c", "sql": "SELECT 1", "params": {str(number): [] for number in range(20_000)}}),
    ],
    ids=["unknown keys", "wrong parameters by position", "wrong parameters by name"],
)
def test_a_request_with_very_many_faults_is_refused_shortly_with_little_work_and_memory(
    name: str, data: dict[str, Any]
) -> None:
    content = payload(type=name, data=data)
    frame = framed(content)
    found = events(frame)
    tracemalloc.start()
    try:
        assert len(events(frame)) == 1
        grown = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(found[0], Refused)
    assert len(found[0].error.message) < 300
    assert grown < 20_000_000
    plainly = partial(unpack, content, LIMITS.max_depth, LIMITS.max_items)
    assert times_as_much(lambda: events(frame), plainly, 10) < 10, "it takes about as long as reading it does"


def test_hello_is_an_ordinary_request() -> None:
    request = HelloRequest(
        protocol=ProtocolVersion(major=65535, minor=0), client=Software(name="", version=""), token="t"
    )
    frame = b"".join(Protocol("answers", LIMITS).send("1", "hello", datetime.now(UTC), request))
    (message,) = events(frame)
    assert isinstance(message, Message)
    assert message.data == request


# a message that comes alone


@given(
    st.one_of(
        st.binary(max_size=60).map(framed),
        st.binary(max_size=60),
        st.tuples(st.integers(0, 80), st.integers(0, 255)).map(lambda change: _changed(*change)),
    )
)
def test_a_lone_message_is_the_one_that_would_be_read_and_nothing_is_taken(data: bytes) -> None:
    protocol = Protocol("requests", LIMITS)
    lone = protocol.lone_message(data)
    assert not protocol.mid_frame
    assert protocol.next_event() is None
    found = events(data, protocol)
    is_message = len(found) == 1 and isinstance(found[0], Message) and not protocol.mid_frame
    assert lone == (found[0] if is_message else None)


def _changed(at: int, byte: int) -> bytes:
    """A good frame with another byte in one place, or with one more at its end."""
    good = framed(payload(type="health_check", data={}))
    return good[:at] + bytes([byte]) + good[at + 1 :]


@pytest.mark.parametrize("message_type", REQUESTS)
def test_every_valid_request_may_come_alone(message_type: str) -> None:
    for sample in samples_of(message_type, "valid"):
        with sample.named():
            frame = framed(payload(type=message_type, data=sample.data))
            (read,) = events(frame, Protocol("requests", LIMITS))
            assert Protocol("requests", LIMITS).lone_message(frame) == read


def test_no_message_comes_alone_while_a_frame_is_incomplete_or_after_the_end() -> None:
    good = framed(payload(type="health_check", data={}))
    protocol = Protocol("requests", LIMITS)
    assert protocol.lone_message(good) is not None
    assert protocol.lone_message(good + good) is None
    protocol.receive_data(good[:3])
    assert protocol.lone_message(good) is None
    lost = Protocol("requests", LIMITS)
    events(framed(b"\xc1"), lost)
    assert lost.lone_message(good) is None
    small = Protocol("requests", LIMITS)
    small.allow_frames(10)
    assert small.lone_message(good) is None
