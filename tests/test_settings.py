"""The limits fit each other and the contract."""

from dataclasses import FrozenInstanceError, asdict, fields, replace

import pytest
from litebase_schema.hello import Limits

from litebase.client.channel import MAX_ANSWER_BYTES
from litebase.drivers import ENGINES, engine_limits
from litebase.drivers.interface import DriverLimits
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
    told = {name: Settings().told(name) for name in Limits.model_fields if name not in engine_limits()}
    assert told["max_frame_bytes"] == Settings().max_frame_bytes
    assert told["frame_timeout_ms"] == 1000 * Settings().frame_timeout_s


def test_the_limits_of_the_engines_have_names_of_their_own_and_are_told() -> None:
    names = [name for engine in ENGINES.values() for name in engine.limits]
    assert len(set(names)) == len(names)
    assert set(names) <= set(Limits.model_fields)
    assert not set(names) & {field.name for field in fields(Settings)}
    assert DriverLimits.of(Settings()).own == engine_limits()


def test_every_limit_that_a_client_can_run_into_is_told() -> None:
    """What is not told bounds the process, or is seen by its effect alone."""
    private = {
        "max_metadata_bytes", "max_notices_bytes", "max_strangers", "max_unsent_windows",
        "max_history_entries", "max_history_bytes",
    }  # fmt: skip
    limits = {field.name for field in fields(Settings) if field.name.startswith("max_")}
    assert limits - private <= set(Limits.model_fields)


def test_drivers_keep_the_settings_of_their_backend() -> None:
    settings = replace(Settings(), max_notices=3, stop_patience_s=0.5)
    limits = DriverLimits.of(settings)
    assert (limits.max_notices, limits.stop_patience_s) == (3, 0.5)
    assert limits.max_returning_bytes == settings.max_returning_bytes


def test_the_end_leaves_time_to_stop_statements_and_to_close_databases() -> None:
    settings = Settings()
    assert 2 * settings.stop_patience_s < settings.shutdown_s


def test_an_answer_fits_what_our_own_client_reads() -> None:
    settings = Settings()
    assert settings.max_window_bytes + settings.max_row_bytes < MAX_ANSWER_BYTES
    assert settings.max_greeting_bytes < settings.max_frame_bytes


def test_several_of_the_largest_requests_may_be_in_flight() -> None:
    assert Settings().max_requests_bytes == 4 * Settings().max_frame_bytes
