"""Engines are loaded when they are first used."""

import gc
import subprocess
import sys

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


def test_later_collections_skip_what_was_loaded() -> None:
    code = (
        "import gc\n"
        "from litebase.drivers import ENGINES, load\n"
        "for engine in ENGINES:\n"
        "    load(engine)\n"
        "print(len(gc.get_objects()))\n"
        "gc.collect()\n"
        "kept = [[] for _ in range(100)]\n"
        "for engine in ENGINES:\n"
        "    load(engine)\n"
        "print(sum(1 for one in gc.get_objects() if type(one) is list and not one) >= 100)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    looked_at, still_looked_at = done.stdout.split()
    assert int(looked_at) < 1000  # of more than 50,000
    assert still_looked_at == "True"  # nothing is frozen by an engine that was there
