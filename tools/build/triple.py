"""The target triple: the name that Rust, and therefore Tauri, uses for a platform."""

import platform
import re
import shutil
import subprocess
import sys
import sysconfig

_SYSTEMS = {"linux": "unknown-linux-gnu", "darwin": "apple-darwin", "win32": "pc-windows-msvc"}
_MACHINES = {"amd64": "x86_64", "x64": "x86_64", "arm64": "aarch64", "i686": "i686", "x86": "i686"}


def target_triple() -> str:
    """The triple of this Python's platform: the one of `rustc`, if that is installed for the same processor.

    Tauri asks `rustc`, too. A `rustc` for another processor than this Python's is ignored.
    """
    derived = triple_of(sys.platform, platform.machine(), sysconfig.get_config_var("SOABI") or "")
    reported = _reported_by_rustc()
    return reported if reported and reported.split("-")[0] == derived.split("-")[0] else derived


def triple_of(system: str, machine: str, soabi: str) -> str:
    """The triple for `sys.platform`, `platform.machine()` and the suffix of extension modules.

    Raises `ValueError` for a system without builds.
    """
    if system not in _SYSTEMS:
        raise ValueError(f"There is no build for {system}; there are {', '.join(_SYSTEMS)}.")
    processor = _MACHINES.get(machine.lower(), machine.lower())
    return f"{processor}-{'unknown-linux-musl' if soabi.endswith('-musl') else _SYSTEMS[system]}"


def _reported_by_rustc() -> str | None:
    rustc = shutil.which("rustc")
    if rustc is None:
        return None
    try:
        done = subprocess.run([rustc, "-vV"], capture_output=True, text=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return None  # rustup's proxy without a toolchain
    found = re.search(r"^host: (\S+)", done.stdout, re.MULTILINE)
    return found[1] if found else None
