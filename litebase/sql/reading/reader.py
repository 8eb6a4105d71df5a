"""Reads the tokens of a statement in one pass, and notes its queries and relations.

It is no parser: it knows which words begin a clause, and takes everything else as it comes, so that a statement of
which only a part is written is read as far as it goes. Its work grows with the number of tokens alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from litebase.sql.reading import clauses
from litebase.sql.reading.queries import Cte, Frame, Place, Query, Reading, Relation, Use
from litebase.sql.reading.tokens import Token

_DEEPEST: Final = 5000  # parentheses inside one another


def read(sql: str, tokens: Sequence[Token], at: int | None = None) -> Reading:
    """What the statement consists of, and what is open at the token with the number `at`."""
    reader = Reader(sql, tokens, at)
    reader.run()
    return Reading(tokens, reader.queries, reader.place)


class Reader:
    """One pass over the tokens of a statement."""

    def __init__(self, sql: str, tokens: Sequence[Token], at: int | None) -> None:
        self._sql, self.tokens, self._at = sql, tokens, at
        self.place: Place | None = None
        self.queries: list[Query] = []
        self._frames = [Frame(self.new_query(0), "query")]

    def run(self) -> None:
        """Read all tokens."""
        index, count = 0, len(self.tokens)
        while index < count:
            end = self._end_of_name(index)
            here = self._at is not None and index <= self._at < end
            if here:
                self.place = Place([replace(frame) for frame in self._frames], index, end)
            token = self.tokens[index]
            is_keyword = token.kind == "word" and end == index + 1 and self._keyword(token.text, index)
            if here and self.place is not None:
                self.place.is_keyword = is_keyword
            if token.is_identifier and not is_keyword:
                self._name(index, end)
            elif token.kind == "mark":
                self._mark(token.text, index)
            index = end
        if self.place is None:
            self.place = Place([replace(frame) for frame in self._frames], count, count)
        for frame in self._frames:
            self.end_item(frame, count)

    # what is open

    @property
    def frame(self) -> Frame:
        return self._frames[-1]

    def new_query(self, index: int, parent: Query | None = None, *, sees_outer: bool = False) -> Query:
        start = self.tokens[index].start if index < len(self.tokens) else 0
        self.queries.append(Query(parent, sees_outer, start=start))
        return self.queries[-1]

    def arm(self, index: int) -> Query:
        """Another query in the place of the present one: behind UNION, or of the rows of an INSERT."""
        old = self.frame.query
        self.end_item(self.frame, index)
        new = self.new_query(index, old.parent, sees_outer=old.sees_outer)
        new.ctes, new.body_of = old.ctes, old.body_of
        new.target = old if old.verb in ("INSERT", "REPLACE") else None
        self.frame.query = new
        self.frame.clause, self.frame.expects, self.frame.relation = "", "", None
        return new

    def text(self, index: int) -> str:
        """A word or a mark; empty for all else."""
        if not 0 <= index < len(self.tokens):
            return ""
        token = self.tokens[index]
        return token.text if token.kind in ("word", "mark") else ""

    def _end_of_name(self, index: int) -> int:
        """Behind a name with its qualifiers, or behind the one token."""
        tokens, end = self.tokens, index + 1
        if not tokens[index].is_identifier:
            return end
        while end + 1 < len(tokens) and tokens[end].text == "." and tokens[end].kind == "mark":
            if not (tokens[end + 1].is_identifier or self.text(end + 1) == "*"):
                break
            end += 2
        return end

    def end_item(self, frame: Frame, index: int) -> None:
        if frame.item >= 0 and frame.kind == "query":
            frame.query.outputs.append((frame.item, index))
        frame.item = -1

    def close_parentheses(self, index: int) -> None:
        """Take the parentheses that are open in the present query for closed."""
        while self.frame.kind != "query":
            self.end_item(self._frames.pop(), index)

    def begin(self, clause: str, expects: str = "", use: Use = "reads") -> bool:
        frame = self.frame
        frame.clause, frame.expects, frame.use = clause, expects, use
        return True

    # names

    def _name(self, start: int, end: int) -> None:
        frame, parts = self.frame, [one for one in self.tokens[start:end] if one.is_identifier]
        here = self._at is not None and start <= self._at < end
        if frame.expects == "relation":
            is_function = self.text(end) == "(" and frame.clause == "from" and frame.use == "reads"
            frame.relation = Relation(parts, frame.use, is_function=is_function)
            frame.query.relations.append(frame.relation)
            frame.expects = "after_relation"
        elif frame.expects in ("after_relation", "alias") and end == start + 1:
            if frame.relation is not None and not here:
                frame.relation.alias, frame.relation.named_by = self._written(parts[0]), parts[0]
            frame.expects = "after_alias"
        elif frame.expects == "cte":
            frame.cte = Cte(self._written(parts[-1]), frame.recursive)
            frame.query.ctes.append(frame.cte)
            frame.expects = "cte_as"
        elif frame.kind == "alias_columns" and frame.relation is not None:
            frame.relation.columns.append(self._written(parts[0]))
        elif frame.kind == "cte_columns" and frame.cte is not None:
            frame.cte.columns.append(self._written(parts[0]))

    def _written(self, token: Token) -> str:
        return self._sql[token.start : token.end] if token.kind == "word" else token.text

    # marks

    def _mark(self, mark: str, index: int) -> None:
        if mark == "(" and len(self._frames) < _DEEPEST:
            self._frames.append(self._opened(index))
        elif mark == ")" and len(self._frames) > 1:
            closed = self._frames.pop()
            self.end_item(closed, index)
            self._after(closed)
        elif mark == ",":
            self._comma(index)
        elif mark == ";":
            self._frames = [Frame(self.new_query(index + 1), "query")]

    def _comma(self, index: int) -> None:
        frame = self.frame
        frame.argument += 1
        if frame.item >= 0:
            self.end_item(frame, index)
            frame.item = index + 1
        if frame.expects == "after_cte":
            frame.expects = "cte"
        elif frame.clause in ("from", "on", "naming", "update") and frame.kind in ("query", "from"):
            frame.expects = "relation"
            frame.clause = "from" if frame.clause == "on" else frame.clause
            frame.use = frame.use if frame.clause == "naming" else "reads"

    def _opened(self, index: int) -> Frame:
        """The frame of the parenthesis at `index`."""
        frame, last = self.frame, self.text(index - 1)
        query = frame.query
        if frame.expects in ("cte_as", "cte_query") and frame.cte is not None:
            if frame.expects == "cte_as":
                return Frame(query, "cte_columns", opener=index, cte=frame.cte)
            body = self.new_query(index + 1, query)
            body.body_of = frame.cte
            frame.cte.query = body
            return Frame(body, "query", opener=index)
        if self._is_query(index + 1, frame):
            return self._subquery(index)
        if frame.expects == "relation" and frame.clause != "naming":
            return Frame(query, "from", "from", opener=index, expects="relation", use=frame.use)
        kind = self._kind_of(index, last)
        clause = "" if kind in ("columns", "definition", "alias_columns") else frame.clause
        name = (self._start_of_name(index), index) if kind == "call" else (0, 0)
        return Frame(query, kind, clause, index, name, relation=frame.relation)

    def _is_query(self, index: int, frame: Frame) -> bool:
        first = self.text(index)
        if first in ("SELECT", "WITH"):
            return index != self._at
        if frame.query.verb == "COPY" and frame.expects == "relation":
            return first in ("INSERT", "UPDATE", "DELETE", "MERGE", "VALUES")
        return first == "VALUES" and frame.expects == "relation"

    def _subquery(self, index: int) -> Frame:
        frame, last = self.frame, self.text(index - 1)
        is_relation = frame.expects == "relation"
        query = self.new_query(index + 1, frame.query, sees_outer=not is_relation or last == "LATERAL")
        if is_relation:
            frame.relation = Relation(query=query, use="reads")
            frame.query.relations.append(frame.relation)
        return Frame(query, "query", opener=index)

    def _kind_of(self, index: int, last: str) -> str:
        frame = self.frame
        if frame.relation is not None and not frame.relation.is_function:
            if frame.expects == "after_alias" and frame.clause == "from":
                return "alias_columns"
            if frame.clause in ("insert", "references", "index") and frame.expects in ("after_relation", "after_alias"):
                return "columns"
            if frame.clause == "naming" and frame.expects == "after_relation":
                return "definition" if frame.query.verb == "CREATE" else "columns"
        elif frame.relation is not None and frame.expects == "after_alias":
            return "alias_columns"
        if last == "CONFLICT" and frame.clause == "conflict":
            return "columns"
        if last in ("VALUES", "VALUE") or (last == "," and frame.clause == "values"):
            return "values"
        if last in ("USING", "OVER"):
            return last.lower() if last == "OVER" or frame.clause == "using" else "group"
        before = self.tokens[index - 1] if index else None
        if before is None or not before.is_identifier or before.text in clauses.NOT_CALLED:
            return "group"
        return "call"

    def _start_of_name(self, index: int) -> int:
        start = index - 1
        while start >= 2 and self.text(start - 1) == "." and self.tokens[start - 2].is_identifier:
            start -= 2
        return start

    def _after(self, closed: Frame) -> None:
        frame = self.frame
        if frame.expects == "relation" and closed.kind in ("query", "from"):  # also a join
            frame.expects = "after_relation"
            frame.relation = frame.relation if closed.kind == "query" else None
        elif frame.expects == "cte_query" and closed.kind == "query":
            frame.expects = "after_cte"
        elif frame.expects in ("after_relation", "after_alias") and closed.kind in ("columns", "alias_columns"):
            frame.expects = "" if closed.kind == "columns" else "done"

    # words

    def _keyword(self, word: str, index: int) -> bool:
        """Whether a word is read as one of SQL, and not as a name."""
        frame, last = self.frame, self.text(index - 1)
        if index == self._at and self.tokens[index].kind == "cursor":
            return False
        if frame.expects == "relation" and word in clauses.BEFORE_RELATION and not (word == "TABLE" and last == "FROM"):
            return True
        if word == "REPLACE" and last == "OR":
            return True
        if frame.expects == "cte" and word == "RECURSIVE":
            frame.recursive = True
            return True
        if frame.expects in ("relation", "cte") and word in clauses.SOFT | clauses.ON_WHAT:
            return frame.clause == "index" and word in clauses.ON_WHAT
        if frame.expects == "cte_as" and word == "AS":
            frame.expects = "cte_query"
            return True
        if frame.expects == "alias" and last == "AS" and word not in ("SELECT", "WITH", "VALUES", "TABLE"):
            return False
        found = clauses.HANDLERS.get(word)
        if found is not None:
            return found(self, word, index)
        if frame.expects in ("after_relation", "after_alias") and word in clauses.NOT_ALIAS:
            frame.expects = ""
            return True
        return word in clauses.NOT_ALIAS or word in clauses.NOT_CALLED
