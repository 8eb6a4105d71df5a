"""The notices of one statement, in order and bounded."""

from collections.abc import Sequence

from litebase_schema.values import Notice

from litebase.drivers.interface import DriverLimits


class Notices:
    """Keeps the first ones, and counts those that are too many or too long."""

    def __init__(self, limits: DriverLimits) -> None:
        self._limits = limits
        self._kept: list[Notice] = []
        self._dropped = 0
        self._bytes = 0

    def add(self, notice: Notice) -> None:
        texts = (notice.message, notice.detail, notice.hint)
        self._bytes += sum(len(text.encode("utf-8", "replace")) for text in texts if text)
        if len(self._kept) < self._limits.max_notices and self._bytes <= self._limits.max_notices_bytes:
            self._kept.append(notice)
        else:
            self._dropped += 1

    def kept(self) -> Sequence[Notice]:
        """Those that were kept, and a word about those that were not."""
        if not self._dropped:
            return tuple(self._kept)
        return (*self._kept, Notice(severity="NOTICE", message=f"{self._dropped:,} further notices were dropped."))
