"""The loudspeaker of the configuration: its times and messages judged, and what it says, turn by turn."""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from kiosk.config.campaign import campaign_of
from kiosk.config.sections import Config, Loudspeaker
from kiosk.core.campaign import text_fault
from kiosk.core.campaign.spoken import LANGUAGES, Language, Script, Seconds, Topic, script
from kiosk.core.timetable import quiet_fault, times_fault
from kiosk.core.wording import Words

MESSAGE: Final = "message"


def languages_of(name: str) -> tuple[Language, ...]:
    """ "both" is Vietnamese, then English."""
    return tuple(language for language in LANGUAGES if name in (language, "both"))


def scripts_of(
    config: Config, topic: Topic, seconds: Seconds | None = None, language: str | None = None
) -> tuple[Script, ...]:
    """One announcement in each of its languages; the arguments take the place of the configuration's."""
    own = config.loudspeaker
    messages = [Words(*pair) for pair in zip(own.messages, own.messages_en, strict=True)]
    campaign = campaign_of(config)
    return tuple(
        script(campaign, seconds or own.seconds, each, topic, messages)
        for each in languages_of(language or own.language)
    )


def programme_of(config: Config) -> tuple[tuple[Script, ...], ...]:
    """What the loudspeaker says, one announcement after another, then from the first again."""
    return tuple(scripts_of(config, topic) for topic in config.loudspeaker.topics)


def loudspeaker_faults(section: Loudspeaker) -> Iterator[str]:
    """What is wrong with [loudspeaker] beyond the types of its keys."""
    faults = (
        ("times", times_fault(section.times), section.times),
        ("quiet", quiet_fault(section.quiet), section.quiet),
        ("messages", _message_fault(section.messages), section.messages),
        ("messages_en", _message_fault(section.messages_en), section.messages_en),
    )
    for key, fault, value in faults:
        if fault:
            yield f"loudspeaker.{key}: {fault}; it is {json.dumps(value, ensure_ascii=False)}"
    if len(section.messages) != len(section.messages_en):
        counts = f"{len(section.messages)} and {len(section.messages_en)}"
        yield f"loudspeaker.messages_en: expected as many messages as loudspeaker.messages has; it is {counts}"


def _message_fault(messages: Sequence[str]) -> str:
    return next(filter(None, (text_fault(MESSAGE, text) for text in messages)), "")
