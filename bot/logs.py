"""Logs that say where, never what: no text, id, name or token of anybody, at any level, from any library.

httpx logs the bot's token in every address, and python-telegram-bot logs people's words with a reply it cannot read. So
of other people's loggers only the place and the class of an exception are written, never the message.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback

_OWN = "bot"


class WhereFormatter(logging.Formatter):
    """Own messages as they are (they hold counts and places only); of others' the place and the exception's class."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, never a traceback: its last lines hold what people wrote."""
        own = record.name == _OWN or record.name.startswith(f"{_OWN}.")
        said = record.getMessage() if own else f"{record.filename}:{record.lineno}"
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {said}"
        return f"{line} [{where(record.exc_info[1])}]" if record.exc_info and record.exc_info[1] else line


def where(error: BaseException) -> str:
    """The class of an exception and the file and line that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


def configure(level: int = logging.WARNING) -> None:
    """Put the formatter on the root logger; called before anything that logs is imported or run."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(WhereFormatter())
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(capture=True)
    log = logging.getLogger(__name__)
    sys.excepthook = lambda _type, error, _trace: log.critical("stopped [%s]", where(error))
    threading.excepthook = lambda of: log.critical("a thread stopped [%s]", where(of.exc_value or SystemExit()))
    sys.unraisablehook = lambda of: log.warning("not raised [%s]", where(of.exc_value or SystemExit()))
    logging.raiseExceptions = False  # a fault while logging would print the arguments
