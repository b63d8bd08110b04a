"""Kiosk-radio seen from the daemon: over a real socket, with the real door behind it."""

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import radiod
from kiosk.adapters.privileged import Privileged
from kiosk.errors import RadioError
from tests.fakes.hands import Hands


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Path]:
    """kiosk-radio, serving in a thread."""
    path = tmp_path / "door"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening, Hands(tmp_path) as hands:
        listening.bind(os.fspath(path))
        listening.listen()
        serves = radiod.Door(
            radiod.Deeds(hands, 0), {os.getuid()}, lambda _: None, iter(range(0, 10_000, 100)).__next__
        )

        def serve() -> None:
            while True:
                try:
                    caller, _ = listening.accept()
                except OSError:
                    return
                with caller:
                    serves.serve(caller)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield path
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(5)


async def test_deeds_are_asked_for_and_answered(door: Path) -> None:
    privileged = Privileged(door)
    assert privileged.installed
    assert await privileged.ask("power-cycle") == ""
    assert await privileged.ask("advertising") == "no"


async def test_a_refusal_is_told_in_its_own_words(door: Path) -> None:
    with pytest.raises(RadioError, match=r"kiosk-radio, reprobe: this controller has no driver"):
        await Privileged(door).ask("reprobe")


async def test_a_socket_comes_through_the_door_and_does_not_block(door: Path) -> None:
    with await Privileged(door).opened("att") as link, pytest.raises(BlockingIOError):
        link.recv(1)


async def test_a_deed_brings_no_socket(door: Path) -> None:
    with pytest.raises(RadioError, match="no socket came"):
        await Privileged(door).opened("power-cycle")


async def test_a_door_that_is_missing_or_dead_is_an_error_not_a_wait(tmp_path: Path) -> None:
    missing = Privileged(tmp_path / "none")
    assert not missing.installed
    with pytest.raises(RadioError, match="No such file"):
        await missing.ask("advertising")
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(os.fspath(tmp_path / "mute"))
        listening.listen()
        with pytest.raises(RadioError, match="does not answer"):
            await Privileged(tmp_path / "mute", patience_s=0.05).ask("advertising")
