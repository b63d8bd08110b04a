"""Key file: a Wi-Fi as NetworkManager keeps it (nm-settings-keyfile(5))."""

import re
import uuid
from typing import Final

from kiosk.core.firstboot.plan import Wifi

NAME: Final = "bluezone-wifi"
"""Of the connection; its file is NAME.nmconnection."""
_OURS: Final = uuid.UUID("6f0d7c1e-5d0b-4a55-9a39-3c6b0c8f6d21")


def keyfile(wifi: Wifi, password: str | None) -> str:
    """The whole file. `password` None: an open network."""
    parts = [
        f"[connection]\nid={NAME}\nuuid={uuid_of(wifi)}\ntype=wifi\nautoconnect-priority=10\n",
        f"[wifi]\nmode=infrastructure\nssid={_ssid(wifi.ssid)}\n",
    ]
    if password:
        parts.append(f"[wifi-security]\nkey-mgmt=wpa-psk\npsk={_escaped(password)}\n")
    return "\n".join([*parts, "[ipv4]\nmethod=auto\n", "[ipv6]\nmethod=auto\n"])


def uuid_of(wifi: Wifi) -> str:
    """The connection's own, always the same for a network."""
    return str(uuid.uuid5(_OURS, wifi.ssid))


def ssid_of(text: str) -> str | None:
    """The network of a key file of ours."""
    found = re.search(r"^ssid=(.*)$", text, re.MULTILINE)
    if found is None:
        return None
    if re.fullmatch(r"(\d{1,3};)+", found[1]):
        return bytes(int(each) for each in found[1].split(";") if each).decode("utf-8", "replace")
    return found[1]


def password_of(text: str) -> str | None:
    """The password of a key file of ours; None: it has none."""
    found = re.search(r"^psk=(.*)$", text, re.MULTILINE)
    return None if found is None else re.sub(r"\\(.)", lambda each: " " if each[1] == "s" else each[1], found[1])


def _ssid(name: str) -> str:
    """Plain names as they are, others as numbers: no letter means anything in them."""
    plain = re.fullmatch(r"[A-Za-z0-9_.-]+( [A-Za-z0-9_.-]+)*", name)
    return name if plain else "".join(f"{byte};" for byte in name.encode())


def _escaped(password: str) -> str:
    """A backslash is written twice, a blank at the beginning as \\s."""
    escaped = password.replace("\\", "\\\\")
    return f"\\s{escaped[1:]}" if escaped.startswith(" ") else escaped


def regulatory(country: str) -> str:
    """For modprobe.d: the rules of the air that the kernel's Wi-Fi keeps."""
    return f"options cfg80211 ieee80211_regdom={country}\n"


def switched_on(state: str) -> str:
    """NetworkManager's own memory (NetworkManager.state) with Wi-Fi on: a fresh Raspberry Pi OS has it off."""
    if re.search(r"^WirelessEnabled=", state, re.MULTILINE):
        return re.sub(r"^WirelessEnabled=.*$", "WirelessEnabled=true", state, flags=re.MULTILINE)
    if "[main]" in state:
        return state.replace("[main]", "[main]\nWirelessEnabled=true", 1)
    return f"{state}[main]\nWirelessEnabled=true\n"
