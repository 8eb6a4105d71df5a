"""How each engine spells what tests ask of all of them, and how a frame names the engine's database."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.mysql_series import mysql_sql
from tools.services import Service


@dataclass(frozen=True)
class Dialect:
    """What differs between the engines in tests that are the same for all of them."""

    placeholder: str
    numbers: str  # rows 1 to {count} in a column n
    endless: str
    text: str
    serial: str  # a key column that counts by itself
    own_id: str = ""  # the server's number of the database session
    kill: str = ""  # ends the database session {id}
    sleep: str = ""  # a statement that waits twenty seconds


DIALECTS = {
    "sqlite": Dialect(
        "?",
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT {count}) SELECT n FROM r",
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
        "TEXT",
        "INTEGER PRIMARY KEY",
    ),
    "postgresql": Dialect(
        "$1",
        "SELECT n FROM generate_series(1, {count}) AS g (n)",
        "SELECT count(*) FROM generate_series(1, 1000000000000)",
        "text",
        "serial PRIMARY KEY",
        "SELECT pg_backend_pid()",
        "SELECT pg_terminate_backend({id})",
        "SELECT pg_sleep(20)",
    ),
    "mysql": Dialect(
        "?",
        mysql_sql("SELECT seq AS n FROM seq_1_to_{count}"),
        mysql_sql("SELECT sum(a.seq * b.seq) FROM seq_1_to_10000000 a, seq_1_to_10000000 b"),
        "varchar(100)",
        "integer AUTO_INCREMENT PRIMARY KEY",
        "SELECT CONNECTION_ID()",
        "KILL CONNECTION {id}",
        "SELECT SLEEP(20)",
    ),
}


def target_data(where: Service | Path, **options: Any) -> dict[str, Any]:
    """The data of a `db_connect`: to a service, or to a SQLite file that is made when it is missing."""
    if isinstance(where, Path):
        return {"engine": "sqlite", "path": str(where), "mode": "create", **options}
    return {
        "engine": where.engine,
        "host": where.host,
        "port": where.port,
        "user": where.user,
        "password": where.password,
        "database": where.database,
        **options,
    }
