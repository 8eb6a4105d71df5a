"""Exports as a client sees them: formats and their options, what is refused, and what is left when one is stopped."""

import csv
import io
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import anyio
import pytest
from litebase_schema.cancel import CancelRequest
from litebase_schema.catalog import ObjectRef
from litebase_schema.db_session import BeginRequest, OpenDbSessionRequest, RollbackRequest
from litebase_schema.events import WaitEventsRequest
from litebase_schema.export import ExportRowsRequest, ExportRowsResponse
from litebase_schema.query import CloseResultRequest

from litebase.client import RequestFailed
from litebase.export.json_text import is_json, is_long_json
from tests.conftest import Database
from tests.drivers.sqlite.metadata import needs_metadata
from tests.server.room import ENDLESS_ROWS, numbers, open_database, serving
from tests.work import SOON_S

pytestmark = pytest.mark.anyio

MIXED = "SELECT column1 AS n, column2 AS t FROM (VALUES (1, 'a,b'), (NULL, ''), (2.5, NULL), (x'00ff', 'say \"x\"'))"


def _request(database: Database, form: str, source: Any, **more: Any) -> ExportRowsRequest:
    if isinstance(source, str):
        source = {"connection_id": database.connection_id, "sql": source}
    return ExportRowsRequest.model_validate({"source": source, "format": form, **more})


async def _export(database: Database, form: str, source: Any = MIXED, **more: Any) -> ExportRowsResponse:
    return await database.client.export_rows(_request(database, form, source, **more))


async def _content(database: Database, form: str, source: Any = MIXED, **options: Any) -> str:
    answer = await _export(database, form, source, options=options)
    assert answer.content is not None
    assert answer.bytes == len(answer.content.encode())
    return answer.content


async def _refused(database: Database, form: str, source: Any = MIXED, **more: Any) -> Any:
    with pytest.raises(RequestFailed) as refused:
        await _export(database, form, source, **more)
    return refused.value


@pytest.mark.parametrize(
    ("options", "content"),
    [
        ({}, 'n,t\n1,"a,b"\n,""\n2.5,\n00ff,"say ""x"""\n'),
        ({"separator": ";", "header": False}, '1;a,b\n;""\n2.5;\n00ff;"say ""x"""\n'),
        ({"quote": "'", "null_text": "-"}, "n,t\n1,'a,b'\n-,\n2.5,-\n00ff,say \"x\"\n"),
        ({"quote_all": True, "line_end": "crlf"}, '"n","t"\r\n"1","a,b"\r\n,""\r\n"2.5",\r\n"00ff","say ""x"""\r\n'),
        ({"bytes_as": "base64"}, 'n,t\n1,"a,b"\n,""\n2.5,\nAP8=,"say ""x"""\n'),
        ({"null_text": "1"}, 'n,t\n"1","a,b"\n1,\n2.5,1\n00ff,"say ""x"""\n'),
    ],
)
async def test_csv_has_the_marks_that_are_asked_for(memory: Database, options: dict[str, Any], content: str) -> None:
    assert await _content(memory, "csv", **options) == content


async def test_a_file_has_the_encoding_that_is_asked_for(memory: Database, tmp_path: Path) -> None:
    sql = "SELECT 'größe' AS g UNION ALL SELECT 'ÿ'"
    for encoding, bom in (("windows-1252", False), ("utf-16-le", True), ("utf-8", True)):
        path = tmp_path / encoding
        options = {"encoding": encoding, "bom": bom}
        answer = await _export(memory, "csv", sql, path=str(path), options=options)
        read = path.read_bytes()
        assert answer.bytes == len(read)
        assert read.decode("utf-16" if "16" in encoding else "utf-8-sig" if bom else encoding) == "g\ngröße\nÿ\n"
    refused = await _refused(
        memory, "csv", "SELECT 1 AS n, 'ok' AS t UNION ALL SELECT 2, 'no €'", path=str(tmp_path / "x"),
        options={"encoding": "iso-8859-1"},
    )  # fmt: skip
    assert refused.details.path == "/data/options/encoding"
    assert "row 2, column 't' has U+20AC" in refused.message
    assert not tmp_path.joinpath("x").exists()


