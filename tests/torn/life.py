"""Life: some days of a box, with the real store and the real ledger, and what it promised at every moment of them."""

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from kiosk.adapters.system import ROOT_KEY_FILE, load_or_create_root_key
from kiosk.adapters.vault import FileVault
from kiosk.core.adverts import Platform
from kiosk.core.encounters import Encounter, Flush, Ledger, Sighting, Via
from kiosk.core.identity import BluezoneId
from kiosk.core.parcels import Kind
from kiosk.core.undated import Undated
from kiosk.core.windows import DAY_MS, UnixMs, Window, window_at
from kiosk.store import Store, open_store
from tests.torn.disk import Promise
from tests.torn.shim import Recorder

START: Final = UnixMs(20_780 * DAY_MS + 22 * 3_600_000)
"""22:00 UTC, two hours before another day's file is begun."""
PHONES: Final = 200
AT_ONCE: Final = 80
STEPS: Final = 200
STEP_MS: Final = 480_000
"""A life of 27 hours, over two midnights."""
KEPT_DAYS: Final = 1
"""Every midnight a day goes."""
BOOT: Final = "boot"


class Tried(NamedTuple):
    """Rows and seals are about to be written: from here on they may be there."""

    flush: Flush


class Written(NamedTuple):
    """They are there for good."""

    flush: Flush


class Sent(NamedTuple):
    """A receipt came for a parcel, and the outbox knows."""

    store: str
    n: int
    kind: Kind
    day: int
    slot: int
    part: int


class Going(NamedTuple):
    """Days before this one are about to go."""

    before: int


class Gone(NamedTuple):
    """They are gone."""

    before: int


class Secret(NamedTuple):
    """A file of its own has this content for good; with `tried` it may have it."""

    name: str
    content: bytes
    tried: bool


class Dateless(NamedTuple):
    """So many undated rows are there; None: they may be gone."""

    rows: int | None


@dataclass(slots=True)
class Life:
    """One life, recorded."""

    folder: Path
    recorder: Recorder
    chance: random.Random
    now: UnixMs = START
    ledger: Ledger = field(default_factory=Ledger)
    undated: int = 0
    steps: int = STEPS

    def promise(self, what: object) -> None:
        self.recorder.note(Promise(what))

    async def live(self) -> None:
        """From the first start on: short runs of the process, each ended in order."""
        path = self.folder / ROOT_KEY_FILE
        load_or_create_root_key(path)
        self.promise(Secret(ROOT_KEY_FILE, path.read_bytes(), tried=False))
        step = 0
        while step < self.steps:
            async with open_store(self.folder, now=self.now, make_id=self.new_id) as store:
                self.ledger = Ledger(*await store.resume())
                await store.outbox.share("encounters", self.now)
                for _ in range(self.chance.randint(10, 70)):
                    await self.step(store, step)
                    step += 1

    async def step(self, store: Store, step: int) -> None:
        """Eight minutes: phones come by, a flush, and now and then whatever else is done to the disk."""
        self.now = UnixMs(self.now + STEP_MS)
        for number in self.chance.sample(range(PHONES), AT_ONCE):
            for _ in range(self.chance.randint(1, 3)):
                at = UnixMs(self.now - self.chance.randrange(STEP_MS))
                self.ledger.add(Sighting(peer(number), at, -60, Platform.ANDROID, Via.ADVERT), self.now / 1000)
        await self.flush(store)
        await self.send(store)
        if step % 7 == 3:
            await self.undate(store, step)
        if step % 10 == 5:
            self.keep_secret(step)
        if step % 10 == 8:
            await store.journal.begin_run(self.now, f"{step}")
        await self.tidy(store)

    async def flush(self, store: Store) -> None:
        """As collect does it."""
        flush = self.ledger.due(self.now, self.now / 1000, all_changes=self.chance.random() < 0.3)
        for part in flush.by_day():
            self.promise(Tried(part))
            await store.put(part, self.now)
            self.promise(Written(part))
            self.ledger.written(part)

    async def send(self, store: Store) -> None:
        """As sync does it, with a collector that takes most of it."""
        await store.outbox.gather(3, self.now)
        for parcel in await store.outbox.waiting(2):
            if self.chance.random() < 0.7 and await store.outbox.content(parcel) is not None:
                await store.outbox.acknowledge(parcel, self.now)
                self.promise(Sent(parcel.store, parcel.n, parcel.kind, parcel.day, parcel.slot, parcel.part))
        await store.outbox.add(Kind.REPORT, window_at(self.now).day, f"report {self.now}", bytes(300), self.now)

    async def undate(self, store: Store, step: int) -> None:
        """Rows without a date come, and later go."""
        if self.undated > 40:
            self.promise(Dateless(None))
            self.undated = 0
            await store.undated.forget()
            return
        at = step * 60_000
        rows = [Undated(peer(n), at, at + 5, 1, -60, -60, Platform.IOS, Via.GATT) for n in range(20)]
        await store.undated.put(BOOT, rows)
        self.undated += len(rows)
        self.promise(Dateless(self.undated))

    def keep_secret(self, step: int) -> None:
        content = f"{step}".encode() * 200
        self.promise(Secret("web.pin", content, tried=True))
        FileVault(self.folder).write("web.pin", content)
        self.promise(Secret("web.pin", content, tried=False))

    async def tidy(self, store: Store) -> None:
        """As upkeep does it."""
        before = window_at(self.now).day - KEPT_DAYS + 1
        self.promise(Going(before))
        await store.purge(before, self.now)
        self.promise(Gone(before))
        window = window_at(self.now)
        if self.chance.random() < 0.2:
            await store.close_idle(keep=range(window.before.day, window.after.day + 1))
        if self.chance.random() < 0.1:
            await store.close_idle(keep=())

    def new_id(self) -> str:
        return "".join(self.chance.choices("abcdefghijklmnopqrstuvwxyz234567", k=16))


