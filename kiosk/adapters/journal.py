"""Journal: what the process says, to journald or a terminal; no secret passes, whoever says it.

Everything comes by here: log lines of us and of the libraries, tracebacks, warnings, errors that nobody caught.
"""

import logging
import os
import sys
import threading
from typing import Final

from kiosk.core.redaction import Redaction

_SYSLOG: Final = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}

log = logging.getLogger("kiosk")

redaction: Final = Redaction()
"""The process's own: whoever reads a secret from a file tells it."""


class PlainFormatter(logging.Formatter):
    """Lines without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        return redaction(super().format(record))


class JournalFormatter(PlainFormatter):
    """Lines as journald reads them from stderr (sd-daemon(3)): "<4>" is a warning. It adds the time itself."""

    def format(self, record: logging.LogRecord) -> str:
        mark = f"<{_SYSLOG.get(record.levelno, 6)}>"
        return "\n".join(mark + line for line in super().format(record).splitlines())


def complaint(text: str) -> str:
    """The last line of a process that ends, as whoever reads stderr wants it: journald an error without secrets, a
    person at a terminal the words themselves."""
    if "JOURNAL_STREAM" not in os.environ:
        return text
    return "\n".join(f"<{_SYSLOG[logging.ERROR]}>{line}" for line in redaction(text).splitlines())


def log_to_journal(level: int = logging.INFO) -> None:
    """Log to stderr, marked for journald if it listens there; what nobody caught goes the same way."""
    handler = logging.StreamHandler()
    if "JOURNAL_STREAM" in os.environ:
        handler.setFormatter(JournalFormatter("%(name)s: %(message)s"))
    else:
        handler.setFormatter(PlainFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    logging.captureWarnings(capture=True)
    sys.excepthook = lambda kind, error, trace: log.critical("unforeseen", exc_info=(kind, error, trace))
    threading.excepthook = lambda args: log.error("a thread ended", exc_info=args.exc_value)
    sys.unraisablehook = lambda args: log.error("%s", args.err_msg or "cannot raise", exc_info=args.exc_value)