async def test_marks_and_names_that_the_encoding_does_not_have_are_refused(memory: Database, tmp_path: Path) -> None:
    path, latin = str(tmp_path / "x"), {"encoding": "iso-8859-1"}
    for option, value in (("separator", "€"), ("quote", "€"), ("null_text", "none: €")):
        refused = await _refused(memory, "csv", path=path, options=latin | {option: value})
        assert (refused.code, refused.details.path) == ("invalid_message", f"/data/options/{option}")
    refused = await _refused(memory, "csv", "SELECT 1 AS '€'", path=path, options=latin)
    assert refused.details.path == "/data/options/encoding"
    assert "the name of column '€' has U+20AC" in refused.message
    assert list(tmp_path.iterdir()) == []


async def test_null_alone_in_a_line_is_told(memory: Database) -> None:
    sql = "SELECT NULL AS a UNION ALL SELECT 1 UNION ALL SELECT NULL"
    answer = await _export(memory, "csv", sql)
    assert (answer.content, [(one.code, one.message[-2:]) for one in answer.warnings]) == (
        "a\n\n1\n\n",
        [("empty_lines", "2.")],
    )
    assert (await _export(memory, "csv", sql, options={"null_text": "-"})).warnings == []


async def test_formulas_are_guarded_only_when_that_is_asked_for(memory: Database) -> None:
    sql = "SELECT '=1+1' AS t UNION ALL SELECT '-5' UNION ALL SELECT -5 UNION ALL SELECT '@x' UNION ALL SELECT 'a=b'"
    assert await _content(memory, "csv", sql) == "t\n=1+1\n-5\n-5\n@x\na=b\n"
    answer = await _export(memory, "csv", sql, options={"formula_guard": True})
    assert answer.content == 't\n"\t=1+1"\n-5\n-5\n"\t@x"\na=b\n'
    assert [(one.code, one.message[-2:]) for one in answer.warnings] == [("guarded_cells", "2.")]
    sql = "SELECT '-Infinity' AS t UNION ALL SELECT '-838:59:59' UNION ALL SELECT '-1:2'"
    answer = await _export(memory, "csv", sql, options={"formula_guard": True})
    assert answer.content == 't\n-Infinity\n-838:59:59\n"\t-1:2"\n', "numbers and times are no formulas"


async def test_equal_names_are_all_kept(memory: Database) -> None:
    sql = "SELECT 1 AS a, 2 AS a, 3 AS a_2, 4 AS a"
    assert (await _content(memory, "csv", sql)).startswith("a,a,a_2,a\n")
    answer = await _export(memory, "json", sql)
    assert json.loads(answer.content or "") == [{"a": 1, "a_3": 2, "a_2": 3, "a_4": 4}]
    assert [one.code for one in answer.warnings] == ["renamed_columns"]


async def test_json_says_what_it_does_not_have(memory: Database) -> None:
    await memory.query("CREATE TABLE j (d JSON, n DECIMAL, f REAL)")
    await memory.query("INSERT INTO j VALUES ('{\"a\": 1e400, \"b\": [0.10]}', 'NaN', 9e999), ('NaN', '1.50', 0.5)")
    answer = await _export(memory, "jsonl", "SELECT * FROM j")
    first, second = (answer.content or "").splitlines()
    assert first == '{"d":{"a": 1e400, "b": [0.10]},"n":"NaN","f":"Infinity"}'
    assert second == '{"d":"NaN","n":1.5,"f":0.5}'
    assert {one.code: one.message[-2:] for one in answer.warnings} == {"not_finite": "2.", "not_json": "1."}


def test_long_documents_are_judged_as_short_ones() -> None:
    """By a check of its own, which lets other threads run."""
    good = ["{}", "[]", ' [1, -0, 2.50e+5, true,null,"\\u00e9\\"" ] ', '{"a":{"b":[[],{}]},"c":1}', '"x"', "1"]
    bad = ["", "{", "[1,]", '{"a":1,}', '{"a"}', "{a:1}", "[1 2]", "01", "1.", "-", "NaN", '"\n"', '"\\x"', "[1]]"]
    bad += ["{1:2}", '{"a"::1}', "[,]", "[1}", '"a', '"a""b"', '["a"1]', "[1true]", "1 2", ":", "]"]
    for text in [*good, *bad]:
        assert is_long_json(text) == is_json(text) == (text in good), text
    assert is_long_json("[" * 9_000 + "]" * 9_000)
    assert not is_long_json("[" * 20_000 + "]" * 20_000)


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "jsonl", "sql", "markdown", "html"])
async def test_no_rows_make_a_valid_file_too(memory: Database, form: str) -> None:
    content = await _content(memory, form, "SELECT 1 AS a WHERE 0")
    wanted = {"csv": "a\n", "tsv": "a\n", "json": "[]\n", "jsonl": "", "sql": "", "markdown": "| a |\n| --- |\n"}
    assert content == wanted.get(form, content)
    assert form != "html" or content.endswith("<tbody>\n</tbody>\n</table>\n</body>\n</html>\n")


