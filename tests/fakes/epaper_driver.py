"""A driver for a panel that is a folder: each picture a file there. A file named after a mishap makes it happen.

It runs where drivers run, in the panel's own process, and is found by its name as any driver is. The folder stands in
the environment, as KIOSK_TEST_PANEL.
"""

import os
import signal
import sys
from pathlib import Path

from PIL import Image

WIDTH, HEIGHT = 400, 300


class FolderPanel:
    """`hang`: BUSY never falls; `fail`: it raises; `crash`: the process is gone; `chatter`: it prints."""

    width, height = WIDTH, HEIGHT

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.ink = _told(folder / "ink") or "mono"
        (folder / "pid").write_text(str(os.getpid()))
        self._mishap("at-once-")

    def show(self, image: Image.Image) -> None:
        self._mishap("")
        number = len(list(self._folder.glob("*.png")))
        image.save(self._folder / f"{number:02}.png")

    def sleep(self) -> None:
        (self._folder / "asleep").touch()

    def _mishap(self, when: str) -> None:
        here = {name for name in ("hang", "fail", "crash", "chatter") if (self._folder / f"{when}{name}").exists()}
        if "chatter" in here:
            print("e-Paper busy")  # noqa: T201 - drivers do
        if "fail" in here:
            raise RuntimeError("no EEPROM found")
        if "crash" in here:
            sys.stdout.flush()
            os._exit(3)
        while "hang" in here:
            signal.pause()


def _told(file: Path) -> str:
    return file.read_text() if file.exists() else ""


def open_panel() -> FolderPanel:
    """The panel."""
    return FolderPanel(Path(os.environ["KIOSK_TEST_PANEL"]))
