"""The doctor's judgement: for every check, what makes it good, what makes it bad, and that a bad one can be mended."""

import subprocess
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from kiosk.core import checkup
from kiosk.core.checkup import box, said
from kiosk.core.checkup.evidence import Bus, Centre, Chips, Daemon, Evidence, Name, Screen, Switch, Unit
from kiosk.core.checkup.network import SERVICE, SHIPPED_PORT
from kiosk.core.checkup.verdict import Check, Verdict
from kiosk.core.facts import Snapshot, Trouble, UpkeepFacts
from kiosk.core.faults import FULL_BYTES, NEARLY_FULL_BYTES, faults
from kiosk.core.links import LinkReport
from kiosk.core.links import Verdict as Link
from kiosk.core.status import Airtime
from kiosk.core.windows import UnixMs
from kiosk.core.wording import Words

SETTINGS: Final = {
    "ControllerMode": "le",
    "AlwaysPairable": "false",
    "JustWorksRepairing": "never",
    "MinAdvertisementInterval": "160",
    "MaxAdvertisementInterval": "240",
}
DAEMON: Final = Daemon(
    "5.82", ("bluetoothd", "--plugin=policy", "-f", "/etc/bluetooth/k.conf"), "/etc/bluetooth/k.conf", SETTINGS, True
)
AIRTIME: Final = Airtime(seconds=900, listening_share=0.93, listening_gap_s=1.9, sending_share=0.99, sending_gap_s=0.26)
GOOD: Final = Evidence(
    config_file="/etc/bluezone-kiosk/config.toml",
    light="green",
    door=True,
    airtime=AIRTIME,
    chips=Chips(("hci0",), (Switch("hci0", soft=False, hard=False),)),
    daemon=DAEMON,
    bus=Bus(powered=True, pairable=False, discoverable=False, synchronised=True),
    screen=Screen(present=True, connected=("card0-HDMI-A-1",), reads_codes=True),
    unit=Unit(systemd=True, installed=True, exposure=1.2),
    name=Name("kiosk", avahi=True, announced=8080),
    links=(LinkReport("site", "https://www.bluezone.gov.vn", Link.FINE, Words("đúng", "right")),),
    folder="/var/lib/bluezone-kiosk",
    free_bytes=20_000_000_000,
)
"""A box on which all is well."""
WORDS: Final = Words("đổi rồi", "changed")


def leading(verdict: Link) -> tuple[LinkReport, ...]:
    """One link that is so, behind one that is fine."""
    return LinkReport("site", "https://a", Link.FINE, WORDS), LinkReport("ios", "https://b", verdict, WORDS)


def examined(evidence: Evidence) -> dict[str, Check]:
    return {check.key: check for check in checkup.examine(evidence)}


def test_a_good_box_passes_every_check() -> None:
    found = examined(GOOD)
    assert {key for key, check in found.items() if check.verdict is not Verdict.OK} == set()
    assert checkup.healthy(tuple(found.values()))


