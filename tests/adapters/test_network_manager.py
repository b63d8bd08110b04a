"""NetworkManager on a real bus: in, on the way, the wrong password, no such network, no device, nobody there."""

import pytest

from kiosk.adapters.network_manager import SETTLES_S, NetworkManager, take_up
from kiosk.core.firstboot.facts import NetworkFacts, Wifi
from tests.fakes.bluez_bus import PrivateBus
from tests.fakes.network_manager import CONNECTION, FakeNetworkManager

pytestmark = pytest.mark.dbus

HERE = "Nhà Văn Hóa"
JOINS = ((40, 0), (50, 0), (60, 0), (40, 0), (50, 0))
WRONG = (*JOINS, (60, 8), (120, 7), (30, 0))
"""The password is asked for again, nobody has another, and the device rests."""


class Watch:
    """A monotonic clock that stands still."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


async def looked(fake: FakeNetworkManager, *states: tuple[int, int], ssid: str = HERE) -> Wifi:
    """What an observer says that was there from the beginning."""
    source = NetworkManager(Watch())
    await source.look(ssid)
    await fake.goes(*states)
    found = await source.look(ssid)
    source.close()
    assert found.ssid == ssid
    return found.wifi


@pytest.mark.parametrize(
    ("states", "wifi"),
    [
        (JOINS, Wifi.JOINING),
        (WRONG, Wifi.WRONG_PASSWORD),
        (WRONG[:-2], Wifi.WRONG_PASSWORD),
        ((*WRONG, *JOINS), Wifi.WRONG_PASSWORD),
        ((*WRONG, *JOINS, (70, 0)), Wifi.JOINING),
        ((*JOINS, (120, 53), (30, 0)), Wifi.NOT_FOUND),
        ((*JOINS, (70, 0), (120, 5), (30, 0)), Wifi.NO_ADDRESS),
        ((*JOINS, (120, 11), (30, 0)), Wifi.REFUSED),
        ((*JOINS, (120, 39)), Wifi.JOINING),
    ],
)
async def test_each_end_of_a_try_is_told_apart(
    system_bus: PrivateBus, states: tuple[tuple[int, int], ...], wifi: Wifi
) -> None:
    async with FakeNetworkManager(system_bus.address) as fake:
        assert await looked(fake, *states) is wifi


async def test_a_box_that_is_in_says_so_whatever_failed_before(system_bus: PrivateBus) -> None:
    async with FakeNetworkManager(system_bus.address) as fake:
        fake.joined = HERE
        assert await looked(fake, *WRONG, *JOINS, (70, 0), (100, 0)) is Wifi.CONNECTED
        source = NetworkManager(Watch())
        assert await source.look("") == NetworkFacts(Wifi.CONNECTED, HERE)
        assert await source.look("Another") == NetworkFacts(Wifi.JOINING, "Another")
        source.close()


@pytest.mark.parametrize(
    ("heard", "wifi"), [([HERE], Wifi.REFUSED), (["Another"], Wifi.NOT_FOUND), ([], Wifi.NOT_FOUND)]
)
async def test_whoever_came_after_the_failure_judges_by_what_is_on_the_air(
    system_bus: PrivateBus, heard: list[str], wifi: Wifi
) -> None:
    async with FakeNetworkManager(system_bus.address, heard=heard):
        watch = Watch()
        source = NetworkManager(watch)
        assert (await source.look(HERE)).wifi is Wifi.JOINING
        watch.now += SETTLES_S
        assert (await source.look(HERE)).wifi is wifi
        source.close()


async def test_a_wrong_password_that_failed_before_anybody_listened_is_tried_once_more(system_bus: PrivateBus) -> None:
    async with FakeNetworkManager(system_bus.address) as fake:
        fake.stopped = WRONG
        watch = Watch()
        source = NetworkManager(watch)
        assert (await source.look(HERE)).wifi is Wifi.JOINING
        assert (await source.look(HERE)).wifi is Wifi.WRONG_PASSWORD
        watch.now += SETTLES_S
        assert (await source.look(HERE)).wifi is Wifi.WRONG_PASSWORD
        assert [call for call, _ in fake.calls if "egister" in call] == ["Register", "Unregister"]
        source.close()


async def test_the_failure_of_one_network_is_not_told_of_another(system_bus: PrivateBus) -> None:
    async with FakeNetworkManager(system_bus.address) as fake:
        source = NetworkManager(Watch())
        await source.look(HERE)
        await fake.goes(*WRONG)
        assert (await source.look(HERE)).wifi is Wifi.WRONG_PASSWORD
        assert (await source.look("Another")).wifi is Wifi.JOINING
        source.close()


async def test_no_device_wifi_switched_off_and_nobody_to_ask(system_bus: PrivateBus) -> None:
    source = NetworkManager(Watch())
    assert (await source.look(HERE)).wifi is Wifi.UNKNOWN
    assert await source.look("") == NetworkFacts()
    async with FakeNetworkManager(system_bus.address, device=False):
        assert (await source.look(HERE)).wifi is Wifi.NO_DEVICE
        assert await source.look("") == NetworkFacts()
    async with FakeNetworkManager(system_bus.address) as fake:
        fake.enabled = False
        assert (await source.look(HERE)).wifi is Wifi.OFF
        assert await source.look("") == NetworkFacts()
        fake.enabled, fake.state = True, 30
        assert await source.look("") == NetworkFacts()
    source.close()
    nowhere = NetworkManager(Watch(), bus_address="unix:path=/nonexistent")
    assert (await nowhere.look(HERE)).wifi is Wifi.UNKNOWN


@pytest.mark.parametrize("device", [True, False])
async def test_one_that_runs_reads_its_connections_anew_and_tries_ours(system_bus: PrivateBus, device: bool) -> None:
    assert not await take_up("uuid")
    async with FakeNetworkManager(system_bus.address, device=device) as fake:
        fake.enabled = False
        fake.known = {"uuid"}
        assert await take_up("uuid")
        assert fake.enabled
        assert [call for call, _ in fake.calls] == [
            "ReloadConnections", "Set", "GetConnectionByUuid", "ActivateConnection",
        ]  # fmt: skip
        assert fake.calls[-1][1] == [CONNECTION, "/", "/"]
        assert not await take_up("unknown")
