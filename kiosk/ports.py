"""Ports: what the services need from the outside world. Each has a real and a simulated body, and both pass the
same suite in tests/contract. No code lives here."""

from collections.abc import Awaitable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from kiosk.core.adverts import Heard
from kiosk.core.airtime import AirtimeFacts
from kiosk.core.audit import Entry
from kiosk.core.campaign.spoken import Script
from kiosk.core.facts import HealthFacts, Ways
from kiosk.core.firstboot.facts import NetworkFacts
from kiosk.core.identity import BluezoneId
from kiosk.core.proof import Look
from kiosk.core.recovery import Rung
from kiosk.core.screens import Screen
from kiosk.core.sync.exchange import Ask, Reply
from kiosk.core.timekeeping import Source, Timekeeper
from kiosk.core.windows import UnixMs
from kiosk.core.wire import Presence, Signed, Watch


class Clock(Protocol):
    """Time as a dependency. Only a clock may be slept on."""

    def now(self) -> UnixMs:
        """The time, UTC, as far as it can be trusted; else time since power-on, which is some day of 1970."""
        ...

    def monotonic(self) -> float:
        """Seconds that never jump."""
        ...

    def sleep(self, seconds: float) -> Awaitable[None]:
        """Sleep; zero or less only yields."""
        ...


class TrustedClock(Clock, Protocol):
    """A clock that says whether `now` is a date: an id may be sent, and an encounter dated, only then."""

    @property
    def trusted(self) -> bool: ...

    @property
    def powered_on_at(self) -> UnixMs:
        """The date of the power-on; 0 as long as nobody knows, since `now` counts from there then."""
        ...


class TimeSource(Protocol):
    """What the machine says of its own clock."""

    def battery(self) -> UnixMs | None:
        """What the clock chip says that set the wall clock at power-on; None if none did."""
        ...

    async def synchronised(self) -> bool | None:
        """Whether a time server keeps the wall clock; None if nobody can tell. Never raises, has a deadline."""
        ...


class TimeMemory(Protocol):
    """Outlives the process, and ends with the power-on. Never raises: without it the time is found out anew."""

    def recall(self) -> tuple[UnixMs, Source] | None:
        """When the power came on, and who said so; None if nobody knew yet."""
        ...

    def note(self, powered_on_at: UnixMs, source: Source) -> None:
        """Keep it for the next process."""
        ...


class KeptClock(TrustedClock, Protocol):
    """A clock that can be told whom to trust."""

    keeper: Timekeeper

    def wall(self) -> UnixMs:
        """What the machine's own clock reads, right or wrong."""
        ...

    def boot_ms(self) -> int:
        """Since power-on, sleep included."""
        ...


class HealthSource(Protocol):
    """What the kernel tells of the box itself."""

    def look(self) -> HealthFacts:
        """All of it now; what this machine does not tell is None. Never raises."""
        ...


class Advertiser(Protocol):
    """Puts one Bluezone id on air, Android style."""

    async def show(self, peer: BluezoneId) -> None:
        """Make this id the one on air; without effect (but checked) if it is. Raises RadioError."""
        ...

    async def is_on_air(self) -> bool:
        """Whether the stack still holds our advertisement. Never raises, never hangs."""
        ...

    async def hide(self) -> None:
        """Off air. Never raises; safe to call twice."""
        ...


class Ears(Protocol):
    """A scan under way."""

    @property
    def dropped(self) -> int:
        """Packets lost because nobody took them in time (the queue is bounded)."""
        ...

    def take(self) -> list[Heard]:
        """What was heard since the last call, oldest first. Raises RadioError once the scan is known to be dead."""
        ...

    async def check(self) -> None:
        """Ask the stack whether it still scans: RadioError if not. Has a deadline of its own."""
        ...


class Scanner(Protocol):
    """Listens to every advertisement: no UUID filter, since background iPhones carry none."""

    def listening(self) -> AbstractAsyncContextManager[Ears]:
        """Scan while inside the context. Entering raises RadioError; leaving never raises and never hangs."""
        ...

    async def recover(self, step: int) -> None:
        """Called before listening again after failure number `step` (1, 2, ...): power the adapter on, then
        power-cycle it, ... Raises RadioError if that failed."""
        ...


class GattReader(Protocol):
    """Reads one iPhone's id over one connection. Never pairs."""

    async def read_id(self, address: str, address_type: str, deadline_s: float) -> BluezoneId:
        """The id now. Raises PeerUnreachable (no answer within the deadline), BadPeerValue (not 12 bytes), OtherApp (it
        answered, and has no such characteristic)."""
        ...


