"""Power cuts at random moments under load, on a card that forgets; for test_power_cuts.py and scripts/power-cuts.

One boot is both the check of the last cut and the load of the next: the kiosk comes up by itself, a phone hears its
id, a crowd is around, and a while after the machine began to listen the power goes. What the card then holds is judged
before the machine gets it back.
"""

import argparse
import asyncio
import hashlib
import hmac
import random
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.rig import image
from tests.rig.air import Advert, structures
from tests.rig.card import Card, Left
from tests.rig.crowd import Crowd
from tests.rig.installed import CONFIG, UNIT, Listener, install, peer_in
from tests.rig.pi import Failed, Pi
from tests.rig.remains import WINDOW_MS, Met, Remains, findings, look

ON_DISK_S: Final = 10.0
"""An encounter is on disk this long after the kiosk heard it first."""
BOOT_S: Final = 240.0
PANICS: Final = 3
"""In a row, and it is not QEMU."""
LISTENS_S: Final = (0.0, 30.0)
"""The power goes so long after the kiosk began to listen; every second time in the next write after that."""
OTHERS: Final = 8
"""So many other moments of each boot are judged as well, from the same log of writes."""
OFF_S: Final = ((20, 60), (60, 840), (840, 1800))
"""The power stays away so long by the kiosk's clock: within the window, into another, past its seal."""
STEP_S: Final = (-2.0, 5.0)
"""Around a window's end both ids are right: the guest reads its clock chip by the second, and is slow."""


@dataclass
class Cut:
    """One cut and what came of it."""

    seed: int
    listened_s: float
    left: Left
    rows: int = 0
    new: int = 0
    within: int = 0
    """Ids that the chip had reported and the card does not have, as the guarantee allows."""
    owed: int = 0
    """Ids that the chip had reported in this boot so long ago that they had to be there."""
    sealed: int = 0
    ids_heard: int = 0
    lag_s: float = 0.0
    took_s: float = 0.0
    others: int = 0
    """Other moments of the same boot that were judged too."""
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        left = self.left
        found = "; ".join(self.wrong) or "nothing wrong"
        return (
            f"| {self.seed} | {self.listened_s:.1f} | {left.flushed} | {left.kept}/{left.torn}/{left.lost} "
            f"| {self.rows} | {self.new} | {self.within} | {self.sealed} | {self.ids_heard} | {self.lag_s:.2f} "
            f"| {self.others} | {self.took_s:.0f} | {found} |"
        )


HEAD: Final = """\
| seed | cut after listening, s | writes flushed | others kept/torn/lost | rows on the card | new | heard and lost | \
sealed parts | right adverts | delay in the guest, s | other moments | took, s | found |
|---|---|---|---|---|---|---|---|---|---|---|---|---|"""


