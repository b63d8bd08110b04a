"""Cameras for tests: what a phone's camera does to a picture, and two decoders that know nothing of one another."""

from collections.abc import Callable
from io import BytesIO
from typing import Final

import pytest
import zxingcpp
from PIL import Image, ImageFilter


def small(image: Image.Image) -> Image.Image:
    return image.resize((image.width // 2, image.height // 2), Image.Resampling.BOX)


def blurred(image: Image.Image) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(1.0))


def turned(image: Image.Image) -> Image.Image:
    return image.rotate(15, Image.Resampling.BICUBIC, expand=True, fillcolor=(90, 90, 90))


def jpeg(image: Image.Image) -> Image.Image:
    file = BytesIO()
    image.save(file, "JPEG", quality=40)
    return Image.open(file).convert("RGB")


HARMS: Final[dict[str, Callable[[Image.Image], Image.Image]]] = {
    "as it is": lambda image: image,
    "half as large": small,
    "blurred": blurred,
    "turned": turned,
    "jpeg 40": jpeg,
}


def by_zxing(image: Image.Image) -> set[str]:
    return {found.text for found in zxingcpp.read_barcodes(image)}


def by_zbar(image: Image.Image) -> set[str]:
    pyzbar = pytest.importorskip("pyzbar.pyzbar", reason="needs Debian package libzbar0", exc_type=ImportError)
    return {found.data.decode() for found in pyzbar.decode(image, symbols=[pyzbar.ZBarSymbol.QRCODE])}
