"""The tests marked `guest`, on Debian 13: Python 3.13, and the guest's own dbus-daemon."""

import pytest

from tests.rig.image import PROJECT
from tests.rig.installed import PYTHON
from tests.rig.pi import Pi

pytestmark = [
    pytest.mark.rig,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("machine", ["trixie"], indirect=True),
]

OURS = ("tests", "pyproject.toml", "config.example.toml")
"""Not the package: that is the installed wheel."""


async def test_tests_marked_guest_pass_on_debian_13(pi: Pi) -> None:
    await pi.sh("mkdir /root/project")
    pi.copy_in(*(PROJECT / name for name in OURS), to="/root/project/")
    marked = "$(grep -rl --include='test_*.py' mark.guest tests)"
    run = f"cd /root/project && rm -r tests/rig && {PYTHON} -m pytest -q -m guest -p no:cacheprovider {marked} 2>&1"
    report = await pi.sh(run, within=1800)
    summary = report.strip().splitlines()[-1]
    assert " passed" in summary, report[-3000:]
    assert "skipped" not in summary, report[-3000:]
