"""Sections: every configuration key and its default live here, nowhere else. One frozen section per subject."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kiosk.core.campaign import PROFILES, Links

# Each type's `description` is what an error says was expected.
YesNo = Annotated[bool, Meta(description="true or false")]
Name = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]{0,80}\Z", description="one line of at most 80 characters")]
Text = Annotated[str, Meta(min_length=1, description="text in quotes, not empty")]
PathOrNone = Annotated[str, Meta(description='a path in quotes, or ""')]
Adapter = Annotated[str, Meta(pattern=r"^hci[0-9]+\Z", description='"hci" and a number, such as "hci0"')]
Listener = Annotated[Literal["auto", "sockets", "bleak"], Meta(description='one of "auto", "sockets", "bleak"')]
Share = Annotated[float, Meta(gt=0, le=1, description="a number above 0, at most 1")]
CoolDown = Annotated[int, Meta(ge=1, le=900, description="a whole number of seconds from 1 to 900")]
Megabytes = Annotated[int, Meta(ge=50, le=1_000_000, description="a whole number of megabytes from 50 to 1,000,000")]
Days = Annotated[int, Meta(ge=1, le=60, description="a whole number of days from 1 to 60")]
Surface = Annotated[
    str,
    Meta(
        pattern=r"^(auto|framebuffer|browser|epaper|png|none)\Z",
        description='one of "auto", "framebuffer", "browser", "epaper", "png", "none"',
    ),
]
Rotation = Annotated[Literal[0, 90, 180, 270], Meta(description="one of 0, 90, 180, 270")]
Driver = Annotated[str, Meta(pattern=r"^[A-Za-z_][\w.]*\Z", description='"inky" or the name of a Python module')]
Command = Annotated[
    tuple[Annotated[str, Meta(min_length=1)], ...],
    Meta(min_length=1, description='a list of words in quotes, such as ["cage", "--", "chromium"]'),
]
Pixels = Annotated[int, Meta(ge=0, le=7680, description="a whole number of pixels from 0 to 7680")]
Link = Annotated[
    str,
    Meta(
        pattern=r"^https?://[!-~]+\Z", max_length=200, description="an http or https link, at most 200 ASCII characters"
    ),
]
LinkOrNone = Annotated[
    str,
    Meta(
        pattern=r"^(https?://[!-~]+)?\Z",
        max_length=200,
        description='an http or https link, at most 200 ASCII characters, or ""',
    ),
]
ProfileKey = Annotated[
    str, Meta(pattern=rf"^({'|'.join(PROFILES)})?\Z", description='"" or one of ' + ", ".join(map(repr, PROFILES)))
]
InstallMode = Annotated[Literal["site", "stores", "smart"], Meta(description='one of "site", "stores", "smart"')]
Asking = Annotated[Literal["profile", "always", "never"], Meta(description='one of "profile", "always", "never"')]
Wording = Annotated[str, Meta(description="words in quotes")]
Texts = Annotated[tuple[str, ...], Meta(description='a list of texts in quotes, such as ["..."], or []')]
SpokenLength = Annotated[Literal[15, 30, 60], Meta(description="one of 15, 30, 60")]
SpokenLanguage = Annotated[Literal["vi", "en", "both"], Meta(description='one of "vi", "en", "both"')]
SpokenTopics = Annotated[
    tuple[Literal["install", "keep-on", "prevention"], ...],
    Meta(min_length=1, description='a list of "install", "keep-on", "prevention", at least one'),
]
Volume = Annotated[int, Meta(ge=1, le=80, description="a whole number of percent from 1 to 80")]
Port = Annotated[int, Meta(ge=0, le=65535, description="a whole number from 0 to 65535")]

Belief = Annotated[str, Meta(pattern=r"^(checked|always)\Z", description='one of "checked", "always"')]
Phone = Annotated[
    str, Meta(pattern=r"^(\+?[0-9][0-9 .()-]{1,30})?\Z", description='a telephone number such as "0912 345 678", or ""')
]


InkName = Annotated[
    str, Meta(pattern=r"^(colour|led|mono|red|yellow)\Z", description='one of "colour", "led", "mono", "red", "yellow"')
]
TimeSpan = Annotated[
    str,
    Meta(
        pattern=r"^(|([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00))\Z",
        description='two hours such as "06:00-22:00", or ""',
    ),
]
Sharing = Annotated[
    Literal["nothing", "matches", "encounters"], Meta(description='one of "nothing", "matches", "encounters"')
]
Pins = Annotated[
    tuple[Annotated[str, Meta(pattern=r"^[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}\Z")], ...],
    Meta(max_length=2, description="a list of at most two SHA-256 in hex, or []"),
]
BytesPerSecond = Annotated[
    int, Meta(ge=0, le=1_000_000_000, description="a whole number of bytes from 0 to 1000000000")
]
Tls = Annotated[str, Meta(pattern=r"^(off|own|self-made)\Z", description='one of "off", "own", "self-made"')]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A section: frozen, and an unknown key in it is an error."""


class Venue(Section, frozen=True):
    """[venue]: where the box stands. `name` is printed on wall and page ("" shows none)."""

    name: Name = ""


class Radio(Section, frozen=True):
    """[radio]: which Bluetooth controller, and by which way it is listened to."""

    adapter: Adapter = "hci0"
    scanner: Listener = "auto"


class Advertise(Section, frozen=True):
    """[advertise]: connectable from the controller's own address, or not, from a random one (docs/decisions.md)."""

    connectable: YesNo = True


