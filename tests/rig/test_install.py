"""First boot without a keyboard: kiosk.toml on a FAT partition, right at power-on and then wrong in six ways.

The Wi-Fi is real: NetworkManager and wpa_supplicant against hostapd over two virtual radios (mac80211_hwsim). Each
answer is read from the status document and found again, letter for letter, in a photograph of the screen, where the
install code can be read all the time. RIG_PICTURES names a folder that keeps the photographs.
"""

import asyncio
import os
import re
import shlex
import shutil
import struct
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
from PIL import Image, ImageChops, ImageFont, ImageStat

from kiosk.adapters import paint
from kiosk.core import hours
from kiosk.core.campaign import compose
from kiosk.core.items import Text
from kiosk.core.look import Ink
from kiosk.core.pages import Check, Mark, Page, install_page
from kiosk.core.plan import Plan
from kiosk.core.screens import Screen
from kiosk.core.windows import UnixMs
from kiosk.core.wording import Words
from tests.adapters.test_paint import forget_fonts
from tests.rig.installed import CONFIG, KIOSK, PYTHON, UNIT, journal, status
from tests.rig.pi import Failed, Pi
from tests.rig.test_screen import INSTALL_URL, read

pytestmark = [
    pytest.mark.rig,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("machine", ["trixie"], indirect=True),
]

PICTURES: Final = os.environ.get("RIG_PICTURES", "")
SCREEN = (1280, 800)
QUIET: Final = "consoleblank=0 vt.global_cursor_default=0"
"""What docs/operations.md adds to a Pi's kernel command line, so that nothing blinks on the wall."""
FILE = "/boot/firmware/kiosk.toml"
SSID, PASSWORD = "Nhà Văn Hóa", "matkhau123"
GOOD = f"""\
# Chợ Bến Đò
[venue]
name = "Chợ Bến Đò"

[wifi]
ssid = "{SSID}"
password = "{PASSWORD}"
country = "VN"

[enroll]
url = "http://127.0.0.1:8090"
code = "CODE"

[campaign]
profile = "market"

[show]
night = ""
"""
ROUTER = f"""\
cat > /root/ap.conf <<'END'
interface=wlan0
driver=nl80211
utf8_ssid=1
ssid={SSID}
hw_mode=g
channel=1
wpa=2
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
wpa_passphrase={PASSWORD}
END
printf '[Match]\\nName=wlan0\\n[Network]\\nAddress=192.168.50.1/24\\nDHCPServer=yes\\n' \\
  > /etc/systemd/network/50-ap.network
cat > /etc/systemd/system/router.service <<'END'
[Service]
ExecStartPre=/sbin/modprobe mac80211_hwsim radios=2
ExecStart=/usr/sbin/hostapd /root/ap.conf
Restart=on-failure
[Install]
WantedBy=multi-user.target
END
"""
"""The venue's router: another radio of the same machine."""
CENTRE = f"""\
cd /root && printf '[collector]\\nsigning_key = "/root/signing.key"\\n' > centre.toml
cat > /etc/systemd/system/centre.service <<'END'
[Service]
Environment=KIOSK_COLLECTOR_DB=sqlite:////root/books.db
ExecStart={KIOSK} collector serve --config /root/centre.toml
[Install]
WantedBy=multi-user.target
END
export KIOSK_COLLECTOR_DB=sqlite:////root/books.db
{KIOSK} collector init --config centre.toml >/dev/null
{KIOSK} collector venue add 'Chợ Bến Đò' --profile market --config centre.toml >/dev/null
{KIOSK} collector enroll-code cho-ben-do --config centre.toml
"""
STICK_PASSWORD: Final = "matkhau128"
STICK = f"""\
[venue]
name = "Chợ Mới"
[wifi]
ssid = "{SSID}"
password = "{STICK_PASSWORD}"
"""
OWN = '[clock]\nbelieve = "always"  # no time server here\n'
BEGINS, SECTORS = 2048, 81920
"""Where the card's partition lies, in sectors of 512 bytes; FAT32 is no smaller."""
FSTAB = "LABEL=BOOTFS /boot/firmware vfat defaults,nofail 0 2"
ON = "router centre NetworkManager bluezone-kiosk"


