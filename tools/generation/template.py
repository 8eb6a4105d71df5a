"""The fixed text of generated files: the files of `templates/`, in which `$name` stands for what is filled in."""

from pathlib import Path
from string import Template

FOLDER = Path(__file__).with_name("templates")


def filled(name: str, **values: object) -> str:
    """The template `name` with its values. Raises `KeyError` when it names a value that is not given."""
    return Template((FOLDER / f"{name}.template").read_text(encoding="utf-8")).substitute(values)
