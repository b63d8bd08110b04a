"""Secrets and the audit log: the real bodies and the tests' own keep the same promises."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.adapters.vault import FileVault
from kiosk.core.audit import Entry
from kiosk.core.windows import UnixMs
from kiosk.ports import AuditLog, Secrets
from kiosk.store import open_store
from tests.fakes.secrets import MemoryAudit, MemorySecrets


@pytest.fixture(params=["file", "memory"])
def secrets(request: pytest.FixtureRequest, tmp_path: Path) -> Secrets:
    """A keeping place."""
    return FileVault(tmp_path / "new") if request.param == "file" else MemorySecrets()


@pytest.fixture(params=["store", "memory"])
async def audit(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AuditLog]:
    """A log."""
    if request.param == "memory":
        yield MemoryAudit()
        return
    async with open_store(tmp_path) as store:
        yield store.journal


def test_what_was_never_written_is_not_there(secrets: Secrets) -> None:
    assert secrets.read("web.pin") is None


def test_the_last_value_counts(secrets: Secrets) -> None:
    secrets.write("web.pin", b"one")
    secrets.write("web.pin", b"two")
    secrets.write("web.other", b"three")
    assert (secrets.read("web.pin"), secrets.read("web.other")) == (b"two", b"three")


async def test_the_log_tells_the_newest_first(audit: AuditLog) -> None:
    lines = [Entry(UnixMs(number), 7, "redraw", "done") for number in range(5)]
    for line in lines:
        assert await audit.note(line)
    assert await audit.noted(3) == [lines[4], lines[3], lines[2]]
    assert await audit.noted(9) == lines[::-1]


async def test_a_form_is_noted_once(audit: AuditLog) -> None:
    line = Entry(UnixMs(1), 7, "redraw", "asked")
    assert await audit.note(line, "form-1")
    assert not await audit.note(line, "form-1")
    assert await audit.note(line, "form-2")
    assert await audit.note(line)
    assert await audit.note(line)
    assert len(await audit.noted(9)) == 4
