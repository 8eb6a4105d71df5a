"""The generated samples of a message type, as a test goes through them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.generation.tagged_json import from_json

FOLDER = Path(__file__).parents[2] / "generated" / "samples"


@dataclass(frozen=True)
class Sample:
    """Data of a message; `path` is where the data of an invalid one is refused."""

    name: str
    data: Any
    path: str

    @contextmanager
    def named(self) -> Iterator[None]:
        """Lets a failure say which sample it is about. One test for each would take longer than what it does."""
        try:
            yield
        except Exception as error:
            error.add_note(f"The sample is {self.name!r}.")
            raise


def samples_of(message: str, part: str) -> list[Sample]:
    """The `valid` or the `invalid` ones."""
    content = json.loads((FOLDER / f"{message}.json").read_text(encoding="utf-8"))
    return [Sample(one["name"], from_json(one["data"]), one.get("path", "")) for one in content[part]]
