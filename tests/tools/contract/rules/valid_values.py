"""Random values that a flat schema allows, as strategies of `hypothesis`."""

import re
from datetime import UTC
from typing import Any

from hypothesis import strategies as st

from tools.contract.witness.flat import opened

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(),
    st.binary(),
    st.just([]),
    st.just({}),
)


def valid_values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of this schema, with undescribed keys where an object is open."""
    schema = opened(schema)
    if "const" in schema:
        return st.just(schema["const"])
    branches = schema.get("anyOf") or schema.get("oneOf")
    if branches:
        return st.one_of([valid_values(branch) for branch in branches]).filter(lambda value: fits_one(schema, value))
    if "enum" in schema:
        listed = st.sampled_from(schema["enum"])
        return st.one_of(listed, st.text()) if schema.get("x-enum-open") else listed
    kinds = schema.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return st.one_of([of_kind(kind, schema) for kind in kinds])


def fits_one(schema: dict[str, Any], value: Any) -> bool:
    """Whether a value fits only one of the alternatives of a oneOf, which may overlap."""
    numbers = {opened(one).get("type") for one in schema.get("oneOf", ())} >= {"integer", "number"}
    return not (numbers and isinstance(value, int))


def of_kind(kind: str | None, schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    match kind:
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(schema.get("minimum"), schema.get("maximum"))
        case "number":
            return st.floats(schema.get("minimum"), schema.get("maximum"), allow_nan=False)
        case "string":
            return text(schema)
        case "array":
            return st.lists(
                valid_values(schema["items"]), min_size=schema.get("minItems", 0), max_size=schema.get("maxItems", 4)
            )
        case "object":
            return objects(schema)
        case _:
            return ANYTHING


def text(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    sizes = {"min_size": schema.get("minLength", 0), "max_size": schema.get("maxLength", 20)}
    if schema.get("format") == "binary":
        return st.binary(**sizes)
    if schema.get("format") == "date-time":
        return st.datetimes(timezones=st.just(UTC))
    if "pattern" in schema:
        return st.from_regex(schema["pattern"]).filter(lambda one: re.search(schema["pattern"], one) is not None)
    return st.text(**sizes)


def objects(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    properties, extra = schema.get("properties", {}), schema.get("additionalProperties", True)
    must = {name: valid_values(properties[name]) for name in schema.get("required", ())}
    may = {name: valid_values(one) for name, one in properties.items() if name not in must}
    known = st.fixed_dictionaries(must, optional=may)
    if extra is False:
        return known
    others = st.dictionaries(
        st.text(max_size=8).filter(lambda name: name not in properties),
        ANYTHING if extra is True else valid_values(extra),
        min_size=schema.get("minProperties", 0),
        max_size=schema.get("maxProperties", 3),
    )
    return st.builds(lambda these, those: these | those, known, others)
