"""Health: what the kernel tells of the box itself: heat, weak power, throttling, memory, load, the card's wear."""

import ctypes
from contextlib import suppress
from pathlib import Path
from typing import Final

from kiosk.core.facts import HealthFacts

THERMAL: Final = "sys/class/thermal/thermal_zone0/temp"
"""Millidegrees of the processor."""
HWMON: Final = "sys/class/hwmon"
UNDER_VOLTAGE: Final = "in0_lcrit_alarm"
"""The Pi's firmware driver raspberrypi-hwmon: 1 while, or since the last look, the supply fell under 4.63 V."""
THROTTLED: Final = "sys/devices/platform/soc/soc:firmware/get_throttled"
"""Bits of the Pi's firmware, hex; the lower half tells the present."""
WEAK_NOW: Final = 0b0001
"""Under-voltage."""
SLOWED_NOW: Final = 0b1110
"""Frequency capped, throttled, or at the soft temperature limit."""
CARDS: Final = "sys/block"


class _SysInfo(ctypes.Structure):
    """sysinfo(2), which needs no /proc: the unit hides it (ProcSubset=pid)."""

    _fields_ = (
        ("uptime", ctypes.c_long),
        ("loads", ctypes.c_ulong * 3),
        ("totalram", ctypes.c_ulong),
        ("freeram", ctypes.c_ulong),
        ("sharedram", ctypes.c_ulong),
        ("bufferram", ctypes.c_ulong),
        ("totalswap", ctypes.c_ulong),
        ("freeswap", ctypes.c_ulong),
        ("procs", ctypes.c_ushort),
        ("pad", ctypes.c_ushort),
        ("totalhigh", ctypes.c_ulong),
        ("freehigh", ctypes.c_ulong),
        ("mem_unit", ctypes.c_uint),
        ("_f", ctypes.c_char * 8),
    )


class MachineHealth:
    """HealthSource: this box, or a tree of files that stands for one. What a machine does not tell is None."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root

    def look(self) -> HealthFacts:
        """All of it now. Reads a dozen small files of /sys; never raises."""
        throttled = _number(self._root / THROTTLED, 16) or 0
        milli = _number(self._root / THERMAL)
        told = _sysinfo()
        return HealthFacts(
            celsius=None if milli is None else milli / 1000,
            weak_power=bool(throttled & WEAK_NOW) or self._under_voltage(),
            slowed=bool(throttled & SLOWED_NOW),
            memory_free_bytes=None if told is None else (told.freeram + told.bufferram) * told.mem_unit,
            load=None if told is None else told.loads[0] / 65536,
            card_used=self._card_used(),
        )

    def _under_voltage(self) -> bool:
        with suppress(OSError):
            return any(_number(path / UNDER_VOLTAGE) == 1 for path in (self._root / HWMON).iterdir())
        return False

    def _card_used(self) -> float | None:
        """The share of its life that a card or eMMC says is over (JEDEC: tenths, the worse of its two areas)."""
        with suppress(OSError):
            for path in sorted((self._root / CARDS).glob("mmcblk*")):
                with suppress(OSError, ValueError):
                    areas = (path / "device/life_time").read_text(encoding="ascii").split()
                    tenths = max(int(area, 16) for area in areas)
                    if tenths:
                        return min(tenths, 11) / 10
        return None


def _sysinfo() -> _SysInfo | None:
    told = _SysInfo()
    with suppress(OSError, AttributeError):
        if ctypes.CDLL(None, use_errno=True).sysinfo(ctypes.byref(told)) == 0:
            return told
    return None


def _number(path: Path, base: int = 10) -> int | None:
    with suppress(OSError, ValueError):
        return int(path.read_text(encoding="ascii").strip(), base)
    return None
