"""Configuration: every mistake names file, key, what was expected, the value and the nearest key."""

import re
import tomllib
import unicodedata
from pathlib import Path

import msgspec
import pytest

from kiosk.config import Config, keys, load, parse
from kiosk.core.campaign import TEXT_KEYS
from kiosk.errors import ConfigError

pytestmark = pytest.mark.guest

EXAMPLE = Path(__file__).parents[1] / "config.example.toml"
A_NUMBER = "a whole number"
KEYS = [(section, key) for section, of in keys().items() for key in of.__struct_fields__]

BAD_LINKS = ["1", '"bluezone.gov.vn"', '"https://"', '"https://a b"', f'"https://{"x" * 200}"', '""']

WRONG = {
    ("venue", "name"): ["80", '"two\\nlines"', f'"{"x" * 81}"'],
    ("radio", "scanner"): ['"mgmt"', '""', "true"],
    ("radio", "adapter"): ["0", '"wlan0"', '"hci"', '"hci0\\n"', '"hci٣"'],
    ("advertise", "connectable"): ['"yes"', "1"],
    ("clock", "believe"): ['"never"', "true"],
    ("collect", "ask"): ['"true"', "0"],
    ("collect", "ask_share"): ['"half"', "0", "1.1", "nan", "true"],
    ("collect", "cool_down_seconds"): ['"30"', "0", "901", "30.0"],
    ("store", "folder"): ["1", '""'],
    ("store", "retention_days"): ['"14"', "0", "61", "14.5"],
    ("store", "max_mb"): ['"2 GB"', "0", "49", "1000001", "99.5"],
    ("show", "surface"): ["0", '"hdmi"', '"auto "'],
    ("show", "framebuffer"): ["0", '""'],
    ("show", "rotation"): ["45", '"90"', "-90"],
    ("show", "browser"): ['"cage"', "[]", '[""]', "[1]"],
    ("show", "epaper"): ['""', '"../driver"', "2"],
    ("show", "png"): ["1", "[]"],
    ("show", "width"): ['"1920"', "-1", "7681"],
    ("show", "height"): ['"1080"', "-1", "7681"],
    ("show", "ink"): ['""', '"color"', "1"],
    ("show", "hours"): ['"6-22"', '"06:00"', '"25:00-26:00"', '"06:00-22:60"', "6"],
    ("show", "night"): ['"21:00 - 06:00"', '"24:30-06:00"', "[]"],
    ("campaign", "profile"): ["1", '"airport"', '"Market"'],
    ("campaign", "mode"): ["1", '"qr"'],
    ("campaign", "site"): BAD_LINKS,
    ("campaign", "android"): BAD_LINKS,
    ("campaign", "ios"): BAD_LINKS,
    ("campaign", "smart"): BAD_LINKS[:-1],
    ("campaign", "declaration"): BAD_LINKS[:-1],
    ("campaign", "declare"): ["true", '"yes"'],
    ("campaign", "hotline"): ["1022", f'"{"0" * 81}"'],
    ("campaign", "unit"): ["1", f'"{"x" * 81}"'],
    ("campaign", "logo"): ["1", '"/nowhere/logo.png"'],
    **{("campaign", key): ["1", '" "', '"Cài ngay!"', '"a\\u0007b"'] for key in TEXT_KEYS},
    ("loudspeaker", "enabled"): ['"no"'],
    ("loudspeaker", "times"): ["7", '["7:30"]', '["12:00"]', '["07:00", "07:30"]', '["11:29"]'],
    ("loudspeaker", "quiet"): ['"15:00-16:00"', '["15:00"]', '["15:00-25:00"]'],
    ("loudspeaker", "seconds"): ["20", '"30"'],
    ("loudspeaker", "language"): ['"fr"', "1"],
    ("loudspeaker", "topics"): ["[]", '["install", "music"]'],
    ("loudspeaker", "messages"): ["1", '["!"]', '[""]'],
    ("loudspeaker", "messages_en"): ["1", '[" "]'],
    ("loudspeaker", "volume"): ["0", "81", '"60"'],
    ("loudspeaker", "device"): ['""', "0"],
    ("loudspeaker", "piper_model"): ["1"],
    ("loudspeaker", "piper_model_en"): ["1"],
    ("web", "enabled"): ['"no"', "1"],
    ("web", "host"): ["127", '""', "2026-11-22"],
    ("web", "contact_name"): ["3", '"two\\nlines"'],
    ("web", "contact_phone"): ["912345678", '"chị Hạnh"', '"tel:113"'],
    ("web", "contact_zalo"): ["912345678", '"https://zalo.me/1"'],
    ("web", "port"): ['"8080"', "-1", "65536", "true", "{a = 1}"],
    ("web", "socket"): ["1", "[]"],
    ("web", "code_file"): ["123456", "[]"],
    ("web", "metrics_token_file"): ["1", "[]"],
    ("web", "tls"): ['"on"', "true"],
    ("web", "certificate"): ["1", "[]"],
    ("web", "certificate_key"): ["1", "[]"],
    ("sync", "share"): ['"all"', "true", "1"],
    ("sync", "url"): ['"c.example"', "1"],
    ("sync", "ca_file"): ["1", "[]"],
    ("sync", "pins"): ['["00"]', '"x"', "[1]"],
    ("sync", "proxy"): ['"192.168.1.1:3128"', "1"],
    ("sync", "quiet"): ['"7-19"', "1"],
    ("sync", "bytes_per_second"): ["-1", "1000000001", '"1"', "1.5"],
}


