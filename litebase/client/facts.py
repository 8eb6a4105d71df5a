"""What a description has of objects that are neither tables nor views, as lines with titles for the prompt."""

from collections.abc import Iterable, Sequence

from litebase_schema.catalog import Grant, ObjectDescription, RoleMembership, RoutineArgument

Section = tuple[str, Iterable[str]]


def facts(one: ObjectDescription) -> Sequence[Section]:
    """What only objects of its kind have."""
    return [*_callable(one), *_numbers(one), *_type(one), *_role(one), *_others(one)]


def grants(one: ObjectDescription) -> Section:
    """Who may do what with it."""
    return "granted", map(_grant, one.grants)


def _callable(one: ObjectDescription) -> Sequence[Section]:
    if one.routine is None:
        return []
    return [
        ("language", [one.routine.language]),
        ("arguments", map(_argument, one.routine.arguments)),
        ("returns", [one.routine.returns] if one.routine.returns else []),
    ]


def _argument(one: RoutineArgument) -> str:
    words = ["" if one.mode == "in" else one.mode, one.name or "", one.db_type]
    return " ".join(filter(None, words)) + (f" default {one.default}" if one.default is not None else "")


def _numbers(one: ObjectDescription) -> Sequence[Section]:
    if (sequence := one.sequence) is None:
        return []
    owner = sequence.owned_by
    return [
        ("type", [sequence.db_type]),
        ("next", [sequence.next] if sequence.next else []),
        ("numbers", [
            f"from {sequence.minimum} to {sequence.maximum}, starting at {sequence.start}, by {sequence.increment}"
            + (", in a cycle" if sequence.cycles else "")
        ]),
        ("taken at once", [sequence.cache]),
        ("belongs to", [f"{owner.schema_name}.{owner.parent_name}.{owner.name}"] if owner else []),
    ]  # fmt: skip


def _type(one: ObjectDescription) -> Sequence[Section]:
    if (type_ := one.type) is None:
        return []
    base = f"{type_.base_type}{'' if type_.nullable else ' not null'}"
    return [
        ("form", [type_.form]),
        ("values", type_.values),
        ("of", [base] if type_.base_type else []),
        ("default", [type_.default] if type_.default is not None else []),
        ("collation", [type_.collation] if type_.collation else []),
    ]


def _role(one: ObjectDescription) -> Sequence[Section]:
    if (role := one.role) is None:
        return []
    return [
        ("attributes", [attribute.replace("_", " ") for attribute in role.attributes]),
        ("member of", map(_membership, role.member_of)),
        ("members", map(_membership, role.members)),
        ("sessions at most", [str(role.connection_limit)] if role.connection_limit is not None else []),
        ("password valid until", [role.valid_until] if role.valid_until else []),
    ]


def _membership(one: RoleMembership) -> str:
    return one.name + (" with admin option" if one.admin else "")


def _others(one: ObjectDescription) -> Sequence[Section]:
    found: list[Section] = []
    if (extension := one.extension) is not None:
        found += [("version", [extension.version]), ("schema", [extension.schema_name])]
    if (event := one.event) is not None:
        ends = [f"{word} {time}" for word, time in (("from", event.starts), ("to", event.ends)) if time]
        state = "enabled" if event.enabled else "disabled"
        found.append(("runs", [event.schedule, *ends, state, f"time zone {event.time_zone}"]))
    return found


def _grant(one: Grant) -> str:
    place = f" ({one.column})" if one.column is not None else ""
    grantee = "everybody" if one.grantee is None else one.grantee
    return f"{', '.join(one.privileges)}{place} to {grantee}" + (" with grant option" if one.grantable else "")
