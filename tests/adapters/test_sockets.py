"""Scanner and reader over the kernel's sockets: what the contract does not ask."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass
from functools import partial

import pytest

from kiosk.adapters import socket_scanner
from kiosk.adapters.att_reader import AttReader
from kiosk.adapters.management import Management, lost
from kiosk.adapters.socket_scanner import BEGINS_S, SocketScanner
from kiosk.adapters.system import SystemClock
from kiosk.core import mgmt
from kiosk.core.adverts import Heard
from kiosk.core.facts import Trouble
from kiosk.core.windows import UnixMs
from kiosk.errors import PeerUnreachable, RadioError
from kiosk.ports import Ears
from kiosk.sim.clock import ManualClock
from tests.fakes.kernel import FakeKernel, Phone

NEAR = "5A:00:00:00:00:01"
FOREIGN = "C0:FF:EE:00:00:01"


@dataclass
class House:
    """Our adapters over a fake kernel."""

    kernel: FakeKernel
    clock: ManualClock
    management: Management
    scanner: SocketScanner
    reader: AttReader


@pytest.fixture
async def house() -> AsyncIterator[House]:
    kernel, clock = FakeKernel(), ManualClock(UnixMs(0))
    management = Management(kernel.opened, "hci0", answer_s=1.0, rest_s=0)
    scanner = SocketScanner(management, clock)
    reader = AttReader(kernel.opened, management, scanner.refresh, scanner.asked, dial=kernel.dial)
    yield House(kernel, clock, management, scanner, reader)
    management.close()
    kernel.close()


async def turns(count: int = 5) -> None:
    """Let both ends read what is on their way."""
    for _ in range(count):
        await SystemClock().sleep(0)


async def heard(house: House, ears: Ears) -> list[Heard]:
    house.kernel.phones[NEAR] = Phone(NEAR, b"\x02\x01\x06")
    house.kernel.everybody_sends()
    await turns()
    return ears.take()


async def test_the_next_round_begins_by_itself(house: House) -> None:
    async with house.scanner.listening() as ears:
        for _ in range(3):
            house.kernel.end_round()
            await turns()
            assert [packet.address for packet in await heard(house, ears)] == [NEAR]


async def test_a_round_that_did_not_begin_is_begun_by_the_check(house: House) -> None:
    """Busy behind a connect of ours is no fault of the radio: the scan lives, and nobody starts anything anew."""
    async with house.scanner.listening() as ears:
        house.kernel.occupied = True
        house.kernel.end_round()
        await turns()
        await ears.check()
        house.kernel.occupied = False
        await ears.check()
        assert await heard(house, ears)


async def test_a_kernel_that_stays_busy_is_a_lost_scan(house: House) -> None:
    async with house.scanner.listening() as ears:
        house.kernel.occupied = True
        house.kernel.end_round()
        await turns()
        await house.clock.advance(BEGINS_S - 0.1)
        await ears.check()
        await house.clock.advance(0.1)
        with pytest.raises(RadioError, match="Busy"):
            await ears.check()


async def test_while_a_phone_is_asked_a_start_may_be_refused_in_any_words(house: House) -> None:
    async with house.scanner.listening() as ears:
        house.kernel.refuses_scans = True
        house.kernel.end_round()
        await turns()
        house.scanner.asked.add(mgmt.raw(NEAR))
        await ears.check()
        house.scanner.asked.clear()
        with pytest.raises(RadioError, match="Failed"):
            await ears.check()


async def test_a_round_that_began_meanwhile_is_not_ended_by_the_check(house: House) -> None:
    """The start that follows a round's end was on its way when the check was: it won."""
    async with house.scanner.listening() as ears:
        house.kernel.occupied = True
        house.kernel.end_round()
        await turns()
        house.kernel.commands.clear()
        house.kernel.occupied, house.kernel.late = False, True
        await ears.check()
        assert mgmt.STOP_DISCOVERY not in house.kernel.commands
        assert await heard(house, ears)


async def test_somebody_elses_discovery_gives_way_to_ours(house: House) -> None:
    house.kernel.discovering = True
    async with house.scanner.listening() as ears:
        assert await heard(house, ears)


async def test_the_kernel_is_told_to_send_and_connect_at_once_where_it_can(house: House) -> None:
    async with house.scanner.listening():
        assert house.kernel.at_once
    house.kernel.knows_roles = False
    async with house.scanner.listening() as ears:
        assert await heard(house, ears)


async def test_how_much_of_the_time_the_box_sends_is_seen_in_what_the_kernel_tells(house: House) -> None:
    await house.kernel.ask("advertise", "connectable", "020106")
    async with house.scanner.listening():
        await turns()
        assert sending(house)
        house.kernel.connected(FOREIGN)
        await turns()
        assert not sending(house)
        house.kernel.left(FOREIGN)
        await turns()
        assert sending(house)
        await house.kernel.ask("hush")
        await turns()
        assert not sending(house)


def sending(house: House) -> bool:
    """Whether the measure of sending grows from a moment to a much later one."""
    airtime, uptime = deepcopy(house.scanner.airtime), house.clock.monotonic()
    facts = airtime.facts(uptime + 800)
    assert facts is not None
    assert facts.sending is not None
    return facts.sending.share > 0.9


async def test_power_lost_is_told_and_recovery_brings_it_back(house: House) -> None:
    async with house.scanner.listening() as ears:
        house.kernel.power(on=False)
        await turns()
        with pytest.raises(RadioError) as told:
            ears.take()
        assert told.value.trouble is Trouble.BLOCKED
    await house.scanner.recover(1)
    async with house.scanner.listening() as ears:
        assert await heard(house, ears)