def complaint(text: str) -> str:
    """What a configuration is refused with."""
    with pytest.raises(ConfigError) as refused:
        parse(text, "kiosk.toml")
    assert refused.value.exit_code == 2
    message = str(refused.value)
    assert message.startswith("kiosk.toml: ")
    return message.removeprefix("kiosk.toml: ")


@pytest.mark.parametrize(
    ("section", "key", "value"), [(*place, value) for place, values in WRONG.items() for value in values]
)
def test_a_wrong_value_is_named_with_what_was_expected(section: str, key: str, value: str) -> None:
    message = complaint(f"[{section}]\n{key} = {value}\n")
    told = re.fullmatch(rf"{section}\.{key}: expected (.+); it is (.+)", message)
    assert told is not None
    assert not re.search(r"regex|`|int\b|str\b|bool\b|\^", told[1])
    shown = told[2].removesuffix("…")
    assert shown.lower().strip('"')[:50] in value.lower().replace("{a = 1}", '{"a": 1}')


def test_every_key_is_tried_with_a_wrong_value() -> None:
    assert sorted(WRONG) == sorted(KEYS)


@pytest.mark.parametrize(("section", "key"), KEYS)
def test_a_misspelt_key_names_the_nearest(section: str, key: str) -> None:
    assert complaint(f"[{section}]\n{key}x = 1\n") == f"{section}.{key}x: unknown key; did you mean '{key}'?"


@pytest.mark.parametrize("section", keys())
def test_a_misspelt_section_names_the_nearest(section: str) -> None:
    assert complaint(f"[{section}s]\n") == f"{section}s: unknown section; did you mean '{section}'?"


@pytest.mark.parametrize("section", keys())
@pytest.mark.parametrize("value", ["3", '"x"', "[]"])
def test_a_section_that_is_not_a_table_is_named(section: str, value: str) -> None:
    message = complaint(f"{section} = {value}\n")
    assert message == f"{section}: expected a section: a line [{section}] and its keys below; it is {value}"


@pytest.mark.parametrize(("section", "key"), KEYS)
def test_a_key_outside_its_section_is_told_where_it_belongs(section: str, key: str) -> None:
    message = complaint(f" {key} = 1 \n")
    assert message.startswith(f"{key}: unknown section; ")
    assert f"[{section}]" in message or key in keys()


