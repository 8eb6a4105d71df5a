"""What may stand at a cursor, by the clause that is open there: names of which kinds, and which words of SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from litebase.sql.completion.context import Cursor

_EXPRESSIONS: Final = {
    "select", "where", "having", "on", "order", "group", "returning", "set", "values", "using", "partition", "window",
    "case",
}  # fmt: skip
_ALTERED: Final = ("DROP", "ALTER", "MODIFY", "CHANGE", "RENAME", "COLUMN")
_DROPPED: Final = {  # the kinds of what DROP and ALTER name; None: schemas
    "FUNCTION": "function", "AGGREGATE": "function", "ROUTINE": "function", "PROCEDURE": "procedure", "TYPE": "type",
    "DOMAIN": "type", "SCHEMA": None, "DATABASE": None,
}  # fmt: skip
_NO_COLUMN: Final = {
    "COLUMN",
    "CONSTRAINT",
    "PRIMARY",
    "FOREIGN",
    "UNIQUE",
    "CHECK",
    "INDEX",
    "KEY",
    "EXISTS",
    "NOT",
    "IF",
}
_COMPARING: Final = ("=", "<", ">", "!", "IN", "(", ",")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is offered. `keywords` are places in the table of keywords."""

    keywords: Sequence[str] = ()
    relations: bool = False  # tables, views, WITH queries, schemas
    written: bool = False  # of those only what can be written
    columns: bool = False  # of all that is visible
    of_table: bool = False  # those of the table that is written or defined, without a qualifier
    outputs: bool = False  # names of the columns that the query returns
    functions: bool = False
    procedures: bool = False
    conditions: bool = False  # of a join, behind ON
    joins: bool = False  # tables that are joined by a foreign key, with the condition
    shared: bool = False  # columns that both sides of a join have
    values: bool = False  # of an enum that is compared
    types: bool = False
    objects: Sequence[str] = ()  # kinds of what the database has
    databases: bool = False


def wanted_at(cursor: Cursor) -> Wanted:
    """What may stand at the cursor; nothing where only a new name can."""
    frame = cursor.frame
    if frame.kind in ("alias_columns", "cte_columns") or frame.expects in ("alias", "cte_query"):
        return Wanted()
    if frame.kind == "definition":
        return _in_definition(cursor)
    if frame.kind == "columns" and frame.expects != "relation":
        return Wanted(of_table=True)
    if frame.expects:
        return _in_names(cursor)
    if frame.clause == "using" and frame.kind == "using":
        return Wanted(shared=True)
    if cursor.before == "::" or (cursor.before == "AS" and _is_cast(cursor)):
        return Wanted(types=True)
    if frame.kind == "over" and frame.clause not in ("order", "partition"):
        return Wanted(["by"] if cursor.before == "PARTITION" else ["over"])
    if cursor.before in ("GROUP", "ORDER", "PARTITION"):
        return Wanted(["by"])
    if frame.clause == "define" and frame.kind in ("call", "group") and cursor.query.verb == "CREATE":
        return _in_arguments(cursor)
    if frame.clause in _EXPRESSIONS or frame.kind in ("call", "group", "values"):
        return _in_expression(cursor)
    return _between_clauses(cursor)


def _is_cast(cursor: Cursor) -> bool:
    frame = cursor.frame
    return frame.kind == "call" and cursor.text(frame.opener - 1) == "CAST"


def _in_definition(cursor: Cursor) -> Wanted:
    before, last = cursor.before, cursor.place.start - 1
    if before in ("(", ",") and last >= 0 and cursor.frame.opener <= last:
        return Wanted(["definition"])
    if cursor.frame.expects == "relation":
        return Wanted(relations=True, written=True)
    if cursor.text(last - 1) in ("(", ","):
        return Wanted(["types"], types=True)
    return Wanted(["after_references"] if cursor.frame.clause == "references" else ["column"])


def _in_arguments(cursor: Cursor) -> Wanted:
    """Where those of a routine are listed: names, each with a type."""
    if cursor.before in ("(", ","):
        return Wanted()
    is_type = cursor.text(cursor.place.start - 2) in ("(", ",", "IN", "OUT", "INOUT", "VARIADIC")
    return Wanted(["types"], types=True) if is_type else Wanted()


def _in_names(cursor: Cursor) -> Wanted:
    """Where names of relations, their aliases and WITH queries are written."""
    frame, verb = cursor.frame, cursor.query.verb
    if frame.expects == "relation":
        if verb == "CREATE" and frame.clause == "naming":
            return Wanted()
        if frame.use != "reads" or verb in ("ALTER", "DROP", "TRUNCATE", "GRANT", "REVOKE", "COMMENT"):
            return Wanted(relations=True, written=True)
        joined = cursor.before in ("JOIN", "STRAIGHT_JOIN")
        return Wanted(["relation", *(["query"] if cursor.before == "(" else [])], relations=True, joins=joined)
    if frame.expects == "cte_as":
        return Wanted()
    if frame.expects == "cte":
        return Wanted()
    if frame.expects == "after_cte":
        return Wanted(["after_with"])
    after = {"insert": "after_insert", "update": "after_update", "merge": "merge", "references": "after_references"}
    if frame.clause == "naming":
        return _after_name(cursor)
    if frame.clause == "from" and verb == "DELETE" and len(cursor.query.relations) == 1:
        return Wanted(["after_delete"])
    return Wanted([after.get(frame.clause, "after_from")])


