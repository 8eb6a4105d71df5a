"""The tables that datamodel-code-generator cannot write: message type to model, and one typed call per request."""

from tools.generation.python_models import HEADER
from tools.generation.source import Contract, Message, Place

REGISTRY = (
    HEADER
    + '''"""Every message type of the contract: which model its data has, what answers it, and how it may be treated."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Final, Literal

from pydantic import TypeAdapter

PROTOCOL_MAJOR: Final = {major}
PROTOCOL_MINOR: Final = {minor}


@dataclass(frozen=True, slots=True)
class MessageType:
    """One message type. `module` and `definition` name its model; they are loaded on first use."""

    name: str
    kind: Literal["request", "response", "event", "error"]
    module: str
    definition: str
    response: str | None = None
    errors: tuple[str, ...] = ()
    cancellable: bool = False
    idempotent: bool = False
    since: str = ""
    capability: str | None = None
    deprecated: str | None = None
    ids: tuple[tuple[str, str], ...] = ()  # of a request: property, and the definition of the id that it holds
    opaque: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()


MESSAGES: Final[Mapping[str, MessageType]] = {{
{messages}
}}

COMMON_ERRORS: Final[tuple[str, ...]] = ({common})

ERROR_DETAILS: Final[Mapping[str, str | None]] = {{
{details}
}}


@cache
def validator(name: str) -> TypeAdapter[Any]:
    """What checks the data of message type `name`, a key of `MESSAGES`."""
    message = MESSAGES[name]
    return _adapter(message.module, message.definition)


@cache
def details_validator(code: str) -> TypeAdapter[Any] | None:
    """What checks the details of error `code`, or None when that code has none or is unknown."""
    definition = ERROR_DETAILS.get(code)
    return _adapter("errors", definition) if definition else None


@cache
def _adapter(module: str, definition: str) -> TypeAdapter[Any]:
    return TypeAdapter(getattr(import_module(f"litebase_schema.{{module}}"), definition))
'''
)

CALLS = (
    HEADER
    + '''"""One typed method per request, for clients."""

from abc import ABC, abstractmethod
from typing import Any

{imports}


class Calls(ABC):
    """What a client can ask. A subclass says how a request travels; a refusal is raised."""

    @abstractmethod
    async def call(self, message_type: str, data: Any) -> Any:
        """Send one request of `message_type` and return the data of its answer."""
{methods}
'''
)

METHOD = '''
    async def {name}(self, data: {request}) -> {response}:
        """{description}"""
        answer: {response} = await self.call("{name}", data)
        return answer
'''


def generate(contract: Contract) -> dict[str, str]:
    """File name to text of the tables in `litebase_schema`."""
    return {
        "__init__.py": HEADER + '"""The contract of LiteBase as Python types. See `registry` for the messages."""\n',
        "registry.py": _registry(contract),
        "calls.py": _calls(contract),
        "py.typed": "",
    }


def _registry(contract: Contract) -> str:
    rows = [_row(contract, message) for message in contract.messages()]
    details = [f"    {code!r}: {entry.get('details')!r}," for code, entry in contract.error_codes().items()]
    return REGISTRY.format(
        **contract.protocol,
        messages="\n".join(rows),
        common=", ".join(repr(code) for code in contract.common_errors()),
        details="\n".join(details),
    )


def _row(contract: Contract, message: Message) -> str:
    properties = contract.properties(message.place)
    secret = tuple(name for name, schema in properties.items() if schema.get("x-secret"))
    values = {
        "name": message.type,
        "kind": message.kind,
        "module": message.place.module,
        "definition": message.place.name,
        "response": message.response,
        "errors": message.errors,
        "cancellable": message.cancellable,
        "idempotent": message.idempotent,
        "since": message.since,
        "capability": message.capability,
        "deprecated": message.deprecated,
        "ids": _ids(contract, message) if message.kind == "request" else (),
        "opaque": opaque(contract, message.place),
        "secret": secret,
    }
    told = ", ".join(f"{key}={value!r}" for key, value in values.items() if value not in (None, (), False))
    return f"    {message.type!r}: MessageType({told}),"


def _ids(contract: Contract, message: Message) -> tuple[tuple[str, str], ...]:
    """The properties that name something a client has open: those that refer to a definition called `...Id`."""
    found = []
    for name, schema in contract.properties(message.place).items():
        for one in (schema, *schema.get("anyOf", ())):
            definition = str(one.get("$ref", "")).rpartition("/")[2]
            if definition.endswith("Id"):
                found.append((name, definition))
    return tuple(found)


def opaque(contract: Contract, place: Place) -> tuple[str, ...]:
    """The properties of an object that travel as they are; a sender puts them last."""
    return tuple(
        name
        for name, schema in contract.properties(place).items()
        if "$ref" in schema and contract.definitions[contract.target(place.file, schema["$ref"])].get("x-opaque")
    )


def _calls(contract: Contract) -> str:
    answers = {message.type: message.place for message in contract.messages()}
    requests = [message for message in contract.messages() if message.kind == "request"]
    used: dict[str, set[str]] = {}
    for message in requests:
        for place in (message.place, _answer(answers, message)):
            used.setdefault(place.module, set()).add(place.name)
    imports = [f"from litebase_schema.{module} import {', '.join(sorted(names))}" for module, names in used.items()]
    methods = [
        METHOD.format(
            name=message.type,
            request=message.place.name,
            response=_answer(answers, message).name,
            description=contract.definitions[message.place]["description"],
        )
        for message in requests
    ]
    return CALLS.format(imports="\n".join(sorted(imports)), methods="".join(methods))


def _answer(answers: dict[str, Place], message: Message) -> Place:
    assert message.response is not None, "the lint holds that a request has a response"
    return answers[message.response]
