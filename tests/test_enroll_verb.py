"""`kiosk enroll` against a real server: what is kept, what is told, and that a lost answer costs nothing."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import web

from kiosk.cli import main
from kiosk.core.sync import enrolment
from kiosk.core.sync.exchange import Ask, Reply
from kiosk.core.windows import UnixMs
from kiosk.sim.backend import CODE, KIOSK, SimulatedCollector, problem
from tests.fakes.collector import Authority, listening, response, served

pytestmark = pytest.mark.guest

NOW = UnixMs(1_795_305_600_000)


async def kiosk(*words: str) -> int:
    """In a thread: the verb has an event loop of its own."""
    return await asyncio.to_thread(main, ("enroll", *words))


def kept(folder: Path) -> enrolment.Enrolment:
    found = enrolment.read((folder / enrolment.ENROLMENT).read_bytes())
    assert found is not None
    return found


@pytest.mark.parametrize("together", [True, False])
async def test_a_code_leaves_a_token_of_its_own_and_nobody_else_may_read_it(
    tmp_path: Path, together: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    collector = SimulatedCollector(lambda: NOW, token="")
    async with served(collector) as address:
        words = (f"{address}#{CODE}",) if together else (address + "/", CODE)
        assert await kiosk(*words, "--state", str(tmp_path)) == 0
    me = kept(tmp_path)
    assert (me.url, me.kiosk, me.venue) == (address, KIOSK, "Bến xe Trung tâm")
    assert (tmp_path / enrolment.ENROLMENT).stat().st_mode & 0o077 == 0
    said = capsys.readouterr()
    assert "Đã ghi danh: Bến xe Trung tâm" in said.out
    assert me.token not in said.out + said.err
    assert len(me.token) >= 40
    assert (tmp_path / enrolment.PENDING).read_bytes() == b""


async def test_a_lost_answer_costs_nothing_since_the_same_token_is_shown_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    collector = SimulatedCollector(lambda: NOW, token="")
    lost = [True]

    async def lossy(request: web.Request) -> web.Response:
        reply = collector.answer(Ask(request.method, request.path_qs, await request.read()), "")
        if lost.pop() if lost else False:
            assert request.transport is not None
            request.transport.abort()
        return response(reply)

    async with listening(lossy) as address:
        assert await kiosk(address, CODE, "--state", str(tmp_path)) == 1
        assert "the answer broke off. What to do: try again" in capsys.readouterr().err
        assert not (tmp_path / enrolment.ENROLMENT).exists()
        assert await kiosk(address, CODE, "--state", str(tmp_path)) == 0
        first = kept(tmp_path)
        collector.codes["CODE-0002"] = ""
        assert await kiosk(address, "CODE-0002", "--state", str(tmp_path)) == 0
    assert kept(tmp_path).token != first.token, "enrolled anew, the box has another token"


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("http://c.example", CODE), 2, "is not encrypted"),
        (("c.example", CODE), 2, "is no address"),
        (("https://c.example",), 2, "kiosk enroll ADDRESS CODE"),
        (("https://c.example", "short"), 2, "one-time code"),
        (("http://127.0.0.1:1", CODE), 1, "look at the network cable"),
        (("https://no-such-name.invalid", CODE), 1, "name is not known"),
    ],
)
async def test_what_is_wrong_is_said_with_what_to_do(
    words: tuple[str, ...], code: int, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await kiosk(*words, "--state", str(tmp_path)) == code
    error = capsys.readouterr().err
    assert why in error
    assert CODE not in error


async def test_a_wrong_code_a_sign_in_page_and_a_busy_collector_are_told_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    collector = SimulatedCollector(lambda: NOW, token="")
    async with served(collector) as address:
        for trouble, why in (
            (None, "unknown, used or too old"),
            (Reply(200, b"<html>", "text/html"), "sign in first"),
            (problem(429, "slow-down", "later", "30"), "429 slow-down: later"),
        ):
            collector.troubles = [trouble] if trouble else []
            assert await kiosk(address, "WRONG-CODE", "--state", str(tmp_path)) == 1
            assert why in capsys.readouterr().err


@pytest.mark.parametrize(
    ("begins", "named", "why"),
    [(-1.0, False, "set sync.ca_file"), (5.0, True, "or its clock is wrong. What to do: run: timedatectl")],
)
async def test_a_certificate_that_fails_says_what_it_may_be(
    begins: float, named: bool, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    authority = Authority(tmp_path)
    config = tmp_path / "config.toml"
    config.write_text(f'[store]\nfolder = "{tmp_path}"\n[sync]\nca_file = "{authority.file if named else ""}"\n')
    certified = authority.certify(begins_in_days=begins)
    async with served(SimulatedCollector(lambda: NOW), certified.context()) as address:
        assert await kiosk(address, CODE, "--config", str(config)) == 1
    assert why in capsys.readouterr().err
