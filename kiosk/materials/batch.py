"""Batch: many venues at once on every core, a file each or one file for all; a bad one does not stop the others."""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Final, TypeAlias

from kiosk.core.campaign import Campaign
from kiosk.core.paper.sheet import Sheet
from kiosk.errors import KioskError
from kiosk.materials.order import Order, files, sheets

Result: TypeAlias = tuple[bytes, ...] | str
"""The files of one venue, or why there are none."""
FEW: Final = 12
"""So many are made sooner than a second process has started."""
CHUNK: Final = 8


def each(order: Order, campaigns: Sequence[Campaign]) -> Iterator[Result]:
    """The files of each campaign, in order, as they get ready."""
    if len(campaigns) <= FEW:
        yield from (_one((order, campaign)) for campaign in campaigns)
        return
    workers = min(len(os.sched_getaffinity(0)), 8)
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(_one, [(order, campaign) for campaign in campaigns], chunksize=CHUNK)


def merged(order: Order, campaigns: Iterable[Campaign], tell: Callable[[str], None]) -> bytes:
    """One PDF with the pages of all; `tell` hears of each campaign "" or why it is left out."""
    from kiosk.materials.pdf import pdf

    made: list[Sheet] = []
    for campaign in campaigns:
        try:
            made += sheets(order, campaign)
        except KioskError as error:
            tell(str(error))
        else:
            tell("")
    return pdf(made, "Bluezone") if made else b""


def _one(job: tuple[Order, Campaign]) -> Result:
    try:
        return files(*job)
    except KioskError as error:
        return str(error)
