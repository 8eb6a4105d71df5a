"""MessagePack that is measured before it is decoded."""

import json
import math
import os
import struct
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litebase_schema.opaque import PackedRows
from litebase_schema.registry import MESSAGES
from msgpack import fallback

from litebase.errors import InvalidFrame
from litebase.wire.packing import guard, pack_message, unpack, unpack_guarded, unpack_trusted
from litebase.wire.protocol import Protocol, Refused
from tests.wire.frames import (
    BROKEN,
    LIMITS,
    MOMENT,
    framed,
    only_refusal,
    packed,
    payload,
    verdicts,
    with_data,
)

DEPTH, ITEMS = LIMITS.max_depth, LIMITS.max_items
MIB = 1024 * 1024

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.datetimes(timezones=st.just(UTC))
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5), max_leaves=30
)


def cases(row: str) -> pytest.MarkDecorator:
    """The broken payloads of one row, as the parameters of a test."""
    return pytest.mark.parametrize("content", [pytest.param(content, id=name) for name, content in BROKEN[row].items()])


def invalid_frame(content: bytes) -> str:
    """The text of the one answer to a broken payload, which ends the channel."""
    refused = only_refusal(content)
    assert refused.error.code == "invalid_frame"
    assert (refused.id, refused.fatal) == ("-", True)
    return refused.error.message


@pytest.mark.fault("F04")
@cases("F04")
def test_an_empty_payload_is_an_invalid_frame(content: bytes) -> None:
    assert "ends before" in invalid_frame(content)


@pytest.mark.fault("F11")
@cases("F11")
def test_bytes_too_many_or_too_few_in_a_frame_are_refused(content: bytes) -> None:
    invalid_frame(content)


@pytest.mark.fault("F12")
@cases("F12")
def test_what_is_no_map_is_refused(content: bytes) -> None:
    invalid_frame(content)


@pytest.mark.fault("F13")
@cases("F13")
def test_deep_nesting_is_refused_by_our_own_rule(content: bytes) -> None:
    assert f"deeper than {DEPTH}" in invalid_frame(content)


@pytest.mark.fault("F13")
def test_the_deepest_allowed_nesting_is_read() -> None:
    value: Any = None
    for _ in range(DEPTH):
        value = [value]
    assert unpack(packed(value), DEPTH, ITEMS) == value
    with pytest.raises(InvalidFrame):
        unpack(packed([value]), DEPTH, ITEMS)


@pytest.mark.fault("F15")
@cases("F15")
def test_a_length_beyond_the_frame_is_refused_at_once(content: bytes) -> None:
    invalid_frame(content)


@pytest.mark.fault("F16")
@cases("F16")
def test_a_key_that_occurs_twice_is_refused(content: bytes) -> None:
    assert "same key twice" in invalid_frame(content)


@pytest.mark.fault("F17")
@cases("F17")
def test_a_key_that_is_no_str_is_refused(content: bytes) -> None:
    assert "key is not a str" in invalid_frame(content)


@pytest.mark.fault("F18")
@cases("F18")
def test_text_that_is_not_utf8_is_refused(content: bytes) -> None:
    assert "UTF-8" in invalid_frame(content)


@pytest.mark.fault("F19")
@cases("F19")
def test_an_impossible_timestamp_or_another_extension_is_refused(content: bytes) -> None:
    invalid_frame(content)


