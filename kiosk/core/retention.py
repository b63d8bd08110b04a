"""Retention: which days on the card are old enough to go. Pure. Days are UTC days since 1970-01-01.

A day that is gone is gone, so it goes by a time that somebody can be trusted with. A phone that a member of staff lends
its time from may have the wrong month, and then all that is on the card looks too old. It is seen by the gap: no day on
the card for longer than days are kept. What lies before the gap then stays until a time server or the battery clock
says the time, or until the box has run as long as days are kept: then it is too old whichever time is right.
"""

from collections.abc import Sequence
from itertools import pairwise


def first_kept(today: int, kept_days: int, days: Sequence[int], *, lent: bool) -> int:
    """Days before this one go; `days` are on the card, `lent`: it is only a phone that says which day is today."""
    first = today - kept_days + 1
    past = sorted(day for day in days if day < today)
    jumps = [later for earlier, later in pairwise([*past, today]) if later - earlier > kept_days]
    if lent and jumps and today - jumps[-1] < kept_days:
        return min(first, past[0])
    return first
