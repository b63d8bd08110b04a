"""Verdicts: whatever answers, only a collector's own word ends a parcel or a token."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.sync.exchange import Reply
from kiosk.core.sync.verdicts import Acknowledged, Conflict, Rejected, SetAside, Wait, acknowledged, refusal, restored
from kiosk.core.wire import PROBLEM_TYPE, Problem, Receipt, to_json

pytestmark = pytest.mark.guest

STORE, SHA = "abcdefgh234567aa", "0" * 64
RECEIPT = to_json(Receipt(store=STORE, batch=7, sha256=SHA, last=9))


def refused(status: int, code: str, retry_after: str = "") -> Reply:
    body = to_json(Problem(code=code, detail="so it is", status=status))
    return Reply(status, body, PROBLEM_TYPE, marked=True, retry_after=retry_after)


@pytest.mark.parametrize("status", [200, 201])
def test_the_right_receipt_acknowledges(status: int) -> None:
    assert acknowledged(Reply(status, RECEIPT, "application/json", marked=True), STORE, 7, SHA) == Acknowledged(9)


@pytest.mark.parametrize(
    ("store", "n", "sha"), [("b" * 16, 7, SHA), (STORE, 8, SHA), (STORE, 7, "1" * 64)], ids=["store", "number", "hash"]
)
def test_a_receipt_for_something_else_acknowledges_nothing(store: str, n: int, sha: str) -> None:
    verdict = acknowledged(Reply(200, RECEIPT, "application/json", marked=True), store, n, sha)
    assert verdict == Wait("200 with a receipt for something else", stranger=True)


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (refused(400, "bad-parcel"), SetAside("400 bad-parcel: so it is")),
        (refused(413, "too-large"), SetAside("413 too-large: so it is")),
        (refused(415, "media-type"), SetAside("415 media-type: so it is")),
        (refused(422, "unprocessable"), SetAside("422 unprocessable: so it is")),
        (refused(401, "token"), Rejected("401 token: so it is")),
        (refused(403, "other-kiosk"), Rejected("403 other-kiosk: so it is")),
        (refused(409, "conflict"), Conflict("409 conflict: so it is")),
        (refused(409, "novel"), Wait("409 novel: so it is")),
        (refused(404, "not-found"), Wait("404 not-found: so it is")),
        (refused(408, "timeout"), Wait("408 timeout: so it is")),
        (refused(429, "slow-down", "30"), Wait("429 slow-down: so it is", "30")),
        (refused(503, "unavailable", "5"), Wait("503 unavailable: so it is", "5")),
        (refused(500, "bug"), Wait("500 bug: so it is")),
    ],
)
def test_what_a_collector_refuses_is_told_apart(reply: Reply, verdict: object) -> None:
    assert refusal(reply) == verdict
    assert acknowledged(reply, STORE, 7, SHA) == verdict


@given(
    st.integers(100, 599), st.binary(max_size=60) | st.just(RECEIPT), st.sampled_from(["text/html", PROBLEM_TYPE, ""])
)
def test_a_stranger_never_ends_a_parcel_or_a_token(status: int, body: bytes, media_type: str) -> None:
    verdict = acknowledged(Reply(status, body, media_type), STORE, 7, SHA)
    assert isinstance(verdict, Wait)
    assert verdict.stranger


@given(st.integers(100, 599), st.binary(max_size=60))
def test_a_marked_answer_without_a_reason_or_receipt_only_makes_us_wait(status: int, body: bytes) -> None:
    for media_type in ("application/json", PROBLEM_TYPE):
        assert isinstance(acknowledged(Reply(status, body, media_type, marked=True), STORE, 7, SHA), Wait)


def test_a_reason_that_names_another_status_is_not_believed() -> None:
    body = to_json(Problem(code="unprocessable", detail="", status=422))
    verdict = refusal(Reply(401, body, PROBLEM_TYPE, marked=True))
    assert verdict == Wait("401 without a collector's reason", stranger=True)


def test_a_redirect_is_named() -> None:
    assert refusal(Reply(302)) == Wait("302 (a redirect) from somebody who is no collector", stranger=True)


@given(st.integers(0, 2**40), st.integers(0, 2**40))
def test_a_card_is_restored_when_the_collector_has_what_the_box_never_gave(last: int, given_: int) -> None:
    assert restored(last, given_) is (last > given_)
