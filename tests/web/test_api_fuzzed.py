"""schemathesis against the OpenAPI document of a running site: what it says of itself holds for whatever is sent.

The same requests in every run. Two sites. A claimed one, asked by staff: their forms come past the door and do what
they ask for (fuzzing_staff.py), and valid data is accepted everywhere. And an open simulation, asked by strangers to
its pages: their forms carry no token, so they are refused whatever is in them.
"""

import asyncio
import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from kiosk.config import Web
from kiosk.core import attempts, pins
from kiosk.core.timekeeping import EARLIEST, Lent
from kiosk.web import claim
from kiosk.web.claim import PIN_FILE
from kiosk.web.sessions import COOKIE
from tests.web.conftest import Kiosk
from tests.web.locked import CODE, PIN, cheap

__all__ = ["cheap"]

LONGEST_S: Final = 240.0
EXAMPLES: Final = 20
PROJECT: Final = Path(__file__).parents[2]
ENOUGH: Final = 10**9
"""Tries: the fuzzer mistypes more often than people may, and is to see what lies behind."""
STAFF: Final = """hooks = "tests.web.fuzzing_staff"
"""
STRANGERS: Final = """# What OpenAPI cannot say: w and h belong together; a PIN may be too easy, and is told twice.
[[operations]]
include-path = "/display.png"
checks.positive_data_acceptance.enabled = false

[[operations]]
include-method = "POST"
include-path-regex = "^/(pin|claim/.*)$"
checks.positive_data_acceptance.enabled = false
"""
KNOWN: Final = """
[parameters]
"path.token" = "{token}"

[auth.openapi.session]
api_key = "{cookie}"
"""


async def fuzzed(
    address: str, folder: Path, rules: str, link: str, cookie: str = "none", form_token: str = ""
) -> tuple[int, str]:
    """Exit code and report; asked with a claim link that holds, and a session."""
    known = KNOWN.replace("{token}", link).replace("{cookie}", cookie)
    (folder / "schemathesis.toml").write_text(rules + known, encoding="utf-8")
    program = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(folder / "schemathesis.toml")]
    options = ["--url", address, "--generation-deterministic", "--max-examples", str(EXAMPLES), "--no-color"]
    told = {"FUZZED_TOKEN": form_token, "FUZZED_PIN": PIN, "FUZZED_CODE": CODE, "FUZZED_NOW": str(EARLIEST)}
    async with (
        aiohttp.ClientSession(headers={"Cookie": f"{COOKIE}={cookie}"}) as client,
        client.get(f"{address}/api/v1/openapi.json") as answer,
    ):
        (folder / "openapi.json").write_bytes(await answer.read())
    process = await asyncio.create_subprocess_exec(
        *program, "run", "openapi.json", *options,
        cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **told, "PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
    async with asyncio.timeout(LONGEST_S):
        said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def at_once(seconds: float) -> None:
    """The ten minutes of a stream are over before the fuzzer's patience is."""


def every_one_tested(report: str, kiosk: Kiosk) -> bool:
    """Whether no operation was left out: GET and POST of each path."""
    selected = re.search(r"Selected: (\d+)/(\d+)\s+Tested: (\d+)", report)
    routes = str(len(kiosk.site(Web(port=0)).routes))
    return selected is not None and selected.groups() == (routes, routes, routes)


@pytest.fixture
def lasting(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """A claimed kiosk whose link, session and patience outlast whatever the fuzzer does: the cookie, and what its
    forms carry."""
    monkeypatch.setattr(attempts, "PER_ADDRESS", ENOUGH)
    monkeypatch.setattr(attempts.Attempts.__init__, "__defaults__", (ENOUGH,))
    monkeypatch.setattr(claim, "TRIES", ENOUGH)
    monkeypatch.setattr("kiosk.web.claim.secrets.token_urlsafe", lambda _size: "the-link-of-this-box")
    kiosk.secrets.write(PIN_FILE, pins.hashed(PIN, b"salt"))
    kiosk.door = kiosk.lock()
    sessions = kiosk.door.sessions
    number, cookie = sessions.begin()
    monkeypatch.setattr(kiosk, "confirm_time", lambda _phone: Lent.TAKEN)
    monkeypatch.setattr(sessions, "end", lambda _number: None)
    monkeypatch.setattr(sessions, "end_all", lambda: None)
    return cookie, sessions.token(number)


async def test_a_claimed_kiosk_answers_staff_as_its_document_says(
    kiosk: Kiosk, tmp_path: Path, lasting: tuple[str, str]
) -> None:
    assert kiosk.door is not None
    kiosk.sleep = at_once
    async with kiosk.site(Web(port=0)) as site:
        address = f"http://127.0.0.1:{site.port}"
        code, report = await fuzzed(address, tmp_path, STAFF, kiosk.door.claim.token, *lasting)
    assert code == 0, report
    assert every_one_tested(report, kiosk)
    doors = {"claim", "sign-in", "change-pin", "sign-out", "sign-out-all"}
    assert doors | {"radio", "redraw", "blank", "poster", "clock"} <= {entry.what for entry in kiosk.audit.entries}, (
        "the fuzzer came past every form"
    )


async def test_an_open_simulation_answers_as_its_document_says(kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk.snapshot = replace(kiosk.snapshot, simulated=True)
    kiosk.door, kiosk.sleep = kiosk.lock(is_open=True), at_once
    async with kiosk.site(Web(port=0)) as site:
        code, report = await fuzzed(f"http://127.0.0.1:{site.port}", tmp_path, STRANGERS, kiosk.door.claim.token)
    assert code == 0, report
    assert every_one_tested(report, kiosk)
