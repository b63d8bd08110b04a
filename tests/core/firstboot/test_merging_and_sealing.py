"""The configuration changed in place with its comments; secrets overwritten where they stand; the answer at the end."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config import keys, parse
from kiosk.core.firstboot import keyfile
from kiosk.core.firstboot.decoding import Decoded, decoded
from kiosk.core.firstboot.merging import merged, written
from kiosk.core.firstboot.outcome import Outcome, from_text, to_text
from kiosk.core.firstboot.plan import Wifi, plan
from kiosk.core.firstboot.sealing import MARK, Patch, answer, unsealed
from kiosk.core.firstboot.slips import ENROLL, FILE, WIFI, Slip
from kiosk.core.wording import Words
from tests.core.firstboot.test_plan import GOOD, KNOWN

pytestmark = pytest.mark.guest

EXAMPLE = (Path(__file__).parents[3] / "config.example.toml").read_text(encoding="utf-8")
VALUES = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12),
    st.integers(-9, 9999),
    st.booleans(),
    st.floats(0.01, 1),
    st.lists(st.text(max_size=4), max_size=3),
)
SETTINGS = st.dictionaries(
    st.sampled_from(["venue", "show", "web", "novel"]),
    st.dictionaries(st.sampled_from(["name", "browser", "port", "hours", "fresh"]), VALUES, max_size=4),
    max_size=3,
)


def patched(data: bytes, *patches: Patch) -> bytes:
    """As the card has it afterwards."""
    for patch in patches:
        data = data[: patch.place] + patch.data + data[patch.place + len(patch.data) :]
    return data


def test_a_value_changes_in_its_own_line_and_every_comment_stays() -> None:
    new = merged(EXAMPLE, {"venue": {"name": "Chợ Bến Đò"}, "show": {"browser": ["firefox"]}})
    was, now = EXAMPLE.splitlines(), new.splitlines()
    gone = [line for line in was if line not in now]
    assert [line for line in now if line not in was] == ['name = "Chợ Bến Đò"', 'browser = ["firefox"]']
    assert not any(line.startswith("#") for line in gone)
    assert parse(new, "").venue.name == "Chợ Bến Đò"


def test_what_stands_behind_a_value_stays_and_new_keys_and_sections_are_added() -> None:
    old = '[web]\r\nport = 80 # cổng "80"\r\n\r\n[venue]\nname = "a#b" # c\n'
    new = merged(old, {"web": {"port": 81, "host": "::"}, "venue": {"name": "x"}, "show": {"width": 8}})
    assert '\nport = 81 # cổng "80"' in new.replace("\r", "")
    assert 'name = "x" # c' in new
    assert tomllib.loads(new) == {"web": {"port": 81, "host": "::"}, "venue": {"name": "x"}, "show": {"width": 8}}


@given(old=SETTINGS, new=SETTINGS)
def test_whatever_was_there_the_new_values_hold_and_the_others_stay(
    old: dict[str, dict[str, object]], new: dict[str, dict[str, object]]
) -> None:
    wanted = {**old, **{name: {**old.get(name, {}), **table} for name, table in new.items()}}
    found = tomllib.loads(merged(written(old), new))
    assert {name: table for name, table in found.items() if table} == {n: t for n, t in wanted.items() if t}


@pytest.mark.parametrize("old", ['venue = { name = "a" }', 'venue.name = "a"', "[venue\nname = 3"])
def test_a_file_that_cannot_be_changed_line_by_line_gives_way_to_bare_values(old: str) -> None:
    assert tomllib.loads(merged(old, {"venue": {"name": "b"}})) == {"venue": {"name": "b"}}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("password", ['"matkhau123"', "'mat\\khau'", '"mật😀khẩu"', '"x" # nhớ đổi'])
def test_secrets_are_overwritten_in_their_place_and_the_file_keeps_its_length(encoding: str, password: str) -> None:
    data = GOOD.replace('"matkhau123"', password).encode(encoding)
    found = decoded(data)
    assert isinstance(found, Decoded)
    left = patched(data, *unsealed(found, [WIFI, ENROLL]))
    assert len(left) == len(data)
    text = left.decode(encoding)
    assert tomllib.loads(text)["wifi"] == {"ssid": "Nhà Văn Hóa", "password": "", "country": "VN"}
    assert tomllib.loads(text)["enroll"]["code"] == ""
    assert [line for line in text.split("\n") if "password" not in line and "code" not in line] == [
        line for line in GOOD.split("\n") if "password" not in line and "code" not in line
    ]


def test_only_what_was_taken_is_removed() -> None:
    found = decoded(GOOD.encode())
    assert isinstance(found, Decoded)
    left = patched(GOOD.encode(), *unsealed(found, [ENROLL])).decode()
    assert "matkhau123" in left
    assert "ABCD" not in left


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_answer_stands_at_the_end_once_and_is_no_part_of_the_file(newline: str) -> None:
    data = GOOD.replace("\n", newline).encode("utf-16")
    slip = Slip(FILE, 3, Words("thiếu dấu ngoặc kép", "marks are missing"), Words("Viết đúng.", "Write well."))
    for slips in ((slip,), ()):
        found = decoded(data)
        assert isinstance(found, Decoded)
        end = answer(found, [WIFI], slips)
        data = patched(data, end)[: end.place + len(end.data)]
    text = data.decode("utf-16")
    assert text.count(MARK) == 1
    assert "thiếu dấu ngoặc kép" not in text
    assert "Mật khẩu Wi-Fi đã được cất vào trạm" in text
    assert newline == "\n" or "\n" not in text.replace("\r\n", "")
    assert plan(data, KNOWN).slips == ()


def test_a_password_survives_a_key_file_and_any_name_of_a_network_is_told_safely() -> None:
    for password in (" dau cach", "a\\b;c#d=e", "12345678"):
        text = keyfile.keyfile(Wifi("Nhà; Văn #1", password), password)
        assert keyfile.password_of(text) == password
        assert keyfile.ssid_of(text) == "Nhà; Văn #1"
    assert "ssid=Nha Van Hoa\n" in keyfile.keyfile(Wifi("Nha Van Hoa"), None)
    assert "wifi-security" not in keyfile.keyfile(Wifi("Nha Van Hoa"), None)


@pytest.mark.parametrize("state", ["", "[main]\nNetworkingEnabled=true\n", "[main]\nWirelessEnabled=false\n"])
def test_a_wifi_that_a_fresh_system_has_off_is_switched_on(state: str) -> None:
    assert keyfile.switched_on(state).count("WirelessEnabled=true") == 1
    assert keyfile.switched_on(keyfile.switched_on(state)) == keyfile.switched_on(state)


def test_an_outcome_is_read_as_it_was_written_and_a_damaged_one_is_none() -> None:
    slip = Slip(WIFI, 3, Words("sai", "wrong"), Words("sửa", "mend"))
    told = Outcome("b", "kiosk.toml", "00", True, "Nhà", "https://c.example", (slip,), "no room")
    assert from_text(to_text(told)) == told
    for text in ("", "[]", "{}", to_text(told).replace("3", '"x"'), to_text(told).replace('"sai", ', "")):
        assert from_text(text) is None


def test_every_section_of_a_configuration_can_stand_in_the_file() -> None:
    assert plan(EXAMPLE.encode(), KNOWN).slips == ()
    assert set(plan(EXAMPLE.encode(), KNOWN).settings) == set(keys())
