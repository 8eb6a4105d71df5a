"""Reads the target of a server as people write it."""

from litebase_schema.connection import MysqlTarget

from litebase.drivers.targets import TargetOptions, parse_server


def parse(text: str, options: TargetOptions) -> MysqlTarget:
    """`mysql://USER@HOST:PORT/DATABASE`. Raises `ValueError` with a reason for people."""
    return parse_server(MysqlTarget, text, options)
