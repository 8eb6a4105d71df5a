"""The steps of the npm workspace: installed, compiled, checked; and what is said when one cannot be done."""

import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from litebase import __version__
from tools import typescript

ROOT = Path(__file__).parents[2]


SETTINGS = ["package.json", "package-lock.json", "tsconfig.base.json"]
SETTINGS += [f"{package}/{name}" for package in typescript.PACKAGES for name in ("package.json", "tsconfig.json")]
ONE = Path("generated/typescript/src/index.ts")
TWO = Path("clients/typescript/src/two.ts")
THREE = Path("clients/tauri/guest/src/three.ts")


@pytest.fixture
def copy(tmp_path: Path, typescript_workspace: Path) -> Path:
    """A workspace of three small packages, with the settings and the installed tools of ours."""
    for name in SETTINGS:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((typescript_workspace / name).read_bytes())
    sources = {
        ONE: "export const one: number = 1;\n",
        TWO: 'import { one } from "@litebase/contract";\n\nexport const two: number = 2 * one;\n',
        THREE: "export const three: number = 3;\n",
    }
    for path, text in sources.items():
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text(text)
    (tmp_path / "node_modules" / "@litebase").mkdir(parents=True)
    (tmp_path / "node_modules" / "@litebase" / "contract").symlink_to(tmp_path / typescript.CONTRACT)
    for name in (".bin", ".installed", "@types", "undici-types"):
        (tmp_path / "node_modules" / name).symlink_to(typescript_workspace / "node_modules" / name)
    return tmp_path


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the whole PATH."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def run_step(step: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """The command line, outside of CI unless `more` says otherwise."""
    environment = {name: value for name, value in os.environ.items() if name != "CI"} | more
    command = [sys.executable, "-m", "tools.typescript", step]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


def program(folder: Path, name: str, text: str) -> None:
    """Put a shell script into a folder."""
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(stat.S_IRWXU)


def test_a_build_makes_what_is_not_there_and_does_nothing_when_nothing_changed(copy: Path) -> None:
    typescript.build(copy)
    made = copy / typescript.CLIENT / "dist" / "two.js"
    first = made.stat().st_mtime_ns
    typescript.build(copy)
    assert made.stat().st_mtime_ns == first
    (copy / TWO).rename(copy / TWO.with_name("three.ts"))
    typescript.build(copy)
    assert [path.name for path in made.parent.glob("*.js")] == ["three.js"]


def test_a_change_in_a_package_compiles_those_that_use_it_again(copy: Path) -> None:
    typescript.build(copy)
    (copy / ONE).write_text('export const one: string = "one";\n')
    with pytest.raises(typescript.StepFailed, match=r"clients/typescript/src/two\.ts\(3,32\): error TS2363"):
        typescript.build(copy)


def test_several_that_want_the_packages_at_once_install_and_compile_them_once(programs: Path, tmp_path: Path) -> None:
    program(programs, "node", "echo v18.0.0")
    program(programs, "npm", f"echo npm >> {tmp_path}/asked; /bin/sleep 0.2; /bin/mkdir -p node_modules/.bin")
    (tmp_path / "node_modules" / ".bin").mkdir(parents=True)
    program(
        tmp_path / "node_modules" / ".bin",
        "tsc",
        f"echo tsc >> {tmp_path}/asked; /bin/sleep 0.2; /bin/mkdir -p $2/dist",
    )
    for name in SETTINGS:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    several = [threading.Thread(target=typescript.build, args=(tmp_path,)) for _ in range(3)]
    for one in several:
        one.start()
    for one in several:
        one.join()
    assert (tmp_path / "asked").read_text().split() == ["npm", *["tsc"] * 2 * len(typescript.PACKAGES)]


def test_a_mistake_fails_the_build_each_time_and_is_reported_with_its_place(copy: Path) -> None:
    (copy / ONE).write_text("export const one: number = 'one';\n")
    for _ in range(2):
        with pytest.raises(typescript.StepFailed, match=r"src/index\.ts\(1,14\): error TS2322"):
            typescript.build(copy)
    assert not (copy / typescript.CONTRACT / "dist" / ".built").exists()


def test_a_mistake_is_told_on_the_command_line(programs: Path) -> None:
    program(programs, "node", "echo v18.0.0; exit 1")
    program(programs, "npm", "exit 1")
    told = run_step("check")
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith("node --version failed:\nv18.0.0\n")


def test_what_is_not_formatted_is_told_and_can_be_formatted(copy: Path) -> None:
    (copy / TWO).write_text("export const two:number=2\n")
    with pytest.raises(typescript.StepFailed, match=r"clients/typescript/src/two\.ts"):
        typescript.lint(copy)
    typescript.tidy(copy)
    typescript.lint(copy)
    assert (copy / TWO).read_text() == "export const two: number = 2;\n"


def test_without_node_a_check_is_left_out_loudly_and_a_build_fails(programs: Path) -> None:
    told = run_step("check")
    assert (told.returncode, told.stdout) == (0, "")
    assert told.stderr.startswith("NOT DONE: check of the TypeScript client. The TypeScript client needs Node.js 18")
    assert "Install these packages: nodejs npm" in told.stderr
    assert run_step("build").returncode == 1
    assert run_step("check", CI="1").returncode == 1


def test_an_old_node_is_named_with_its_version(programs: Path) -> None:
    program(programs, "node", "echo v16.20.2")
    program(programs, "npm", "exit 1")
    with pytest.raises(typescript.ToolsMissing, match=r"node is v16\.20\.2; the TypeScript client needs 18 or later"):
        typescript.node()


def test_packages_that_cannot_be_had_are_told_with_what_npm_said(programs: Path, tmp_path: Path) -> None:
    program(programs, "node", "echo v18.0.0")
    program(programs, "npm", "echo 'no network' >&2; exit 1")
    for name in ("package.json", "package-lock.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(typescript.ToolsMissing, match=r"npm ci --ignore-scripts .*failed:\nno network"):
        typescript.install_packages(tmp_path)


def test_packages_are_installed_again_only_when_the_lock_file_changed(programs: Path, tmp_path: Path) -> None:
    program(programs, "node", "echo v18.0.0")
    program(programs, "npm", f"echo $* >> {tmp_path}/asked")
    for lock in ("{}", "{}", "{ }"):
        (tmp_path / "package.json").write_text("{}")
        (tmp_path / "package-lock.json").write_text(lock)
        typescript.install_packages(tmp_path)
    assert (tmp_path / "asked").read_text().splitlines() == ["ci --ignore-scripts --no-progress"] * 2


def test_a_step_that_hangs_is_ended(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(programs, "node", "exec /bin/sleep 20")
    program(programs, "npm", "exit 1")
    monkeypatch.setattr(typescript, "STEP_S", 0.1)
    with pytest.raises(typescript.StepFailed, match=r"node --version took longer than 0\.1 s"):
        typescript.node()


def test_the_lock_file_names_no_address_and_no_sponsor() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    assert '"funding"' not in text


def test_every_version_is_pinned_and_locked() -> None:
    workspace = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    studio = json.loads((ROOT / typescript.STUDIO / "package.json").read_text(encoding="utf-8"))
    theirs = {**studio["dependencies"], **studio["devDependencies"]}
    for name, version in {**workspace["devDependencies"], **theirs}.items():
        if name.startswith("@litebase/"):
            continue
        places = [f"{typescript.STUDIO.as_posix()}/node_modules/{name}", f"node_modules/{name}"]
        assert next(locked[place] for place in places if place in locked)["version"] == version
    ours = {"", *workspace["workspaces"]}
    assert all("integrity" in entry for name, entry in locked.items() if name not in ours and "link" not in entry)


def test_the_workspace_is_of_the_packages_that_are_built() -> None:
    workspace = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    packages = [*typescript.PACKAGES, typescript.STUDIO]
    assert workspace["workspaces"] == [package.as_posix() for package in packages]


@pytest.mark.parametrize("package", typescript.PACKAGES, ids=str)
def test_a_package_has_this_version_and_this_license(package: Path) -> None:
    manifest = json.loads((ROOT / package / "package.json").read_text(encoding="utf-8"))
    assert manifest["version"] == __version__
    assert manifest["license"] == "MIT"
    assert (ROOT / package / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert manifest["engines"]["node"] == f">={typescript.LEAST_NODE}"
