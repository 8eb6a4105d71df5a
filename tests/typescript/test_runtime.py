"""The hand-written part of the TypeScript client, against real backends and real databases."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal

from tests.conftest import RunningBackend, target_of
from tests.typescript import node
from tools import typescript
from tools.playground.bridge import Bridge, serving
from tools.services import Service

HERE = Path(__file__).parent / "runtime"
ROOT = Path(__file__).parents[2]
FILES = sorted(path.name.removesuffix(".test.ts") for path in HERE.glob("*.test.ts"))
WITH_SERVERS = {"engines", "prompts"}
WITH_BRIDGE = {"web"}


@pytest.fixture(scope="session")
def programs(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every TypeScript file of `runtime/` and of the benchmarks, compiled."""
    folder = tmp_path_factory.mktemp("typescript")
    node.lay_out(folder, [*HERE.glob("*.ts"), *(ROOT / "tools" / "bench").glob("*.ts")])
    return node.compile_all(folder)


@pytest.fixture
def environment(backend: RunningBackend, tmp_path: Path) -> dict[str, str]:
    """What the programs must know: the shared backend, how to start another one, and a folder for files."""
    return {
        "LITEBASE_SOCKET": backend.endpoint["path"],
        "LITEBASE_COMMAND": node.backend_command(),
        "LITEBASE_FOLDER": str(tmp_path),
        "LITEBASE_SAMPLES": str(ROOT / "generated" / "samples"),
        "LITEBASE_PACKAGE": str(typescript.ROOT / typescript.CLIENT),
    }


@pytest.mark.parametrize("name", [name for name in FILES if name not in WITH_SERVERS | WITH_BRIDGE])
def test_the_client(name: str, programs: Path, environment: dict[str, str]) -> None:
    node.run_tests(programs / f"{name}.test.js", environment)


@pytest.fixture
def bridge(backend: RunningBackend, tmp_path: Path) -> Iterator[Bridge]:
    """A bridge from WebSockets to the shared backend."""
    opening = serving(tmp_path, Path(backend.endpoint["path"]))
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(opening) as bridge:
        yield bridge


@pytest.mark.parametrize("name", sorted(WITH_BRIDGE))
def test_the_client_with_a_bridge(name: str, programs: Path, environment: dict[str, str], bridge: Bridge) -> None:
    web = {"LITEBASE_BRIDGE": bridge.origin, "LITEBASE_BRIDGE_TOKEN": bridge.token}
    flag = {"NODE_OPTIONS": "--experimental-websocket", "NODE_NO_WARNINGS": "1"}  # before Node.js 22
    node.run_tests(programs / f"{name}.test.js", {**environment, **web, **flag})


@pytest.mark.parametrize("name", sorted(WITH_SERVERS))
@pytest.mark.parametrize("service_fixture", ["postgresql_service", "mysql_service"])
def test_the_client_with_a_server(
    name: str, service_fixture: str, programs: Path, environment: dict[str, str], request: pytest.FixtureRequest
) -> None:
    service: Service = request.getfixturevalue(service_fixture)
    target = json.dumps(target_of(service).model_dump(exclude_unset=True))
    node.run_tests(programs / f"{name}.test.js", {**environment, "LITEBASE_TARGET": target})
