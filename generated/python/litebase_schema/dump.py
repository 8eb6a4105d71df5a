# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from typing import Annotated, Literal
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from pydantic import ConfigDict, Field, StrictBool, StrictInt, StrictStr
from .catalog import ObjectRef
from .connection import ConnectionId, FilePath
from .values import Timeout


DumpPart = TypeAliasType("DumpPart", Literal["all", "structure", "data"])
"""
`all`: what exists, and the rows. `structure`: what exists. `data`: the rows of tables. SQLite has only `all`.
"""


DumpFormat = TypeAliasType("DumpFormat", Literal["custom", "plain", "database"] | StrictStr)
"""
`custom`: the compressed format of `pg_dump`. `plain`: SQL. `database`: a database of SQLite. Each engine has its own: PostgreSQL the first two, MySQL the second, SQLite the third.
"""


class DumpDatabaseResponse(Model):
    """
    The file is complete.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    tool: StrictStr
    """
    The program that wrote it, as a path; `SQLite` where that is the library.
    """
    tool_version: StrictStr
    """
    Its version.
    """
    format: DumpFormat
    path: StrictStr
    """
    The file.
    """
    bytes: Annotated[StrictInt, Field(ge=0, le=9007199254740991)]
    """
    The size of the file.
    """
    log: StrictStr
    """
    What the program reported, without passwords; of a long report the end.
    """


RestoreRule = TypeAliasType("RestoreRule", Literal["all_or_nothing", "up_to_the_error"] | StrictStr)
"""
What becomes of a restore that fails or is stopped. `all_or_nothing`: it changes nothing. `up_to_the_error`: what came before the error stays, because the engine cannot take it back, as MySQL and MariaDB cannot.
"""


class RestoreDatabaseResponse(Model):
    """
    Everything in the file was made.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    tool: StrictStr
    """
    The program that read it, as a path; `SQLite` where that is the library.
    """
    tool_version: StrictStr
    """
    Its version.
    """
    format: DumpFormat
    bytes: Annotated[StrictInt, Field(ge=0, le=9007199254740991)]
    """
    The size of the file.
    """
    rule: RestoreRule
    log: StrictStr
    """
    What the program reported, without passwords; of a long report the end.
    """


Objects = TypeAliasType("Objects", Annotated[list[ObjectRef], Field(max_length=1000, min_length=1)])
"""
Only these schemas, or only these tables, views and sequences; null for the whole database. On MySQL they are of one database. Not for SQLite.
"""


class DumpDatabaseRequest(Model):
    """
    Writes a database into a file: with `pg_dump` for PostgreSQL, with `mysqldump` or `mariadb-dump` for MySQL and MariaDB, with the backup interface of SQLite. It is written as it is at one moment. The program is looked for on the backend's machine; one that does not fit the server is refused before it starts. The file is written under a temporary name in the same folder and gets its name when it is complete, so that what is stopped or fails leaves nothing. Only its owner may read it. Progress is reported in `dumped_bytes`.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    path: FilePath
    """
    The file to write, as an absolute path.
    """
    objects: Objects | None = None
    """
    Only these schemas, or only these tables, views and sequences; null for the whole database. On MySQL they are of one database. Not for SQLite.
    """
    what: DumpPart = "all"
    """
    Which part is written.
    """
    format: DumpFormat | None = None
    """
    How the file is written; null for `custom` on PostgreSQL, `plain` on MySQL and `database` on SQLite.
    """
    owners: StrictBool = False
    """
    PostgreSQL, `plain`: write who owns the objects and who may use them. A `custom` file always has it.
    """
    overwrite: StrictBool = False
    """
    Replace a file that is there. Folders, links, databases of SQLite, the files beside them and files of other users are never replaced.
    """
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """


class RestoreDatabaseRequest(Model):
    """
    Makes in the database of a connection what a file of `dump_database`, or of the same programs, has in it. The file is looked at first: one of another engine, or one that was cut off, is refused before anything runs. What is there already is an error, and never mixed with what the file has; rows of a file without structure are added to those of its tables. A read-only connection is refused. Progress is reported in `checked_bytes`, and then in `restored_bytes`.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    path: FilePath
    """
    The file to read, as an absolute path. Links and devices are refused.
    """
    owners: StrictBool = False
    """
    PostgreSQL, `custom`: give the objects the owners and the privileges that they had; the roles must exist. Without it everything belongs to the user of the connection.
    """
    confirm: StrictBool = False
    """
    The user has agreed to a change of a production database; see `confirmation_required`.
    """
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """
