"""Rust source as text, in the form that rustfmt gives it: names, doc comments, attributes, functions.

rustfmt is no part of the generator, so that everyone can run it; a test compares with rustfmt where there is one.
"""

import re
import textwrap
from collections.abc import Sequence

WIDTH = 100
STEP = "    "
_SHORT_LITERAL = 18  # rustfmt keeps a struct literal on one line when its fields are no longer than this
_KEYWORDS = {
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct",
    "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while",
    "yield",
}  # fmt: skip
NEVER_RAW = {"crate", "self", "super"}


def field_name(name: str) -> str:
    """A property name as an identifier; serde takes `r#where` for `where`."""
    if name in NEVER_RAW:
        raise ValueError(f"{name!r} cannot be the name of a field in Rust")
    return f"r#{name}" if name in _KEYWORDS else name


def pascal_case(name: str) -> str:
    """`read_write` as `ReadWrite`, `utf-8` as `Utf8`."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name))


def string(text: str) -> str:
    """A string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


def comment(paragraphs: Sequence[str], indent: str = "", mark: str = "///") -> str:
    """A doc comment with its line end, or nothing when there is nothing to say."""
    blocks = [_wrapped(text, WIDTH - len(indent) - len(mark) - 1) for text in paragraphs if text.strip()]
    lines: list[str] = []
    for number, block in enumerate(blocks):
        lines += [""] * (number > 0)
        lines += block
    return "".join(f"{indent}{mark} {line}".rstrip() + "\n" for line in lines)


def function(indent: str, head: str, parameters: Sequence[str], tail: str) -> str:
    """The head of a function: on one line, or with a line for each parameter."""
    line = f"{indent}{head}({', '.join(parameters)}) {tail}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"{indent}{head}(", *(f"{indent}{STEP}{one}," for one in parameters), f"{indent}) {tail}"])


def literal(indent: str, name: str, fields: Sequence[str], rest: str = "") -> str:
    """A struct literal; `rest` is what follows the fields, without a comma."""
    parts = [*fields, rest] if rest else [*fields]
    if not parts:
        return f"{indent}{name} {{}}"
    if len(", ".join(parts)) <= _SHORT_LITERAL:
        return f"{indent}{name} {{ {', '.join(parts)} }}"
    lines = [f"{indent}{STEP}{one}," for one in fields] + ([f"{indent}{STEP}{rest}"] if rest else [])
    return "\n".join([f"{indent}{name} {{", *lines, f"{indent}}}"])


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of a description, which cannot begin a list, a heading or a link of its own."""
    plain = " ".join(text.split())
    plain = re.sub(r"[\[\]<>]", lambda found: "\\" + found[0], plain) if "`" not in plain else _outside_code(plain)
    lines = textwrap.wrap(plain, width, break_long_words=False, break_on_hyphens=False)
    return [re.sub(r"^([-+*#>]|\d+[.)])(?=\s|$)", r"\\\1", line) for line in lines]


def _outside_code(text: str) -> str:
    parts = text.split("`")
    for number in range(0, len(parts), 2):
        parts[number] = re.sub(r"[\[\]<>]", lambda found: "\\" + found[0], parts[number])
    return "`".join(parts)
