"""The contact sheet: `scripts/contact-sheet` paints every profile, language and panel small in one picture, most with a
logo, and leaves the measured boxes of each beside it as JSON, so that a person can look and a program
can check."""

import argparse
import json
import sys
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PIL import Image, ImageDraw

from kiosk.adapters import paint
from kiosk.core import boxes
from kiosk.core.campaign import PROFILES
from kiosk.core.look import Ink
from kiosk.core.screens import Screen
from kiosk.shapes import letters
from tests.cameras import HARMS, by_zbar, by_zxing
from tests.logos import logos
from tests.walls import DECLARATION, Mode, screen, told

PANELS: Final = (
    (1920, 1080, Ink.COLOUR), (1080, 1920, Ink.COLOUR), (3840, 2160, Ink.COLOUR), (1280, 1024, Ink.COLOUR),
    (1024, 600, Ink.COLOUR), (800, 480, Ink.COLOUR), (480, 800, Ink.COLOUR), (480, 320, Ink.COLOUR),
    (320, 480, Ink.COLOUR), (1920, 480, Ink.COLOUR), (250, 122, Ink.MONO), (400, 300, Ink.MONO), (800, 480, Ink.RED),
    (768, 384, Ink.LED), (512, 1024, Ink.LED), (192, 96, Ink.LED),
)  # fmt: skip
WIDEST: Final = 1.8
"""A panel wider than so many times its height is shown lower than its row."""
GAP: Final = 6
LABEL: Final = 16
NOTHING_WRONG: Final = "nothing overflows, overlaps, is cut, too small or too pale"


def walls(profile: str, logo: str = "") -> dict[str, Screen]:
    """The install page in Vietnamese's turn and the three steps in English's: panels that hold both show both."""
    mode: Mode = "site" if profile else "stores"
    campaign = told(profile, mode=mode, declaration=DECLARATION if profile else "", logo=logo)
    return {
        "vi": screen(campaign),
        "en": replace(screen(campaign, "steps"), english=True),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/contact-sheet", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("contact-sheet.png"), metavar="FILE.png")
    parser.add_argument("--height", type=int, default=120, metavar="PX", help="of one wall on the sheet")
    parser.add_argument("--decode", action="store_true", help="read each code with two decoders, after each harm; slow")
    parser.add_argument("profiles", nargs="*", metavar="PROFILE", help="all without")
    arguments = parser.parse_args()
    profiles = arguments.profiles or ["", *PROFILES]
    with TemporaryDirectory() as folder:
        own = zip(profiles, cycle(("", *logos(Path(folder)).values())))
        rows = [(name, language, wall) for name, logo in own for language, wall in walls(name, logo).items()]
        sheet, reports, problems = painted(rows, arguments.height, decode=arguments.decode)
    sheet.quantize(64, dither=Image.Dither.NONE).save(arguments.out, optimize=True)
    arguments.out.with_suffix(".json").write_text(json.dumps(reports, ensure_ascii=False, indent=1), encoding="utf-8")
    sys.stdout.write(f"{arguments.out}: {len(reports)} walls, {arguments.out.stat().st_size // 1000} kB\n")
    sys.stdout.write("\n".join(problems or [NOTHING_WRONG]) + "\n")
    return 1 if problems else 0


def unread(wall: Screen, image: Image.Image, size: tuple[int, int, Ink]) -> list[str]:
    """Which decoder missed which code after which harm."""
    wanted = set(paint.codes(wall, *size))
    if max(image.size) > 1920:
        image = image.resize((image.width // 2, image.height // 2), Image.Resampling.BOX)  # a camera has no more
    return [
        f"{decode.__name__} reads not every code, {harm}"
        for harm, done in HARMS.items()
        for decode in (by_zxing, by_zbar)
        if wanted and decode(done(image)) != wanted
    ]


def painted(
    rows: list[tuple[str, str, Screen]], high: int, *, decode: bool
) -> tuple[Image.Image, list[dict[str, object]], list[str]]:
    """The sheet, the report of each wall, and what is wrong with any."""
    widths = [round(min(WIDEST, width / height) * high) for width, height, _ in PANELS]
    sheet = Image.new("RGB", (sum(widths) + GAP * (len(PANELS) + 1), (high + LABEL + GAP) * len(rows) + GAP), "#8a8f94")
    pen = ImageDraw.Draw(sheet)
    font = letters.face(600, 11)
    reports: list[dict[str, object]] = []
    problems: list[str] = []
    for row, (profile, language, wall) in enumerate(rows):
        x, y = GAP, GAP + row * (high + LABEL + GAP)
        for (width, height, ink), wide in zip(PANELS, widths, strict=True):
            plan, _ = paint.planned(wall, width, height, ink)
            name = f"{profile or 'any door, two stores'} {language} {width}x{height} {ink.value}"
            reports.append({"name": name, **boxes.report(plan, paint.extent).values()})
            problems += [f"{name}: {problem}" for problem in boxes.problems(plan, paint.extent)]
            image = paint.paint(wall, width, height, ink).convert("RGB")
            problems += [
                f"{name}: {problem}" for problem in (unread(wall, image, (width, height, ink)) if decode else [])
            ]
            image.thumbnail((wide, high), Image.Resampling.BOX)
            sheet.paste(image, (x, y + LABEL))
            short = f"{profile or 'any door'} · {language} · {width}×{height}" if x == GAP else f"{width}×{height}"
            pen.text((x, y), short, fill="white", font=font)
            x += wide + GAP
    return sheet, reports, problems


if __name__ == "__main__":
    sys.exit(main())
