"""Files of delimited text with everything in them that readers and databases take in more than one way."""

import random

from litebase.bounds import Bounds

BOUNDS = (
    Bounds("integer", low=-(1 << 63), high=(1 << 63) - 1),
    Bounds("decimal", scale=2),
    Bounds("float"),
    Bounds("text", length=12),
    Bounds("date"),
    Bounds("timestamp", fraction=6),
    Bounds("text"),
)
COLUMNS = (  # of a table that they are the bounds of; `id` is `BIGINT`
    "id bigint, amount decimal(12,2), ratio {double}, name varchar(12), day date, at {timestamp}, note {text}"
)
_TAME = (
    ["0", "-7", "123456789012345678", "42"],
    ["0", "-1.5", "99.25", "1234567890.01"],
    ["0.5", "-1.25", "3", "0.30000000000000004"],
    ["", "plain", "a\\b", "it's", '"', "größe", "日本", " x ", "\\N", "NULL", "', ('", "%s"],
    ["2024-02-29", "2000-02-29", "2023-12-31", "1999-01-01"],
    ["2024-02-29 12:00:00", "2023-01-01 23:59:59.5"],
    ["", "say \"no\" 'so'", "\\", "\\.", "tab\there", ";|,\t", "'", '""', "😀", "''", "\\'", "x" * 300],
)
_HOSTILE = (
    ["9223372036854775807", "99999999999999999999", "1e3", " 1", "+5", "0x10", "text"],
    ["1.005", "1e2", "NaN", "12345678901234567890.1", "1,5"],
    ["1e400", "1e-3", "0.12345678901234567890", "inf", "9007199254740993"],
    ["thirteen long", "two\nlines", "a\r\nb", "\r", "ends  "],
    ["2023-02-29", "1900-02-29", "29.2.2024", "0000-00-00", "infinity"],
    ["2023-01-01T00:00:00Z", "2023-01-01 24:00:00", "2023-01-01 10:00:00.1234567"],
    ["nul\0nul", "a\nb", "\x01", "\x02", "\x7f", "\u2028"],
)


def hostile_file(chance: random.Random, marks: tuple[str, str], *, hostile: int, rows: int = 400) -> bytes:
    """Rows with a header. `hostile`: 0 for values as they are, 1 for few others, 2 for many and broken lines."""
    separator, _ = marks
    names = separator.join(("id", "amount", "ratio", "name", "day", "at", "note"))
    end = chance.choice(("\n", "\r\n"))
    lines = [names.encode()]
    odd = (0.0, 2 / rows, 0.3)[hostile]
    for _ in range(rows):
        is_odd = chance.random() < odd
        cells = [
            chance.choice(_HOSTILE[at] if is_odd and chance.random() < 0.4 else one) for at, one in enumerate(_TAME)
        ]
        line = separator.join(_cell(chance, one, marks) for one in cells).encode()
        if is_odd and hostile > 1:
            line = chance.choice([line, line, line, b"", line + separator.encode(), b"\xff" + line, b"1" + line[:5]])
        lines.append(line)
    return end.encode().join(lines) + (end.encode() if chance.random() < 0.7 else b"")


def _cell(chance: random.Random, text: str, marks: tuple[str, str]) -> str:
    separator, quote = marks
    if chance.random() < 0.1:
        return ""
    if chance.random() < 0.3 or any(one in text for one in (separator, quote, "\n", "\r")):
        return quote + text.replace(quote, quote * 2) + quote
    return text


def table_of(engine: str) -> str:
    """The columns of a table for such files."""
    types = {
        "postgresql": {"double": "double precision", "timestamp": "timestamp", "text": "text"},
        "mysql": {"double": "double", "timestamp": "datetime(6)", "text": "longtext"},
        "sqlite": {"double": "REAL", "timestamp": "DATETIME", "text": "TEXT"},
    }[engine]
    return COLUMNS.format(**types)
