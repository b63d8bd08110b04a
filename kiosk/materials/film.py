"""Film: still frames become an MP4, if ffmpeg is there. Each frame stands still; nothing fades, blinks or scrolls."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk.errors import Transient

NO_FFMPEG: Final = "no film: ffmpeg is not installed (Debian package ffmpeg); the frames are there"
FRAMES_PER_SECOND: Final = 25
PATIENCE_S: Final = 600


def found() -> bool:
    """Whether films can be made here."""
    return shutil.which("ffmpeg") is not None


def film(frames: Sequence[Path], each_s: float, target: Path) -> None:
    """H.264 that every player of a board reads; odd sizes get one more column or row. Raises Transient."""
    inputs = [word for frame in frames for word in ("-loop", "1", "-t", f"{each_s:g}", "-i", str(frame))]
    joined = "".join(f"[{index}:v]" for index in range(len(frames)))
    chain = f"{joined}concat=n={len(frames)}:v=1,pad=ceil(iw/2)*2:ceil(ih/2)*2,format=yuv420p[film]"
    command = [
        "ffmpeg", "-nostdin", "-v", "error", "-y", "-framerate", str(FRAMES_PER_SECOND), *inputs,
        "-filter_complex", chain, "-map", "[film]", "-r", str(FRAMES_PER_SECOND), "-c:v", "libx264",
        "-tune", "stillimage", "-crf", "14", "-movflags", "+faststart", str(target),
    ]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE_S)
    except (OSError, subprocess.SubprocessError) as error:
        why = getattr(error, "stderr", "") or str(error)
        raise Transient(f"{target}: ffmpeg made no film: {str(why).strip().splitlines()[-1:]}") from error
