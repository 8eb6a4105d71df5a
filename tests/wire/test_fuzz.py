"""Changed bytes, as many as there is time for: the protocol gives messages or refusals that can be sent, nothing else.

A frame is changed, spliced and cut. One that brings a refusal that was not seen before joins those that are changed
further. What ever failed, and one frame for each of many kinds of refusal, is kept in `corpus/` as hexadecimal text.
"""

import json
import math
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from litebase_schema.registry import MESSAGES

from litebase.wire.protocol import Message, Protocol, Refused
from tests.fault_cases import Figure
from tests.wire.frames import BROKEN, LIMITS, framed, payload
from tools.generation.tagged_json import from_json

CORPUS = Path(__file__).parent / "corpus"
SAMPLES = Path(__file__).parents[2] / "generated" / "samples"
REQUESTS = sorted(name for name, message in MESSAGES.items() if message.kind == "request")
ONE_PAYLOAD_S = 10.0  # of the processor; milliseconds are usual, and a run that measures coverage is many times slower
LARGEST = 4096  # bytes; the sizes of F14 have tests of their own
TELLING = [
    b"\xc1",
    b"\xc0",
    b"\x80",
    b"\x90",
    b"\xdd\xff\xff\xff\xff",
    b"\xdf\x00\x01\x00\x00",
    b"\xdb\x7f\xff\xff\xff",
]
TELLING += [b"\xd6\xff", b"\xc7\x0c\xff", b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff", b"\xcb\x7f\xf8", b"\xed\xa0\x80"]


def seeds() -> list[bytes]:
    """Valid requests of every type, and frames that are broken already."""
    found = [content for row in BROKEN.values() for content in row.values() if len(content) <= LARGEST]
    for name in REQUESTS:
        sample = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
        found += [payload(type=name, data=from_json(one["data"])) for one in sample["valid"][:6]]
    return [*found, *corpus()]


def corpus() -> list[bytes]:
    return [bytes.fromhex(path.read_text(encoding="ascii")) for path in sorted(CORPUS.glob("*.hex"))]


def changed(content: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """A frame with a few changes."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 8))):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(6):
            case 0 if data:
                data[at % len(data)] ^= 1 << chance.randrange(8)
            case 1 if data:
                data[at % len(data)] = chance.randrange(256)
            case 2:
                data[at:at] = chance.choice(TELLING)
            case 3:
                del data[at : at + chance.randrange(1, 9)]
            case 4:
                other = chance.choice(others)
                start = chance.randrange(len(other) + 1)
                data[at : at + chance.randrange(20)] = other[start : start + chance.randrange(40)]
            case _:
                data[at:at] = data[at : at + chance.randrange(1, 60)]
    return bytes(data[:LARGEST])


def kinds_of(content: bytes, chance: random.Random) -> Iterator[str]:
    """What the protocol made of a frame, in a stream that is cut somewhere, with a good frame behind it."""
    stream = framed(content) + framed(payload(id="behind"))
    at = chance.randrange(len(stream))
    protocol = Protocol("requests", LIMITS)
    for part in (stream[:at], stream[at:]):
        protocol.receive_data(part)
        while (event := protocol.next_event()) is not None:
            yield kind(event, protocol)


def kind(event: Message | Refused, protocol: Protocol) -> str:
    if isinstance(event, Message):
        return f"message {event.type}"
    data = event.error.data()
    assert data.code in {"invalid_frame", "invalid_message", "unknown_type", "frame_too_large"}, data
    assert sum(map(len, protocol.send(event.id, "error", datetime.now(UTC), data))) < 20_000
    path = (data.details or {}).get("path", "")
    return f"{data.code} {path if len(path) < 30 else ''}"


def fuzz(until: float, cases: int, seed: int) -> tuple[int, set[str]]:
    """Try changed frames until a moment or a number is reached; how many there were, and what came out."""
    chance = random.Random(seed)
    pool = seeds()
    kinds: set[str] = set()
    tried = 0
    while tried < cases and time.monotonic() < until:
        content = changed(chance.choice(pool), pool, chance)
        began = time.thread_time()
        try:
            found = set(kinds_of(content, chance))
        except Exception as error:
            error.add_note(f"keep this frame in tests/wire/corpus: {content.hex()} (seed {seed})")
            raise
        assert time.thread_time() - began < ONE_PAYLOAD_S, content.hex()
        tried += 1
        if not found <= kinds and len(pool) < 5000:
            pool.append(content)
        kinds |= found
    return tried, kinds


@pytest.mark.fault("F09")
@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.hex")), ids=lambda path: path.stem)
def test_a_kept_frame_is_answered(path: Path) -> None:
    content = bytes.fromhex(path.read_text(encoding="ascii"))
    for seed in range(20):
        assert list(kinds_of(content, random.Random(seed)))


@pytest.mark.fault("F09")
def test_changed_frames_are_messages_or_refusals() -> None:
    tried, kinds = fuzz(math.inf, 4000, seed=1)
    assert tried == 4000
    assert {"invalid_frame ", "invalid_message /id", "unknown_type "} <= kinds
    assert any(kind.startswith("message ") for kind in kinds)


@pytest.mark.fault("F09")
@pytest.mark.long
def test_long_changed_frames_are_messages_or_refusals(long_s: float, figure: Figure) -> None:
    seed = time.time_ns() % 2**32
    tried, kinds = fuzz(time.monotonic() + long_s, 10**12, seed)
    figure(f"{tried:,} frames in {long_s:.0f} s, {len(kinds)} kinds of outcome, seed {seed}")
    assert tried > 500
