"""MessagePack, guarded: what comes in is measured before any object is made of it.

A decoder makes an object of up to 64 bytes from one byte of input, so a frame of 16 MiB could cost a gigabyte. `guard`
walks over the bytes first; it makes no objects, and it stops at the first item over the limit. A short payload cannot
have too many items, and a look at which bytes occur says whether it may be too deep: then the decoder alone is enough.
"""

from typing import Any

import msgpack
from litebase_schema.base import Model
from litebase_schema.opaque import PackedRows

from litebase.errors import InvalidFrame

Payload = bytes | bytearray

_TIMESTAMP_SIZES = {4, 8, 12}
_SIZE_WIDTHS = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4}  # bin8..32, str8..32: width of the length
_SCALAR_SIZES = {
    0xC0: 1, 0xC2: 1, 0xC3: 1, 0xCA: 5, 0xCB: 9,
    0xCC: 2, 0xCD: 3, 0xCE: 5, 0xCF: 9, 0xD0: 2, 0xD1: 3, 0xD2: 5, 0xD3: 9,
}  # fmt: skip
_CONTAINER_WIDTHS = {0xDC: 2, 0xDD: 4, 0xDE: 2, 0xDF: 4}  # array16, array32, map16, map32
_EXTENSION_WIDTHS = {0xC7: 1, 0xC8: 2, 0xC9: 4}  # ext8..32
_FIXED_EXTENSIONS = {0xD4: 1, 0xD5: 2, 0xD6: 4, 0xD7: 8, 0xD8: 16}
_STRINGS = {0xD9, 0xDA, 0xDB}
_NO_CONTAINERS = bytes({*range(256)} - {*range(0x80, 0xA0), *_CONTAINER_WIDTHS})
_SHORT_BYTES = 4096  # what the decoder may reserve for the arrays that so few bytes announce is little, too
_NO_ROWS = b"\x90"  # an empty array
_UNDECODABLE = (ValueError, OverflowError, TypeError, RecursionError)


def guard(payload: Payload, max_depth: int, max_items: int) -> None:
    """Raise `InvalidFrame` unless `payload` is one value within the limits, with str keys and no unknown extension."""
    end = len(payload)
    position = items = 0
    waiting = 1  # values due in the container at hand; in a map an even number means that a key is due
    in_map = False
    outer: list[tuple[int, bool]] = []
    while True:
        while waiting == 0:
            if not outer:
                if position != end:
                    raise InvalidFrame(f"{end - position:,} bytes follow the message inside its frame.")
                return
            waiting, in_map = outer.pop()
        if position >= end:
            raise InvalidFrame("The message ends before its last value.")
        items += 1
        if items > max_items:
            raise InvalidFrame(f"The message has more than {max_items:,} values.")
        first = payload[position]
        key_due = in_map and waiting % 2 == 0
        waiting -= 1
        if 0xA0 <= first <= 0xBF or first in _STRINGS:
            position = _after_bytes(payload, position, first)
            continue
        if key_due:
            raise InvalidFrame("A map key is not a str.")
        if first <= 0x7F or first >= 0xE0:
            position += 1
        elif first <= 0x9F or first in _CONTAINER_WIDTHS:
            count, position = _container(payload, position, first)
            is_map = first <= 0x8F or first >= 0xDE
            outer.append((waiting, in_map))
            if len(outer) > max_depth:
                raise InvalidFrame(f"The message is nested deeper than {max_depth} levels.")
            waiting, in_map = (2 * count if is_map else count), is_map
            if waiting > end - position:
                raise InvalidFrame("An array or map announces more values than there are bytes.")
        elif first in _SCALAR_SIZES:
            position += _SCALAR_SIZES[first]
        elif first in _SIZE_WIDTHS:
            position = _after_bytes(payload, position, first)
        else:
            position = _after_extension(payload, position, first)
        if position > end:
            raise InvalidFrame("The message ends inside a value.")


def _after_bytes(payload: Payload, position: int, first: int) -> int:
    if first <= 0xBF:
        after = position + 1 + (first & 0x1F)
    else:
        width = _SIZE_WIDTHS[first]
        after = position + 1 + width + int.from_bytes(payload[position + 1 : position + 1 + width])
    if after > len(payload):
        raise InvalidFrame("The message ends inside a str or bin.")
    return after


