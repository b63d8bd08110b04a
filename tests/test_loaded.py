"""What the running kiosk loads and what it leaves alone: a box of 512 MB keeps every module for as long as it runs."""

import ssl
import subprocess
import sys

import pytest

pytestmark = pytest.mark.guest

NEEDED = {"aiohttp", "dbus_fast", "PIL", "qrcode", "kiosk.store", "kiosk.web.site"}
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
WITHOUT_KIOSK_RADIO = {"bleak", "kiosk.adapters.bleak_radio"}
LOAD = "import sys, kiosk.cli; from kiosk.verbs.run import load; load(); "


def told(wish: str) -> list[str]:
    """What a process prints that has loaded the daemon as `kiosk run` does."""
    command = [sys.executable, "-c", LOAD + wish]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def test_the_daemon_loads_nothing_that_only_others_need() -> None:
    loaded = set(told("print(*sys.modules)"))
    assert loaded >= NEEDED
    assert not loaded & (OF_OTHER_VERBS | OF_PRINTERS | OF_OTHERS | WITHOUT_KIOSK_RADIO | {"zxingcpp"})


def test_the_daemon_holds_no_certificate_authorities_until_it_connects() -> None:
    of_aiohttp = (
        "from aiohttp.connector import _SSL_CONTEXT_VERIFIED as unused; print(unused.cert_store_stats()['x509'])"
    )
    ours = "from kiosk.adapters.backend import Line, context_of; print(context_of(Line()).cert_store_stats()['x509'])"
    machines = ssl.create_default_context().cert_store_stats()["x509"]
    assert told(f"{of_aiohttp}; {ours}") == ["0", str(machines)]