async def test_the_first_step_of_recovery_leaves_a_controller_alone_that_is_on(house: House) -> None:
    await house.scanner.recover(1)
    assert mgmt.SET_POWERED not in house.kernel.commands
    await house.scanner.recover(2)
    assert house.kernel.commands.count(mgmt.SET_POWERED) == 2


async def test_a_central_that_nobody_asked_in_is_sent_away(house: House) -> None:
    async with house.scanner.listening():
        house.kernel.connected(FOREIGN)
        await turns()
    assert mgmt.DISCONNECT in house.kernel.commands


async def test_more_than_the_queue_holds_is_counted_not_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_scanner, "QUEUE", 3)
    async with house.scanner.listening() as ears:
        for _ in range(2):
            await heard(house, ears)
        house.kernel.phones = {f"5A:00:00:00:01:{n:02X}": Phone(f"5A:00:00:00:01:{n:02X}", b"") for n in range(5)}
        house.kernel.everybody_sends()
        await turns()
        assert (len(ears.take()), ears.dropped) == (3, 2)


def test_what_the_kernel_has_no_room_for_is_counted() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as air,
    ):
        ours.bind(("127.0.0.1", 0))
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        assert lost(ours) == 0
        for _ in range(100):
            air.sendto(bytes(100), ours.getsockname())
        ours.setblocking(False)
        read = 0
        with suppress(BlockingIOError):
            while ours.recv(200):
                read += 1
        assert 0 < read < 100
        assert lost(ours) == 100 - read


async def test_what_the_kernel_loses_during_a_scan_counts_as_dropped(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    found_no_room = iter((3, 5, 0))
    monkeypatch.setattr(Management, "lost", property(lambda _: next(found_no_room)))
    async with house.scanner.listening() as ears:
        assert ears.dropped == 2
        assert ears.dropped == 0, "another socket counts anew"


async def test_in_a_crowd_packets_are_read_together_and_one_that_is_alone_at_once(house: House) -> None:
    """After the first packet a rest: what comes meanwhile waits for its end. Nothing came: the next is read at once."""
    async with house.scanner.listening() as ears:
        await turns()
        with rests_by_hand() as rests:
            assert await heard(house, ears)
            assert not await heard(house, ears)
            end(rests)
            assert ears.take()
            end(rests)
            assert not rests
            assert await heard(house, ears)


async def test_while_a_phone_is_asked_nothing_rests(house: House) -> None:
    async with house.scanner.listening() as ears:
        await turns()
        with rests_by_hand() as rests, house.management.hurrying():
            for _ in range(3):
                assert await heard(house, ears)
            assert not rests


Rest = Callable[[], object]


@contextmanager
def rests_by_hand() -> Iterator[list[Rest]]:
    """The loop's delays under way, to be ended by `end`; the last ones end behind us."""
    rests: list[Rest] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio.get_running_loop(), "call_later", lambda _, *call: rests.append(partial(*call)))
        yield rests
    end(rests)


def end(rests: list[Rest]) -> None:
    """A rest that follows is under way afterwards."""
    over, rests[:] = list(rests), []
    for each in over:
        each()


async def test_a_kernel_that_does_not_answer_is_an_error_and_not_a_wait_without_end(house: House) -> None:
    theirs = await house.kernel.opened("att")  # a socket that nobody reads

    async def deaf(_: str) -> object:
        return theirs

    management = Management(deaf, "hci0", answer_s=0.05)  # type: ignore[arg-type]
    with pytest.raises(RadioError, match="does not answer"):
        await management.command(mgmt.READ_INFO)
    management.close()


async def test_a_socket_that_breaks_is_told_and_opened_again(house: House) -> None:
    async with house.scanner.listening() as ears:
        house.management.close()
        with pytest.raises(RadioError):
            ears.take()
    async with house.scanner.listening() as ears:
        assert await heard(house, ears)


async def test_without_kiosk_radio_nothing_is_heard_and_nothing_is_asked(house: House) -> None:
    house.kernel.installed = False
    with pytest.raises(RadioError):
        await house.scanner.listening().__aenter__()
    with pytest.raises(PeerUnreachable):
        await house.reader.read_id(NEAR, "random", 1.0)


async def test_a_read_asks_for_a_fresh_round_and_hangs_up_whatever_came(house: House) -> None:
    house.kernel.phones[NEAR] = Phone(NEAR, b"", bytes(12))
    async with house.scanner.listening():
        house.kernel.commands.clear()
        await house.reader.read_id(NEAR, "random", 1.0)
        assert house.kernel.commands.count(mgmt.STOP_DISCOVERY) == 1
        assert mgmt.DISCONNECT in house.kernel.commands
    assert house.kernel.dialled == [(mgmt.raw(NEAR), 2)]
    assert house.scanner.asked == set()


async def test_a_phone_that_keeps_us_deaf_is_given_up_before_the_deadline(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.adapters.att_reader.SILENCE_S", 0.05)
    house.kernel.phones[NEAR] = Phone(NEAR, b"", mute=True)
    async with house.scanner.listening():
        house.kernel.occupied = True  # the connect holds the scan: no round begins meanwhile
        began = SystemClock().monotonic()
        with pytest.raises(PeerUnreachable):
            await house.reader.read_id(NEAR, "random", 30.0)
    assert SystemClock().monotonic() - began < 10


async def test_what_a_failed_read_says_names_nobody(house: House) -> None:
    async with house.scanner.listening():
        house.kernel.pull()
        with pytest.raises(PeerUnreachable) as told:
            await house.reader.read_id(NEAR, "random", 1.0)
    assert NEAR not in str(told.value)
