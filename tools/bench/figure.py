"""What a benchmark measured: our value, another program's value, and the goal."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

INSTRUCTIONS = "thousand instructions"
Curve = Sequence[tuple[float, float]]  # x and y: percent and ms, or seconds and MB


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound for our value, for its ratio to the other value, or for the difference between the two."""

    of: Literal["ours", "ratio", "difference"]
    bound: Literal["below", "at least"]
    limit: float

    def text(self, unit: str) -> str:
        """The goal as text."""
        sign = "<" if self.bound == "below" else ">="
        match self.of:
            case "ours":
                return f"{sign} {shown(self.limit)} {unit}"
            case "ratio":
                return f"ratio {sign} {self.limit:g}"
            case "difference":
                return f"{sign} other + {shown(self.limit)} {unit}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table. `other` is None if there is nothing to compare with; `other_name` may say why."""

    question: str
    unit: str
    ours: float
    other: float | None = None
    other_name: str = ""
    goal: Goal | None = None
    curve: Curve = ()  # of our values, for the plots

    @property
    def ratio(self) -> float | None:
        return self.ours / self.other if self.other else None

    @property
    def goal_met(self) -> bool | None:
        """None if there is no goal, or nothing to compare with."""
        if self.goal is None:
            return None
        value: float | None = self.ours
        if self.goal.of == "ratio":
            value = self.ratio
        elif self.goal.of == "difference":
            value = None if self.other is None else self.ours - self.other
        if value is None:
            return None
        return value < self.goal.limit if self.goal.bound == "below" else value >= self.goal.limit

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> "Figure":
        """The figure that `record` returned."""
        values = {one.name: record[one.name] for one in fields(cls)}
        goal = None if values["goal"] is None else Goal(**values["goal"])
        return cls(**{**values, "goal": goal})

    def record(self) -> dict[str, Any]:
        """The figure as plain values for JSON."""
        return {**asdict(self), "ratio": self.ratio, "goal_met": self.goal_met}


def table(figures: Sequence[Figure]) -> str:
    """All figures, aligned: first instructions and what has another side, which depend least on the machine."""
    head = ("question", "ours", "the other side", "ratio", "goal", "")
    ordered = sorted(figures, key=lambda one: (one.unit != INSTRUCTIONS, one.other is None))
    rows: list[tuple[str, ...]] = [head, *map(cells, ordered)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, tuple("-" * width for width in widths))
    return "\n".join("  ".join(map(_aligned, row, widths, range(len(head)))).rstrip() for row in rows)


def cells(figure: Figure) -> tuple[str, ...]:
    """The cells of a figure's row."""
    other = "-" if figure.other is None else f"{shown(figure.other)} {figure.unit}"
    return (
        figure.question,
        f"{shown(figure.ours)} {figure.unit}",
        f"{other}  {figure.other_name}".rstrip(),
        "-" if figure.ratio is None else f"{figure.ratio:.2f}",
        "-" if figure.goal is None else figure.goal.text(figure.unit),
        {None: "", True: "met", False: "missed"}[figure.goal_met],
    )


def _aligned(cell: str, width: int, column: int) -> str:
    return cell.rjust(width) if column in {1, 3} else cell.ljust(width)


def shown(value: float) -> str:
    """A number with about three significant digits."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    digits = f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"
    return digits.rstrip("0").rstrip(".")
