"""Installs missing programs that this project needs, with the system's package manager."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools.file_lock import locked


class CannotInstall(Exception):
    """The packages cannot be installed on this machine; the message says what was tried."""


def install(packages: Sequence[str]) -> None:
    """Install Debian packages as root on a system with apt-get. Else raises `CannotInstall` with their names.

    Only one process at a time, because apt-get refuses a second one; the next may find its packages installed.
    """
    program = shutil.which("apt-get")
    if os.getuid() != 0 or program is None:
        raise CannotInstall(f"Install these packages: {' '.join(packages)}")
    with locked(Path(program)):
        if not _are_installed(packages):
            _run_apt_get(packages)


def _are_installed(packages: Sequence[str]) -> bool:
    if shutil.which("dpkg-query") is None:
        return False
    command = ["dpkg-query", "--show", "--showformat=${db:Status-Status}\n", *packages]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.returncode == 0 and set(found.stdout.split()) == {"installed"}


def _run_apt_get(packages: Sequence[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotInstall(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
