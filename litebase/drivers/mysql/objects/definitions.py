"""What `SHOW CREATE` answers, made independent of the default database, of its owner and of the rows that exist.

Clauses are found by reading the text in words, strings and names, never by searching it.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from litebase.sql.dialect import MYSQL
from litebase.sql.scanner import lexemes

_NOUNS = {"TABLE", "VIEW", "SEQUENCE", "FUNCTION", "PROCEDURE", "TRIGGER", "EVENT"}
_AFTER_DEFINER = {*_NOUNS, "SQL", "AGGREGATE"}
_IF_NOT_EXISTS = ["IF", "NOT", "EXISTS"]
_QUOTED = "'"  # what `lexemes` says for a name in quotes, or for a string

Place = tuple[str, str]  # the schema and the name of an object


class _Lexeme(NamedTuple):
    text: str
    start: int
    end: int


class _Name(NamedTuple):
    """A name in a text, perhaps with its schema."""

    start: int
    end: int
    parts: Sequence[str]


def qualified(sql: str, schema: str, *, owner: bool) -> str:
    """The same with the schema before the name of what is made, and without DEFINER unless the `owner` is wanted.

    Raises `InvalidScript` or `LookupError` where that cannot be read. The body behind it, which may follow other rules,
    is not read.
    """
    read = list(_header(sql))
    noun = _index(read, _NOUNS)
    first = noun + 4 if [one.text for one in read[noun + 1 : noun + 4]] == _IF_NOT_EXISTS else noun + 1
    names = [_name(sql, read, first)]
    if read[noun].text == "TRIGGER":
        names.append(_name(sql, read, _index(read, ("ON",), first) + 1))
    place = MYSQL.quoted(schema)
    changes = [(one.start, one.end, f"{place}.{MYSQL.quoted(one.parts[-1])}") for one in names]
    if not owner and any(one.text == "DEFINER" for one in read[:noun]):
        definer = _index(read, ("DEFINER",))
        after = _index(read, _AFTER_DEFINER, definer)
        changes.insert(0, (read[definer].start, read[after].start, ""))
    for start, end, text in reversed(changes):
        sql = sql[:start] + text + sql[end:]
    return sql


def _header(sql: str) -> Iterator[_Lexeme]:
    """Up to the lexeme after the name, of a trigger after the name of its table."""
    noun = name_begins = False
    is_trigger = False
    last = ""
    for one in (_Lexeme(*found) for found in lexemes(sql, MYSQL)):
        yield one
        if not noun:
            noun, is_trigger = one.text in _NOUNS, one.text == "TRIGGER"
        elif name_begins and one.text != "." and last != "." and not is_trigger:
            return
        elif is_trigger:
            is_trigger = one.text != "ON"
        else:
            name_begins = name_begins or one.text not in _IF_NOT_EXISTS
        last = one.text


def _index(read: Sequence[_Lexeme], texts: Collection[str], start: int = 0) -> int:
    """Where the first of these words is."""
    for at in range(start, len(read)):
        if read[at].text in texts:
            return at
    raise LookupError(f"{texts} is not in this text")


def _name(sql: str, read: Sequence[_Lexeme], at: int) -> _Name:
    """The name that begins at a lexeme."""
    parts: list[str] = []
    start = end = 0
    while at < len(read):
        _, one_start, end = read[at]
        text = sql[one_start:end]
        start = start if parts else one_start
        parts.append(text[1:-1].replace(text[0] * 2, text[0]) if read[at].text == _QUOTED else text)
        if at + 1 == len(read) or read[at + 1].text != ".":
            break
        at += 2
    return _Name(start, end, parts)


def names_in(sql: str) -> set[Place]:
    """Every `schema`.`name` in quotes, columns of tables too."""
    read = [_Lexeme(*one) for one in lexemes(sql, MYSQL)]
    found = set[Place]()
    for at, one in enumerate(read[2:], 2):
        if (read[at - 2].text, read[at - 1].text, one.text) == (_QUOTED, ".", _QUOTED):
            schema, name = _name(sql, read[at - 2 : at + 1], 0).parts
            found.add((schema, name))
    return found


class TableText:
    """The text of a table, in its parts."""

    def __init__(self, sql: str, schema: str) -> None:
        self._sql, self._schema = sql, schema
        self._read = [_Lexeme(*one) for one in lexemes(sql, MYSQL)]
        self._items = list(self._items_of())
        self._end = self._items[-1][1] if self._items else len(self._read)  # where what is in parentheses ends
        self._foreign = [item for item in self._items if "FOREIGN" in self._words(item)[:3:2]]

    def _items_of(self) -> Iterator[tuple[int, int]]:
        """Columns, keys and constraints: each from a lexeme to another."""
        depth, start = 0, 0
        for at, one in enumerate(self._read):
            if one.text in (",", ")") and depth == 1:
                yield start, at
            depth += (one.text == "(") - (one.text == ")")
            if depth == 1 and one.text in ("(", ",") and (one.text == "," or start == 0):
                start = at + 1
            elif depth == 0 and one.text == ")":
                return

    def _words(self, item: tuple[int, int]) -> list[str]:
        return [one.text for one in self._read[slice(*item)]]

    def _text(self, item: tuple[int, int]) -> str:
        return self._sql[self._read[item[0]].start : self._read[item[1] - 1].end]

    @property
    def refers_to(self) -> set[Place]:
        """The tables of its foreign keys."""
        found = set[Place]()
        for start, end in self._foreign:
            at = _index(self._read[:end], ("REFERENCES",), start)
            *schema, name = _name(self._sql, self._read, at + 1).parts
            found.add((schema[0] if schema else self._schema, name))
        return found

    @property
    def merged(self) -> set[Place]:
        """The tables of which a table of the engine MERGE shows the rows."""
        return {(one.parts[-2] if one.parts[1:] else self._schema, one.parts[-1]) for one in self._union()}

    def _union(self) -> list[_Name]:
        """The names in UNION=(...)."""
        texts = [one.text for one in self._read]
        for at in range(self._end, len(texts) - 2):
            if texts[at : at + 3] == ["UNION", "=", "("]:
                last = texts.index(")", at)
                starts = [one + 1 for one in range(at + 2, last) if texts[one] in ("(", ",")]
                return [_name(self._sql, self._read, one) for one in starts]
        return []

    def without_counter(self) -> str:
        """The same without AUTO_INCREMENT = n, which says what rows there were, and with the schema of each table."""
        place = MYSQL.quoted(self._schema)
        changes = [(one.start, one.start, f"{place}.") for one in self._union() if not one.parts[1:]]
        for at, one in enumerate(self._read[self._end :], self._end):
            if one.text == "AUTO_INCREMENT" and self._read[at + 1].text == "=":
                changes.append((self._read[at - 1].end, self._read[at + 2].end, ""))
        sql = self._sql
        for start, end, text in sorted(changes, reverse=True):
            sql = sql[:start] + text + sql[end:]
        return sql

    def without_foreign_keys(self) -> str:
        """The table alone. What is left out stands in `foreign_keys`."""
        sql = self.without_counter()  # changes nothing before the end of the parentheses
        for start, end in reversed(self._foreign):
            comma = self._read[start - 1] if self._read[start - 1].text == "," else self._read[start]
            sql = sql[: comma.start] + sql[self._read[end - 1].end :]
        return sql

    def foreign_keys(self, place: str) -> str:
        """The statement that adds them."""
        return f"ALTER TABLE {place} " + ", ".join(f"ADD {self._text(item)}" for item in self._foreign)
