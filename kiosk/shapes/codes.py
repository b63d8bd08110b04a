"""Codes: an address becomes the modules of a QR code. The only file that knows qrcode."""

from functools import lru_cache
from typing import Final

import qrcode
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.image.pil import PilImage

from kiosk.core.paper.sheet import Matrix

L, M = ERROR_CORRECT_L, ERROR_CORRECT_M
"""Error correction of 7 % and 15 %."""
LEVELS: Final = (L, M, ERROR_CORRECT_Q, ERROR_CORRECT_H)
"""Weakest first: 7, 15, 25, 30 %."""


@lru_cache(maxsize=64)
def encode(content: str, least: int = M) -> Matrix:
    """The smallest code at level `least`, then the best level that costs no module."""
    smallest = _qr(content, least).best_fit()
    levels = LEVELS[LEVELS.index(least) :]
    code = _qr(content, [level for level in levels if _qr(content, level).best_fit() == smallest][-1])
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


def _qr(content: str, level: int) -> "qrcode.QRCode[PilImage]":
    code = qrcode.QRCode(error_correction=level, border=0, image_factory=PilImage)
    code.add_data(content, optimize=0)
    return code
