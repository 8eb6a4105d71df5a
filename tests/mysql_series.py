"""Which server of the engine `mysql` is under test, and MariaDB's tables `seq_1_to_...` for MySQL, which has none."""

import re

import pytest

from tools.servers.programs import chosen, is_mysql, mysql_release

ON_MYSQL = is_mysql()
mariadb_only = pytest.mark.skipif(ON_MYSQL, reason="is about MariaDB")


def mysql_before(*release: int) -> bool:
    """Whether the server under test is a MySQL that is older than a release."""
    return ON_MYSQL and mysql_release() < release


def mariadb_before(*release: int) -> bool:
    """Whether the server under test is a MariaDB that is older than a release. The system's is not."""
    return not ON_MYSQL and chosen("mysql") is not None and mysql_release() < release


HAS_SEQUENCES = not ON_MYSQL and not mariadb_before(10, 3)  # and tables that keep their history
HAS_INVISIBLE = not mysql_before(8, 0, 23) and not mariadb_before(10, 3)  # columns
HAS_RETURNING = not ON_MYSQL and not mariadb_before(10, 5)  # after INSERT
STOPPED_SLEEP_RETURNS = ON_MYSQL or mariadb_before(10, 3)  # as if it had slept; the others fail
HAS_CHECKS = not mysql_before(8, 0, 16)  # before, MySQL reads them and forgets them
TYPES_PARAMETERS = not mysql_before(8, 0, 22)  # before, MySQL returns numbers that were parameters as bytes
NEGATES_TEXTS = mysql_before(8, 0, 22) or mariadb_before(10, 3)  # of parameters above 2**63 - 1
PADS = mysql_before(8, 0, 17)  # whatever the collation, spaces at the end of a text do not count
BY_CODE_POINT = "utf8mb4_bin" if PADS else "utf8mb4_0900_bin" if ON_MYSQL else "utf8mb4_nopad_bin"
NAMES_TYPES = not mariadb_before(10, 5)  # in the columns of a result: of JSON, points and others
HAS_INET6 = not ON_MYSQL and not mariadb_before(10, 5)
HAS_UUID = not ON_MYSQL and not mariadb_before(10, 7)
MEASURES_PLANS = not mysql_before(8, 0, 18)
_SERIES = re.compile(r"seq_1_to_(\d+|\{\w*\})(?: (?:AS )?([a-z])\b)?")
_MATERIALIZED = 1_000_000  # rows at most that the server makes before it sends the first of them
_DIGITS = "WITH RECURSIVE d (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM d WHERE n < 999)"


def mysql_sql(sql: str) -> str:
    """A statement for the server under test, with a column `seq` of whatever it selects from `seq_1_to_...`."""
    return _SERIES.sub(_derived, sql) if ON_MYSQL else sql


def _derived(found: re.Match[str]) -> str:
    count, alias = found[1], found[2] or "series"
    if count.isdigit() and int(count) > _MATERIALIZED:  # without end; rows arrive as they are made
        places = "fedcba"  # the last of them is that of the innermost loop
        value = " + ".join(f"{1000**power} * {place}.n" for power, place in enumerate(sorted(places)))
        joined = " STRAIGHT_JOIN ".join(f"d {place}" for place in places)
        return f"({_DIGITS} SELECT {value} + 1 AS seq FROM {joined}) AS {alias}"
    recursive = f"SELECT 1 UNION ALL SELECT seq + 1 FROM r WHERE seq < {count}"
    return f"(WITH RECURSIVE r (seq) AS ({recursive}) SELECT seq FROM r) AS {alias}"
