"""Every error of the kiosk, with three verdicts named for what to do next.

    KioskError
    ├── Transient             wait, then try again
    │   ├── RadioError            the Bluetooth chip or bluetoothd does not do what was asked
    │   ├── PeerUnreachable       a phone did not answer over GATT
    │   ├── DisplayError          the screen cannot be written
    │   ├── SpeechError           nothing speaks or plays here
    │   ├── StoreUnavailable      the disk is full or does not answer
    │   ├── SecretError           a secret's file of the page cannot be read or written
    │   ├── BackendUnavailable    the collector gave no answer
    │   ├── Hung                  a service took no turn for too long and was ended
    │   ├── NotEnrolled           it, or a stranger, answered and did not enrol the box
    │   └── Asked                 no error: a person asked for a restart
    ├── Refused               drop this item, count it, go on
    │   ├── BadPeerValue          a phone answered with something that is not an id
    │   ├── OtherApp              a phone answered that does not run the app
    │   ├── BadBatch              bytes from the network that are no parcel of encounters
    │   │   └── BadContent            it can be read, but contradicts itself
    │   ├── BadMessage            a message between box and collector that cannot be read
    │   └── NotInBooks            a venue, box or person that the collector does not have, or has already
    └── Fatal                 leave the process
        ├── ConfigError           exit 2: a person must mend the configuration
        ├── IdentityError         exit 2: the root key is missing or open to others
        │   └── KeyUnreadable         the card does not give it: `kiosk run` goes on without it, off air
        └── StoreError            exit 1: restart

Anything else is a bug: traceback, restart, and after five in a row Fatal.
"""


class KioskError(Exception):
    """Root of the tree above."""


class Transient(KioskError):
    """Wait, then try again."""


class RadioError(Transient):
    """The Bluetooth chip or bluetoothd does not do what was asked; `trouble` is a value of core.facts.Trouble."""

    def __init__(self, message: str, trouble: object = None) -> None:
        super().__init__(message)
        self.trouble = trouble


class PeerUnreachable(Transient):
    """A phone did not answer over GATT."""


class SpeechError(Transient):
    """No speech engine, or no sound; the message names the Debian package or the setting."""


class DisplayError(Transient):
    """The screen cannot be written."""


class StoreUnavailable(Transient):
    """The disk is full or does not answer; what is in memory is kept and written later."""


class SecretError(Transient):
    """A secret's file of the page cannot be read or written; the message says how to mend it. Nobody is let in."""


class BackendUnavailable(Transient):
    """The collector gave no answer; `obstacle` is a value of core.sync.exchange.Obstacle."""

    def __init__(self, message: str, obstacle: object) -> None:
        super().__init__(message)
        self.obstacle = obstacle


class Hung(Transient):
    """A service took no turn for so long that it was ended; a vital one that hangs again and again is Fatal."""


class NotEnrolled(Transient):
    """An answer that enrols nobody; `final`: the collector's own, and the same code gets no other."""

    def __init__(self, message: str, *, final: bool) -> None:
        super().__init__(message)
        self.final = final


class Asked(Transient):
    """A person asked for a restart of this service: it starts again at once, and nothing is wrong."""


class Refused(KioskError):
    """Drop this item, count it, go on."""


class BadPeerValue(Refused):
    """A phone answered with something that is not an id."""


class OtherApp(Refused):
    """A phone answered and has no such characteristic: its bit in the overflow area stands for another app."""


class BadBatch(Refused):
    """Bytes from the network that are no parcel of encounters; the message says why."""


class BadContent(BadBatch):
    """A parcel that can be read, but contradicts itself; the message says how."""


class NotInBooks(Refused):
    """A name that the collector's books do not have, or have already; the message says which and what to do."""


class BadMessage(Refused):
    """A message between box and collector that cannot be read; the text says what is wrong with it."""


class Fatal(KioskError):
    """Leave the process; `exit_code` says whether a person (2) or a restart (1) mends it."""

    exit_code = 1


class ConfigError(Fatal):
    """The configuration is wrong; the message names file, key, what was expected and the nearest key."""

    exit_code = 2


class IdentityError(Fatal):
    """The root key is missing, or can be read by others."""

    exit_code = 2


class KeyUnreadable(IdentityError):
    """The disk does not give the root key, takes no new one, or has something else in its place."""


class StoreError(Fatal):
    """The encounter store cannot be opened or written."""