def _container(payload: Payload, position: int, first: int) -> tuple[int, int]:
    if first <= 0x9F:
        return first & 0x0F, position + 1
    after = position + 1 + _CONTAINER_WIDTHS[first]
    return int.from_bytes(payload[position + 1 : after]), after


def _after_extension(payload: Payload, position: int, first: int) -> int:
    if first in _FIXED_EXTENSIONS:
        size, start = _FIXED_EXTENSIONS[first], position + 1
    elif first in _EXTENSION_WIDTHS:
        start = position + 1 + _EXTENSION_WIDTHS[first]
        size = int.from_bytes(payload[position + 1 : start])
    else:
        raise InvalidFrame(f"The byte 0x{first:02X} is not MessagePack.")
    if payload[start : start + 1] != b"\xff" or size not in _TIMESTAMP_SIZES:
        raise InvalidFrame("The only extension type is MessagePack's timestamp (-1).")
    return start + 1 + size


def unpack(payload: Payload, max_depth: int, max_items: int) -> Any:
    """The value in `payload`; timestamps are aware datetimes. Raises `InvalidFrame` and nothing else."""
    if len(payload) <= min(_SHORT_BYTES, max_items) and _is_shallow(payload, max_depth):
        try:
            return _decoded(payload)
        except (InvalidFrame, *_UNDECODABLE):
            pass  # what is wrong with it comes out below
    return unpack_guarded(payload, max_depth, max_items)


def _is_shallow(payload: Payload, max_depth: int) -> bool:
    """Whether too few bytes could begin a container for a value that is too deep. Those of texts count among them."""
    return len(payload.translate(None, _NO_CONTAINERS)) <= max_depth


def unpack_guarded(payload: Payload, max_depth: int, max_items: int) -> Any:
    """The same, without the short way for most requests."""
    guard(payload, max_depth, max_items)
    try:
        return _decoded(payload)
    except UnicodeDecodeError as error:
        raise InvalidFrame("A str is not valid UTF-8.") from error
    except _UNDECODABLE as error:
        raise InvalidFrame("A timestamp is out of range.") from error


def _decoded(payload: Payload) -> Any:
    return msgpack.unpackb(payload, timestamp=3, object_pairs_hook=_unique, ext_hook=_no_extension)


def _no_extension(_code: int, _data: bytes) -> None:
    raise InvalidFrame("The only extension type is MessagePack's timestamp (-1).")


def unpack_trusted(payload: Payload) -> Any:
    """The value in a payload of the backend's, which is bounded by its own settings. Raises `InvalidFrame`."""
    try:
        return msgpack.unpackb(payload, timestamp=3)
    except _UNDECODABLE as error:
        raise InvalidFrame("The payload is not MessagePack.") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = {}
    for key, value in pairs:
        if type(key) is not str:
            raise InvalidFrame("A map key is not a str.")
        found[key] = value
    if len(found) != len(pairs):
        raise InvalidFrame("A map has the same key twice.")
    return found


Chunks = list[bytes | memoryview]


def pack_message(head: dict[str, Any], fields: dict[str, Any], rows: dict[str, Any]) -> Chunks:
    """The map `head` with one more key, `data`: a map of `fields` and of `rows`, which are one value at most.

    Models are packed as what was set in them. `PackedRows` go out as the chunks they consist of; they are not copied.
    """
    packer = msgpack.Packer(datetime=True, default=fields_set)
    for name, value in rows.items():
        if isinstance(value, PackedRows):  # they come last, in the place of none
            message: bytes = packer.pack({**head, "data": {**fields, name: ()}})
            return [message[: -len(_NO_ROWS)], packer.pack_array_header(value.count), *value.chunks]
    return [packer.pack({**head, "data": {**fields, **rows} if rows else fields})]


def fields_set(data: Model) -> dict[str, Any]:
    """What was set in a message or a part of one: the map that is sent."""
    values, wanted = data.__dict__, data.__pydantic_fields_set__
    return values if len(values) == len(wanted) else {name: values[name] for name in values if name in wanted}