class Display(Protocol):
    """Where the wall is painted."""

    async def draw(self, screen: Screen) -> None:
        """Paint the whole screen. Raises DisplayError."""
        ...

    def surface(self) -> tuple[str, int, int]:
        """What it is (words), width and height in pixels."""
        ...


class BrowserWall(Protocol):
    """A wall in a browser, in front of a panel that is painted while the browser is not there."""

    async def open(self, address: str) -> None:
        """Start a browser with this page; the panel is still painted. Raises DisplayError."""
        ...

    def beats(self) -> int:
        """How often the page has said since `open` that it is drawn."""
        ...

    def ended(self) -> str:
        """How the browser ended, in words; empty while it runs."""
        ...

    def show(self) -> None:
        """The wall is the browser's from now on."""
        ...

    async def close(self) -> None:
        """End the browser, hung or not; the wall is the panel's again. Never raises."""
        ...


class Eye(Protocol):
    """Looks at the wall itself."""

    async def look(self) -> Look:
        """What stands there now. Raises DisplayError if nobody can tell."""
        ...


class Secrets(Protocol):
    """Small secrets by name, on the disk. Both raise SecretError."""

    def read(self, name: str) -> bytes | None:
        """A secret, or None if there is none yet."""
        ...

    def write(self, name: str, value: bytes) -> None:
        """Keep a secret; on the disk when it returns."""
        ...


class AuditLog(Protocol):
    """What people did, line by line; nothing in it is ever changed. Both raise StoreUnavailable."""

    async def note(self, entry: Entry, once: str = "") -> bool:
        """Add a line; False if the form with this key (not "") was there already: it was pressed twice."""
        ...

    async def noted(self, count: int) -> list[Entry]:
        """The last lines, newest first."""
        ...


class Power(Protocol):
    """Since when the machine runs. Neither changes when only the kiosk is started again."""

    def boot(self) -> str:
        """A name for this power-on, another one after the next; "" if the machine does not tell."""
        ...

    def up_s(self) -> float:
        """Seconds since power-on."""
        ...


class Speaker(Protocol):
    """The loudspeaker."""

    async def say(self, scripts: Sequence[Script]) -> None:
        """Two soft notes, then one script after the other; ends when all is said. Raises SpeechError."""
        ...


class Backend(Protocol):
    """The way to one collector with one token."""

    async def ask(self, ask: Ask) -> Reply:
        """What comes back, from whomever: a collector or a stranger. Has a deadline. Raises BackendUnavailable."""
        ...

    def certificate_ends(self) -> UnixMs | None:
        """When the certificate that was last shown ends; None without one."""
        ...

    async def close(self) -> None:
        """Hang up. Never raises."""
        ...


class NetworkSource(Protocol):
    """What this machine knows of its network."""

    async def look(self, ssid: str) -> NetworkFacts:
        """How the Wi-Fi of this name is ("": whichever there is); without the address. Never raises."""
        ...


class Signatures(Protocol):
    """Checks what the collector signed."""

    async def authentic(self, key: str, notices: Sequence[Signed]) -> list[bool]:
        """Of each, whether its signature is by this Ed25519 public key (hex). Raises Transient if it cannot tell."""
        ...


class Matcher(Protocol):
    """Looks for a confirmed case among the encounters on the box."""

    async def presences(self, watch: Watch) -> tuple[Presence, ...]:
        """When the case was here; empty if never."""
        ...


class Remedies(Protocol):
    """What can be done for a radio that hears nothing."""

    def rungs(self) -> frozenset[Rung]:
        """The steps this box can take."""
        ...

    async def take(self, rung: Rung) -> None:
        """Take a step. Raises RadioError if it could not be done."""
        ...

    def beat_at(self) -> float | None:
        """When the controller last gave a sign of life, in monotonic seconds; None: nobody can tell."""
        ...

    def airtime(self, uptime: float) -> AirtimeFacts | None:
        """For how much of the time the box listened and sent; None: nobody can tell."""
        ...

    def ways(self) -> Ways:
        """By which ways the box listens and sends."""
        ...


class Turns(Protocol):
    """A radio that may be unable to listen and send at once."""

    def why(self) -> str:
        """Why turns must be taken; empty: they need not."""
        ...

    def suspect(self) -> None:
        """Sending is refused while listening works: take turns for a while."""
        ...

    async def listen(self) -> None:
        """Only listen from now on. Raises RadioError."""
        ...

    async def send(self) -> None:
        """Only send from now on. Raises RadioError."""
        ...


class Host(Protocol):
    """The service manager (systemd)."""

    def ready(self) -> None: ...
    def alive(self) -> None: ...
    def stopping(self) -> None: ...
    def status(self, line: str) -> None: ...