async def test_markup_escapes_what_would_be_markup(memory: Database) -> None:
    sql = "SELECT '<b>|x' || char(10) || 'y' AS t, NULL AS n"
    assert (await _content(memory, "markdown", sql)).splitlines()[2] == "| &lt;b>\\|x<br>y | NULL |"
    row = '<tr><td>&lt;b&gt;|x\ny</td><td class="null">NULL</td></tr>'
    assert row in await _content(memory, "html", sql)
    sql = "SELECT char(13) || 'a' || char(13, 10) || '[l](x) ~~b~~ _c_ d_e' AS t_"
    assert (await _content(memory, "markdown", sql)).splitlines() == [
        "| t\\_ |",
        "| --- |",
        "| <br>a<br>\\[l\\](x) \\~\\~b\\~\\~ \\_c\\_ d_e |",
    ]


async def test_text_that_is_not_valid_leaves_as_the_bytes_it_consists_of(memory: Database) -> None:
    sql = "SELECT CAST(x'61ff' AS TEXT) AS t UNION ALL SELECT 'ok'"
    answer = await _export(memory, "csv", sql)
    assert (answer.content, [one.code for one in answer.warnings]) == ("t\n61ff\nok\n", ["invalid_text"])
    stored = await memory.query(sql, keep_result=True)
    assert await _content(memory, "csv", {"result_id": stored.result_id}) == "t\n61ff\nok\n"


@needs_metadata
async def test_statements_keep_text_that_is_not_valid(memory: Database) -> None:
    await memory.query("CREATE TABLE t (a)")
    await memory.query("INSERT INTO t VALUES (CAST(x'61ff' AS TEXT)), (CAST(x'6100ff' AS TEXT)), (x'61ff')")
    wanted = await memory.rows("SELECT typeof(a), hex(a) FROM t ORDER BY 1, 2")
    answer = await _export(memory, "sql", "SELECT a FROM t")
    assert answer.warnings == []
    await memory.query("DELETE FROM t")
    await memory.query(answer.content or "")
    assert await memory.rows("SELECT typeof(a), hex(a) FROM t ORDER BY 1, 2") == wanted


@needs_metadata
async def test_statements_of_a_result_say_where_bytes_may_have_been_text(memory: Database) -> None:
    await memory.query("CREATE TABLE t (a TEXT)")
    await memory.query("INSERT INTO t VALUES (CAST(x'61ff' AS TEXT)), ('ok'), (NULL)")
    stored = await memory.query("SELECT a FROM t", keep_result=True)
    answer = await _export(memory, "sql", {"result_id": stored.result_id})
    assert answer.content == "INSERT INTO \"t\" (\"a\") VALUES\n(x'61ff'),\n('ok'),\n(NULL);\n"
    assert [(one.code, one.message[-2:]) for one in answer.warnings] == [("invalid_text", "1.")]


async def test_binary_formats_go_only_to_files(memory: Database, tmp_path: Path) -> None:
    refused = await _refused(memory, "xlsx")
    assert (refused.code, refused.details.path) == ("invalid_message", "/data/path")
    refused = await _refused(memory, "xlsx", path=str(tmp_path / "a"), options={"separator": ";"})
    assert refused.details.path == "/data/options/separator"


async def test_parquet_says_how_to_get_it(memory: Database, tmp_path: Path) -> None:
    if find_spec("pyarrow") is not None:
        pytest.skip("NOT TESTED: pyarrow is installed here")
    refused = await _refused(memory, "parquet", path=str(tmp_path / "a"))
    assert (refused.code, "pip install 'litebase[parquet]'" in refused.message) == ("unsupported", True)
    assert list(tmp_path.iterdir()) == []


