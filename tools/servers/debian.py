"""Fetches a server from a suite of Debian that this machine does not use, with all libraries that it needs.

apt works on a private folder as if no package were installed, so that it downloads the C library, too. The programs
then run with that suite's libraries, which its own dynamic linker finds: the system's may be older or newer.
"""

import shlex
import shutil
from pathlib import Path

from tools.servers.calls import CannotFetch, called
from tools.servers.pinned import Pinned

_UNUSED = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/perl", "usr/lib/x86_64-linux-gnu/perl")
_LINKERS = ("usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", "lib/x86_64-linux-gnu/ld-linux-x86-64.so.2")
_LIBRARIES = ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu")


def fetch(server: Pinned, folder: Path) -> None:
    """Unpack the package of a server with what it needs, and make a script in `bin` for each of its programs."""
    root, apt = folder / "root", folder / "apt"
    variables = _private_apt(server, apt)
    called(["apt-get", "-qq", "update"], folder, variables)
    _check_version(server, folder, variables)
    options = ["-qq", "--yes", "--download-only", "--no-install-recommends"]
    called(["apt-get", "install", *options, server.package], folder, variables)
    for package in sorted((apt / "archives").glob("*.deb")):
        called(["dpkg", "-x", package, root], folder)
    for unused in _UNUSED:
        shutil.rmtree(root / unused, ignore_errors=True)
    shutil.rmtree(apt)
    (folder / "bin").mkdir()
    final = folder.with_name(folder.name.removesuffix(".unfinished"))
    for program in server.programs:
        _make_script(folder, final, program)
    (folder / "share").symlink_to("root/usr/share")


def _private_apt(server: Pinned, apt: Path) -> dict[str, str]:
    """The variables with which apt uses a folder of its own, and the places where this machine gets Debian from."""
    for needed in ("lists/partial", "archives/partial"):
        (apt / needed).mkdir(parents=True)
    (apt / "status").touch()
    keys = "/usr/share/keyrings/debian-archive-keyring.gpg"
    sources = [f"deb [signed-by={keys}] {_place_of(suite, apt)} {suite} main" for suite in server.suites]
    (apt / "sources.list").write_text("\n".join([*sources, ""]), encoding="utf-8")
    settings = {
        "Dir::Etc::sourcelist": apt / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "Dir::State": apt,
        "Dir::State::lists": apt / "lists",
        "Dir::State::status": apt / "status",
        "Dir::Cache": apt,
        "Dir::Cache::archives": apt / "archives",
        "APT::Sandbox::User": "root",
        "Acquire::Check-Valid-Until": "false",  # of suites that are no longer changed
    }
    (apt / "apt.conf").write_text("".join(f'{key} "{value}";\n' for key, value in settings.items()), encoding="utf-8")
    return {"APT_CONFIG": str(apt / "apt.conf"), "DEBIAN_FRONTEND": "noninteractive"}


def _place_of(suite: str, folder: Path) -> str:
    """Where this machine gets Debian from, or its security updates if the suite is one of these."""
    lines = called(["apt-get", "indextargets", "--format", "$(ORIGIN) $(REPO_URI) $(CODENAME)"], folder).splitlines()
    known = [line.split() for line in lines if line.startswith("Debian ")]
    security = suite.endswith("-security")
    places = [place for _, place, codename in known if codename.endswith("-security") == security]
    if not places:
        raise CannotFetch(f"This machine's apt knows no place that has Debian's suite {suite}.")
    return places[0]


def _check_version(server: Pinned, folder: Path, variables: dict[str, str]) -> None:
    known = called(["apt-cache", "show", "--no-all-versions", server.package], folder, variables).splitlines()
    found = next((line.split(": ")[1] for line in known if line.startswith("Version: ")), "none")
    if server.version not in found:
        raise CannotFetch(
            f"Debian's suite {server.suites[-1]} now has {server.package} {found} instead of {server.version}: "
            f"write that version into tools/servers/pinned.json, and run the tests on it."
        )


def _make_script(folder: Path, final: Path, program: str) -> None:
    root = folder / "root"
    linker = next(path for path in _LINKERS if (root / path).exists())
    binary = next(path for place in ("usr/sbin", "usr/bin") if (root / (path := f"{place}/{program}")).exists())
    libraries = ":".join(str(final / "root" / path) for path in _LIBRARIES)
    command = [str(final / "root" / linker), "--library-path", libraries, str(final / "root" / binary)]
    script = folder / "bin" / program
    script.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', encoding="utf-8")
    script.chmod(0o755)
