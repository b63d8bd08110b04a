"""Press: pictures for portals, and the articles and radio spot as text."""

import argparse
from pathlib import Path

from kiosk.core.campaign import Campaign
from kiosk.materials.order import banners
from kiosk.verbs.printing.files import folder, write


def make(arguments: argparse.Namespace, campaign: Campaign) -> int:
    """Everything into one folder."""
    out = folder(arguments.out or Path("press"))
    for name, data in banners(campaign, arguments.lang).items():
        write(out / f"{name}.png", data)
        print(out / f"{name}.png")
    return 0