def test_a_key_in_a_foreign_section_is_told_where_it_belongs() -> None:
    assert complaint("[web]\nretention_days = 3") == (
        "web.retention_days: unknown key; 'retention_days' belongs in section [store]"
    )


def test_a_key_like_no_other_gets_the_list() -> None:
    assert (
        complaint("[web]\nzzz = 3") == f"web.zzz: unknown key; known are: {', '.join(keys()['web'].__struct_fields__)}"
    )
    assert complaint("[qqq]\n") == f"qqq: unknown section; known are: {', '.join(keys())}"


@pytest.mark.parametrize("name", ["a`b", "a - at b", "a - at `$.web`", "dòng", "", "a\\nb"])
def test_an_odd_key_is_only_an_unknown_key(name: str) -> None:
    assert "unknown section" in complaint(f'"{name}" = 1')
    assert "unknown key" in complaint(f'[web]\n"{name}" = 1')


@pytest.mark.parametrize("text", ["[web", "port 8080", "[web]\nport = 1\nport = 2", '[web]\nhost = "a', "\x00"])
def test_bad_toml_is_named_with_its_place(text: str) -> None:
    assert re.match(r"not valid TOML: .+ \(at (line \d+, column \d+|end of document)\)", complaint(text))


@pytest.mark.parametrize(
    "text",
    ['headline = "Xin chào\nprofile = "market"', 'call = "Hi"\nheadline = """Xin\nchào\n', 'headline = "A "B" C"'],
)
def test_a_broken_text_is_named_with_its_key_and_how_to_mend_it(text: str) -> None:
    told = complaint(f'[venue]\nname = "A"\n[campaign]\n{text}')
    assert ", near campaign.headline. A text stands in quotes on one line: " in told


def test_a_picture_needs_a_path() -> None:
    assert complaint('[show]\nsurface = "png"') == (
        'show.png: expected a path in quotes, since show.surface is "png"; it is ""'
    )
    assert parse('[show]\nsurface = "png"\npng = "/tmp/wall.png"', "").show.png == "/tmp/wall.png"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml: cannot be read: No such file.*--config"):
        load(tmp_path / "nowhere.toml")


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be read: Is a directory"):
        load(tmp_path)


def test_a_file_that_is_not_utf_8_is_named_with_the_byte(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_bytes('[venue]\nname = "Bến xe"'.encode("cp1258", "replace") + b"\xe9")
    with pytest.raises(
        ConfigError, match=r"kiosk\.toml: is not UTF-8 at byte \d+, near venue\.name\. Save it as UTF-8"
    ):
        load(file)


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text('[venue]\nname = "Bến xe"\n', encoding="utf-8-sig")
    assert load(file).venue.name == "Bến xe"


def test_an_empty_file_is_all_defaults() -> None:
    assert parse("", "") == Config()


@pytest.mark.parametrize("text", ["[collect]\nask_share = 1", "[web]\nport = 0", "[show]\nwidth = 7680"])
def test_values_at_the_edge_are_taken(text: str) -> None:
    assert parse(text, "") != Config()


def test_the_example_equals_the_defaults() -> None:
    assert load(EXAMPLE) == Config()


def test_the_example_names_every_key_in_order() -> None:
    values = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    assert values == msgspec.json.decode(msgspec.json.encode(Config()))
    assert [(section, key) for section, keys_here in values.items() for key in keys_here] == KEYS


@pytest.mark.parametrize(("section", "key"), KEYS)
def test_the_example_explains_every_key_in_both_languages(section: str, key: str) -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").partition(f"[{section}]\n")[2].splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith(f"{key} ="))
    vietnamese, english = lines[place - 2 : place]
    assert vietnamese.startswith("# ")
    assert english.startswith("# ")
    assert not vietnamese.isascii()
    assert english.isascii()


def test_the_example_is_composed_unicode() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