def peer(number: int) -> BluezoneId:
    return BluezoneId(number.to_bytes(12, "big"))


Key = tuple[Window, int, BluezoneId]
"""A row: its window, part and id."""


@dataclass(slots=True)
class Expected:
    """What must be there, and what may be, once some promises were given."""

    written: dict[Key, Encounter] = field(default_factory=dict)
    tried: dict[Key, Encounter] = field(default_factory=dict)
    sealed: set[tuple[Window, int]] = field(default_factory=set)
    sent: dict[tuple[str, int], Sent] = field(default_factory=dict)
    secrets: dict[str, bytes] = field(default_factory=dict)
    new_secrets: dict[str, bytes] = field(default_factory=dict)
    undated: int | None = None
    going: int = 0
    gone: int = 0

    def hear(self, what: object) -> None:
        """A promise."""
        match what:
            case Tried(flush) | Written(flush):
                self._rows(flush, written=isinstance(what, Written))
            case Sent():
                self.sent[what.store, what.n] = what
            case Going(before):
                self._going(before)
            case Gone(before):
                self.gone = before
            case Secret(name, content, tried):
                (self.new_secrets if tried else self.secrets)[name] = content
            case Dateless(rows):
                self.undated = rows
            case _:
                raise TypeError(what)

    def _rows(self, flush: Flush, *, written: bool) -> None:
        rows = {(row.window, row.part, row.peer): row for row in flush.rows}
        if written:
            self.written |= rows
            self.sealed |= set(flush.seals)
        else:
            self.tried |= rows
            if any(window.day < self.gone for window, _ in flush.seals):
                self.gone = 0  # the last windows of a day end after midnight

    def _going(self, before: int) -> None:
        if before > self.going or not self.gone:
            self.going = before
            self.written = {key: row for key, row in self.written.items() if key[0].day >= before}
            self.sealed = {seal for seal in self.sealed if seal[0].day >= before}
            self.sent = {key: sent for key, sent in self.sent.items() if sent.day >= before}
