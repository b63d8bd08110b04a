"""Status: the document that page, `/status.json` and `kiosk status` share, so that they cannot disagree.

It is a contract: keys are only added, and a change of meaning raises `schema`. It holds no id, no address and no key;
times are ISO 8601 with +07:00, or null.
"""

from typing import Final, Literal, TypedDict

SCHEMA: Final = 1

Light = Literal["green", "amber", "red", "starting"]
Status = Literal["ok", "troubled", "starting", "dead"]


class Said(TypedDict):
    """One sentence in both languages."""

    vi: str
    en: str


class Count(TypedDict):
    """A number of phones or visits: either `count`, or null and only that it is fewer than `fewer_than`."""

    count: int | None
    fewer_than: int | None


class FaultDocument(TypedDict):
    """One fault. `owner` is staff, helper or nobody; `button` is what the action asks to press ("" nothing)."""

    code: str
    level: Light
    owner: str
    title: Said
    action: Said
    services: list[str]
    button: str


class Row(TypedDict):
    """One line of the page: `key` is on-air, phones, radio, screen, sync, box or clock. One without a subject is
    absent."""

    key: str
    level: Light
    name: Said
    value: Said


class ServiceDocument(TypedDict):
    """One service: state, restarts, how many of them because it hung, and the last trouble as code and one line."""

    name: str
    state: str
    restarts: int
    hangs: int
    trouble: str | None
    detail: str


class Person(TypedDict):
    """Whom to call: a name for people, and one-tap links ("" when the settings have none)."""

    name: Said
    phone: str
    call: str
    zalo: str


class OnAir(TypedDict):
    """On air since when (null: off air), and the start of the window whose id is on air."""

    since: str | None
    window_start: str | None


class Collect(TypedDict):
    """Counts of phones are those of `until`, the end of the last finished window: nobody can watch one phone arrive.

    `phones_near` is how many were in that window; `visits_today` leaves out small windows until together they are 20;
    `answered` and `unanswered`, counted since the start, go in steps of 20. A simulation, whose phones are invented,
    counts live: `until` null. `sound` is false while today's counts may hold fake ids.
    """

    until: str | None
    listening_since: str | None
    last_heard: str | None
    last_stored: str | None
    sound: bool
    phones_near: Count
    visits_today: Count
    strangers_near: Count
    waiting_to_ask: Count
    answered: Count
    unanswered: Count
    packets: int
    damaged: int
    dropped: int


class Airtime(TypedDict):
    """Measured over so many seconds, the last quarter of an hour at most: the share of the time (0 to 1) in which the
    box listened and sent, and the longest breaks; null for sending: the chip sends past the kernel, nobody can tell."""

    seconds: float
    listening_share: float
    listening_gap_s: float
    sending_share: float | None
    sending_gap_s: float | None


class Radio(TypedDict):
    """By which ways the box listens (sockets, bleak) and sends (bluetoothd, management, hci, turns; "" off air), and
    what kept it from the first of each; what a silence means (hearing, empty, deaf); the last step of recovery, why it
    could not be done, and the step after which something was heard again; how much of the time it was at work (null:
    nobody can tell)."""

    ears: str
    ears_why: str
    air: str
    air_why: str
    sense: str
    step: str
    stepped_at: str | None
    refusal: str
    worked: str
    worked_at: str | None
    steps: int
    airtime: Airtime | None


class Show(TypedDict):
    """What the wall is painted on, in words, its size in pixels, and when it last changed."""

    surface: str
    width: int
    height: int
    drawn_at: str | None


class Upkeep(TypedDict):
    """The store's days on disk, their bytes, the room left, and the names of damaged files that were set aside."""

    days: int
    bytes_on_disk: int
    free_bytes: int | None
    purged_at: str | None
    damaged: list[str]


class Boots(TypedDict):
    """Since the card was new: how often the box was switched on, lost its power without a stop, and how often the kiosk
    ended out of order while the box stayed on."""

    boots: int
    cuts: int
    crashes: int


class Sync(TypedDict):
    """What goes to the centre: the venue's choice (nothing, matches, encounters) and what it means in one sentence,
    parcels that wait or will never leave, when the centre last took one and last answered, and what stands in the way.
    """

    share: str
    sentence: Said
    waiting: int
    oldest: str | None
    acknowledged_at: str | None
    heard_at: str | None
    lost_since: str | None
    refused: bool
    set_aside: int
    expired: int
    answered: int
    certificate_ends: str | None


class SetUpLine(TypedDict):
    """A line of the set-up card: its key, its mark (tick, wait, bang, none), and what it says."""

    key: str
    mark: str
    name: Said
    value: Said


class SetUp(TypedDict):
    """The set-up card: whether it stands on the wall, its headline in lines and in English, the one thing to do ("" in
    both: nothing), its lines, and every slip of the kiosk.toml that was read, with how to mend it."""

    stands: bool
    headline: list[str]
    headline_en: str
    action: Said
    lines: list[SetUpLine]
    slips: list[Said]


class ClockTrust(TypedDict):
    """Whether the box is sure of the time, who set its clock (network, battery, staff), and whether it is off air until
    somebody does."""

    trusted: bool
    source: str | None
    on_hold: bool


class Document(TypedDict):
    """`/status.json`. `title`, `action`, `code`, `owner` and `button` are those of the worst fault."""

    schema: int
    status: Status
    light: Light
    title: Said
    action: Said
    code: str | None
    owner: str | None
    button: str
    contact: Person
    simulated: bool
    venue: str
    version: str
    at: str | None
    started: str | None
    today: Said
    clock: str
    dead: list[str]
    faults: list[FaultDocument]
    rows: list[Row]
    services: list[ServiceDocument]
    advertise: OnAir
    collect: Collect
    radio: Radio | None
    show: Show
    upkeep: Upkeep
    boots: Boots | None
    sync: Sync | None
    setup: SetUp | None
    clock_trust: ClockTrust | None


class Health(TypedDict):
    """`/healthz`: the few words that everybody on the network may know."""

    status: Status
    light: Light
    code: str | None
    dead: list[str]
    simulated: bool
    version: str
