"""How a text file is to be read, judged by its beginning: encoding, separator, quote, line end, header."""

import re
from collections import Counter
from collections.abc import Sequence

from litebase.imports import kinds
from litebase.imports.batch import Row
from litebase.imports.delimited import Marks, fields_of, split

CODECS = {  # what the world calls by these names has more characters than the standard's
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "gb18030": "gb18030",
}
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_SEPARATORS = (",", ";", "\t", "|")
_MOST_RECORDS = 200
_SHORTEST = 3  # a text in quotes
_NAME = re.compile(r"[^\W\d]", re.UNICODE)


def encoding_of(data: bytes) -> str:
    """What a byte order mark says, or else `utf-8`."""
    return next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")


def codec(encoding: str) -> str:
    """Python's name of an encoding of the contract."""
    return CODECS.get(encoding, encoding)


def line_end(text: str) -> str:
    """A line feed, also where a carriage return is before it; a carriage return where there is nothing else."""
    return "\r" if "\r" in text and "\n" not in text else "\n"


def quote(text: str) -> str:
    """What stands around fields: an apostrophe only where lines begin and end with it."""
    if '"' in text:
        return '"'
    lines = [one for one in re.split(r"\r\n|\r|\n", text)[:_MOST_RECORDS] if one]
    around = [one for one in lines if len(one) >= _SHORTEST and one[0] == one[-1] == "'"]
    return "'" if lines and len(around) == len(lines) else '"'


def separator(text: str, quote_mark: str, end: str) -> str:
    """The one by which most rows have the same number of fields, more than one."""
    best, most = ",", (0.0, 0)
    for one in _SEPARATORS:
        widths = Counter(map(len, first_rows(text, Marks(one, quote_mark, line_end=end))))
        del widths[0]
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda found: (found[1], found[0]))
        share = count / sum(widths.values())
        if width > 1 and (round(share, 1), width) > most:
            best, most = one, (round(share, 1), width)
    return best


def first_rows(text: str, marks: Marks, most: int = _MOST_RECORDS) -> list[Row]:
    """The first rows of a text; none of its last line, which may be cut."""
    end = text.rfind(marks.line_end) + 1 or len(text)
    rows = list[Row]()
    for record in split(text[:end], 1, marks)[0][:most]:
        if record:
            try:
                rows.append(fields_of(record, marks))
            except ValueError:
                rows.append(())
    return rows


def has_header(rows: Sequence[Row]) -> bool:
    """Whether the first row has names: letters in every field, and no number, date or word for true or false."""
    if not rows or not rows[0]:
        return True
    given = [one for one in rows[0] if one is not None]
    if not given or not all(map(_NAME.search, given)) or len(given) * 2 < len(rows[0]):
        return False
    return all(kinds.guess([one], typed=False).kind == "text" for one in given)
