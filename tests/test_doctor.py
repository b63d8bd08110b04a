"""`kiosk doctor` as a person or a script meets it: on a planted box with a fake BlueZ, and on a bare machine."""

import argparse
import asyncio
import json
from pathlib import Path

import pytest

from kiosk.adapters.vault import FileVault
from kiosk.cli import main, parser
from kiosk.core.checkup.verdict import Verdict
from kiosk.core.sync.enrolment import ENROLMENT, Enrolment, written
from kiosk.core.windows import UnixMs
from kiosk.sim.backend import KIOSK, TOKEN, SimulatedCollector
from tests.fakes.bluez import FakeBlueZ
from tests.fakes.bluez_bus import PrivateBus
from tests.fakes.bluez_fixtures import bluez, system_bus
from tests.fakes.box import build, plant, program
from tests.fakes.collector import served
from tests.fakes.timedate import FakeTimedate

__all__ = ["bluez", "system_bus"]

CONFIG = """[web]
enabled = false
[store]
folder = "{folder}"
[campaign]
site = "http://127.0.0.1:1/"
android = "http://127.0.0.1:1/"
ios = "http://127.0.0.1:1/"
"""
"""No test looks at the real pages."""


def arguments(root: Path, config: str = CONFIG, *more: str) -> argparse.Namespace:
    """The command line, with a planted tree in the place of `/`."""
    file = root.parent / "config.toml"
    file.write_text(config.format(folder=root.parent), encoding="utf-8")
    found = parser().parse_args(["doctor", "--config", str(file), *more])
    found.root = root
    return found


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    program(tmp_path / "bin/systemd-analyze", "echo '→ Overall exposure level for bluezone-kiosk.service: 1.2 OK'")
    return build(tmp_path / "box")


async def run(found: argparse.Namespace) -> int:
    """In a thread: the verb has an event loop of its own."""
    code: int = await asyncio.to_thread(found.act, found)
    return code


@pytest.mark.dbus
async def test_a_healthy_box_leaves_with_0(
    root: Path, bluez: FakeBlueZ, system_bus: PrivateBus, capsys: pytest.CaptureFixture[str]
) -> None:
    async with FakeTimedate(system_bus.address, synchronised=True):
        assert await run(arguments(root)) == 0
    out = capsys.readouterr().out
    assert "✓ Bộ phát Bluetooth: có hci0" in out
    assert "✓ Dịch vụ và khóa an toàn: mức hở 1.2" in out
    assert "! Nơi mã QR dẫn tới: chưa xem được site, android, ios" in out
    assert "×" not in out


@pytest.mark.dbus
async def test_a_blocked_radio_leaves_with_1_and_the_command(
    root: Path, bluez: FakeBlueZ, capsys: pytest.CaptureFixture[str]
) -> None:
    plant(root / "sys/class/rfkill/rfkill1/soft", "1\n")
    assert await run(arguments(root)) == 1
    assert "    $ sudo rfkill unblock bluetooth\n" in capsys.readouterr().out


@pytest.mark.dbus
async def test_a_wrong_configuration_is_one_check_and_the_others_are_still_made(
    root: Path, bluez: FakeBlueZ, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(arguments(root, "[web]\nenabled = false\nprot = 1\n", "--json")) == 1
    told = json.loads(capsys.readouterr().out)
    checks = {check["key"]: check for check in told["checks"]}
    assert told["healthy"] is False
    assert "did you mean 'port'?" in checks["config"]["detail"]
    assert checks["controller"]["verdict"] == "ok"


def test_a_bare_machine_is_told_so_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "box").mkdir()
    assert arguments(tmp_path / "box", CONFIG, "--json").act(arguments(tmp_path / "box", CONFIG, "--json")) == 1
    checks = {check["key"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert {key for key, check in checks.items() if check["verdict"] == "bad"} == {"controller", "dbus", "bluetoothd"}
    assert all(check["mend"] for check in checks.values() if check["verdict"] == "bad")
    assert checks["unit"]["verdict"] == Verdict.UNKNOWN.value


async def test_a_torn_logo_is_told_though_the_kiosk_runs_without(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    torn = tmp_path / "logo.png"
    torn.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(20))
    assert await run(arguments(root, CONFIG + f'logo = "{torn}"\n', "--json")) == 1
    checks = {check["key"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert f"campaign.logo {torn}: " in checks["config"]["detail"]


def test_a_configuration_that_is_not_there_is_a_check_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    assert main(("doctor", "--config", str(tmp_path / "none.toml"))) == 1
    assert f"$ sudoedit {tmp_path}/none.toml" in capsys.readouterr().out


async def sending(root: Path, address: str, token: str, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The check of the centre on a box that is enrolled there."""
    me = Enrolment(url=address, kiosk=KIOSK, venue="", signing_key="0" * 64, token=token)
    FileVault(root.parent).write(ENROLMENT, written(me))
    await run(arguments(root, CONFIG, "--json"))
    checks = {check["key"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    found: dict[str, str] = checks["sync"]
    return found


async def test_the_centre_is_asked_with_the_boxs_own_token(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with served(SimulatedCollector(lambda: UnixMs(0))) as address:
        assert (await sending(root, address, TOKEN, capsys))["verdict"] == "ok"
        refused = await sending(root, address, "another", capsys)
    assert (refused["verdict"], refused["mend"]) == ("bad", "sudo kiosk enroll ADDRESS CODE")
    gone = await sending(root, address, TOKEN, capsys)
    assert (gone["verdict"], gone["detail"]) == ("warning", "no connection to the collector (ClientConnectorError)")
