"""Displays: which bodies stand behind the wall, as [show] says: what paints it, what looks at it, what watches it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from kiosk.adapters import paint
from kiosk.adapters.browser import Browser, BrowserFirst, Window
from kiosk.adapters.eye import Panel, QrEye, WallFile
from kiosk.adapters.framebuffer import FramebufferDisplay, WhenThere
from kiosk.adapters.png import PngDisplay
from kiosk.config import Config, Show
from kiosk.core.look import Ink
from kiosk.core.screens import Screen
from kiosk.errors import ConfigError
from kiosk.ports import Eye

ANY_ADDRESS: Final = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}


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


def wall(config: Config) -> Wall:
    """The wall of a box. ConfigError if the configuration contradicts itself."""
    show = config.show
    match show.surface:
        case "browser":
            if not config.web.enabled:
                raise ConfigError('web.enabled: false, but show.surface = "browser" shows a page; set it to true')
            first = BrowserFirst(Browser(show.browser), _framebuffer(show))
            display = _png(show, panel=first)
            return Wall(display, QrEye(Window(first, display), _codes(show)), first)
        case "png":
            if not show.png:
                raise ConfigError('show.png: names no file, but show.surface is "png"; set show.png = "/path/wall.png"')
            return in_file(show, Path(show.png))
        case "none":
            return Wall(_png(show))
        case surface:
            screen = _framebuffer(show)
            panel = WhenThere(screen) if surface == "auto" else screen
            return Wall(_png(show, panel=panel), QrEye(panel, _codes(show)))


def in_file(show: Show, file: Path) -> Wall:
    """A wall that is a picture file."""
    display = _png(show, file=file)
    return Wall(display, QrEye(WallFile(display, file), _codes(show)))


def page_for_browser(host: str, port: int) -> str:
    """Where a browser on this box finds the wall; empty while the page is not open."""
    return f"http://{ANY_ADDRESS.get(host, host)}:{port}/display" if port else ""


def _framebuffer(show: Show) -> FramebufferDisplay:
    return FramebufferDisplay(partial(paint.paint, ink=Ink(show.ink)), show.framebuffer, rotation=show.rotation)


def _png(show: Show, *, file: Path | None = None, panel: Panel | BrowserFirst | None = None) -> PngDisplay:
    render = partial(paint.png, ink=Ink(show.ink))
    return PngDisplay(render, width=show.width or 1920, height=show.height or 1080, file=file, panel=panel)


def _codes(show: Show) -> Callable[[Screen, int, int], tuple[str, ...]]:
    return partial(paint.codes, ink=Ink(show.ink))
