"""No pairing: what bluetoothd does unasked on a link to an iPhone, as Debian sets it up and as we do."""

import contextlib

import pytest

from tests.rig.installed import PYTHON
from tests.rig.phones import Phone, iphone_in_background, iphone_in_front
from tests.rig.pi import Failed, Pi

pytestmark = [pytest.mark.rig, pytest.mark.asyncio(loop_scope="session")]

PEER = b"\xb1" * 12
PAIRING_REQUEST = 0x01


async def ask_plainly(pi: Pi, iphone: Phone) -> str:
    """Connect and read one characteristic, with nothing but bleak."""
    return (await pi.sh(f"{PYTHON} /root/probes/ask.py {iphone.device.random_address}", within=120)).strip()


async def test_stock_bluetoothd_asks_an_iphone_to_pair(bare_pi: Pi) -> None:
    """The control run: without our drop-in the rig does see pairing."""
    iphone = await iphone_in_front(bare_pi.air, "51:00:00:00:00:01", PEER).start()
    with contextlib.suppress(Failed):  # pairing, refused by the phone's owner, may even spoil the read
        await ask_plainly(bare_pi, iphone)
    assert PAIRING_REQUEST in iphone.chip.smp


async def test_our_bluetoothd_never_does(pi: Pi) -> None:
    front = await iphone_in_front(pi.air, "51:00:00:00:00:01", PEER).start()
    background = await iphone_in_background(pi.air, "52:00:00:00:00:02", PEER).start()
    for iphone in (front, background):
        assert await ask_plainly(pi, iphone) == PEER.hex()
        assert iphone.chip.smp == []
        assert iphone.guarded_reads == []
