"""Cells of one table as another takes them: exactly, or not at all.

What both columns have the same type for is passed on. Everything else goes the way of imported text, whose rules refuse
what would be rounded, cut or shifted.
"""

import math
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from litebase.bounds import Bounds
from litebase.drivers.copying import CopyDialect, Portable
from litebase.drivers.interface import Cell
from litebase.imports.values import Converter, Spelling

Given = Sequence[str | bytes | None]
Passed = tuple[Sequence[Cell], Mapping[int, str]]  # values, and why some are none, by their places
Step = Callable[[Sequence[Cell]], Passed]

_BYTES = ("bytes", "opaque")
_NUMBERS = ("integer", "decimal")
_FLOAT_BITS = 32
_SAFE_DIGITS = {True: 6, False: 15}  # which every number of 32 bits, or of 64, keeps
_LEAST, _GREATEST = -(1 << 63), (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class End:
    """A column at one end of a copy. `bounds` are those of the column that gets the values.

    `fills`: it gets a value of its own where NULL is stored.
    """

    db_type: str
    type: Portable
    dialect: CopyDialect
    bounds: Bounds
    fills: bool = False

    @property
    def kind(self) -> str:
        """What the loader is to take its values for."""
        if not self.dialect.TYPED:
            return "any"
        return "bytes" if self.type.kind in _BYTES else self.bounds.kind


def passage(source: End, target: End, *, same: bool) -> Step:
    """What makes values for `target` of the cells of `source`. `same`: both are of one engine and one type."""
    steps: list[Step] = [_present] if target.fills else []
    if same and not target.dialect.TYPED:
        return _chained([*steps, _valid_text])
    is_single = source.type.kind == "float" and source.type.bits == _FLOAT_BITS
    if is_single and not (target.type.kind == "float" and target.type.bits == _FLOAT_BITS):
        steps.append(_shortest)
    if source.dialect.TYPED and source.type.kind == "bit":
        steps.append(_bits_of(source.type.size or 1))
    if (moved := _zone(source, target)) is not None:
        steps.append(moved)
    if not target.dialect.TYPED:
        return _chained([*steps, _valid_text, _untyped(source, target)])
    if target.type.kind in _BYTES:
        return _chained([*steps, _bytes(target.bounds.size)])
    if same:
        return _chained([*steps, _texts, _valid_text])
    if target.type.kind == "float" and target.bounds.kind == "float" and target.bounds.scale is None:
        return _chained([*steps, _valid_text, _floats(target)])
    if target.type.kind in ("bit", "varbit"):
        size = target.type.size if target.type.kind == "bit" else None
        return _chained([*steps, _bits(size, are_numbers=source.type.kind in _NUMBERS)])
    if target.type.kind == "interval":
        steps.append(_no_numbers)
    return _chained([*steps, _texts, _valid_text, _converted(target.bounds)])


def unchanged(cells: Sequence[Cell]) -> Passed:
    """The lines of a copy, which have all values of a row; those that are not valid text cannot be sent on."""
    return _valid_text(cells)


def _chained(steps: Sequence[Step]) -> Step:
    def run(cells: Sequence[Cell]) -> Passed:
        reasons: dict[int, str] = {}
        for step in steps:
            cells, found = step(cells)
            if found:
                reasons = {**found, **reasons}
                cells = [None if at in reasons else cell for at, cell in enumerate(cells)]
        return cells, reasons

    return run


def _present(cells: Sequence[Cell]) -> Passed:
    """No NULL."""
    if None not in cells:
        return cells, {}
    missing = [at for at, cell in enumerate(cells) if cell is None]
    return cells, dict.fromkeys(missing, "It is NULL, and the column would get a value of its own.")


def _no_numbers(cells: Sequence[Cell]) -> Passed:
    """No number: the engine would take it for seconds."""
    bad = [at for at, cell in enumerate(cells) if isinstance(cell, int | float)]
    return cells, dict.fromkeys(bad, "It is a number, and the column has intervals.")


def _texts(cells: Sequence[Cell]) -> Passed:
    """Each value as text. Bytes are no text."""
    kinds = set(map(type, cells))
    if kinds <= {str, type(None)}:
        return cells, {}
    if kinds == {int}:
        return list(map(str, cells)), {}
    values, reasons = list[Cell](), dict[int, str]()
    for at, cell in enumerate(cells):
        if isinstance(cell, bytes):
            reasons[at] = "It is bytes, and the column has none."
        values.append(_text(cell))
    return values, reasons


def _text(cell: Cell) -> str | None:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return repr(cell)
    return cell if isinstance(cell, str) else None


def _valid_text(cells: Sequence[Cell]) -> Passed:
    """The same; text with bytes that are not valid in its encoding cannot be sent on."""
    try:
        for cell in cells:
            if type(cell) is str and not cell.isascii():
                cell.encode()
    except UnicodeEncodeError:
        bad = [at for at, cell in enumerate(cells) if isinstance(cell, str) and not _is_valid(cell)]
        return cells, dict.fromkeys(bad, "It is text that is not valid in its encoding.")
    return cells, {}


def _is_valid(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shortest(cells: Sequence[Cell]) -> Passed:
    """Numbers of 32 bits with the fewest digits that tell them apart, as their server writes them."""
    return [shortest_digits(cell) if isinstance(cell, float) and math.isfinite(cell) else cell for cell in cells], {}


def shortest_digits(number: float) -> float:
    """A number of 32 bits with the fewest digits that tell it from others."""
    wanted = struct.pack("f", number)
    for digits in range(6, 10):
        found = float(f"{number:.{digits}g}")
        if abs(found) < math.inf and _packed(found) == wanted:
            return found
    return number


def _packed(number: float) -> bytes:
    try:
        return struct.pack("f", number)
    except OverflowError:
        return b""


def _bits_of(size: int) -> Step:
    """Bits that a server sends as bytes, as text."""

    def run(cells: Sequence[Cell]) -> Passed:
        return [f"{int.from_bytes(one):0{size}b}" if isinstance(one, bytes) else one for one in cells], {}

    return run


def _zone(source: End, target: End) -> Step | None:
    """Moments are in UTC at both ends: only the mark behind them differs."""
    if source.type.kind != "timestamptz":
        return None
    takes_none = target.type.kind == "timestamp"
    old, new = source.dialect.UTC_MARK, "" if takes_none else target.dialect.UTC_MARK
    if target.type.kind not in ("timestamp", "timestamptz"):
        new = "+00"
    if old == new:
        return None

    def run(cells: Sequence[Cell]) -> Passed:
        return [
            one[: len(one) - len(old)] + new
            if isinstance(one, str) and one[:1].isdigit() and one.endswith(old)
            else one
            for one in cells
        ], {}

    return run


def _bytes(size: int | None) -> Step:
    """Bytes alone, and as many as the column has where it would fill them up."""

    def run(cells: Sequence[Cell]) -> Passed:
        reasons = dict[int, str]()
        for at, cell in enumerate(cells):
            if cell is not None and not isinstance(cell, bytes):
                reasons[at] = "It is no bytes, and the column has nothing else."
            elif size is not None and cell is not None and len(cell) < size:
                reasons[at] = f"It has fewer than {size} bytes and would be filled up with zeros."
        return cells, reasons

    return run


def _bits(size: int | None, *, are_numbers: bool) -> Step:
    """As many bits as the column has; of numbers only those that are one bit."""

    def run(cells: Sequence[Cell]) -> Passed:
        texts, found = _texts(cells)
        reasons = dict(found)
        for at, (cell, text) in enumerate(zip(cells, texts, strict=True)):
            if not isinstance(text, str):
                continue
            if text.strip("01"):
                reasons[at] = "It is not bits."
            elif (are_numbers or not isinstance(cell, str)) and len(text) > 1:
                reasons[at] = f"{text} is a number, and the column has bits."
            elif size is not None and len(text) != size:
                reasons[at] = f"It has {len(text):,} bits, and the column has {size:,}."
        return texts, reasons

    return run


def _floats(target: End) -> Step:
    """Numbers that the column holds, as text: every one of 64 bits, and of 32 bits those that survive."""
    converter = Converter(target.bounds, Spelling())
    single, specials = target.bounds.digits is not None, target.bounds.specials

    def run(cells: Sequence[Cell]) -> Passed:
        others, reasons = list[str | None](), dict[int, str]()
        values = list[Cell]()
        for at, cell in enumerate(cells):
            if not isinstance(cell, float):
                values.append(cell)
                others.append(_text(cell))
                if isinstance(cell, bytes):
                    reasons[at] = "It is bytes, and the column has none."
                continue
            others.append(None)
            if not specials and not math.isfinite(cell):
                reasons[at] = f"{cell} is not a finite number, which the column does not hold."
            elif single and math.isfinite(cell) and not _survives(cell):
                reasons[at] = f"{cell!r} has more digits than the column holds and would be rounded."
            # the shortest digits of a number of 32 bits may be beyond the greatest
            values.append(repr(struct.unpack("f", _packed(cell))[0] if single and _packed(cell) else cell))
        if any(one is not None for one in others):
            found, more = converter.convert(others)
            values = [one if other is None else new for one, other, new in zip(values, others, found, strict=True)]
            reasons |= {**_rounded(found, single=single), **more}
        return values, reasons

    return run


def _survives(number: float) -> bool:
    packed = _packed(number)
    return bool(packed) and (struct.unpack("f", packed)[0] == number or shortest_digits(number) == number)


def _rounded(texts: Sequence[str | bytes | None], *, single: bool) -> Mapping[int, str]:
    """The numbers that are neither what the column holds nor the shortest text of it."""
    return {
        at: f"{text[:60]} has more digits than the column holds and would be rounded."
        for at, text in enumerate(texts)
        if isinstance(text, str) and not _is_kept(text, single=single)
    }


def _is_kept(text: str, *, single: bool) -> bool:
    number = float(text)
    if not math.isfinite(number) or (len(text) <= _SAFE_DIGITS[single] and "e" not in text.lower()):
        return True
    shortest = number
    if single:
        (number,) = struct.unpack("f", _packed(number) or struct.pack("f", math.inf))
        shortest = shortest_digits(number) if math.isfinite(number) else number
    return Decimal(text) in (Decimal(number), Decimal(repr(shortest)))


def _converted(bounds: Bounds) -> Step:
    converter = Converter(bounds, Spelling())

    def run(cells: Sequence[Cell]) -> Passed:
        return converter.convert(cells)  # type: ignore[arg-type]  # texts by now

    return run


def _untyped(source: End, target: End) -> Step:
    """Values for a column that keeps each as what it is."""
    converter = Converter(target.bounds, Spelling())
    is_number = source.type.kind in _NUMBERS and target.bounds.kind in (*_NUMBERS, "float")

    def run(cells: Sequence[Cell]) -> Passed:
        reasons = dict[int, str]()
        if is_number and str in set(map(type, cells)):
            found, more = converter.convert([cell if isinstance(cell, str) else None for cell in cells])
            if target.bounds.kind == "float":
                reasons |= _rounded(found, single=False)
            reasons |= more
            numbers = [_number(one, target.bounds.kind) if isinstance(one, str) else None for one in found]
            cells = [new if isinstance(cell, str) else cell for cell, new in zip(cells, numbers, strict=True)]
        values, more = target.dialect.stored(target.db_type, cells)
        return values, {**more, **reasons}

    return run


def _number(text: str, kind: str) -> int | float:
    """The number itself: SQLite's own reading of a text may be off in the last digit."""
    value = Decimal(text)
    if kind != "float" and value == value.to_integral_value() and _LEAST <= value <= _GREATEST:
        return int(value)
    return float(text)
