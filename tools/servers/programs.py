"""Which programs the private servers are made of: the system's, or those of a folder that a variable names."""

import os
import re
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

VARIABLES = {
    "postgresql": "LITEBASE_TEST_POSTGRESQL",
    "mysql": "LITEBASE_TEST_MYSQL",
    "pgbouncer": "LITEBASE_TEST_PGBOUNCER",
}


def chosen(engine: str) -> Path | None:
    """The folder with `bin` in it whose programs take the place of the system's."""
    name = os.environ.get(VARIABLES[engine])
    return Path(name).absolute() if name else None


def is_mysql() -> bool:
    """Whether the server of the engine `mysql` is MySQL, and not MariaDB."""
    folder = chosen("mysql")
    return folder is not None and not (folder / "bin" / "mariadbd").exists()


@cache
def mysql_release() -> tuple[int, ...]:
    """The release of the MySQL or MariaDB that is chosen, which its program reports, such as `(8, 0, 15)`."""
    command = [*mysql_arguments(chosen("mysql") or Path())[:2], "--version"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    (found,) = re.findall(r"Ver (\d+)\.(\d+)\.(\d+)", told)
    return tuple(map(int, found))


def mysql_arguments(folder: Path) -> list[str]:
    """The server's program in a folder, with the arguments that say where its own files are."""
    share = folder / "share"
    if not is_mysql():
        messages = next(found for name in ("mariadb", "mysql", "") if (found := share / name / "english").is_dir())
        return [str(folder / "bin" / "mariadbd"), "--no-defaults", f"--lc-messages-dir={messages.parent}"]
    of_debian = share / "mysql"
    messages_folder = of_debian if of_debian.is_dir() else share
    return [
        str(folder / "bin" / "mysqld"), "--no-defaults", f"--basedir={folder}", f"--lc-messages-dir={messages_folder}",
        f"--character-sets-dir={messages_folder / 'charsets'}",
    ]  # fmt: skip


def mariadb_tables(folder: Path) -> str:
    """The SQL that makes the system's tables of MariaDB, as `mariadb-install-db` puts it together."""
    share = folder / "share"
    for kind in ("mariadb", "mysql", ""):
        for name in ("mariadb", "mysql"):
            if (share / kind / f"{name}_system_tables.sql").exists():
                files = _installed(share / kind, name)
                return "\n".join(["USE mysql;", *map(_text, files)])
    raise FileNotFoundError(f"There are no system tables in {share}.")


def _installed(folder: Path, name: str) -> Sequence[Path]:
    names = (f"{name}_system_tables", f"{name}_performance_tables", f"{name}_system_tables_data", f"{name}_sys_schema")
    return [file for part in names if (file := folder / f"{part}.sql").exists()]


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")
