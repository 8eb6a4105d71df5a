"""Runs the backend with other limits than its default ones, to see what lies beyond those.

python -m tools.bench.programs.other_limits '{"max_clients": 128}' --socket PATH ...
"""

import json
import sys
from functools import partial

from litebase import cli, settings


def main() -> int:
    """Run the backend with the settings in the first argument; the other arguments are passed on."""
    limits = json.loads(sys.argv[1])
    settings.Settings(**limits)  # an unknown name fails here
    settings.Settings = partial(settings.Settings, **limits)  # type: ignore[assignment, misc]  # created once, later
    return cli.main(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
