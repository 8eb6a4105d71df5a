"""Targets as people write them: an engine's name, a colon, and where its database is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote, urlsplit

from litebase.drivers import ENGINES

if TYPE_CHECKING:
    from litebase_schema.connection import DbConnectRequest
    from pydantic import BaseModel

T = TypeVar("T", bound="BaseModel")

FORMS = "; ".join(engine.target_form for engine in ENGINES.values())


@dataclass(frozen=True, slots=True)
class TargetOptions:
    """What is said of a target beside its text."""

    read_only: bool = False
    create: bool = False
    password: str | None = None


def parse(text: str, options: TargetOptions) -> "DbConnectRequest":
    """What to open. Raises `ValueError` with a reason for people."""
    engine, colon, _ = text.partition(":")
    if not colon or engine not in ENGINES:
        raise ValueError(f"A target is one of: {FORMS}.")
    target: DbConnectRequest = ENGINES[engine].module("target").parse(text, options)
    return target


def asks_password(text: str) -> bool:
    """Whether the engine of a target knows passwords."""
    engine = ENGINES.get(text.partition(":")[0])
    return engine is not None and engine.asks_password


def parse_server(model: type[T], text: str, options: TargetOptions) -> T:
    """The target `engine://USER@HOST:PORT/DATABASE` of a server; `model` has fields of these names."""
    url = urlsplit(text)
    if url.password is not None:
        raise ValueError("Other users can see a password on the command line; leave it out, you will be asked for it.")
    if options.create:
        raise ValueError("--create makes a database file; the database of a server must exist.")
    parts = {
        "host": url.hostname,
        "port": url.port,
        "user": unquote(url.username or "") or None,
        "database": unquote(url.path.lstrip("/")) or None,
        "password": options.password,
    }
    given = {name: value for name, value in parts.items() if value is not None}
    return model.model_validate({"engine": url.scheme, "read_only": options.read_only, **given})
