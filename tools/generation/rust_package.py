"""The crate around the Rust of the contract: its manifest, README and license."""

from pathlib import Path

from litebase import __version__
from tools.generation.source import Contract
from tools.generation.template import filled

LICENSE = Path(__file__).parents[2] / "LICENSE"


def generate(contract: Contract) -> dict[str, str]:
    """File name to text of everything in the crate but its modules."""
    names = ("Cargo.toml", "README.md")
    files = {name: filled(f"rust/{name}", version=__version__, **contract.protocol) for name in names}
    return files | {"LICENSE": LICENSE.read_text(encoding="utf-8")}
