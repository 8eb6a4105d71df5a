"""Targets as people write them."""

from pathlib import Path

import pytest
from litebase_schema.connection import MysqlTarget, PostgresqlTarget, SqliteTarget

from litebase.drivers import ENGINES
from litebase.drivers.targets import FORMS, TargetOptions, asks_password, parse

PLAIN = TargetOptions()


def test_every_engine_says_how_its_targets_are_written() -> None:
    for name, engine in ENGINES.items():
        assert engine.target_form.startswith(f"{name}:")
        assert engine.target_form in FORMS
        assert parse(f"{name}:", PLAIN).engine == name


@pytest.mark.parametrize("text", ["", "sqlite", "oracle:x", ":x", "/data/a.db"])
def test_what_begins_with_no_engine_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(ValueError, match="A target is one of: sqlite:PATH"):
        parse(text, PLAIN)


def test_a_path_is_absolute_and_the_options_choose_its_mode(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for options, mode in (
        (PLAIN, "read_write"),
        (TargetOptions(read_only=True), "read_only"),
        (TargetOptions(create=True), "create"),
    ):
        wanted = SqliteTarget.model_validate({"engine": "sqlite", "path": str(tmp_path / "a b.db"), "mode": mode})
        assert parse("sqlite:a b.db", options) == wanted
    assert parse("sqlite:", PLAIN) == SqliteTarget(engine="sqlite", mode="memory")


@pytest.mark.parametrize("options", [TargetOptions(read_only=True), TargetOptions(create=True)])
def test_a_database_in_memory_takes_no_options(options: TargetOptions) -> None:
    with pytest.raises(ValueError, match="need a path"):
        parse("sqlite:", options)


def test_a_server_is_written_as_a_url_and_what_is_missing_keeps_its_default() -> None:
    wanted = PostgresqlTarget(engine="postgresql", host="db", port=1, user="a@b", database="c d", password="e")
    assert parse("postgresql://a%40b@db:1/c%20d", TargetOptions(password="e")) == wanted
    assert parse("mysql://", TargetOptions(read_only=True)) == MysqlTarget(engine="mysql", read_only=True)


def test_a_password_in_the_text_and_a_database_to_be_made_are_refused() -> None:
    with pytest.raises(ValueError, match="leave it out"):
        parse("mysql://a:canary@db/", PLAIN)
    with pytest.raises(ValueError, match="must exist"):
        parse("mysql://a@db/", TargetOptions(create=True))


def test_only_servers_ask_for_passwords() -> None:
    assert [asks_password(f"{name}:") for name in ("sqlite", "postgresql", "mysql", "oracle")] == [
        False,
        True,
        True,
        False,
    ]
