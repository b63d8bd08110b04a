"""Link check: fetches the pages behind the codes, with a deadline and a cap, and keeps what was known of them."""

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

import aiohttp

from kiosk import __version__
from kiosk.core.campaign import Links
from kiosk.core.links import Known, LinkReport, Page, judge_all, named
from kiosk.errors import Transient

KNOWN_FILE: Final = "links.json"
"""Name of the file in the store's folder that holds what each link was."""
DEADLINE_S: Final = 15.0
LARGEST: Final = 512 * 1024
"""A title stands near the top; the rest of a store's page is not read."""
MOST_HOPS: Final = 6
_HEADERS: Final = {
    "User-Agent": f"Mozilla/5.0 (compatible; bluezone-kiosk/{__version__}; link check)",
    "Accept": "text/html",
    "Accept-Language": "vi,en;q=0.5",
}


async def check_links(
    links: Links, known: Mapping[str, Known] | None = None, *, deadline_s: float = DEADLINE_S
) -> list[LinkReport]:
    """Look at every link there is, all at once. Never raises for a page; `known` is by address (see `read_known`)."""
    by_name = named(links)
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=deadline_s), headers=_HEADERS, trust_env=True
    ) as session:
        pages = await asyncio.gather(*(_fetch(session, url, deadline_s) for url in by_name.values()))
    return judge_all(dict(zip(by_name, pages, strict=True)), known or {})


def read_known(file: Path) -> dict[str, Known]:
    """What each address was; nothing if the file is not there or is damaged, and all is looked at as new."""
    try:
        found = json.loads(file.read_bytes())
        return {str(url): Known(**{key: str(value) for key, value in of.items()}) for url, of in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write_known(file: Path, known: Mapping[str, Known]) -> None:
    """Whole or not at all. Transient says why not."""
    new = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        new.write_text(json.dumps({url: asdict(of) for url, of in known.items()}, ensure_ascii=False, indent=2))
        new.replace(file)
    except OSError as error:
        raise Transient(
            f"{file}: what the links are cannot be kept: {error.strerror or error}. Run this as root or as the kiosk."
        ) from error


async def _fetch(session: aiohttp.ClientSession, url: str, deadline_s: float) -> Page:
    try:
        async with session.get(url, max_redirects=MOST_HOPS) as answer:
            raw = await _start_of(answer.content)
            text = _decoded(raw, answer.charset)
            hops = [str(each.url) for each in (*answer.history, answer)][1:]
            return Page(url, str(answer.url), answer.status, text, tuple(hops))
    except TimeoutError:
        return Page(url, trouble=f"no answer within {deadline_s:g} s")
    except aiohttp.TooManyRedirects:
        return Page(url, trouble=f"more than {MOST_HOPS} redirects")
    except aiohttp.ClientConnectorDNSError as error:
        return Page(url, trouble=f"the name {error.host} is not known", nameless=True)
    except (aiohttp.ClientError, ValueError, OSError) as error:
        return Page(url, trouble=" ".join(str(error).split())[:200] or type(error).__name__)


def _decoded(raw: bytes, charset: str | None) -> str:
    try:
        return raw.decode(charset or "utf-8", "replace")
    except LookupError:  # the page names an encoding that nobody knows
        return raw.decode("utf-8", "replace")


async def _start_of(content: aiohttp.StreamReader) -> bytes:
    """At most LARGEST bytes, however long the page goes on."""
    raw = bytearray()
    async for chunk in content.iter_chunked(65536):
        raw += chunk
        if len(raw) >= LARGEST:
            break
    return bytes(raw[:LARGEST])
