"""Long cells make a row large, however many short ones stand beside them."""

from litebase.drivers.slices import content_bytes


def test_every_cell_counts_and_text_and_bytes_by_their_length() -> None:
    assert content_bytes(()) == 0
    assert content_bytes((1, None, 2.5, True)) == 32
    assert content_bytes(("x" * 100, b"y" * 1000)) == 1116
