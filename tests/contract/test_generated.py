"""`generated/` matches `schema/`."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools import generate
from tools.generation import source


@pytest.fixture(scope="module")
def files() -> dict[Path, str]:
    """Every generated file, made anew from the schema."""
    return generate.everything(source.load())


def test_generated_files_are_fresh(files: dict[Path, str]) -> None:
    assert generate.stale(files) == [], "run `make generate`"


def test_the_check_of_the_command_line_is_silent_when_all_is_fresh() -> None:
    command = [sys.executable, "-m", "tools.generate", "--check"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=generate.ROOT)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_every_text_file_says_how_it_is_made(files: dict[Path, str]) -> None:
    verbatim = {"py.typed", "LICENSE"}
    silent = [path for path, text in files.items() if "make generate" not in text and path.name not in verbatim]
    assert silent == []


def test_a_missing_a_changed_and_a_foreign_file_are_stale(tmp_path: Path, files: dict[Path, str]) -> None:
    generate.write(files, tmp_path)
    assert generate.stale(files, tmp_path) == []
    (tmp_path / "reference.md").unlink()
    (tmp_path / "samples" / "query.json").write_text("{}", encoding="utf-8")
    (tmp_path / "samples" / "no_such_message.json").write_text("{}", encoding="utf-8")
    stale = [Path("reference.md"), Path("samples/no_such_message.json"), Path("samples/query.json")]
    assert generate.stale(files, tmp_path) == stale
    generate.write(files, tmp_path)
    assert generate.stale(files, tmp_path) == []
    assert not (tmp_path / "samples" / "no_such_message.json").exists()


def test_all_of_the_typescript_package_is_generated_but_what_the_compiler_writes(
    tmp_path: Path, files: dict[Path, str]
) -> None:
    generate.write(files, tmp_path)
    package = tmp_path / "typescript"
    for name in ("package.json", "README.md", "LICENSE", "dist/index.js", "src/foreign.ts"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text("", encoding="utf-8")
    stale = [Path("typescript", name) for name in ("LICENSE", "README.md", "package.json", "src/foreign.ts")]
    assert generate.stale(files, tmp_path) == stale
    generate.write(files, tmp_path)
    assert not (package / "src" / "foreign.ts").exists()
    assert (package / "dist" / "index.js").exists()
