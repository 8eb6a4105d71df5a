"""Installing programs with the system's package manager; a script takes the place of apt-get."""

import os
import stat
import threading
from pathlib import Path

import pytest

from tools.system_packages import CannotInstall, install


def apt_get(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `apt-get` be a shell script."""
    program(folder, "apt-get", text)
    monkeypatch.setenv("PATH", str(folder))


def program(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(stat.S_IRWXU)


def test_without_apt_get_the_packages_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotInstall, match=r"^Install these packages: one two$"):
        install(["one", "two"])


@pytest.mark.skipif(os.getuid() != 0, reason="NOT TESTED: only root installs packages")
def test_packages_are_installed_without_a_prompt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    apt_get(tmp_path, f'echo "$DEBIAN_FRONTEND $*" >> {tmp_path}/asked', monkeypatch)
    install(["one", "two"])
    assert (tmp_path / "asked").read_text().splitlines() == [
        "noninteractive update -qq",
        "noninteractive install -y -qq --no-install-recommends one two",
    ]


@pytest.mark.skipif(os.getuid() != 0, reason="NOT TESTED: only root installs packages")
def test_the_errors_of_apt_get_are_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    apt_get(tmp_path, "echo 'no such package' >&2; exit 100", monkeypatch)
    with pytest.raises(CannotInstall, match="apt-get update -qq failed:\nno such package"):
        install(["one"])


@pytest.mark.skipif(os.getuid() != 0, reason="NOT TESTED: only root installs packages")
def test_a_package_that_several_processes_want_is_installed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, there = tmp_path / "asked", tmp_path / "there"
    apt_get(tmp_path, f"echo $1 >> {asked}; /bin/sleep 0.2; test $1 = update || echo > {there}", monkeypatch)
    program(tmp_path, "dpkg-query", f"test -e {there} && echo installed")
    several = [threading.Thread(target=install, args=(["one"],)) for _ in range(3)]
    for one in several:
        one.start()
    for one in several:
        one.join()
    assert asked.read_text().split() == ["update", "install"]
