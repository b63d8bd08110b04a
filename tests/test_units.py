"""The units' exposure, as systemd counts it: 0 locked away, 10 wide open. The reasons: docs/security.md."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

SYSTEMD: Final = Path(__file__).parents[1] / "systemd"
MOST: Final = {
    "bluezone-kiosk.service": 1.5,
    "kiosk-radio.service": 1.8,
    "kiosk-firstboot.service": 1.8,
    "kiosk-collector.service": 1.5,
}


def exposure(unit: str, folder: Path) -> float:
    """Of the unit alone: its drop-ins, which some boxes want, stay out."""
    shutil.copy(SYSTEMD / unit, folder)
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(folder / unit)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    found = re.search(r"Overall exposure level for .*: ([0-9.]+)", told)
    assert found is not None, told
    return float(found[1])


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze (Debian package systemd)")
@pytest.mark.parametrize(("unit", "most"), MOST.items())
def test_no_unit_is_more_exposed_than_it_must_be(unit: str, most: float, tmp_path: Path) -> None:
    assert exposure(unit, tmp_path) <= most


def test_every_unit_is_counted() -> None:
    assert {path.name for path in SYSTEMD.glob("*.service")} == set(MOST)


def test_the_daemon_holds_no_capability_and_can_make_no_bluetooth_socket() -> None:
    lines = (SYSTEMD / "bluezone-kiosk.service").read_text(encoding="utf-8").splitlines()
    assert {"CapabilityBoundingSet=", "AmbientCapabilities=", "NoNewPrivileges=yes"} <= set(lines)
    assert "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6" in lines


def test_kiosk_radio_holds_two_capabilities_and_has_no_network() -> None:
    lines = (SYSTEMD / "kiosk-radio.service").read_text(encoding="utf-8").splitlines()
    assert {
        "CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW",
        "RestrictAddressFamilies=AF_UNIX AF_BLUETOOTH",
        "IPAddressDeny=any",
        "NoNewPrivileges=yes",
    } <= set(lines)
