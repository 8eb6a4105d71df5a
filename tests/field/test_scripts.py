"""Scripts whose outcome was wrong: what a statement did after its first result, and results that nobody could keep."""

import pytest
from litebase_schema.query import FetchRequest

from litebase.client import RequestFailed
from tests.field.conftest import Field

pytestmark = pytest.mark.anyio

MAX_RESULTS = 200  # of one client, as hello reports it


async def test_an_error_after_a_procedure_s_first_result_is_the_statement_s_error(mysql: Field) -> None:
    """Kind: what comes after a statement's first result was ignored by run_script."""
    await mysql.script("DELIMITER //\ncreate procedure late() begin select 1; signal sqlstate '45000'; end //")
    answer = await mysql.script("call late(); select 'went on'", on_error="stop")
    (outcome,) = answer.statements
    assert outcome.error is not None
    assert outcome.error.details is not None
    assert outcome.error.details["sqlstate"] == "45000"
    assert (outcome.total_rows, [column.name for column in outcome.columns]) == (1, ["1"])
    assert outcome.result_id is not None, "what came before the error can be read"
    window = await mysql.client.fetch(FetchRequest(result_id=outcome.result_id, offset=0, limit=10))
    assert window.rows == [[1]]


async def test_a_procedure_that_fails_late_does_not_let_its_transaction_commit_half(mysql: Field) -> None:
    """Kind: as above; the script went on to its COMMIT although the procedure had failed."""
    await mysql.script(
        "create table paid (id int) engine = innodb;\n"
        "DELIMITER //\ncreate procedure pays() begin select 'paying'; insert into paid values (null, 1); end //"
    )
    answer = await mysql.script("start transaction; insert into paid values (1); call pays(); commit")
    assert [outcome.error is None for outcome in answer.statements] == [True, True, False]
    assert await mysql.rows("select count(*) from paid") == [[0]]


async def test_a_procedure_that_works_on_after_its_first_result_is_waited_for(mysql: Field) -> None:
    """Kind: as above; after two seconds the procedure was killed and reported as done."""
    await mysql.script(
        "create table t (id int);\n"
        "DELIMITER //\ncreate procedure slow() begin select 1; do sleep(2.5); insert into t values (1); end //"
    )
    answer = await mysql.script("call slow(); select count(*) from t")
    assert [outcome.error for outcome in answer.statements] == [None, None]
    result_id = answer.statements[1].result_id
    assert result_id is not None
    assert (await mysql.client.fetch(FetchRequest(result_id=result_id, offset=0, limit=1))).rows == [[1]]


async def test_every_result_of_a_procedure_has_a_place_in_the_outcome(mysql: Field) -> None:
    """Kind: as above; only the first result had one."""
    await mysql.script("DELIMITER //\ncreate procedure three() begin select 1; select 2, 3; do 0; select 4; end //")
    (outcome,) = (await mysql.script("call three()")).statements
    assert [[column.name for column in one.columns] for one in outcome.more_results if one.columns] == [
        ["2", "3"],
        ["4"],
    ]
    for one, row in zip((one for one in outcome.more_results if one.columns), ([2, 3], [4]), strict=True):
        assert one.result_id is not None
        assert (await mysql.client.fetch(FetchRequest(result_id=one.result_id, offset=0, limit=9))).rows == [row]


async def test_a_procedure_with_more_results_than_can_be_kept_has_run_once_and_says_so(mysql: Field) -> None:
    """Kind: a limit that is met after the work was done made an error that invites to do it again."""
    await mysql.script(
        "create table t (id int);\nDELIMITER //\n"
        "create procedure many() begin declare i int default 0; "
        "while i < 250 do insert into t values (i); select i; set i = i + 1; end while; end //"
    )
    answer = await mysql.query("call many()")
    kept = [one for one in answer.more_results if one.result_id is not None]
    assert len(kept) <= MAX_RESULTS
    assert sum(bool(one.columns) for one in answer.more_results) == 249
    assert [notice.severity for notice in answer.notices] == ["WARNING"]
    assert "not kept" in answer.notices[0].message
    assert await mysql.rows("select count(*) from t") == [[250]]


async def test_a_script_goes_on_when_the_rows_of_its_queries_cannot_be_kept(sqlite: Field) -> None:
    """Kind: as above; the script stopped midway although its writes before were done."""
    answer = await sqlite.script("CREATE TABLE t (a);" + "INSERT INTO t VALUES (1); SELECT * FROM t;" * 220)
    assert len(answer.statements) == answer.statement_count == 441
    assert [outcome.error for outcome in answer.statements if outcome.error] == []
    reads = [outcome for outcome in answer.statements if outcome.columns]
    assert [outcome.total_rows for outcome in reads] == list(range(1, 221))
    assert [outcome.result_id is not None for outcome in reads] == [True] * MAX_RESULTS + [False] * 20
    assert all("not kept" in outcome.notices[0].message for outcome in reads[MAX_RESULTS:])


async def test_a_request_that_was_refused_for_lack_of_room_may_be_sent_again(sqlite: Field) -> None:
    """Kind: `retryable` was said of errors after which something had been done. Here nothing was."""
    await sqlite.script("SELECT 1;" * MAX_RESULTS)
    with pytest.raises(RequestFailed) as failed:
        await sqlite.query("SELECT 1")
    assert (failed.value.code, failed.value.retryable) == ("limit_exceeded", True)
