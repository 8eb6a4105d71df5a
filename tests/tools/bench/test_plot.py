"""Plots are well-formed SVG with each value in its place."""

import re
from xml.etree import ElementTree as ET

import pytest

from tools.bench.plot import bars, curves

SVG = "{http://www.w3.org/2000/svg}"


def texts(drawing: str) -> list[str | None]:
    return [one.text for one in ET.fromstring(drawing).iter(f"{SVG}text")]


def line(drawing: str, number: int = 0) -> list[tuple[float, float]]:
    found = list(ET.fromstring(drawing).iter(f"{SVG}polyline"))[number].attrib["points"]
    return [(float(x), float(y)) for x, y in re.findall(r"([\d.]+),([\d.]+)", found)]


def test_a_bar_is_as_long_as_its_value_and_has_its_name_and_number() -> None:
    drawing = bars("Speed", "rows/s", [("ours <&>", 400_000.0, True), ("theirs", 100_000.0, False)])
    widths = [float(one.attrib["width"]) for one in list(ET.fromstring(drawing).iter(f"{SVG}rect"))[1:]]
    assert widths[0] == pytest.approx(4 * widths[1])
    assert {"Speed, rows/s", "ours <&>", "400,000", "theirs", "100,000"} <= set(texts(drawing))


def test_a_curve_rises_with_its_values_from_zero() -> None:
    drawing = curves("Memory", "seconds", "MB", {"one": [(0, 0), (5, 40), (10, 80)]})
    (x0, y0), (x1, y1), (x2, y2) = line(drawing)
    assert (x1 - x0, y0 - y1) == pytest.approx((x2 - x1, y1 - y2), abs=0.2)
    assert x0 < x2
    assert y0 > y2, "up is less in SVG"
    assert {"seconds", "MB", "one", "80", "10"} <= set(texts(drawing))


def test_decades_have_the_same_height_on_a_logarithmic_axis() -> None:
    drawing = curves("Waiting", "percent", "ms", {"one": [(1, 0.1), (50, 1), (99, 10)], "two": [(1, 1)]}, log_y=True)
    heights = [y for _, y in line(drawing)]
    assert heights[0] - heights[1] == pytest.approx(heights[1] - heights[2], abs=0.2)
    assert line(drawing, 1)[0][1] == heights[1], "both curves are on the same axes"
    assert {"0.1", "1", "10"} <= set(texts(drawing))


def test_equal_values_can_be_drawn() -> None:
    assert line(curves("Memory", "seconds", "MB", {"one": [(0, 0)]}))
    assert line(curves("Waiting", "percent", "ms", {"one": [(0, 3), (1, 3)]}, log_y=True))
