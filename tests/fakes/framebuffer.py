"""A framebuffer made of files: a sysfs folder that tells its geometry, and a plain file for its memory."""

from pathlib import Path


class Sysfs:
    """`pad` is the number of bytes after each line's last pixel; `glass` the visible size if it is smaller."""

    def __init__(
        self,
        folder: Path,
        *,
        width: int,
        height: int,
        bits: int,
        pad: int = 0,
        glass: tuple[int, int] | None = None,
        pan: str = "0,0",
    ) -> None:
        self.width, self.height, self.bits = width, height, bits
        self.stride = width * bits // 8 + pad
        self.sys = folder / "graphics"
        self.memory = folder / "fb0"
        self.device = str(self.memory)
        self._folder = self.sys / "fb0"
        self._folder.mkdir(parents=True)
        across, down = glass or (width, height)
        for name, text in {
            "virtual_size": f"{width},{height}",
            "bits_per_pixel": f"{bits}",
            "stride": f"{self.stride}",
            "modes": f"U:{across}x{down}p-0",
            "pan": pan,
        }.items():
            self.tell(name, text)
        self.plug()

    def tell(self, name: str, text: str) -> None:
        """Change one value, as a mode switch does."""
        (self._folder / name).write_text(f"{text}\n", encoding="ascii")

    def plug(self) -> None:
        self.memory.write_bytes(bytes(self.stride * self.height))

    def unplug(self) -> None:
        self.memory.unlink()

    def lines(self) -> list[bytes]:
        """What is in memory now, a line each, padding included."""
        data = self.memory.read_bytes()
        return [data[start : start + self.stride] for start in range(0, len(data), self.stride)]