@pytest.mark.fault("F19")
@pytest.mark.parametrize(
    "extension",
    [
        b"\xd6\xff" + struct.pack(">I", 1),
        b"\xd7\xff" + struct.pack(">Q", 999_999_999 << 34 | 1),
        b"\xc7\x0c\xff" + struct.pack(">Iq", 999_999_999, -1),
        b"\xc7\x04\xff" + struct.pack(">I", 1),
    ],
    ids=["32 bits", "64 bits", "96 bits", "32 bits as ext8"],
)
def test_every_form_of_a_timestamp_is_read_as_an_aware_datetime(extension: bytes) -> None:
    moment = unpack(extension, DEPTH, ITEMS)
    assert moment.tzinfo is not None
    assert abs(moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() <= 2


REFUSED = object()


def value_or_refusal(content: bytes) -> Any:
    """What a request's bytes are; any exception but the one for broken bytes goes on and fails the test."""
    try:
        return unpack(content, DEPTH, ITEMS)
    except InvalidFrame:
        return REFUSED


def trusted_value_or_refusal(content: bytes) -> Any:
    """The same for an answer's bytes."""
    try:
        return unpack_trusted(content)
    except InvalidFrame:
        return REFUSED


BOMBS = {
    "empty arrays": b"\x90",
    "empty maps": b"\x80",
    "empty texts": b"\xa0",
    "nils": b"\xc0",
    "maps of a map": b"\x81\xa0\x80",
    "timestamps": b"\xd6\xff\x00\x00\x00\x00",
    "keys": b"\xa1a\x00",
}


def bomb(piece: bytes) -> bytes:
    """One array in `data` that fills a frame to the cap with a small piece."""
    head = with_data(b"\x81\xa1a\xdd") + bytes(4)
    count = (LIMITS.max_frame_bytes - len(head)) // len(piece)
    values = 2 * count if piece == BOMBS["keys"] else count
    return head[:-4] + struct.pack(">I", values) + piece * count


class Watched(bytes):
    """Bytes that count how often one of them, or a piece of them, is looked at."""

    looks = 0

    def __getitem__(self, at: Any) -> Any:
        self.looks += 1
        return super().__getitem__(at)


@pytest.mark.fault("F14")
@pytest.mark.parametrize("name", BOMBS)
def test_a_decode_bomb_of_the_largest_size_is_refused_with_little_memory(name: str) -> None:
    frame = framed(bomb(BOMBS[name]))
    protocol = Protocol("requests", LIMITS)
    tracemalloc.start()
    try:
        for start in range(0, len(frame), 65536):
            protocol.receive_data(frame[start : start + 65536])
        refused = protocol.next_event()
        grown = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(refused, Refused)
    assert refused.error.code == "invalid_frame"
    assert f"{ITEMS:,} values" in refused.error.message
    assert grown < 20 * MIB, "the frame itself is in it"


@pytest.mark.fault("F14")
@pytest.mark.parametrize("name", BOMBS)
def test_the_look_through_the_bomb_ends_at_the_first_value_too_many(name: str) -> None:
    content = Watched(bomb(BOMBS[name]))
    with pytest.raises(InvalidFrame):
        guard(content, DEPTH, ITEMS)
    assert content.looks <= 2 * ITEMS, "one for the first byte of each value and one for its length or type"


@pytest.mark.fault("F14")
def test_as_many_values_as_allowed_are_read_and_one_more_is_refused() -> None:
    assert unpack(packed([0] * (ITEMS - 1)), DEPTH, ITEMS) == [0] * (ITEMS - 1)
    with pytest.raises(InvalidFrame, match="more than"):
        unpack(packed([0] * ITEMS), DEPTH, ITEMS)


@pytest.mark.fault("F09")
@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_an_invalid_frame(content: bytes) -> None:
    value = value_or_refusal(content)
    assert value is REFUSED or repr(value) == repr(msgpack.unpackb(content, timestamp=3))


@given(st.binary(max_size=200))
def test_any_bytes_of_a_backend_are_a_value_or_an_invalid_frame(content: bytes) -> None:
    trusted_value_or_refusal(content)


@pytest.mark.parametrize("row", BROKEN)
def test_what_breaks_a_request_never_breaks_the_reader_of_answers(row: str) -> None:
    for content in BROKEN[row].values():
        trusted_value_or_refusal(content)


@given(VALUES)
def test_every_value_of_the_wire_survives_packing(value: Any) -> None:
    assert unpack(packed(value), DEPTH, ITEMS) == value
    assert unpack_trusted(packed(value)) == value


@given(st.binary(max_size=64), st.integers(0, 3), VALUES)
def test_a_valid_payload_with_a_few_bytes_changed_gives_a_value_or_an_invalid_frame(
    noise: bytes, at: int, value: Any
) -> None:
    content = bytearray(packed({"a": value, "b": [value]}))
    content[at : at + len(noise)] = noise
    value_or_refusal(bytes(content))


@pytest.mark.fault("F25")
@pytest.mark.parametrize("value", [0.0, -0.0, math.inf, -math.inf, 5e-324, 1.7976931348623157e308])
def test_floats_survive_bit_by_bit(value: float) -> None:
    assert struct.pack(">d", unpack(packed(value), DEPTH, ITEMS)) == struct.pack(">d", value)


@pytest.mark.fault("F25")
def test_nan_stays_nan() -> None:
    assert math.isnan(unpack(packed(math.nan), DEPTH, ITEMS))


def test_rows_that_are_packed_already_go_out_as_they_are() -> None:
    rows = [[1, "x"], [None, b"\x00"]]
    chunks = (memoryview(packed(rows[0])), packed(rows[1]))
    sent = pack_message({"id": "1"}, {"complete": True}, {"rows": PackedRows(2, chunks)})
    assert any(part is chunks[0] for part in sent)
    assert unpack_trusted(b"".join(sent)) == {"id": "1", "data": {"complete": True, "rows": rows}}


def test_no_message_has_rows_twice_as_one_of_them_would_be_lost() -> None:
    assert max(len(one.opaque) for one in MESSAGES.values()) == 1


@pytest.mark.parametrize("count", [0, 1, 15, 16, 65_535, 65_536])
@pytest.mark.parametrize("others", [0, 14, 15, 16])
def test_packed_rows_are_the_bytes_of_the_same_rows_as_values(count: int, others: int) -> None:
    fields = {f"field {number}": number for number in range(others)}
    ready = pack_message({"id": "1"}, fields, {"rows": PackedRows(count, (b"\x90" * count,))})
    assert b"".join(ready) == packed({"id": "1", "data": {**fields, "rows": [[]] * count}})


def test_packed_rows_in_another_place_are_not_lost_without_a_word() -> None:
    with pytest.raises(AttributeError):
        pack_message({"id": "1"}, {"more": [PackedRows(1, (b"\x90",))]}, {"rows": PackedRows(0, ())})


def outcome(of: Callable[[bytes, int, int], Any], content: bytes, items: int) -> str:
    """The value, with the kinds of its keys, or the words of the refusal."""
    try:
        return repr(of(content, 4, items))
    except InvalidFrame as error:
        return f"refused: {error.message}"


NESTED = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(SCALARS, inner, max_size=2))


