"""Programs that this project needs beside Python, had from the system's package manager where they are missing."""

import os
import shutil
import subprocess
from collections.abc import Sequence


class CannotInstall(Exception):
    """The packages cannot be had on this machine; says what was tried."""


def install(packages: Sequence[str]) -> None:
    """Install Debian packages. Needs to be root on a system with apt-get; else `CannotInstall` names the packages."""
    if os.getuid() != 0 or shutil.which("apt-get") is None:
        raise CannotInstall(f"Install these packages: {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotInstall(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
