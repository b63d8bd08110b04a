"""Facts: what each service knows about itself right now. Frozen, replaced whole, read by page, wall and terminal."""

from dataclasses import dataclass
from enum import Enum

from kiosk.core.airtime import AirtimeFacts
from kiosk.core.boots import BootFacts
from kiosk.core.campaign import Campaign, Card
from kiosk.core.firstboot.facts import EnrolFacts, SetupFacts
from kiosk.core.timekeeping import Source
from kiosk.core.windows import WINDOW_MS, UnixMs, vietnam_day_start


class State(Enum):
    """How a service is, in one word."""

    STARTING = "starting"
    RUNNING = "running"
    TROUBLED = "troubled"
    """It lives and retries; `trouble` says what is wrong."""
    STOPPED = "stopped"


class Trouble(Enum):
    """What is wrong, as a code that page and wall can put into words (design: vietnamese.md, section 4)."""

    NO_ADAPTER = "no-adapter"
    BLOCKED = "blocked"
    NO_BLUETOOTHD = "no-bluetoothd"
    SILENT = "silent"
    REFUSED = "refused"
    NO_DISPLAY = "no-display"
    STORE = "store"
    KEY = "key"
    BUG = "bug"
    HUNG = "hung"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """Kept by the supervisor: state, last heartbeat (monotonic seconds), restarts, the last error in words, and how
    many restarts were because it hung."""

    name: str
    state: State
    beat: float
    restarts: int = 0
    trouble: Trouble | None = None
    detail: str = ""
    hangs: int = 0


@dataclass(frozen=True, slots=True)
class AdvertiseFacts:
    """On air since when (None: off air), and the window whose id is on air."""

    on_air_since: UnixMs | None = None
    window_start: UnixMs | None = None


@dataclass(frozen=True, slots=True)
class CollectFacts:
    """What the ears know. Counts are since the process started, unless they say otherwise."""

    listening_since: UnixMs | None = None
    last_heard: UnixMs | None = None
    last_stored: UnixMs | None = None
    phones_near: int = 0
    """Distinct ids heard in the last 5 minutes (or in this window, where that is shorter)."""
    visits_today: int = 0
    """Encounters of the Vietnamese day so far: one phone in one window."""
    strangers_near: int = 0
    crowd: int = 0
    """Distinct addresses heard in the last minute."""
    waiting_to_ask: int = 0
    packets: int = 0
    damaged: int = 0
    dropped: int = 0
    """Packets or new ids turned away because a table or queue was full."""
    answered: int = 0
    unanswered: int = 0
    other_apps: int = 0
    """Phones with our bit that turned out to run another app."""
    undated_lost: int = 0
    """Encounters of an earlier power-on that ended before the time was known."""


@dataclass(frozen=True, slots=True)
class Ways:
    """By which ways the box listens and sends, and what keeps it from the first of each ("" nothing)."""

    ears: str = ""
    """sockets: the kernel's own; bleak: through bluetoothd."""
    ears_why: str = ""
    air: str = ""
    """bluetoothd, management (the kernel's), hci (the chip's own commands); "": off air."""
    air_why: str = ""


@dataclass(frozen=True, slots=True)
class PathFacts:
    """The way to the air, and what was done for a radio that heard nothing. Steps are named in core/recovery.py."""

    ways: Ways = Ways()
    sense: str = ""
    """hearing, empty (silent, and believed) or deaf."""
    step: str = ""
    """The last step taken."""
    stepped_at: UnixMs | None = None
    refusal: str = ""
    """Why it could not be done."""
    worked: str = ""
    """The step after which something was heard again, the last time there was one."""
    worked_at: UnixMs | None = None
    steps: int = 0
    airtime: AirtimeFacts | None = None
    """How much of the time the box listened and sent; None where nobody can tell."""


@dataclass(frozen=True, slots=True)
class ShowFacts:
    """Where the wall is painted, its size in pixels, when it last changed, and whether it is dark on purpose."""

    surface: str = ""
    width: int = 0
    height: int = 0
    drawn_at: UnixMs | None = None
    resting: bool = False
    """Closed, or blanked by staff: a dark wall is no fault."""


