"""The e-paper panel's own process: `python -m kiosk.adapters.epaper_panel DRIVER`. Only here is a driver imported.

It says on one line what panel it found, reads one order and a PNG, shows it, says so and ends. Whatever hangs or
crashes in a driver, hangs or crashes here; adapters/epaper.py ends it.

A DRIVER is "inky" (the extra `epaper`), a module of Waveshare's (it has a class EPD), or any module with a function
open_panel() that returns a Panel.
"""

import importlib
import inspect
import json
import os
import sys
from io import BytesIO
from typing import Any, Final, Protocol

from PIL import Image

WHITE: Final = (255, 255, 255)
BLACK: Final = (0, 0, 0)


class Panel(Protocol):
    """A panel as its driver gives it."""

    width: int
    height: int
    ink: str
    """Its third colour, "red" or "yellow"; "mono" has none, "colour" more."""

    def show(self, image: Image.Image) -> None:
        """Show an RGB picture of black, white and the third colour; return when the panel is done."""
        ...

    def sleep(self) -> None:
        """No voltage on the panel until the next picture."""
        ...


class InkyPanel:
    """Pimoroni's Inky, recognised by its EEPROM. It sleeps by itself."""

    def __init__(self) -> None:
        auto = importlib.import_module("inky.auto")
        self._inky: Any = auto.auto()
        self.width, self.height = (int(side) for side in self._inky.resolution)
        self.ink = {"black": "mono", "red": "red", "yellow": "yellow"}.get(self._inky.colour, "colour")

    def show(self, image: Image.Image) -> None:
        """Few colours go by number, so that nothing is dithered; the driver matches more by itself."""
        self._inky.set_image(image if self.ink == "colour" else numbered(image))
        self._inky.show()

    def sleep(self) -> None:
        """Nothing to do."""


class WavesharePanel:
    """One of Waveshare's one-file drivers."""

    def __init__(self, module: Any) -> None:
        self._epd = module.EPD()
        sides = sorted((int(self._epd.width), int(self._epd.height)))
        self.height, self.width = sides  # lying; getbuffer() turns it
        two = len(inspect.signature(self._epd.display).parameters) > 1
        self.ink = "mono" if not two else "yellow" if module.__name__.endswith("c") else "red"
        self._epd.init()

    def show(self, image: Image.Image) -> None:
        """Black and the third colour go in buffers of their own."""
        inks = numbered(image)
        layers = [inks.point([0 if value == ink else 255 for value in range(256)], "1") for ink in (1, 2)]
        self._epd.display(*(self._epd.getbuffer(layer) for layer in layers[: 1 if self.ink == "mono" else 2]))

    def sleep(self) -> None:
        self._epd.sleep()


def numbered(image: Image.Image) -> Image.Image:
    """The picture by number: 0 white, 1 black, 2 whatever is neither."""
    white, black = (
        Image.frombytes("L", image.size, bytes(255 * (pixel == colour) for pixel in _pixels(image)))
        for colour in (WHITE, BLACK)
    )
    numbers = Image.new("P", image.size, 2)
    numbers.paste(1, (0, 0), black)
    numbers.paste(0, (0, 0), white)
    return numbers


def _pixels(image: Image.Image) -> list[tuple[int, ...]]:
    data = image.convert("RGB").tobytes()
    return [tuple(data[start : start + 3]) for start in range(0, len(data), 3)]


def open_panel(driver: str) -> Panel:
    """The panel behind a driver's name."""
    if driver == "inky":
        return InkyPanel()
    module: Any = importlib.import_module(driver)
    if hasattr(module, "EPD"):
        return WavesharePanel(module)
    panel: Panel = module.open_panel()
    return panel


def main(driver: str) -> int:
    """One order. What a driver prints goes to stderr, for stdout is ours."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)

        def say(**facts: object) -> None:
            answers.write(json.dumps(facts) + "\n")
            answers.flush()

        try:
            panel = open_panel(driver)
            say(width=panel.width, height=panel.height, ink=panel.ink)
            if line := sys.stdin.buffer.readline():
                _obey(panel, json.loads(line))
                say(shown=True)
        except Exception as error:  # noqa: BLE001 - a driver may raise anything; all of it is one line for the daemon
            say(error=f"{type(error).__name__}: {error}")
            return 1
    return 0


def _obey(panel: Panel, order: dict[str, int]) -> None:
    image = Image.open(BytesIO(sys.stdin.buffer.read(order["bytes"]))).convert("RGB")
    if order["clean"]:
        panel.show(Image.new("RGB", image.size, WHITE))
    panel.show(image)
    panel.sleep()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
