"""Cutting a stream of bytes into payloads."""

import struct
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litebase.errors import FrameTooLarge
from litebase.wire.frame import HEADER_BYTES, FrameReader, prefix
from tests.wire.frames import LIMITS, framed, payload

FRAMES_1_TO_3 = b"".join(framed(content) for content in (b"a", b"", b"bcd" * 20))


def payloads(reader: FrameReader, *chunks: bytes) -> list[bytes]:
    """What comes out when the chunks go in one after the other."""
    found: list[bytes] = []
    for chunk in chunks:
        reader.feed(chunk)
        found += map(bytes, iter(reader.next_payload, None))
    return found


def test_a_long_payload_is_whole_whether_something_follows_it_or_not() -> None:
    """Alone it is not copied; its bytes must be its own all the same."""
    long, reader = bytes(range(256)) * 1000, FrameReader(LIMITS.max_frame_bytes)
    reader.feed(framed(long))
    alone = reader.next_payload()
    assert not reader.mid_frame
    assert payloads(reader, framed(b"next") + framed(long), framed(b"last")) == [b"next", long, b"last"]
    assert alone == long


def refusal(data: bytes, max_bytes: int = LIMITS.max_frame_bytes) -> FrameTooLarge:
    reader = FrameReader(max_bytes)
    reader.feed(data)
    with pytest.raises(FrameTooLarge) as refused:
        reader.next_payload()
    return refused.value


def test_the_prefix_is_four_bytes_big_endian_and_counts_the_payload_only() -> None:
    assert prefix(0x01020304) == b"\x01\x02\x03\x04"
    assert payloads(FrameReader(10), b"\x00\x00\x00\x02ab") == [b"ab"]


@pytest.mark.fault("F01")
def test_a_frame_that_comes_byte_by_byte_is_whole_after_its_last_byte() -> None:
    frame = framed(payload())
    reader = FrameReader(LIMITS.max_frame_bytes)
    for position in range(len(frame) - 1):
        assert payloads(reader, frame[position : position + 1]) == []
        assert reader.mid_frame
    assert payloads(reader, frame[-1:]) == [payload()]
    assert not reader.mid_frame


@pytest.mark.fault("F02")
@pytest.mark.parametrize("cut", range(len(FRAMES_1_TO_3) + 1))
def test_several_frames_cut_at_any_byte_are_the_same_frames(cut: int) -> None:
    found = payloads(FrameReader(100), FRAMES_1_TO_3[:cut], FRAMES_1_TO_3[cut:])
    assert found == [b"a", b"", b"bcd" * 20]


@given(st.lists(st.binary(max_size=40)), st.lists(st.integers(1, 30)))
def test_frames_survive_any_way_of_cutting_the_stream(contents: list[bytes], sizes: list[int]) -> None:
    stream, chunks = b"".join(map(framed, contents)), []
    for size in sizes:
        chunks.append(stream[:size])
        stream = stream[size:]
    assert payloads(FrameReader(40), *chunks, stream) == contents


@pytest.mark.fault("F03")
@pytest.mark.parametrize("given_bytes", [1, 2, 3])
def test_a_part_of_a_length_is_the_beginning_of_a_frame(given_bytes: int) -> None:
    reader = FrameReader(10)
    assert not reader.mid_frame
    assert payloads(reader, bytes(given_bytes)) == []
    assert reader.mid_frame


@pytest.mark.fault("F04")
def test_the_length_zero_is_an_empty_payload_and_the_next_frame_follows() -> None:
    assert payloads(FrameReader(10), framed(b"") + framed(b"x")) == [b"", b"x"]


@pytest.mark.fault("F05")
def test_a_frame_at_the_cap_is_accepted_and_one_byte_more_is_refused_before_its_body() -> None:
    assert payloads(FrameReader(1000), framed(bytes(1000))) == [bytes(1000)]
    refused = refusal(prefix(1001), 1000)
    assert refused.code == "frame_too_large"
    assert refused.details is not None
    assert refused.details.model_dump() == {"limit": "max_frame_bytes", "maximum": 1000}
    assert "1,001" in refused.message
    assert "1,000" in refused.message


@pytest.mark.fault("F06")
@pytest.mark.parametrize("length", [0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF])
def test_a_huge_length_is_refused_at_once_and_costs_no_memory(length: int) -> None:
    tracemalloc.start()
    try:
        assert f"{length:,}" in refusal(struct.pack(">I", length)).message
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


@pytest.mark.fault("F07")
def test_a_little_endian_length_is_told_so() -> None:
    content = payload()
    assert "big-endian" in refusal(struct.pack("<I", len(content)) + content).message


@pytest.mark.fault("F08")
@pytest.mark.parametrize(
    ("first_bytes", "hint"),
    [
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP"),
        (b"GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", "HTTP"),
        (b"POST /query HTTP/1.1\r\n\r\n", "HTTP"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "text"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "TLS"),
    ],
    ids=["http", "websocket", "post", "ssh", "tls"],
)
def test_another_protocol_is_refused_and_told_what_it_looks_like(first_bytes: bytes, hint: str) -> None:
    message = refusal(first_bytes).message
    assert hint in message
    assert first_bytes[:8].decode("latin-1") not in message, "no more than the length is repeated"


@pytest.mark.fault("F10")
def test_a_frame_that_never_ends_yields_nothing() -> None:
    reader = FrameReader(100)
    assert payloads(reader, framed(bytes(50))[:-1]) == []
    assert reader.mid_frame


def test_a_lower_limit_holds_from_the_next_length_on() -> None:
    reader = FrameReader(100)
    assert payloads(reader, framed(bytes(50))) == [bytes(50)]
    reader.max_bytes = 49
    reader.feed(framed(bytes(50)))
    with pytest.raises(FrameTooLarge):
        reader.next_payload()


def test_the_header_is_as_long_as_a_prefix() -> None:
    assert len(prefix(0)) == HEADER_BYTES
