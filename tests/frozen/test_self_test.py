"""The built program in an empty environment, in odd places, among foreign libraries, and with a part taken out."""

import shutil
import subprocess
from pathlib import Path

import pytest

from litebase.drivers import ENGINES
from litebase.process.exit_codes import ExitCode
from tests.frozen.conftest import frozen

STRANGERS = ("libssl.so.3", "libcrypto.so.3", "libsqlite3.so.0", "libffi.so.8", "libpython3.11.so.1.0", "libpq.so.5")


def self_test(program: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [program, "--self-test"],
        env=environment,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def assert_all_works(done: "subprocess.CompletedProcess[str]") -> None:
    assert (done.returncode, done.stderr) == (ExitCode.DONE, ""), done
    lines = {line.split()[0]: line.split()[1] for line in done.stdout.splitlines()}
    assert lines == dict.fromkeys(["messages", "logs", "tls", "workbooks", "encodings", *ENGINES], "ok")


@pytest.mark.fault("W01")
def test_every_part_works_in_an_empty_environment(program: Path) -> None:
    assert_all_works(self_test(program))


@pytest.mark.fault("W01")
def test_every_part_works_in_the_one_file(one_file: Path) -> None:
    assert_all_works(self_test(one_file))


@pytest.mark.fault("W08")
@pytest.mark.parametrize("locale", ["C", "de_DE.ISO-8859-1", "ja_JP.eucJP"])
def test_a_path_with_blanks_and_other_letters_is_no_harm(program: Path, tmp_path: Path, locale: str) -> None:
    place = tmp_path / "größe & 日本 'x'"
    shutil.copytree(program.parent, place, symlinks=True)
    moved = place / program.name
    assert_all_works(self_test(moved, LC_ALL=locale))
    with frozen(moved, tmp_path, "--log-file", str(place / "log ü"), LC_ALL=locale) as backend:
        with backend.dial() as line:
            target = {"engine": "sqlite", "path": str(place / "größe.db"), "mode": "create"}
            connection_id = line.ask_ok("db_connect", target)["connection_id"]
            sql = "CREATE TABLE t (x); INSERT INTO t VALUES ('日本')"
            line.ask_ok("run_script", {"connection_id": connection_id, "sql": sql})
        assert backend.end() == ExitCode.DONE
    assert (place / "größe.db").stat().st_size > 0
    assert "backend_ready" in (place / "log ü").read_text(encoding="utf-8")


def test_a_copy_whose_links_became_files_works_and_only_openssl_is_there_twice(program: Path, tmp_path: Path) -> None:
    """Tauri's bundler copies what a link points to."""
    links = {path.name for path in program.parent.rglob("*") if path.is_symlink()}
    assert links <= {"libssl.so.3", "libcrypto.so.3"}
    shutil.copytree(program.parent, tmp_path / "litebase", symlinks=False)
    assert_all_works(self_test(tmp_path / "litebase" / program.name))


@pytest.mark.fault("W03")
def test_variables_and_libraries_of_an_appimage_are_no_harm(program: Path, one_file: Path, tmp_path: Path) -> None:
    """The libraries there have the names of ours and are something else: whoever loads one fails."""
    libc = next(Path("/lib").glob("*/libm.so.6"), None) or Path("/lib64/libm.so.6")
    for name in STRANGERS:
        shutil.copyfile(libc, tmp_path / name)
    variables = {
        "LD_LIBRARY_PATH": str(tmp_path),
        "PYTHONHOME": str(tmp_path),
        "PYTHONPATH": str(tmp_path),
        "PYTHONSTARTUP": "/nowhere",
        "PYTHONOPTIMIZE": "x",
        "PYTHONIOENCODING": "utf-16",
    }
    (tmp_path / "json.py").write_text("raise SystemExit('a module of somebody else was loaded')")
    assert_all_works(self_test(program, **variables))
    assert_all_works(self_test(one_file, TMPDIR=str(tmp_path), **variables))
    with frozen(program, tmp_path, **variables) as backend:
        backend.settle()


def test_a_link_to_the_program_starts_it(program: Path, tmp_path: Path) -> None:
    link = tmp_path / "backend"
    link.symlink_to(program)
    assert_all_works(self_test(link))


@pytest.mark.parametrize(("part", "files"), [("mysql", "asyncmy/charset.*"), ("postgresql", "psycopg_binary/pq.*")])
def test_a_part_that_is_missing_is_named_and_the_others_are_tried(
    program: Path, tmp_path: Path, part: str, files: str
) -> None:
    place = tmp_path / "broken"
    shutil.copytree(program.parent, place, symlinks=True)
    removed = list((place / "_internal").glob(files))
    assert len(removed) == 1
    removed[0].unlink()
    done = self_test(place / program.name)
    assert done.returncode == ExitCode.SELF_TEST
    states = {line.split()[0]: line.split()[1] for line in done.stdout.splitlines()}
    assert {name for name, state in states.items() if state == "FAILED"} == {part}, done.stdout


def test_licences_and_versions_of_what_is_shipped_are_there(program: Path) -> None:
    inside = program.parent / "_internal"
    for package in ("psycopg_binary", "asyncmy", "pydantic_core", "structlog"):
        folder = next(inside.glob(f"{package}-*.dist-info"))
        assert (folder / "METADATA").is_file()
        assert any("licen" in str(file.relative_to(folder)).lower() for file in folder.rglob("*")), folder
    assert (inside / "LICENSE").is_file()
