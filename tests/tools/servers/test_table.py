"""The table of tested versions: it has the pinned ones, and keeps what other runs wrote."""

from tools.servers import table
from tools.servers.pinned import pinned
from tools.servers.trial import Outcome


def test_the_page_has_the_pinned_versions_in_their_order() -> None:
    found = list(table.rows(table.between(table.PAGE.read_text(encoding="utf-8"))))
    assert found == [(server.product, server.version) for server in pinned()]


def test_a_run_of_one_version_changes_its_row_and_no_other() -> None:
    servers = pinned()
    page = table.with_outcomes(table.PAGE.read_text(encoding="utf-8"), servers, {servers[0].name: Outcome(7, 1, 2)})
    page = table.with_outcomes(page, servers, {servers[1].name: Outcome(8, 0, 0)})
    ends = list(table.rows(table.between(page)).values())
    assert ends[:2] == ["7 | 1 | 2", "8 | 0 | 0"]
    before = table.rows(table.between(table.PAGE.read_text(encoding="utf-8")))
    assert ends[2:] == list(before.values())[2:]
    assert table.with_outcomes(page, servers, {}) == page


def test_a_new_version_begins_without_outcomes() -> None:
    page = f"a\n{table.BEGIN}\n\n| MySQL | 9.0.0 | 1 | 0 | 0 |\n\n{table.END}\nb\n"
    (server,) = (one for one in pinned() if one.name == "mysql-9")
    written = table.rows(table.between(table.with_outcomes(page, [server], {})))
    assert written == {("MySQL", server.version): table.NOT_RUN}
