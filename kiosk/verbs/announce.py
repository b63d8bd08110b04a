"""announce: what the loudspeaker says, as text, as a WAV file, or aloud."""

import argparse
from pathlib import Path

from kiosk.config import Config, scripts_of
from kiosk.core.campaign.spoken import LENGTHS, TOPICS, Script
from kiosk.errors import ConfigError
from kiosk.verbs.arguments import Verbs, configured, takes_config


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    announce = verbs.add_parser("announce", help="what the loudspeaker says: text, WAV, or aloud")
    announce.set_defaults(act=_announce)
    announce.add_argument("--topic", choices=TOPICS, default=TOPICS[0], help="what it is about")
    announce.add_argument("--seconds", type=int, choices=LENGTHS, help="how long (default: the configuration's)")
    announce.add_argument(
        "--lang", choices=("vi", "en", "both"), help="in which language (default: the configuration's)"
    )
    announce.add_argument("--wav", type=Path, metavar="F", help="write the sound to this file")
    announce.add_argument("--play", action="store_true", help="play it now, no louder than the configuration says")
    takes_config(announce)


def _announce(arguments: argparse.Namespace) -> int:
    config = configured(arguments)
    scripts = scripts_of(config, arguments.topic, arguments.seconds, arguments.lang)
    print("\n\n".join(f"# {script.language}, ~{script.seconds:.0f} s\n{script.text}" for script in scripts), flush=True)
    if arguments.wav is not None or arguments.play:
        _aloud(config, scripts, arguments.wav, play=arguments.play)
    return 0


def _aloud(config: Config, scripts: tuple[Script, ...], file: Path | None, *, play: bool) -> None:
    """To a file, to the loudspeaker, or both. Raises SpeechError once the text is printed."""
    import asyncio

    from kiosk.adapters.speech import Speech

    speech = Speech.of(config.loudspeaker)

    async def speak() -> None:
        recording = await speech.record(scripts)
        if file is not None:
            _write(file, recording.wav)
            print(f"\n{file}: {recording.seconds:.1f} s")
        if play:
            await speech.play(recording)

    asyncio.run(speak())


def _write(file: Path, wav: bytes) -> None:
    try:
        file.write_bytes(wav)
    except OSError as error:
        raise ConfigError(f"--wav {file}: cannot be written: {error.strerror}") from error
