"""The statements that make one schema like another: what is in the way goes first, foreign keys come last.

What is made follows the order in which the first schema's statements run on an empty database, and what is dropped the
reverse order of the other's.
"""

from collections.abc import Collection, Iterable, Sequence

from litebase_schema.catalog import ObjectRef

from litebase.drivers.altering import Plan, Planned, Rules, Table, TableEditor
from litebase.drivers.comparing import PARTS, Key, SchemaWriter, Side
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import TABLES
from litebase.drivers.qualifying import ended, names_schema
from litebase.drivers.schema_pairs import Comparison, lines_of, loses_options, rest_of
from litebase.drivers.schema_scripts import Outcome, Script, is_same_call
from litebase.drivers.table_pairs import Found, TablePair
from litebase.errors import Conflict, Unsupported

_TABLE = "table"
_CLEARED = ("view", "materialized_view", "trigger")
_LATE = ("function", "procedure", "sequence", "type", "event")  # which tables may need
_ROUTINES = ("function", "procedure")
_DIVIDED = "It has partitions, is one, or inherits: it is compared as a whole, and not changed."


async def mend(
    session: DatabaseSession, one: Comparison, editor: TableEditor, writer: SchemaWriter, first: dict[Key, Table]
) -> Outcome:
    """What differs, and the statements. `first` are the tables of the first schema that are compared by columns."""
    rules = await editor.rules(session)
    pairs = dict[Key, TablePair]()
    for key, table in first.items():
        there = await editor.read_table(session, one.other.refs[key])
        writer.align(there, table)
        pairs[key] = TablePair(key, (one.first, one.other), (table, there), rules)
    gone = dict[Key, Table]()
    dropped = [key for key in one.extra if key.kind == _TABLE and key not in one.stuck]
    for key in dropped if writer.HABITS.reties else ():
        said = one.other.whole(key)
        if not writer.is_divided(said) and "REFERENCES" in " ".join(said).upper():
            gone[key] = await editor.read_table(session, one.other.refs[key])
    mending = _Mending(one, editor, writer, pairs, rules)
    outcome = await mending.of(session, gone)
    if dropped and not outcome.around[0]:
        outcome.around = await writer.around(session)
        if outcome.around[0]:
            state = "on" if outcome.around[1] else "off"
            message = f"Foreign keys are not checked meanwhile; PRAGMA foreign_keys is {state} afterwards."
            mending.warn("uses_settings", message, None)
    return outcome


