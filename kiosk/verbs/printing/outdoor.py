"""Outdoor: still frames for an LED wall of any size, painted as the wall paints them, and a film where ffmpeg is."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

from kiosk.adapters.paint import png
from kiosk.core.campaign import Campaign, plain
from kiosk.core.look import Ink
from kiosk.core.pages import install_page
from kiosk.core.screens import Screen
from kiosk.materials import film
from kiosk.verbs.printing.files import folder, write

SLOT_S: Final = 15
STILL_S: Final = 10
"""One picture beside traffic stands this long at least."""


def make(arguments: argparse.Namespace, campaign: Campaign, size: tuple[int, int]) -> int:
    """Frames into a folder, and a film of them."""
    seconds: int = arguments.seconds or SLOT_S
    out = folder(arguments.out or Path("outdoor"))
    screens = frames(campaign, arguments.lang)[: max(1, seconds // STILL_S)]
    stem = f"outdoor-{size[0]}x{size[1]}"
    pictures = dict.fromkeys(png(screen, *size, Ink.LED) for screen in screens)  # a tiny board shows one and the same
    paths = [out / f"{stem}-{number}.png" for number in range(1, len(pictures) + 1)]
    for path, picture in zip(paths, pictures, strict=True):
        write(path, picture)
        print(path)
    if not film.found():
        print(film.NO_FFMPEG, file=sys.stderr)
        return 0
    target = out / f"{stem}-{seconds}s.mp4"
    film.film(paths, seconds / len(paths), target)
    print(target)
    return 0


def frames(campaign: Campaign, languages: str) -> tuple[Screen, ...]:
    """The headline, then the call to action; both hold the code."""
    page = install_page(campaign)
    if languages == "vi":
        page = replace(page, headline_en="")
    elif languages == "en":
        page = replace(page, headline=(campaign.headline_en,), headline_en="")
    call = (plain(campaign.call.vi), campaign.call.en)
    spoken = {"vi": (call[0], ""), "en": (call[1], ""), "both": call}[languages]
    second = replace(page, headline=(spoken[0],), headline_en=spoken[1])
    first = Screen(install=page, cards=campaign.cards, lone=campaign.lone, page=page, short_url=campaign.short_url)
    return first, replace(first, install=second, page=second)
