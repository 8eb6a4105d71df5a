"""Privileges, from the access lists that PostgreSQL keeps with each object."""

import json
from collections.abc import Sequence

from litebase_schema.catalog import Grant

# as an expression of a list like c.relacl; what has no list belongs to its owner alone
GRANTS_IN = """(SELECT pg_catalog.json_agg(pg_catalog.json_build_array(given.grantee, given.grantable, NULL,
given.privileges) ORDER BY given.grantee, given.grantable) FROM (SELECT CASE WHEN x.grantee <> 0 THEN
pg_catalog.pg_get_userbyid(x.grantee) END AS grantee, x.is_grantable AS grantable,
pg_catalog.json_agg(x.privilege_type ORDER BY x.privilege_type) AS privileges
FROM pg_catalog.aclexplode({acl}) AS x GROUP BY x.grantee, x.is_grantable) AS given)::text"""
# of columns
GRANTS_BELOW = """(SELECT pg_catalog.json_agg(pg_catalog.json_build_array(given.grantee, given.grantable, given.column,
given.privileges) ORDER BY given.number, given.grantee) FROM (SELECT CASE WHEN x.grantee <> 0 THEN
pg_catalog.pg_get_userbyid(x.grantee) END AS grantee, x.is_grantable AS grantable, a.attname AS column,
a.attnum AS number, pg_catalog.json_agg(x.privilege_type ORDER BY x.privilege_type) AS privileges
FROM pg_catalog.pg_attribute a, pg_catalog.aclexplode(a.attacl) AS x WHERE a.attrelid = c.oid AND NOT a.attisdropped
GROUP BY x.grantee, x.is_grantable, a.attname, a.attnum) AS given)::text"""


def grants(*lists: str | None) -> list[Grant]:
    """The grants of a row's lists."""
    found: Sequence[tuple[str | None, bool, str | None, list[str]]] = [
        one for text in lists for one in json.loads(text or "[]")
    ]
    return [
        Grant(grantee=grantee, privileges=privileges, column=column, grantable=grantable)
        for grantee, grantable, column, privileges in found
    ]
