"""Runs the backend with longer slices of time, for valgrind, under which everything takes longer.

Without that it would do less in each slice, and a row would cost more than it does otherwise.

python -m tools.bench.programs.slower 50 --socket PATH ...
"""

import sys
from functools import partial

from litebase import cli, settings
from litebase.drivers import slices
from litebase.drivers.sqlite import cursor


def main() -> int:
    """Run the backend with slices that are longer by the first argument; the other arguments are passed on."""
    times = int(sys.argv[1])
    slices.SLICE_S *= times
    slices._TURN_S *= times  # noqa: SLF001  # nobody else may change it
    cursor._STEP_S *= times  # noqa: SLF001  # as above
    first_rows_s = settings.Settings().first_rows_s * times
    settings.Settings = partial(settings.Settings, first_rows_s=first_rows_s)  # type: ignore[assignment, misc]  # created once, later
    sys.setswitchinterval(sys.getswitchinterval() * times)
    return cli.main(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
