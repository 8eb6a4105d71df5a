"""Names that TypeScript keeps for itself, each used once for a thing of ours."""

from typing import Any

import pytest

from tests.tools.generation.small_contract import edited
from tools.generation.lint import Problem, problems
from tools.generation.source import load
from tools.generation.typescript_names import refused

A_TYPE = {"description": "A type.", "type": "string", "maxLength": 3}
FIND, COLOR = "things.json FindThing", "things.json Color"

REFUSED: list[tuple[dict[str, Any], tuple[str, str, str]]] = [
    ({"messages.json Extra": A_TYPE}, ("messages.json", "", "a generated TypeScript module has this name")),
    ({"things.json extra": A_TYPE}, ("things.json", "/$defs/extra", "the name 'extra' is not PascalCase")),
    ({"things.json Not_so": A_TYPE}, ("things.json", "/$defs/Not_so", "the name 'Not_so' is not PascalCase")),
    ({"things.json Error": A_TYPE}, ("things.json", "/$defs/Error", "'Error' is a name of TypeScript's own")),
    ({"things.json Record": A_TYPE}, ("things.json", "/$defs/Record", "'Record' is a name of TypeScript's own")),
    (
        {"things.json Requests": A_TYPE},
        ("things.json", "/$defs/Requests", "'Requests' is the name of a generated TypeScript table"),
    ),
    (
        {f"{COLOR} x-enum-open": True, "things.json KnownColor": A_TYPE},
        ("things.json", "/$defs/KnownColor", "'KnownColor' is what TypeScript calls the known values of 'Color'"),
    ),
    ({f"{FIND} x-message": "findThing"}, ("things.json", "/$defs/FindThing", "message 'findThing' is not snake_case")),
    ({f"{FIND} x-message": "__proto__"}, ("things.json", "/$defs/FindThing", "message '__proto__' is not snake_case")),
    *(
        (
            {f"{FIND} x-message": name},
            ("things.json", "/$defs/FindThing", f"no TypeScript method can be called {name!r}"),
        )
        for name in ("call", "constructor", "then")
    ),
]


@pytest.mark.parametrize(("edits", "breach"), REFUSED, ids=[breach[2] for _, breach in REFUSED])
def test_a_name_that_typescript_needs_is_refused(edits: dict[str, Any], breach: tuple[str, str, str]) -> None:
    assert list(refused(edited(edits))) == [breach]
    assert Problem(*breach) in problems(edited(edits))


def test_a_known_name_is_free_where_the_enum_is_closed() -> None:
    assert list(refused(edited({"things.json KnownColor": A_TYPE}))) == []


def test_the_contract_itself_has_no_such_name() -> None:
    assert list(refused(load())) == []
