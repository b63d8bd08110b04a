"""Proof of display: evidence in, verdict out; an alarm needs two bad looks."""

from dataclasses import replace

import pytest

from kiosk.core.facts import ProofFacts, Verdict
from kiosk.core.proof import DARKEST, SURE, Look, judge, noted
from kiosk.core.windows import UnixMs

pytestmark = pytest.mark.guest

URL = "https://www.bluezone.gov.vn"
GOOD = Look("framebuffer", 255, "a1", (URL,), "a1", (URL,), intact=True)
BEFORE = replace(GOOD, pixels="a0", drawn="a0")
SMALL = replace(GOOD, codes=(), wanted=())


@pytest.mark.parametrize(
    ("look", "verdict"),
    [
        (GOOD, Verdict.SEEN),
        (replace(GOOD, codes=("https://other.example", URL)), Verdict.SEEN),
        (replace(GOOD, codes=(), lightest=0), Verdict.DARK),
        (replace(GOOD, lightest=DARKEST - 1), Verdict.DARK),
        (replace(GOOD, lightest=DARKEST), Verdict.SEEN),
        (replace(GOOD, codes=()), Verdict.HIDDEN),
        (replace(GOOD, codes=("https://other.example",)), Verdict.WRONG),
        (replace(GOOD, wanted=(URL, "https://khai-bao.example")), Verdict.WRONG),
        (replace(GOOD, codes=None), Verdict.UNDECODED),
        (replace(GOOD, connected=False), Verdict.UNPLUGGED),
        (replace(GOOD, connected=True), Verdict.SEEN),
        (replace(GOOD, intact=False), Verdict.SEEN),
        (SMALL, Verdict.FRAMED),
        (replace(SMALL, codes=None), Verdict.FRAMED),
        (replace(SMALL, intact=None), Verdict.FRAMED),
        (replace(SMALL, intact=False), Verdict.DAMAGED),
        (replace(SMALL, lightest=0), Verdict.DARK),
        (replace(GOOD, pixels="a0"), Verdict.FROZEN),
        (replace(SMALL, pixels="a0"), Verdict.FROZEN),
        (replace(GOOD, pixels="a0", drawn="a0"), Verdict.SEEN),
    ],
)
def test_each_look_has_its_verdict(look: Look, verdict: Verdict) -> None:
    assert judge(look, BEFORE) is verdict


def test_the_first_look_cannot_be_frozen() -> None:
    assert judge(replace(GOOD, pixels="a0")) is Verdict.SEEN


@pytest.mark.parametrize(
    "look",
    [GOOD, replace(GOOD, lightest=0, codes=()), replace(GOOD, pixels="a0"), replace(GOOD, connected=False)],
)
def test_while_closed_or_blanked_nothing_is_an_alarm(look: Look) -> None:
    verdict = judge(look, BEFORE, resting=True)
    assert verdict is Verdict.RESTING
    assert not verdict.alarm


def test_an_alarm_is_what_visitors_cannot_see() -> None:
    quiet = {Verdict.SEEN, Verdict.FRAMED, Verdict.RESTING, Verdict.UNDECODED, Verdict.UNSEEN}
    assert {verdict for verdict in Verdict if not verdict.alarm} == quiet


def test_one_bad_look_is_only_a_doubt_and_the_second_an_alarm() -> None:
    seen = noted(ProofFacts(), Verdict.SEEN, UnixMs(1000), "framebuffer")
    assert (seen.verdict, seen.qr_seen_at, seen.since) == (Verdict.SEEN, 1000, 1000)
    doubted = noted(seen, Verdict.HIDDEN, UnixMs(2000), "framebuffer")
    assert (doubted.verdict, doubted.looked_at, doubted.doubts) == (Verdict.SEEN, 2000, 1)
    alarmed = noted(doubted, Verdict.DARK, UnixMs(3000), "framebuffer", "all black")
    assert (alarmed.verdict, alarmed.since, alarmed.qr_seen_at) == (Verdict.DARK, 3000, 1000)
    assert alarmed.detail == "all black"
    assert alarmed.doubts == SURE
    again = noted(alarmed, Verdict.DARK, UnixMs(4000), "framebuffer")
    assert (again.since, again.looked_at) == (3000, 4000)
    well = noted(again, Verdict.SEEN, UnixMs(5000), "framebuffer")
    assert (well.verdict, well.qr_seen_at, well.doubts) == (Verdict.SEEN, 5000, 0)


def test_a_good_look_between_two_bad_ones_clears_the_doubt() -> None:
    facts = ProofFacts()
    for number, verdict in enumerate((Verdict.HIDDEN, Verdict.SEEN, Verdict.HIDDEN)):
        facts = noted(facts, verdict, UnixMs(number), "framebuffer")
    assert facts.verdict is Verdict.SEEN


def test_a_box_without_decoder_never_claims_to_have_seen_the_code() -> None:
    facts = noted(ProofFacts(), Verdict.UNDECODED, UnixMs(1), "framebuffer")
    assert (facts.verdict, facts.qr_seen_at) == (Verdict.UNDECODED, None)