FAILURES: Final = [
    ("config", replace(GOOD, config_error="web.port: expected a number"), "sudoedit /etc/bluezone-kiosk/config.toml"),
    ("kiosk", replace(GOOD, light="", silence="nobody"), "sudo systemctl restart bluezone-kiosk"),
    ("kiosk", replace(GOOD, light="", silence="nobody", unit=Unit()), "kiosk run"),
    ("unit", replace(GOOD, unit=Unit(systemd=True)), "systemctl enable bluezone-kiosk"),
    ("unit", replace(GOOD, unit=Unit(True, True, 4.2)), "systemd/bluezone-kiosk.service"),
    ("controller", replace(GOOD, chips=Chips()), "sudo reboot"),
    ("controller", replace(GOOD, chips=Chips(("hci1",))), '"hci1"'),
    (
        "controller",
        replace(GOOD, chips=Chips(disabled_in="/boot/config.txt")),
        "sed -i '/disable-bt/d' /boot/config.txt",
    ),
    ("rfkill", replace(GOOD, chips=Chips(("hci0",), (Switch("a", True, False),))), "sudo rfkill unblock bluetooth"),
    ("rfkill", replace(GOOD, chips=Chips(("hci0",), (Switch("a", True, True),))), "rfkill list bluetooth"),
    ("dbus", replace(GOOD, bus=Bus(unreachable="no file")), "apt-get install dbus"),
    ("dbus", replace(GOOD, bus=Bus(refusal="org.freedesktop.DBus.Error.AccessDenied")), "usermod -aG bluetooth"),
    ("bluetoothd", replace(GOOD, bus=Bus(trouble=Trouble.NO_BLUETOOTHD)), "systemctl restart bluetooth"),
    ("bluetoothd", replace(GOOD, daemon=Daemon(), bus=Bus(unreachable="x")), "apt-get install bluez"),
    ("bluez-flags", replace(GOOD, daemon=replace(DAEMON, arguments=("bluetoothd",))), "systemctl daemon-reload"),
    (
        "bluez-flags",
        replace(GOOD, daemon=replace(DAEMON, arguments=("bluetoothd",), drop_in=False)),
        "install -D -m 644 systemd/bluetooth.service.d/bluezone-kiosk.conf",
    ),
    ("bluez-flags", replace(GOOD, daemon=replace(DAEMON, settings=None)), "systemd/bluetooth-main.conf"),
    ("helper", replace(GOOD, door=False, listener="sockets"), "systemctl enable --now kiosk-radio.socket"),
    ("pairing", replace(GOOD, bus=replace(GOOD.bus, pairable=True)), "bluetoothctl pairable off"),
    ("pairing", replace(GOOD, bus=replace(GOOD.bus, discoverable=True)), "bluetoothctl discoverable off"),
    ("clock", replace(GOOD, bus=replace(GOOD.bus, synchronised=False)), "sudo timedatectl set-ntp true"),
    ("display", replace(GOOD, screen=Screen("framebuffer")), "video=HDMI-A-1"),
    ("display", replace(GOOD, screen=Screen("browser", missing=("cage",))), "apt-get install cage"),
    ("display", replace(GOOD, screen=Screen("epaper", missing=("inky",))), "pip install inky"),
    ("loudspeaker", replace(GOOD, speech=("espeak-ng",)), "sudo apt-get install espeak-ng"),
    ("loudspeaker", replace(GOOD, speech=("piper", "aplay")), "install piper-tts && sudo apt-get install alsa-utils"),
    ("links", replace(GOOD, links=leading(Link.CHANGED)), "kiosk links --accept"),
    ("links", replace(GOOD, links=leading(Link.GONE)), "sudoedit /etc/bluezone-kiosk/config.toml"),
    ("disk", replace(GOOD, free_bytes=5_000_000), "journalctl --vacuum-size"),
]


@pytest.mark.parametrize(("key", "evidence", "command"), FAILURES)
def test_a_failed_check_names_the_command_that_mends_it(key: str, evidence: Evidence, command: str) -> None:
    checks = examined(evidence)
    assert checks[key].verdict is Verdict.BAD
    assert command in checks[key].mend
    assert "\n" not in checks[key].mend
    assert not checkup.healthy(tuple(checks.values()))


@pytest.mark.parametrize("setting", [*SETTINGS])
def test_each_setting_of_bluetoothd_is_looked_at(setting: str) -> None:
    for value in ("", "1000", "true"):
        daemon = replace(DAEMON, settings={**SETTINGS, setting: value})
        flags = examined(replace(GOOD, daemon=daemon))["bluez-flags"]
        assert flags.verdict is Verdict.BAD
        assert setting in flags.said.en


@pytest.mark.parametrize(
    ("key", "evidence"),
    [
        ("kiosk", replace(GOOD, light="red")),
        ("helper", replace(GOOD, door=False)),
        ("airtime", replace(GOOD, airtime={**AIRTIME, "listening_share": 0.39})),
        ("airtime", replace(GOOD, airtime={**AIRTIME, "sending_share": 0.74})),
        ("bluetoothd", replace(GOOD, daemon=replace(DAEMON, version="5.55"))),
        ("display", replace(GOOD, screen=Screen("auto", reads_codes=True))),
        ("proof", replace(GOOD, screen=Screen("auto", present=True))),
        ("disk", replace(GOOD, free_bytes=150_000_000)),
        ("links", replace(GOOD, links=leading(Link.UNREACHABLE))),
        ("links", replace(GOOD, links=leading(Link.REFUSED))),
        ("mdns", replace(GOOD, name=Name("kiosk", avahi=True))),
        ("mdns", replace(GOOD, name=Name("kiosk"))),
        ("mdns", replace(GOOD, port=9090)),
        ("mdns", replace(GOOD, port=0)),
    ],
)
def test_a_warning_is_no_failure_but_has_a_command_too(key: str, evidence: Evidence) -> None:
    checks = examined(evidence)
    assert checks[key].verdict is Verdict.WARNING
    assert checks[key].mend
    assert checkup.healthy(tuple(checks.values()))


