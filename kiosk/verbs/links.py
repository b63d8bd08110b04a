"""links: whether the codes still lead where they should."""

import argparse
from pathlib import Path

from kiosk.config import links_of
from kiosk.verbs.arguments import Verbs, configured, takes_config


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    links = verbs.add_parser("links", help="whether the codes still lead where they should")
    links.set_defaults(act=_links)
    links.add_argument("--accept", action="store_true", help="take what changed for right from now on")
    takes_config(links)


def _links(arguments: argparse.Namespace) -> int:
    import asyncio

    from kiosk.adapters import link_check
    from kiosk.core.links import Verdict, accepted

    config = configured(arguments)
    file = Path(config.store.folder) / link_check.KNOWN_FILE
    known = link_check.read_known(file)
    reports = asyncio.run(link_check.check_links(links_of(config.campaign), known))
    for report in reports:
        print(f"{report.name}: {report.verdict.value}: {' → '.join((report.url, *report.hops))}")
        print(f"  {report.words.vi}\n  {report.words.en}")
    fresh = accepted(known, reports, changes=arguments.accept)
    if fresh != known:
        link_check.write_known(file, fresh)
    good = (Verdict.FINE, Verdict.NEW, *((Verdict.CHANGED,) if arguments.accept else ()))
    return 0 if all(report.verdict in good for report in reports) else 1
