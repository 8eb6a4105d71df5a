"""Reads the target of the toy engine as people write it."""

from litebase_schema.connection import DbConnectRequest
from litebase_schema.registry import validator

from litebase.drivers.targets import TargetOptions


def parse(_text: str, options: TargetOptions) -> DbConnectRequest:
    """`toy:`; there is one database. Raises `ValueError` with a reason for people."""
    if options.create:
        raise ValueError("--create makes a database file; the toy engine has none.")
    wanted: DbConnectRequest = validator("db_connect").validate_python({"engine": "toy"})
    return wanted
