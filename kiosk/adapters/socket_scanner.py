"""Scanner over the kernel's management socket: every advertisement with its bytes as they were sent.

We start discovery ourselves, so bluetoothd, which nobody asked to discover, makes no D-Bus object of any phone: that
is where the time goes in a crowd (docs/decisions.md). A discovery ends by itself after a round of 10.24 s, by a
connect, or because somebody stops it; each time it is started again at once, and looked after at the next `check`. One
that bluetoothd started for someone else serves as well.

Where the chip says that it can send and connect at once, the kernel is told to let it: our advertisement then stays on
air while a phone is asked.

What ends it for good the kernel tells: the controller is gone, or switched off. bluetoothd may die and come back.
"""

from collections import deque
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from typing import Final

from kiosk.adapters.bluez import Loss
from kiosk.adapters.management import Management, refusal
from kiosk.adapters.turns import REFUSES_TO_LISTEN, OneAtATime
from kiosk.core import mgmt
from kiosk.core.adverts import Heard
from kiosk.core.airtime import Airtime
from kiosk.core.facts import Trouble
from kiosk.errors import RadioError
from kiosk.ports import Clock, Ears

QUEUE: Final = 10_000
"""Packets kept for `take`: two seconds of the densest crowd measured (4,700 reports a second)."""
BEGINS_S: Final = 12.0
"""So long the next round may take to begin: behind a connect of ours it waits in the kernel, which answers Busy to any
other start meanwhile. Longer than an ask."""
_DISCOVER: Final = bytes((mgmt.LE,))


class SocketScanner:
    """Scanner on one controller."""

    def __init__(self, management: Management, clock: Clock, chip: OneAtATime | None = None) -> None:
        self._management, self._clock = management, clock
        self._chip = chip or OneAtATime(clock, _nobody_can_ask, connectable=True)
        self._holds_advert = False
        self._scan: _Scan | None = None
        self.beat_at: float | None = None
        """When the chip last took a command of the scan (monotonic seconds): each round begins and ends with one."""
        self.asked: set[bytes] = set()
        """Addresses we are connected with, or about to be, as they are on air; everybody else is sent away."""
        self.airtime = Airtime()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Ears]:
        """Scan actively and hear every packet. Entering raises RadioError."""
        management = self._management
        ears = _Scan(management, self._clock, self.asked, self._chip)
        with ExitStack() as watch:
            watch.enter_context(management.watching(ears.on_event))
            watch.enter_context(management.watching(self._beats))
            watch.enter_context(management.hearing(ears.hear))
            await self._send_at_once()
            await self._begin(ears)
            self._scan = ears
            try:
                yield ears
            finally:
                self._scan = None
                await ears.end()

    async def recover(self, step: int) -> None:
        """Power the controller on; from the second step on, off and on. Raises RadioError."""
        powered = await self.is_powered()
        if powered and step >= 2:
            await self._management.command(mgmt.SET_POWERED, b"\0")
        if not powered or step >= 2:
            await self._management.command(mgmt.SET_POWERED, b"\1")

    async def is_powered(self) -> bool:
        """Raises RadioError."""
        return mgmt.powered(mgmt.settings(await self._management.command(mgmt.READ_INFO)))

    async def _send_at_once(self) -> None:
        """Ask for simultaneous roles, and begin to measure what they are worth. Raises RadioError."""
        refused, _ = await self._management.attempt(mgmt.SET_EXPERIMENTAL, mgmt.SIMULTANEOUS_ROLES + b"\1")
        _, held = await self._management.attempt(mgmt.READ_ADVERTISING)
        self._holds_advert = bool(mgmt.instances(held))
        self.airtime.begin(self._clock.monotonic(), mgmt.instances(held), at_once=not refused)

    async def _begin(self, ears: "_Scan") -> None:
        """A chip that refuses to scan while it holds our advertisement may be one that cannot do both."""
        await self._chip.learn()
        if self._chip.why:
            return  # its turn begins it
        try:
            await ears.begin()
        except RadioError as error:
            if error.trouble is not Trouble.REFUSED or not self._holds_advert:
                raise
            self._chip.suspect(REFUSES_TO_LISTEN)

    async def rest(self) -> None:
        """Listen no more until `go_on`; the chip knows by now that it is not our turn. Raises RadioError."""
        await self.refresh()

    async def go_on(self) -> None:
        """Listen again. Raises RadioError."""
        if self._scan is not None:
            await self._scan.go_on()

    def _beats(self, event: mgmt.Frame) -> None:
        uptime = self._clock.monotonic()
        self.airtime.tell(event, uptime, self.asked)
        if event.event == mgmt.DISCOVERING:
            self.beat_at = uptime

    async def refresh(self) -> None:
        """Begin a round anew: the chip's filter of duplicates is empty then, and everybody is reported again."""
        if self._scan is not None:
            await self._scan.refresh()

    def close(self) -> None:
        """Give the socket back."""
        self._management.close()


