"""What every test shares: repeatable property tests, and a log that fails on a bad format string."""

import logging

import hypothesis

# The same examples in every run, and no deadline: the guest's Python is ten times slower than the host's.
hypothesis.settings.register_profile("house", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("house")

# pytest's log handler raises when a message cannot be formatted, but only sees what is not filtered before it.
logging.getLogger("kiosk").setLevel(logging.DEBUG)