@pytest.mark.fault("F14")
@given(NESTED, st.integers(0, 40), st.binary(max_size=12), st.integers(1, 60))
def test_the_short_way_has_the_outcome_of_the_guarded_one(value: Any, at: int, noise: bytes, items: int) -> None:
    whole = packed(value)
    for content in (whole, whole[:at] + noise + whole[at + len(noise) :], whole + noise):
        assert outcome(unpack, content, items) == outcome(unpack_guarded, content, items)


def test_rows_that_are_values_are_packed() -> None:
    sent = pack_message({"timestamp": MOMENT}, {}, {"rows": [[2**64 - 1]]})
    assert unpack_trusted(b"".join(sent)) == {"timestamp": MOMENT, "data": {"rows": [[2**64 - 1]]}}


@pytest.mark.fault("F27")
def test_the_pure_python_codec_refuses_the_same_payloads_with_the_same_words() -> None:
    assert msgpack.Packer is not fallback.Packer, "this process has the C codec"
    command = [sys.executable, "-m", "tests.wire.frames"]
    environment = os.environ | {"MSGPACK_PUREPYTHON": "1"}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == {"codec": "msgpack.fallback", "verdicts": verdicts()}


@pytest.mark.fault("F27")
@given(VALUES)
def test_both_codecs_pack_the_same_bytes_and_read_the_same_values(value: Any) -> None:
    content = packed(value)
    assert fallback.Packer(datetime=True).pack(value) == content
    unpacker = fallback.Unpacker(timestamp=3)
    unpacker.feed(content)
    assert unpacker.unpack() == unpack(content, DEPTH, ITEMS)


def test_a_valid_payload_passes_the_guard() -> None:
    guard(payload(), DEPTH, ITEMS)
