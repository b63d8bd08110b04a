"""A day with everything logged at DEBUG and every part failing on purpose, each error full of secrets: none gets out.

What the program itself says is searched before the filter, what was forced upon it behind it.
"""

import asyncio
import io
import logging
from base64 import b64encode, urlsafe_b64encode
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from kiosk import app
from kiosk.adapters.journal import PlainFormatter
from kiosk.adapters.png import PngDisplay
from kiosk.adapters.power_on_file import PowerOnFile
from kiosk.adapters.vault import FileVault
from kiosk.config import Config, Loudspeaker, Sync, Web
from kiosk.core.adverts import Heard
from kiosk.core.campaign.spoken import Script
from kiosk.core.facts import HealthFacts, Ways
from kiosk.core.identity import BluezoneId, RootKey
from kiosk.core.proof import Look
from kiosk.core.recovery import Rung
from kiosk.core.screens import Screen
from kiosk.core.sync.enrolment import ENROLMENT, Enrolment, written
from kiosk.core.sync.exchange import Ask, Obstacle, Reply
from kiosk.core.windows import UnixMs
from kiosk.displays import Wall
from kiosk.errors import BackendUnavailable, DisplayError, KioskError, PeerUnreachable, RadioError, SpeechError
from kiosk.parts import Parts
from kiosk.ports import Backend, Ears
from kiosk.services import collect
from kiosk.services.keep_time import KeepTime
from kiosk.sim.backend import KIOSK, SimulatedCollector
from kiosk.sim.network import Way
from kiosk.sim.radio import Radio
from kiosk.sim.street import Street
from kiosk.sim.world import World
from kiosk.store import Store
from kiosk.supervisor import Board
from tests.day.test_a_day import START, QuietHost
from tests.test_hangs import KeptManualClock

HOUR_S = 3600.0
HOURS = 24
KEY = RootKey(bytes(range(7, 39)))
TOKEN = "xP4-9dKq_Wm2Zt7RbL0sYc8VhN3uJf6G"
FORCED = "forced"
CONFIG = Config(web=Web(enabled=False), loudspeaker=Loudspeaker(enabled=True), sync=Sync(share="encounters"))
START_OF = 8


