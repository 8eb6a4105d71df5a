"""What changed since the last frozen version, in sentences."""

from pathlib import Path

import pytest

from tests.contract.edits import (
    BREAKING,
    SAFE,
    Edit,
    add_message,
    add_optional_request_field,
    add_value_to_an_open_enum,
    apply,
    change_a_default,
    change_a_description,
    definition,
    deprecate_a_message,
    make_a_request_unsafe_to_repeat,
    raise_a_bound_of_an_answer,
    remove_response_field,
    rename_request_field,
    set_version,
)
from tests.tools.contract.command import run


@pytest.fixture
def schema(schema: Path) -> Path:
    """A contract that was frozen as 0.1 and is now 0.2."""
    set_version(schema, 0, 2)
    return schema


def changelog(schema: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    assert run("changelog", schema=schema) == 0
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("edit", "title", "line"),
    [
        (add_message, "New", "- The request `clear_log`. Forgets what was logged."),
        (add_optional_request_field, "New", "- `query`: the optional field `an_added_key`. A new one."),
        (
            add_value_to_an_open_enum,
            "New",
            "- `compare_rows_response`, `describe_objects_response`, `import_rows`, `open_table_response`, ",
        ),
        (deprecate_a_message, "Deprecated", "- `close_result`: marked as deprecated. Results close themselves."),
        (raise_a_bound_of_an_answer, "May surprise older clients", "- `hello_response`: `version`: maxLength"),
        (
            lambda files: definition(files, "connection.json", "HostName").update(maxLength=512),
            "Changed",
            "- `db_connect`: `HostName`: maxLength raised or removed, from `255` to `512`.",
        ),
        (remove_response_field, "Breaks older clients", "- `health_response`: the field `pid` is removed. Old"),
        (rename_request_field, "Breaks older clients", "- `fetch`: the field `offset` is now called `start`. Both"),
        (change_a_default, "Breaks older clients", "- `query`: `window_rows` defaults to `10`, before"),
        (make_a_request_unsafe_to_repeat, "Breaks older clients", "- `health_check`: request is no longer safe to"),
    ],
)
def test_a_change_is_a_sentence_below_its_title(
    edit: Edit, title: str, line: str, schema: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    apply(schema, edit)
    lines = changelog(schema, capsys)
    assert lines[:4] == ["Protocol 0.2, since 0.1:", "", f"### {title}", ""]
    assert [one[: len(line)] for one in lines[4:]] == [line]


def test_a_new_description_is_not_listed(schema: Path, capsys: pytest.CaptureFixture[str]) -> None:
    apply(schema, change_a_description)
    assert changelog(schema, capsys) == ["Protocol 0.2, since 0.1:", "No change that a client can notice."]


def test_without_a_frozen_version_everything_is_new(unfrozen: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert changelog(unfrozen, capsys) == ["No version is frozen yet: everything is new."]


@pytest.mark.parametrize("edit", [*BREAKING, *SAFE], ids=lambda edit: edit.__name__)
def test_every_change_has_a_line_and_names_a_message(
    edit: Edit, schema: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    apply(schema, edit)
    lines = [line for line in changelog(schema, capsys) if line.startswith("- ")]
    assert bool(lines) == (edit is not change_a_description)
    assert all("`" in line and "None" not in line for line in lines)
