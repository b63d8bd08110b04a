"""schemathesis against the OpenAPI document of a running site: what it says of itself holds for whatever is sent.

The same requests in every run. Two sites: a claimed one, asked by staff and by strangers, and an open simulation.
"""

import asyncio
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from kiosk.config import Web
from kiosk.core import pins
from kiosk.web.claim import PIN_FILE
from kiosk.web.sessions import COOKIE
from tests.web.conftest import Kiosk

LONGEST_S: Final = 240.0
EXAMPLES: Final = 20
RULES: Final = """# What OpenAPI cannot say: w and h belong together, and each has a range of its own.
[[operations]]
include-path = "/display.png"
checks.positive_data_acceptance.enabled = false

# A PIN may be too easy to guess, and must be the same twice.
[[operations]]
include-method = "POST"
include-path-regex = "^/(pin|claim/.*)$"
checks.positive_data_acceptance.enabled = false

[parameters]
"path.token" = "{token}"

[auth.openapi.session]
api_key = "{cookie}"
"""


async def fuzzed(address: str, folder: Path, token: str, cookie: str = "none") -> tuple[int, str]:
    """Exit code and report; asked with a claim link that holds, and a session."""
    rules = RULES.replace("{token}", token).replace("{cookie}", cookie)
    (folder / "schemathesis.toml").write_text(rules, encoding="utf-8")
    program = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(folder / "schemathesis.toml")]
    options = ["--url", address, "--generation-deterministic", "--max-examples", str(EXAMPLES), "--no-color"]
    async with (
        aiohttp.ClientSession(headers={"Cookie": f"{COOKIE}={cookie}"}) as client,
        client.get(f"{address}/api/v1/openapi.json") as answer,
    ):
        (folder / "openapi.json").write_bytes(await answer.read())
    process = await asyncio.create_subprocess_exec(
        *program, "run", "openapi.json", *options,
        cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
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


async def test_a_claimed_kiosk_answers_staff_and_strangers_as_its_document_says(
    kiosk: Kiosk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pins.hashed, "__defaults__", ((2**4, 8, 1),))
    kiosk.secrets.write(PIN_FILE, pins.hashed("480317", b"salt"))
    kiosk.door, kiosk.sleep = kiosk.lock(), at_once
    _, cookie = kiosk.door.sessions.begin()
    async with kiosk.site(Web(port=0)) as site:
        address = f"http://127.0.0.1:{site.port}"
        code, report = await fuzzed(address, tmp_path, kiosk.door.claim.token, cookie)
    assert code == 0, report
    assert every_one_tested(report, kiosk)


async def test_an_open_simulation_answers_as_its_document_says(kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk.snapshot = replace(kiosk.snapshot, simulated=True)
    kiosk.door, kiosk.sleep = kiosk.lock(is_open=True), at_once
    async with kiosk.site(Web(port=0)) as site:
        code, report = await fuzzed(f"http://127.0.0.1:{site.port}", tmp_path, kiosk.door.claim.token)
    assert code == 0, report
    assert every_one_tested(report, kiosk)
