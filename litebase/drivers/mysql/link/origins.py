"""The table columns that result columns show, as far as that is certain.

Where the server merges a view, a common table expression or a derived table into the statement, it reports the name
that the statement gave it as that of a table. So a name that is reported both as a table's and as its alias counts only
if the text of the statement uses it for a table and gives it to nothing.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import islice

from litebase_schema.values import ColumnOrigin

from litebase.drivers.mysql.link.packets import ColumnDefinition
from litebase.sql import words
from litebase.sql.effect import Outline
from litebase.sql.words import Word

_PRIMARY_KEY = 2

_SHOWS_ITS_RESULT = {"SELECT", "WITH", "TABLE", "INSERT", "REPLACE", "DELETE"}  # other statements run further ones
_DOUBTFUL = {words.EXECUTABLE_COMMENT, words.NEVER_CLOSED, words.NEXT_STATEMENT}
_MOST_WORDS = 50_000
# After these words and marks a name is used and not given. The words are reserved, so none of them is a name itself.
_BEFORE_TABLE = {"FROM", "JOIN", "STRAIGHT_JOIN", "INTO", "UPDATE", "TABLE", "INSERT", "REPLACE", "IGNORE"}
_BEFORE_COLUMN = {
    "SELECT", "DISTINCT", "ALL", "WHERE", "AND", "OR", "XOR", "NOT", "ON", "BY", "HAVING", "CASE", "WHEN", "THEN",
    "ELSE", "BETWEEN", "LIKE", "IN", "DIV", "MOD", "DELETE",
}  # fmt: skip
_MARKS_BEFORE_TABLE = {",", "(", "."}
_MARKS_BEFORE_COLUMN = frozenset("=<>+-*/%|&^~!")
_USES_TABLE, _USES_COLUMN = _BEFORE_TABLE | _MARKS_BEFORE_TABLE, _BEFORE_COLUMN | _MARKS_BEFORE_COLUMN


def of(columns: Sequence[ColumnDefinition], statement: Outline) -> list[ColumnOrigin | None]:
    """The origin of each column of a result of `statement`, or None."""
    unsure = {one.table.casefold() for one in columns if _is_a_table_s(one) and _has_one_name(one)}
    tables = _tables_among(unsure, statement) if unsure else set()
    return [
        _origin(one) if _is_a_table_s(one) and (not _has_one_name(one) or one.table.casefold() in tables) else None
        for one in columns
    ]


def _is_a_table_s(one: ColumnDefinition) -> bool:
    return bool(one.schema and one.table and one.column)  # what was not merged has no schema


def _has_one_name(one: ColumnDefinition) -> bool:
    return one.alias.casefold() == one.table.casefold()


def _origin(one: ColumnDefinition) -> ColumnOrigin:
    return ColumnOrigin(
        schema_name=one.schema,
        table_name=one.table,
        column_name=one.column,
        key_part=bool(one.flags & _PRIMARY_KEY),
    )


def _tables_among(names: AbstractSet[str], statement: Outline) -> set[str]:
    """Those of `names` that a statement uses for a table, and gives to nothing else. Its text is read once."""
    if statement.word not in _SHOWS_ITS_RESULT:
        return set()
    found = list(islice(statement.text.words(), _MOST_WORDS))
    if len(found) == _MOST_WORDS or any(word.text in _DOUBTFUL and not word.quoted for word in found):
        return set()
    used, given = set[str](), set[str]()
    for at, word in enumerate(found):
        name = word.text.casefold()
        if name not in names:
            continue
        begins_query = word.before == "," and (word.opens or _opens_query(found[at + 1 : at + 2]))
        before = word.before or _word_before(found, at)
        if before in _USES_TABLE and not begins_query:
            used.add(name)
        elif begins_query or not (before in _USES_COLUMN or _repeats(found, at)):
            given.add(name)
    return used - given


def _word_before(found: Sequence[Word], at: int) -> str:
    return found[at - 1].text if at and not found[at - 1].quoted else ""


def _repeats(found: Sequence[Word], at: int) -> bool:
    """Whether a name is given to what has that name already: `orders AS orders`."""
    said = at - 2 if _word_before(found, at) == "AS" and not found[at - 1].before else at - 1
    return said >= 0 and not found[at].before and found[said].text == found[at].text


def _opens_query(following: Sequence[Word]) -> bool:
    """Whether the name before these words is that of a common table expression."""
    return any(word.text == "AS" and word.opens and not word.before for word in following)