@pytest.mark.parametrize(
    ("key", "evidence"),
    [
        ("kiosk", replace(GOOD, light="")),
        ("unit", replace(GOOD, unit=Unit())),
        ("unit", replace(GOOD, unit=Unit(True, True, None))),
        ("rfkill", replace(GOOD, chips=Chips(("hci0",)))),
        ("bluetoothd", replace(GOOD, daemon=replace(DAEMON, version=""))),
        ("bluez-flags", replace(GOOD, daemon=Daemon("5.82"))),
        ("pairing", replace(GOOD, bus=Bus())),
        ("helper", replace(GOOD, door=None)),
        ("airtime", replace(GOOD, airtime=None)),
        ("airtime", replace(GOOD, airtime={**AIRTIME, "seconds": 20})),
        ("clock", replace(GOOD, bus=Bus())),
        ("disk", replace(GOOD, free_bytes=None)),
        ("links", replace(GOOD, links=None)),
    ],
)
def test_what_nobody_can_tell_is_said_and_is_no_failure(key: str, evidence: Evidence) -> None:
    checks = examined(evidence)
    assert checks[key].verdict is Verdict.UNKNOWN
    assert checkup.healthy(tuple(checks.values()))


@pytest.mark.parametrize(
    ("source", "verdict"),
    [("battery", Verdict.OK), ("staff", Verdict.OK), ("network", Verdict.BAD), ("", Verdict.BAD)],
)
def test_a_box_without_a_network_that_is_sure_of_its_time_is_not_told_to_plug_one_in(
    source: str, verdict: Verdict
) -> None:
    alone = replace(GOOD, bus=replace(GOOD.bus, synchronised=False), clock_source=source)
    assert examined(alone)["clock"].verdict is verdict


def test_what_the_radio_was_worth_is_said_in_figures_of_each_language() -> None:
    said = examined(GOOD)["airtime"].said
    assert said.vi == "nghe 93% thời gian, phát 99%, ngừng phát lâu nhất 0,3 giây"
    assert said.en == "listening 93% of the time, sending 99%, longest break in sending 0.3 s"
    past = Airtime(**{**AIRTIME, "sending_share": None, "sending_gap_s": None})
    assert examined(replace(GOOD, airtime=past))["airtime"].said.en == "listening 93% of the time"


def test_a_chip_that_does_one_thing_at_a_time_is_told_and_nothing_to_be_mended() -> None:
    shares = Airtime(**{**AIRTIME, "listening_share": 0.5, "sending_share": 0.48, "sending_gap_s": 1.4})
    told = examined(replace(GOOD, airtime=shares, by_turns=True))["airtime"]
    assert told.verdict is Verdict.OK
    assert told.said.vi.endswith("; thay phiên nhau, vì bộ phát không làm cùng lúc được")
    assert told.said.en.endswith("; by turns, since the controller cannot do both at once")


def test_a_box_that_listens_through_bluetoothd_by_choice_needs_no_kiosk_radio() -> None:
    assert examined(replace(GOOD, door=False, listener="bleak"))["helper"].verdict is Verdict.OK


@pytest.mark.parametrize(
    ("free", "code", "verdict"),
    [
        (NEARLY_FULL_BYTES, None, Verdict.OK),
        (NEARLY_FULL_BYTES - 1, "T1", Verdict.WARNING),
        (FULL_BYTES, "T1", Verdict.WARNING),
        (FULL_BYTES - 1, "T1", Verdict.BAD),
    ],
)
def test_doctor_and_page_agree_on_when_a_card_is_nearly_full(free: int, code: str | None, verdict: Verdict) -> None:
    snapshot = Snapshot(UnixMs(0), UnixMs(0), "0.1.0", "", simulated=False, upkeep=UpkeepFacts(free_bytes=free))
    assert next((fault.code for fault in faults(snapshot)), None) == code
    assert examined(replace(GOOD, free_bytes=free))["disk"].verdict is verdict


def test_the_name_on_the_network_is_told_with_the_port_that_avahi_and_the_page_agree_on() -> None:
    own = replace(GOOD, port=9443, scheme="https", name=Name("kiosk", avahi=True, announced=9443))
    assert examined(own)["mdns"].said.en == "https://kiosk.local:9443"
    apart = examined(replace(own, port=9090))["mdns"]
    assert "avahi announces port 9443, but the page is on port 9090" in apart.said.en
    assert "<port>9090</port>" in apart.mend
    assert "<port>9090</port>" in examined(replace(GOOD, port=9090, name=Name("kiosk")))["mdns"].mend
    assert examined(replace(GOOD, port=None, name=Name("kiosk")))["mdns"].verdict is Verdict.OK


