"""How much work something is, beside other work that this process does at the same time.

A clock says how fast a machine is and how busy; a ratio says how much more there was to do.
"""

import time
from collections.abc import Callable

# Only so that nothing hangs: ten times what the slowest machine needs for what happens at once. What must not be waited
# for lasts longer or never ends.
SOON_S = 60.0

Work = Callable[[], object]
IN_PROPORTION = 24  # a `growth` below this is one in proportion, by far, and none with the square
_ROUNDS = 5


def unhurried(told: str) -> str:
    """What a backend has logged, but for that a busy machine let it wait."""
    return "".join(line for line in told.splitlines(keepends=True) if " event_loop_blocked " not in line)


def times_as_much(work: Work, plain: Work, enough: float) -> float:
    """How many times the processor time of `plain` the `work` takes, when each is at its best.

    What interrupts one of them makes the ratio wrong, so it is measured again until it is below `enough`: work that
    truly is more than that never gets there.
    """
    least = least_plain = float("inf")
    for _ in range(_ROUNDS):
        least_plain = min(least_plain, _seconds(plain))
        least = min(least, _seconds(work))
        if least < enough * least_plain:
            break
    return least / least_plain


def growth(work: Callable[[str], object], text: Callable[[int], str], length: int) -> float:
    """How many times longer a text of eight times the `length` takes: about 8 in proportion, 64 with its square."""
    short, long = text(length), text(8 * length)
    return times_as_much(lambda: work(long), lambda: work(short), IN_PROPORTION)


def _seconds(work: Work) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began
