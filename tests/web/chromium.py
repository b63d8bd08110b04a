"""A real Chromium, spoken to over its DevTools protocol: one page, its console, its pictures."""

import asyncio
import base64
import itertools
import json
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import IO, Final

import aiohttp
import pytest

DEADLINE_S: Final = 60.0
"""For one answer of the browser, on a slow machine with a cold disk."""
ARGUMENTS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--mute-audio",
    "--remote-debugging-port=0",
)
TYPED_EARLY: Final = "Autofocus processing was blocked"
"""Whoever types before the first picture has focused a field by then. Only a test is so quick."""

Message = dict[str, object]


def executable() -> str:
    """Where Chromium is; without it the test is skipped, loudly."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("Chromium is not here: apt-get install chromium")
    return found


class Page:
    """One tab. What it complains about is kept in `complaints`; every request's address in `asked`."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, session: str = "") -> None:
        """Without a session it is the browser itself."""
        self._socket, self._session = socket, {"sessionId": session} if session else {}
        self._numbers = itertools.count(1)
        self.complaints: list[str] = []
        self.asked: list[str] = []

    async def open(self, address: str, width: int, height: int, *, scale: float = 1, scripts: bool = True) -> None:
        """Show an address in a window of this size, until it is loaded and drawn with its fonts."""
        await self.resize(width, height, scale)
        await self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        await self.call("Page.navigate", url=address)
        await self.until(lambda message: message.get("method") == "Page.loadEventFired")
        await self.evaluate("document.fonts.ready.then(() => 1)")

    async def resize(self, width: int, height: int, scale: float = 1) -> None:
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=width < 600,
        )

    async def evaluate(self, script: str) -> object:
        """The value of an expression in the page; a promise is awaited."""
        told = await self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in told, told
        result = told["result"]
        assert isinstance(result, dict)
        return result.get("value")

    async def picture(self) -> bytes:
        """What the window shows, as PNG."""
        told = await self.call("Page.captureScreenshot", format="png")
        data = told["data"]
        assert isinstance(data, str)
        return base64.b64decode(data)

    async def call(self, method: str, **params: object) -> Message:
        """One command and its answer."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": params, **self._session})
        told = await self.until(lambda message: (message.get("id"), self._whose(message)) == (number, self._session))
        assert "error" not in told, (method, told)
        result = told["result"]
        assert isinstance(result, dict)
        return result

    async def until(self, wanted: Callable[[Message], bool]) -> Message:
        """Read messages until a wanted one; a deadline ends a browser that hangs."""
        async with asyncio.timeout(DEADLINE_S):
            while True:
                message = json.loads(await self._socket.receive_str())
                self._note(message)
                if wanted(message):
                    found: Message = message
                    return found

    @staticmethod
    def _whose(message: Message) -> Message:
        return {"sessionId": message["sessionId"]} if "sessionId" in message else {}

    def _note(self, message: Message) -> None:
        params = message.get("params")
        if not isinstance(params, dict):
            return
        match message.get("method"):
            case "Log.entryAdded" if TYPED_EARLY in params["entry"]["text"]:
                pass
            case "Runtime.consoleAPICalled" | "Runtime.exceptionThrown" | "Log.entryAdded":
                self.complaints.append(json.dumps(params))
            case "Network.requestWillBeSent":
                self.asked.append(params["request"]["url"])
            case _:
                pass


@contextmanager
def chromium() -> Iterator[str]:
    """A fresh Chromium with a home of its own; its DevTools address."""
    command = executable()
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as home:
        process = subprocess.Popen(
            [command, *ARGUMENTS, f"--user-data-dir={home}"],
            env={"HOME": home, "PATH": "/usr/bin:/bin"},
            stderr=subprocess.PIPE,
        )
        try:
            assert process.stderr is not None
            yield _address(process.stderr)
        finally:
            process.kill()
            process.communicate()


def _address(told: IO[bytes]) -> str:
    """The DevTools address from what Chromium says while it starts; a Chromium that ends has said why."""
    said = b""
    while line := told.readline():
        said += line
        _, found, address = line.decode(errors="replace").partition("DevTools listening on ")
        if found:
            return address.strip()
    raise AssertionError(f"Chromium did not start: {said.decode(errors='replace')}")


@asynccontextmanager
async def fresh_page(address: str) -> AsyncIterator[Page]:
    """One page in a profile of its own: nothing cached, nothing remembered."""
    async with aiohttp.ClientSession() as http, http.ws_connect(address, max_msg_size=0) as socket:
        browser = Page(socket)
        context = (await browser.call("Target.createBrowserContext"))["browserContextId"]
        target = await browser.call("Target.createTarget", url="about:blank", browserContextId=context)
        attached = await browser.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        page = Page(socket, str(attached["sessionId"]))
        for domain in ("Page", "Runtime", "Log", "Network"):
            await page.call(f"{domain}.enable")
        yield page
        await browser.call("Target.disposeBrowserContext", browserContextId=context)
