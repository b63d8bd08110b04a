"""Power-on file: what time the power came on, for the next process of this power-on, in a folder that ends with it."""

import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from kiosk.core.timekeeping import Source
from kiosk.core.windows import UnixMs

NAME: Final = "power-on"
RUN_FOLDER: Final = Path("/run/bluezone-kiosk")
"""RuntimeDirectory= of the unit, for who runs outside of it."""
log = logging.getLogger(__name__)


class PowerOnFile:
    """TimeMemory: a line in the unit's RuntimeDirectory, which lies in memory. No folder, no memory."""

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / NAME if folder else None

    @classmethod
    def of_unit(cls) -> "PowerOnFile":
        """In the folder that systemd made; by hand there is none."""
        told = os.environ.get("RUNTIME_DIRECTORY", "")
        return cls(Path(told.split(":")[0]) if told else None)

    def recall(self) -> tuple[UnixMs, Source] | None:
        with suppress(OSError, ValueError):
            if self._path is not None:
                at, source = self._path.read_text(encoding="ascii").split()
                return UnixMs(int(at)), Source(source)
        return None

    def note(self, powered_on_at: UnixMs, source: Source) -> None:
        if self._path is None:
            return
        new = self._path.with_suffix(".new")
        try:
            new.write_text(f"{powered_on_at} {source.value}\n", encoding="ascii")
            new.replace(self._path)
        except OSError as error:
            log.warning("%s: a restart will have to find out the time anew: %s", self._path, error.strerror or error)