def test_the_command_for_another_port_changes_the_file_that_ships(tmp_path: Path) -> None:
    """The very command, on a copy of the file; Debian's sed."""
    shipped = Path(__file__).parents[2] / "systemd" / "avahi" / "bluezone-kiosk.service"
    copy = tmp_path / "bluezone-kiosk.service"
    copy.write_bytes(shipped.read_bytes())
    command = examined(replace(GOOD, port=9090))["mdns"].mend
    subprocess.run(command.replace("sudo ", "").replace(SERVICE, str(copy)), shell=True, check=True)
    changed = copy.read_text(encoding="utf-8")
    assert changed == shipped.read_text(encoding="utf-8").replace(f"<port>{SHIPPED_PORT}<", "<port>9090<")
    assert "<port>9090</port>" in changed


def test_a_loudspeaker_with_all_it_needs_is_good() -> None:
    assert examined(replace(GOOD, speech=()))["loudspeaker"].said.en == "can speak and play"


@pytest.mark.parametrize("evidence", [GOOD, Evidence(), *(evidence for _, evidence, _ in FAILURES)])
def test_every_check_speaks_both_languages_and_only_what_must_be_mended_has_a_command(evidence: Evidence) -> None:
    for check in checkup.examine(evidence):
        for words in (check.title, check.said):
            assert words.vi
            assert words.en
            assert unicodedata.is_normalized("NFC", words.vi)
        assert bool(check.mend) is (check.verdict in (Verdict.BAD, Verdict.WARNING))


def test_the_terminal_says_every_check_in_both_languages_and_counts_what_is_to_be_mended() -> None:
    checks = checkup.examine(replace(GOOD, config_error="web.port: 8080x", free_bytes=150_000_000))
    told = said.lines(checks)
    assert "× Cấu hình: tệp cấu hình có chỗ sai" in told
    assert "    web.port: 8080x" in told
    assert "    $ sudoedit /etc/bluezone-kiosk/config.toml" in told
    assert told[-1] == "1 to mend, 1 to look at. Run the commands behind $ from the top."
    assert said.lines(checkup.examine(GOOD))[-1] == "All is well."
    assert said.lines(checkup.examine(replace(GOOD, light="red")))[-1] == "Nothing to mend, 1 to look at."


def test_scripts_get_the_same_as_json() -> None:
    checks = checkup.examine(replace(GOOD, config_error="web.port: 8080x"))
    told = said.document(checks, healthy=checkup.healthy(checks))
    assert told["healthy"] is False
    assert [each["key"] for each in told["checks"]] == [check.key for check in checks]
    assert told["checks"][0] == {
        "key": "config",
        "verdict": "bad",
        "title": {"vi": "Cấu hình", "en": "Configuration"},
        "said": {"vi": "tệp cấu hình có chỗ sai", "en": "something in the file is wrong"},
        "mend": "sudoedit /etc/bluezone-kiosk/config.toml",
        "detail": "web.port: 8080x",
    }


@pytest.mark.parametrize(
    ("centre", "verdict", "said"),
    [
        (Centre(), Verdict.OK, "enrolled nowhere"),
        (Centre("https://c"), Verdict.OK, "the centre answers"),
        (Centre("https://c", waiting=1212), Verdict.OK, "the centre answers, 1,212 waiting"),
        (Centre("https://c", days_left=31), Verdict.OK, "the centre answers"),
        (Centre("https://c", days_left=30), Verdict.WARNING, "ends in 30 days"),
        (Centre("https://c", obstacle="no route"), Verdict.WARNING, "nothing is lost"),
        (Centre("https://c", refusal="401 revoked: stolen"), Verdict.BAD, "does not accept"),
        (Centre(unreadable="sync.json: Permission denied"), Verdict.BAD, "cannot be read"),
    ],
)
def test_the_centre_is_judged_by_what_it_says(centre: Centre, verdict: Verdict, said: str) -> None:
    check = examined(replace(GOOD, centre=centre))["sync"]
    assert check.verdict is verdict
    assert said in check.said.en
    assert bool(check.mend) is (verdict is not Verdict.OK)
    assert check.detail == (centre.obstacle or centre.refusal or centre.unreadable)


def test_damaged_files_are_named_with_the_command_that_takes_them_away() -> None:
    found = box.store(Evidence(folder="/var/lib/bluezone-kiosk", damaged=("state.2026-11-25T08-30-00Z.db",)))
    assert (found.verdict, found.detail) == (Verdict.WARNING, "state.2026-11-25T08-30-00Z.db")
    assert found.mend.endswith("sudo rm -r /var/lib/bluezone-kiosk/damaged")
    assert box.store(Evidence()).verdict is Verdict.OK
