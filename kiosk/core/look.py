"""The look: colours of the wall by their Vietnamese names, and how far two of them stand apart."""

from typing import Final, NamedTuple


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
"""Sky: English and second lines."""
TROI_DAM: Final = _hex("9CCBEA")
"""Deeper sky: the shield of the privacy line, an icon only."""
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


def contrast(one: Colour, other: Colour) -> float:
    """WCAG 2 contrast ratio, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
