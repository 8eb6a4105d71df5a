"""The target triple: what Rust calls the platform."""

import os
from pathlib import Path

import pytest

from tools.build.triple import target_triple, triple_of


@pytest.mark.parametrize(
    ("system", "machine", "soabi", "triple"),
    [
        ("linux", "x86_64", "cpython-311-x86_64-linux-gnu", "x86_64-unknown-linux-gnu"),
        ("linux", "aarch64", "cpython-313-aarch64-linux-gnu", "aarch64-unknown-linux-gnu"),
        ("linux", "x86_64", "cpython-312-x86_64-linux-musl", "x86_64-unknown-linux-musl"),
        ("darwin", "arm64", "cpython-312-darwin", "aarch64-apple-darwin"),
        ("darwin", "x86_64", "cpython-312-darwin", "x86_64-apple-darwin"),
        ("win32", "AMD64", "", "x86_64-pc-windows-msvc"),
        ("win32", "ARM64", "", "aarch64-pc-windows-msvc"),
    ],
)
def test_each_platform_has_the_triple_of_rust(system: str, machine: str, soabi: str, triple: str) -> None:
    assert triple_of(system, machine, soabi) == triple


def test_an_unknown_system_is_refused_with_a_list_of_known_ones() -> None:
    with pytest.raises(ValueError, match="no build for freebsd14; there are linux, darwin, win32"):
        triple_of("freebsd14", "amd64", "")


@pytest.fixture
def rustc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in the place of `rustc`."""
    program = tmp_path / "rustc"
    program.touch(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return program


def test_the_triple_of_rustc_is_used_for_the_same_processor(rustc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    rustc.write_text("#!/bin/sh\necho 'rustc 1.0'\necho 'host: x86_64-unknown-linux-special'\n")
    assert target_triple() == "x86_64-unknown-linux-special"
    rustc.write_text("#!/bin/sh\necho 'host: aarch64-unknown-linux-special'\n")
    assert "special" not in target_triple()


@pytest.mark.parametrize("script", ["#!/bin/sh\nexit 1\n", "#!/bin/sh\necho nothing\n", "#!/nonexistent/program\n"])
def test_a_broken_rustc_is_ignored(rustc: Path, script: str) -> None:
    rustc.write_text(script)
    assert target_triple().count("-") >= 2
