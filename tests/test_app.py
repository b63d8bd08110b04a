"""The whole program, unchanged, as a process against the fake BlueZ: what a box on a wall does, start to stop."""

import asyncio
import signal
import socket
import sqlite3
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kiosk.core.adverts import COMPANY, IOS_SERVICE_UUID, CarriesId, read
from tests.fakes.bluez import FakeBlueZ
from tests.fakes.bluez_fixtures import bluez, system_bus

__all__ = ["bluez", "system_bus"]

pytestmark = [pytest.mark.dbus]

ANDROID_UUID = "00004e56-0000-1000-8000-00805f9b34fb"
BEHIND = {0x004C: b"\x01\x08" + bytes(15)}
STOP_S = 20.0


@asynccontextmanager
async def box(tmp_path: Path, port: int = 0, extra: str = "") -> AsyncIterator[Process]:
    """`kiosk run` with its state in a folder of the test."""
    config = tmp_path / "config.toml"
    web = f'[web]\nhost = "127.0.0.1"\nport = {port}\nsocket = "{tmp_path / "web.sock"}"\n'
    config.write_text(f'[store]\nfolder = "{tmp_path / "state"}"\n[clock]\nbelieve = "always"\n{web}{extra}')
    kiosk = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "kiosk", "run", "--config", str(config), stdout=PIPE, stderr=STDOUT
    )
    try:
        yield kiosk
    finally:
        if kiosk.returncode is None:
            kiosk.kill()
        await kiosk.communicate()


async def stopped(kiosk: Process) -> str:
    """Ask it to stop, as systemd does; what it said."""
    kiosk.send_signal(signal.SIGTERM)
    async with asyncio.timeout(STOP_S):
        said, _ = await kiosk.communicate()
    assert kiosk.returncode == 0, said.decode()
    return said.decode()


def stored(tmp_path: Path) -> list[tuple[bytes, int, int]]:
    """Every encounter's id, platform (0 Android, 1 iOS) and way (0 advert, 1 GATT), over all days."""
    rows: list[tuple[bytes, int, int]] = []
    for day in sorted((tmp_path / "state" / "days").glob("*.db")):
        db = sqlite3.connect(day)
        try:
            rows.extend(db.execute("SELECT id, platform, via FROM encounter ORDER BY id"))
        finally:
            db.close()
    return rows


async def test_nine_phones_among_strangers_are_stored_and_nothing_else(bluez: FakeBlueZ, tmp_path: Path) -> None:
    ids = [bytes([number]) * 12 for number in range(1, 10)]
    async with box(tmp_path) as kiosk:
        await bluez.until(lambda: bluez.adverts.on_air and "StartDiscovery" in bluez.calls, STOP_S)
        for number in range(3):
            android = bluez.phone(
                f"C1:00:00:00:00:0{number}", uuids=(ANDROID_UUID,), manufacturers={COMPANY: ids[number]}
            )
            front = bluez.phone(f"51:00:00:00:00:0{number}", uuids=(IOS_SERVICE_UUID,), answer=ids[number + 3])
            behind = bluez.phone(f"52:00:00:00:00:0{number}", manufacturers=BEHIND, answer=ids[number + 6])
            for phone in (android, front, behind):
                phone.advertise()
        for number in range(50):
            bluez.phone(f"C3:00:00:00:01:{number:02X}", manufacturers={0x004C: bytes((0x10, 5, number))}).advertise()
        latest = bluez.phone("51:00:00:00:00:FF", uuids=(IOS_SERVICE_UUID,), answer=bytes(12), rssi=-99)
        await bluez.until(lambda: bluez.calls.count("ReadValue") >= 6, 60)
        latest.advertise()
        await bluez.until(lambda: bluez.calls.count("ReadValue") >= 7, 60)  # by then the sixth answer is in
        await stopped(kiosk)
    rows = [row for row in stored(tmp_path) if row[0] != bytes(12)]
    assert [row[0] for row in rows] == ids
    assert {row[1:] for row in rows[:3]} == {(0, 0)}
    assert {row[1:] for row in rows[3:]} == {(1, 1)}
    assert bluez.calls.count("ReadValue") == 7
    assert "Pair" not in bluez.calls


async def test_a_stop_leaves_nothing_on_air_and_no_scan(bluez: FakeBlueZ, tmp_path: Path) -> None:
    async with box(tmp_path) as kiosk:
        await bluez.until(lambda: bluez.adverts.on_air and bluez.controller.discovering, STOP_S)
        [ad] = bluez.adverts.on_air
        assert isinstance(read(ad), CarriesId)
        await stopped(kiosk)
        await bluez.until(lambda: not bluez.adverts.on_air and not bluez.controller.discovering, 5)


