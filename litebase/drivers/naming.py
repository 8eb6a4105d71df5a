"""Names in a change of a table, and pieces of SQL: what the engine would not take, or would take for something else."""

from collections.abc import Sequence

from litebase_schema.alter import AlterChange

from litebase.drivers.altering import Column, Rules, Table
from litebase.errors import Conflict, InvalidMessage, InvalidScript, NotFound, Unsupported
from litebase.sql.clauses import is_whole


class Names:
    """Those of one table. `path` is the place of the change at hand in the message."""

    def __init__(self, table: Table, rules: Rules) -> None:
        self._table, self._rules = table, rules
        self.path = "/data/object"
        self._changed = set[tuple[int, str]]()  # columns and their properties

    def column(self, change: AlterChange, changed: str | None = None) -> Column:
        """The column that a change names; `changed` is the property that it sets, which it may do once."""
        for one in self._table.columns:
            if self.same(change.column or "", one.name) is not None:
                if changed is not None:
                    self.once(id(one), changed)
                return one
        raise NotFound("column", change.column or "", self._no_column(change.column or ""))

    def _no_column(self, name: str) -> str:
        return f"The table {self._table.name!r} has no column {name!r} (at {self.path})."

    def columns(self, names: Sequence[str]) -> list[str]:
        """The columns' own names."""
        found = []
        for name in names:
            own = self.same(name, *(one.name for one in self._table.columns))
            if own is None:
                raise NotFound("column", name, self._no_column(name))
            if own in found:
                raise self.invalid("columns", f"the column {name!r} stands there twice")
            found.append(own)
        return found

    def once(self, owner: int, changed: str) -> None:
        """Raise when the property of something was set before."""
        if (owner, changed) in self._changed:
            raise self.invalid("change", f"a change before this one sets the same: the {changed}")
        self._changed.add((owner, changed))

    def position(self, change: AlterChange) -> int | None:
        """Where a column goes; None for the end."""
        if change.first and change.after is not None:
            raise self.invalid("after", "a column stands first, or after another one")
        if not change.first and change.after is None:
            at = None
        elif change.first:
            at = 0
        else:
            (name,) = self.columns([change.after or ""])
            at = 1 + next(number for number, one in enumerate(self._table.columns) if one.name == name)
        is_old = self._table.origin is not None
        if is_old and self._rules.reorders is not None and at not in (None, len(self._table.columns)):
            raise Unsupported(self._rules.reorders)
        return at

    def check_new_column(self, name: str) -> None:
        """Raise when a column cannot have this name."""
        self.check_name(name)
        if self.same(name, *(one.name for one in self._table.columns)) is not None:
            raise Conflict(f"The table has a column {name!r} already (at {self.path}).")

    def check_name(self, name: str) -> None:
        """Raise when the engine would not take a name, or would cut it."""
        rules = self._rules
        length = len(name.encode()) if rules.name_in_bytes else len(name)
        if not name:
            raise self.invalid("name", "a name is not empty")
        if rules.longest_name is not None and length > rules.longest_name:
            shown = f"{name[:20]}…"
            raise self.invalid("name", f"{shown!r} is longer than {rules.longest_name} {rules.unit}")
        if rules.refuses is not None and rules.refuses.search(name):
            raise self.invalid("name", f"{name!r} is not a name that this engine takes")

    def check_fragment(self, field: str, text: str | None) -> None:
        """Raise for what is not one piece of SQL."""
        try:
            fits = text is None or is_whole(text, self._rules.dialect)
        except InvalidScript as broken:
            raise self.invalid(field, broken.message) from broken
        if not fits:
            reason = "this is not one piece of SQL: parentheses must be closed, and no `,`, `;` or comment may end it"
            raise self.invalid(field, reason)

    def same(self, name: str, *others: str) -> str | None:
        """The one of some names that the engine takes for the same."""
        folded = self._rules.folded(name)
        return next((one for one in others if self._rules.folded(one) == folded), None)

    def invalid(self, field: str, reason: str) -> InvalidMessage:
        """The error for a field of the change at hand."""
        return InvalidMessage(f"{self.path}/{field}", reason)
