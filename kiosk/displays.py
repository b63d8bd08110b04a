"""Displays: which bodies stand behind the wall, as [show] says: what paints it, what looks at it, what watches it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from kiosk.adapters import paint
from kiosk.adapters.browser import Browser, BrowserFirst, Window
from kiosk.adapters.epaper import EpaperDisplay
from kiosk.adapters.eye import Panel, QrEye, WallFile
from kiosk.adapters.framebuffer import FramebufferDisplay, WhenThere
from kiosk.adapters.png import PngDisplay
from kiosk.config import Config, Show, Web
from kiosk.core.look import Ink
from kiosk.core.screens import Screen
from kiosk.errors import ConfigError
from kiosk.ports import Clock, Eye

ANY_ADDRESS: Final = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}
TRUSTING: Final = "--ignore-certificate-errors"


@dataclass(frozen=True, slots=True)
class Wall:
    """`display` paints and serves browsers; `eye` looks at what stands there, where that is possible."""

    display: PngDisplay
    eye: Eye | None = None
    browser: BrowserFirst | None = None

    def heard(self, name: str, width: int, height: int) -> None:
        """A page of the wall says that it is drawn."""
        if self.browser is not None:
            self.browser.browser.heard(name, width, height)


def wall(config: Config, clock: Clock) -> Wall:
    """The wall of a box. ConfigError if the configuration contradicts itself."""
    show = config.show
    match show.surface:
        case "browser":
            _agree(config.web, show)
            first = BrowserFirst(Browser(show.browser), _framebuffer(show))
            display = _png(show, panel=first)
            return Wall(display, QrEye(Window(first, display), _codes(show)), first)
        case "png":
            if not show.png:
                raise ConfigError('show.png: names no file, but show.surface is "png"; set show.png = "/path/wall.png"')
            return in_file(show, Path(show.png))
        case "epaper":
            return _on_paper(config, clock)
        case "none":
            return Wall(_png(show))
        case surface:
            screen = _framebuffer(show)
            panel = WhenThere(screen) if surface == "auto" else screen
            return Wall(_png(show, panel=panel), QrEye(panel, _codes(show)))


def _on_paper(config: Config, clock: Clock) -> Wall:
    show = config.show
    panel = EpaperDisplay(
        paint.paint,
        show.epaper,
        Path(config.store.folder),
        clock=clock,
        ink=Ink(show.ink) if show.ink != Ink.COLOUR.value else None,
        rotation=show.rotation,
    )

    def codes(screen: Screen, width: int, height: int) -> tuple[str, ...]:
        return paint.codes(screen, width, height, panel.ink)

    return Wall(_png(show, panel=panel, slow=True), QrEye(panel, codes))


def in_file(show: Show, file: Path) -> Wall:
    """A wall that is a picture file."""
    display = _png(show, file=file)
    return Wall(display, QrEye(WallFile(display, file), _codes(show)))


def page_for_browser(web: Web, port: int) -> str:
    """Where a browser on this box finds the wall; empty while the page is not open."""
    scheme = "http" if web.tls == "off" else "https"
    return f"{scheme}://{ANY_ADDRESS.get(web.host, web.host)}:{port}/display" if port else ""


def _agree(web: Web, show: Show) -> None:
    """A browser on the box needs the page, and cannot check a certificate for an address of the box."""
    if not web.enabled:
        raise ConfigError('web.enabled: false, but show.surface = "browser" shows a page; set it to true')
    if web.tls != "off" and TRUSTING not in show.browser:
        raise ConfigError(
            f'show.browser: with web.tls = "{web.tls}" the browser on the box would refuse the page: no certificate '
            f'names the box itself; add "{TRUSTING}" to the list (it opens no other page)'
        )


def _framebuffer(show: Show) -> FramebufferDisplay:
    return FramebufferDisplay(partial(paint.paint, ink=Ink(show.ink)), show.framebuffer, rotation=show.rotation)


def _png(
    show: Show, *, file: Path | None = None, panel: Panel | BrowserFirst | None = None, slow: bool = False
) -> PngDisplay:
    render = partial(paint.png, ink=Ink(show.ink))
    size = (show.width or 1920, show.height or 1080)
    return PngDisplay(render, width=size[0], height=size[1], file=file, panel=panel, slow=slow)


def _codes(show: Show) -> Callable[[Screen, int, int], tuple[str, ...]]:
    return partial(paint.codes, ink=Ink(show.ink))
