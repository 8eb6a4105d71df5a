"""What the text of a statement tells."""

from litebase.drivers.postgresql import statements


def test_what_waits_for_readers_is_known() -> None:
    for sql in (
        "DROP TABLE a",
        "alter table a add b int",
        "TRUNCATE a",
        "LOCK a",
        "VACUUM FULL",
        "CREATE INDEX ON a (b)",
    ):
        assert statements.waits_for_readers(sql), sql
    for sql in ("SELECT 1", "INSERT INTO a VALUES (1)", "CREATE TABLE b (c int)", "BEGIN"):
        assert not statements.waits_for_readers(sql), sql
