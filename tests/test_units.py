"""The units' exposure, as systemd counts it: 0 locked away, 10 wide open. The reasons: docs/security.md."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from kiosk.adapters.credentials import NAMES
from kiosk.app import ALIVE_EVERY_S, ALIVE_LIMIT_S, FED_LIMIT_S

SYSTEMD: Final = Path(__file__).parents[1] / "systemd"
MOST: Final = {
    "bluezone-kiosk.service": 1.5,
    "kiosk-radio.service": 1.8,
    "kiosk-firstboot.service": 1.8,
    "kiosk-firstboot@.service": 1.8,
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


@pytest.mark.parametrize("unit", MOST)
def test_every_unit_is_bounded_in_memory_and_tasks(unit: str) -> None:
    keys = dict(re.findall(r"^(\w+)=(\d+)M?$", (SYSTEMD / unit).read_text(encoding="utf-8"), re.MULTILINE))
    assert 0 < int(keys["MemoryMax"]) <= 600
    assert int(keys.get("MemoryHigh", 0)) < int(keys["MemoryMax"])
    assert 0 < int(keys["TasksMax"]) <= 64


def test_a_stopped_kiosk_is_found_and_started_again_within_a_minute_and_leaves_no_core() -> None:
    lines = (SYSTEMD / "bluezone-kiosk.service").read_text(encoding="utf-8").splitlines()
    seconds = {key: int(value) for key, _, value in (line.partition("=") for line in lines) if value.isdigit()}
    assert seconds["WatchdogSec"] + seconds["RestartSec"] <= 40  # 20 s are left for the start
    assert seconds["WatchdogSec"] > 2 * ALIVE_EVERY_S
    assert FED_LIMIT_S > ALIVE_LIMIT_S
    assert "LimitCORE=0" in lines


def test_a_credential_that_is_missing_does_not_stop_the_unit() -> None:
    """A source with a path must exist; a name is looked for."""
    text = (SYSTEMD / "bluezone-kiosk.service").read_text(encoding="utf-8")
    given = dict(re.findall(r"^LoadCredential=([^:\n]+):(.+)$", text, re.MULTILINE))
    assert set(given) == set(NAMES)
    assert not [source for source in given.values() if source.startswith("/")]
