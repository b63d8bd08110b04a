"""Fakes of the page's keeping places, in memory: small secrets, and the audit log."""

from kiosk.core.audit import Entry


class MemorySecrets:
    """Secrets in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def read(self, name: str) -> bytes | None:
        return self.kept.get(name)

    def write(self, name: str, value: bytes) -> None:
        self.kept[name] = value


class MemoryAudit:
    """The audit log as a list."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._onces: set[str] = set()

    async def note(self, entry: Entry, once: str = "") -> bool:
        if once in self._onces:
            return False
        self._onces |= {once} - {""}
        self.entries.append(entry)
        return True

    async def noted(self, count: int) -> list[Entry]:
        return self.entries[: -count - 1 : -1]


class FakePower:
    """A machine that a test switches off and on."""

    def __init__(self) -> None:
        self.boots, self.up = 1, 30.0

    def boot(self) -> str:
        return f"boot{self.boots}"

    def up_s(self) -> float:
        return self.up

    def cycle(self) -> None:
        """Off and on again."""
        self.boots, self.up = self.boots + 1, 10.0