class Verdict(Enum):
    """What a look at the wall itself found (core/proof.py)."""

    SEEN = "seen"
    """Every QR code that should be there was decoded from the pixels on the wall."""
    FRAMED = "framed"
    """A size that holds no QR code: the picture stands as it should."""
    RESTING = "resting"
    """Closed, or blanked by staff."""
    UNDECODED = "undecoded"
    """A picture stands there, but nothing on this box can read QR codes: install the extra `proof`."""
    UNSEEN = "unseen"
    """Nobody could look: `detail` says why."""
    UNPLUGGED = "unplugged"
    """The picture is painted, but no screen is connected to see it on."""
    DARK = "dark"
    FROZEN = "frozen"
    """The picture should have changed and did not."""
    DAMAGED = "damaged"
    """Something painted over it."""
    HIDDEN = "hidden"
    """No QR code can be read."""
    WRONG = "wrong"
    """A QR code can be read, but it is not ours."""

    @property
    def alarm(self) -> bool:
        """Whether visitors cannot see what they should."""
        return self in _ALARMS


_ALARMS = frozenset({Verdict.UNPLUGGED, Verdict.DARK, Verdict.FROZEN, Verdict.DAMAGED, Verdict.HIDDEN, Verdict.WRONG})


@dataclass(frozen=True, slots=True)
class ProofFacts:
    """What was last read back from the wall itself. An alarm stands only after two looks agreed."""

    verdict: Verdict | None = None
    """None: nobody has looked yet, or nobody can (no screen of ours)."""
    source: str = ""
    """What was looked at: "framebuffer", "browser screenshot", "last frame; the driver said it was shown"."""
    looked_at: UnixMs | None = None
    qr_seen_at: UnixMs | None = None
    """When the codes in the pixels were last right; kept through alarms."""
    since: UnixMs | None = None
    """Since when the verdict is what it is."""
    detail: str = ""
    doubts: int = 0
    """Bad looks in a row."""


@dataclass(frozen=True, slots=True)
class WallOrders:
    """What staff asked of the wall, and the claim code; set through `Board.order_wall` by whoever serves the page."""

    claim: Card | None = None
    """Stands beside the install code (which never leaves) while the box is unclaimed and 10 minutes after power-on."""
    blank_until: UnixMs | None = None
    """Black with one line until then; the install code is back at that moment, whoever forgot."""
    redraws: int = 0
    """Counted up: the wall is painted again at once."""
    english_first: bool = False
    """Where a panel holds only one language, which one it begins with."""


@dataclass(frozen=True, slots=True)
class RadioOrders:
    """What staff asked of the radio; set through `Board.order_radio` by the page's actions."""

    restarts: int = 0
    """Counted up: whoever sends or listens starts again at once, the controller switched off and on in between."""


@dataclass(frozen=True, slots=True)
class SoundOrders:
    """What staff asked of the loudspeaker; set through `Board.order_sound` by the page's actions."""

    silent_until: UnixMs | None = None


@dataclass(frozen=True, slots=True)
class SyncOrders:
    """What staff asked of the sending; set through `Board.order_sync` by the page's actions."""

    sends: int = 0
    """Counted up: the centre is asked at once."""


@dataclass(frozen=True, slots=True)
class UpkeepFacts:
    """The store's days on disk, their bytes, and when old ones were last removed."""

    days: int = 0
    bytes_on_disk: int = 0
    purged_at: UnixMs | None = None
    free_bytes: int | None = None
    set_aside_at: UnixMs | None = None
    """When a damaged day of the store was last set aside and a new one begun."""
    state_set_aside_at: UnixMs | None = None
    """The same of state.db: what was sent and what staff did."""
    damaged: tuple[str, ...] = ()
    """Names of the files set aside, in the store's folder damaged/."""
    crowded_at: UnixMs | None = None
    """When a day last went before its time for want of room."""
    lost_unsent: int = 0
    """How many of those were not with the centre yet."""


