"""Rust as text: nothing in the contract can break out of a comment or a string, and lines are those of rustfmt."""

import pytest

from tools.generation.rust_text import WIDTH, comment, field_name, function, literal, pascal_case, string


def test_a_description_is_wrapped_and_keeps_its_indent() -> None:
    text = comment(["word " * 60, "", "Two."], indent="    ")
    assert max(map(len, text.splitlines())) <= WIDTH
    assert text.count("word") == 60
    assert text.endswith("    ///\n    /// Two.\n")
    assert comment([""]) == ""


def test_a_description_stays_in_its_comment_and_is_no_markup() -> None:
    text = comment(["a\nfn evil() {} */ [link](x) <b> `Vec<u8>[0]`"])
    assert text == "/// a fn evil() {} */ \\[link\\](x) \\<b\\> `Vec<u8>[0]`\n"
    for begin in ("- a list", "1. a list", "# a heading"):
        assert "\n/// \\" in comment([f"{'x' * 96} {begin}"])


@pytest.mark.parametrize(
    ("name", "written"), [("plain", "plain"), ("where", "r#where"), ("type", "r#type"), ("default", "default")]
)
def test_a_field_may_be_a_keyword(name: str, written: str) -> None:
    assert field_name(name) == written


def test_a_field_cannot_have_a_name_that_is_never_raw() -> None:
    with pytest.raises(ValueError, match="'self' cannot be the name of a field"):
        field_name("self")


def test_words_become_names_of_variants() -> None:
    words = ("read_write", "utf-8", "no-op", "tls", "")
    assert [pascal_case(word) for word in words] == ["ReadWrite", "Utf8", "NoOp", "Tls", ""]


def test_a_string_cannot_end_early() -> None:
    assert string('a"b\\c\nd') == '"a\\"b\\\\c\\nd"'


def test_a_function_breaks_where_a_line_is_too_short() -> None:
    assert function("    ", "pub fn new", ["a: u8"], "-> Self {") == "    pub fn new(a: u8) -> Self {"
    long = [f"parameter_{number}: impl Into<String>" for number in range(3)]
    assert function("    ", "pub fn new", long, "-> Self {") == (
        "    pub fn new(\n" + "".join(f"        {one},\n" for one in long) + "    ) -> Self {"
    )


def test_a_literal_breaks_where_it_has_more_than_18_characters() -> None:
    assert literal("  ", "Self", ["a: 1", "b: 2"]) == "  Self { a: 1, b: 2 }"
    assert literal("", "Self", ["abcdefghij: 1", "b: 2"]) == "Self {\n    abcdefghij: 1,\n    b: 2,\n}"
    assert literal("", "Self", []) == "Self {}"
