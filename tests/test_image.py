"""The Dockerfile: who runs, what is installed, what is copied. Docker itself is not run here."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
LINES = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8")).splitlines()
STEPS = [line.split(maxsplit=1) for line in LINES if line and not line.startswith("#")]


def arguments(word: str) -> list[str]:
    return [rest for name, rest in STEPS if name == word]


def test_the_image_runs_as_a_user_without_rights() -> None:
    assert arguments("USER") == ["10001"]
    words = [name for name, _ in STEPS]
    assert words.index("USER") < words.index("ENTRYPOINT")


def test_packages_are_installed_by_their_hashes_only() -> None:
    installs = [line for line in arguments("RUN") if "pip install" in line]
    assert len(installs) == 1
    assert "--require-hashes -r /tmp/requirements-runtime.lock" in re.sub(r"\s+", " ", installs[0])


def test_each_stage_has_a_pinned_python_that_we_support() -> None:
    assert all(re.match(r"python:3\.1[1-9]-slim-\w+( AS \w+)?$", stage) for stage in arguments("FROM"))


def test_what_is_copied_exists_and_is_let_through() -> None:
    copied = [line.split()[0] for line in arguments("COPY") if not line.startswith("--from")]
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[0] == "*"
    assert {f"!{path}" for path in copied} == {line for line in ignored if line.startswith("!")}
    assert all((ROOT / path).exists() for path in copied)


def test_no_secret_and_no_port_is_in_the_image() -> None:
    """TCP listens on the loopback interface only, which nobody reaches from outside of a container."""
    assert not re.search(r"(?i)token|password|secret", "\n".join(LINES))
    assert arguments("EXPOSE") == []


def test_the_runtime_lock_holds_what_the_whole_lock_holds() -> None:
    def pins(name: str) -> dict[str, set[str]]:
        text = (ROOT / name).read_text(encoding="utf-8")
        found = re.findall(r"^(\S+==\S+)[^\n]*\n((?:    --hash=\S+[ \\]*\n)+)", text, re.MULTILINE)
        return {pin: set(hashes.split()) - {"\\"} for pin, hashes in found}

    runtime, whole = pins("requirements-runtime.lock"), pins("requirements.lock")
    assert len(runtime) > 10
    assert {pin: hashes for pin, hashes in whole.items() if pin in runtime} == runtime
