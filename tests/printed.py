"""Printed paper for tests: PDFs as other programs read them: pdftotext, pdftoppm, pdffonts, pdfimages."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import pytest
from PIL import Image

from kiosk.core.campaign import Campaign, Links, compose

NEEDS_POPPLER: Final = [
    pytest.mark.poppler,
    pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs poppler-utils (Debian package poppler-utils)"),
]
DECLARATION: Final = "https://khaibao.example.vn/benh-vien"
Mode = Literal["one", "declared", "stores"]
MODES: Final[tuple[Mode, ...]] = ("one", "declared", "stores")


def venue(
    profile: str, mode: Mode = "one", name: str = "Bến xe Trung tâm", unit: str = "Sở Y tế", logo: str = ""
) -> Campaign:
    """A venue with everything on its paper: unit, hotline, one code or two."""
    return compose(
        profile,
        links=Links(declaration=DECLARATION if mode == "declared" else ""),
        mode="stores" if mode == "stores" else "site",
        declares=mode == "declared",
        venue=name,
        unit=unit,
        hotline="1900 0000",
        logo=logo,
    )


def plain(text: str) -> str:
    """With single ordinary spaces: where a line ends is the paper's business."""
    return re.sub(r"\s+", " ", text).strip()


def told(*command: str, pdf: bytes) -> str:
    """What a program says about a PDF; {} stands for its file."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        filled = [word.replace("{}", file.name) for word in command]
        return subprocess.run(filled, capture_output=True, text=True, check=True).stdout


def texts(pdf: bytes) -> list[str]:
    """The text of each page, in the order in which it was written."""
    return [plain(page) for page in told("pdftotext", "-raw", "{}", "-", pdf=pdf).split("\f")[:-1]]


def pages(pdf: bytes, dpi: int) -> Sequence[Image.Image]:
    """Every page as a picture."""
    with tempfile.TemporaryDirectory() as folder:
        told("pdftoppm", "-r", str(dpi), "{}", f"{folder}/page", pdf=pdf)
        return [Image.open(path).convert("RGB") for path in sorted(Path(folder).iterdir())]
