"""Checks of the radio: controller, rfkill, D-Bus, bluetoothd, its flags and settings, pairing."""

import re
from collections.abc import Mapping
from typing import Final

from kiosk.core.checkup.evidence import Evidence
from kiosk.core.checkup.verdict import About, Check
from kiosk.core.facts import Trouble
from kiosk.core.wording import Words

OLDEST: Final = (5, 66)
"""BlueZ of Debian 12, the oldest we ran."""
SETTINGS: Final = {"ControllerMode": "le", "AlwaysPairable": "false", "JustWorksRepairing": "never"}
SLOWEST_ADVERT: Final = 240
"""Units of 0.625 ms: 150 ms."""
RESTART: Final = "sudo systemctl daemon-reload && sudo systemctl restart bluetooth"
DROP_IN: Final = (
    "sudo install -D -m 644 systemd/bluetooth.service.d/bluezone-kiosk.conf"
    f" -t /etc/systemd/system/bluetooth.service.d/ && {RESTART}"
)
MAIN_CONF: Final = f"sudo install -D -m 644 systemd/bluetooth-main.conf /etc/bluetooth/bluezone-kiosk.conf && {RESTART}"
DOOR: Final = (
    "sudo install -m 644 systemd/kiosk-radio.socket systemd/kiosk-radio.service -t /etc/systemd/system/"
    " && sudo systemctl daemon-reload && sudo systemctl enable --now kiosk-radio.socket"
    " && sudo systemctl restart bluezone-kiosk"
)
LEAST_LISTENING, LEAST_SENDING = 0.4, 0.9
"""Shares of the time; asks at a full gate take the rest."""
MEASURED_S: Final = 60.0
CONFIG: Final = "/etc/bluezone-kiosk/config.toml"


def controller(evidence: Evidence) -> Check:
    """Whether the kernel has the controller that [radio] names."""
    about = About("controller", Words("Bộ phát Bluetooth", "Bluetooth radio"))
    found, wanted, hidden = evidence.chips.controllers, evidence.adapter, evidence.chips.disabled_in
    if wanted in found:
        return about.ok(f"có {wanted}", f"{wanted} is there")
    if found:
        names, other = ", ".join(found), found[0]
        return about.bad(
            f"không có {wanted}, chỉ có {names}",
            f"there is no {wanted}, but {names}",
            f"""sudo sed -i 's/^adapter = .*/adapter = "{other}"/' {evidence.config_file or CONFIG}"""
            " && sudo systemctl restart bluezone-kiosk",
        )
    if hidden:
        return about.bad(
            f"{hidden} đang tắt bộ phát (disable-bt)",
            f"{hidden} switches the radio off (disable-bt)",
            f"sudo sed -i '/disable-bt/d' {hidden} && sudo reboot",
        )
    return about.bad(
        "máy này không thấy bộ phát nào; cắm lại bộ phát rồi bật lại máy",
        "this machine sees no radio at all; plug it in again, then restart the box",
        "sudo reboot",
    )


def rfkill(evidence: Evidence) -> Check:
    """Whether the kernel lets the radio be switched on."""
    about = About("rfkill", Words("Công tắc sóng (rfkill)", "Radio switch (rfkill)"))
    switches = evidence.chips.switches
    if hard := [switch.name for switch in switches if switch.hard]:
        return about.bad(
            f"{', '.join(hard)} bị tắt bằng công tắc trên máy; gạt công tắc rồi xem lại",
            f"{', '.join(hard)} is off by a switch on the case; flip it, then look again",
            "rfkill list bluetooth",
        )
    if soft := [switch.name for switch in switches if switch.soft]:
        return about.bad(
            f"{', '.join(soft)} đang bị tắt", f"{', '.join(soft)} is switched off", "sudo rfkill unblock bluetooth"
        )
    if not switches:
        return about.unknown("máy này không có công tắc nào để xem", "this machine has no such switch to look at")
    return about.ok("đang mở", "not blocked")


def bus(evidence: Evidence) -> Check:
    """Whether D-Bus answers and lets us speak to bluetoothd."""
    about = About("dbus", Words("D-Bus và quyền dùng", "D-Bus and the right to use it"))
    found = evidence.bus
    if found.unreachable:
        return about.bad(
            "máy này không có D-Bus",
            "this machine has no D-Bus",
            "sudo apt-get install dbus && sudo systemctl start dbus",
            found.unreachable,
        )
    if "AccessDenied" in found.refusal:
        return about.bad(
            "bluetoothd không cho ta dùng",
            "bluetoothd does not let us in",
            "sudo usermod -aG bluetooth bluezone-kiosk && sudo systemctl restart bluezone-kiosk",
            found.refusal,
        )
    return about.ok("dùng được", "it answers")


