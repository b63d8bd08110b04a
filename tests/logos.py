"""Logos for tests and for the contact sheet: wide, square, tall, and one in white for a dark ground."""

from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from kiosk.shapes import letters

RED: Final = (190, 30, 45)
KINDS: Final = ("wide", "square", "tall", "pale")


def logos(folder: Path) -> dict[str, str]:
    """Their files by kind."""
    made = {"wide.png": _wide(), "square.jpg": _square(), "tall.png": _tall(), "pale.png": _pale()}
    for name, image in made.items():
        image.save(folder / name)
    return {name.partition(".")[0]: str(folder / name) for name in made}


def _written(image: Image.Image, text: str, x: int, y: int, size: int, ink: object) -> Image.Image:
    ImageDraw.Draw(image).text((x, y), text, font=letters.face(700, size), fill=ink)  # type: ignore[arg-type]
    return image


def _wide() -> Image.Image:
    image = Image.new("RGBA", (860, 220))
    ImageDraw.Draw(image).ellipse((10, 10, 210, 210), fill=RED)
    return _written(image, "BẾN XE", 240, 50, 130, (20, 60, 140, 255))


def _square() -> Image.Image:
    image = Image.new("RGB", (400, 400), (0, 120, 80))
    ImageDraw.Draw(image).rectangle((60, 60, 340, 340), fill=(255, 210, 60))
    return _written(image, "B", 120, 70, 220, (0, 90, 60))


def _tall() -> Image.Image:
    image = Image.new("RGBA", (180, 420))
    ImageDraw.Draw(image).rounded_rectangle((0, 0, 179, 419), 40, fill=(20, 100, 180))
    return _written(_written(image, "C", 35, 50, 150, "white"), "Đ", 35, 210, 150, (255, 220, 90))


def _pale() -> Image.Image:
    return _written(Image.new("RGBA", (620, 200)), "Chợ Mới", 30, 20, 130, "white")
