"""The packets of MySQL and PostgreSQL as far as a server that lies needs them: where each begins, who speaks next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

_TYPED_HEAD = 5  # PostgreSQL: a letter, and the length with itself
_ASKS = b"pQSH"  # PostgreSQL: password, query, sync, flush: after these the server speaks


@dataclass(frozen=True, slots=True)
class Framing:
    """How the streams of one engine fall into packets.

    `split` gives the packets of a server's stream, which `join` puts together again with true lengths and numbers, the
    first number being that of the original. `take_asking` removes from a client's buffer all up to a packet that the
    server answers, and gives that packet; None when there is none yet.
    """

    split: Callable[[bytes], list[bytes]]
    join: Callable[[Sequence[bytes], bytes], bytes]
    take_asking: Callable[[bytearray, bool], bytes | None]
    head_bytes: int
    server_begins: bool


def _split_mysql(stream: bytes) -> list[bytes]:
    found, at = [], 0
    while at + 4 <= len(stream):
        end = at + 4 + int.from_bytes(stream[at : at + 3], "little")
        found.append(stream[at + 4 : end])
        at = end
    return found


def _join_mysql(payloads: Sequence[bytes], original: bytes) -> bytes:
    first = original[3] if len(original) > 3 else 0
    return b"".join(
        len(payload).to_bytes(3, "little") + bytes([(first + number) & 0xFF]) + payload
        for number, payload in enumerate(payloads)
    )


def _take_asking_mysql(buffer: bytearray, is_first: bool) -> bytes | None:
    del is_first  # all packets of a MySQL client look alike
    if len(buffer) < 4 or len(buffer) < (end := 4 + int.from_bytes(buffer[:3], "little")):
        return None
    packet = bytes(buffer[:end])
    del buffer[:end]
    return packet


def _split_postgresql(stream: bytes) -> list[bytes]:
    found, at = [], 0
    while at + _TYPED_HEAD <= len(stream):
        end = at + 1 + int.from_bytes(stream[at + 1 : at + _TYPED_HEAD], "big")
        found.append(stream[at : at + 1] + stream[at + _TYPED_HEAD : end])  # without the length
        at = end
    return found


def _join_postgresql(packets: Sequence[bytes], original: bytes) -> bytes:
    del original  # packets have no numbers
    return b"".join(packet[:1] + (len(packet) + 3).to_bytes(4, "big") + packet[1:] for packet in packets)


def _take_asking_postgresql(buffer: bytearray, is_first: bool) -> bytes | None:
    while len(buffer) >= _TYPED_HEAD:
        head = 0 if is_first else 1
        end = head + int.from_bytes(buffer[head : head + 4], "big")
        if len(buffer) < end:
            return None
        packet = bytes(buffer[:end])
        del buffer[:end]
        if is_first or packet[0] in _ASKS:
            return packet
    return None


FRAMINGS = {
    "mysql": Framing(_split_mysql, _join_mysql, _take_asking_mysql, 4, server_begins=True),
    "postgresql": Framing(
        _split_postgresql, _join_postgresql, _take_asking_postgresql, _TYPED_HEAD, server_begins=False
    ),
}
