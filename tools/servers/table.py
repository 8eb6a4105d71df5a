"""The table in docs/engines.md of the versions that the tests were run against, and how they ended."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.servers.pinned import Pinned
from tools.servers.trial import Outcome

PAGE = Path(__file__).parents[2] / "docs" / "engines.md"
BEGIN, END = "<!-- written by make test-servers: begin -->", "<!-- end -->"
_HEAD = "| server | version | passed | failed | skipped |\n|---|---|---|---|---|"
_ROW = re.compile(r"^\| (?P<product>\w+) \| (?P<version>[\d.]+) \| (?P<ends>.*) \|$", re.MULTILINE)
NOT_RUN = "not run | - | -"


def between(page: str) -> str:
    """The table that a page has now. Raises `ValueError` where it has no place for one."""
    return page[page.index(BEGIN) + len(BEGIN) : page.index(END)]


def rows(table: str) -> dict[tuple[str, str], str]:
    """The ends of each version in a table."""
    return {(found["product"], found["version"]): found["ends"] for found in _ROW.finditer(table)}


def with_outcomes(page: str, servers: Sequence[Pinned], outcomes: Mapping[str, Outcome]) -> str:
    """A page whose table has a row for each server, by its name in `outcomes`, or as the table had it before."""
    table = between(page)
    before = rows(table)
    lines = [_HEAD]
    for server in servers:
        if (outcome := outcomes.get(server.name)) is not None:
            ends = f"{outcome.passed} | {outcome.failed} | {outcome.skipped}"
        else:
            ends = before.get((server.product, server.version), NOT_RUN)
        lines.append(f"| {server.product} | {server.version} | {ends} |")
    before_it, after_it = page.split(BEGIN, maxsplit=1)[0], page.split(END, 1)[1]
    return "\n".join([before_it + BEGIN, "", *lines, "", END]) + after_it


def write(servers: Sequence[Pinned], outcomes: Mapping[str, Outcome]) -> None:
    """Write what came out into the page."""
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(with_outcomes(page, servers, outcomes), encoding="utf-8")