async def test_no_id_key_or_address_is_in_the_log_or_beside_the_database(bluez: FakeBlueZ, tmp_path: Path) -> None:
    peer, address = bytes(range(0xA0, 0xAC)), "C1:0A:0B:0C:0D:0E"
    async with box(tmp_path) as kiosk:
        await bluez.until(lambda: bluez.controller.discovering and bluez.adverts.on_air, STOP_S)
        bluez.phone(address, uuids=(ANDROID_UUID,), manufacturers={COMPANY: peer}).advertise()
        silent = bluez.phone("51:0A:0B:0C:0D:0F", uuids=(IOS_SERVICE_UUID,), answer=b"too short")
        silent.advertise()
        await bluez.until(lambda: "ReadValue" in bluez.calls, STOP_S)
        bluez.die()  # a fault makes it talk
        await bluez.come_back()
        await bluez.until(lambda: bluez.controller.discovering and bluez.adverts.on_air, 60)
        said = await stopped(kiosk)
    assert "starts again" in said
    [(stored_id, _, _)] = stored(tmp_path)
    assert stored_id == peer
    key = (tmp_path / "state" / "root.key").read_bytes()
    everything = said.encode().lower() + b"".join(
        path.read_bytes().lower()
        for path in (tmp_path / "state").rglob("*")
        if path.is_file() and path.suffix != ".key"
    )
    for secret in (address.lower(), address.lower().replace(":", "_"), address.lower().replace(":", ""), key.hex()):
        assert secret.encode() not in everything
    assert peer.hex().encode() not in everything  # ids are stored as bytes and printed nowhere
    assert bytes.fromhex(address.replace(":", "")) not in everything


async def test_a_box_without_a_radio_is_ready_and_hears_the_first_phone_once_there_is_one(
    bluez: FakeBlueZ, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bluez.controller.unplug()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        async with box(tmp_path) as kiosk, asyncio.timeout(60):
            loop = asyncio.get_running_loop()
            while b"READY=1" not in await loop.sock_recv(manager, 4096):
                pass
            bluez.controller.plug()
            await bluez.until(lambda: bluez.adverts.on_air and bluez.controller.discovering, 40)
            bluez.phone("C1:00:00:00:00:01", uuids=(ANDROID_UUID,), manufacturers={COMPANY: bytes(12)}).advertise()
            bluez.phone("51:00:00:00:00:01", uuids=(IOS_SERVICE_UUID,), answer=b"no id").advertise()
            await bluez.until(lambda: "ReadValue" in bluez.calls, STOP_S)  # the Android phone came before it
            await stopped(kiosk)
            while b"STOPPING=1" not in await loop.sock_recv(manager, 4096):
                pass
    assert [row[0] for row in stored(tmp_path)] == [bytes(12)]


async def test_a_port_that_is_taken_costs_the_page_and_nothing_else(bluez: FakeBlueZ, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        async with box(tmp_path, port=taken.getsockname()[1]) as kiosk:
            await bluez.until(lambda: bluez.adverts.on_air and bluez.controller.discovering, STOP_S)
            said = await stopped(kiosk)
    assert "web.port" in said


async def test_a_root_key_that_others_can_read_stops_the_start_with_exit_2(bluez: FakeBlueZ, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "state" / "root.key").write_bytes(bytes(32))
    (tmp_path / "state" / "root.key").chmod(0o644)
    async with box(tmp_path) as kiosk, asyncio.timeout(STOP_S):
        said, _ = await kiosk.communicate()
        assert kiosk.returncode == 2
        assert b"root.key" in said
        assert b"Traceback" not in said
    assert not bluez.adverts.on_air


@pytest.mark.parametrize("key", [b"short", b"", None])
async def test_a_root_key_that_cannot_be_read_costs_the_air_and_not_the_wall_until_it_is_back(
    bluez: FakeBlueZ, tmp_path: Path, key: bytes | None
) -> None:
    """None: what lies there is no file."""
    path, wall = tmp_path / "state" / "root.key", tmp_path / "wall.png"
    path.parent.mkdir(mode=0o700)
    if key is None:
        path.mkdir()
    else:
        path.write_bytes(key)
        path.chmod(0o600)
    async with box(tmp_path, extra=f'[show]\nsurface = "png"\npng = "{wall}"\n') as kiosk:
        await bluez.until(lambda: bluez.controller.discovering and wall.exists(), STOP_S)
        assert not bluez.adverts.on_air
        said = await stopped(kiosk)
    assert "stays off air" in said
    assert "root.key" in said
    assert "Traceback" not in said


async def test_a_damaged_store_is_set_aside_and_the_box_runs_on(bluez: FakeBlueZ, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "state" / "state.db").write_bytes(b"not a database at all, but long enough to be read as one" * 100)
    async with box(tmp_path) as kiosk:
        await bluez.until(lambda: bluez.adverts.on_air and bluez.controller.discovering, STOP_S)
        said = await stopped(kiosk)
    assert "state.db is damaged" in said
    assert "Traceback" not in said
    assert [path.name.partition(".")[0] for path in (tmp_path / "state" / "damaged").iterdir()] == ["state"]
