"""A short-lived process of our own: bytes in, bytes out, and what may go wrong."""

import sys

import pytest

from kiosk.adapters import child
from kiosk.errors import Transient


async def test_bytes_go_in_and_what_is_printed_comes_out() -> None:
    assert await child.told_by("base64", "-d", "-", given=b"eMOhYw==") == "xác".encode()


async def test_one_that_dies_is_told_with_its_name() -> None:
    with pytest.raises(Transient, match="base64 ended with"):
        await child.told_by("base64", "--no-such-option", given=b"")


async def test_one_that_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(Transient, match="base64 cannot be started: No such file"):
        await child.told_by("base64", given=b"")


async def test_one_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "DEADLINE_S", 0.0)
    with pytest.raises(Transient, match="not ready within 0 s"):
        await child.told_by("base64", "-d", "-", given=b"")
