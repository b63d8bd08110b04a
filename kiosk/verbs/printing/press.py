"""Press: pictures for portals, and the articles and the radio spot as text."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from kiosk.core.campaign import Campaign
from kiosk.core.campaign.press import articles, radio_spot
from kiosk.materials.order import banners
from kiosk.verbs.printing.files import folder, write


def make(arguments: argparse.Namespace, campaign: Campaign) -> int:
    """Everything into one folder."""
    out = folder(arguments.out or Path("press"))
    wanted = ("vi", "en") if arguments.lang == "both" else (arguments.lang,)
    pictures = [(f"{name}.png", data) for name, data in banners(campaign, arguments.lang).items()]
    texts = [(name, text.encode()) for name, language, text in _texts(campaign) if language in wanted]
    for name, data in [*pictures, *texts]:
        write(out / name, data)
        print(out / name)
    return 0


def _texts(campaign: Campaign) -> Iterator[tuple[str, str, str]]:
    """File name, language and text of each: articles as Markdown, for the title; the spot plain, to be read out."""
    for article in articles(campaign):
        body = "\n\n".join((f"# {article.title}", *article.paragraphs))
        yield f"article-{article.length}-{article.language}.md", article.language, f"{body}\n"
    for spot in radio_spot(campaign):
        yield f"radio-{round(spot.seconds)}s-{spot.language}.txt", spot.language, f"{spot.text}\n"