@dataclass(frozen=True)
class Scene:
    """A file, and what the wall says to it. `taken`: secrets that the box took, so that they must be gone."""

    name: str
    text: str | bytes
    headline: str
    action: str
    marks: dict[str, str]
    taken: tuple[str, ...] = ()


MENDED = "Sửa kiosk.toml trên thẻ nhớ, rồi cắm điện lại."
KEPT = GOOD.replace("CODE", "")
"""As the file is once it was read: without its code."""
SCENES: Final = (
    Scene(
        "2-password", KEPT.replace(PASSWORD, "matkhau124"), "Sai mật khẩu Wi-Fi.", MENDED,
        {"file": "tick", "network": "bang"}, ("matkhau124",),
    ),
    Scene(
        "3-marks", KEPT.replace(f'"{SSID}"', SSID).replace(PASSWORD, "matkhau125"),
        "kiosk.toml, dòng 6: thiếu dấu ngoặc kép.", f'Viết: ssid = "{SSID}"', {"file": "bang"},
    ),
    Scene(
        "4-key", KEPT.replace("name", "nam").replace(PASSWORD, "matkhau126"), 'kiosk.toml, dòng 3: không có tên "nam".',
        "Có phải là name?", {"file": "bang"}, ("matkhau126",),
    ),
    Scene(
        "5-word", b"PK\x03\x04", "kiosk.toml: đây là tệp Word, không phải văn bản thường.",
        "Mở bằng Notepad, chọn Save as, Encoding: UTF-8.", {"file": "bang"},
    ),
    Scene(
        "6-not-found", KEPT.replace(SSID, "Nhà Văn Hoá 2").replace(PASSWORD, "matkhau127"), "Không thấy Wi-Fi này.",
        "Sửa tên Wi-Fi trong kiosk.toml, hoặc dời trạm lại gần bộ phát.", {"file": "tick", "network": "bang"},
        ("matkhau127",),
    ),
    Scene(
        "7-code", GOOD.replace("CODE", "ABCD-EFGH-JKLM"), "Mã ghi danh không dùng được.",
        "Xin mã mới, viết vào kiosk.toml trên thẻ nhớ, rồi cắm điện lại.",
        {"file": "tick", "network": "tick", "enrolment": "bang"}, (PASSWORD, "ABCD-EFGH-JKLM"),
    ),
)  # fmt: skip


