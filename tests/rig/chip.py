"""Bluetooth chips: the Pi's (HCI over a unix socket into the guest) and the phones'.

Bumble supplies HCI parsing and a virtual controller. This module corrects what that controller (0.0.236) gets wrong
for a Linux host: one report per advert with the right type and RSSI, scan responses only for active scans, all
legacy advert types, intervals in 0.625 ms units, duplicate filtering, the accept list, reset, cancelled connections.
"""

import asyncio
import contextlib
import logging
import random
import struct
import time
from typing import Any

from bumble import hci, ll
from bumble.controller import Controller, LegacyAdvertiser
from bumble.core import PhysicalTransport
from bumble.transport.common import StreamPacketSink, StreamPacketSource

from tests.rig.air import Advert, Air, Pdu

SMP_CHANNEL = 0x0006
"""L2CAP's fixed channel of the Security Manager: whatever comes over it is about pairing (Core Vol 3 Part A 2.1)."""

log = logging.getLogger(__name__)

_ADVERTISING_TYPES = {
    0: Pdu.ADV_IND,
    1: Pdu.ADV_DIRECT_IND,
    2: Pdu.ADV_SCAN_IND,
    3: Pdu.ADV_NONCONN_IND,
    4: Pdu.ADV_DIRECT_IND,
}


class Advertiser(LegacyAdvertiser):
    """Advertising as legacy chips do it: interval in 0.625 ms units plus 0 to 10 ms (Core Vol 6 Part B 4.4.2.2)."""

    def _on_timer_fired(self) -> None:
        self.send_advertising_data()
        delay = max(self.advertising_interval_min, 0x20) * 0.625e-3 + random.random() * 0.01
        self.timer_handle = asyncio.get_running_loop().call_later(delay, self._on_timer_fired)

    def send_advertising_data(self) -> None:
        if self.enabled:
            chip: Any = self.controller
            kind = _ADVERTISING_TYPES[self.advertising_type]
            data, response = bytes(self.advertising_data), bytes(self.scan_response_data)
            chip.send_advertising_pdu(Advert(kind, self.address, data, response, chip.tx_rssi))


