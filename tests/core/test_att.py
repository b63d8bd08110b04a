"""The one ATT question, and every answer a phone may give, honest or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core import att
from kiosk.core.identity import BluezoneId
from kiosk.errors import BadPeerValue, OtherApp, PeerUnreachable

ID = bytes(range(12))


def test_the_question_is_read_by_type_of_the_characteristic_over_all_handles() -> None:
    assert att.QUESTION.hex() == "080100ffff" + "89a607add1172fa1c44bf573564e0000"
    assert len(att.QUESTION) <= att.MTU


def test_the_value_of_the_first_handle_is_the_id() -> None:
    assert att.answer(bytes((9, 14)) + b"\x10\x00" + ID) == BluezoneId(ID)
    assert att.answer(bytes((9, 14)) + b"\x10\x00" + ID + b"\x20\x00" + bytes(12)) == BluezoneId(ID)


@pytest.mark.parametrize("code", [0x02, 0x05, 0x0F])
def test_a_refusal_is_no_answer(code: int) -> None:
    with pytest.raises(PeerUnreachable, match=f"0x{code:02x}"):
        att.answer(bytes((1, 8, 1, 0, code)))


def test_a_phone_without_the_characteristic_runs_another_app() -> None:
    with pytest.raises(OtherApp):
        att.answer(bytes((1, 8, 1, 0, 0x0A)))


@pytest.mark.parametrize(
    "pdu", [b"\x09", b"\x09\x0e\x10\x00", b"\x09\x01\x00", b"\x09\x0a" + bytes(10), b"\x09\xff" + bytes(510)]
)
def test_what_is_cut_short_or_no_id_is_refused(pdu: bytes) -> None:
    with pytest.raises(BadPeerValue):
        att.answer(pdu)


def test_what_is_not_about_our_question_is_waited_out() -> None:
    for pdu in (b"\x1b\x10\x00\x01", b"\x02\x05\x02", b"\x01\x02\x00\x00\x06"):
        assert att.answer(pdu) is None


def test_requests_of_the_phones_own_are_told_that_we_serve_nothing() -> None:
    assert att.refused(b"\x02\x05\x02") == b"\x03\x17\x00"
    assert att.refused(b"\x10\x01\x00\xff\xff\x00\x28") == b"\x01\x10\x00\x00\x06"
    for silent in (b"", b"\x1b\x00", b"\x1e", b"\x52\x01", b"\x0b\x00"):
        assert att.refused(silent) is None


@given(st.binary(max_size=512))
def test_whatever_comes_ends_in_one_of_four_ways(pdu: bytes) -> None:
    try:
        told = att.answer(pdu)
    except (PeerUnreachable, OtherApp, BadPeerValue):
        return
    assert told is None or len(told.raw) == 12
    att.refused(pdu)
