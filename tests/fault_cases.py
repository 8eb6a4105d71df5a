"""How tests say which cases of the fault matrix they show, and how the long ones get their time. Hooks for conftest."""

from collections.abc import Callable

import pytest

Figure = Callable[[str], None]
_long_s = pytest.StashKey[float]()
_GRACE_S = 120.0
_FIGURE = "figure"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Without `--minutes` the long tests are left out."""
    parser.addoption("--minutes", type=float, default=0.0, help="run the tests marked long, for so long in all")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Share the time of the long ones, or leave them out."""
    long = [item for item in items if item.get_closest_marker("long")]
    seconds = config.getoption("--minutes") * 60
    if not long:
        return
    if not seconds:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
        return
    config.stash[_long_s] = seconds / len(long)
    for item in long:
        item.add_marker(pytest.mark.timeout(seconds / len(long) + _GRACE_S))


@pytest.fixture
def long_s(pytestconfig: pytest.Config) -> float:
    """How many seconds a long test has."""
    return pytestconfig.stash[_long_s]


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Figure:
    """`figure("...")` keeps a line that is printed at the end of the run. It travels with the test's report."""
    kept = request.node.user_properties
    return lambda text: kept.append((_FIGURE, f"{request.node.name}: {text}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures."""
    reports = [one for several in terminalreporter.stats.values() for one in several]
    for report in reports:
        if getattr(report, "when", "") == "call":
            for name, line in report.user_properties:
                if name == _FIGURE:
                    terminalreporter.write_line(line)
