"""The contract for Rust: one module of types per schema file, and what joins requests, responses and errors."""

import re

from tools.generation.rust_text import STEP, comment, pascal_case, string
from tools.generation.rust_types import Types
from tools.generation.source import Contract, Message, Place, references
from tools.generation.template import filled

HEADER = "// Generated from schema/ by `make generate`. Do not edit.\n"
SUPPORT = "pub use support::{Cell, Map, Request, Secret, Timestamp, True, WideInteger};"
_OUTER = {
    "BTreeMap": "use std::collections::BTreeMap;",
    "Deserialize": "use serde::{Deserialize, Serialize};",
    "ByteBuf": "use serde_bytes::ByteBuf;",
}  # in the order of rustfmt; those of std apart


def generate(contract: Contract) -> dict[str, str]:
    """File name to text of every module of `litebase-contract`."""
    modules = {f"{_module(file)}.rs": _types(contract, file) for file in contract.files}
    names = sorted([*map(_module, contract.files), "messages"])
    exports = [*(f"pub use {name}::*;" for name in names), SUPPORT]
    return modules | {
        "messages.rs": _messages(contract),
        "support.rs": HEADER + filled("rust/support.rs"),
        "lib.rs": HEADER
        + filled(
            "rust/lib.rs",
            **contract.protocol,
            modules="\n".join(f"mod {name};" for name in names),
            exports="\n".join(sorted(exports)),
            rows="\n".join(map(_row, contract.messages())),
            requests="\n".join(_row(message) for message in contract.messages() if message.kind == "request"),
        ),
    }


def _types(contract: Contract, file: str) -> str:
    types = Types(contract)
    own = [place for place in contract.definitions if place.file == file]
    used = {contract.target(file, one) for place in own for one in references(contract.definitions[place])}
    body = "\n\n".join(types.definition(place) for place in own)
    inner = {place for place in used if place.file != file and _is_named(body, place.name)}
    description = comment([contract.files[file].get("description", "")], mark="//!")
    return _joined(description, body, inner)


def _joined(description: str, body: str, inner: set[Place]) -> str:
    outer = [line for name, line in _OUTER.items() if _is_named(body, name)]
    std = [line for line in outer if line.startswith("use std")]
    others = [line for line in outer if line not in std]
    own = sorted(f"use crate::{place.name};" for place in inner)
    own += ["use crate::support::Secret;"] if _is_named(body, "Secret") else []
    macros = [f"use crate::support::{name};" for name in ("closed_enum", "open_enum") if f"{name}! {{" in body]
    groups = [std, others, sorted([*own, *macros])]
    imports = "\n\n".join("\n".join(group) for group in groups if group)
    return "".join([HEADER, description, "\n", f"{imports}\n\n" if imports else "", body, "\n"])


def _is_named(body: str, name: str) -> bool:
    code = re.sub(r"^ *//.*$", "", body, flags=re.MULTILINE)
    return re.search(rf"\b{name}\b", code) is not None


def _messages(contract: Contract) -> str:
    requests = [message for message in contract.messages() if message.kind == "request"]
    answers = {message.type: message.place for message in contract.messages()}
    parts = [_request(message, answers[message.response or ""]) for message in requests]
    with_details = {code: entry["details"] for code, entry in contract.error_codes().items() if "details" in entry}
    body = "\n\n".join([*parts, _details(contract, with_details)])
    named = {message.place for message in requests} | {answers[message.response or ""] for message in requests}
    named |= {Place("errors.json", name) for name in {*with_details.values(), "ErrorCode"}}
    lines = sorted([*(f"use crate::{place.name};" for place in named), "use crate::support::{Map, Request, read};"])
    description = comment(["What joins requests with their responses, and error codes with their details."], mark="//!")
    return f"{HEADER}{description}\n" + "\n".join(lines) + f"\n\n{body}\n"


def _request(message: Message, response: Place) -> str:
    facts = {
        "TYPE: &'static str": string(message.type),
        "RESPONSE: &'static str": string(message.response or ""),
        "CANCELLABLE: bool": str(message.cancellable).lower(),
        "IDEMPOTENT: bool": str(message.idempotent).lower(),
    }
    lines = [f"type Response = {response.name};", *(f"const {name} = {value};" for name, value in facts.items())]
    return f"impl Request for {message.place.name} {{\n" + "".join(f"{STEP}{line}\n" for line in lines) + "}"


def _details(contract: Contract, with_details: dict[str, str]) -> str:
    variants, arms = [], []
    for code, name in with_details.items():
        told = comment([contract.error_codes()[code]["description"]], STEP)
        variants.append(f"{told}{STEP}{pascal_case(code)}({name}),\n")
        arms.append(f"{STEP * 3}ErrorCode::{pascal_case(code)} => Self::{pascal_case(code)}(read(details)?),\n")
    return filled("rust/details.rs", variants="".join(variants), arms="".join(arms)).rstrip("\n")


def _row(message: Message) -> str:
    return f"{STEP * 3}{string(message.type)} => {message.place.name},"


def _module(file: str) -> str:
    return file.removesuffix(".json")