class Chip(Controller):
    """A legacy-advertising LE controller, as the Raspberry Pi's (and most phones' peers) are."""

    le_features = (
        hci.LeFeatureMask.LE_ENCRYPTION
        | hci.LeFeatureMask.CONNECTION_PARAMETERS_REQUEST_PROCEDURE
        | hci.LeFeatureMask.EXTENDED_REJECT_INDICATION
        | hci.LeFeatureMask.LE_PING
        | hci.LeFeatureMask.PERIPHERAL_INITIATED_FEATURE_EXCHANGE
    )
    manufacturer_company_identifier = 0x000F  # Broadcom
    tx_rssi = -60
    drops_duplicates = True
    """False: a chip whose duplicate filter overflowed or leaks."""
    scan_settle = 0.3
    """Linux drops reports that arrive before it has digested 'scan enabled'; with a duplicate filter they would then
    be lost for the whole scan. A fast Pi has a window of a millisecond, a slow guest of 100."""
    connectable = True
    """False: hears the connect request, never answers."""
    deaf = False
    """True: takes every command and reports nothing until it is reset, as firmware that locked up does."""
    refuses_adverts = False
    """True: says Command Disallowed to 'advertising on', as a chip out of resources does."""
    one_at_a_time = False
    """True: scans or advertises, and says Command Disallowed to whatever is asked second."""
    refuses_scans = False
    """True: the same to 'scan on'."""

    def __init__(self, name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(name, *args, **kwargs)
        self.le_legacy_advertiser: LegacyAdvertiser = Advertiser(self)
        self.accept_list: set[tuple[int, bytes]] = set()
        self.seen: set[tuple[bytes, bytes, bytes]] = set()
        self.listen_from = 0.0
        self.reports = 0
        """Advertisements reported; with its scan response one counts once, as Linux tells it."""
        self.smp: list[int] = []
        """Codes of the Security Manager's PDUs that came over links to this chip: 1 is Pairing Request."""

    def hear(self, pdu: Advert) -> None:
        """An advert comes in: report it if scanning, connect if this is who we wait for."""
        if self.deaf:
            return
        if self.le_scan_enable and pdu.at >= self.listen_from:
            key = _key(pdu.address)
            if (not self.le_scanning_filter_policy & 1 or key in self.accept_list) and self._is_news(pdu):
                self.reports += 1
                self._report(pdu.kind, pdu, pdu.data)
                if self.le_scan_type == 1 and pdu.kind in (Pdu.ADV_IND, Pdu.ADV_SCAN_IND):
                    self._report(Pdu.SCAN_RSP, pdu, pdu.scan_response)
        if self.pending_le_connection and pdu.kind == Pdu.ADV_IND:
            self._initiate(self.pending_le_connection, pdu.address)

    def _initiate(self, wanted: Any, address: hci.Address) -> None:
        by_list = wanted.initiator_filter_policy == 1
        match = _key(address) in self.accept_list if by_list else wanted.peer_address == address
        chips: list[Any] = list(self.link.controllers)
        peer = next((c for c in chips if _advertises_as(c, address)), None)
        if match and peer and peer.connectable:
            wanted.peer_address = address
            self.create_le_connection(address)

    def _is_news(self, pdu: Advert) -> bool:
        """The duplicate filter. An advert and its scan response pass or fall together: Linux holds back an
        ADV_IND for the scan response, so a filter that drops only the latter would hide changed adverts."""
        key = (bytes(pdu.address), pdu.data, pdu.scan_response)
        known = key in self.seen
        self.seen.add(key)
        return not (known and self.filter_duplicates and self.drops_duplicates)

    def _report(self, kind: Pdu, pdu: Advert, data: bytes) -> None:
        body = struct.pack("<BBBB6sB", 2, 1, kind, pdu.address.address_type & 1, bytes(pdu.address), len(data))
        body += data + struct.pack("b", pdu.rssi)
        if self.host:
            self.host.on_packet(struct.pack("<BBB", 4, 0x3E, len(body)) + body)
            air: Any = self.link
            air.reported.setdefault(data, time.monotonic())

    def on_link_acl_data(self, sender_address: hci.Address, transport: PhysicalTransport, data: bytes) -> None:
        """An L2CAP packet (length, channel, payload) over a link to us."""
        if len(data) > 4 and int.from_bytes(data[2:4], "little") == SMP_CHANNEL:
            self.smp.append(data[4])
        super().on_link_acl_data(sender_address, transport, data)

    def drop_connections(self, reason: int = 0x08) -> None:
        """Break every link, as seen from the other side (0x08: supervision timeout)."""
        for connection in list(self.le_connections.values()):
            with contextlib.suppress(Exception):  # the other chip may be gone already
                connection.send_ll_control_pdu(ll.TerminateInd(reason))
            self.le_connections.pop(connection.peer_address, None)

    def leave(self) -> None:
        """Off the air for good."""
        self.le_legacy_advertiser.stop()
        self.drop_connections()
        self.link.controllers.discard(self)

    # Commands Bumble's controller answers wrongly, or not at all

    def on_hci_reset_command(self, command: Any) -> Any:
        self.deaf = False
        self.le_legacy_advertiser.stop()
        self.le_scan_enable = False
        self.pending_le_connection = None
        self.accept_list.clear()
        self.drop_connections(hci.HCI_ErrorCode.REMOTE_USER_TERMINATED_CONNECTION_ERROR)
        return super().on_hci_reset_command(command)

    def on_hci_le_set_random_address_command(self, command: Any) -> Any:
        """Refused while it is in use (Core Vol 4 Part E 7.8.4)."""
        if self.le_legacy_advertiser.enabled or self.le_scan_enable or self.pending_le_connection:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        return super().on_hci_le_set_random_address_command(command)

    def on_hci_le_set_advertising_enable_command(self, command: Any) -> Any:
        taken = self.one_at_a_time and self.le_scan_enable
        if (self.refuses_adverts or taken) and command.advertising_enable:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        return super().on_hci_le_set_advertising_enable_command(command)

    def on_hci_le_set_scan_enable_command(self, command: Any) -> Any:
        taken = self.one_at_a_time and self.le_legacy_advertiser.enabled
        if (self.refuses_scans or taken) and command.le_scan_enable:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        self.seen.clear()
        self.listen_from = time.monotonic() + self.scan_settle
        return super().on_hci_le_set_scan_enable_command(command)

    def on_hci_le_create_connection_cancel_command(self, command: Any) -> Any:
        if not self.pending_le_connection:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        self.pending_le_connection = None
        cancelled = hci.HCI_LE_Connection_Complete_Event(
            status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
            connection_handle=0,
            role=hci.Role.CENTRAL,
            peer_address_type=0,
            peer_address=hci.Address.ANY,
            connection_interval=0,
            peripheral_latency=0,
            supervision_timeout=0,
            central_clock_accuracy=0,
        )
        asyncio.get_running_loop().call_soon(self.send_hci_packet, cancelled)
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def on_hci_le_clear_filter_accept_list_command(self, command: Any) -> Any:
        self.accept_list.clear()
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def on_hci_le_add_device_to_filter_accept_list_command(self, command: Any) -> Any:
        self.accept_list.add((command.address_type & 1, bytes(command.address)))
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def on_hci_le_remove_device_from_filter_accept_list_command(self, command: Any) -> Any:
        self.accept_list.discard((command.address_type & 1, bytes(command.address)))
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def on_hci_read_remote_version_information_command(self, command: Any) -> None:
        self._send_hci_command_status(hci.HCI_COMMAND_STATUS_PENDING, command.op_code)
        version = hci.HCI_Read_Remote_Version_Information_Complete_Event(
            status=0, connection_handle=command.connection_handle, version=9, manufacturer_name=0x004C, subversion=0
        )
        self.send_hci_packet(version)

    def on_hci_command(self, command: Any) -> Any:
        log.info("%s: no %s", self.name, command.name)
        if isinstance(command, hci.HCI_SyncCommand):
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.UNKNOWN_HCI_COMMAND_ERROR)
        self._send_hci_command_status(hci.HCI_ErrorCode.UNKNOWN_HCI_COMMAND_ERROR, command.op_code)
        return None


