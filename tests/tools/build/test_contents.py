"""What goes into a build and what stays out. What was built is tested in tests/frozen."""

import os
import shutil
import ssl
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from asyncmy import connection

from litebase.drivers import ENGINES
from litebase.server.methods import METHODS
from tools.build import contents


def test_everything_that_is_imported_by_a_computed_name_is_listed() -> None:
    named = set(contents.hidden_imports())
    assert {f"{engine.package}.{part}" for engine in ENGINES.values() for part in ("driver", "self_test")} <= named
    assert {
        f"litebase.server.handlers.{path.partition('.')[0]}" for path in (method.handler for method in METHODS.values())
    } <= named
    assert {"asyncmy.constants.FIELD_TYPE", "asyncmy.charset", "psycopg_binary._psycopg"} <= named
    assert "litebase_schema.query" in named
    for name in named:
        assert find_spec(name.partition(".")[0]) is not None, name


def test_the_client_and_the_tools_are_left_out() -> None:
    named = contents.hidden_imports()
    assert [name for name in named if name.startswith(("litebase.client", "tools", "tests"))] == []


def test_an_exclusion_covers_submodules_but_not_similar_names() -> None:
    entries = [
        (name, "file", "PYMODULE") for name in ("test", "test.support", "testing", "rich.text", "litebase.client")
    ]
    assert [entry[0] for entry in contents.kept_modules(entries)] == ["testing"]


def test_no_shipped_package_needs_an_excluded_one() -> None:
    assert not {package.replace("-", "_") for package in contents.PACKAGES} & set(contents.EXCLUDED)


def test_only_metadata_and_licences_are_taken_from_distributions() -> None:
    files = [Path(file) for file, _ in contents.descriptions()]
    assert all(file.is_file() for file in files)
    folders = {
        folder.partition(".dist-info")[0].rpartition("-")[0].replace("_", "-") for _, folder in contents.descriptions()
    }
    assert set(contents.PACKAGES) <= folders
    assert not [file for file in files if file.name in ("RECORD", "INSTALLER", "direct_url.json")]


OPENSSL = [
    ("libssl.so.3", "/lib/libssl.so.3", "BINARY"),
    ("libcrypto.so.3", "/lib/libcrypto.so.3", "BINARY"),
    ("psycopg_binary.libs/libssl-6a9b.so.3", "/theirs/libssl", "BINARY"),
    ("psycopg_binary.libs/libcrypto-3a06.so.3", "/theirs/libcrypto", "BINARY"),
]


@pytest.mark.parametrize(("theirs", "links"), [(ssl.OPENSSL_VERSION_NUMBER, 2), (ssl.OPENSSL_VERSION_NUMBER - 1, 0)])
def test_one_openssl_is_shared_unless_psycopgs_is_older(
    theirs: int, links: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "_openssl_number", lambda _file: theirs)
    found = contents._with_one_openssl(OPENSSL)
    assert len(found) == 4
    assert len([entry for entry in found if entry[2] == "SYMLINK"]) == links
    if links:
        assert ("libssl.so.3", "psycopg_binary.libs/libssl-6a9b.so.3", "SYMLINK") in found


def test_a_library_of_a_wheel_is_shipped_under_one_name() -> None:
    link = ("libpq-e9b5.so.5", "psycopg_binary.libs/libpq-e9b5.so.5", "SYMLINK")
    other = ("Python", "Versions/Current/Python", "SYMLINK")
    assert contents.kept_data([link, other]) == [other]


def test_without_a_second_openssl_nothing_is_linked() -> None:
    assert contents._with_one_openssl(OPENSSL[:2]) == OPENSSL[:2]


@pytest.mark.skipif(sys.platform != "linux", reason="NOT TESTED: libraries are stripped on Linux only")
def test_copies_of_libraries_are_stripped_except_those_of_wheels(tmp_path: Path) -> None:
    if shutil.which("strip") is None and "CI" not in os.environ:
        pytest.skip("NOT TESTED: there is no strip (Debian: apt-get install binutils)")
    library = Path(str(connection.__file__))  # its wheel brings it with symbols
    before = library.read_bytes()
    entries = [("one.so", str(library), "BINARY"), ("psycopg_binary.libs/two.so", str(library), "BINARY")]
    stripped, left = contents._stripped(entries, tmp_path)
    assert left == entries[1]
    assert library.read_bytes() == before
    assert Path(stripped[1]).stat().st_size < len(before) / 2
    assert b"PyInit_connection" in Path(stripped[1]).read_bytes()


@pytest.mark.parametrize(
    "name", ["api-ms-win-crt-heap-l1-1-0.dll", "ucrtbase.dll", "bcryptprimitives.dll", "BCryptPrimitives.dll"]
)
def test_a_library_that_is_part_of_windows_is_not_shipped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    """A build under Wine would take Wine's own, or what stands in for it there."""
    monkeypatch.setenv(contents.WORK_FOLDER, str(tmp_path))
    assert contents.kept_binaries([(name, str(tmp_path / name), "BINARY")]) == []
