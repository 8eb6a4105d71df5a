"""Bars and curves as SVG. A plotting library would be larger than everything that is measured here."""

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape

from tools.bench.figure import Curve, shown

_WIDTH, _HEIGHT = 860, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 90, 30, 46, 56  # around the plot
_BAR_ROOM, _LINE_ROOM = 22, 18
_COLOURS = ("#2563eb", "#ea580c", "#16a34a", "#9333ea", "#dc2626", "#0891b2", "#854d0e")
_TICKS = 5

Scale = Callable[[float], float]
Bar = tuple[str, float, bool]  # name, value, and whether it is ours


def bars(title: str, unit: str, found: Sequence[Bar]) -> str:
    """One bar per value, with its name and number."""
    most = max(value for _, value, _ in found)
    left, room = 430, _WIDTH - 430 - 110
    parts = []
    for number, (name, value, is_ours) in enumerate(found):
        y = _TOP + number * _BAR_ROOM
        width = room * value / most
        colour = _COLOURS[0] if is_ours else "#94a3b8"
        parts.append(_text(left - 8, y + 13, name, "end"))
        parts.append(f'<rect x="{left}" y="{y}" width="{width:.1f}" height="{_BAR_ROOM - 5}" fill="{colour}"/>')
        parts.append(_text(left + width + 6, y + 13, shown(value)))
    return _drawing(f"{title}, {unit}", parts, _TOP + len(found) * _BAR_ROOM + 14)


def curves(title: str, x_name: str, y_name: str, found: Mapping[str, Curve], *, log_y: bool = False) -> str:
    """Several curves on one pair of axes, with their names below."""
    points = [point for curve in found.values() for point in curve]
    scale = math.log10 if log_y else float
    x_at = _axis([x for x, _ in points], _LEFT, _WIDTH - _RIGHT, float)
    y_at = _axis([y for _, y in points], _HEIGHT - _BOTTOM, _TOP, scale)
    parts = [*_x_ticks(points, x_at), *_y_ticks(points, y_at, log_y=log_y)]
    parts.append(_text(_WIDTH / 2, _HEIGHT - 12, x_name, "middle"))
    parts.append(_text(8, _TOP - 10, y_name))
    for number, (name, curve) in enumerate(found.items()):
        colour, y = _COLOURS[number % len(_COLOURS)], _HEIGHT + number * _LINE_ROOM
        line = " ".join(f"{x_at(px):.1f},{y_at(py):.1f}" for px, py in curve)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.8"/>')
        parts.append(f'<rect x="{_LEFT}" y="{y}" width="14" height="4" fill="{colour}"/>')
        parts.append(_text(_LEFT + 22, y + 6, name))
    return _drawing(title, parts, _HEIGHT + len(found) * _LINE_ROOM + 8)


def _axis(
    values: Sequence[float], begin: float, end: float, scale: Callable[[float], float]
) -> Callable[[float], float]:
    """The position of a value. A linear axis begins at 0."""
    low = scale(min(values)) if scale is math.log10 else min(0.0, *values)
    span = scale(max(values)) - low or 1.0
    return lambda value: begin + (end - begin) * (scale(value) - low) / span


def _x_ticks(points: Curve, at: Scale) -> list[str]:
    most = max(x for x, _ in points)
    ticks = [most * number / _TICKS for number in range(_TICKS + 1)]
    return [_text(at(x), _HEIGHT - _BOTTOM + 18, shown(x), "middle") for x in ticks]


def _y_ticks(points: Curve, at: Scale, *, log_y: bool) -> list[str]:
    values = [y for _, y in points]
    if log_y:
        powers = range(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))) + 1)
        ticks = [step * 10.0**power for power in powers for step in (1, 2, 5)]
        ticks = [y for y in ticks if min(values) <= y <= max(values)]
    else:
        ticks = [max(values) * number / _TICKS for number in range(_TICKS + 1)]
    parts = []
    for y in ticks:
        parts.append(f'<path d="M{_LEFT} {at(y):.1f}H{_WIDTH - _RIGHT}" stroke="#e2e8f0"/>')
        parts.append(_text(_LEFT - 8, at(y) + 4, shown(y), "end"))
    return parts


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _drawing(title: str, parts: Sequence[str], height: float) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" font-family="sans-serif" '
        f'font-size="12">\n<rect width="100%" height="100%" fill="white"/>\n'
        f'<text x="8" y="20" font-size="15" font-weight="bold">{escape(title)}</text>\n{body}\n</svg>\n'
    )
