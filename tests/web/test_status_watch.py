"""`kiosk status --watch`: over a real site that goes and comes back, on a terminal and in a pipe."""

import asyncio
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from kiosk.config import Config, Web
from kiosk.core.facts import Trouble
from kiosk.core.windows import UnixMs
from kiosk.verbs.status import CLEAR, watch
from tests.web.conftest import Kiosk, troubled


class Over(Exception):
    """The last look was taken."""


@dataclass
class Turns:
    """A clock on which every sleep is the next thing that happens to the kiosk."""

    loop: asyncio.AbstractEventLoop
    events: list[Callable[[], Awaitable[None]]]
    slept: list[float] = field(default_factory=list)

    def now(self) -> UnixMs:
        return UnixMs(0)

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if not self.events:
            raise Over
        event = self.events.pop(0)

        async def happen() -> None:
            await event()

        asyncio.run_coroutine_threadsafe(happen(), self.loop).result(20)


async def watched(kiosk: Kiosk, *, as_json: bool) -> None:
    """A look at a good day, at a trouble, at a kiosk that is away, and at one that is back."""
    site = kiosk.site(Web(port=0))
    await site.__aenter__()
    port, good = site.port, kiosk.snapshot
    again = kiosk.site(Web(port=port))

    async def trouble() -> None:
        kiosk.snapshot = troubled(good, "advertise", Trouble.NO_ADAPTER)

    async def leave() -> None:
        await site.__aexit__(None, None, None)

    async def come_back() -> None:
        kiosk.snapshot = good
        await again.__aenter__()

    turns = Turns(asyncio.get_running_loop(), [trouble, leave, come_back])
    with pytest.raises(Over):
        await asyncio.to_thread(lambda: asyncio.run(watch(Config(web=Web(port=port)), turns, as_json=as_json)))
    await again.__aexit__(None, None, None)
    assert turns.slept == [3.0] * 4


async def test_a_watch_in_a_pipe_is_a_plain_line_a_look_and_outlives_a_restart(
    kiosk: Kiosk, capsys: pytest.CaptureFixture[str]
) -> None:
    await watched(kiosk, as_json=False)
    told = capsys.readouterr().out.splitlines()
    assert told[0] == told[3] == "14:05 ✓ Mọi thứ đang chạy tốt · All is running well"
    assert told[1].startswith("14:05 × Trạm không thấy bộ phát Bluetooth · ")
    assert told[2].startswith("? no kiosk answers at ")
    assert len(told) == 4


async def test_a_watch_for_a_script_is_one_json_object_a_line(kiosk: Kiosk, capsys: pytest.CaptureFixture[str]) -> None:
    await watched(kiosk, as_json=True)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each.get("light") for each in told] == ["green", "red", None, "green"]
    assert "no kiosk answers" in told[2]["error"]


def test_on_a_terminal_it_redraws_and_ctrl_c_ends_it_well(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[web]\nport = 1\n")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kiosk", "status", "--watch", "--config", str(config)]
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a test run in the background ignores Ctrl-C
    with subprocess.Popen(command, stdout=theirs, stderr=subprocess.STDOUT, preexec_fn=heed) as process:
        os.close(theirs)
        said = b""
        while b"no kiosk answers" not in said:
            said += os.read(ours, 4096)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    os.close(ours)
    assert said.startswith(CLEAR.encode())
