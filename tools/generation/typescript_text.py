"""TypeScript source as text: doc comments, keys and unions, broken into lines that are not too long."""

import json
import re
import textwrap
from collections.abc import Iterator, Sequence

WIDTH = 120
STEP = "  "

_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


def literal(value: object) -> str:
    """A JSON value as a TypeScript literal."""
    return json.dumps(value)


def key(name: str) -> str:
    """A property name, quoted where it must be."""
    return name if _IDENTIFIER.fullmatch(name) else literal(name)


def camel_case(name: str) -> str:
    """`run_script` as `runScript`."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def union(before: str, parts: Sequence[str], after: str = ";") -> str:
    """`before A | B after` on one line, or on a second one, or with a line for each. `before` brings its indent."""
    line = f"{before} {' | '.join(parts)}{after}"
    if len(line) <= WIDTH or len(parts) < 2:
        return line
    indent = before[: len(before) - len(before.lstrip())] + STEP
    second = f"{indent}{' | '.join(parts)}{after}"
    if before.endswith(("=", ":")) and len(second) <= WIDTH:
        return f"{before}\n{second}"
    return "\n".join([before, *(f"{indent}| {part}" for part in parts)]) + after


def listed(before: str, parts: Sequence[str], after: str) -> str:
    """`before parts after` with commas, and with one part per line where one line is too short."""
    gap = " " if before.endswith("{") else ""
    line = f"{before}{gap}{', '.join(parts)}{gap}{after}"
    if len(line) <= WIDTH:
        return line
    indent = before[: len(before) - len(before.lstrip())]
    return "\n".join([before, *(f"{indent}{STEP}{part}," for part in parts), f"{indent}{after}"])


def comment(paragraphs: Sequence[str], tags: Sequence[str] = (), indent: str = "") -> str:
    """A doc comment with its line end, or nothing when there is nothing to say."""
    texts = [_harmless(text) for text in paragraphs if text]
    ends = [f"@{_harmless(tag)}" for tag in tags]
    if not texts and not ends:
        return ""
    single = f"{indent}/** {texts[0] if texts else ends[0]} */"
    if len(texts) + len(ends) == 1 and len(single) <= WIDTH:
        return f"{single}\n"
    lines = [f"{indent} * {line}".rstrip() for line in _lines(texts, ends, WIDTH - len(indent) - 3)]
    return "\n".join([f"{indent}/**", *lines, f"{indent} */"]) + "\n"


def _lines(texts: Sequence[str], tags: Sequence[str], width: int) -> Iterator[str]:
    blocks = [_wrapped(text, width) for text in texts]
    if tags:
        blocks.append([line for tag in tags for line in _wrapped(tag, width)])
    for number, block in enumerate(blocks):
        yield from [""] * (number > 0)
        yield from block


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def _harmless(text: str) -> str:
    """A description that can neither end the comment that it stands in nor begin a tag of its own."""
    text = " ".join(text.split()).replace("*/", "*\\/")
    return re.sub(r"(^|\s)@", r"\1\\@", text)
