"""kiosk-firstboot on real files: what is written where, what is kept, what is left on the card, what a cut costs."""

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk import firstboot
from kiosk.adapters import card
from kiosk.config import load
from kiosk.core.firstboot.outcome import Outcome, from_text
from kiosk.core.firstboot.sealing import MARK, Patch
from kiosk.core.sync.enrolment import ORDERED, Ordered, read_ordered
from kiosk.firstboot import House, answered
from tests.core.firstboot.test_plan import GOOD

pytestmark = pytest.mark.guest

HAND_MADE = '# của bến xe\n[venue]\nname = "Cũ"  # đổi sau\n\n[web]\nport = 8081\n'


class Box:
    """A machine's files below one folder, and a card."""

    def __init__(self, root: Path) -> None:
        for folder in ("card", "NetworkManager/system-connections", "state"):
            (root / folder).mkdir(parents=True)
        self.card = root / "card/kiosk.toml"
        self.taken_up: list[str] = []
        """What a running NetworkManager was told of."""
        self.exit = 0
        self.house = House(
            root / "config.toml", root / "state", root / "NetworkManager/system-connections",
            root / "NetworkManager.state", root / "modprobe/bluezone-wifi.conf", "boot-1",
            self.taken_up.append,
        )  # fmt: skip

    def reads(self, text: str | None = None, *, boot: str = "boot-1") -> Outcome:
        """Put a text on the card (None: leave it), power on; what came of it."""
        if text is not None:
            self.card.write_text(text, encoding="utf-8")
        self.exit = answered(self.card, replace(self.house, boot=boot))
        found = from_text(self.house.outcome.read_text(encoding="utf-8"))
        assert found is not None
        return found

    @property
    def left(self) -> str:
        """What stands on the card."""
        return self.card.read_text(encoding="utf-8")

    @property
    def wifi(self) -> str:
        return self.house.connection.read_text(encoding="utf-8")

    def ordered(self) -> Ordered | None:
        path = self.house.state / ORDERED
        return read_ordered(path.read_bytes()) if path.exists() else None


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def test_a_good_file_configures_joins_and_orders_and_leaves_no_secret_on_the_card(box: Box) -> None:
    box.house.config.write_text(HAND_MADE, encoding="utf-8")
    box.house.network_state.write_text("[main]\nWirelessEnabled=false\n", encoding="utf-8")
    told = box.reads(GOOD)
    assert (told.settings, told.ssid, told.url, told.slips, told.trouble) == (
        True, "Nhà Văn Hóa", "https://trungtam.example", (), "",
    )  # fmt: skip
    assert box.house.config.read_text(encoding="utf-8") == HAND_MADE.replace("Cũ", "Chợ Bến Đò")
    assert box.house.config.with_name("config.toml.bak").read_text(encoding="utf-8") == HAND_MADE
    assert load(box.house.config).web.port == 8081
    assert "psk=matkhau123\n" in box.wifi
    assert box.house.connection.stat().st_mode & 0o777 == 0o600
    assert [f"uuid={each}" for each in box.taken_up] == [line for line in box.wifi.splitlines() if "uuid" in line]
    assert "WirelessEnabled=true" in box.house.network_state.read_text(encoding="utf-8")
    assert "regdom=VN" in box.house.regulatory.read_text(encoding="utf-8")
    assert box.ordered() == Ordered(url="https://trungtam.example", code="ABCD-EFGH-JKLM")
    assert (box.house.state / ORDERED).stat().st_mode & 0o777 == 0o600
    assert 'ssid = "Nhà Văn Hóa"\npassword = ""' in box.left
    assert "Mật khẩu Wi-Fi đã được cất vào trạm" in box.left
    for secret in ("matkhau123", "ABCD"):
        assert secret not in box.left + box.house.outcome.read_text(encoding="utf-8")


def test_a_file_is_read_once_and_again_when_somebody_changed_it(box: Box) -> None:
    box.reads(GOOD)
    box.house.config.write_text(HAND_MADE, encoding="utf-8")
    assert box.exit == firstboot.CHANGED
    assert box.reads(boot="boot-2").boot == "boot-1"
    assert box.exit == 0
    assert load(box.house.config).venue.name == "Cũ", "what was changed on the box since then stays"
    told = box.reads(box.left.replace("Chợ Bến Đò", "Chợ Mới"), boot="boot-3")
    assert (told.boot, told.slips, load(box.house.config).venue.name) == ("boot-3", (), "Chợ Mới")
    assert "psk=matkhau123\n" in box.wifi, "the password is the one kept"
    assert box.left.count(MARK) == 1


def test_a_new_password_in_the_file_that_remained_takes_the_place_of_the_old_one(box: Box) -> None:
    box.reads(GOOD)
    box.reads(box.left.replace('password = ""', 'password = "matkhau456"'))
    assert "psk=matkhau456\n" in box.wifi
    assert "matkhau456" not in box.left


