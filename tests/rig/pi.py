"""A Raspberry Pi in a box, seen from the host: power, shell, files, clock, screen, Bluetooth chip.

async with Pi(folder, image) as pi:              # boots a throw-away overlay of the image
    android(pi.air, "C1:00:00:00:00:01", peer).start()
    print(await pi.sh("bluetoothctl show"))
    await pi.power_cut(); await pi.boot()        # same disk
"""

import asyncio
import json
import os
import shlex
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.rig.air import Air
from tests.rig.card import Card
from tests.rig.chip import Chip, DualChip, Plug
from tests.rig.image import Image
from tests.rig.time_server import GUEST_SOCKET, SERVER_SOCKET

POWERED = "busctl get-property org.bluez /org/bluez/hci0 org.bluez.Adapter1 Powered | grep -q true"
BOOTS = 3
KERNEL = "root=/dev/vda rw console=ttyS0 quiet no_timer_check mitigations=off audit=0 systemd.show_status=0"
"""The kernel's log goes to the serial console, console.log; the screen has its login, as a Pi's has. On a busy
host the emulated timer is late, and a kernel that checks it panics at once or boots slowly: hence no_timer_check."""
SPARED = (
    "ssh.service systemd-logind.service systemd-networkd.service systemd-networkd.socket systemd-timesyncd.service"
    " getty@tty1.service serial-getty@ttyS0.service systemd-user-sessions.service systemd-binfmt.service"
    " systemd-random-seed.service systemd-journal-catalog-update.service ldconfig.service systemd-hwdb-update.service"
    " modprobe@drm.service modprobe@efi_pstore.service modprobe@configfs.service modprobe@fuse.service"
    " dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount"
    " sys-fs-fuse-connections.mount systemd-network-generator.service systemd-pcrphase.service dpkg-db-backup.timer"
    " systemd-networkd-persistent-storage.service systemd-sysctl.service fstrim.timer"
)
"""Units that have nothing to do with the kiosk: a machine that nobody logs in to boots faster without them."""
SPARED_DRIVERS = "ahci,libahci,libata,lpc_ich,iTCO_wdt,i2c_i801,pcspkr,psmouse,joydev,vmw_vmci,vsock,virtio_net"
"""The same of QEMU's parts."""


class Failed(AssertionError):
    """The machine or a command in it did not do what was asked."""


