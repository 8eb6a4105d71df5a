"""The first module of a frozen backend."""

import sys

from litebase.cli import main
from litebase.process.starter import run_below_starter

sys.exit(run_below_starter(main))
