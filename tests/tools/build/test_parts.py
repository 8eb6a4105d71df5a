"""The parts of a build and their sizes."""

from pathlib import Path, PurePosixPath

import pytest

from tools.build.parts import part_of, sizes, table


@pytest.mark.parametrize(
    ("file", "part"),
    [
        ("litebase-backend", "Python modules and the starter"),
        ("_internal/libcrypto.so.3", "OpenSSL"),
        ("_internal/psycopg_binary.libs/libcrypto-3a0647ea.so.3", "OpenSSL"),
        ("_internal/psycopg_binary.libs/libkrb5-f18b4d11.so.3.3", "libpq and what it needs"),
        ("_internal/psycopg_binary/pq.cpython-311-x86_64-linux-gnu.so", "psycopg"),
        ("_internal/libpython3.11.so.1.0", "the Python interpreter"),
        ("_internal/python3.11/lib-dynload/_ssl.so", "the standard library, compiled"),
        ("_internal/base_library.zip", "the standard library, first part"),
        ("_internal/libsqlite3.so.0", "SQLite"),
        ("_internal/asyncmy/errors.so", "asyncmy"),
        ("_internal/asyncmy-0.2.18.dist-info/METADATA", "asyncmy"),
        ("_internal/libffi.so.8", "other libraries"),
    ],
)
def test_each_file_belongs_to_a_part(file: str, part: str) -> None:
    assert part_of(PurePosixPath(file)) == part


def test_the_table_lists_each_part_and_the_total(tmp_path: Path) -> None:
    inside = tmp_path / "_internal"
    inside.mkdir()
    (inside / "libssl.so.3").write_bytes(bytes(3_000_000))
    (inside / "libssl.so").symlink_to("libssl.so.3")
    (tmp_path / "litebase-backend").write_bytes(bytes(1_500_000))
    found = sizes(tmp_path)
    assert found.total() == 4_500_000
    packed = tmp_path / "packed.tar.gz"
    packed.write_bytes(bytes(1_000_000))
    lines = [line.split("  ") for line in table(found, [packed]).splitlines()]
    assert [(line[0].strip(), line[-1].strip()) for line in lines] == [
        ("OpenSSL", "3.00 MB"),
        ("Python modules and the starter", "1.50 MB"),
        ("total", "4.50 MB"),
        ("packed.tar.gz", "1.00 MB"),
    ]


def test_the_one_file_is_one_part(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(bytes(10))
    assert sizes(tmp_path / "one") == {"one": 10}