class Pi:
    """One machine. `chip` is the kind of Bluetooth chip it has (None: none), `air` what surrounds it. With a `card` it
    runs from that, as it is, and nobody can log in."""

    def __init__(
        self,
        folder: Path,
        image: Image,
        *,
        chip: type[Chip] | None = DualChip,
        memory: int = 1024,
        card: Card | None = None,
    ) -> None:
        self.dir = folder.resolve()
        self.dir.mkdir(parents=True, exist_ok=True)
        self.image, self.kind, self.memory, self.card = image, chip, memory, card
        self.air = Air()
        self.disk = self.dir / "disk.qcow2"
        self.web = ""
        """The guest's http://127.0.0.1:8080, seen from here."""
        self.booted_in = 0.0
        self.fat: Path | None = None
        """An image of a further disk that is in the machine from the next power-on (no snapshot holds it)."""
        self._plug: Plug | None = None
        self._qemu: subprocess.Popen[bytes] | None = None

    @property
    def chip(self) -> Chip:
        """The chip that is plugged in."""
        if self._plug is None:
            raise Failed("no chip is plugged in")
        return self._plug.chip

    async def __aenter__(self) -> "Pi":
        if self.card is None:
            self.disk.unlink(missing_ok=True)  # a fresh one
            base = self.image.disk
            _run("qemu-img", "create", "-q", "-f", "qcow2", "-b", str(base), "-F", "raw", str(self.disk))
        try:
            await self.boot()
        except BaseException:
            await self.power_cut()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.power_cut()

    # Power

    async def boot(self, rtc: str = "utc", kernel: str = "", within: float = 150) -> None:
        """Power on; return once sshd answers and, with a chip, bluetoothd has hci0 powered. With a card: at once. `rtc`
        is what the battery clock says, `kernel` more for the kernel's command line. One boot in thirty or so panics or
        hangs where QEMU emulates two processors that patch their code while they run it: then it is switched off and
        on again."""
        for _ in range(BOOTS - 1):
            try:
                await self._boot_once(rtc, kernel, within)
                break
            except Failed as error:
                print(f"the virtual Pi is switched off and on again: {error}")
                await self.power_cut()
        else:
            await self._boot_once(rtc, kernel, within)
        if self.kind and self.card is None:
            await self.until(POWERED, 60)

    async def _boot_once(self, rtc: str, kernel: str, within: float) -> None:
        began = time.monotonic()
        await self.power_on(rtc, kernel)
        if self.kind:
            await self.plug()
        if self.card is None:
            await self._connect(began + within)
            self.booted_in = time.monotonic() - began

    async def power_on(self, rtc: str = "utc", kernel: str = "") -> None:
        """Switch on; what comes next nobody waits for."""
        self._start_qemu(rtc, kernel)
        while not (self.dir / "qmp.sock").exists():
            self._check_alive()
            await asyncio.sleep(0.05)

    def _start_qemu(self, rtc: str, kernel: str) -> None:
        for name in ("bt0.sock", "qmp.sock", GUEST_SOCKET):
            (self.dir / name).unlink(missing_ok=True)
        port = _free_port()
        self.web = f"http://127.0.0.1:{_free_port()}"
        (self.dir / "ssh.cfg").write_text(
            f"Host pi\n HostName 127.0.0.1\n Port {port}\n User root\n IdentityFile {self.image.key}\n"
            " StrictHostKeyChecking no\n UserKnownHostsFile /dev/null\n LogLevel ERROR\n"
            " KexAlgorithms curve25519-sha256\n ConnectTimeout 20\n"
            f" ControlPath {self.dir}/cm.sock\n"
        )
        with (self.dir / "qemu.log").open("ab") as log:
            self._qemu = subprocess.Popen(
                self._command(rtc, kernel, port),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _command(self, rtc: str, kernel: str, port: int) -> list[str]:
        accel = os.environ.get("RIG_ACCEL", "tcg,thread=multi,tb-size=512")
        words = f"""
            -machine q35 -accel {accel} -cpu {os.environ.get("RIG_CPU", "Nehalem")} -smp 2 -m {self.memory}
            -nodefaults -display none -no-reboot -rtc base={rtc}
            -kernel {self.image.kernel} -initrd {self.image.initrd}
            {self._drive()}
            -netdev user,id=n0,restrict=on,hostfwd=tcp:127.0.0.1:{port}-:22 -netdev hubport,id=h0,hubid=0,netdev=n0
            -netdev dgram,id=n1,{self._wire()} -netdev hubport,id=h1,hubid=0,netdev=n1
            -netdev hubport,id=h2,hubid=0
            -device virtio-net-pci,netdev=h2,romfile= -device virtio-serial-pci
            -chardev socket,id=bt0,path={self.dir}/bt0.sock,server=on,wait=off
            -device virtserialport,chardev=bt0,name=bt0
            -serial file:{self.dir}/console.log -qmp unix:{self.dir}/qmp.sock,server=on,wait=off
        """
        further = ["-drive", f"file={self.fat},if=virtio,format=raw", "-device", "qemu-xhci"] if self.fat else []
        return ["qemu-system-x86_64", *words.split(), *further, "-append", f"{KERNEL}{self._spared()} {kernel}"]

    def _wire(self) -> str:
        """The same Ethernet on a unix socket, for a time server."""
        ends = {"local": GUEST_SOCKET, "remote": SERVER_SOCKET}
        return ",".join(f"{end}.type=unix,{end}.path={self.dir / name}" for end, name in ends.items())

    def _drive(self) -> str:
        if self.card is not None:
            return self.card.insert()
        return f"-drive file={self.disk},if=virtio,format=qcow2,cache=writeback -vga std"

    def _spared(self) -> str:
        if self.card is None:
            return ""
        return f" panic=-1 module_blacklist={SPARED_DRIVERS}" + "".join(
            f" systemd.mask={unit}" for unit in SPARED.split()
        )

    @property
    def on(self) -> bool:
        """The machine has power; without a shell a panic of its kernel ends it."""
        return self._qemu is not None and self._qemu.poll() is None

    def _check_alive(self) -> None:
        if not self.on:
            raise Failed(f"qemu left: {(self.dir / 'qemu.log').read_text()[-500:]}")

    async def power_cut(self) -> None:
        """As if the plug was pulled: nothing in the guest gets to run or flush. What it wrote and never flushed is on
        the disk all the same, unless it runs from a card (`Card.cut`)."""
        if self._qemu is not None:
            if self._qemu.poll() is None:
                self._qemu.send_signal(signal.SIGKILL)
            self._qemu.wait(10)
        self.unplug()
        self._disconnect()

    # Shell and files

    async def _connect(self, deadline: float) -> None:
        """Open the one ssh connection that all commands share."""
        master = ("-f", "-N", "-M", "-o", "ExitOnForwardFailure=yes")
        forward = f"{self.web.removeprefix('http://')}:127.0.0.1:8080"
        while await self._ssh(*master, "-L", forward, "pi", quiet=True) != (0, ""):
            self._check_alive()
            if time.monotonic() > deadline:
                raise Failed(f"no ssh; see {self.dir}/console.log")
            await asyncio.sleep(0.3)

    def _disconnect(self) -> None:
        if (self.dir / "cm.sock").exists():
            _run("ssh", "-F", str(self.dir / "ssh.cfg"), "-O", "exit", "pi", check=False)
            (self.dir / "cm.sock").unlink(missing_ok=True)

    async def _ssh(self, *words: str, within: float = 60, quiet: bool = False) -> tuple[int, str]:
        out = asyncio.subprocess.DEVNULL if quiet else asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            "ssh",
            "-F",
            str(self.dir / "ssh.cfg"),
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=asyncio.subprocess.DEVNULL if quiet else asyncio.subprocess.STDOUT,
        )
        try:
            async with asyncio.timeout(within):
                text, _ = await process.communicate()
        except TimeoutError:
            process.kill()
            self._disconnect()  # the shared connection holds the pipes of its commands
            await process.wait()
            raise Failed(f"{words[-1]!r}: no answer within {within} s") from None
        return process.returncode or 0, (text or b"").decode(errors="replace")

    async def sh(self, command: str, within: float = 60) -> str:
        """Run a command in the guest as root; its output. Failed if its status is not 0 (124: it took too long)."""
        bounded = f"timeout -k 2 {within:.0f} bash -c {shlex.quote(command)}"
        status, text = await self._ssh("pi", bounded, within=within + 30)
        if status:
            raise Failed(f"{command!r} gave {status}: {text}")
        return text

    async def until(self, command: str, within: float) -> str:
        """Repeat a guest command until it succeeds."""
        deadline = time.monotonic() + within
        while True:
            try:
                return await self.sh(command)
            except Failed:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.2)

    def copy_in(self, *paths: Path, to: str) -> None:
        """Files and folders of the host into a folder of the guest."""
        _run("scp", "-q", "-r", "-F", str(self.dir / "ssh.cfg"), *map(str, paths), f"pi:{to}")

    # Bluetooth chip

    async def plug(self) -> None:
        """Put the chip in: hci0 appears in the guest."""
        assert self.kind is not None
        self._plug = await Plug.into(str(self.dir / "bt0.sock"), self.air, self.kind)

    def unplug(self) -> None:
        """Pull the chip: hci0 vanishes from the guest, its adverts from the air."""
        if self._plug:
            self._plug.unplug()
            self._plug = None

    def stick(self, image: Path) -> None:
        """Put a USB stick in; only a machine with a `fat` has a socket for it."""
        if error := self._monitor_says(f"drive_add 0 if=none,id=stick,format=raw,file={image}").removeprefix("OK"):
            raise Failed(error)
        self._qmp("device_add", driver="usb-storage", drive="stick")

    # Screen, clock and snapshots

    def screenshot(self, path: Path) -> Path:
        """A photograph of the screen, which is /dev/fb0 in the guest: 1280x800, 32 bpp. PNG."""
        self._qmp("screendump", filename=str(path.resolve()), format="png")
        return path

    async def set_clock(self, unix_s: float) -> None:
        """Set the guest's clock to a time (UTC)."""
        await self.sh(f"date -u -s @{unix_s:.3f} >/dev/null")

    def save(self, name: str = "ready") -> None:
        """Freeze the whole machine, chip unplugged, into the disk file."""
        self.unplug()
        self._monitor(f"savevm {name}")

    async def load(self, name: str = "ready") -> None:
        """Back to `save`, in seconds instead of a boot, also when it is off; clock set to now, chip plugged in, an
        empty air."""
        self.unplug()
        self.air.silence()
        self._disconnect()
        self.air = Air()
        if not self.on:
            await self.power_on()
        self._monitor(f"loadvm {name}")
        await self._connect(time.monotonic() + 60)
        await self.set_clock(time.time())
        if self.kind:
            await self.plug()
            await self.until(POWERED, 60)

    def _monitor(self, line: str) -> None:
        if error := self._monitor_says(line):
            raise Failed(error)

    def _monitor_says(self, line: str) -> str:
        return str(self._qmp("human-monitor-command", **{"command-line": line})).strip()

    def _qmp(self, command: str, **arguments: str) -> Any:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(60)
            link.connect(str(self.dir / "qmp.sock"))
            with link.makefile("rw") as lines:
                lines.readline()
                _ask(lines, "qmp_capabilities", {})
                return _ask(lines, command, arguments)


def _ask(lines: Any, command: str, arguments: dict[str, str]) -> Any:
    """One QMP command; events that come in between are skipped."""
    lines.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
    lines.flush()
    while True:
        reply = json.loads(lines.readline())
        if "error" in reply:
            raise Failed(reply["error"]["desc"])
        if "return" in reply:
            return reply["return"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _run(*words: str, check: bool = True) -> None:
    result = subprocess.run(words, capture_output=True, timeout=180, check=False, text=True)
    if check and result.returncode:
        raise Failed(f"{' '.join(words[:3])} ... gave {result.returncode}: {result.stderr}")
