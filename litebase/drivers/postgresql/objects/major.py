"""The major version of a server, by which its catalog is asked for."""


def major_version(server_version: str) -> int:
    """18 of `18.4`, and 19 of `19beta1`, `19rc1` and `19devel`, which have no second number; 0 of other products."""
    digits = server_version[: next((at for at, one in enumerate(server_version) if not one.isdecimal()), None)]
    return int(digits or 0)
