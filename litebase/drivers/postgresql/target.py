"""Reads the target of a server as people write it."""

from litebase_schema.connection import PostgresqlTarget

from litebase.drivers.targets import TargetOptions, parse_server


def parse(text: str, options: TargetOptions) -> PostgresqlTarget:
    """`postgresql://USER@HOST:PORT/DATABASE`. Raises `ValueError` with a reason for people."""
    return parse_server(PostgresqlTarget, text, options)
