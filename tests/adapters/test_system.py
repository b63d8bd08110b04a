"""The machine's clock, the root key's file, systemd's socket and journal."""

import logging
import os
import socket
from pathlib import Path

import pytest

from kiosk.adapters.journal import JournalFormatter
from kiosk.adapters.system import SystemClock, SystemdHost, load_or_create_root_key, replace_root_key
from kiosk.errors import IdentityError

pytestmark = pytest.mark.guest


def test_wall_time_counts_milliseconds_since_1970() -> None:
    assert SystemClock().now() > 1_790_000_000_000  # September 2026


async def test_a_sleep_lasts_as_long_as_asked_and_none_for_less_than_nothing() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    await clock.sleep(-1)
    await clock.sleep(0.02)
    assert clock.monotonic() - before >= 0.02


def test_a_root_key_is_made_once_for_our_eyes_only(tmp_path: Path) -> None:
    path = tmp_path / "state" / "root.key"
    key = load_or_create_root_key(path)
    assert load_or_create_root_key(path) == key
    assert path.read_bytes() == key.raw
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_two_boxes_have_two_keys(tmp_path: Path) -> None:
    assert load_or_create_root_key(tmp_path / "a.key") != load_or_create_root_key(tmp_path / "b.key")


def test_a_key_is_never_half_written_when_the_power_goes(tmp_path: Path) -> None:
    path = tmp_path / "root.key"
    path.with_name(f"root.key.{os.getpid()}").write_bytes(b"half")  # what a power cut leaves
    assert len(load_or_create_root_key(path).raw) == 32
    assert list(tmp_path.iterdir()) == [path]


def test_a_key_can_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "root.key"
    old = load_or_create_root_key(path)
    new = replace_root_key(path)
    assert new != old
    assert load_or_create_root_key(path) == new
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_key_of_the_wrong_size_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "root.key"
    path.write_bytes(bytes(31))
    path.chmod(0o600)
    with pytest.raises(IdentityError, match=r"root\.key: a root key has 32 bytes.*kiosk id --new-root-key"):
        load_or_create_root_key(path)
    assert path.read_bytes() == bytes(31)


def test_a_key_others_can_read_is_refused_with_the_command_that_mends_it(tmp_path: Path) -> None:
    path = tmp_path / "root.key"
    path.write_bytes(bytes(32))
    path.chmod(0o640)
    with pytest.raises(IdentityError, match=f"Run: chmod 600 {path}"):
        load_or_create_root_key(path)


def test_a_folder_in_place_of_the_key_is_an_identity_error(tmp_path: Path) -> None:
    (tmp_path / "root.key").mkdir()
    with pytest.raises(IdentityError, match=r"root\.key"):
        load_or_create_root_key(tmp_path / "root.key")
    with pytest.raises(IdentityError, match=r"root\.key"):
        replace_root_key(tmp_path / "root.key")


def listening(address: str) -> socket.socket:
    receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    receiver.bind(address)
    receiver.setblocking(False)
    return receiver


@pytest.mark.parametrize("abstract", [False, True])
def test_systemd_hears_of_ready_alive_status_and_stopping(
    abstract: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"@kiosk-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", name)
    with listening(name.replace("@", "\0")) as receiver:
        host = SystemdHost()
        host.ready()
        host.alive()
        host.status("on air\nsince 8:00")
        host.stopping()
        heard = [receiver.recv(100) for _ in range(4)]
    assert heard == [b"READY=1", b"WATCHDOG=1", b"STATUS=on air since 8:00", b"STOPPING=1"]


def test_without_systemd_nothing_is_sent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with listening(str(tmp_path / "notify")) as receiver:
        monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
        SystemdHost().ready()
        with pytest.raises(BlockingIOError):
            receiver.recv(100)


def test_a_systemd_that_does_not_read_blocks_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    host = SystemdHost()
    host.alive()  # nobody there
    with listening(str(tmp_path / "notify")) as receiver:
        for _ in range(10_000):  # far more than a socket's queue
            host.alive()
        assert receiver.recv(100) == b"WATCHDOG=1"


def test_every_line_for_the_journal_carries_its_level() -> None:
    record = logging.LogRecord("kiosk", logging.ERROR, "x.py", 1, "two\nlines", (), None)
    assert JournalFormatter("%(name)s: %(message)s").format(record) == "<3>kiosk: two\n<3>lines"
