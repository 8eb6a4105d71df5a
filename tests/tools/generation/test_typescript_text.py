"""TypeScript as text: nothing in the contract can break out of a comment, and no line is too long."""

import pytest

from tools.generation.typescript_text import WIDTH, camel_case, comment, key, listed, union

LONG = [f'"alternative_number_{number}"' for number in range(9)]


def test_a_short_description_is_one_line() -> None:
    assert comment(["A thing."], indent="  ") == "  /** A thing. */\n"


def test_a_long_description_is_wrapped_and_keeps_its_indent() -> None:
    text = comment(["word " * 60], indent="  ")
    lines = text.splitlines()
    assert (lines[0], lines[-1]) == ("  /**", "   */")
    assert all(line.startswith("   * word") for line in lines[1:-1])
    assert max(map(len, lines)) <= WIDTH
    assert text.count("word") == 60


def test_paragraphs_and_tags_stand_apart() -> None:
    assert comment(["One.", "", "Two."], ["since 0.1", "deprecated use another"]).splitlines() == [
        "/**", " * One.", " *", " * Two.", " *", " * @since 0.1", " * @deprecated use another", " */",
    ]  # fmt: skip


def test_a_tag_alone_and_nothing_at_all() -> None:
    assert comment([""], ["since 0.1"]) == "/** @since 0.1 */\n"
    assert comment([""]) == ""


def test_a_description_cannot_end_its_comment() -> None:
    text = comment(["*/ export const evil = 1; /* and **/"], ["deprecated */ evil"])
    assert text.count("*/") == 1
    assert text.endswith("*/\n")
    assert text.count("*\\/") == 3


def test_a_description_cannot_begin_a_tag_or_a_line() -> None:
    assert comment(["@deprecated not\nso", "mail me@example"]) == (
        "/**\n * \\@deprecated not so\n *\n * mail me@example\n */\n"
    )


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("plain", "plain"),
        ("$x_1", "$x_1"),
        ("class", "class"),
        ("1st", '"1st"'),
        ("a-b", '"a-b"'),
        ('"', '"\\""'),
        ("", '""'),
    ],
)
def test_a_key_is_quoted_where_it_must_be(name: str, written: str) -> None:
    assert key(name) == written


def test_a_message_type_becomes_a_method_name() -> None:
    assert [camel_case(name) for name in ("query", "run_script", "a_2_b")] == ["query", "runScript", "a2B"]


def test_a_union_breaks_where_a_line_is_too_short() -> None:
    assert union("type A =", LONG[:2]) == 'type A = "alternative_number_0" | "alternative_number_1";'
    middle = [*LONG[:4], '"0123456789"']
    assert union("type A =", middle) == f"type A =\n  {' | '.join(middle)};"
    assert union("    error:", middle) == f"    error:\n      {' | '.join(middle)};"
    assert union("type A =", LONG) == "type A =\n" + "\n".join(f"  | {one}" for one in LONG) + ";"
    assert union("  a?:", LONG) == "  a?:\n" + "\n".join(f"    | {one}" for one in LONG) + ";"


def test_a_list_breaks_where_a_line_is_too_short() -> None:
    assert listed("import {", ["A", "B"], "}") == "import { A, B }"
    assert listed("  f(", ["a", "b"], ") {") == "  f(a, b) {"
    assert listed("  f(", LONG, ") {") == "  f(\n" + "".join(f"    {one},\n" for one in LONG) + "  ) {"
