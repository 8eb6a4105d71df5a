"""Where the prompt's rows go other than to the screen: what the commands `o` and `export` take and say."""

from pathlib import Path
from typing import get_args

from litebase_schema.errors import FileFailedDetails
from litebase_schema.export import ExportFormat, ExportRowsRequest, ExportRowsResponse

from litebase.client.failures import RequestFailed
from litebase.client.table import printable

FORMATS = [one for one in get_args(ExportFormat.__value__) if one != "copy_text"]
USAGE = f"Say \\export FORMAT FILE, with one of {', '.join(FORMATS)}."


def path_of(said: str) -> Path:
    """A file as people name it: quotes around it do not belong to it, and `~` is their folder."""
    name = said.strip()
    if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1]
    return Path(name).expanduser().absolute()


def request(said: str, result_id: str) -> ExportRowsRequest | None:
    """What the command asks for; None when it is not said as it should be."""
    form, _, name = said.strip().partition(" ")
    if form not in FORMATS or not name.strip():
        return None
    asked = {"source": {"result_id": result_id}, "format": form, "path": str(path_of(name))}
    return ExportRowsRequest.model_validate(asked)


def exists(failed: RequestFailed) -> bool:
    """Whether the file is there already, and nothing else is in the way."""
    return isinstance(failed.details, FileFailedDetails) and failed.details.reason == "exists"


def outcome(answer: ExportRowsResponse) -> list[str]:
    """What was written."""
    rows = f"{answer.rows:,} row{'' if answer.rows == 1 else 's'}"
    return [f"{rows} in {printable(answer.path or '')}", *(printable(one.message) for one in answer.warnings)]