class _Mending:
    """One script that is being written."""

    def __init__(
        self, one: Comparison, editor: TableEditor, writer: SchemaWriter, pairs: dict[Key, TablePair], rules: Rules
    ) -> None:
        self._all, self._editor, self._writer, self._pairs, self._rules = one, editor, writer, pairs, rules
        self._first, self._other, self._habits = one.first, one.other, writer.HABITS
        self._outcome = Outcome()
        self._refused = set(one.stuck)  # whose difference no statement mends
        self._parted = list[tuple[Key, str]]()  # what parts sequences from columns, and what gives them to others
        self._given = list[tuple[Key, str]]()
        self._plans = dict[Key, list[Plan]]()
        self._in_place = dict[Key, list[str]]()  # what changes an object other than a table

    async def of(self, session: DatabaseSession, extra_tables: dict[Key, Table]) -> Outcome:
        """The outcome."""
        self._tell()
        self._mend_others()
        dropped = [key for key in self._all.extra if key.kind == _TABLE and key not in self._all.stuck]
        extra = {(self._other.schema, self._other.refs[key].name) for key in dropped}
        for pair in self._pairs.values():  # they are gone by then
            pair.before.referenced_by = [
                one for one in pair.before.referenced_by if (one.table.schema_name, one.table.name) not in extra
            ]
        cleared = self._cleared()
        early = self._early_parts()
        dropped_with = [key for one in dropped for key in self._other.parts(one) if key.kind == "index"]
        names = {self._other.refs[key].name for key in [*cleared, *dropped_with]} | {name for _, name in early}
        if self._habits.reties:
            tied = {pair.before.name for pair in self._pairs.values() if pair.ties()}
            for pair in self._pairs.values():
                pair.retie(tied)
        for key, pair in self._pairs.items():
            await self._plan(session, key, pair, [name for of, name in early if of == key], names)
        opening = list[tuple[Key, Sequence[Planned]]]()
        for key, table in extra_tables.items():
            bare = table.copy()
            bare.parts = [one for one in bare.parts if one.kind != "foreign_key"]
            opening.append((key, (await self._editor.plan(session, table, bare, names)).opening))
        self._write(cleared, opening)
        return self._outcome

    # what differs

    def _tell(self) -> None:
        """Say of each object what differs."""
        for key in [*self._all.missing, *self._all.different, *self._all.extra]:
            pair = self._pairs.get(key)
            if pair is not None and pair.differences:
                self._outcome.differences += [(key, one) for one in pair.differences]
                self._look_at_rest(key, pair, is_told=True)
            elif pair is not None:
                self._look_at_rest(key, pair, is_told=False)
            else:
                self._add(key)
        for pair in self._pairs.values():
            if pair.is_reordered and self._rules.reorders is not None:
                self.warn(
                    "column_order", f"The columns stand in another order. {self._rules.reorders}", pair.before.ref
                )

    def _add(self, key: Key) -> None:
        own, theirs = (side.whole(key) if key in side.refs else None for side in (self._first, self._other))
        kind = "missing" if theirs is None else "extra" if own is None else "different"
        ref = self._ref(key)
        first, other = (None if one is None else ";\n".join(one) for one in (own, theirs))
        found = Found(kind, ref, first, other)
        self._outcome.differences.append((key, found))

    def _ref(self, key: Key) -> ObjectRef:
        """The object's name in the other schema."""
        if key in self._other.refs:
            return self._other.refs[key]
        ref = self._first.refs[key]
        signature = ref.signature and self._first.moved(ref.signature, self._other.schema)
        more = {"signature": signature} if signature is not None else {}
        more |= {"parent_name": ref.parent_name} if ref.parent_name is not None else {}
        return ObjectRef(kind=ref.kind, schema_name=self._other.schema, name=ref.name, **more)

    def _look_at_rest(self, key: Key, pair: TablePair, *, is_told: bool) -> None:
        """Say of what tables have beside columns and their parts that it differs."""
        own, theirs = (rest_of(side, key) for side in (self._first, self._other))
        if not is_told:
            own, theirs = (
                lines_of(side, key, {names[at] for names in pair.renamed})
                for at, side in enumerate((self._first, self._other))
            )
        if own == theirs and not (is_told and loses_options(self._first, self._other, key)):
            return
        if not is_told:
            self._add(key)
            self._refused.add(key)
        message = (
            "It differs in something for which no statement is written, such as storage, policies, statistics or how "
            "an identity counts."
        )
        self.warn("not_mended", message, pair.before.ref)

    def warn(self, code: str, message: str, ref: ObjectRef | None) -> None:
        """Say something once."""
        if (code, message, ref) not in self._outcome.warnings:
            self._outcome.warnings.append((code, message, ref))

    # how it is mended

    def _mend_others(self) -> None:
        """Find out what changes objects other than tables."""
        for key in self._all.different:
            if key in self._pairs:
                continue
            ref = self._other.refs[key]
            if key in self._all.divided:
                self._refused.add(key)
                self.warn("partitions", _DIVIDED, ref)
                continue
            self._mend_other(key, ref, [self._moved(sql) for sql in self._first.texts[key]])
        for key in [*self._all.missing, *self._all.extra]:
            noun = key.kind.replace("_", " ")
            if key in self._all.stuck:
                self.warn("partitions", _DIVIDED, self._ref(key))
            elif key in self._other.refs and key.kind not in self._habits.nouns:
                self._refuse(key, f"No statement is written that drops this {noun}.")
            elif key.kind == "extension" and self._first.schema != self._other.schema:
                self._refuse(key, "An extension is made once in a database, and not for another schema.")

    def _mend_other(self, key: Key, ref: ObjectRef, first: Sequence[str]) -> None:
        """Find out what changes one of them; the statements of the first already name this schema."""
        theirs = self._other.texts[key]
        made = self._writer.mended(ref, first, theirs)
        if made is not None:
            self._in_place[key] = made
            parted, given = self._writer.owned(first, theirs)
            self._parted += [(key, sql) for sql in parted]
            self._given += [(key, sql) for sql in given]
        elif key.kind in (*self._habits.whole, "schema"):
            self._refuse(key, f"No statement is written that changes this {key.kind.replace('_', ' ')}.")
        elif self._habits.qualifies and key.kind in (*_ROUTINES, *TABLES):
            self._warn_again(key)

    def _refuse(self, key: Key, reason: str) -> None:
        self._refused.add(key)
        self.warn("not_mended", reason, self._ref(key))

    def _warn_again(self, key: Key) -> None:
        self.warn("made_again", f"The {key.kind.replace('_', ' ')} is dropped and made again.", self._ref(key))

    def _moved(self, sql: str) -> str:
        moved = ended(self._first.moved(sql, self._other.schema), self._habits.dialect)
        return self._writer.placed(moved, self._other.schema)

    def _cleared(self) -> list[Key]:
        """What is dropped at the beginning: what is extra, is made again, or stands in the way."""
        remade = [key for key in self._all.different if key not in self._pairs and key not in self._in_place]
        chosen = {key for key in remade if key not in self._refused}
        chosen |= {key for key in self._all.extra if key.kind in _CLEARED and key not in self._refused}
        if self._habits.dependents:
            chosen |= self._dependents(chosen)
        dropped = {key.name for key in self._all.extra if key.kind in TABLES}
        chosen |= {key for key in self._other.refs if key.kind == "trigger" and self._is_of(key, chosen)}
        order = [key for key in reversed(self._order(self._other)) if key in chosen]
        return [key for key in order if not (key.kind == "trigger" and key.parent in dropped)]

    def _is_of(self, trigger: Key, chosen: Collection[Key]) -> bool:
        return any(trigger.parent == key.name and key.kind in _CLEARED[:2] for key in chosen)

    def _dependents(self, chosen: Collection[Key]) -> set[Key]:
        """Views and triggers that use what changes, or what is dropped with those."""
        names = {self._other.refs[key].name for key in chosen}
        names |= {pair.before.name for pair in self._pairs.values() if self._needs_room(pair)}
        extra = [key for key in self._all.extra if key.kind not in _CLEARED and key not in self._refused]
        names |= {self._other.refs[key].name for key in extra}
        found = set[Key]()
        left = self._refused.union(filter(self._all.unseen.has, self._other.refs))  # which could not be made again
        there = [key for key in self._other.refs if key.kind in _CLEARED and key not in left and key not in chosen]
        while names:
            more = [key for key in there if key not in found and self._other.mentions(key, names)]
            found.update(more)
            names = {self._other.refs[key].name for key in more if key.kind != "trigger"}
        for key in found:
            if key in self._first.refs:
                self._warn_again(key)
        return found

    def _needs_room(self, pair: TablePair) -> bool:
        if self._habits.reties:
            return bool(pair.shaken)
        return any(one.object.kind != "index" for one in pair.differences)

    def _early_parts(self) -> list[tuple[Key, str]]:
        """Indexes and keys whose name is needed by another table, before their own is changed."""
        kinds = self._rules.names_in_schema
        if not kinds:
            return []
        wanted = [
            (key, one.name) for key, pair in self._pairs.items() for one in pair.after.parts
            if one.number is None and one.kind in kinds
        ]  # fmt: skip
        found = []
        for key, pair in self._pairs.items():
            kept = {one.number for one in pair.after.parts}
            for one in pair.before.parts:
                if one.number in kept or one.kind != "index" or one.name is None:
                    continue
                if any(of != key and name == one.name for of, name in wanted) or self._is_new(one.name):
                    found.append((key, one.name))
        return found

    def _is_new(self, name: str) -> bool:
        """Whether a name is needed by what the other schema does not have yet."""
        missing = set(self._all.missing)
        made = {key.name for key in missing}
        named = [key for key in self._first.refs if key.name == name]
        return any(key in missing or (key.kind == "index" and key.parent in made) for key in named)

    async def _plan(
        self, session: DatabaseSession, key: Key, pair: TablePair, early: Collection[str], gone: Collection[str]
    ) -> None:
        """The statements that change a table; of indexes that go early, those that drop them come first."""
        middle = pair.before.copy()
        middle.parts = [one for one in middle.parts if not (one.kind == "index" and one.name in early)]
        after = pair.after
        try:
            first = await self._editor.plan(session, pair.before, middle, set(gone) - set(early)) if early else Plan()
            second = await self._editor.plan(session, middle, after, gone)
        except (Conflict, Unsupported) as refused:
            self._refused.add(key)
            self.warn("not_mended", str(refused), pair.before.ref)
            return
        remarks = [self._writer.remark(pair.after, one) for one in pair.remarks]
        second.main += [one for one in remarks if one is not None]
        self._plans[key] = [first, second]
        for plan in self._plans[key]:
            for code, message in plan.warnings if plan.opening or plan.main or plan.closing else ():
                if code != "not_transactional":  # which is said once, of all
                    self.warn(code, message, pair.before.ref)
            if plan.around[0]:
                self._outcome.around = plan.around

    # the script

    def _write(self, cleared: Sequence[Key], opening: Iterable[tuple[Key, Sequence[Planned]]]) -> None:
        script = Script()
        again = {key for key in cleared if key in self._first.refs}
        for key, sql in self._parted:
            script.add(key, Planned(sql, self._ref(key)))
        for key in cleared:
            self._drop(script, key, destructive=key not in again)
        for key, statements in opening:
            script.add(key, *statements)
        plans = [(key, plan) for key, found in self._plans.items() for plan in found]
        for key, plan in plans:
            script.add(key, *plan.opening)
        for key, found in self._plans.items():
            script.add(key, *found[0].main)
        left = [key for key in reversed(self._order(self._other)) if key in self._all.extra and key not in cleared]
        left = [key for key in left if key not in self._refused and key.kind not in _CLEARED]
        uses = [key for key in left if key.kind in _LATE and (self._uses_dropped(key, left) or self._is_in_way(key))]
        for key in [*uses, *(key for key in left if key.kind not in _LATE)]:
            self._drop(script, key)
        self._make(script, again)
        for key, sql in self._given:
            script.add(key, Planned(sql, self._ref(key)))
        for key, plan in plans:
            script.add(key, *plan.closing)
        for key in left:
            if key.kind in _LATE and key not in uses:
                self._drop(script, key)
        script.end()
        self._outcome.statements = script.items
        if script.items and self._habits.commits is not None:
            self.warn("not_transactional", self._habits.commits, None)

    def _is_in_way(self, key: Key) -> bool:
        """Whether something that is missing takes the name of one that is extra."""
        for one in self._all.missing:
            if self._rules.folded(one.name) != self._rules.folded(key.name) or one in self._refused:
                continue
            are_routines = one.kind in _ROUTINES, key.kind in _ROUTINES
            if are_routines == (False, False) or (all(are_routines) and is_same_call(one.signature, key.signature)):
                return True
        return False

    def _uses_dropped(self, key: Key, left: Iterable[Key]) -> bool:
        """Whether a routine is made with a table that is dropped."""
        names = {self._other.refs[one].name for one in left if one.kind not in _LATE}
        return key.kind in ("function", "procedure") and self._other.mentions(key, names)

    def _drop(self, script: Script, key: Key, *, destructive: bool = True) -> None:
        ref = self._other.refs[key]
        script.add(key, Planned(self._writer.dropped(ref), ref, destructive))

    def _make(self, script: Script, again: Collection[Key]) -> None:
        """What is made or changed, in the order of the first schema."""
        wanted = {*self._all.missing, *again} - self._refused
        owners = {one.name: one for one in wanted if one.kind in TABLES}
        done = set[Key]()
        for key, one in self._first.statements:
            if key is None:
                script.set(one.sql)
                continue
            owner = key if key in wanted else owners.get(key.parent) if key.kind in PARTS else None
            if owner is not None:
                self._add_moved(script, owner, key, one.sql)
            elif key not in done:
                done.add(key)
                ref = self._ref(key)
                for sql in self._in_place.get(key, ()):
                    script.add(key, Planned(sql, ref))
                    self._look_for_first(sql, ref)
                for planned in self._plans[key][1].main if key in self._plans else ():
                    script.add(key, planned)
                    self._look_for_first(planned.sql, ref)

    def _add_moved(self, script: Script, owner: Key, key: Key, sql: str) -> None:
        ref, moved = self._ref(key), self._moved(sql)
        script.add(owner, Planned(moved, ref))
        self._look_for_first(moved, ref)

    def _look_for_first(self, sql: str, ref: ObjectRef) -> None:
        """Warn of a name in the first schema, which stands in a string or the body of a routine."""
        name = self._first.schema
        if self._habits.qualifies and name != self._other.schema and names_schema(sql, name):
            self.warn("names_first", f"Its text still names the schema {name!r}, and is left as it is.", ref)

    def _order(self, side: Side) -> list[Key]:
        """The objects of a side in the order in which they can be made."""
        return list(dict.fromkeys(key for key, _ in side.statements if key is not None))