class Leak:
    """The worst that an error can say: `known` and whatever the radio meets, in every spelling. Each part leaks once an
    hour, when its turn comes."""

    def __init__(self) -> None:
        self.due: set[str] = set()
        self.forced: set[str] = set()
        self.secrets: set[bytes] = {KEY.raw, *(KEY.raw[start:][:16] for start in (0, 16))}

    def spelt(self) -> str:
        sample = sorted(self.secrets)[:: max(1, len(self.secrets) // 20)]
        return (
            " ".join(f"{FORCED} {form}" for secret in sample for form in (*forms(secret), repr(secret))) + " " + TOKEN
        )

    def maybe(self, part: str, error: type[Exception], *more: object) -> None:
        if part in self.due:
            self.due.discard(part)
            self.forced.add(part)
            raise error(self.spelt(), *more)


def forms(secret: bytes) -> set[str]:
    """Hex in both cases, with colons and as D-Bus writes it, base64."""
    plain = {secret.hex(), *(secret.hex(sign) for sign in ":_-")}
    coded = {code(secret).decode().rstrip("=") for code in (b64encode, urlsafe_b64encode)}
    return plain | {each.upper() for each in plain} | coded


class LeakyAdvertiser:
    def __init__(self, radio: Radio, leak: Leak) -> None:
        self.inner, self.leak = radio.advertiser, leak

    async def show(self, peer: BluezoneId) -> None:
        self.leak.secrets.add(peer.raw)
        await self.inner.show(peer)

    async def is_on_air(self) -> bool:
        self.leak.maybe("advertise", RadioError)
        return await self.inner.is_on_air()

    async def hide(self) -> None:
        await self.inner.hide()


class LeakyEars:
    def __init__(self, inner: Ears, leak: Leak) -> None:
        self.inner, self.leak = inner, leak

    @property
    def dropped(self) -> int:
        return self.inner.dropped

    def take(self) -> list[Heard]:
        heards = self.inner.take()
        self.leak.secrets |= {bytes.fromhex(heard.address.replace(":", "")) for heard in heards}
        self.leak.maybe("collect", ValueError, *heards[:2])  # no error of ours: a bug, told with its traceback
        return heards

    async def check(self) -> None:
        await self.inner.check()


class LeakyScanner:
    def __init__(self, radio: Radio, leak: Leak) -> None:
        self.inner, self.leak = radio.scanner, leak

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Ears]:
        async with self.inner.listening() as ears:
            yield LeakyEars(ears, self.leak)

    async def recover(self, step: int) -> None:
        await self.inner.recover(step)


class LeakyReader:
    def __init__(self, radio: Radio, leak: Leak) -> None:
        self.inner, self.leak = radio.gatt, leak

    async def read_id(self, address: str, address_type: str, deadline_s: float) -> BluezoneId:
        self.leak.maybe("ask", PeerUnreachable)
        told = await self.inner.read_id(address, address_type, deadline_s)
        self.leak.secrets.add(told.raw)
        return told


class LeakyPanel:
    """Display and Eye."""

    def __init__(self, leak: Leak) -> None:
        self.leak = leak

    async def draw(self, screen: Screen) -> None:
        del screen
        self.leak.maybe("show", DisplayError)

    def surface(self) -> tuple[str, int, int]:
        return "panel", 1920, 1080

    async def look(self) -> Look:
        self.leak.maybe("witness", KeyError)
        raise DisplayError("nobody looks")


class LeakySpeaker:
    def __init__(self, leak: Leak) -> None:
        self.leak = leak

    async def say(self, scripts: Sequence[Script]) -> None:
        del scripts
        self.leak.maybe("announce", SpeechError)


class LeakyWay(Way):
    def __init__(self, inner: Backend, leak: Leak) -> None:
        super().__init__(inner, lambda: 0.0)
        self.leak = leak

    async def ask(self, ask: Ask) -> Reply:
        self.leak.maybe("sync", BackendUnavailable, Obstacle.CONNECTION)
        return await super().ask(ask)


class LeakyTime:
    def __init__(self, leak: Leak) -> None:
        self.leak = leak

    def battery(self) -> UnixMs | None:
        return None

    async def synchronised(self) -> bool | None:
        self.leak.maybe("keep-time", OSError)
        return True


class LeakyHealth:
    def __init__(self, leak: Leak) -> None:
        self.leak = leak

    def look(self) -> HealthFacts:
        self.leak.maybe("upkeep", KioskError)
        return HealthFacts()


class LeakyRemedies:
    def __init__(self, leak: Leak) -> None:
        self.leak = leak

    def rungs(self) -> frozenset[Rung]:
        return frozenset()

    async def take(self, rung: Rung) -> None:
        raise AssertionError(rung)

    def beat_at(self) -> float | None:
        self.leak.maybe("mend", TypeError)
        return None

    def airtime(self, uptime: float) -> None:
        return None

    def ways(self) -> Ways:
        return Ways()


class LeakyTurns:
    def __init__(self, leak: Leak) -> None:
        self.leak = leak

    def why(self) -> str:
        self.leak.maybe("take-turns", TypeError)
        return ""

    def suspect(self) -> None:
        raise AssertionError("it does both")

    async def listen(self) -> None:
        raise AssertionError("it does both")

    async def send(self) -> None:
        raise AssertionError("it does both")


PARTS = {
    "take-turns",
    "advertise",
    "collect",
    "ask",
    "show",
    "witness",
    "announce",
    "sync",
    "keep-time",
    "upkeep",
    "mend",
}


class Raw(logging.Handler):
    """Every record as it came: what stands in it before the filter."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(logging.Formatter("%(name)s: %(message)s").format(record))


@contextmanager
def everything_logged() -> Iterator[tuple[io.StringIO, Raw]]:
    """Root at DEBUG: the product's own lines as journald gets them, and raw."""
    out, raw, root = io.StringIO(), Raw(), logging.getLogger()
    handler, level = logging.StreamHandler(out), root.level
    handler.setFormatter(PlainFormatter("%(levelname)s %(name)s: %(message)s"))
    root.setLevel(logging.DEBUG)
    root.addHandler(handler)
    root.addHandler(raw)
    try:
        yield out, raw
    finally:
        root.removeHandler(handler)
        root.removeHandler(raw)
        root.setLevel(level)


def found_in(text: str, leak: Leak) -> set[str]:
    """Secrets that stand in a text. Addresses in base64 are eight characters: any word may be that by chance."""
    spelt = {form for secret in leak.secrets for form in (*forms(secret), repr(secret)[2:-1]) if len(form) > START_OF}
    starts = {text[at : at + START_OF] for at in range(len(text))}  # millions of characters, thousands of secrets
    return {form for form in {*spelt, TOKEN} if form[:START_OF] in starts and form in text}


async def test_no_secret_gets_out_of_a_day_of_failures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collect, "TAKE_S", 5.0)  # fewer turns, the same words
    clock, leak = KeptManualClock(), Leak()
    clock.jump(START)
    radio = Radio(World(clock, Street(8.0, seed=5)), clock)
    me = Enrolment(url="https://c.example", kiosk=KIOSK, venue="", signing_key="0" * 64, token=TOKEN)
    FileVault(tmp_path).write(ENROLMENT, written(me))
    collector, panel = SimulatedCollector(clock.now, token=TOKEN), LeakyPanel(leak)

    def timekeeper(store: Store, board: Board) -> KeepTime:
        source, memory = LeakyTime(leak), PowerOnFile(None)
        return KeepTime(source, store.last_seal, memory, believe=False, clock=clock, board=board)

    def no_picture(screen: Screen, width: int, height: int) -> bytes:
        raise AssertionError("nobody looks, so nothing is painted")

    parts = Parts(
        clock, clock, QuietHost(), LeakyAdvertiser(radio, leak), LeakyScanner(radio, leak), LeakyReader(radio, leak),
        Wall(PngDisplay(no_picture, panel=panel), panel), KEY, tmp_path, LeakySpeaker(leak), simulated=True,
        health=LeakyHealth(leak), timekeeper=timekeeper, remedies=LeakyRemedies(leak), turns=LeakyTurns(leak),
        connect=lambda enrolled: LeakyWay(collector.connect(enrolled.token), leak),
    )  # fmt: skip
    with everything_logged() as (out, raw):
        async with asyncio.TaskGroup() as group:
            task = group.create_task(app.live(CONFIG, parts), name="kiosk")
            for _ in range(HOURS):
                leak.due |= PARTS
                await clock.advance(HOUR_S)
            task.cancel()
    said = out.getvalue()
    assert leak.forced == PARTS
    assert len(leak.secrets) > 300
    assert found_in(said, leak) == set()
    own = "\n".join(text for text in raw.texts if text.startswith("kiosk") and FORCED not in text)
    assert found_in(own, leak) == set()
    forced = "\n".join(raw.texts)
    for form in (KEY.raw.hex(), b64encode(KEY.raw).decode().rstrip("="), TOKEN):
        assert form in forced  # the filter had something to hide
    assert "ValueError" in said