class Scene:
    """One card, one machine, one crowd, from cut to cut."""

    def __init__(self, pi: Pi, card: Card, seed: int) -> None:
        self._pi, self._card = pi, card
        self._base_s = time.time() + random.Random(seed).randrange(86_400)  # any moment of a day
        self._started = time.monotonic()
        self._crowd = Crowd(pi.air, self._clock, random.Random(seed))
        self._remains = Remains()
        self._due: set[str] = set()

    def _clock(self, at: float | None = None) -> float:
        """The machine's clock, s since 1970, at a moment of the host's."""
        return self._base_s + (time.monotonic() if at is None else at) - self._started

    @asynccontextmanager
    async def crowded(self) -> AsyncIterator[None]:
        """With the crowd around."""
        crowd = asyncio.create_task(self._crowd.run())
        try:
            yield
        finally:
            crowd.cancel()
            with suppress(asyncio.CancelledError):
                await crowd

    async def cut(self, seed: int) -> Cut:
        """Boot, load, cut; what the card holds, judged."""
        dice, began = random.Random(seed), time.monotonic()
        listener = await self._boot(dice)
        listens = time.monotonic()
        grown = [(listens, self._card.logged())]
        watch = asyncio.create_task(self._watch(grown))
        await asyncio.sleep(dice.uniform(*LISTENS_S))
        if dice.random() < 0.5:
            await self._writes(dice.uniform(0, 0.02))
        at = time.monotonic()  # what a busy host takes to end the machine is no time that the kiosk had
        await self._pi.power_cut()
        watch.cancel()
        others, harm = await asyncio.to_thread(self._other_moments, grown, at, dice)
        left = await asyncio.to_thread(self._card.cut, dice)
        remains = await asyncio.to_thread(look, self._card.path)
        cut = Cut(seed, at - listens, left, rows=len(remains.rows), others=others, wrong=harm)
        self._judge(cut, remains, at)
        self._hear(cut, listener.heard, remains.root_key)
        self._remains = remains
        self._base_s = self._clock(at) + dice.uniform(*dice.choice(OFF_S))
        cut.took_s = time.monotonic() - began
        return cut

    async def last_look(self) -> list[str]:
        """After the last cut: the right id once more."""
        listener = await self._boot(random.Random(0))
        heard = await listener.for_seconds(3)
        await self._pi.power_cut()
        cut = Cut(0, 0, Left(0, 0, 0, 0))
        self._hear(cut, heard, self._remains.root_key)
        return cut.wrong

    async def _boot(self, dice: random.Random) -> Listener:
        """Power on; return once the kiosk sends and hears. A kernel that panics at boot, as one in thirty does where
        QEMU emulates two processors that patch their code while they run it, is one more power cut."""
        for _ in range(PANICS):
            if listener := await self._come_up():
                return listener
            await self._pi.power_cut()
            await asyncio.to_thread(self._card.cut, dice)
        raise Failed(f"it does not come up; see {self._pi.dir}/console.log")

    async def _come_up(self) -> Listener | None:
        air = self._pi.air
        air.listeners.clear()
        air.reported.clear()
        listener = Listener(air)
        self._started = time.monotonic()
        await self._pi.boot(rtc=f"{datetime.fromtimestamp(self._base_s, UTC):%Y-%m-%dT%H:%M:%S}")
        deadline = time.monotonic() + BOOT_S
        while not (listener.heard and air.reported):
            if not self._pi.on:
                return None
            if time.monotonic() > deadline:
                what = "send" if not listener.heard else "listen"
                raise Failed(f"it does not {what}; see {self._pi.dir}/console.log")
            await asyncio.sleep(0.1)
        return listener

    async def _writes(self, into_s: float) -> None:
        """Until the machine writes, and a little into that: most of the time nothing is under way on a card."""
        size, deadline = self._card.logged(), time.monotonic() + ON_DISK_S
        while self._card.logged() == size:
            if time.monotonic() > deadline:
                return
            await asyncio.sleep(0.001)
        await asyncio.sleep(into_s)

    async def _watch(self, grown: list[tuple[float, int]]) -> None:
        """Note how the log grows, until cancelled."""
        while True:
            await asyncio.sleep(0.02)
            if (size := self._card.logged()) != grown[-1][1]:
                grown.append((time.monotonic(), size))

    def _other_moments(self, grown: list[tuple[float, int]], at: float, dice: random.Random) -> tuple[int, list[str]]:
        """Had the power gone at other moments of this boot: how many were judged, and the harm."""
        moments = self._card.moments(since=grown[0][1])
        chosen = dice.sample(moments, min(OTHERS, len(moments)))
        harm = []
        for end in chosen:
            with self._card.cut_at(dice, end) as (spare, _):
                remains = look(spare)
            then = max((when for when, size in grown if size < end), default=grown[0][0])
            _, owed = self._owed(remains, then)
            harm += [f"{then - grown[0][0]:.1f} s: {each}" for each in self._findings(remains, owed, at)]
            harm += self._late(remains, owed, then)
        return len(chosen), harm

    def _judge(self, cut: Cut, remains: Remains, at: float) -> None:
        """The card against what was there before and what the chip reported since."""
        met = remains.by_peer
        cut.lag_s, owed = self._owed(remains, at)
        cut.owed, self._due = len(owed), self._due | owed
        cut.new, cut.within = len(set(met) - set(self._remains.by_peer)), len(set(self._heard()) - set(met))
        cut.sealed = len(remains.seals)
        cut.wrong += self._findings(remains, self._due, at) + self._late(remains, owed, at)

    def _owed(self, remains: Remains, at: float) -> tuple[float, set[str]]:
        """How slow the guest was, and which ids of this boot must be on a card that lost its power at a time: a phone
        that left before the guest was ready to hear it is none (chip.py: `scan_settle`)."""
        heard, known = self._heard(), self._remains.by_peer  # known: stayed through the last cut, in the same window
        lag_s = delay(heard, {peer: row for peer, row in remains.by_peer.items() if peer not in known})
        met = {peer: when for peer, when in heard.items() if self._crowd.left.get(peer, at) >= when + lag_s}
        return lag_s, {peer for peer, when in met.items() if when < at - ON_DISK_S - lag_s}

    def _findings(self, remains: Remains, owed: set[str], at: float) -> list[str]:
        boot = (self._clock(self._started), self._clock(at))
        return findings(self._remains, remains, due=self._due | owed, sent=self._crowd.sent, boot=boot)

    def _late(self, remains: Remains, owed: set[str], at: float) -> list[str]:
        """How long before a time those of this boot were reported that are owed and not there, and when they left."""
        heard, left = self._heard(), self._crowd.left
        ages = sorted((at - heard[peer], at - left.get(peer, at)) for peer in owed - set(remains.by_peer))
        return [f"reported {since:.1f} s before, gone {gone:.1f} s before" for since, gone in ages]

    def _heard(self) -> dict[str, float]:
        """Ids -> when the chip first reported them, or an iPhone gave them, since power-on."""
        began = self._started
        heard = {peer: when for peer, when in self._crowd.answered.items() if when > began}
        for data, when in self._pi.air.reported.items():
            peer = dict(structures(data)).get(0xFF, b"")[2:].hex().upper()
            if peer in self._crowd.sent:
                heard[peer] = when
        return heard

    def _hear(self, cut: Cut, heard: list[Advert], root_key: bytes) -> None:
        """Each advertisement that a phone heard against the chain of the root key."""
        right = [
            any(peer_in(advert) == id_at(root_key, self._clock(advert.at) - step) for step in (0, *STEP_S))
            for advert in heard
        ]
        cut.ids_heard = sum(right)
        if not heard or not all(right):
            cut.wrong.append(f"{len(right) - sum(right)} of {len(right)} advertisements had a wrong id")


