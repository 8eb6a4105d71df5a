# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from litebase_schema.base import Model
from pydantic import ConfigDict
from .connection import ConnectionId
from .catalog import CatalogVersion, ObjectName, ObjectRef
from .values import Timeout


class RefreshCatalogRequest(Model):
    """
    Looks whether objects have come, changed or gone, whoever did it, in one schema or in all but those of the database system. The first request for a schema reads it, and changes are followed from then on. Where nothing has changed, one short statement finds that out.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    schema_name: ObjectName | None = None
    """
    Only this schema; null for all.
    """
    known_version: CatalogVersion | None = None
    """
    `catalog_version` of an answer before: what has changed since is told. Null the first time.
    """
    timeout_ms: Timeout | None = 30000
    """
    Stop the request after this time; null for no limit.
    """


class RefreshCatalogResponse(Model):
    """
    What has changed since `known_version`. All three lists are null when that is not known: the first time, when the version is that of another connection, is too old, or did not include this schema, and for a schema with more names than are kept. Then list anew.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    catalog_version: CatalogVersion | None
    """
    For `known_version` of the next request; null when no schema can be followed.
    """
    added: list[ObjectRef] | None
    """
    Objects that have come: tables with their partitions, views, routines, sequences, types, events, and schemas.
    """
    changed: list[ObjectRef] | None
    """
    Objects that are not what they were, themselves or in what belongs to them: columns, indexes, triggers, comments and, where the engine tells them without opening each table, constraints. One that was made anew, under the name that it had, is one too, unless its engine keeps nothing that tells the two apart.
    """
    removed: list[ObjectRef] | None
    """
    Objects that have gone. A renamed one is among those that have gone, and under its new name among those that have come.
    """
