"""Timedate on a real bus: synchronised or not, nobody there, and a bus that went away."""

from pathlib import Path

import pytest

from kiosk.adapters.timedate import Timedate
from tests.fakes.bluez_bus import PrivateBus
from tests.fakes.timedate import FakeTimedate

pytestmark = pytest.mark.dbus


@pytest.mark.parametrize("told", [True, False])
async def test_systemd_tells_whether_a_time_server_keeps_the_clock(system_bus: PrivateBus, told: bool) -> None:
    source = Timedate()
    async with FakeTimedate(system_bus.address, synchronised=told):
        assert await source.synchronised() is told
        assert await source.synchronised() is told
    source.close()


async def test_nobody_to_ask_is_nobody_knows(system_bus: PrivateBus) -> None:
    source = Timedate()
    assert await source.synchronised() is None
    source.close()
    assert await Timedate(bus_address="unix:path=/nonexistent").synchronised() is None


async def test_a_lost_bus_is_opened_again(system_bus: PrivateBus) -> None:
    source = Timedate()
    async with FakeTimedate(system_bus.address, synchronised=True):
        assert await source.synchronised()
        source.close()
        assert await source.synchronised()
    source.close()


@pytest.mark.parametrize(
    ("hctosys", "since_epoch", "told"),
    [
        ("1\n", "1795613575\n", 1_795_613_575_500),
        ("0\n", "1795613575\n", None),
        ("1\n", None, None),  # the kernel reads it no more: the chip says that it stood still
        ("1\n", "", None),
        (None, None, None),
    ],
)
def test_a_clock_chip_counts_if_the_kernel_took_the_time_from_it(
    tmp_path: Path, hctosys: str | None, since_epoch: str | None, told: int | None
) -> None:
    for name, value in {"hctosys": hctosys, "since_epoch": since_epoch}.items():
        if value is not None:
            (tmp_path / "rtc0").mkdir(exist_ok=True)
            (tmp_path / "rtc0" / name).write_text(value)
    assert Timedate(tmp_path).battery() == told
    assert Timedate(tmp_path / "none").battery() is None
