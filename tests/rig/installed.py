"""The kiosk on the virtual Pi: installed as docs/operations.md tells, started by systemd, looked at from outside."""

import asyncio
import json
import re
import secrets
import time
import urllib.request
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.rig.air import Advert, Air, structures
from tests.rig.image import PROJECT
from tests.rig.pi import POWERED, Failed, Pi

PYTHON = "/opt/bluezone-kiosk/venv/bin/python"
KIOSK = "/opt/bluezone-kiosk/venv/bin/kiosk"
CONFIG = "/etc/bluezone-kiosk/config.toml"
DAYS = "/var/lib/bluezone-kiosk/days"
UNIT = "bluezone-kiosk.service"
OUR_UUID = b"\x56\x4e"

_ROWS = f"""{PYTHON} -c '
import datetime, json, pathlib, shutil, sqlite3, tempfile
with tempfile.TemporaryDirectory() as copy:  # the running kiosk keeps its files locked
    shutil.copytree("{DAYS}", copy, dirs_exist_ok=True)
    for day in sorted(pathlib.Path(copy).glob("*.db")):
        with sqlite3.connect(day) as base:
            assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",), day
            if not base.execute("PRAGMA user_version").fetchone()[0]:
                continue
            midnight = (datetime.date.fromisoformat(day.stem) - datetime.date(1970, 1, 1)).days * 86400000
            columns = "slot * 900000 + ?, part, hex(id), slot * 900000 + ? + first, slot * 900000 + ? + last"
            query = f"SELECT {{columns}}, receptions, platform, via FROM encounter"
            for *row, platform, via in base.execute(query, [midnight] * 3):
                print(json.dumps([*row, ("android", "ios")[platform], ("advert", "gatt")[via]]))
'"""


_ASK = f"""{PYTHON} -c '
import http.client, socket, sys
class Door(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect("/run/bluezone-kiosk/web.sock")
door = Door("kiosk")
form = {{"Content-Type": "application/x-www-form-urlencoded"}} if sys.argv[3:] else {{}}
door.request(sys.argv[1], sys.argv[2], "".join(sys.argv[3:]), form)
answer = door.getresponse()
sys.stdout.buffer.write(answer.read())
sys.exit(answer.status >= 400)'"""


@dataclass(frozen=True)
class Row:
    """One row of the store, as it lies on the disk; times in ms."""

    window: int
    part: int
    peer: str
    first: int
    last: int
    receptions: int
    platform: str
    via: str


async def set_up_bluetoothd(pi: Pi) -> None:
    """bluetoothd as the kiosk needs it: the drop-in and the configuration it names."""
    units = PROJECT / "systemd"
    await pi.sh("mkdir -p /etc/systemd/system/bluetooth.service.d")
    pi.copy_in(units / "bluetooth.service.d" / "bluezone-kiosk.conf", to="/etc/systemd/system/bluetooth.service.d/")
    pi.copy_in(units / "bluetooth-main.conf", to="/etc/bluetooth/bluezone-kiosk.conf")
    await pi.sh("systemctl daemon-reload && systemctl restart bluetooth")
    await pi.until(POWERED, 60)


async def install(pi: Pi, wheel: Path) -> None:
    """Everything up to, but not with, `systemctl enable --now bluezone-kiosk`."""
    units = PROJECT / "systemd"
    await pi.sh("mkdir -p /etc/sysusers.d /etc/bluezone-kiosk")
    pi.copy_in(wheel, to="/root/")
    await pi.sh(f"{PYTHON} -m pip install -q --no-index --no-deps /root/{wheel.name}", within=180)
    pi.copy_in(units / "sysusers.d" / "bluezone-kiosk.conf", to="/etc/sysusers.d/")
    names = (UNIT, "kiosk-radio.socket", "kiosk-radio.service", "kiosk-firstboot.service", "kiosk-firstboot@.service")
    pi.copy_in(*(units / name for name in names), to="/etc/systemd/system/")
    await pi.sh("mkdir -p /etc/udev/rules.d")
    pi.copy_in(*(units / "udev").glob("*.rules"), to="/etc/udev/rules.d/")
    await pi.sh("udevadm control --reload; udevadm trigger /dev/rfkill || true")
    await pi.sh("systemd-sysusers")
    pi.copy_in(PROJECT / "config.example.toml", to=CONFIG)
    await pi.sh(
        f"sed -i 's/^believe = .*/believe = \"always\"/' {CONFIG}"
    )  # no time server here: test_clock.py has one
    await set_up_bluetoothd(pi)
    await pi.sh("systemctl enable --now kiosk-radio.socket && systemctl enable kiosk-firstboot")