def test_another_network_needs_its_own_password(box: Box) -> None:
    box.reads(GOOD)
    told = box.reads(box.left.replace("Nhà Văn Hóa", "Quán Cà Phê"))
    assert [slip.title.vi for slip in told.slips] == ["Dòng 7: thiếu mật khẩu Wi-Fi"]
    assert "psk=matkhau123" in box.wifi, "what worked stays"


@pytest.mark.parametrize(
    ("written", "title", "fix"),
    [
        (
            '[web]\nport = "8080"', "Dòng 6: giá trị của port chưa đúng",
            ("Viết, ví dụ: port = 8080", "Expected a whole number from 0 to 65535."),
        ),
        (
            '[campaign]\nprofile = "Market"', "Dòng 6: giá trị của profile chưa đúng",
            ('Viết, ví dụ: profile = "market"', 'Write, for example: profile = "market"'),
        ),
        (
            '[campaign]\nmode = "smart"', "Dòng 5: giá trị của smart chưa đúng",
            ('Viết, ví dụ: smart = "..."', 'Expected a link, since campaign.mode is "smart".'),
        ),
    ],
)  # fmt: skip
def test_a_wrong_value_leaves_the_configuration_as_it_was_and_the_rest_is_done(
    box: Box, written: str, title: str, fix: tuple[str, str]
) -> None:
    box.house.config.write_text(HAND_MADE, encoding="utf-8")
    told = box.reads(GOOD.replace("[wifi]", f"{written}\n[wifi]"))
    assert [(slip.title.vi, slip.fix) for slip in told.slips] == [(title, fix)]
    assert box.house.config.read_text(encoding="utf-8") == HAND_MADE
    assert (told.settings, told.ssid, told.url) == (False, "Nhà Văn Hóa", "https://trungtam.example")


def test_a_broken_configuration_on_the_box_is_mended_by_a_good_file(box: Box) -> None:
    box.house.config.write_text("[venue]\nname = 3\n[web\n", encoding="utf-8")
    assert box.reads(GOOD).slips == ()
    assert load(box.house.config).venue.name == "Chợ Bến Đò"


def test_a_file_that_cannot_be_read_changes_nothing_and_is_answered_in_itself(box: Box) -> None:
    told = box.reads(GOOD.replace('"Nhà Văn Hóa"', "Nhà Văn Hóa"))
    assert [slip.title for slip in told.slips] == [
        ("Dòng 6: thiếu dấu ngoặc kép", "Line 6: quotation marks are missing")
    ]
    assert not box.house.config.exists()
    assert not box.house.connection.exists()
    assert '# Dòng 6: thiếu dấu ngoặc kép. Viết: ssid = "Nhà Văn Hóa"' in box.left
    assert "matkhau123" in box.left, "what was not taken stays, for whoever mends the file"
    assert box.reads(boot="boot-2").boot == "boot-2", "a slip that is still there is told at each power-on"


def test_a_machine_without_networkmanager_says_so(box: Box) -> None:
    lacking = replace(box.house, connections=box.house.state / "nowhere/system-connections")
    box.card.write_text(GOOD, encoding="utf-8")
    answered(box.card, lacking)
    found = from_text(box.house.outcome.read_text(encoding="utf-8"))
    assert found is not None
    assert [slip.what.vi for slip in found.slips] == ["máy này không có NetworkManager"]
    assert "matkhau123" in box.left


@pytest.mark.parametrize("cut", ["overwrite", "finish"])
def test_a_power_cut_between_two_writes_costs_nothing(box: Box, cut: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the cut leaves is read at the next power-on, and ends as if there had been none."""

    def off(path: Path, patch: Patch) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(card, cut, off)
        with pytest.raises(KeyboardInterrupt):
            box.reads(GOOD)
    told = box.reads(boot="boot-2")
    assert (told.slips, told.ssid, "matkhau123" in box.left) == ((), "Nhà Văn Hóa", False)
    assert "psk=matkhau123\n" in box.wifi
    assert box.ordered() == Ordered(url="https://trungtam.example", code="ABCD-EFGH-JKLM")


def test_a_card_that_cannot_be_written_is_told_in_the_journal(
    box: Box, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(path: Path, patches: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(card, "overwrite", refuse)
    box.card.write_text(GOOD, encoding="utf-8")
    assert answered(box.card, box.house) == 1
    said = capsys.readouterr().err
    assert "the secrets are still in it: Read-only file system" in said
    assert "matkhau123" not in said
    assert "ABCD" not in said


def test_without_a_file_nothing_happens_and_the_first_folder_counts(tmp_path: Path) -> None:
    assert firstboot.main([str(tmp_path), str(tmp_path / "nowhere")]) == 0
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "KIOSK.TOML.TXT").touch()
    assert card.found_in([tmp_path / "nowhere", tmp_path / "b", tmp_path / "a"]) == tmp_path / "b/KIOSK.TOML.TXT"
