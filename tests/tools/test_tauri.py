"""How the Rust crates are tested, and what is said where that is not possible."""

import os
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from litebase import __version__
from tools import tauri

MANIFESTS = [tauri.ROOT / "generated" / "rust" / "Cargo.toml", *sorted(tauri.WORKSPACE.glob("*/Cargo.toml"))]


def run(folder: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    """The command with the programs of one folder alone, outside of CI unless `more` says otherwise."""
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    command = [sys.executable, "-m", "tools.tauri"]
    environment |= {"PATH": str(folder), **more}
    return subprocess.run(
        command, cwd=tauri.ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def pretend_cargo(folder: Path, text: str) -> None:
    """Put a shell script called cargo into a folder."""
    (folder / "cargo").write_text(f"#!/bin/sh\n{text}\n")
    (folder / "cargo").chmod(stat.S_IRWXU)


def test_without_cargo_it_says_loudly_that_nothing_was_tested(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.returncode == 0
    assert "NOT TESTED: the Rust crates" in done.stderr
    assert run(tmp_path, CI="1").returncode == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("echo cargo 1.63.0", "is cargo 1.63.0"),
        ('[ "$1" = --version ] && echo cargo 1.95.0', "`cargo fmt --version` does"),
    ],
)
def test_an_old_or_incomplete_toolchain_is_not_enough(text: str, said: str, tmp_path: Path) -> None:
    pretend_cargo(tmp_path, text)
    done = run(tmp_path)
    assert done.returncode == 0
    assert said in done.stderr


def test_a_step_that_fails_fails_it_all(tmp_path: Path) -> None:
    pretend_cargo(tmp_path, 'case "$*" in *--version) echo cargo 1.95.0;; build*) exit 1;; *) echo "ran $1";; esac')
    done = run(tmp_path)
    assert done.returncode == 1
    assert "ran fmt" in done.stdout
    assert "ran test" not in done.stdout


def test_clippy_checks_our_crates_while_they_are_built_for_the_tests(tmp_path: Path) -> None:
    """By the same compiler for both, or they would be compiled once more to be tested."""
    said = 'echo "$1 by ${RUSTC_WORKSPACE_WRAPPER:-rustc}, $CLIPPY_ARGS"'
    pretend_cargo(tmp_path, f'case "$*" in *--version) echo cargo 1.95.0;; test*) {said}; exit 1;; *) {said};; esac')
    done = run(tmp_path)
    for step in ("build", "test"):
        assert f"{step} by clippy-driver, -D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__\n" in done.stdout
    assert "by rustc" not in done.stdout


@pytest.mark.parametrize("path", MANIFESTS, ids=[path.parent.name for path in MANIFESTS])
def test_crates_come_from_here_or_from_the_public_registry_alone(path: Path) -> None:
    manifest = tomllib.loads(path.read_text(encoding="utf-8"))
    needed = [*manifest.get("dependencies", {}).values(), *manifest.get("dev-dependencies", {}).values()]
    assert needed
    assert not any({"git", "registry", "registry-index"} & set(one) for one in needed if isinstance(one, dict))


@pytest.mark.parametrize("path", MANIFESTS, ids=[path.parent.name for path in MANIFESTS])
def test_every_crate_has_the_version_of_litebase_and_the_same_least_rust(path: Path) -> None:
    package = tomllib.loads(path.read_text(encoding="utf-8"))["package"]
    assert package["version"] == __version__
    assert package["rust-version"] == ".".join(map(str, tauri.LEAST_RUST))
