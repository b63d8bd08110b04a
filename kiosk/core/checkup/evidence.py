"""Evidence: what the doctor's adapters found on this machine, without judgement. None means: nobody could tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.core.facts import Trouble
from kiosk.core.links import LinkReport
from kiosk.core.status import Airtime


@dataclass(frozen=True, slots=True)
class Switch:
    """One Bluetooth entry of rfkill: off by software, off by a switch on the case."""

    name: str
    soft: bool
    hard: bool


@dataclass(frozen=True, slots=True)
class Chips:
    """What the kernel knows: controllers by name, their rfkill switches, and whether a Pi's firmware hides its own."""

    controllers: tuple[str, ...] = ()
    switches: tuple[Switch, ...] = ()
    disabled_in: str = ""
    """The firmware's file that says `disable-bt`, or ""."""


@dataclass(frozen=True, slots=True)
class Daemon:
    """bluetoothd: the program's version ("" without a program), the running one's arguments and its settings."""

    version: str = ""
    arguments: tuple[str, ...] | None = None
    """None: it does not run."""
    settings_file: str = ""
    """What its argument -f names."""
    settings: Mapping[str, str] | None = None
    """Keys of that file, None where it cannot be read."""
    drop_in: bool = False
    """Whether our drop-in is installed."""


@dataclass(frozen=True, slots=True)
class Bus:
    """What D-Bus answered: `unreachable` and `refusal` are one line each, "" where all went well."""

    unreachable: str = ""
    refusal: str = ""
    trouble: Trouble | None = None
    powered: bool | None = None
    pairable: bool | None = None
    discoverable: bool | None = None
    synchronised: bool | None = None
    """What systemd says of the clock."""


@dataclass(frozen=True, slots=True)
class Screen:
    """The wall's surface as configured; the framebuffer's device, and the DRM connectors with a screen on them."""

    surface: str = "auto"
    framebuffer: str = "/dev/fb0"
    present: bool = False
    connected: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    """Programs or a driver that the surface needs and the machine lacks."""
    reads_codes: bool = False
    """Whether zxing is installed, which reads the QR code back from the wall."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The kiosk as a service: systemd here, our unit installed, its exposure by `systemd-analyze security`."""

    systemd: bool = False
    installed: bool = False
    exposure: float | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """The box's name on the venue's network (mDNS): whether avahi runs, and the port in our file of its services."""

    host: str = ""
    avahi: bool = False
    announced: int | None = None
    """None: our file is not there, or names no port."""


@dataclass(frozen=True, slots=True)
class Centre:
    """The collector that the box is enrolled at: `refusal` is its own word, `obstacle` why there was none."""

    address: str = ""
    """"" where the box is enrolled nowhere."""
    unreadable: str = ""
    """Why the enrolment cannot be read."""
    obstacle: str = ""
    refusal: str = ""
    days_left: int | None = None
    """Until its certificate ends; None without one."""
    waiting: int | None = None
    """Parcels that wait, as the running kiosk says."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything the doctor judges."""

    adapter: str = "hci0"
    config_file: str = ""
    """None ("") where the defaults are in force."""
    config_error: str = ""
    light: str = ""
    """The traffic light of the running kiosk, "" if it was not asked or did not answer."""
    silence: str = ""
    """Why it did not answer."""
    clock_source: str = ""
    """Who set the running kiosk's clock (network, battery, staff); "" if nobody did, or it was not asked."""
    listener: str = "auto"
    """How the configuration wants to listen."""
    door: bool | None = None
    """Whether kiosk-radio's socket is there."""
    airtime: Airtime | None = None
    """What the running kiosk says of it; None: it does not, or cannot tell."""
    by_turns: bool = False
    """It listens and sends by turns."""
    chips: Chips = Chips()
    daemon: Daemon = field(default_factory=Daemon)
    bus: Bus = Bus()
    damaged: tuple[str, ...] = ()
    """Files of the store that were set aside."""
    screen: Screen = Screen()
    unit: Unit = Unit()
    name: Name = Name()
    scheme: str = "http"
    port: int | None = 8080
    """The page's, as configured (0: another one at each start); None where it is switched off."""
    speech: tuple[str, ...] | None = None
    """Programs that the loudspeaker needs and the machine lacks; None where it is not used."""
    centre: Centre = Centre()
    links: tuple[LinkReport, ...] | None = None
    """None: nobody looked, since the configuration cannot be read."""
    folder: str = ""
    free_bytes: int | None = None
    pip: str = "pip"
