"""enroll: ties this box to a collector with a one-time code. The running kiosk notices by itself."""

import argparse
import asyncio
from pathlib import Path
from typing import Final

from kiosk.config import Config, Sync
from kiosk.core.sync import enrolment
from kiosk.core.sync.enrolment import Enrolment
from kiosk.core.sync.exchange import Obstacle
from kiosk.errors import BackendUnavailable, ConfigError, Transient
from kiosk.ports import Secrets
from kiosk.services import enrol
from kiosk.verbs.arguments import Verbs, configured, takes_config

HELP: Final = {
    Obstacle.NAME: "look at the network cable, then at the address",
    Obstacle.CONNECTION: "look at the network cable, then at the address",
    Obstacle.TIMEOUT: "try again in a minute",
    Obstacle.CUT: "try again in a minute",
    Obstacle.CLOCK: "run: timedatectl",
    Obstacle.PIN: "ask who runs the collector for its pins",
    Obstacle.TLS: "open a page in a browser on this network, or set sync.ca_file",
    Obstacle.PROXY: "mend sync.proxy",
}


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    enroll = verbs.add_parser("enroll", help="tie this box to a collector with a one-time code")
    enroll.set_defaults(act=_enroll)
    enroll.add_argument("address", help="the collector's address, or ADDRESS#CODE as its QR code has it")
    enroll.add_argument("code", nargs="?", default="", help="the one-time code of this venue")
    enroll.add_argument(
        "--state", type=Path, metavar="DIR", help="the store's folder, if it is not the configuration's"
    )
    takes_config(enroll)


def _enroll(arguments: argparse.Namespace) -> int:
    from kiosk.adapters.vault import FileVault

    config: Config = configured(arguments)
    url, code = enrolment.split(arguments.address, arguments.code)
    if fault := enrolment.address_fault(url):
        raise ConfigError(f"{url}: {fault}")
    if not 8 <= len(code) <= 40:
        raise ConfigError("give the one-time code of this venue after the address: kiosk enroll ADDRESS CODE")
    vault = FileVault(arguments.state or Path(config.store.folder))
    me = asyncio.run(enrolled(url, code, vault, config.sync))
    print(
        f"Đã ghi danh: {me.venue or 'nơi chưa có tên'} (trạm {me.kiosk}). Trạm tự gửi, không cần khởi động lại.\n"
        f"Enrolled: {me.venue or 'a venue without a name'} (kiosk {me.kiosk}). The kiosk sends by itself from now on."
    )
    return 0


async def enrolled(url: str, code: str, vault: Secrets, settings: Sync) -> Enrolment:
    """Enrol; what stands in the way is told with what to do."""
    from kiosk.adapters.backend import HttpBackend, Line

    backend = HttpBackend(settings.url or url, "", Line(settings.ca_file, settings.pins, settings.proxy))
    try:
        return await enrol.enrolled(url, code, vault, backend)
    except BackendUnavailable as error:
        obstacle = error.obstacle if isinstance(error.obstacle, Obstacle) else Obstacle.CONNECTION
        raise Transient(f"{url}: {obstacle.value}. What to do: {HELP[obstacle]}.") from error
    finally:
        await backend.close()
