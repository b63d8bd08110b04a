"""The row of the radio: ways, what mended it, and what it was worth."""

from dataclasses import replace

from kiosk.core.airtime import AirtimeFacts, Duty
from kiosk.core.facts import PathFacts, Ways
from kiosk.core.path_words import path
from kiosk.core.windows import UnixMs

NOW = UnixMs(1_597_734_300_000)
WAYS = Ways("sockets", "", "bluetoothd", "")


def facts(seconds: float, sending: Duty | None) -> PathFacts:
    return PathFacts(WAYS, airtime=AirtimeFacts(seconds, Duty(0.934, 1.9), sending))


def test_the_shares_of_the_time_are_told_in_both_languages() -> None:
    told = path(facts(900, Duty(0.99, 0.26)), NOW)
    assert told.vi == (
        "Nghe thẳng từ bộ phát · phát qua bluetoothd"
        " · nghe 93\u00a0%, phát 99\u00a0% thời gian, ngừng phát lâu nhất 0,3 giây"
    )
    assert told.en.endswith("listening 93\u00a0%, sending 99\u00a0% of the time, longest break in sending 0.3 s")


def test_what_is_sent_past_the_kernel_is_left_out() -> None:
    assert path(facts(900, None), NOW).vi.endswith(" · nghe 93\u00a0% thời gian")


def test_a_minute_passes_before_a_share_is_told() -> None:
    assert path(facts(59, None), NOW) == path(PathFacts(WAYS), NOW)


def test_a_chip_that_does_one_thing_at_a_time_is_told() -> None:
    told = path(PathFacts(replace(WAYS, air="turns")), NOW)
    assert told.vi == "Nghe thẳng từ bộ phát · nghe và phát thay phiên nhau, vì bộ phát không làm cùng lúc được"
    assert told.en.endswith("by turns, since the radio cannot do both at once")