class _Scan:
    """Ears on a running discovery."""

    body = "sockets"

    def __init__(self, management: Management, clock: Clock, asked: set[bytes], chip: OneAtATime) -> None:
        self._management, self._clock, self._asked, self._chip = management, clock, asked, chip
        self._queue: deque[Heard] = deque()
        self._dropped, self._lost_before = 0, management.lost
        self._ended_at: float | None = clock.monotonic()
        """Since when no round runs; None: one does."""
        self._loss: Loss | None = None

    @property
    def dropped(self) -> int:
        return self._dropped + max(0, self._management.lost - self._lost_before)

    def take(self) -> list[Heard]:
        self._raise_loss()
        heards = list(self._queue)
        self._queue.clear()
        return heards

    async def check(self) -> None:
        self._raise_loss()
        answer = await self._management.command(mgmt.READ_INFO)
        if not mgmt.powered(mgmt.settings(answer)):
            raise Loss.POWER.error()
        self._raise_loss()
        if not self._chip.sends:
            await self.go_on()

    async def go_on(self) -> None:
        """Begin the next round if none runs. Raises RadioError."""
        if self._ended_at is not None and (status := await self._start()) and not self._may_still_begin(status):
            raise refusal(mgmt.START_DISCOVERY, status)

    def _may_still_begin(self, status: int) -> bool:
        """Whether a refused start may be our own asking's doing, and no fault of the radio."""
        if self._ended_at is None:
            return True  # it has begun meanwhile
        return (status == mgmt.BUSY or bool(self._asked)) and self._clock.monotonic() - self._ended_at < BEGINS_S

    def _raise_loss(self) -> None:
        if self._loss is None and not self._management.is_open:
            self._loss = Loss.SOCKET
        if self._loss is not None:
            raise self._loss.error()

    async def begin(self) -> None:
        """Start discovery. Raises RadioError."""
        if status := await self._start():
            raise refusal(mgmt.START_DISCOVERY, status)

    async def _start(self) -> int:
        """The kernel's status: 0 if a round runs now."""
        status, _ = await self._management.attempt(mgmt.START_DISCOVERY, _DISCOVER)
        if status == mgmt.BUSY and self._ended_at is not None:
            # Somebody's discovery runs, or hangs: ours takes its place.
            await self._management.attempt(mgmt.STOP_DISCOVERY, _DISCOVER)
            status, _ = await self._management.attempt(mgmt.START_DISCOVERY, _DISCOVER)
        if not status:
            self._ended_at = None
        return status

    async def end(self) -> None:
        """Stop discovery. Never raises."""
        self._lose(Loss.SCAN)
        with suppress(RadioError):
            if self._management.is_open:
                await self._management.attempt(mgmt.STOP_DISCOVERY, _DISCOVER)

    async def refresh(self) -> None:
        """Stop; the event that tells so starts it again."""
        with suppress(RadioError):
            await self._management.attempt(mgmt.STOP_DISCOVERY, _DISCOVER)

    def hear(self, body: bytes) -> None:
        """A Device Found."""
        if len(self._queue) >= QUEUE:
            self._dropped += 1
            return
        heard = mgmt.heard(body, self._clock.now())
        if heard is not None:
            self._queue.append(heard)

    def on_event(self, event: mgmt.Frame) -> None:
        """What else the kernel tells."""
        match event.event:
            case mgmt.INDEX_REMOVED:
                self._lose(Loss.CONTROLLER)
            case mgmt.NEW_SETTINGS if not mgmt.powered(event.body):
                self._lose(Loss.POWER)
            case mgmt.DISCOVERING if (runs := mgmt.discovering(event.body)) is not None:
                self._ended_at = None if runs else self._clock.monotonic()
                if not runs and self._loss is None and not self._chip.sends:
                    self._management.post(mgmt.START_DISCOVERY, _DISCOVER)
            case mgmt.DEVICE_CONNECTED if event.body[:6] not in self._asked:
                # A central that nobody asked in could keep our advertisement off air and the radio busy.
                self._management.post(mgmt.DISCONNECT, event.body[:7])

    def _lose(self, loss: Loss) -> None:
        self._loss = self._loss or loss


async def _nobody_can_ask() -> str:
    return ""