async def start(pi: Pi, config: str = "") -> None:
    """Start the unit; systemd returns once the kiosk has said READY. `config` replaces the example's."""
    if config:
        config = config if "[clock]" in config else f'[clock]\nbelieve = "always"\n{config}'
        await pi.sh(f"cat > {CONFIG} <<'END'\n{config}\nEND")
    try:
        await pi.sh(f"systemctl start {UNIT}", within=200)
    except Failed as error:
        raise Failed(f"{error}\n{await journal(pi)}") from error


async def process(pi: Pi) -> str:
    """The kiosk's process id, and how often systemd started it again."""
    return await pi.sh(f"systemctl show -p MainPID -p NRestarts {UNIT}")


async def journal(pi: Pi) -> str:
    """The kiosk's and bluetoothd's last words."""
    return await pi.sh(f"journalctl --no-pager -b -n 60 -u {UNIT} -u bluetooth")


async def rows(pi: Pi) -> list[Row]:
    """The store as it lies on the disk, read by another process while the kiosk runs; every file whole."""
    return [Row(*json.loads(line)) for line in (await pi.sh(_ROWS)).splitlines()]


async def until_stored(pi: Pi, peers: set[str], within: float) -> list[Row]:
    """Wait until these ids are in the store; the rows then."""
    deadline = time.monotonic() + within
    while True:
        found = await rows(pi)
        lacking = peers - {row.peer for row in found}
        if not lacking:
            return found
        if time.monotonic() > deadline:
            raise Failed(f"not stored within {within} s: {sorted(lacking)}\n{await journal(pi)}")
        await asyncio.sleep(1)


async def fetch(pi: Pi, path: str) -> bytes:
    """A page of the running kiosk that needs no PIN; it is asked from the guest itself."""

    def get() -> bytes:
        with urllib.request.urlopen(pi.web + path, timeout=30) as reply:
            body: bytes = reply.read()
            return body

    return await asyncio.to_thread(get)


async def status(pi: Pi) -> dict[str, Any]:
    """The status document, by the terminal's door: the page itself wants a PIN."""
    try:
        facts: dict[str, Any] = json.loads(await pi.sh(f"{KIOSK} status --json"))
    except Failed as error:
        raise Failed(f"{error}\n{await journal(pi)}") from error
    return facts


async def page(pi: Pi, lang: str = "vi") -> str:
    """What people read on the status page, in one line; tags are left out and spaces are plain."""
    words = unescape(re.sub("<[^>]*>", " ", await pi.sh(f"{_ASK} GET /?lang={lang}")))
    return " ".join(words.split())


async def press(pi: Pi, button: str, **fields: object) -> None:
    """Press a button of the page."""
    form = urlencode({"form": secrets.token_hex(8), **fields})
    await pi.sh(f"{_ASK} POST /do/{button} '{form}'")


class Listener:
    """What a phone hears of the kiosk: its advertisements, raw, since the last `forget`."""

    def __init__(self, air: Air) -> None:
        self.heard: list[Advert] = []
        air.listeners.append(self._hear)

    def _hear(self, advert: Advert) -> None:
        chip_adverts = advert.address.is_public or not str(advert.address).startswith("C")
        if chip_adverts and (3, OUR_UUID) in structures(advert.data):
            self.heard.append(advert)

    def forget(self) -> None:
        self.heard.clear()

    @property
    def peers(self) -> set[str]:
        """Ids heard."""
        return {peer_in(advert) for advert in self.heard}

    async def until_heard(self, within: float, *, other_than: str = "") -> Advert:
        """Wait for an advertisement, if wanted with another id than one known."""
        deadline = time.monotonic() + within
        while True:
            for advert in self.heard:
                if peer_in(advert) != other_than:
                    return advert
            if time.monotonic() > deadline:
                raise Failed(f"nothing new of the kiosk on air within {within} s")
            await asyncio.sleep(0.05)

    async def for_seconds(self, seconds: float) -> list[Advert]:
        """What is heard from now on."""
        self.forget()
        await asyncio.sleep(seconds)
        return list(self.heard)


def peer_in(advert: Advert) -> str:
    """The id in one of our advertisements: 24 hex digits."""
    data = dict(structures(advert.data))[0xFF]
    assert data[:2] == b"\xb5\x22", data.hex()
    return data[2:].hex().upper()
