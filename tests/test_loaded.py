"""What the running kiosk loads and what it leaves alone: a box of 512 MB keeps every module for as long as it runs."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.guest

NEEDED = {"aiohttp", "bleak", "dbus_fast", "PIL", "qrcode", "kiosk.store", "kiosk.web.site"}
OF_OTHER_VERBS = {
    "kiosk.verbs.evidence",
    "kiosk.core.checkup",
    "kiosk.adapters.machine",
    "kiosk.adapters.bus_checkup",
    "kiosk.adapters.link_check",
}
OF_PRINTERS = {"reportlab", "kiosk.core.paper.setter", "kiosk.materials.poster", "multiprocessing"}
OF_OTHERS = {
    "kiosk.sim",
    "kiosk.simulation",
    "kiosk.collector",
    "difflib",
    "unittest",
    "inky",
    "kiosk.adapters.epaper_panel",
}
AT_THE_FIRST_LOOK = {"zxingcpp"}


def test_the_daemon_loads_nothing_that_only_others_need() -> None:
    told = "import sys, kiosk.cli, kiosk.app; print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout.split()
    )
    assert loaded >= NEEDED
    assert not loaded & (OF_OTHER_VERBS | OF_PRINTERS | OF_OTHERS | AT_THE_FIRST_LOOK)
