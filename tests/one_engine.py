"""Runs only the tests of one engine's server: a hook for conftest, for `make test-servers`."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Without `--engine` all tests run."""
    parser.addoption("--engine", choices=("postgresql", "mysql"), help="only the tests that use this engine's server")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what does not use that server."""
    engine = config.getoption("--engine")
    if engine is None:
        return
    using = [item for item in items if isinstance(item, pytest.Function) and _uses(item, engine)]
    config.hook.pytest_deselected(items=[item for item in items if item not in using])
    items[:] = using


def _uses(item: pytest.Function, engine: str) -> bool:
    """By its parameters, by its fixtures, or by the folder of the driver that it is about."""
    values = item.callspec.params.values() if hasattr(item, "callspec") else []
    parameters = [str(one) for value in values for one in (value if isinstance(value, tuple) else [value])]
    if any(other in parameters for other in ("sqlite", "postgresql", "mysql")):
        return engine in parameters
    return f"{engine}_service" in item.fixturenames or f"/drivers/{engine}/" in item.path.as_posix()
