"""The TypeScript client of every frozen version, rebuilt from its bundle, with the backend of today."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.conftest import RunningBackend
from tests.contract.older import frozen_now, promised
from tools import typescript
from tools.contract.gate.baseline import Baseline
from tools.generation import typescript as emitter

HERE = Path(__file__).parent
FIRST = "0.1"
COMMITTED = {baseline.name: baseline for baseline in promised()}
PATIENCE_S = 60


def rebuilt(baseline: Baseline, package: Path, folder: Path) -> Path:
    """The client with the contract of a baseline, as one file. Types are not checked: old messages may lack today's."""
    contract = folder / "contract"
    contract.mkdir()
    for name, text in emitter.generate(baseline.bundle.contract).items():
        (contract / name).write_text(text, encoding="utf-8")
    source = package / "src"
    entry = f'export * from "{source}/index.js";\nexport * from "{source}/node.js";\n'
    (folder / "entry.ts").write_text(entry, encoding="utf-8")
    bundle = folder / "client.mjs"
    options = ["--bundle", "--format=esm", "--platform=node", f"--outfile={bundle}", "--log-level=warning"]
    options.append(f"--alias:@litebase/contract={contract / 'index.ts'}")
    command = [typescript.tool("esbuild"), "entry.ts", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return bundle


@pytest.mark.parametrize("name", [*COMMITTED, "of now"])
def test_the_typescript_client_of_a_baseline_works_with_the_backend_of_today(
    name: str, package: Path, backend: RunningBackend, tmp_path: Path
) -> None:
    baseline = COMMITTED[name] if name in COMMITTED else frozen_now(tmp_path)
    bundle = rebuilt(baseline, package, tmp_path)
    command = [typescript.node(), str(HERE / "baseline_walk.mjs"), str(bundle), backend.endpoint["path"]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert told["version"] == list(baseline.version)
    first = {message.type for message in baseline.bundle.contract.messages() if message.since == FIRST}
    assert set(told["sent"]) == {one for one in first if baseline.bundle.messages[one].kind == "request"}
