"""The token of web.metrics_token_file: lets a program read metrics and API, and nothing else."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from kiosk.adapters.vault import read_token
from kiosk.config import Web
from kiosk.core import pins
from kiosk.errors import SecretError
from kiosk.web.claim import PIN_FILE
from tests.web.conftest import Kiosk

TOKEN: Final = "b2r1hK0Yx7Qm4sVd9TzE"
OPENED: Final = ["/metrics", "/api/v1/status", "/api/v1/status.schema.json", "/api/v1/openapi.json"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.touch(0o600)
    path.write_text(f"{TOKEN}\n")
    return path


@pytest.fixture
async def client(kiosk: Kiosk, file: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[aiohttp.ClientSession]:
    """A program at the door of a claimed kiosk."""
    monkeypatch.setattr(pins.hashed, "__defaults__", ((2**4, 8, 1),))
    kiosk.secrets.write(PIN_FILE, pins.hashed("480317", b"salt"))
    kiosk.token = partial(read_token, file)
    kiosk.door = kiosk.lock()
    async with (
        kiosk.site(Web(port=0)) as site,
        aiohttp.ClientSession(f"http://127.0.0.1:{site.port}") as session,
    ):
        yield session


def rewrite(file: Path, text: str) -> None:
    file.write_text(text)


def remove(file: Path) -> None:
    file.unlink()


async def status(client: aiohttp.ClientSession, path: str, told: str) -> int:
    async with client.get(path, headers={"Authorization": told} if told else {}, allow_redirects=False) as answer:
        return answer.status


@pytest.mark.parametrize("path", OPENED)
async def test_a_program_with_the_token_reads_the_facts(client: aiohttp.ClientSession, path: str) -> None:
    assert await status(client, path, f"Bearer {TOKEN}") == 200
    assert await status(client, path, f"bearer  {TOKEN} ") == 200


@pytest.mark.parametrize("path", OPENED)
@pytest.mark.parametrize("told", ["", "Bearer", "Bearer ", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN, "Bearer é"])
async def test_a_program_without_it_is_refused(client: aiohttp.ClientSession, path: str, told: str) -> None:
    assert await status(client, path, told) == 401


@pytest.mark.parametrize("path", ["/", "/status.json", "/pin"])
async def test_the_token_opens_nothing_else(client: aiohttp.ClientSession, path: str) -> None:
    assert await status(client, path, f"Bearer {TOKEN}") == 401


async def test_an_unclaimed_kiosk_answers_no_program(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    assert kiosk.door is not None
    kiosk.secrets.kept.clear()
    assert await status(client, "/metrics", f"Bearer {TOKEN}") == 403


async def test_a_new_token_counts_at_once_and_a_file_that_is_gone_lets_nobody_in(
    client: aiohttp.ClientSession, file: Path
) -> None:
    rewrite(file, "another-token-altogether")
    assert await status(client, "/metrics", f"Bearer {TOKEN}") == 401
    assert await status(client, "/metrics", "Bearer another-token-altogether") == 200
    remove(file)
    assert await status(client, "/metrics", "Bearer another-token-altogether") == 401


def test_a_token_that_others_can_read_or_guess_is_refused_in_words(file: Path) -> None:
    file.write_text("short")
    with pytest.raises(SecretError, match="too short"):
        read_token(file)
    file.write_text(TOKEN)
    file.chmod(0o644)
    with pytest.raises(SecretError, match="chmod 600"):
        read_token(file)
