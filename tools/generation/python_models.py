"""The pydantic models: datamodel-code-generator run over a prepared copy of `schema/`.

Prepared, because two of our marks mean something that the generator does not know: an open enum accepts any string,
and opaque rows are not validated cell by cell.
"""

import copy
import json
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.generation.source import Contract, Definition, subschemas
from tools.generation.template import filled

HEADER = "# Generated from schema/ by `make generate`. Do not edit.\n"

_LONG = re.compile(r"Annotated\[((?:list|dict)\[.*\]), Field\((max_length=\d+)\)\]")

FLAGS = [
    "--input-file-type", "jsonschema",
    "--output-model-type", "pydantic_v2.BaseModel",
    "--target-python-version", "3.11",
    "--base-class", "litebase_schema.base.Model",
    "--use-type-alias",
    "--use-annotated",
    "--enum-field-as-literal", "all",
    "--strict-nullable",
    "--strict-types", "str", "bytes", "int", "float", "bool",
    "--use-exact-imports",
    "--skip-root-model",
    "--strict-refs",
    "--no-allow-remote-refs",
    "--disable-timestamp",
    "--use-double-quotes",
    "--use-schema-description",
    "--use-field-description",
    "--formatters", "ruff-format",
    "--custom-file-header", HEADER.strip(),
]  # fmt: skip


def generate(contract: Contract) -> dict[str, str]:
    """File name to text of every module of `litebase_schema` that holds models."""
    with TemporaryDirectory() as folder:
        source, target = Path(folder, "schema"), Path(folder, "models")
        source.mkdir()
        for name, content in contract.files.items():
            (source / name).write_text(json.dumps(_prepared(contract, name, content)), encoding="utf-8")
        command = [sys.executable, "-W", "ignore", "-m", "datamodel_code_generator", *FLAGS]
        subprocess.run([*command, "--input", source, "--output", target], check=True, cwd=folder)
        modules = {path.name: _bounded(path.read_text(encoding="utf-8")) for path in sorted(target.glob("*.py"))}
    modules.pop("__init__.py")
    return modules | {"base.py": _base(contract), "opaque.py": HEADER + filled("python/opaque.py")}


def _base(contract: Contract) -> str:
    names = {
        name
        for definition in contract.definitions.values()
        for name, schema in definition.get("properties", {}).items()
        if schema.get("x-secret")
    }
    secrets = "{" + ", ".join(f'"{name}"' for name in sorted(names)) + "}" if names else "()"
    return HEADER + filled("python/base.py", secrets=secrets)


def _bounded(module: str) -> str:
    """Let long arrays and maps of requests stop at their first wrong item: 65,535 errors would cost 100 MB."""
    text, count = _LONG.subn(r"Annotated[\1, Field(\2), FailFast()]", module)
    future = "from __future__ import annotations\n"
    return text.replace(future, f"{future}\nfrom pydantic import FailFast\n") if count else module


def _prepared(contract: Contract, file: str, content: Definition) -> Definition:
    prepared = copy.deepcopy(content)
    prepared["$defs"] = {
        name: definition for name, definition in prepared["$defs"].items() if not definition.get("x-opaque")
    }
    for name, definition in prepared["$defs"].items():
        if definition.get("x-enum-open"):
            known = {key: definition.pop(key) for key in ("type", "enum")}
            prepared["$defs"][name] = definition | {"anyOf": [known, {"type": "string"}]}
        if definition.get("additionalProperties") is True:
            definition["additionalProperties"] = {}  # a plain dict, not a model that allows extra keys
        for _, schema in subschemas(definition):
            if "$ref" in schema:
                place = contract.target(file, schema["$ref"])
                if contract.definitions[place].get("x-opaque"):
                    del schema["$ref"]
                    schema["customTypePath"] = f"litebase_schema.opaque.{place.name}"
                    schema["description"] = contract.definitions[place]["description"]
    return prepared
