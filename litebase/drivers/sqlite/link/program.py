"""What the sqlite3 program adds to SQLite, and what to say to somebody who expects it here.

The program has extensions built in that the library does not have. They are not rebuilt in Python: a function of
Python's holds up the whole backend while it runs, and cannot be interrupted. For REGEXP that may be for hours.

Sources: sqlite.org/cli.html, and the extensions in src/shell.c.in
"""

import sqlite3

_OWN = {
    "regexp", "regexpi", "generate_series", "decimal", "decimal_add", "decimal_sub", "decimal_mul", "decimal_cmp",
    "decimal_sum", "decimal_exp", "decimal_pow2", "uint", "ieee754", "ieee754_mantissa", "ieee754_exponent",
    "ieee754_inc", "ieee754_from_blob", "ieee754_to_blob", "sha3", "sha3_query", "sha3_agg", "sha1", "base64", "base85",
    "is_base85", "readfile", "writefile", "edit", "lsmode", "fsdir", "zipfile", "sqlar_compress", "sqlar_uncompress",
    "completion", "usleep", "strtod", "dtostr", "median", "percentile", "percentile_cont", "percentile_disc",
    "stmtrand", "sqlite_dbdata", "sqlite_dbptr", "shell_add_schema", "shell_module_schema", "shell_putsnl",
}  # fmt: skip
_MISSING = ("no such function: ", "no such module: ", "no such collation sequence: ", "no such table: ")
_INSTEAD = {"regexp": " Use LIKE or GLOB.", "generate_series": " Use WITH RECURSIVE."}
_SCHEMA_TABLE = ("table sqlite_master may not be modified", "table sqlite_schema may not be modified")


def advised(message: str) -> str:
    """SQLite's message, with what to know when it is about something that its program can do and the backend cannot."""
    if message in _SCHEMA_TABLE:
        return f"{message}. Change it with CREATE, ALTER and DROP: writable_schema has no effect here."
    start = next((start for start in _MISSING if message.startswith(start)), None)
    if start is None:
        return message
    name = message.removeprefix(start).lower()
    if name in _OWN:
        has = "It belongs to the sqlite3 program. This backend uses the SQLite library, which does not have it."
        return f"{message}. {has}{_INSTEAD.get(name, '')}"
    if start == "no such table: ":
        return message
    return f"{message}. This backend uses SQLite {sqlite3.sqlite_version} and loads no extensions."