class DualChip(Chip):
    """A dual-mode controller, as the Pi's is: Linux then leaves the Flags AD out of its adverts.

    Enough BR/EDR for the kernel to bring it up; nothing classic works over the air.
    """

    lmp_features = (
        hci.LmpFeatureMask.LE_SUPPORTED_CONTROLLER
        | hci.LmpFeatureMask.EXTENDED_FEATURES
        | hci.LmpFeatureMask.SECURE_SIMPLE_PAIRING_CONTROLLER_SUPPORT
        | hci.LmpFeatureMask.SIMULTANEOUS_LE_AND_BR_EDR_TO_SAME_DEVICE_CAPABLE_CONTROLLER
    )
    # opcode -> return parameters, for commands that Bumble's controller lacks
    canned = {  # noqa: RUF012 - a constant table
        0x0C25: "006000",
        0x0C38: "0001",
        0x0C39: "0001338b9e",
        0x0C05: "00",
        0x0C16: "00",
        0x0C1B: "0000081200",
        0x0C46: "0000",
        0x0C1C: "00",
        0x0C47: "00",
        0x0C3A: "00",
        0x0C45: "00",
        0x080F: "00",
        0x0C58: "0000",
    }

    def on_packet(self, packet: bytes) -> None:
        opcode = int.from_bytes(packet[1:3], "little")
        if packet[0] == 1 and opcode in self.canned and self.host:
            body = b"\x01" + packet[1:3] + bytes.fromhex(self.canned[opcode])
            self.host.on_packet(b"\x04\x0e" + bytes([len(body)]) + body)
            return
        super().on_packet(packet)


class OneAtATime(DualChip):
    """One that can do a single thing, and says so: bits 8 and up of its states are pairs of things."""

    one_at_a_time = True
    le_states = bytes.fromhex("ff00000000000000")


class Plug:
    """The Pi's chip on the air, its HCI over a unix socket that QEMU serves. `unplug` pulls it out."""

    def __init__(self, chip: Chip, transport: Any) -> None:
        self.chip, self.transport = chip, transport

    @classmethod
    async def into(cls, path: str, air: Air, kind: type[Chip], address: str = "B8:27:EB:00:00:01") -> "Plug":
        loop = asyncio.get_running_loop()
        transport, source = await loop.create_unix_connection(StreamPacketSource, path)
        chip = kind("pi", source, StreamPacketSink(transport), air, address)
        return cls(chip, transport)

    def unplug(self) -> None:
        self.chip.leave()
        self.transport.close()


def _key(address: hci.Address) -> tuple[int, bytes]:
    return address.address_type & 1, bytes(address)


def _advertises_as(chip: Any, address: hci.Address) -> bool:
    advertiser = chip.le_legacy_advertiser
    return bool(advertiser.enabled and advertiser.address == address)
