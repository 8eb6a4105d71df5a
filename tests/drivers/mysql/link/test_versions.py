"""What follows from a server's version."""

import pytest

from tests.drivers.mysql.conftest import fake_target, refusal_of, stage_of
from tests.drivers.mysql.fake_server import Talk, fake_server

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("version", ["8.0.11-TiDB-v8.5.1", "5.7.25-TiDB-v4.0.0", "8.0.30-Vitess"])
async def test_a_server_that_writes_in_read_only_sessions_gets_no_read_only_session(version: str) -> None:
    """By their documents these take the setting and write all the same; a promise that nobody keeps is not given."""

    async def serve(talk: Talk) -> None:
        talk.greet(version=version.encode())
        await talk.hear()
        talk.ok()

    async with fake_server(serve) as (port, talks):
        failure = await refusal_of(fake_target(port, tls="disable", read_only=True))
        assert stage_of(failure) == "database"
        assert "right to write" in failure.message
        assert b"SET " not in talks[0].heard, "nothing was set there"
