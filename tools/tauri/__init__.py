"""The Rust crates of `clients/tauri/`, the plugin and the app that tests it: what they need, and where they are.

A toolchain of Rust is never installed here: those of Linux distributions are often too old for the crates. The
libraries and programs of the web view are, where apt-get can do it.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from tools import typescript
from tools.system_packages import CannotInstall, install

ROOT = Path(__file__).parents[2]
WORKSPACE = ROOT / "clients" / "tauri"
PLAIN_CRATES = ("litebase-contract", "litebase-process", "litebase-client")  # they need no web view
LEAST_RUST = (1, 85)  # the first with the edition of the crates
PAGE = WORKSPACE / "tests" / "app" / "page"
APP = WORKSPACE / "target" / "debug" / "litebase-test-app"
STUDIO = ROOT / "clients" / "studio"

_WEB_VIEW = ["libwebkit2gtk-4.1-dev", "pkg-config"]
_DRIVER = ["webkit2gtk-driver", "xvfb", "dbus-daemon"]
_PROGRAMS = ("WebKitWebDriver", "Xvfb", "dbus-run-session")
_BUNDLE_S = 120.0


class ToolsMissing(Exception):
    """There is no cargo, or one that is too old, or no web view; says what to install."""


def cargo() -> str:
    """The path of a cargo that is new enough, with rustfmt and clippy beside it."""
    found = shutil.which("cargo")
    wanted = f"Rust {'.'.join(map(str, LEAST_RUST))} or later, with rustfmt and clippy: https://rustup.rs"
    if found is None:
        raise ToolsMissing(f"There is no cargo in the PATH. Install {wanted}")
    for step in (["--version"], ["fmt", "--version"], ["clippy", "--version"]):
        said = subprocess.run([found, *step], capture_output=True, text=True, check=False)
        version = re.search(r"(\d+)\.(\d+)", said.stdout)
        if said.returncode or version is None:
            raise ToolsMissing(f"`cargo {' '.join(step)}` does not work. Install {wanted}")
        if step == ["--version"] and (int(version[1]), int(version[2])) < LEAST_RUST:
            raise ToolsMissing(f"{found} is {said.stdout.strip()}. Install {wanted}")
    return found


def need_web_view() -> None:
    """Install what apps are built and tested with, when it is missing."""
    asked = ["pkg-config", "--exists", "webkit2gtk-4.1"]
    there = shutil.which("pkg-config") is not None and not subprocess.run(asked, check=False).returncode
    try:
        if not there:
            install(_WEB_VIEW)
        if not all(map(shutil.which, _PROGRAMS)):
            install(_DRIVER)
    except CannotInstall as error:
        raise ToolsMissing(f"The plugin needs WebKitGTK, and its tests a display and a driver. {error}") from error


def build_page() -> None:
    """Check the page of the test app, and bundle it into the folder that the app shows."""
    try:
        typescript.build()
    except typescript.ToolsMissing as error:
        raise ToolsMissing(str(error)) from error
    made = PAGE.with_name("dist")
    made.mkdir(exist_ok=True)
    options = ["--bundle", "--format=esm", "--platform=browser", "--log-level=error", f"--outfile={made / 'page.js'}"]
    for command in (
        [typescript.tool("tsc"), "--project", str(PAGE), "--pretty", "false"],
        [typescript.tool("esbuild"), *options, str(PAGE / "page.ts")],
    ):
        subprocess.run(command, cwd=ROOT, timeout=_BUNDLE_S, check=True)
    for name in ("index.html", "page.css"):
        shutil.copy(PAGE / name, made)


def chosen(*, plain: bool) -> list[str]:
    """The crates that can be built here, as options of cargo."""
    if plain:
        return [option for crate in PLAIN_CRATES for option in ("--package", crate)]
    return ["--workspace"]


def environment() -> dict[str, str]:
    """That of cargo: the folder of what is built has to be called `target`, or apps do not find their resources."""
    return {name: value for name, value in os.environ.items() if name != "CARGO_TARGET_DIR"}