async def test_a_workbook_that_is_stopped_leaves_nothing(memory: Database, tmp_path: Path) -> None:
    """While its rows are read, and while it is put together."""
    for sql, enough in ((ENDLESS_ROWS, 200_000), (numbers(100_000), 0)):
        call = await memory.client.start("export_rows", _request(memory, "xlsx", sql, path=str(tmp_path / "a.xlsx")))
        with anyio.fail_after(SOON_S):
            while not any(one.stat().st_size > enough for one in tmp_path.glob("*.parts/*")) or (
                not enough and not any(one.name == "book" and one.stat().st_size for one in tmp_path.glob("*.parts/*"))
            ):
                await anyio.sleep(0.002)
        await memory.client.cancel(CancelRequest(request_id=call.id))
        with pytest.raises(RequestFailed, match="cancelled"):
            await call.answer()
        assert list(tmp_path.iterdir()) == []


@needs_metadata
async def test_a_key_that_nobody_asked_for_is_no_obstacle(memory: Database) -> None:
    await memory.query("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL)")
    await memory.query("INSERT INTO t VALUES (1, 'x')")
    source = {"connection_id": memory.connection_id, "object": ObjectRef(kind="table", schema_name="main", name="t")}
    only = {"selection": {"columns": [1]}}
    assert (await _export(memory, "sql", source, **only)).content == 'INSERT INTO "t" ("b") VALUES\n(\'x\');\n'
    created = await _export(memory, "sql", source, **only, options={"create_table": True})
    assert (created.content or "").startswith('CREATE TABLE "t" (\n  "b" TEXT NOT NULL\n);\n')
    refused = await _refused(memory, "sql", source, **only, options={"upsert": True})
    assert refused.details.path == "/data/options/key_columns"


@needs_metadata
async def test_an_outer_join_makes_no_column_that_refuses_null(memory: Database) -> None:
    await memory.query("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL)")
    sql = "SELECT t.b FROM (SELECT 1 AS n) LEFT JOIN t ON t.a = n"
    content = await _content(memory, "sql", sql, create_table=True, table_name="copied")
    assert content == 'CREATE TABLE "copied" (\n  "b" TEXT\n);\nINSERT INTO "copied" ("b") VALUES\n(NULL);\n'


async def test_copied_text_comes_in_the_form_that_is_asked_for(memory: Database) -> None:
    assert await _content(memory, "copy_text") == '1\ta,b\n\t""\n2.5\t\n00ff\t"say ""x"""'
    assert (await _content(memory, "copy_text", copy_as="csv", header=True)).startswith('n,t\n1,"a,b"\n')
    assert json.loads(await _content(memory, "copy_text", copy_as="json"))[2] == {"n": 2.5, "t": None}
    assert (await _content(memory, "copy_text", copy_as="markdown")).startswith("| n | t |\n")
    sql = "SELECT 'it''s' AS t UNION ALL SELECT NULL UNION ALL SELECT 'b'"
    answer = await _export(memory, "copy_text", sql, options={"copy_as": "in_list"})
    assert (answer.content, [one.code for one in answer.warnings]) == ("('it''s', 'b')", ["nulls_left_out"])
    assert await _content(memory, "copy_text", "SELECT 1 WHERE 0", copy_as="in_list") == "(NULL)"
    refused = await _refused(memory, "copy_text", options={"copy_as": "in_list"})
    assert refused.details.path == "/data/options/copy_as"


async def test_only_the_selected_cells_are_written(memory: Database) -> None:
    stored = await memory.query(
        "SELECT n, n * 2 AS twice, hex(zeroblob(50)) || n AS t FROM (" + numbers(1000) + ")",
        window_rows=5,
        max_cell_bytes=16,
    )
    rows = [{"first": 900, "count": 2}, {"first": 0, "count": 1}, {"first": 998, "count": 50}, {"first": 7, "count": 0}]
    selection = {"rows": rows, "columns": [2, 0]}
    answer = await _export(memory, "csv", {"result_id": stored.result_id}, selection=selection)
    assert answer.rows == 5
    assert list(csv.reader(io.StringIO(answer.content)))[1:] == [
        ["0" * 100 + str(n), str(n)] for n in (901, 902, 1, 999, 1000)
    ]
    one = await _export(memory, "csv", "SELECT 1 AS a, 2 AS b", selection={"columns": [1]})
    assert one.content == "b\n2\n"


