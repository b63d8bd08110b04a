"""Codes: an address becomes the modules of a QR code. The only file of this room that knows qrcode."""

from functools import lru_cache

import qrcode
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.image.pil import PilImage

from kiosk.core.paper.sheet import Matrix


@lru_cache(maxsize=64)
def encode(url: str) -> Matrix:
    """The smallest code at level M, then the best level that costs no module."""
    smallest = _qr(url, ERROR_CORRECT_M).best_fit()
    levels = (ERROR_CORRECT_M, ERROR_CORRECT_Q, ERROR_CORRECT_H)
    code = _qr(url, [level for level in levels if _qr(url, level).best_fit() == smallest][-1])
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


def _qr(content: str, level: int) -> "qrcode.QRCode[PilImage]":
    code = qrcode.QRCode(error_correction=level, border=0, image_factory=PilImage)
    code.add_data(content, optimize=0)
    return code
