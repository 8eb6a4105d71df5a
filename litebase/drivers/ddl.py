"""Statements that make objects again, and the order in which they work."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from litebase_schema.catalog import MissingPart, ObjectRef

_CIRCLE = "It needs others that need it: its statement may fail where it stands, and work at the end."


class DdlStatement(NamedTuple):
    """One statement, without a semicolon at its end; `object` is None for a setting of the session."""

    object: ObjectRef | None
    sql: str


@dataclass(slots=True)
class Ddl:
    """What makes the objects, in order, and what could not be written."""

    statements: list[DdlStatement] = field(default_factory=list)
    incomplete: list[MissingPart] = field(default_factory=list)


@dataclass(slots=True)
class Step:
    """The statements of one object, and the keys of the steps that come before it.

    `stub` makes something of the same shape that needs no other: where objects need one another, it comes first and
    `sql` replaces it.
    """

    object: ObjectRef
    sql: list[str]
    rank: int
    needs: set[str] = field(default_factory=set)
    stub: str | None = None
    replacing: str | None = None  # the first statement of `sql` after the stub

    @property
    def place(self) -> tuple[int, str, str, str]:
        """Where it stands among those that do not need one another."""
        one = self.object
        return self.rank, one.schema_name or "", one.name, one.signature or ""


def in_order(steps: Mapping[str, Step]) -> Ddl:
    """The statements of all steps, each after those of the steps that it needs."""
    answer = Ddl()
    waiting = {key: {need for need in one.needs if need in steps and need != key} for key, one in steps.items()}
    dependents: dict[str, list[str]] = {}
    for key, needs in waiting.items():
        for need in needs:
            dependents.setdefault(need, []).append(key)
    ready = [(steps[key].place, key) for key, needs in waiting.items() if not needs]
    heapify(ready)

    def is_there(key: str) -> None:
        for dependent in dependents.pop(key, ()):
            if dependent not in waiting:
                continue
            waiting[dependent].discard(key)
            if not waiting[dependent]:
                heappush(ready, (steps[dependent].place, dependent))

    replaced = set[str]()
    while waiting:
        while ready:
            _, key = heappop(ready)
            del waiting[key]
            one = steps[key]
            first = one.replacing if key in replaced and one.replacing is not None else one.sql[0]
            answer.statements += [DdlStatement(one.object, sql) for sql in (first, *one.sql[1:])]
            is_there(key)
        if not waiting:
            break
        key = min(_circle(waiting), key=lambda one: (steps[one].stub is None, steps[one].place))
        if (stub := steps[key].stub) is not None:
            replaced.add(key)
            answer.statements.append(DdlStatement(steps[key].object, stub))
            is_there(key)
        else:
            answer.incomplete.append(MissingPart(object=steps[key].object, part="order", reason=_CIRCLE))
            waiting[key].clear()
            heappush(ready, (steps[key].place, key))
    return answer


def _circle(waiting: Mapping[str, set[str]]) -> Iterator[str]:
    """Steps that need one another, where every one that waits needs another that does."""
    seen = dict[str, None]()
    key = next(iter(waiting))
    while key not in seen:
        seen[key] = None
        key = min(waiting[key])
    way = list(seen)
    return iter(way[way.index(key) :])
