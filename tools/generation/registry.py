"""The tables that datamodel-code-generator cannot write: message type to model, and one typed call per request."""

from tools.generation.python_models import HEADER
from tools.generation.source import Contract, Definition, Message, Place
from tools.generation.template import filled

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
    return HEADER + filled(
        "python/registry.py",
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
    """The properties that name something a client has open: those that refer to a definition called `...Id`.

    Those of an object in the request are `object.property`.
    """
    found = []
    for name, schema in contract.properties(message.place).items():
        if definition := _id_of(schema):
            found.append((name, definition))
        elif "$ref" in schema:
            inside = contract.properties(contract.target(message.place.file, schema["$ref"]))
            found += [(f"{name}.{inner}", definition) for inner, one in inside.items() if (definition := _id_of(one))]
    return tuple(found)


def _id_of(schema: Definition) -> str | None:
    """The definition called `...Id` that a property refers to."""
    for one in (schema, *schema.get("anyOf", ())):
        definition = str(one.get("$ref", "")).rpartition("/")[2]
        if definition.endswith("Id"):
            return definition
    return None


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
    return HEADER + filled("python/calls.py", imports="\n".join(sorted(imports)), methods="".join(methods))


def _answer(answers: dict[str, Place], message: Message) -> Place:
    assert message.response is not None, "the lint holds that a request has a response"
    return answers[message.response]
