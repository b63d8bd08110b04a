"""Plan: what a kiosk.toml asks for, configuration, Wi-Fi and enrolment, or what is wrong with it line by line."""

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from kiosk.core.firstboot.decoding import Decoded, decoded
from kiosk.core.firstboot.lines import line_of, statements
from kiosk.core.firstboot.slips import ENROLL, SETTINGS, WIFI, Slip, diagnosed, straightened, unquoted
from kiosk.core.sync.enrolment import address_fault, split
from kiosk.core.wording import Words

WIFI_KEYS: Final = ("ssid", "password", "country")
ENROLL_KEYS: Final = ("url", "code")
_KEYS: Final = {WIFI: WIFI_KEYS, ENROLL: ENROLL_KEYS}


@dataclass(frozen=True, slots=True)
class Wifi:
    """A network to join. `password` None: an open one; "": the one that the kiosk has kept."""

    ssid: str
    password: str | None = field(default=None, repr=False)
    country: str = "VN"


@dataclass(frozen=True, slots=True)
class Enrol:
    """A centre to enrol at. `code` "": the one that the kiosk has taken before."""

    url: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """What can be done; a piece with a slip is None (`settings`: empty)."""

    decoded: Decoded | None
    settings: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    wifi: Wifi | None = None
    enrol: Enrol | None = None
    slips: tuple[Slip, ...] = ()

    @property
    def text(self) -> str:
        """The file's text, marks made plain; "" if it has none."""
        return "" if self.decoded is None else straightened(self.decoded.text)


def plan(data: bytes, known: Mapping[str, Collection[str]]) -> Plan:
    """Judge a file. `known` are the sections of a configuration and their keys; their values the caller judges."""
    found = decoded(data)
    if isinstance(found, Slip):
        return Plan(None, slips=(found,))
    text = straightened(found.text)
    values = _values(text)
    if isinstance(values, Slip):
        return Plan(found, slips=(values,))
    tables, wrong = _tables(values, known, text)
    wifi, enrol = _wifi(tables.pop(WIFI, None), text, wrong), _enrol(tables.pop(ENROLL, None), text, wrong)
    spoilt = any(slip.piece == SETTINGS for slip in wrong)
    ordered = tuple(sorted(wrong, key=lambda slip: slip.line))
    return Plan(found, {} if spoilt else tables, wifi, enrol, ordered)


def _values(text: str) -> dict[str, object] | Slip:
    """What the text holds, or its first slip."""
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        lines = text.split("\n")
        number = min(int(place[1]), len(lines)) if place else len(lines)
        while number > 1 and not lines[number - 1].strip():
            number -= 1
        return diagnosed(lines[number - 1], number, str(error))


_Tables = dict[str, dict[str, object]]


def _tables(values: dict[str, object], known: Mapping[str, Collection[str]], text: str) -> tuple[_Tables, list[Slip]]:
    """Sections by their proper names; names in capitals are taken for what they mean."""
    names, tables, wrong = {**known, **_KEYS}, _Tables(), list[Slip]()
    for written, table in values.items():
        name = written.lower()
        line = line_of(text, name) or line_of(text, "", name)
        piece = name if name in _KEYS else SETTINGS
        if name not in names:
            wrong.append(_unknown(SETTINGS, line, written, names))
        elif not isinstance(table, dict) or not line_of(text, name):
            wrong.append(_no_section(piece, line, name))
        else:
            keys = {key.lower(): value for key, value in table.items()}
            wrong += [
                _unknown(piece, line_of(text, name, key), key, names[name]) for key in keys if key not in names[name]
            ]
            tables[name] = keys
    return tables, wrong


def _unknown(piece: str, line: int, name: str, names: Collection[str]) -> Slip:
    near = difflib.get_close_matches(name.lower(), list(names), 1, 0.5)
    fix = Words(f"Có phải là {near[0]}?", f"Did you mean {near[0]}?") if near else Words("Xóa dòng này.", "Remove it.")
    shown = name[:24]
    return Slip(piece, line, Words(f'không có tên "{shown}"', f'there is no "{shown}"'), fix)


def _no_section(piece: str, line: int, name: str) -> Slip:
    what = Words(f"{name} phải đứng riêng một dòng", f"{name} stands on a line of its own")
    return Slip(piece, line, what, Words(f"Viết: [{name}]", f"Write: [{name}]"))


