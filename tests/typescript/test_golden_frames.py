"""The golden frames, byte for byte, with the codec of the TypeScript client."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tools import typescript

HERE = Path(__file__).parent
FRAMES = typescript.ROOT / "generated" / "frames.json"


def run(package: Path, frames: Path) -> "subprocess.CompletedProcess[str]":
    """The tests of `golden_frames.test.mjs` with one file of frames."""
    return subprocess.run(
        [typescript.node(), "--test", "--test-reporter=tap", "golden_frames.test.mjs"],
        cwd=HERE,
        env={**os.environ, "LITEBASE_PACKAGE": str(package), "LITEBASE_FRAMES": str(frames)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_typescript_codec_reads_every_frame_and_writes_it_again(package: Path) -> None:
    done = run(package, FRAMES)
    assert done.returncode == 0, done.stdout[-3000:]
    types = json.loads(FRAMES.read_text(encoding="utf-8"))["messages"]
    passed = re.search(r"^# pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed
    assert int(passed[1]) >= 2 * len(types)


def spoil_a_value(frames: Any) -> None:
    frames["messages"]["query"]["valid"][0]["value"]["data"]["sql"] = "another"


def spoil_a_byte(frames: Any) -> None:
    frame = frames["messages"]["query_response"]["valid"][0]
    frame["hex"] = frame["hex"].replace("6964", "6965", 1)


def spoil_a_code(frames: Any) -> None:
    frames["broken"]["answer"][0]["code"] = "internal"


def spoil_a_form(frames: Any) -> None:
    """An integer in nine bytes instead of one is read the same and is not written like this again."""
    one = frames["values"]["integers"][10]
    assert one["hex"] == "00"
    one["hex"] = "d30000000000000000"


@pytest.mark.parametrize("spoil", [spoil_a_value, spoil_a_byte, spoil_a_code, spoil_a_form])
def test_a_spoilt_frame_is_found(spoil: Any, package: Path, tmp_path: Path) -> None:
    frames = json.loads(FRAMES.read_text(encoding="utf-8"))
    spoil(frames)
    (tmp_path / "frames.json").write_text(json.dumps(frames), encoding="utf-8")
    done = run(package, tmp_path / "frames.json")
    assert done.returncode == 1
    failed = re.search(r"^# fail (\d+)$", done.stdout, re.MULTILINE)
    assert failed, done.stdout[-2000:]
    assert 1 <= int(failed[1]) <= 3, "only the tests that read this frame"
