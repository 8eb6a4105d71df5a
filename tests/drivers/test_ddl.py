"""The order of statements: each after what it needs, also where things need one another."""

from litebase_schema.catalog import ObjectRef

from litebase.drivers.ddl import Step, in_order


def _step(name: str, *needs: str, rank: int = 0, stub: bool = False) -> Step:
    step = Step(
        ObjectRef(kind="view", schema_name="s", name=name), [f"make {name}", f"finish {name}"], rank, set(needs)
    )
    if stub:
        step.stub, step.replacing = f"stub {name}", f"replace {name}"
    return step


def _said(*steps: Step) -> list[str]:
    return [one.sql for one in in_order({one.object.name: one for one in steps}).statements]


def test_ranks_and_names_decide_where_nothing_else_does() -> None:
    assert _said(_step("b"), _step("a", rank=1), _step("c")) == [
        "make b", "finish b", "make c", "finish c", "make a", "finish a",
    ]  # fmt: skip


def test_each_comes_after_what_it_needs() -> None:
    said = _said(_step("a", "b", "elsewhere", "a"), _step("b", "c"), _step("c"))
    assert said[::2] == ["make c", "make b", "make a"]


def test_a_circle_begins_with_something_of_the_same_shape() -> None:
    said = _said(_step("a", "b", rank=5), _step("b", "a", stub=True), _step("c", "b", rank=9), _step("d", rank=9))
    assert said == [
        "make d", "finish d", "stub b", "make a", "finish a", "replace b", "finish b", "make c", "finish c",
    ]  # fmt: skip


def test_two_circles_and_what_hangs_on_them_all_come_once() -> None:
    steps = [
        _step("a", "b"), _step("b", "c"), _step("c", "a", stub=True),
        _step("x", "y", stub=True), _step("y", "x", "a", stub=True), _step("z", "x", "c"),
    ]  # fmt: skip
    ddl = in_order({one.object.name: one for one in steps})
    assert ddl.incomplete == []
    names = [one.object.name for one in ddl.statements if one.object and one.sql.startswith("finish")]
    assert sorted(names) == ["a", "b", "c", "x", "y", "z"]


def test_a_circle_without_such_a_thing_is_told() -> None:
    ddl = in_order({"a": _step("a", "b"), "b": _step("b", "a")})
    assert len(ddl.statements) == 4
    assert [(one.object and one.object.name, one.part) for one in ddl.incomplete] == [("a", "order")]


def test_very_many_steps_take_no_longer_than_they_must() -> None:
    count = 20_000
    steps = {str(number): _step(str(number), str(number + 1)) for number in range(count)}
    assert len(in_order(steps).statements) == 2 * count
