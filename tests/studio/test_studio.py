"""Studio in Debian's Chromium, against a real backend and the sample database."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.playground import bundle

HERE = Path(__file__).parent
SCENES = sorted(path.name.removesuffix(".test.mjs") for path in HERE.glob("*.test.mjs"))


def test_the_types_of_the_page_hold(page_built: Path) -> None:
    assert page_built.is_dir()
    bundle.check()


@pytest.mark.parametrize("scene", SCENES)
def test_the_page_works_in_a_browser(scene: str, in_browser: Callable[..., None]) -> None:
    in_browser(scene)
