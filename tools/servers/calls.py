"""Calls the package managers' clients."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

FETCH_S = 300.0


class CannotFetch(Exception):
    """The programs of a server cannot be had on this machine; the message says what was tried."""


def called(command: Sequence[str | Path], folder: Path, variables: Mapping[str, str] | None = None) -> str:
    """The output of a program that was run in a folder. Raises `CannotFetch`, also where there is no such program."""
    if shutil.which(command[0]) is None:
        raise CannotFetch(f"{command[0]} is not installed.")
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=folder,
            env={**os.environ, **(variables or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=FETCH_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CannotFetch(f"{command[0]} had not ended after {FETCH_S:g} s: {' '.join(map(str, command))}") from error
    if done.returncode:
        raise CannotFetch(f"{' '.join(map(str, command))} failed:\n{(done.stdout + done.stderr)[-2000:]}")
    return done.stdout
