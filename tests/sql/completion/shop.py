"""A small database as completion sees it, for tests that need no server."""

from collections.abc import Collection, Iterable, Sequence

from litebase.sql.completion.catalog import Column, ForeignKey, Match, Table
from litebase.sql.completion.completion import Completion, complete
from litebase.sql.completion.matching import Typed
from litebase.sql.dialect import MYSQL, POSTGRESQL, SQLITE, Dialect

HOME = {"postgresql": "public", "mysql": "shop", "sqlite": "main"}
DIALECTS: dict[str, Dialect] = {one.name: one for one in (SQLITE, POSTGRESQL, MYSQL)}
MOOD = ("active", "it's blocked")


def _columns(text: str) -> list[Column]:
    found = []
    for one in text.split(", "):
        name, _, db_type = one.rpartition(" ")
        found.append(Column(name, db_type, MOOD if db_type == "mood" else ()))
    return found


_TABLES = {
    "users": "id integer, name text, email text, status mood, created_at timestamp",
    "orders": "id integer, user_id integer, total numeric, status mood",
    "order_items": "order_id integer, product_id integer, qty integer",
    "products": "id integer, name text, Unit Price numeric",
    "order": "id integer, select text",
    "Mixed": "Id integer, plain text",
}
_KEYS = {
    ("orders", "users"): (["user_id"], ["id"]),
    ("order_items", "orders"): (["order_id"], ["id"]),
    ("order_items", "products"): (["product_id"], ["id"]),
}
_OTHERS = (("view", "active_users"), ("function", "calc_total"), ("procedure", "close_month"), ("type", "mood"))
_SALES = {"invoices": "id integer, order_id integer, paid boolean"}


class Shop:
    """The catalog of that database. With `loads`, nothing is known yet."""

    def __init__(self, engine: str, *, loads: bool = False) -> None:
        self.incomplete = False
        self.home, self._loads = HOME[engine], loads
        self.asked = 0

    def schemas(self) -> Sequence[str]:
        return [self.home, "sales"]

    def objects(self, typed: Typed, kinds: Collection[str], schema: str | None, limit: int) -> Iterable[Match]:
        self.incomplete = self.incomplete or self._loads
        self.asked += limit
        place = schema or self.home
        own = [("table", name) for name in _TABLES] + [*_OTHERS]
        listed = own if place == self.home else [("table", name) for name in _SALES] if place == "sales" else []
        for kind, name in [] if self._loads else listed:
            rank = typed.rank(name)
            if kind in kinds and rank is not None:
                yield Match(rank, kind, name, place, "integer" if kind == "function" else None)

    def table(self, schema: str | None, name: str) -> Table | None:
        self.incomplete = self.incomplete or self._loads
        if self._loads:
            return None
        if schema == "sales":
            return Table("sales", name, _columns(_SALES[name])) if name in _SALES else None
        if name == "active_users":
            return Table(self.home, name, _columns(_TABLES["users"]))
        if name not in _TABLES or schema not in (None, self.home):
            return None
        keys = [ForeignKey(ours, self.home, to, theirs) for (of, to), (ours, theirs) in _KEYS.items() if of == name]
        back = [ForeignKey(ours, self.home, of, theirs) for (of, to), (ours, theirs) in _KEYS.items() if to == name]
        return Table(self.home, name, _columns(_TABLES[name]), keys, back)


def completed(marked: str, engine: str = "postgresql", *, limit: int = 1000, loads: bool = False) -> Completion:
    """What is offered at the bar in a text."""
    offset = marked.index("|")
    text = marked[:offset] + marked[offset + 1 :]
    return complete(text, offset, DIALECTS[engine], Shop(engine, loads=loads), limit)


def texts(marked: str, engine: str = "postgresql", kind: str | None = None) -> list[str]:
    """The texts that are offered, of one kind or of all."""
    return [one.text for one in completed(marked, engine).items if kind in (None, one.kind)]
