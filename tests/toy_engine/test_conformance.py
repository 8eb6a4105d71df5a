"""The toy engine, held to the suite that every engine passes, as far as it goes without writing."""

from typing import ClassVar

import pytest

from tests.drivers.conformance import Conformance, Engine
from tests.toy_engine.driver import ToyDriver

pytestmark = pytest.mark.anyio


class TestToy(Conformance):
    engine: ClassVar[Engine] = Engine(
        driver=ToyDriver,
        target=lambda _folder: None,
        make_things=None,
        numbers=lambda count: f"SELECT n FROM numbers LIMIT {count}",
        fails_after=lambda rows: f"SELECT n FROM brittle({rows})",
        reads_ahead=0,
        endless="SELECT n FROM silence",
        endless_rows="SELECT n FROM numbers",
        endless_write="",
        two_positional="SELECT ?, ?",
        two_named=None,
        insert_named_thing="",
        returning=None,
        tells_insert_id=False,
    )
