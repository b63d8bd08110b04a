"""enroll: ties this box to a collector with a one-time code. The running kiosk notices by itself."""

import argparse
import asyncio
import hashlib
import secrets
from pathlib import Path
from typing import Final

from kiosk import __version__
from kiosk.config import Config, Sync
from kiosk.core.sync import enrolment, verdicts
from kiosk.core.sync.exchange import ENROL, Ask, Obstacle, Reply
from kiosk.core.wire import Enrol, Enrolled, from_json, to_json
from kiosk.errors import BackendUnavailable, BadMessage, ConfigError, Transient
from kiosk.ports import Secrets
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


async def enrolled(url: str, code: str, vault: Secrets, settings: Sync) -> enrolment.Enrolment:
    """Enrol and keep what came back. A code whose answer was lost is sent again with the same token."""
    from kiosk.adapters.backend import HttpBackend, Line

    pending = enrolment.read_pending(vault.read(enrolment.PENDING))
    if pending is None or (pending.url, pending.code) != (url, code):
        pending = enrolment.Pending(url=url, code=code, token=secrets.token_urlsafe(32))
        vault.write(enrolment.PENDING, enrolment.written(pending))
    backend = HttpBackend(settings.url or url, "", Line(settings.ca_file, settings.pins, settings.proxy))
    sha256 = hashlib.sha256(pending.token.encode()).hexdigest()
    body = to_json(Enrol(code=code, token_sha256=sha256, version=__version__))
    try:
        reply = await backend.ask(Ask("POST", ENROL, body))
    except BackendUnavailable as error:
        obstacle = error.obstacle if isinstance(error.obstacle, Obstacle) else Obstacle.CONNECTION
        raise Transient(f"{url}: {obstacle.value}. What to do: {HELP[obstacle]}.") from error
    finally:
        await backend.close()
    answer = _read(url, reply)
    me = enrolment.Enrolment(
        url=url, kiosk=answer.kiosk, venue=answer.venue, signing_key=answer.signing_key, token=pending.token
    )
    vault.write(enrolment.ENROLMENT, enrolment.written(me))
    vault.write(enrolment.PENDING, b"")
    return me


def _read(url: str, reply: Reply) -> Enrolled:
    """Who the box is now, or why it is nobody, in words."""
    refusal = verdicts.refusal(reply)
    if isinstance(refusal, verdicts.Wait) and refusal.stranger:
        raise Transient(
            f"{url}: it was no collector that answered ({refusal.reason}). Look at the address; on a network with a "
            "sign-in page sign in first."
        )
    if refusal is not None and reply.status == 404:
        raise Transient(f"{url}: the code is unknown, used or too old. Ask who runs the collector for a new one.")
    if refusal is not None:
        raise Transient(f"{url}: the collector refuses: {refusal.reason}")
    try:
        return from_json(reply.body, Enrolled)
    except BadMessage as error:
        raise Transient(
            f"{url}: the collector speaks of something else ({error}). Is it of another version?"
        ) from error
