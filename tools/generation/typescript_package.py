"""The npm package around the TypeScript of the contract: its manifest, compiler settings, README and license.

All packages of a release have the version of LiteBase itself; the version of the protocol is in the README.
"""

from pathlib import Path

from litebase import __version__
from tools.generation.source import Contract
from tools.generation.template import filled

LICENSE = Path(__file__).parents[2] / "LICENSE"


def generate(contract: Contract) -> dict[str, str]:
    """File name to text of everything in the package but its modules."""
    names = ("package.json", "tsconfig.json", "README.md")
    files = {name: filled(f"typescript/{name}", version=__version__, **contract.protocol) for name in names}
    return files | {"LICENSE": LICENSE.read_text(encoding="utf-8")}
