"""The browser: one program on a screen without a desktop (cage, Chromium): started, heard, photographed, ended.

It is spoken to over a pipe (Chromium's --remote-debugging-pipe), so that no port is open; when the kiosk dies, the
pipe closes and Chromium leaves by itself.
"""

import asyncio
import base64
import itertools
import json
import os
import secrets
import shutil
import signal
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from typing import Any, Final

from kiosk.adapters.eye import Panel, Standing, fingerprint, picture
from kiosk.adapters.png import PngDisplay
from kiosk.core.screens import Screen
from kiosk.errors import DisplayError

ANSWER_S: Final = 15.0
"""For a photograph: a Pi 3 needs a few seconds."""
END_S: Final = 5.0
LARGEST: Final = 64 << 20
"""Bytes of one answer: a 4K photograph in base64 is far below."""
PLUMBING: Final = 'exec "$@" 3<&0 4>&1 0</dev/null 1>/dev/null'
"""Our pipes become file descriptors 3 and 4, where Chromium expects commands and leaves answers."""


class Browser:
    """One browser at a time. Its page says who it is by the number in its address, and beats as long as it is drawn."""

    def __init__(self, command: tuple[str, ...], answer_s: float = ANSWER_S) -> None:
        self._command, self._answer_s = command, answer_s
        self._process: Process | None = None
        self._profile = ""
        self._name = ""
        self._numbers = itertools.count(1)
        self.beats = 0
        """How often its page has been heard."""
        self.size = (0, 0)
        """Its window in pixels, as its page tells."""

    async def start(self, address: str) -> None:
        """Open a page. Raises DisplayError if the command is not there or cannot be started."""
        if shutil.which(self._command[0]) is None:
            raise DisplayError(
                f"show.browser: there is no command {self._command[0]}. Install it (apt-get install cage chromium), "
                'name another in show.browser, or set show.surface = "framebuffer"'
            )
        self._name, self.beats = secrets.token_hex(4), 0
        try:
            self._process = await self._started(f"{address}?wall={self._name}")
        except OSError as error:
            raise DisplayError(f"show.browser cannot be started: {error}") from error

    async def _started(self, address: str) -> Process:
        self._profile = tempfile.mkdtemp(prefix="bluezone-browser-")
        words = [word.replace("{profile}", self._profile) for word in self._command]
        home = {"HOME": self._profile, "XDG_RUNTIME_DIR": os.environ.get("XDG_RUNTIME_DIR", self._profile)}
        return await asyncio.create_subprocess_exec(
            "/bin/sh", "-c", PLUMBING, "sh", *words, address,
            stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={**os.environ, **home}, start_new_session=True, limit=LARGEST,
        )  # fmt: skip

    def heard(self, name: str, width: int, height: int) -> None:
        """A page says that it is drawn; another browser's page does not count."""
        if name and name == self._name:
            self.beats += 1
            self.size = width, height

    def ended(self) -> str:
        """How it ended; empty while it runs."""
        if self._process is None:
            return "it was not started"
        code = self._process.returncode
        if code is None:
            return ""
        told = f"exit code {code}" if code >= 0 else f"signal {-code}"
        return f"it ended with {told}; the command in show.browser, run by hand, says why"

    async def stop(self) -> None:
        """End it and all it started; never raises. A frozen program is ended too."""
        process, self._process = self._process, None
        self._name, self.size = "", (0, 0)
        if process is not None:
            with suppress(OSError):  # gone, or started under another user: that one leaves when the pipe closes
                os.killpg(process.pid, signal.SIGKILL)
            if process.stdin is not None:
                process.stdin.close()
            with suppress(TimeoutError):
                async with asyncio.timeout(END_S):
                    await process.wait()
        await asyncio.to_thread(shutil.rmtree, self._profile, ignore_errors=True)

    async def photograph(self) -> bytes:
        """What its window shows, as PNG. Raises DisplayError."""
        try:
            async with asyncio.timeout(self._answer_s):
                targets = (await self._call("Target.getTargets"))["targetInfos"]
                page = [target["targetId"] for target in targets if target["type"] == "page"][0]  # noqa: RUF015 - IndexError
                session = (await self._call("Target.attachToTarget", targetId=page, flatten=True))["sessionId"]
                shot = await self._call("Page.captureScreenshot", session, format="png", optimizeForSpeed=True)
                await self._call("Target.detachFromTarget", sessionId=session)
                return base64.b64decode(shot["data"])
        except (
            TimeoutError,
            OSError,
            EOFError,
            LookupError,
            ValueError,
            TypeError,
            asyncio.LimitOverrunError,
        ) as error:
            raise DisplayError(
                f"the browser gives no photograph; is --remote-debugging-pipe in show.browser? ({type(error).__name__})"
            ) from error

    async def _call(self, method: str, session: str = "", **params: object) -> dict[str, Any]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise EOFError
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        process.stdin.write(json.dumps(command).encode() + b"\0")
        await process.stdin.drain()
        while True:
            told = json.loads((await process.stdout.readuntil(b"\0"))[:-1])
            if told.get("id") == number:
                result: dict[str, Any] = told["result"]
                return result


class BrowserFirst:
    """A Display: the browser's page while it is there, a panel while it is not. The page takes its pictures itself."""

    def __init__(self, browser: Browser, panel: Panel) -> None:
        self.browser, self.panel = browser, panel
        self.there = False

    def surface(self) -> tuple[str, int, int]:
        """The browser's window, or the panel."""
        return ("browser", *self.browser.size) if self.there else self.panel.surface()

    async def draw(self, screen: Screen) -> None:
        """Paint the panel, unless the browser is there. Raises DisplayError."""
        if not self.there:
            await self.panel.draw(screen)

    # The port BrowserWall, for services/browse.py

    async def open(self, address: str) -> None:
        """Start the browser; the panel stays until `show`. Raises DisplayError."""
        await self.browser.start(address)

    def beats(self) -> int:
        """How often the page has been heard."""
        return self.browser.beats

    def ended(self) -> str:
        """How the browser ended; empty while it runs."""
        return self.browser.ended()

    def show(self) -> None:
        """The wall is the browser's from now on."""
        self.there = True

    async def close(self) -> None:
        """End the browser; the wall is the panel's again. Never raises."""
        self.there = False  # at once: ending it may take a moment
        await self.browser.stop()


class Window:
    """What stands on a wall that is a browser's: a photograph of its window, or the panel's memory."""

    def __init__(self, wall: BrowserFirst, page: PngDisplay) -> None:
        self._wall, self._page = wall, page

    async def read_back(self) -> Standing:
        """What stands there now. Raises DisplayError."""
        if not self._wall.there:
            return await self._wall.panel.read_back()
        image = await asyncio.to_thread(picture, await self._wall.browser.photograph())
        given, _ = await self._page.png(*image.size)
        return Standing("browser screenshot", image, self._page.screen(), fingerprint(given))
