"""What the catalog is asked, and whether it can be asked.

Not every server that speaks PostgreSQL's protocol has its catalog. So the questions are tried out once for a target,
outside of any transaction of the user's; without answers, types are known by number and columns have no origin.
"""

from collections.abc import Iterable, Sequence

from psycopg import pq

from litebase.drivers.postgresql.link.stream import Link
from litebase.errors import LiteBaseError

_Result = pq.abc.PGresult

_TYPES = """SELECT t.oid, m.modifier, pg_catalog.format_type(t.oid, m.modifier), t.typname, t.typtype, t.typcategory
FROM (VALUES {}) AS m(oid, modifier) JOIN pg_catalog.pg_type t ON t.oid = m.oid"""
TYPE_FIELDS = 6
# of a domain, or of one over a domain; a view's column of such a type may be NULL after an outer join
_NEVER_NULL = """(SELECT t.typnotnull OR COALESCE((SELECT b.typnotnull FROM pg_catalog.pg_type b
WHERE b.oid = t.typbasetype), false) FROM pg_catalog.pg_type t WHERE t.oid = a.atttypid)"""
_COLUMNS = """SELECT a.attrelid, a.attnum, n.nspname, c.relname, a.attname,
a.attnotnull OR (c.relkind IN ('r', 'p') AND {never_null}),
COALESCE(a.attnum = ANY (p.conkey), false), a.atttypid, pg_catalog.format_type(a.atttypid, a.atttypmod),
c.relkind IN ('r', 'm') AND (c.reltoastrelid = 0 OR pg_catalog.pg_relation_size(c.reltoastrelid) = 0)
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_constraint p ON p.conrelid = c.oid AND p.contype = 'p'
WHERE NOT a.attisdropped AND a.attrelid IN ({tables}) AND a.attnum IN ({numbers})"""
# A transaction that keeps one snapshot sees old definitions, although its statements are read by the present ones. A
# row that has an xmax may be old. (So may one of a change that was rolled back; such columns have no origin there.)
_PRESENT = """ AND (pg_catalog.current_setting('transaction_isolation') LIKE 'read %'
OR '0' = ALL (ARRAY[a.xmax::text, c.xmax::text, n.xmax::text, COALESCE(p.xmax::text, '0')]))"""
_TRIED_ON = (1259, 1)  # a column of pg_class itself
_TEXT = 25


class Catalog:
    """What is known of one target's catalog."""

    def __init__(self) -> None:
        self.answers = False
        self._tried = False
        self._columns = _COLUMNS + _PRESENT

    async def try_out(self, link: Link) -> None:
        """Ask once, in a session that is idle. Some servers do not show when a row was changed."""
        if self._tried:
            return
        self._tried = True
        for columns in (_COLUMNS + _PRESENT, _COLUMNS):
            self._columns = columns
            try:
                await link.simple(f"{self.types([(_TEXT, -1)])}; {self.columns([_TRIED_ON])}".encode())
            except LiteBaseError:
                continue
            self.answers = True
            return

    @staticmethod
    def types(wanted: Iterable[tuple[int, int]]) -> str:
        """Names of types, by number and modifier."""
        return _TYPES.format(", ".join(f"({oid}::pg_catalog.oid, {modifier})" for oid, modifier in wanted))

    def columns(self, wanted: Iterable[tuple[int, int]]) -> str:
        """Columns, by their table and their number in it; perhaps further ones."""
        tables, numbers = zip(*wanted, strict=True)
        return self._columns.format(
            never_null=_NEVER_NULL, tables=", ".join(map(str, set(tables))), numbers=", ".join(map(str, set(numbers)))
        )


def rows(result: _Result) -> Sequence[Sequence[str]]:
    """The rows of an answer, as text."""
    return [
        [(result.get_value(row, at) or b"").decode("utf-8", "replace") for at in range(result.nfields)]
        for row in range(result.ntuples)
    ]
