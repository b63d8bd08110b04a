"""The card on the virtual Pi: damaged files, a full card, everything read-only. The code stays on the wall, the radio
works, the page says what happened, and the box comes back by itself."""

from pathlib import Path

import pytest

from tests.rig.installed import UNIT, Listener, journal, process, start, until_stored
from tests.rig.phones import android
from tests.rig.pi import Pi
from tests.rig.test_screen import until_the_code_is_seen
from tests.rig.test_words import FILLED, FULL, SMALL_CARD, STORE, crowd, until_it_says

pytestmark = [
    pytest.mark.rig,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("machine", ["trixie"], indirect=True),
]

GARBLED = (
    f"for file in {STORE}/days/*.db {STORE}/state.db; do head -c 3000 /dev/urandom | dd of=$file conv=notrunc; done"
)
COLLECTED = f"rm -r {STORE}/damaged"
TO_THE_BRIM = f"{FULL} && ! dd if=/dev/zero of={FILLED} bs=1k oflag=append conv=notrunc"
"""The day's file is there already, and 8 KB would hold the next phones."""
WRITTEN = f"touch /etc/written || touch {STORE}/written"
EVERYTHING_READ_ONLY = f"sync; echo u > /proc/sysrq-trigger; while {WRITTEN}; do sleep 1; done"
"""The kernel's emergency remount: the root and the card, however busy they are."""
WRITABLE_AGAIN = f"mount -o remount,rw / && mount -o remount,rw {STORE}"
STARTED_ANEW = f"systemctl show -p NRestarts {UNIT} | grep -qx NRestarts=1 && systemctl is-active {UNIT}"
"""By itself: its own end is what systemd answers with a start."""
WITHIN_S = 90


async def goes_on(pi: Pi, listener: Listener, photograph: Path) -> None:
    """Visitors see the code, phones hear the box."""
    listener.forget()
    await until_the_code_is_seen(pi, photograph, within=WITHIN_S)
    await listener.until_heard(WITHIN_S)


async def comes_by(pi: Pi, number: int) -> None:
    """A phone that was never here is stored."""
    android(pi.air, f"C1:00:00:00:02:{number:02X}", bytes([0x80 + number]) * 12).start()
    await until_stored(pi, {(bytes([0x80 + number]) * 12).hex().upper()}, within=WITHIN_S)


async def test_whatever_befalls_the_card_code_and_radio_go_on_and_the_page_says_what_happened(
    pi: Pi, listener: Listener, tmp_path: Path
) -> None:
    photograph = tmp_path / "screen.png"
    await pi.sh(SMALL_CARD)
    await start(pi)
    await comes_by(pi, 0)

    await pi.sh(f"systemctl stop {UNIT} && {GARBLED}")
    await start(pi)
    await until_it_says(pi, {"T3", "T5"})
    await goes_on(pi, listener, photograph)
    await comes_by(pi, 1)
    kept = (await pi.sh(f"cd {STORE}/damaged && ls *.db")).split()
    assert len(kept) >= 2, kept
    assert kept[-1].startswith("state."), kept
    await pi.sh(COLLECTED)
    await until_it_says(pi, set())

    before = await process(pi)
    await pi.sh(TO_THE_BRIM)
    crowd(pi, 0, 40)
    await until_it_says(pi, {"T2"})
    await goes_on(pi, listener, photograph)
    await pi.sh(f"rm {FILLED}")
    await comes_by(pi, 2)
    await until_it_says(pi, set())
    assert await process(pi) == before, await journal(pi)

    await pi.sh(f"systemctl stop {UNIT}")
    await pi.sh(EVERYTHING_READ_ONLY)
    await start(pi)
    await until_it_says(pi, {"T4"})
    await goes_on(pi, listener, photograph)
    await pi.sh(WRITABLE_AGAIN)
    await pi.until(STARTED_ANEW, 120)
    await until_it_says(pi, set())
    await comes_by(pi, 3)
