"""The backend with other limits than its own, to see what lies beyond them.

python -m tools.bench.other_limits '{"max_clients": 128}' --socket PATH ...
"""

import json
import sys
from functools import partial

from litebase import cli, settings


def main() -> int:
    """Run the backend with the settings that the first argument names; the other arguments are its own."""
    limits = json.loads(sys.argv[1])
    settings.Settings(**limits)  # an unknown name fails here
    settings.Settings = partial(settings.Settings, **limits)  # type: ignore[assignment, misc]  # it is made once, later
    return cli.main(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
