"""The limits fit each other and the contract."""

from dataclasses import FrozenInstanceError, asdict, fields

import pytest
from litebase_schema.hello import Limits

from litebase.client.channel import MAX_ANSWER_BYTES
from litebase.settings import Settings


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().max_clients = 1  # type: ignore[misc]  # that is the point


def test_every_limit_is_positive() -> None:
    assert all(value > 0 for value in asdict(Settings()).values())


def test_every_time_and_size_says_its_unit() -> None:
    for field in fields(Settings):
        if field.type in (float, "float"):
            assert field.name.endswith("_s"), field.name


def test_hello_tells_limits_that_exist() -> None:
    names = {field.name for field in fields(Settings)}
    assert set(Limits.model_fields) <= names
    Limits(**{name: getattr(Settings(), name) for name in Limits.model_fields})


def test_the_end_leaves_time_to_stop_statements_and_to_close_databases() -> None:
    settings = Settings()
    assert 2 * settings.stop_patience_s < settings.shutdown_s


def test_an_answer_fits_what_our_own_client_reads() -> None:
    settings = Settings()
    assert settings.max_window_bytes + settings.max_row_bytes < MAX_ANSWER_BYTES
    assert settings.max_greeting_bytes < settings.max_frame_bytes
