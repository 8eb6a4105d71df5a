"""The words that begin a clause, and what each of them changes in what a reader has open.

Every function takes the reader, the word and its number, and returns whether the word is one of SQL there and no name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from litebase.sql.reading.queries import Query
    from litebase.sql.reading.reader import Reader


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words after which a table's name is still to come, when one is expected.
BEFORE_RELATION: Final = _words("""
ONLY LATERAL IF EXISTS NOT TABLE TABLES LOW_PRIORITY HIGH_PRIORITY DELAYED QUICK IGNORE INTO OR ABORT FAIL ROLLBACK
OVERWRITE CONCURRENTLY FULL VERBOSE FREEZE LOCAL NO_WRITE_TO_BINLOG
""")
# Words that are no alias, because something else begins with them.
NOT_ALIAS: Final = _words("""
WHERE GROUP ORDER HAVING LIMIT OFFSET FETCH UNION EXCEPT INTERSECT MINUS ON USING JOIN INNER LEFT RIGHT FULL CROSS
NATURAL WINDOW FOR SET VALUES VALUE SELECT RETURNING WHEN AS AND OR NOT TABLESAMPLE STRAIGHT_JOIN USE FORCE IGNORE
PARTITION LATERAL WITH DO DEFAULT INDEXED LOCK PROCEDURE INTO INSERT UPDATE DELETE CREATE DROP ALTER FROM BEGIN END
THEN ELSE ADD RENAME OWNER MODIFY CHANGE COLUMN CASCADE RESTRICT TO IS IN LIKE BETWEEN WITHOUT OVERRIDING
""")
NOT_CALLED: Final = _words("""
IN AND OR NOT ON WHERE SELECT BY AS FROM JOIN HAVING CASE WHEN THEN ELSE EXISTS ANY SOME ALL DISTINCT LIMIT OFFSET
RETURNING BETWEEN LIKE IS UNION EXCEPT INTERSECT KEY UNIQUE CHECK PRIMARY FILTER GROUP SET USING OVER VALUES INTO TABLE
""")
# Words that are names where a name is expected.
SOFT: Final = _words("""
MERGE CALL EXEC EXPLAIN BEGIN VIEW TABLES REPLACE COMMENT RENAME TRUNCATE ANALYZE VACUUM OPTIMIZE REPAIR CHECKSUM
REINDEX CLUSTER COPY
""")
ON_WHAT: Final = _words("TABLE VIEW COLUMN MATERIALIZED SEQUENCE INDEX FUNCTION")  # of COMMENT and GRANT
_WITH_FROM: Final = _words("EXTRACT SUBSTRING SUBSTR TRIM OVERLAY POSITION MID LTRIM RTRIM")  # among their arguments
_DEFINING: Final = _words("CREATE ALTER DROP TRUNCATE RENAME COMMENT GRANT REVOKE")
_NAMING: Final = _words("ANALYZE ANALYSE VACUUM LOCK OPTIMIZE REPAIR CHECKSUM REINDEX CLUSTER COPY DESCRIBE DESC")
_NO_ACT_AFTER: Final = _words("ON AFTER BEFORE OR OF FOR KEY DO THEN INSTEAD NO , GRANT REVOKE")


def _select(reader: Reader, _word: str, index: int) -> bool:
    query = reader.frame.query
    if query.verb in ("GRANT", "REVOKE"):
        return True
    if query.verb or query.relations:
        query = reader.arm(index)
    query.verb = "SELECT"
    reader.frame.item = index + 1
    return reader.begin("select")


def _from(reader: Reader, _word: str, index: int) -> bool:
    if _is_half_written(reader) and not _is_distinct_from(reader, index):
        reader.close_parentheses(index)
    frame = reader.frame
    if frame.kind not in ("query", "from") or _is_distinct_from(reader, index):
        return True
    reader.end_item(frame, index)
    deletes = frame.query.verb == "DELETE" and not frame.query.relations
    if frame.query.verb == "UPDATE":
        frame.query.others_from = len(frame.query.relations)
    return reader.begin("from", "relation", "writes" if deletes else "reads")


def _is_half_written(reader: Reader) -> bool:
    """Whether a parenthesis among the outputs of a query is not closed, so that FROM belongs to the query."""
    frame = reader.frame
    if frame.kind not in ("call", "group") or frame.clause != "select":
        return False
    return reader.text(frame.opener - 1) not in _WITH_FROM


def _is_distinct_from(reader: Reader, index: int) -> bool:
    return reader.text(index - 1) == "DISTINCT" and reader.text(index - 2) in ("IS", "NOT")


def _join(reader: Reader, _word: str, index: int) -> bool:
    words = {reader.text(index - 1), reader.text(index - 2)}
    reader.frame.query.joined = "outer" if words & {"LEFT", "FULL"} else "inner"
    return reader.begin("from", "relation")


def _joining(reader: Reader, word: str, index: int) -> bool:
    """LEFT and its like: a join, or a function."""
    if reader.text(index + 1) == "(":
        return False
    if reader.frame.clause in ("from", "on", "using"):
        reader.frame.expects = ""
    return word != "FULL" or reader.frame.clause in ("from", "on", "using")


def _on(reader: Reader, _word: str, index: int) -> bool:
    frame = reader.frame
    if reader.text(index + 1) in ("CONFLICT", "DUPLICATE"):
        frame.query = frame.query.target or frame.query
        frame.relation = frame.query.relations[0] if frame.query.relations else None
        return reader.begin("conflict")
    verb = frame.query.verb
    if frame.clause in ("from", "on", "update", "using"):
        _limit_by_join(frame.query)
        return reader.begin("on")
    if verb in _DEFINING and frame.kind == "query":
        return reader.begin("index", "relation", "defines" if verb in ("CREATE", "COMMENT") else "reads")
    return True


def _limit_by_join(query: Query) -> None:
    """Note that the condition of a join leaves out rows of the table that is written, if it does.

    It does not behind LEFT JOIN, nor where only other tables are joined: those of UPDATE ... FROM, and of DELETE ...
    USING unless the table is named there again, as MySQL has it.
    """
    if query.verb in ("UPDATE", "DELETE"):
        if query.joined == "outer" or (query.verb == "UPDATE" and query.others_from is not None):
            return
        if query.others_from is not None:
            target = query.relations[0].name.casefold() if query.relations else ""
            others = query.relations[query.others_from :]
            if target not in {(one.alias or one.name).casefold() for one in others}:
                return
    query.limited = True


def _using(reader: Reader, _word: str, _index: int) -> bool:
    frame = reader.frame
    query = frame.query
    if query.verb == "DELETE" and not query.joined:
        query.others_from = len(query.relations)
        return reader.begin("from", "relation")
    if query.verb == "MERGE" and len(query.relations) == 1:
        return reader.begin("from", "relation")
    if frame.clause in ("from", "on"):
        _limit_by_join(query)
    frame.clause, frame.expects = "using" if frame.clause in ("from", "on") else frame.clause, ""
    return True


def _where(reader: Reader, _word: str, index: int) -> bool:
    reader.end_item(reader.frame, index)
    if reader.frame.kind in ("query", "from"):
        reader.frame.query.where = True
    return reader.begin("where")


def _clause(reader: Reader, word: str, index: int) -> bool:
    frame = reader.frame
    if word == "VALUES" and frame.clause == "set" and reader.text(index + 1) == "(":  # a function of MySQL
        return False
    if word == "ORDER" and frame.kind != "query":
        return reader.begin("order")
    reader.end_item(frame, index)
    frame.query.limited = frame.query.limited or word == "LIMIT"
    return reader.begin(word.lower())


def _partition(reader: Reader, _word: str, _index: int) -> bool:
    """Of a window; tables have partitions, too."""
    if reader.frame.kind == "over" or reader.frame.clause == "window":
        reader.begin("partition")
    return True


def _returning(reader: Reader, _word: str, index: int) -> bool:
    frame = reader.frame
    if frame.query.target is not None:
        frame.query = frame.query.target
    frame.item = index + 1
    return reader.begin("returning")


def _set(reader: Reader, _word: str, _index: int) -> bool:
    query = reader.frame.query
    if not query.verb:
        query.verb = "SET"
    return reader.begin("setting" if query.verb == "SET" else "set")


def _insert(reader: Reader, word: str, index: int) -> bool:
    query, last = reader.frame.query, reader.text(index - 1)
    if reader.text(index + 1) == "(" and word == "REPLACE":
        return False
    if last == "THEN" and query.verb == "MERGE":
        reader.frame.relation = query.relations[0] if query.relations else None
        return reader.begin("insert", "after_relation")
    if query.verb or last in _NO_ACT_AFTER:
        return True
    query.verb = word
    return reader.begin("insert", "relation", "writes")


def _update(reader: Reader, _word: str, index: int) -> bool:
    query, last = reader.frame.query, reader.text(index - 1)
    if last == "KEY" and query.verb == "INSERT":
        return reader.begin("set")
    if query.verb or last in _NO_ACT_AFTER:
        return True
    query.verb = "UPDATE"
    return reader.begin("update", "relation", "writes")


def _delete(reader: Reader, _word: str, index: int) -> bool:
    if reader.frame.query.verb or reader.text(index - 1) in _NO_ACT_AFTER:
        return True
    reader.frame.query.verb = "DELETE"
    return reader.begin("delete")


def _merge(reader: Reader, _word: str, index: int) -> bool:
    if reader.frame.query.verb or reader.text(index + 1) == "(":
        return reader.text(index + 1) != "("
    reader.frame.query.verb = "MERGE"
    return reader.begin("merge", "relation", "writes")


def _with(reader: Reader, _word: str, index: int) -> bool:
    frame, last = reader.frame, reader.text(index - 1)
    if frame.query.verb in ("INSERT", "REPLACE") or (last == "AS" and frame.query.verb == "CREATE"):
        reader.arm(index).ctes = []
    elif frame.query.verb or frame.kind != "query":
        return True
    return reader.begin("with", "cte")


def _as(reader: Reader, _word: str, _index: int) -> bool:
    if reader.frame.expects == "after_relation":
        reader.frame.expects = "alias"
    return True


def _union(reader: Reader, word: str, index: int) -> bool:
    if reader.text(index + 1) == "(" and word == "MINUS":
        return False
    reader.arm(index)
    return True


def _defining(reader: Reader, word: str, index: int) -> bool:
    query = reader.frame.query
    if query.verb or reader.text(index + 1) == "(":
        return bool(query.verb) and reader.text(index + 1) != "("
    query.verb = word
    reader.begin("define")
    return reader.begin("naming", "relation", "writes") if word == "TRUNCATE" else True


def _naming(reader: Reader, word: str, index: int) -> bool:
    query = reader.frame.query
    if reader.frame.kind != "query":  # an option of EXPLAIN or VACUUM
        return True
    if query.verb == "EXPLAIN" or reader.text(index - 1) == "EXPLAIN" or query.verb:
        return True
    query.verb = word
    return reader.begin("naming", "relation")


def _explain(_reader: Reader, _word: str, _index: int) -> bool:
    return True


def _table(reader: Reader, _word: str, _index: int) -> bool:
    query = reader.frame.query
    if query.verb in _DEFINING and reader.frame.clause in ("define", "index"):
        return reader.begin("naming", "relation", "defines")
    if not query.verb:
        query.verb = "SELECT"
        return reader.begin("from", "relation")
    return True


def _view(reader: Reader, _word: str, _index: int) -> bool:
    if reader.frame.query.verb in _DEFINING and reader.frame.clause == "define":
        return reader.begin("naming", "relation", "defines")
    return reader.frame.query.verb in _DEFINING


def _references(reader: Reader, _word: str, _index: int) -> bool:
    return reader.begin("references", "relation")


def _call(reader: Reader, word: str, _index: int) -> bool:
    query = reader.frame.query
    if query.verb:
        return False
    query.verb = word
    return reader.begin("call")


def _body(reader: Reader, _word: str, index: int) -> bool:
    """BEGIN of a trigger or a routine: a statement follows."""
    if reader.frame.query.verb == "CREATE":
        reader.arm(index)
    return True


HANDLERS: Final[dict[str, Callable[[Reader, str, int], bool]]] = {
    "SELECT": _select, "FROM": _from, "JOIN": _join, "STRAIGHT_JOIN": _join, "ON": _on, "USING": _using,
    "WHERE": _where,
    **dict.fromkeys(("LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "OUTER"), _joining),
    **dict.fromkeys(("GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "FETCH", "WINDOW", "VALUES", "FOR"), _clause),
    "PARTITION": _partition, "RETURNING": _returning,
    "SET": _set, "INSERT": _insert, "REPLACE": _insert, "UPDATE": _update, "DELETE": _delete,
    "MERGE": _merge, "WITH": _with, "AS": _as,
    **dict.fromkeys(("UNION", "EXCEPT", "INTERSECT", "MINUS"), _union),
    **dict.fromkeys(_DEFINING, _defining), **dict.fromkeys(_NAMING, _naming), "EXPLAIN": _explain,
    "TABLE": _table, "TABLES": _table, "VIEW": _view, "REFERENCES": _references, "CALL": _call, "EXEC": _call,
    "BEGIN": _body,
}  # fmt: skip