@dataclass(frozen=True, slots=True)
class TallyFacts:
    """Visits in each finished window, as the store has them: all that people are shown of people.

    Live counts would tell whoever watches the page that a phone has just come in; these move once in 15 minutes.
    """

    since: UnixMs
    """Midnight in Vietnam at which `visits` begins."""
    visits: tuple[int, ...] = ()
    """One number a window, oldest first; the last one is the window that ended last."""
    heard: CollectFacts = CollectFacts()
    """The ears' other counts as they were when that window had ended."""

    @property
    def until(self) -> UnixMs:
        """When the last window ended."""
        return UnixMs(self.since + len(self.visits) * WINDOW_MS)

    @property
    def today(self) -> tuple[int, ...]:
        """The windows of the Vietnamese day that holds the last window."""
        begins = vietnam_day_start(UnixMs(self.until - 1)) if self.visits else self.since
        return self.visits[(begins - self.since) // WINDOW_MS :]


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """Whether the clock can be trusted and who set it, and whether the box is off air because it cannot."""

    trusted: bool
    on_hold: bool = False
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class SyncFacts:
    """What went to the centre, what waits, and what stands in the way."""

    acknowledged_at: UnixMs | None = None
    """When a receipt last came, or word from the centre while nothing waited."""
    waiting: int = 0
    oldest: UnixMs | None = None
    """When the oldest waiting parcel was made."""
    lost_since: UnixMs | None = None
    refused: bool = False
    """The centre does not accept our key."""
    certificate_ends: UnixMs | None = None
    share: str = "matches"
    """What the venue shares: nothing, matches or encounters."""
    heard_at: UnixMs | None = None
    """When the centre last answered."""
    set_aside: int = 0
    """Parcels that the centre refused for what is in them."""
    expired: int = 0
    """Parcels whose day was deleted before they could leave, or which are no longer shared."""
    answered: int = 0
    """Signed requests answered: the only way by which ids leave a box that shares matches."""


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """The box itself. `weak_power`: the firmware saw under-voltage; `card_used`: share of the card's life, 0 to 1."""

    celsius: float | None = None
    weak_power: bool = False
    slowed: bool = False
    """The firmware runs the processor slower: too hot, or too little power."""
    memory_free_bytes: int | None = None
    load: float | None = None
    """Runnable processes, mean of the last minute."""
    card_used: float | None = None


@dataclass(frozen=True, slots=True)
class UpdateFacts:
    """The version that was tried and did not take ("" when none)."""

    failed: str = ""


@dataclass(frozen=True, slots=True)
class FloodFacts:
    """Since when something nearby sends fake ids (None: nothing does), and when the last such flood was over."""

    since: UnixMs | None = None
    ended: UnixMs | None = None

    def spoils(self, day: UnixMs) -> bool:
        """Whether counts of a day that began then may hold fake ids."""
        return self.since is not None or (self.ended is not None and self.ended >= day)


@dataclass(frozen=True, slots=True)
class AdoptionDay:
    """One day's estimated install rate with its interval, each 0 to 1."""

    day: UnixMs
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AdoptionFacts:
    """The install rate, day by day, oldest first. `missing`: about how many phones more until today can be told."""

    days: tuple[AdoptionDay, ...] = ()
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom staff may call: from the settings, all of it optional."""

    name: str = ""
    phone: str = ""
    zalo: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All live facts at one moment. Facts that are None have no subject on this box: nobody is told of them."""

    at: UnixMs
    started: UnixMs
    version: str
    venue: str
    simulated: bool
    services: tuple[ServiceFacts, ...] = ()
    advertise: AdvertiseFacts = AdvertiseFacts()
    collect: CollectFacts = CollectFacts()
    show: ShowFacts = ShowFacts()
    upkeep: UpkeepFacts = UpkeepFacts()
    path: PathFacts | None = None
    proof: ProofFacts = ProofFacts()
    tally: TallyFacts | None = None
    clock: ClockFacts | None = None
    sync: SyncFacts | None = None
    health: HealthFacts | None = None
    boots: BootFacts | None = None
    update: UpdateFacts | None = None
    flood: FloodFacts | None = None
    adoption: AdoptionFacts | None = None
    setup: SetupFacts | None = None
    enrolment: EnrolFacts | None = None
    contact: Contact = Contact()
    buttons: frozenset[str] = frozenset()
    """What staff can press on this box (core/buttons.py)."""
    wall: WallOrders = WallOrders()
    radio: RadioOrders = RadioOrders()
    sound: SoundOrders = SoundOrders()
    sending: SyncOrders = SyncOrders()
    campaign: Campaign | None = None
    """What the province tells visitors, filled into the box's own; None: the box's own."""

    def service(self, name: str) -> ServiceFacts | None:
        """One service's facts, or None if it was never started."""
        return next((facts for facts in self.services if facts.name == name), None)
