"""`--self-test` from source: a line for each part, and a code that says whether all of them work."""

import subprocess
import sys

import pytest

from litebase.drivers import ENGINES
from litebase.drivers.self_test import SelfTestFailed
from litebase.process.exit_codes import ExitCode
from litebase.process.self_test import PARTS


@pytest.mark.parametrize("option", ["-self-test", "--self-test"])
def test_every_engine_has_a_line_and_works(option: str) -> None:
    done = subprocess.run([sys.executable, "-m", "litebase.cli", option], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (ExitCode.DONE, "")
    lines = {line.split()[0]: line.split()[1] for line in done.stdout.splitlines()}
    assert set(ENGINES) <= set(lines)
    assert set(lines.values()) == {"ok"}


WITHOUT_A_MODULE = """
import sys
sys.modules['asyncmy.protocol'] = None
from litebase.cli import main
sys.exit(main(['-self-test']))
"""


def test_a_part_that_does_not_work_is_told_and_the_rest_is_tried() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_A_MODULE], capture_output=True, text=True, check=False)
    assert done.returncode == ExitCode.SELF_TEST
    lines = {line.split()[0]: line for line in done.stdout.splitlines()}
    assert " FAILED " in lines["mysql"]
    assert "asyncmy.protocol" in lines["mysql"]
    assert " ok " in lines["sqlite"]
    assert " ok " in lines["postgresql"]


@pytest.mark.anyio
@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
async def test_peers_that_behave_otherwise_than_said_are_noticed(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The self-test itself can fail: TLS that was never tried is not told as TLS that broke."""
    monkeypatch.setattr("litebase.drivers.self_test._PEER_S", 0.5)
    monkeypatch.setattr(f"litebase.drivers.{engine}.self_test.OFFERS_TLS", b"")
    with pytest.raises(SelfTestFailed, match=r"TLS is .* and should be"):
        await PARTS[engine]()
