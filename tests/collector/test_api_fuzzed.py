"""schemathesis against the document of a running collector: what it says of itself holds for whatever is sent."""

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from kiosk.collector.api import limits
from kiosk.collector.api.openapi import ROUTES
from kiosk.collector.books import Books
from kiosk.collector.sqlite import open_sqlite
from tests.collector.made import HandClock
from tests.collector.served import TOKEN, asking

LONGEST_S: Final = 240.0
EXAMPLES: Final = 40
ENOUGH: Final = limits.Rate(10**9, 1)
PROJECT: Final = Path(__file__).parents[2]
RULES: Final = """hooks = "tests.collector.fuzzing"

# What OpenAPI cannot say: which kind of parcel the bytes are, and that a number is not given twice.
[[operations]]
include-path-regex = "^/v1/kiosks/.*/batches/.*$"
checks.positive_data_acceptance.enabled = false

[parameters]
"path.kiosk" = "{kiosk}"

[auth.openapi.token]
bearer = "{token}"
"""


async def test_a_collector_answers_as_its_document_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BOX", ENOUGH)
    monkeypatch.setattr(limits, "ENROLMENT", ENOUGH)
    books = Books(await open_sqlite(tmp_path / "books.db"))
    async with asking(books, HandClock()) as box:
        rules = RULES.replace("{kiosk}", box.kiosk).replace("{token}", TOKEN)
        (tmp_path / "schemathesis.toml").write_text(rules, encoding="utf-8")
        async with aiohttp.ClientSession() as client, client.get(f"{box.address}/v1/openapi.json") as answer:
            (tmp_path / "openapi.json").write_bytes(await answer.read())
        program = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(tmp_path / "schemathesis.toml")]
        process = await asyncio.create_subprocess_exec(
            *program, "run", "openapi.json", "--url", box.address,
            "--generation-deterministic", "--max-examples", str(EXAMPLES), "--no-color",
            cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
        )  # fmt: skip
        async with asyncio.timeout(LONGEST_S):
            report = (await process.communicate())[0].decode()
        taken = await books.database.rows(int, "SELECT count(*) FROM batch")
    await books.close()
    assert process.returncode == 0, report
    assert taken[0] > 0, "no parcel of the fuzzer was ever taken in"
    tested = re.search(r"Selected: (\d+)/(\d+)\s+Tested: (\d+)", report)
    assert tested is not None, report
    assert tested.groups() == (str(len(ROUTES)),) * 3, report
