"""The transcript of a session: here over the standard streams, on Windows over a pipe."""

import subprocess

from tests.end_to_end.process import command
from tools.windows.transcript import session


def test_a_session_is_printed_frame_by_frame() -> None:
    with subprocess.Popen(
        command("--stdio"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        lines = [line for line in session(process.stdin, process.stdout) if line[0] in "<>"]
        process.stdin.close()
        assert process.wait(15) == 0
    asked = ["hello", "health_check", "db_connect", "query", "query", "db_disconnect"]
    answered = ["hello_response", "health_response", "db_connect_response", "query_response", "error"]
    assert [line.split()[3] for line in lines[::2]] == asked
    assert [line.split()[3] for line in lines[1::2]] == [*answered, "db_disconnect_response"]
    assert '[[9007199254740993, "GR\\u00f6\\u00dfE", "00ff"]]' in lines[7], "the row as SQLite made it"
    assert 'near \\"SELEKT\\": syntax error' in lines[9]
