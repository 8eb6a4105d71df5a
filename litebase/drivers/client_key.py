"""The key of a client's certificate, which may be encrypted with a passphrase."""

import ssl
from typing import Generic

import anyio
from anyio import to_thread

from litebase.drivers.interface import Ask, Question
from litebase.drivers.password import Target
from litebase.errors import ConnectFailed

_TRIES = 3


class ClientKey(Generic[Target]):
    """A target whose key may need a passphrase: the given one, or one that is asked for and kept in memory."""

    def __init__(self, target: Target) -> None:
        self._target: Target = target
        self._passphrase = target.tls_key_passphrase
        self._asking = anyio.Lock()

    async def unlock(self, ask: Ask) -> None:
        """Find out the passphrase, if one is needed. Raises `ConnectFailed`, `PromptUnanswered`."""
        target = self._target
        if target.tls == "disable" or target.socket_path is not None or target.tls_certificate_file is None:
            return
        async with self._asking:
            for attempt in range(_TRIES):
                needed = await to_thread.run_sync(_refuses, target, self._passphrase)
                if not needed:
                    return
                again = attempt > 0 or bool(self._passphrase)
                self._passphrase = await ask(self._question(again=again))
            if await to_thread.run_sync(_refuses, target, self._passphrase):
                self._passphrase = target.tls_key_passphrase
                raise ConnectFailed("tls", f"The passphrase does not open the key {self._file}.")

    def with_passphrase(self, target: Target) -> Target:
        """`target`, which is this one with perhaps another password, with the passphrase that was found."""
        return target.model_copy(update={"tls_key_passphrase": self._passphrase})

    @property
    def _file(self) -> str:
        return str(self._target.tls_key_file or self._target.tls_certificate_file)

    def _question(self, *, again: bool) -> Question:
        wrong = "The passphrase does not open the key. " if again else ""
        return Question(
            kind="passphrase",
            text=f"{wrong}Passphrase of the key {self._file}",
            connection_name=self._target.name,
            host=self._target.host,
            again=again,
        )


def _refuses(target: Target, passphrase: str | None) -> bool:
    """Whether the key is encrypted and `passphrase` does not open it. Other faults are told when it is used."""
    asked = []

    def tell() -> str:
        asked.append(True)
        return passphrase or ""

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(
            str(target.tls_certificate_file), target.tls_key_file, password=tell
        )
    except (OSError, ValueError):
        return bool(asked)
    return False