class ClockSection(Section, frozen=True):
    """[clock]: "checked" believes a time server, a battery clock or staff, and is off air until then; "always"
    believes the machine's clock whoever set it."""

    believe: Belief = "checked"


class Collect(Section, frozen=True):
    """[collect]: `ask` reads iPhones over GATT; `ask_share` is the part of the time asks may silence the radio
    at a full gate; with hardly anybody near they may take three quarters."""

    ask: YesNo = True
    ask_share: Share = 0.5
    cool_down_seconds: CoolDown = 30


class StoreSection(Section, frozen=True):
    """[store]: where encounters are kept, for how many days, and how much of the card they may take."""

    folder: Text = "/var/lib/bluezone-kiosk"
    retention_days: Days = 14
    max_mb: Megabytes = 2000


BROWSER = (
    "cage", "-d", "--", "chromium", "--kiosk", "--ozone-platform=wayland", "--no-first-run", "--noerrdialogs",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--hide-scrollbars", "--remote-debugging-pipe", "--user-data-dir={profile}",
)  # fmt: skip
"""cage shows one program on a screen without a desktop. The page's address is added; {profile} is an empty folder."""


class Show(Section, frozen=True):
    """[show]: `surface` is auto, framebuffer, browser, epaper, png or none; width and height 0 mean the surface's own
    (1920x1080); `rotation` is how far the picture is turned, clockwise; `ink` is what the panel is made of;
    `hours` "" is always open, `night` "" is never dimmed."""

    surface: Surface = "auto"
    framebuffer: Text = "/dev/fb0"
    rotation: Rotation = 0
    browser: Command = BROWSER
    epaper: Driver = "inky"
    png: PathOrNone = ""
    width: Pixels = 0
    height: Pixels = 0
    ink: InkName = "colour"
    hours: TimeSpan = ""
    night: TimeSpan = "21:00-06:00"


OFFICIAL = Links()


class CampaignSection(Section, frozen=True):
    """[campaign]: what visitors are told and where the codes lead. A text that is "" is the profile's own."""

    profile: ProfileKey = ""
    mode: InstallMode = "site"
    site: Link = OFFICIAL.site
    android: Link = OFFICIAL.android
    ios: Link = OFFICIAL.ios
    smart: LinkOrNone = OFFICIAL.smart
    declaration: LinkOrNone = OFFICIAL.declaration
    declare: Asking = "profile"
    hotline: Name = ""
    unit: Name = ""
    logo: PathOrNone = ""
    headline: Wording = ""
    headline_en: Wording = ""
    reason: Wording = ""
    reason_en: Wording = ""
    call: Wording = ""
    call_en: Wording = ""
    step1: Wording = ""
    step1_en: Wording = ""
    step2: Wording = ""
    step2_en: Wording = ""
    step3: Wording = ""
    step3_en: Wording = ""
    family: Wording = ""
    family_en: Wording = ""
    privacy: Wording = ""
    privacy_en: Wording = ""
    privacy_short: Wording = ""
    privacy_short_en: Wording = ""


class Loudspeaker(Section, frozen=True):
    """[loudspeaker]: what is said at which times of the day; never at midday or at night, never oftener than hourly."""

    enabled: YesNo = False
    times: Texts = ("07:30", "09:30", "14:30", "16:30")
    quiet: Texts = ()
    seconds: SpokenLength = 30
    language: SpokenLanguage = "vi"
    topics: SpokenTopics = ("install", "keep-on", "prevention")
    messages: Texts = ()
    messages_en: Texts = ()
    volume: Volume = 60
    device: Text = "default"
    piper_model: PathOrNone = ""
    piper_model_en: PathOrNone = ""


class Web(Section, frozen=True):
    """[web]: the status page. `port` 0 picks a free one; `contact_` is whom staff call, by telephone or on Zalo;
    `code_file` "" is claim.code in the store's folder; `metrics_token_file` lets a program in."""

    enabled: YesNo = True
    host: Text = "0.0.0.0"
    port: Port = 8080
    metrics_token_file: PathOrNone = ""
    contact_name: Name = ""
    contact_phone: Phone = ""
    contact_zalo: Phone = ""
    socket: PathOrNone = "/run/bluezone-kiosk/web.sock"
    code_file: PathOrNone = ""
    tls: Tls = "off"
    certificate: PathOrNone = ""
    certificate_key: PathOrNone = ""


class Sync(Section, frozen=True):
    """[sync]: what the box shares with the collector it is enrolled at (docs/sync.md), and how it gets there. `url` ""
    is the address of the enrolment; `pins` are the certificate in use and its spare; `bytes_per_second` 0 is no cap."""

    share: Sharing = "matches"
    url: LinkOrNone = ""
    ca_file: PathOrNone = ""
    pins: Pins = ()
    proxy: LinkOrNone = ""
    quiet: TimeSpan = ""
    bytes_per_second: BytesPerSecond = 0


class Config(Section, frozen=True):
    """The whole file."""

    venue: Venue = Venue()
    radio: Radio = Radio()
    advertise: Advertise = Advertise()
    clock: ClockSection = ClockSection()
    collect: Collect = Collect()
    store: StoreSection = StoreSection()
    show: Show = Show()
    campaign: CampaignSection = CampaignSection()
    loudspeaker: Loudspeaker = Loudspeaker()
    web: Web = Web()
    sync: Sync = Sync()
