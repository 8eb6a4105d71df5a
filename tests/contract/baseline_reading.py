"""Reads today's answers with the models of an older contract, as an old client would, ignoring unknown keys.

Run as a program with the folder of the rebuilt `litebase_schema` first in the path, and a file of frames. It prints as
JSON how many answers it read and which it could not read.
"""

import json
import sys
from pathlib import Path

import litebase_schema
from litebase_schema.registry import MESSAGES

from litebase.wire.protocol import Message
from tests.contract.golden import frames_of, outcome, read


def main(models: str, file: str) -> None:
    """Read every answer of the types that the older contract knows."""
    assert Path(str(litebase_schema.__file__)).is_relative_to(models), "these are not the rebuilt models"
    count, failures = 0, []
    for name, group in frames_of(Path(file))["messages"].items():
        if group["direction"] == "response" and name in MESSAGES:
            for frame in group["valid"]:
                event = read(frame, "response")
                count += 1
                if not isinstance(event, Message):
                    failures.append(f"{name} {frame['name']}: {outcome(event)}")
    print(json.dumps({"read": count, "failures": failures}))


if __name__ == "__main__":
    main(*sys.argv[1:])
