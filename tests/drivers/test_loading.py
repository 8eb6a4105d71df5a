"""Engines are loaded when they are first used."""

import gc

import pytest

from litebase.drivers import ENGINES, load


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("collecting", [True, False])
def test_loading_an_engine_leaves_the_garbage_collector_as_it_was(engine: str, collecting: bool) -> None:
    if not collecting:
        gc.disable()
    try:
        assert load(engine).engine == engine
        assert gc.isenabled() is collecting
    finally:
        gc.enable()


def test_an_engine_that_cannot_be_loaded_leaves_it_as_it_was() -> None:
    with pytest.raises(KeyError):
        load("oracle")
    assert gc.isenabled()