def _after_name(cursor: Cursor) -> Wanted:
    """Behind the table of ALTER TABLE, DROP TABLE and others."""
    verb, before = cursor.query.verb, cursor.before
    if verb == "ALTER" and cursor.text(cursor.place.start - 2) == "CONSTRAINT":
        return Wanted(["definition"])
    if verb == "ALTER" and _is_type_of_column(cursor):
        return Wanted(["types"], types=True)
    if verb == "ALTER":
        if before in _ALTERED and (before == "COLUMN" or cursor.text(cursor.place.start - 2) != "TABLE"):
            added = cursor.text(cursor.place.start - 2) == "ADD"
            return Wanted() if added else Wanted(of_table=True)
        return Wanted(["alter_table"])
    return Wanted([{"DROP": "after_drop", "CREATE": "after_create"}.get(verb, "")])


def _is_type_of_column(cursor: Cursor) -> bool:
    """Whether the type of a column is to follow, in ALTER TABLE."""
    last = cursor.place.start - 1
    if cursor.text(last) == "TYPE":
        return True
    if last < 1 or not cursor.tokens[last].is_identifier or cursor.text(last) in _NO_COLUMN:
        return False
    before = [one for one in map(cursor.text, range(last - 1, last - 6, -1)) if one not in ("IF", "NOT", "EXISTS")]
    without = [one for one in before if one != "COLUMN"]
    return without[0] in ("ADD", "MODIFY") or (without[1] == "CHANGE" and without[0] != "RENAME")


def _in_expression(cursor: Cursor) -> Wanted:
    frame, before = cursor.frame, cursor.before
    clause = "values" if frame.kind == "values" else frame.clause
    if before == "IS" or (before == "NOT" and cursor.text(cursor.place.start - 2) == "IS"):
        return Wanted(["is"])
    if clause == "set" and before in ("SET", ",", "UPDATE") and frame.kind == "query":
        return Wanted(of_table=True)
    if cursor.follows_operand:
        if clause == "values" and frame.kind == "query":
            return Wanted(["after_values"])
        inside = frame.kind in ("call", "group", "values")
        return Wanted(["after_expression"] if inside else [f"after_{clause}"])
    if before == "AS" and clause in ("select", "returning"):
        return Wanted()
    places = ["expression"]
    if before == "SELECT" or (before == "(" and frame.kind == "call"):
        places.append("expression_select")
    if before == "(":
        places.append("query")
    if before in ("CASE", "THEN", "ELSE", "WHEN"):
        places.append("case")
    if clause == "values":
        places.append("values")
    return Wanted(
        places,
        columns=clause != "values" or cursor.query.verb == "SELECT",
        outputs=clause in ("order", "group", "having"),
        functions=True,
        conditions=clause == "on" and before == "ON",
        values=before in _COMPARING,
    )


def _in_definition_of_object(cursor: Cursor) -> Wanted:
    """Behind CREATE, ALTER, DROP and the like, of what is not a table."""
    verb, before, last = cursor.query.verb, cursor.before, cursor.place.start - 1
    if before == verb:
        return Wanted([verb])
    if verb == "CREATE" and before in ("RETURNS", "SETOF"):
        return Wanted(["types"], types=True)
    what = cursor.text(last - 2) if before == "EXISTS" else before
    if verb not in ("DROP", "ALTER") or what not in _DROPPED:
        return Wanted()
    kind = _DROPPED[what]
    return Wanted(databases=True) if kind is None else Wanted(objects=[kind])


def _between_clauses(cursor: Cursor) -> Wanted:
    frame, verb, before = cursor.frame, cursor.query.verb, cursor.before
    if frame.clause == "naming":
        return _after_name(cursor)
    if frame.clause == "call":
        return Wanted(procedures=True)
    if frame.clause == "define":
        return _in_definition_of_object(cursor)
    if verb == "" and before == "EXPLAIN":
        return Wanted(["explain"])
    if verb == "" and before == "USE":
        return Wanted(databases=True)
    if (
        verb == ""
        and cursor.place.start
        and cursor.text(cursor.place.start - 1) in ("UNION", "EXCEPT", "INTERSECT", "ALL")
    ):
        return Wanted(["after_union"])
    if frame.clause == "from":
        return Wanted(["after_from"])
    places = {"delete": "delete", "insert": "after_insert", "conflict": "after_conflict", "limit": "after_limit"}
    if frame.clause in places:
        return Wanted([places[frame.clause]])
    if not frame.clause and not verb:
        if frame.kind == "query" and cursor.place.frames[-1].opener >= 0:
            return Wanted(["query"])
        is_start = cursor.place.start == 0 or before in (";", "BEGIN", "THEN", "ELSE", "DO")
        return Wanted(["start"] if is_start else [])
    return Wanted()
