"""Health out of a tree of files that stands for a Pi, and of this very machine."""

from pathlib import Path

import pytest

from kiosk.adapters.health import CARDS, HWMON, THERMAL, THROTTLED, UNDER_VOLTAGE, MachineHealth
from tests.fakes.box import plant

pytestmark = pytest.mark.guest


def test_a_pi_tells_its_heat_power_and_card(tmp_path: Path) -> None:
    plant(tmp_path / THERMAL, "52616\n")
    plant(tmp_path / HWMON / "hwmon0/name", "cpu_thermal\n")
    plant(tmp_path / HWMON / "hwmon1" / UNDER_VOLTAGE, "0\n")
    plant(tmp_path / THROTTLED, "50000\n")  # it was weak and slow once; not now
    plant(tmp_path / CARDS / "mmcblk0/device/life_time", "0x01 0x03\n")
    facts = MachineHealth(tmp_path).look()
    assert (facts.celsius, facts.weak_power, facts.slowed, facts.card_used) == (52.616, False, False, 0.3)


@pytest.mark.parametrize(("bits", "weak", "slowed"), [("50005", True, True), ("1", True, False), ("2", False, True)])
def test_the_firmware_tells_weak_power_and_a_slowed_processor(
    tmp_path: Path, bits: str, weak: bool, slowed: bool
) -> None:
    plant(tmp_path / THROTTLED, bits)
    facts = MachineHealth(tmp_path).look()
    assert (facts.weak_power, facts.slowed) == (weak, slowed)


def test_the_kernel_s_own_alarm_counts_without_the_firmware_s_file(tmp_path: Path) -> None:
    plant(tmp_path / HWMON / "hwmon2" / UNDER_VOLTAGE, "1\n")
    assert MachineHealth(tmp_path).look().weak_power


@pytest.mark.parametrize("text", ["", "hot", "0xzz 0x01", "0x00 0x00"])
def test_files_that_make_no_sense_are_nobody_knows(tmp_path: Path, text: str) -> None:
    plant(tmp_path / THERMAL, text.replace("0x00 0x00", "?"))
    plant(tmp_path / CARDS / "mmcblk0/device/life_time", text)
    facts = MachineHealth(tmp_path).look()
    assert (facts.celsius, facts.card_used) == (None, None)


def test_this_machine_tells_its_memory_and_load() -> None:
    facts = MachineHealth().look()
    assert facts.memory_free_bytes is not None
    assert facts.memory_free_bytes > 1_000_000
    assert facts.load is not None
    assert facts.load >= 0
