"""The use of a process is told apart by its threads."""

import os
import threading
import time

from tools.bench.threads import Use, use_of

_WAITS = 50


def test_a_thread_that_waits_is_counted_with_the_others() -> None:
    waited, may_end = threading.Event(), threading.Event()

    def wait() -> None:
        for _ in range(_WAITS):
            sum(range(10_000))
            time.sleep(0.001)
        waited.set()
        may_end.wait()

    before = use_of(os.getpid())
    thread = threading.Thread(target=wait)
    thread.start()
    waited.wait()
    used = use_of(os.getpid()).since(before)
    may_end.set()
    thread.join()
    assert used.waits >= _WAITS
    assert used.others_s > 0
    assert used.cpu_s == used.loop_s + used.others_s


def test_what_was_used_is_divided_among_requests() -> None:
    assert Use(8.0, 5.0, 30.0).since(Use(2.0, 1.0, 10.0)).each(2) == Use(3.0, 2.0, 10.0)
