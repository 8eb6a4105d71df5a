# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import FailFast

from typing import Annotated, Literal
from pydantic import ConfigDict, Field, StrictBool, StrictInt, StrictStr
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from .catalog import MissingPart, ObjectKind, ObjectName, ObjectRef
from .connection import ConnectionId
from .values import Timeout


Kinds = TypeAliasType("Kinds", Annotated[list[ObjectKind], Field(max_length=100), FailFast()])
"""
Only objects of these kinds; null for all. Kinds that the engine does not have are ignored.
"""


SearchPlace = TypeAliasType("SearchPlace", Literal["names", "columns", "comments", "definitions"] | StrictStr)
"""
`names`: of tables, views, routines, sequences, types and events. `columns`: the names of columns. `comments`: on objects and columns, where the engine has comments. `definitions`: of views, routines, triggers and events; in SQLite of everything.
"""


NamesAgeMs = TypeAliasType("NamesAgeMs", Annotated[StrictInt, Field(ge=0)])
"""
How long ago the names that were searched were compared with the database; null when none were, and when something has been defined meanwhile.
"""


Line = TypeAliasType("Line", Annotated[StrictInt, Field(ge=1)])
"""
In a comment or a definition the line in which it stands, from 1; null in a name.
"""


class SearchObjectsRequest(Model):
    """
    Looks for text in names, columns, comments and definitions, in all schemas but those of the database system. Names and columns are kept from one search to the next: what others have changed meanwhile may be found half a minute late, what this connection has changed is found at once.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    text: Annotated[StrictStr, Field(max_length=1000, min_length=1, pattern="^[^\\x00]*$")]
    """
    What to look for, as it is: `*` and `?` stand for themselves.
    """
    search_in: Annotated[list[SearchPlace], Field(max_length=100, min_length=1)] = [
        "names",
        "columns",
    ]
    """
    Where to look. Unknown places are ignored.
    """
    kinds: Kinds | None = None
    """
    Only objects of these kinds; null for all. Kinds that the engine does not have are ignored.
    """
    schema_name: ObjectName | None = None
    """
    Only in this schema, which may also be one of the database system; null for all others.
    """
    match_case: StrictBool = False
    """
    Whether to tell upper from lower case.
    """
    limit: Annotated[StrictInt, Field(ge=1, le=1000)] = 100
    """
    Hits in the answer at most.
    """
    timeout_ms: Timeout | None = 30000
    """
    Stop the request after this time; null for no limit.
    """


class SearchHit(Model):
    """
    An object and where the text was found.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    object: ObjectRef
    """
    The object; a column has the kind `column` and its table as `parent_name`.
    """
    where: SearchPlace
    line: Line | None
    """
    In a comment or a definition the line in which it stands, from 1; null in a name.
    """
    excerpt: StrictStr
    """
    The name, or the line; of a long line the part around what was found.
    """


class SearchObjectsResponse(Model):
    """
    The hits, the best first: names before texts; names that are equal to `text`, then those that begin with it, then those in which a word begins with it; then by kind and name, columns by their table.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    hits: list[SearchHit]
    """
    What was found. An object has a hit for each place in which the text stands.
    """
    complete: StrictBool
    """
    Whether these are all: false when there are more than `limit`, and when `missing` is not empty.
    """
    missing: list[MissingPart]
    """
    Where it was not looked, and why.
    """
    names_age_ms: NamesAgeMs | None = None
    """
    How long ago the names that were searched were compared with the database; null when none were, and when something has been defined meanwhile.
    """