async def test_long_cells_of_many_rows_are_written_whole(memory: Database) -> None:
    sql = "SELECT n, CAST(zeroblob(700000) AS TEXT) || n AS t FROM (" + numbers(20) + ")"
    stored = await memory.query(sql, window_rows=1)
    answer = await _export(memory, "copy_text", {"result_id": stored.result_id}, selection={"columns": [0]})
    assert (answer.content or "").splitlines() == [str(n) for n in range(1, 21)]
    refused = await _refused(memory, "csv", {"result_id": stored.result_id})
    assert (refused.code, refused.details.limit) == ("limit_exceeded", "max_content_bytes")


async def test_rows_beyond_max_rows_are_left_out_and_told(memory: Database) -> None:
    source = {"connection_id": memory.connection_id, "sql": numbers(100), "max_rows": 3}
    answer = await _export(memory, "csv", source)
    assert (answer.content, answer.rows) == ("n\n1\n2\n3\n", 3)
    assert [one.code for one in answer.warnings] == ["truncated"]
    exact = await _export(memory, "csv", source | {"sql": numbers(3)})
    assert exact.warnings == []
    stored = await memory.query(numbers(100), max_rows=5, window_rows=10, keep_result=True)
    cut = await _export(memory, "csv", {"result_id": stored.result_id})
    assert (cut.rows, [one.code for one in cut.warnings]) == (5, ["truncated"])


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"source": {}}, "/data/source"),
        ({"source": {"sql": "SELECT 1", "result_id": "r1"}}, "/data/source"),
        ({"source": {"sql": "SELECT 1"}}, "/data/source/connection_id"),
        ({"source": {"result_id": "r1", "max_rows": 1}}, "/data/source/max_rows"),
        ({"selection": {"rows": [{"first": 0, "count": 1}]}}, "/data/selection/rows"),
        ({"selection": {"columns": [0, 9]}}, "/data/selection/columns/1"),
        ({"path": "relative.csv"}, "/data/path"),
        ({"options": {"upsert": True}}, "/data/options/upsert"),
        ({"options": {"encoding": "utf-16-le"}}, "/data/options/encoding"),
        ({"options": {"separator": "x"}}, "/data/options/separator"),
        ({"options": {"separator": '"'}}, "/data/options/quote"),
        ({"options": {"null_text": "a,b"}}, "/data/options/null_text"),
        ({"format": "copy_text", "options": {"copy_as": "json", "header": True}}, "/data/options/header"),
        ({"format": "copy_text", "path": "/tmp/x"}, "/data/path"),
        ({"format": "sql", "options": {"upsert": True}}, "/data/options/key_columns"),
        ({"format": "sql", "options": {"key_columns": ["no"]}}, "/data/options/key_columns"),
        ({"format": "sql", "options": {"key_columns": ["n", "n"]}}, "/data/options/key_columns"),
    ],
    ids=lambda one: one if isinstance(one, str) else None,
)
async def test_what_does_not_fit_is_refused(memory: Database, change: dict[str, Any], path: str) -> None:
    source = {"connection_id": memory.connection_id, "sql": MIXED}
    request = {"source": source, "format": "csv", **change}
    with pytest.raises(RequestFailed) as refused:
        await memory.client.export_rows(ExportRowsRequest.model_validate(request))
    assert (refused.value.code, refused.value.details.path) == ("invalid_message", path)


async def test_nothing_that_changes_something_is_run(memory: Database) -> None:
    await memory.query("CREATE TABLE t (a)")
    for sql in ("INSERT INTO t VALUES (1) RETURNING a", "DROP TABLE t", "BEGIN"):
        assert (await _refused(memory, "csv", sql)).code == "unsupported"
    assert await memory.rows("SELECT count(*) FROM t") == [[0]]


async def test_a_path_that_cannot_be_written_is_told_before_anything_runs(memory: Database, tmp_path: Path) -> None:
    tmp_path.joinpath("there.csv").write_text("old")
    for path, reason in (
        (tmp_path, "is_folder"),
        (tmp_path / "no" / "a", "no_folder"),
        (tmp_path / "there.csv", "exists"),
    ):
        refused = await _refused(memory, "csv", ENDLESS_ROWS, path=str(path))
        assert (refused.code, refused.details.reason, refused.details.path) == ("file_failed", reason, str(path))


