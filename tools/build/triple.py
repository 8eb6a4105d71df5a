"""The target triple: the name that Rust, and so Tauri, has for a platform."""

import platform
import shutil
import subprocess
import sys
import sysconfig

_SYSTEMS = {"linux": "unknown-linux-gnu", "darwin": "apple-darwin", "win32": "pc-windows-msvc"}
_MACHINES = {"amd64": "x86_64", "x64": "x86_64", "arm64": "aarch64", "i686": "i686", "x86": "i686"}


def target_triple() -> str:
    """The triple of this Python's platform, as `rustc` tells it where it is installed for the same one.

    Tauri asks `rustc`, too. A `rustc` of another processor than this Python's is not believed.
    """
    worked_out = triple_of(sys.platform, platform.machine(), sysconfig.get_config_var("SOABI") or "")
    told = _told_by_rustc()
    return told if told and told.split("-")[0] == worked_out.split("-")[0] else worked_out


def triple_of(system: str, machine: str, soabi: str) -> str:
    """The triple by what Python says of a platform: `sys.platform`, `platform.machine()`, the end of its libraries.

    Raises `ValueError` for a system that is not built for.
    """
    if system not in _SYSTEMS:
        raise ValueError(f"There is no build for {system}; there are {', '.join(_SYSTEMS)}.")
    processor = _MACHINES.get(machine.lower(), machine.lower())
    return f"{processor}-{'unknown-linux-musl' if soabi.endswith('-musl') else _SYSTEMS[system]}"


def _told_by_rustc() -> str | None:
    rustc = shutil.which("rustc")
    if rustc is None:
        return None
    try:
        told = subprocess.run([rustc, "-vV"], capture_output=True, text=True, check=True, timeout=20).stdout
    except (OSError, subprocess.SubprocessError):
        return None  # rustup's stand-in without a toolchain
    return next((line.removeprefix("host: ").strip() for line in told.splitlines() if line.startswith("host: ")), None)
