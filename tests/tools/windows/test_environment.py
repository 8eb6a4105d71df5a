"""The Wine environment, as far as it can be tested without Wine; `make test-windows` is its real test."""

from pathlib import Path

from tools.windows.environment import Environment, windows_path


def test_a_file_of_this_machine_is_on_drive_z() -> None:
    assert windows_path(Path("/tmp/a folder/größe")) == "Z:\\tmp\\a folder\\größe"


def test_everything_of_an_environment_is_in_its_folder() -> None:
    variables = Environment(Path("/somewhere")).variables
    assert variables["WINEPREFIX"] == "/somewhere/prefix"
    assert variables["PYTHONPYCACHEPREFIX"].startswith("Z:\\somewhere")
    assert Environment(Path("/somewhere")).python == "Z:\\somewhere\\python\\python.exe"
