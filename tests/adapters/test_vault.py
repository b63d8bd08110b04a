"""The vault on a real file system: modes, damage, and the claim code."""

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from kiosk.adapters.system import MachinePower
from kiosk.adapters.vault import FileVault, code_path, read_code
from kiosk.core.audit import Entry
from kiosk.core.windows import UnixMs
from kiosk.errors import SecretError
from kiosk.store import open_store


def test_a_secret_is_for_its_owner_alone(tmp_path: Path) -> None:
    FileVault(tmp_path / "store").write("web.pin", b"x")
    assert stat.S_IMODE((tmp_path / "store" / "web.pin").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "store").stat().st_mode) == 0o700
    assert [path.name for path in (tmp_path / "store").iterdir()] == ["web.pin"]


def test_a_secret_that_others_can_read_is_none(tmp_path: Path) -> None:
    vault = FileVault(tmp_path)
    vault.write("web.pin", b"x")
    (tmp_path / "web.pin").chmod(0o640)
    with pytest.raises(SecretError, match="chmod 600"):
        vault.read("web.pin")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SecretError, match="cannot be written"):
        FileVault(tmp_path / "file").write("web.pin", b"x")


def test_a_left_over_of_a_power_cut_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / f"web.pin.{os.getpid()}").write_bytes(b"half")
    FileVault(tmp_path).write("web.pin", b"whole")
    assert FileVault(tmp_path).read("web.pin") == b"whole"


@pytest.mark.parametrize(("text", "code"), [("246813\n", "246813"), (" 000000 ", "000000"), ("246813", "246813")])
def test_the_claim_code_is_six_digits(tmp_path: Path, text: str, code: str) -> None:
    path = code_path("", tmp_path)
    assert read_code(path) is None
    path.write_text(text)
    path.chmod(0o600)
    assert read_code(path) == code


@pytest.mark.parametrize("text", ["", "12345", "1234567", "abcdef", "246813\n246813"])
def test_anything_else_is_no_claim_code(tmp_path: Path, text: str) -> None:
    path = code_path(str(tmp_path / "sheet"), tmp_path)
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(SecretError, match="kiosk setup --new-code"):
        read_code(path)


def test_the_machine_tells_its_boot_and_the_unit_may_tell_it_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    power = MachinePower()
    boot = power.boot()
    assert boot == power.boot()
    assert len(boot) == 32
    assert power.up_s() > 0
    monkeypatch.setenv("KIOSK_BOOT", "c0ffee")
    assert power.boot() == "c0ffee"


async def test_nobody_changes_or_removes_a_line_of_the_audit_log(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        await store.journal.note(Entry(UnixMs(1), 7, "redraw", "done"))
    with sqlite3.connect(tmp_path / "state.db") as base:
        for statement in ("UPDATE audit SET what = 'x'", "DELETE FROM audit"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                base.execute(statement)
        assert base.execute("SELECT count(*) FROM audit").fetchone() == (1,)
    base.close()
