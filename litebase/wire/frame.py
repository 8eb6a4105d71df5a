"""The length prefix: cutting a stream of bytes into payloads, and putting the prefix before one."""

import struct

from litebase.errors import FrameTooLarge

_LENGTH = struct.Struct(">I")
HEADER_BYTES = _LENGTH.size
_COPIED_BYTES = 65536  # a short payload is copied sooner than a new buffer is made


class FrameReader:
    """Collects bytes and yields whole payloads. The limit is checked on the prefix, before any of the body is kept."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._buffer = bytearray()

    @property
    def mid_frame(self) -> bool:
        """Whether a frame has begun and is not complete."""
        return bool(self._buffer)

    def is_lone_frame(self, data: bytes) -> bool:
        """Whether `data` is exactly one frame, of a size that is allowed, and no other has begun."""
        length = len(data) - HEADER_BYTES
        return not self._buffer and 0 <= length <= self.max_bytes and data[:HEADER_BYTES] == _LENGTH.pack(length)

    def feed(self, data: bytes) -> None:
        """Take what the transport gave."""
        self._buffer += data

    def next_payload(self) -> bytes | bytearray | None:
        """The next whole payload, or None until more bytes come. Raises `FrameTooLarge`; the stream is lost then.

        A long one that nothing follows is not copied: at the limit that would take as much memory again.
        """
        if len(self._buffer) < HEADER_BYTES:
            return None
        (length,) = _LENGTH.unpack_from(self._buffer)
        if length > self.max_bytes:
            raise FrameTooLarge(_too_large(bytes(self._buffer[:HEADER_BYTES]), length, self.max_bytes), self.max_bytes)
        end = HEADER_BYTES + length
        if len(self._buffer) < end:
            return None
        if length > _COPIED_BYTES and len(self._buffer) == end:
            whole, self._buffer = self._buffer, bytearray()
            del whole[:HEADER_BYTES]  # moves nothing
            return whole
        payload = bytes(memoryview(self._buffer)[HEADER_BYTES:end])
        del self._buffer[:end]
        return payload


def prefix(length: int) -> bytes:
    """The four bytes that stand before a payload of `length` bytes."""
    return _LENGTH.pack(length)


def _too_large(header: bytes, length: int, maximum: int) -> str:
    text = f"A frame of {length:,} bytes was announced; {maximum:,} is the most."
    if header.isascii() and header.decode("ascii").isprintable():
        return f"{text} The bytes look like text ({header.decode('ascii')!r}): this is not an HTTP port."
    if header[:2] == b"\x16\x03":
        return f"{text} The bytes look like TLS: this channel is not encrypted."
    if struct.unpack("<I", header)[0] <= maximum:
        return f"{text} The length prefix must be big-endian; this one looks little-endian."
    return text
