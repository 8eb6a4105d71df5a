"""The colours of Studio: whoever reads its texts has a contrast of 4.5 to 1 at least, as WCAG 2 asks for."""

import re
from pathlib import Path

import pytest

from tools import typescript

TOKENS = Path(typescript.ROOT / typescript.STUDIO / "src" / "styles" / "tokens.css")
LEAST = 4.5
GROUNDS = ["ground", "surface", "raised", "hover", "tint", "accent-soft", "accent-select", "warn-soft", "bad-soft"]
TEXTS = ["text", "text-2", "text-3", "accent", "warn", "bad", "good"]
SQL = ["sql-keyword", "sql-string", "sql-number", "sql-type"]
PAIRS = [
    *((text, ground) for text in TEXTS for ground in GROUNDS),
    *((text, ground) for text in SQL for ground in ("surface", "tint", "accent-select")),
    *(("accent-text", ground) for ground in ("accent", "bad")),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_texts_are_read_on_every_ground(theme: str) -> None:
    found = re.findall(r"--([\w-]+): light-dark\(#(\w{6}), #(\w{6})\)", TOKENS.read_text(encoding="ascii"))
    colours = {name: _luminance(light if theme == "light" else dark) for name, light, dark in found}
    poor = {pair: ratio for pair in PAIRS if (ratio := _contrast(colours, *pair)) < LEAST}
    assert poor == {}


def _luminance(digits: str) -> float:
    """Source: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(colours: dict[str, float], text: str, ground: str) -> float:
    darker, lighter = sorted((colours[text], colours[ground]))
    return (lighter + 0.05) / (darker + 0.05)