async def test_a_failing_statement_leaves_no_file(memory: Database, tmp_path: Path) -> None:
    overflow = "SELECT abs(n - 9223372036854775807 - 1) FROM (" + numbers(3) + ") WHERE n >= 0"
    for sql, code in (("SELECT nothing", "query_failed"), (overflow.replace("n -", "-"), "query_failed")):
        assert (await _refused(memory, "csv", sql, path=str(tmp_path / "a.csv"))).code == code
    gone = {"connection_id": memory.connection_id, "object": ObjectRef(kind="table", schema_name="main", name='a"b')}
    assert (await _refused(memory, "csv", gone, path=str(tmp_path / "a.csv"))).code == "query_failed"
    assert list(tmp_path.iterdir()) == []


async def test_an_export_that_is_stopped_leaves_nothing_and_frees_its_session(tmp_path: Path) -> None:
    async with serving(max_db_sessions=1) as served, served.client() as client:
        database = await open_database(client)
        request = _request(database, "csv", ENDLESS_ROWS, path=str(tmp_path / "a.csv"))
        call = await client.start("export_rows", request)
        with anyio.fail_after(SOON_S):
            while sum(one.stat().st_size for one in tmp_path.iterdir()) < 1_000_000:
                await anyio.sleep(0.01)
            stopped = await client.cancel(CancelRequest(request_id=call.id))
            with pytest.raises(RequestFailed, match="cancelled"):
                await call.answer()
            assert stopped.outcome == "stopped"
            assert list(tmp_path.iterdir()) == []
            assert await database.rows("SELECT 1") == [[1]]
        late = await _refused(database, "csv", ENDLESS_ROWS, path=str(tmp_path / "a.csv"), timeout_ms=100)
        assert (late.code, late.message[-17:]) == ("timeout", "No file was made.")
        assert list(tmp_path.iterdir()) == []


async def test_progress_counts_the_rows_that_are_written(memory: Database, tmp_path: Path) -> None:
    begun = await memory.client.wait_events(WaitEventsRequest(after=None))
    stored = await memory.query(numbers(50_000), window_rows=1)
    await _export(memory, "csv", {"result_id": stored.result_id}, path=str(tmp_path / "a.csv"))
    events = (await memory.client.wait_events(WaitEventsRequest(after=begun.next, kinds=["progress"]))).events
    last = [one.progress for one in events if one.progress and one.progress.unit == "exported_rows"][-1]
    assert (last.done, last.total) == (50_000, 50_000)


async def test_closing_a_result_stops_its_export(memory: Database, tmp_path: Path) -> None:
    stored = await memory.query(ENDLESS_ROWS, window_rows=10)
    request = _request(memory, "csv", {"result_id": stored.result_id}, path=str(tmp_path / "a.csv"))
    call = await memory.client.start("export_rows", request)
    assert stored.result_id is not None
    with anyio.fail_after(SOON_S):
        while not list(tmp_path.iterdir()):
            await anyio.sleep(0.01)
    await memory.client.close_result(CloseResultRequest(result_id=stored.result_id))
    with pytest.raises(RequestFailed) as stopped, anyio.fail_after(SOON_S):
        await call.answer()
    assert (stopped.value.code, stopped.value.message) == (
        "cancelled",
        "The export_rows was cancelled because its result was closed. No file was made.",
    )
    assert list(tmp_path.iterdir()) == []


async def test_a_table_of_an_open_transaction_is_read_in_its_session(memory: Database) -> None:
    client = memory.client
    session = (await client.open_db_session(OpenDbSessionRequest(connection_id=memory.connection_id))).db_session_id
    await client.begin(BeginRequest(db_session_id=session))
    await memory.query("CREATE TABLE t (id INTEGER PRIMARY KEY, a)", db_session_id=session)
    await memory.query("INSERT INTO t VALUES (1, 'x')", db_session_id=session)
    ref = ObjectRef(kind="table", schema_name="main", name="t")
    source = {"connection_id": memory.connection_id, "db_session_id": session, "object": ref}
    answer = await _export(memory, "sql", source)
    assert answer.content == 'INSERT INTO "t" ("id", "a") VALUES\n(1, \'x\');\n'
    rolled_back = await client.rollback(RollbackRequest(db_session_id=session))
    assert rolled_back.transaction_status == "idle"
