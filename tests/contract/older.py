"""Older contracts for the tests: every frozen baseline that must not break, and one that is frozen during the test.

The latter gives these tests something to do before the first version is frozen.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.contract.bundle.bundle import read_bundle
from tools.contract.comparison.contracts import compare
from tools.contract.gate.baseline import BASELINES, Baseline, read_baselines
from tools.contract.gate.freeze import freeze
from tools.contract.rules.rule import Level
from tools.generation import python_models, registry
from tools.generation.source import SCHEMA_FOLDER, Contract

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60


def copy_of_the_contract(folder: Path) -> Path:
    """A copy of `schema/` without its baselines, to be edited."""
    target = folder / "schema"
    shutil.copytree(SCHEMA_FOLDER, target, ignore=shutil.ignore_patterns(BASELINES))
    return target


def frozen_now(folder: Path) -> Baseline:
    """Today's contract as a baseline."""
    schema = copy_of_the_contract(folder)
    version = read_bundle(schema).version
    freeze(f"{version[0]}.{version[1]}", schema)
    (baseline,) = read_baselines(schema)
    return baseline


def promised() -> list[Baseline]:
    """The committed baselines whose clients today's backend serves: of its major, and not broken by a minor of 0."""
    today = read_bundle(SCHEMA_FOLDER)
    return [
        baseline
        for baseline in read_baselines(SCHEMA_FOLDER)
        if baseline.version[0] == today.version[0]
        and not any(finding.level is Level.BREAK for finding in compare(baseline.bundle, today))
    ]


def rebuild_models(contract: Contract, folder: Path) -> Path:
    """Generate `litebase_schema` from a contract, and return the folder to put into the path."""
    package = folder / "litebase_schema"
    package.mkdir(parents=True)
    for name, text in (python_models.generate(contract) | registry.generate(contract)).items():
        (package / name).write_text(text, encoding="utf-8")
    return folder


def run_with_models(models: Path, module: str, *arguments: str) -> Any:
    """What a module of the tests prints as JSON when it is run with rebuilt models."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{models}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)