@pytest.fixture(autouse=True)
def letters_as_there(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The guest has no FriBiDi: Pillow places letters by itself there, a little otherwise than here."""
    monkeypatch.setattr(ImageFont.core, "HAVE_RAQM", False)
    forget_fonts()
    yield
    forget_fonts()


@pytest_asyncio.fixture(loop_scope="session")
async def venue(machine: Pi) -> AsyncIterator[Pi]:
    """The machine, off, with a router and a centre that will come up with it."""
    await machine.load("installed")
    await machine.sh(f"mkdir -p /boot/firmware && echo '{FSTAB}' >> /etc/fstab; {ROUTER}")
    await machine.sh(f"printf {shlex.quote(OWN)} > {CONFIG}")
    yield machine
    machine.fat = None
    await machine.power_cut()


def prepared(folder: Path, text: str) -> Path:
    """A card or stick with one FAT partition, and a file on it as Notepad saves it: UTF-16, Windows line ends, the name
    lengthened."""
    folder.mkdir(exist_ok=True)
    card, file = folder / "card.img", folder / "kiosk.toml"
    file.write_bytes(text.replace("\n", "\r\n").encode("utf-16"))
    entry = struct.pack("<B3xB3xII", 0, 0x0C, BEGINS, SECTORS)  # of the partition table: FAT32
    card.write_bytes(bytes(446) + entry + bytes(48) + b"\x55\xaa")
    os.truncate(card, (BEGINS + SECTORS) * 512)
    for command in (
        ("mformat", "-i", f"{card}@@{BEGINS * 512}", "-F", "-T", f"{SECTORS}", "-v", "BOOTFS", "::"),
        ("mcopy", "-i", f"{card}@@{BEGINS * 512}", file, "::Kiosk.toml.txt"),
    ):
        subprocess.run(command, check=True, timeout=60)
    return card


async def put(pi: Pi, text: str | bytes) -> None:
    """A person changes the file and powers on again; here the unit is started again, which is all that follows."""
    data = text.encode() if isinstance(text, str) else text
    script = f"rm -f /boot/firmware/[Kk]iosk.toml*; echo {data.hex()} | {PYTHON} -c 'import sys; "
    script += f'open("{FILE}", "wb").write(bytes.fromhex(sys.stdin.read()))\''
    await pi.sh(f"{script}; systemctl start kiosk-firstboot")


async def answered(pi: Pi, scene: Scene, folder: Path, within: float = 180) -> dict[str, Any]:
    """Photograph the screen until the card's words stand there, and the install code beside them; the card as the
    status document has it."""
    photograph, deadline = folder / f"{scene.name}.png", time.monotonic() + within
    while True:
        card: dict[str, Any] = (await status(pi))["setup"]
        lacking = unsaid(card, scene) or unseen(pi.screenshot(photograph), card)
        if not lacking:
            break
        if time.monotonic() > deadline:
            raise Failed(f"{scene.name}: after {within} s {lacking}; {card}; see {photograph}\n{await journal(pi)}")
        await asyncio.sleep(0.5)
    assert INSTALL_URL in [code.text for code in read(photograph)]
    keep(photograph)
    return card


def keep(photograph: Path) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(exist_ok=True)
        shutil.copy(photograph, PICTURES)


def unsaid(card: dict[str, Any], scene: Scene) -> str:
    """What the status document says otherwise."""
    said = (" ".join(card["headline"]), card["action"]["vi"], {line["key"]: line["mark"] for line in card["lines"]})
    if not card["stands"] or said[:2] != (scene.headline, scene.action) or not said[2].items() >= scene.marks.items():
        return f"stands: {card['stands']}, {said}"
    return ""


def unseen(photograph: Path, card: dict[str, Any]) -> list[str]:
    """Lines of the card that do not stand in the photograph as they should. It turns between two languages; one that is
    kept is to be the Vietnamese."""
    with Image.open(photograph) as image:
        seen = image.convert("RGB")
    turns = (False,) if PICTURES else (False, True)
    return min((differing(seen, card, english=turn) for turn in turns), key=len)


def differing(photograph: Image.Image, card: dict[str, Any], *, english: bool) -> list[str]:
    """The same in one language."""
    plan, picture = expected(card, UnixMs(int(time.time() * 1000)), english=english)
    wrong = []
    for item in plan.items:
        if isinstance(item, Text) and item.part in ("headline", "headline_en", "p0", "p0_en", "checks"):
            parts = (photograph.crop(paint.extent(item)), picture.crop(paint.extent(item)))
            if max(ImageStat.Stat(ImageChops.difference(*parts)).mean) > 1:
                wrong.append(item.text)
    return wrong


def expected(card: dict[str, Any], at: UnixMs, *, english: bool) -> tuple[Plan, Image.Image]:
    """The wall that these words make, painted here."""
    lines = [Check(Mark(line["mark"]), Words(**line["name"]), Words(**line["value"])) for line in card["lines"]]
    action = (Words(**card["action"]),) if card["action"]["vi"] else ()
    page = Page("setup", 0, tuple(card["headline"]), card["headline_en"], action, checks=tuple(lines))
    told = compose("market", venue="Chợ Bến Đò")
    screen = Screen(
        install_page(told), told.cards, page, venue=told.venue, clock="00:00", shift=hours.shift(at), english=english
    )
    return paint.planned(screen, *SCREEN, Ink.COLOUR)[0], paint.paint(screen, *SCREEN, Ink.COLOUR).convert("RGB")


async def test_a_file_on_the_card_right_and_wrong_in_six_ways_is_answered_on_the_wall(
    venue: Pi, tmp_path: Path
) -> None:
    pi = venue
    told = await pi.sh(CENTRE, within=120)
    found = re.search(r"code: ([A-Z0-9-]+)", told)
    assert found is not None, told
    code = found[1]
    await pi.sh(f"systemctl enable {ON} 2>/dev/null; sync")
    await pi.power_cut()
    pi.fat = prepared(tmp_path, GOOD.replace("CODE", code))
    await pi.boot(kernel=QUIET)
    well = dict.fromkeys(("file", "radio", "network", "page", "clock", "enrolment"), "tick")
    right = Scene("1-right", "", "Trạm sẵn sàng.", "", well, (PASSWORD, code))
    card = await answered(pi, right, tmp_path)
    assert "http://192.168.50." in str(card["lines"])
    await the_file_was_taken(pi)
    await its_secrets_are_gone(pi, right)
    for scene in SCENES:
        await (fails_unheard(pi, scene) if scene is SCENES[0] else put(pi, scene.text))
        await answered(pi, scene, tmp_path)
        await its_secrets_are_gone(pi, scene)
    secret = "|".join({STICK_PASSWORD, *(word for scene in (right, *SCENES) for word in scene.taken)})
    await a_stick_is_read(pi, tmp_path / "stick")
    assert await pi.sh(f"journalctl --no-pager | grep -cE '{secret}' || true") == "0\n"


async def fails_unheard(pi: Pi, scene: Scene) -> None:
    """NetworkManager has given up before the kiosk runs, as at most power-ons: it is told once, and nobody hears it."""
    await pi.sh(f"systemctl stop {UNIT}")
    await put(pi, scene.text)
    await pi.until("journalctl -b -u NetworkManager | grep -q 'no-secrets'", 120)
    await pi.sh(f"systemctl start {UNIT}", within=200)


async def the_file_was_taken(pi: Pi) -> None:
    left = (await pi.sh("iconv -f utf-16 -t utf-8 /boot/firmware/Kiosk.toml.txt")).replace("\r", "")
    assert 'password = ""' in left
    assert "Mật khẩu Wi-Fi đã được cất vào trạm" in left
    config = await pi.sh(f"cat {CONFIG}")
    assert config.startswith(OWN)
    assert 'name = "Chợ Bến Đò"' in config
    mode = await pi.sh("stat -c %a /etc/NetworkManager/system-connections/bluezone-wifi.nmconnection")
    assert mode == "600\n"


async def its_secrets_are_gone(pi: Pi, scene: Scene) -> None:
    """Nowhere on the partition, which is read as it lies there."""
    search = f"data = open('/dev/vdb', 'rb').read()\nwords = {scene.taken!r}\n"
    search += "print([word for word in words for code in ('utf-8', 'utf-16-le') if word.encode(code) in data])"
    assert await pi.sh(f"sync; {PYTHON} -c {shlex.quote(search)}") == "[]\n"


async def a_stick_is_read(pi: Pi, folder: Path) -> None:
    """It is plugged in, read and let go, and the kiosk starts again with what it said; the stick's secret is gone."""
    before = (await pi.sh(f"systemctl show --value -p MainPID {UNIT}")).strip()
    pi.stick(stick := prepared(folder, STICK))
    try:
        await pi.until(f"grep -q 'Chợ Mới' {CONFIG} && sync && ! findmnt /dev/sda1", 60)
    except Failed as error:
        told = await pi.sh("journalctl --no-pager -b -n 30 -u 'kiosk-firstboot@*'")
        raise Failed(f"{error}\n{told}") from error
    assert STICK_PASSWORD.encode("utf-16-le") not in stick.read_bytes()
    await pi.until(f"test $(systemctl show --value -p MainPID {UNIT}) -gt {before}", 60)
