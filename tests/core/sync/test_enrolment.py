"""Enrolment: an address that encrypts, a code from a sheet or a QR, and a token that no log sees."""

import pytest

from kiosk.core.sync import enrolment
from kiosk.core.sync.enrolment import Enrolment, Pending, address_fault, split

pytestmark = pytest.mark.guest

MINE = Enrolment(
    url="https://c.example", kiosk="abcdefgh", venue="Chợ Lớn", signing_key="0" * 64, token="s3cret-s3cret"
)


@pytest.mark.parametrize(
    ("address", "code", "found"),
    [
        ("https://c.example", "ABCD-EFGH", ("https://c.example", "ABCD-EFGH")),
        ("https://c.example/#ABCDEFGH", "", ("https://c.example", "ABCDEFGH")),
        (" https://c.example/kiosks/ ", "ABCD EFGH", ("https://c.example/kiosks", "ABCDEFGH")),
        ("https://c.example", "", ("https://c.example", "")),
    ],
)
def test_address_and_code_come_apart_or_in_one(address: str, code: str, found: tuple[str, str]) -> None:
    assert split(address, code) == found


@pytest.mark.parametrize(
    "url",
    ["https://c.example", "https://c.example:8443/a", "http://127.0.0.1:8090", "http://[::1]:1", "http://localhost"],
)
def test_a_good_address_is_taken(url: str) -> None:
    assert address_fault(url) == ""


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://c.example", "not encrypted"),
        ("http://192.168.1.2", "not encrypted"),
        ("http://127.0.0.1.c.example", "not encrypted"),
        ("ftp://c.example", "no address"),
        ("c.example", "no address"),
        ("https://", "no address"),
        ("https://a:99999", "no address"),
        ("https://user:pw@c.example", "more than"),
        ("https://c.example?x", "more than"),
    ],
)
def test_another_is_refused_with_the_reason(url: str, why: str) -> None:
    assert why in address_fault(url)


def test_it_is_read_as_it_was_written_and_damage_is_none() -> None:
    assert enrolment.read(enrolment.written(MINE)) == MINE
    assert [enrolment.read(damaged) for damaged in (None, b"", b"{", b'{"url":1}')] == [None] * 4
    assert enrolment.read_pending(b"x") is None
    pending = Pending(url="https://c.example", code="ABCDEFGH", token="s3cret")
    assert enrolment.read_pending(enrolment.written(pending)) == pending


def test_neither_token_nor_code_is_in_a_log_line() -> None:
    pending = Pending(url="https://c.example", code="ABCDEFGH", token="s3cret")
    assert not any(word in f"{MINE!r}{pending!r}{MINE}" for word in ("s3cret", "ABCDEFGH"))
