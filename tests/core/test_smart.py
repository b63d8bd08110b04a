"""The smart link's table of user agents, what counts as a scan, and the counts."""

from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core import smart
from kiosk.core.smart import Key, Scans, Target
from kiosk.core.windows import UnixMs

AGENTS: Final = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parents[1] / "vectors/user_agents.tsv").read_text(encoding="utf-8").splitlines()[1:]
]
PEOPLE: Final = [(agent, Target(where)) for where, agent in AGENTS if where != "machine"]
MACHINES: Final = [agent for where, agent in AGENTS if where == "machine"]
PIXEL: Final = PEOPLE[0][0]


@pytest.mark.parametrize(("agent", "target"), PEOPLE)
def test_every_phone_gets_its_own_store_and_counts_as_a_scan(agent: str, target: Target) -> None:
    assert smart.target(agent) is target
    assert smart.is_scan("GET", {"User-Agent": agent})


@pytest.mark.parametrize("agent", MACHINES)
def test_robots_and_link_previews_get_the_page_and_do_not_count(agent: str) -> None:
    assert smart.target(agent) is Target.PAGE
    assert not smart.is_scan("GET", {"user-agent": agent})


def test_a_look_at_the_headers_and_a_browser_that_fetches_ahead_do_not_count() -> None:
    assert not smart.is_scan("HEAD", {"User-Agent": PIXEL})
    assert not smart.is_scan("GET", {})
    for name, value in (("Sec-Purpose", "prefetch;prerender"), ("Purpose", "prefetch"), ("X-Purpose", "preview")):
        assert not smart.is_scan("GET", {"User-Agent": PIXEL, name: value})
    assert smart.is_scan("GET", {"User-Agent": PIXEL, "Sec-Purpose": ""})


@given(st.text())
def test_any_user_agent_leads_to_one_of_three(agent: str) -> None:
    assert smart.target(agent) in Target


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("cho-ben-do", True), ("to-5", True), ("a", True), ("a" * 40, True), ("a" * 41, False), ("", False),
        ("-a", False), ("A", False), ("chợ", False), ("a\n", False), ("../x", False), ("a b", False), ("<b>", False),
    ],
)  # fmt: skip
def test_a_code_is_small_letters_digits_and_dashes(text: str, is_one: bool) -> None:
    assert smart.is_code(text) is is_one


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2).map(UnixMs), st.sampled_from(Target), st.booleans()))
)
def test_counts_survive_every_failed_write(scans: list[tuple[str, UnixMs, Target, bool]]) -> None:
    held, written = Scans(), Counter[Key]()
    for code, day, target, reached in scans:
        held.add(Key(code, day, target))
        taken = held.take()
        if reached:
            written.update(taken)
        else:
            held.give_back(taken)
    written.update(held.take())
    assert written == Counter(Key(code, day, target) for code, day, target, _ in scans)


def test_memory_is_bounded_and_what_is_not_counted_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smart, "MOST_KEYS", 2)
    held = Scans()
    for code in ("a", "b", "c", "a"):
        held.add(Key(code, UnixMs(1), Target.PAGE))
    assert (held.take().total(), held.dropped) == (3, 1)
