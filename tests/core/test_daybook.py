"""What is remembered of an address for a day."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.daybook import ANSWERS_A_DAY, Daybook
from kiosk.core.windows import DAY_MS, UnixMs
from tests.core.strategies import NOON


def test_three_answers_are_enough_for_a_day() -> None:
    book = Daybook()
    for number in range(ANSWERS_A_DAY):
        assert not book.is_done("A", NOON), number
        book.answered("A", NOON)
    assert book.is_done("A", NOON)
    assert not book.is_done("B", NOON)
    assert not book.is_done("A", UnixMs(NOON + DAY_MS))


def test_another_app_is_done_with_at_once() -> None:
    book = Daybook()
    book.is_other_app("A", NOON)
    assert book.is_done("A", NOON)


@given(st.lists(st.integers(0, 30), max_size=60), st.integers(1, 8))
def test_the_book_is_capped_and_forgets_the_oldest(addresses: list[int], capacity: int) -> None:
    book = Daybook(capacity=capacity)
    for address in addresses:
        book.is_other_app(str(address), NOON)
    newest = list(dict.fromkeys(reversed(addresses)))[:capacity]
    assert len(book) == len(newest)
    assert all(book.is_done(str(address), NOON) for address in newest)


def test_no_address_is_in_it_and_another_salt_makes_other_hashes() -> None:
    one, other = Daybook(b"one"), Daybook(b"other")
    for book in (one, other):
        book.is_other_app("4C:00:00:00:00:99", NOON)
    assert all(key < 1 << 64 for key in [*one._answers, *other._answers])
    assert set(one._answers).isdisjoint(other._answers)


def test_each_day_has_a_salt_of_its_own() -> None:
    book = Daybook(b"salt")
    book.is_other_app("A", NOON)
    first = set(book._answers)
    book.is_other_app("A", UnixMs(NOON + DAY_MS))
    assert len(book) == 1
    assert first.isdisjoint(book._answers)