def delay(heard: dict[str, float], met: dict[str, Met]) -> float:
    """How much later than the quickest report the slowest one reached the kiosk, in s: the guest is slow. The offset
    of its clock, which the host does not know to the second, falls out."""
    late = [met[peer].first / 1000 - when for peer, when in heard.items() if peer in met]
    return max(late) - min(late) if late else 0.0


def id_at(root_key: bytes, unix_s: float) -> str:
    """The id of a root key's box at a time, reckoned anew: 24 hex digits."""
    window = int(unix_s) // (WINDOW_MS // 1000)
    key = hmac.digest(root_key, (window // 96).to_bytes(8, "big"), "sha256") + b"bluzonesubkey"
    for _ in range(window % 96 + 1):
        key = hashlib.sha256(key).digest()
    return bytes(key[n] for n in (0, 4, 8, 12, 16, 18, 20, 22, 24, 26, 28, 30)).hex().upper()


async def card_of(pi: Pi, path: Path) -> Card:
    """A card with what is installed on a machine, which then is off: the kiosk starts at boot, and paints no wall,
    which would cost the guest seconds and the card nothing."""
    await pi.sh(f"sed -i 's/^surface = .*/surface = \"none\"/' {CONFIG}")
    await pi.sh(f"systemctl enable -q {UNIT} && sync")
    await pi.power_cut()
    shape = ("-f", "qcow2", "-O", "raw", str(pi.disk), str(path))
    done = await asyncio.create_subprocess_exec("qemu-img", "convert", *shape)
    if await done.wait():
        raise Failed(f"no card from {pi.disk}")
    return Card(path)


async def cuts(pi: Pi, seeds: range, tell: Callable[[Cut], None]) -> list[str]:
    """Cut a machine's power once for each seed; what was wrong."""
    with tempfile.TemporaryDirectory(prefix="power-cuts-", dir=pi.dir) as folder:
        card = await card_of(pi, Path(folder) / "card.raw")
        machine = Pi(pi.dir / "cut", pi.image, card=card)
        scene = Scene(machine, card, seeds.start)
        wrong = []
        try:
            async with scene.crowded():
                for seed in seeds:
                    cut = await scene.cut(seed)
                    tell(cut)
                    wrong += [f"seed {seed}: {each}" for each in cut.wrong]
                wrong += [f"after the last: {each}" for each in await scene.last_look()]
        finally:
            await machine.power_cut()
            machine.air.silence()
        return wrong


async def _run(seeds: range, log: Path | None) -> int:
    def tell(cut: Cut) -> None:
        _note(str(cut), log)

    folder = image.CACHE / "run" / "power-cuts"
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as built:
        wheel = image.project_wheel(Path(built))
        async with Pi(folder, image.build("trixie")) as pi:
            await install(pi, wheel)
            _note(HEAD, log)
            wrong = await cuts(pi, seeds, tell)
    _note(f"\n{len(seeds)} cuts, {len(wrong)} findings", log)
    for each in wrong:
        print(each)
    return 1 if wrong else 0


def _note(line: str, log: Path | None) -> None:
    print(line, flush=True)
    if log:
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


def main() -> int:
    """Exit 1 if a cut did harm."""
    parser = argparse.ArgumentParser(prog="scripts/power-cuts")
    parser.add_argument("--cuts", type=int, default=50)
    parser.add_argument("--first", type=int, default=0, metavar="SEED")
    parser.add_argument("--log", type=Path, metavar="FILE", help="append the table here too")
    options = parser.parse_args()
    return asyncio.run(_run(range(options.first, options.first + options.cuts), options.log))


if __name__ == "__main__":
    sys.exit(main())