def bluetoothd(evidence: Evidence) -> Check:
    """Whether bluetoothd is there, runs, answers and is new enough."""
    about = About("bluetoothd", Words("bluetoothd (BlueZ)", "bluetoothd (BlueZ)"))
    daemon, found = evidence.daemon, evidence.bus
    answers = not found.unreachable and found.trouble is not Trouble.NO_BLUETOOTHD
    if not daemon.version and not answers:
        return about.bad("chưa cài BlueZ", "BlueZ is not installed", "sudo apt-get install bluez")
    if not answers:
        return about.bad(f"bản {daemon.version}, không trả lời", f"version {daemon.version}, does not answer", RESTART)
    if not daemon.version:
        return about.unknown("đang chạy, không rõ bản nào", "it runs, its version cannot be seen")
    if _version(daemon.version) < OLDEST:
        return about.warning(
            f"bản {daemon.version} cũ hơn 5.66, chưa ai thử",
            f"version {daemon.version} is older than 5.66 and untried",
            "sudo apt-get update && sudo apt-get install --only-upgrade bluez",
        )
    return about.ok(f"bản {daemon.version}, đang chạy", f"version {daemon.version}, running")


def flags(evidence: Evidence) -> Check:
    """Whether bluetoothd runs as our drop-in wants it: no plugin that reads phones, our settings."""
    about = About("bluez-flags", Words("Cách chạy bluetoothd", "How bluetoothd runs"))
    daemon = evidence.daemon
    if daemon.arguments is None:
        return about.unknown("bluetoothd không chạy", "bluetoothd does not run")
    if not {"--plugin=policy", "-f"} <= set(daemon.arguments):
        return about.bad(
            "tệp kèm theo chưa có hiệu lực: bluetoothd có thể hỏi điện thoại của khách",
            "our drop-in is not in force: bluetoothd may ask visitors' phones to pair",
            RESTART if daemon.drop_in else DROP_IN,
        )
    if daemon.settings is None:
        return about.bad(f"không đọc được {daemon.settings_file}", f"{daemon.settings_file} cannot be read", MAIN_CONF)
    if wrong := _wrong(daemon.settings):
        return about.bad(
            f"{daemon.settings_file} sai ở {wrong}", f"{daemon.settings_file} is wrong at {wrong}", MAIN_CONF
        )
    return about.ok("theo tệp kèm theo của trạm", "as our drop-in wants it")


def pairing(evidence: Evidence) -> Check:
    """Whether the controller refuses to pair and stays out of people's lists."""
    about = About("pairing", Words("Không ghép đôi", "No pairing"))
    found = evidence.bus
    if found.pairable is None or found.discoverable is None:
        return about.unknown("chưa hỏi được bluetoothd", "bluetoothd could not be asked")
    wrong = [name for name, on in (("Pairable", found.pairable), ("Discoverable", found.discoverable)) if on]
    if wrong:
        return about.bad(
            f"{' và '.join(wrong)} đang bật",
            f"{' and '.join(wrong)} is on",
            " && ".join(f"bluetoothctl {name.lower()} off" for name in wrong),
        )
    return about.ok("không ai ghép đôi được", "nobody can pair")


def _wrong(settings: Mapping[str, str]) -> str:
    """The first key that is not as we need it, or ""."""
    for key, value in SETTINGS.items():
        if settings.get(key, "").lower() != value:
            return key
    for key in ("MinAdvertisementInterval", "MaxAdvertisementInterval"):
        told = settings.get(key, "")
        if not told.isdecimal() or int(told) > SLOWEST_ADVERT:
            return key
    return ""


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text)[:2])


def door(evidence: Evidence) -> Check:
    """By which way the box listens, and why: kiosk-radio's sockets, or bluetoothd."""
    about = About("helper", Words("Trợ lý sóng", "Radio helper"))
    wish, installed = evidence.listener, evidence.door
    if wish == "bleak":
        return about.ok("tắt trong cấu hình (radio.scanner), nghe qua bluetoothd", "off (radio.scanner): by bluetoothd")
    if installed is None:
        return about.unknown("không xem được", "nobody could tell")
    if installed:
        return about.ok("kiosk-radio có sẵn", "kiosk-radio is there")
    said = ("chưa có kiosk-radio: chỗ đông sẽ nghe thiếu", "no kiosk-radio: a crowd is heard in part")
    return about.bad(*said, DOOR) if wish == "sockets" else about.warning(*said, DOOR)


def airtime(evidence: Evidence) -> Check:
    """Whether the radio really listens and sends, by what the running kiosk measured."""
    about = About("airtime", Words("Thời gian nghe và phát", "Time listening and sending"))
    told = evidence.airtime
    if told is None or told["seconds"] < MEASURED_S:
        return about.unknown("chưa đo được", "not measured yet")
    listening, sending, gap = told["listening_share"], told["sending_share"], told["sending_gap_s"]
    vi, en = f"nghe {listening:.0%} thời gian", f"listening {listening:.0%} of the time"
    if sending is not None and gap is not None:
        vi += f", phát {sending:.0%}, ngừng phát lâu nhất {gap:.1f} giây".replace(".", ",")
        en += f", sending {sending:.0%}, longest break in sending {gap:.1f} s"
    if evidence.by_turns:
        vi += "; thay phiên nhau, vì bộ phát không làm cùng lúc được"
        en += "; by turns, since the controller cannot do both at once"
        return about.ok(vi, en)
    if listening < LEAST_LISTENING or (sending is not None and sending < LEAST_SENDING):
        return about.warning(vi, en, "journalctl -u bluezone-kiosk -u kiosk-radio -b")
    return about.ok(vi, en)
