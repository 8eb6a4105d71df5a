"""Run the tests that depend on a server's version against versions that this system does not have.

    python -m tools.servers                     list the versions
    python -m tools.servers fetch [name ...]    fetch their programs into .cache/servers
    python -m tools.servers test [name ...]     run the tests on each, and write the table in docs/engines.md

Without names all of them, one after the other. What begins with a dash is for pytest. A single test on one version:

    LITEBASE_TEST_POSTGRESQL=.cache/servers/postgresql-12-12.22 pytest tests/drivers/postgresql
"""

import sys
from collections.abc import Sequence

from tools.servers import table
from tools.servers.calls import CannotFetch
from tools.servers.fetching import fetched
from tools.servers.pinned import Pinned, pinned
from tools.servers.trial import Outcome, run_tests


def main() -> int:
    """Run the task of the command line, and return its exit code: 1 if a test failed or a server was not had."""
    task, *words = sys.argv[1:] or ["list"]
    names = [word for word in words if not word.startswith("-")]
    unknown = set(names) - {server.name for server in pinned()}
    if task not in ("list", "fetch", "test") or unknown:
        print(f"unknown: {', '.join(sorted(unknown)) or task}\n{__doc__}", file=sys.stderr)
        return 2
    servers = [server for server in pinned() if not names or server.name in names]
    if task == "list":
        for server in servers:
            print(f"{server.name}: {server.product} {server.version}, {server.source} {server.package}")
        return 0
    if task == "fetch":
        return _report([problem for server in servers if (problem := _fetch(server))])
    return _test(servers, [word for word in words if word.startswith("-")])


def _fetch(server: Pinned) -> str:
    try:
        print(f"{server.name}: {fetched(server)}", flush=True)
    except CannotFetch as error:
        return f"NOT FETCHED: {server.name}: {error}"
    return ""


def _test(servers: Sequence[Pinned], options: Sequence[str]) -> int:
    outcomes: dict[str, Outcome] = {}
    problems = []
    for server in servers:
        print(f"\n{server.product} {server.version}", flush=True)
        try:
            outcome = run_tests(server, options)
        except CannotFetch as error:
            problems.append(f"NOT TESTED: {server.name}: {error}")
            continue
        if outcome is None:
            problems.append(f"NOT TESTED: {server.name}: pytest did not come to its end")
            continue
        outcomes[server.name] = outcome
        table.write(pinned(), outcomes)
        if outcome.failed or not outcome.passed:
            problems.append(f"FAILED: {server.name}: {outcome.failed} tests of {outcome.failed + outcome.passed}")
    return _report(problems)


def _report(problems: Sequence[str]) -> int:
    for problem in problems:
        print(problem, file=sys.stderr, flush=True)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
