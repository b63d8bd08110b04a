"""The look: inks of panels, palettes by day and night, and how far two colours stand apart. Names are Vietnamese."""

from dataclasses import dataclass, fields
from enum import Enum
from typing import Final, NamedTuple


class Ink(Enum):
    """What a panel is made of. E-paper has two inks or three; its third fills only the band."""

    COLOUR = "colour"
    LED = "led"
    MONO = "mono"
    RED = "red"
    YELLOW = "yellow"

    @property
    def paper(self) -> bool:
        """Whether it is e-paper: no smoothing, no clock, no turning pages."""
        return self in (Ink.MONO, Ink.RED, Ink.YELLOW)


class Colour(NamedTuple):
    """sRGB, 0 to 255 each."""

    red: int
    green: int
    blue: int


def _hex(code: str) -> Colour:
    return Colour(*bytes.fromhex(code))


LAM_DEM: Final = _hex("06284A")
"""Deep blue: text on yellow."""
GIAY: Final = _hex("FFFFFF")
"""Paper: main text, the card under the code."""
TROI: Final = _hex("CFE6F7")
"""Sky: English and second lines; the label of a second code."""
TROI_DAM: Final = _hex("9CCBEA")
"""Deeper sky: the shield of the privacy line, an icon only; the label of a third code."""
NANG: Final = _hex("FFC94A")
"""Sunlight: the call to action and the step icons, nothing else."""
LAM: Final = _hex("0B5CAB")
"""Blue: icons on paper."""
LAM_NEN: Final = _hex("E8F1FA")
"""Its tint: the ground of the first of two codes on paper."""
MUC_NHAT: Final = _hex("3D5470")
"""Pale ink: English on paper."""
VACH: Final = _hex("D5DEE8")
"""Hairline on paper."""
MUC_MA: Final = _hex("000000")
"""The code's own ink."""
VACH_TUONG: Final = _hex("1D5485")
"""Hairline on the wall."""
LAN: Final = tuple(_hex(tone) for tone in ("05223F", "062747", "072C4F", "083058", "093560", "0A3A68", "0B3F70"))
"""Ripple tones, far to near. Flat, never a gradient, which 16-bit panels would band; all differ in 5-6-5 bits too."""
LAN_GAN: Final = LAN[-1]
"""The lightest tone: contrast on the wall is taken on this one."""


class Pair(NamedTuple):
    """A ground and what is written on it."""

    ground: Colour
    ink: Colour


@dataclass(frozen=True, slots=True)
class Palette:
    """Every colour of one picture by its part. `ground` has the ripple tones, far to near; one tone is a plain ground.
    `labels` are those of the first, second and third code: two codes never stand on the same colour."""

    ground: tuple[Colour, ...]
    text: Colour
    second: Colour
    accent: Colour
    on_accent: Colour
    icon: Colour
    hairline: Colour
    card: Colour
    code: Colour
    labels: tuple[Pair, Pair, Pair]

    @property
    def lightest(self) -> Colour:
        """The ground on which contrast is taken."""
        return self.ground[-1]


DAY: Final = Palette(
    LAN, GIAY, TROI, NANG, LAM_DEM, TROI_DAM, VACH_TUONG, GIAY, MUC_MA,
    (Pair(NANG, LAM_DEM), Pair(TROI, LAM_DEM), Pair(TROI_DAM, LAM_DEM)),
)  # fmt: skip

_NIGHT_INK: Final = _hex("010A14")
_NIGHT_ACCENT: Final = _hex("CCA54C")
NIGHT: Final = Palette(
    tuple(_hex(tone) for tone in ("010E1C", "011120", "021424", "021728", "02192B", "031B2F", "031B33")),
    _hex("B9C9D8"), _hex("97B0C5"), _NIGHT_ACCENT, _NIGHT_INK, _hex("7C9AB3"), _hex("1B4468"), _hex("C6CACF"), MUC_MA,
    (Pair(_NIGHT_ACCENT, _NIGHT_INK), Pair(_hex("97B0C5"), _NIGHT_INK), Pair(_hex("87A4BC"), _NIGHT_INK)),
)  # fmt: skip

_BLACK: Final = MUC_MA
_LED_WHITE, _LED_NIGHT_WHITE = _hex("C8C8C8"), _hex("969696")
LED: Final = Palette((_BLACK,), GIAY, TROI, NANG, _BLACK, NANG, _BLACK, _LED_WHITE, MUC_MA, (Pair(NANG, _BLACK),) * 3)
"""The white field of an LED wall is 60 % bright by day. By night 15 % would leave 4:1 to black; 30 % leaves 7:1, and
the panel's own dimming does the rest."""
LED_NIGHT: Final = Palette(
    (_BLACK,), _hex("B9C9D8"), _hex("97B0C5"), _NIGHT_ACCENT, _BLACK, _NIGHT_ACCENT, _BLACK, _LED_NIGHT_WHITE, MUC_MA,
    (Pair(_NIGHT_ACCENT, _BLACK),) * 3,
)  # fmt: skip

CLOSED: Final = Palette(
    (_BLACK,), _hex("B9C9D8"), _hex("97B0C5"), _NIGHT_ACCENT, _BLACK, _NIGHT_ACCENT, _BLACK, _BLACK, _BLACK,
    (Pair(_BLACK, GIAY),) * 3,
)  # fmt: skip
"""A closed wall on any panel that shines: black, and words that do not light the hall."""


def _paper(band: Colour, on_band: Colour) -> Palette:
    """E-paper: black on white, and a band in the third ink if there is one."""
    plain = Pair(GIAY, _BLACK)
    return Palette(
        (GIAY,), _BLACK, _BLACK, band, on_band, _BLACK, _BLACK, GIAY, MUC_MA, (Pair(band, on_band), plain, plain)
    )


_PAPERS: Final = {
    Ink.MONO: _paper(_BLACK, GIAY),
    Ink.RED: _paper(_hex("9B0000"), GIAY),  # as dark as the ink itself is, so that white on it is 9:1
    Ink.YELLOW: _paper(_hex("FFE000"), _BLACK),
}
DIM_STEPS: Final = 8
"""The fade into the night goes in so many steps."""


def palette(ink: Ink, dim: int = 0) -> Palette:
    """The colours of a panel; `dim` 0 is day, DIM_STEPS is night. E-paper needs no night."""
    if ink.paper:
        return _PAPERS[ink]
    day, night = (LED, LED_NIGHT) if ink is Ink.LED else (DAY, NIGHT)
    if dim <= 0:
        return day
    return night if dim >= DIM_STEPS else _between(day, night, dim / DIM_STEPS)


def _between(day: Palette, night: Palette, share: float) -> Palette:
    """On the way, each colour goes straight from one to the other."""

    def colour(one: Colour, other: Colour) -> Colour:
        return Colour(*(round(a + (b - a) * share) for a, b in zip(one, other, strict=True)))

    plain = {
        field.name: colour(getattr(day, field.name), getattr(night, field.name))
        for field in fields(Palette)
        if field.name not in ("ground", "labels")
    }
    one, two, three = (
        Pair(colour(a.ground, b.ground), colour(a.ink, b.ink)) for a, b in zip(day.labels, night.labels, strict=True)
    )
    ground = tuple(colour(a, b) for a, b in zip(day.ground, night.ground, strict=True))
    return Palette(ground=ground, labels=(one, two, three), **plain)


def contrast(one: Colour, other: Colour) -> float:
    """WCAG 2 contrast ratio, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
