"""What every test shares: repeatable property tests, a log that fails on a bad format string, loud skips."""

import logging
import os
import signal
from collections import Counter
from collections.abc import Generator
from types import FrameType
from typing import Final

import hypothesis
import pytest

LONGEST_TEST_S: Final = 300
"""For a set-up, a test or a tear-down: the slowest (a fuzzer, a simulated day) take a minute. The rig has its own."""

# The same examples in every run, and no deadline: the guest's Python is ten times slower than the host's.
hypothesis.settings.register_profile("house", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("house")

# pytest's log handler raises when a message cannot be formatted, but only sees what is not filtered before it.
logging.getLogger("kiosk").setLevel(logging.DEBUG)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A real radio is tested by hand only: `pytest -m hardware`."""
    if "hardware" not in config.option.markexpr:
        by_hand = [item for item in items if item.get_closest_marker("hardware")]
        config.hook.pytest_deselected(items=by_hand)
        items[:] = [item for item in items if item not in by_hand]


def _too_long(signum: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"still not done after {LONGEST_TEST_S} s")


def _limited(item: pytest.Item) -> Generator[None, object, object]:
    """A test that hangs fails where it hangs, and the others go on."""
    if item.get_closest_marker("rig"):
        return (yield)
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(LONGEST_TEST_S)
    try:
        return (yield)
    finally:
        signal.alarm(0)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from _limited(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from _limited(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from _limited(item))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what this machine could not test, and what would change that."""
    reasons = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    if reasons:
        terminalreporter.section("NOT TESTED HERE", sep="!", red=True, bold=True)
        for reason, count in reasons.most_common():
            terminalreporter.line(f"{count} tests: {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With KIOSK_TEST_ALL set, as in continuous integration, a skipped test is a failed run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if (
        os.environ.get("KIOSK_TEST_ALL")
        and reporter is not None
        and reporter.stats.get("skipped")
        and not session.exitstatus
    ):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    words = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return words.removeprefix("Skipped: ")
