"""The pages that people read, and how their parts are found."""

import re
from dataclasses import dataclass
from pathlib import Path

from tools import typescript

ROOT = Path(__file__).parents[2]
_FENCED = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of Markdown."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def prose(self) -> str:
        """The text without its blocks."""
        return _FENCED.sub("", self.text)

    @property
    def code(self) -> list[str]:
        """What stands between backticks in a sentence or a table."""
        return re.findall(r"`([^`\n]+)`", self.prose)

    @property
    def links(self) -> list[str]:
        """The targets of the links."""
        return re.findall(r"\]\(([^)\s]+)\)", self.prose)

    @property
    def anchors(self) -> set[str]:
        """What a link may name after `#`: the headings, as GitHub spells them."""
        headings = re.findall(r"^#+ (.*)$", self.prose, re.MULTILINE)
        return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}

    def blocks(self, language: str) -> list[str]:
        """The blocks that are marked so."""
        return [block for mark, block in _FENCED.findall(self.text) if mark == language]

    def section(self, title: str) -> str:
        """The text below one heading, up to the next one."""
        found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#+ |\Z)", self.text, re.MULTILINE | re.DOTALL)
        assert found, f"{self.name} has no section {title!r}"
        return found[1]


def read(name: str) -> Page:
    """The page at a path from the root of the repository."""
    path = ROOT / name
    return Page(path, path.read_text(encoding="utf-8"))


def table(text: str) -> list[list[str]]:
    """The cells of the tables in `text`, without their heads."""
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.splitlines() if line[:1] == "|"]
    heads = {index - 1 for index, row in enumerate(rows) if set("".join(row)) <= set("-|")}
    return [row for index, row in enumerate(rows) if index not in heads and index - 1 not in heads]


DOCS = [f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))]
PACKAGES = [f"{package.as_posix()}/README.md" for package in typescript.PACKAGES]
CRATES = ["generated/rust/README.md", "clients/tauri/README.md"]
PAGES = [read(name) for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", *DOCS, *PACKAGES, *CRATES)]