def _texts(piece: str, table: dict[str, object], text: str, wrong: list[Slip]) -> dict[str, str] | None:
    """A section whose values are all texts, or None once something in it is wrong."""
    for key, value in table.items():
        if not isinstance(value, str) and key in _KEYS[piece]:
            line = line_of(text, piece, key)
            stands = next(text[each.value : each.end] for each in statements(text) if each.line == line)
            wrong.append(unquoted(key, stands, line, piece))
    spoilt = any(slip.piece == piece for slip in wrong)
    return (
        None
        if spoilt
        else {key: str(value).strip() if key != "password" else str(value) for key, value in table.items()}
    )


def _wifi(table: dict[str, object] | None, text: str, wrong: list[Slip]) -> Wifi | None:
    if table is None:
        return None
    texts = _texts(WIFI, table, text, wrong)
    if texts is None:
        return None
    wifi = Wifi(texts.get("ssid", ""), texts.get("password"), texts.get("country", "VN").upper())
    for key, wrong_, what, fix in _wifi_rules(wifi):
        if wrong_:
            wrong.append(Slip(WIFI, line_of(text, WIFI, key), what, fix))
            return None
    return wifi


def _wifi_rules(wifi: Wifi) -> tuple[tuple[str, bool, Words, Words], ...]:
    password = wifi.password or ""
    length, is_key = len(password), bool(re.fullmatch(r"[0-9A-Fa-f]{64}", password))
    return (
        (
            "ssid", not 1 <= len(wifi.ssid.encode()) <= 32,
            Words("thiếu tên Wi-Fi" if not wifi.ssid else "tên Wi-Fi quá dài",
                  "the Wi-Fi's name is missing" if not wifi.ssid else "the Wi-Fi's name is too long"),
            Words('Viết: ssid = "tên Wi-Fi"', 'Write: ssid = "name"'),
        ),
        (
            "password", not all(" " <= letter <= "~" for letter in password),
            Words("mật khẩu Wi-Fi có chữ có dấu", "the Wi-Fi's password has accented letters"),
            Words("Gõ lại mật khẩu, chữ không dấu.", "Type it again in plain letters."),
        ),
        (
            "password", bool(password) and not (8 <= length <= 63 or is_key),
            Words(f"mật khẩu Wi-Fi có {length} chữ, cần từ 8 đến 63", f"the password has {length} letters, not 8-63"),
            Words("Xem lại mật khẩu, rồi sửa dòng này.", "Look at the password again and mend this line."),
        ),
        (
            "country", not re.fullmatch("[A-Z]{2}", wifi.country),
            Words("tên nước phải là hai chữ", "a country has two letters"),
            Words('Viết: country = "VN"', 'Write: country = "VN"'),
        ),
    )  # fmt: skip


def _enrol(table: dict[str, object] | None, text: str, wrong: list[Slip]) -> Enrol | None:
    if table is None:
        return None
    texts = _texts(ENROLL, table, text, wrong)
    if texts is None:
        return None
    url, code = split(texts.get("url", ""), texts.get("code", ""))
    for key, spoilt, what, fix in _enrol_rules(texts, url, code):
        if spoilt:
            wrong.append(Slip(ENROLL, line_of(text, ENROLL, key), what, fix))
            return None
    return Enrol(url, code)


def _enrol_rules(texts: dict[str, str], url: str, code: str) -> tuple[tuple[str, bool, Words, Words], ...]:
    return (
        (
            "url", "#" in texts.get("url", ""),
            Words("mã ghi danh nằm trong địa chỉ", "the code stands in the address"),
            Words('Viết phần sau dấu # vào: code = "..."', 'Write what follows # as: code = "..."'),
        ),
        (
            "url", bool(address_fault(url)),
            Words("địa chỉ trung tâm chưa đúng", "the centre's address is not right"),
            Words('Viết: url = "https://..."', 'Write: url = "https://..."'),
        ),
        (
            "code", "code" not in texts or (bool(code) and not 8 <= len(code) <= 40),
            Words("mã ghi danh chưa đủ", "the enrolment code is not whole"),
            Words('Viết: code = "..." đúng như trên giấy.', 'Write: code = "..." as on the paper.'),
        ),
    )  # fmt: skip
