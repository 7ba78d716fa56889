"""Logs that cannot carry an answer, whoever writes them.

Nothing is cleaned afterwards: only what is on a short list gets through. Of our own events, the
keys of `KEYS` with plain values. Of an exception, its type and where it passed, never its text
(a database error quotes the row, a parser what was typed). Of a library's message, where it was
written and, for those of `KNOWN`, its fixed words; what was put into it never.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import re
import sys
import threading
import traceback
import types
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

KEYS = frozenset(
    {
        "attempts",  # tries so far
        "channel",  # web, telegram, json, console
        "count",  # how many
        "error",  # the type of an exception
        "method",  # HTTP method
        "milliseconds",
        "port",
        "route",  # the pattern of an address, never the address
        "status",  # HTTP status
        "version",
    }
)
# Fixed messages of libraries that an operator looks for.
KNOWN = frozenset(
    {
        "Application shutdown complete.",
        "Application startup complete.",
        "Application startup failed. Exiting.",
        "Exception in ASGI application",
        "Finished server process [%d]",
        "Shutting down",
        "Started server process [%d]",
        "Task exception was never retrieved",
        "Waiting for application shutdown.",
        "Waiting for application startup.",
    }
)
# A word, a number, an address in the code: no spaces, so no sentence.
PLAIN = re.compile(r"[\w.:/{}<>+-]{1,80}", re.ASCII)
# Our events are fixed texts (a test reads the code); one longer than this was not written by us.
LONGEST_EVENT = 60
FRAMES = 12
# At INFO these tell of each update, request or statement.
QUIET = ("aiogram", "aiohttp", "alembic", "asyncio", "fontTools", "httpcore", "httpx", "sqlalchemy")


def configure(form: Literal["console", "json"] = "console", stream: TextIO | None = None) -> None:
    """Send every log of this process through the short list, as text or JSON lines."""
    out = _Out(stream)
    renderer = _renderer(form, out.stream.isatty())
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, _ours, renderer],
        wrapper_class=_Log,
        logger_factory=lambda *_: out,
        cache_logger_on_first_use=False,
    )
    # A message that cannot be formatted would be printed whole, with what was put into it.
    logging.raiseExceptions = False
    for name in list(logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.root.handlers[:] = [_Handler(renderer, out)]
    logging.root.setLevel(logging.INFO)
    _hooks()


class _Log(structlog.BoundLoggerBase):
    """Our own loggers. structlog's would put positional arguments into the event itself."""

    def debug(self, event: Any, *_: object, **keys: object) -> None:
        """For a developer's own machine; not written."""

    def info(self, event: Any, *_: object, **keys: object) -> None:
        self._proxy_to_logger("info", event, **keys)

    def warning(self, event: Any, *_: object, **keys: object) -> None:
        self._proxy_to_logger("warning", event, **keys)

    def error(self, event: Any, *_: object, **keys: object) -> None:
        self._proxy_to_logger("error", event, **keys)

    def exception(self, event: Any, *_: object, **keys: object) -> None:
        self.error(event, **{"exc_info": True, **keys})

    def critical(self, event: Any, *_: object, **keys: object) -> None:
        self._proxy_to_logger("critical", event, **keys)


class _Out:
    """Writes lines. A closed or full stream must never stop the work that was told about."""

    def __init__(self, stream: TextIO | None) -> None:
        self._given = stream

    @property
    def stream(self) -> TextIO:
        return self._given or sys.stderr

    def msg(self, line: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self.stream.write(line + "\n")
            self.stream.flush()

    info = warning = error = critical = msg


def _renderer(form: str, colors: bool) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=True)
    return structlog.dev.ConsoleRenderer(colors=colors, timestamp_key="time", pad_event_to=0)


def _ours(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """One of our own events, with the keys and values that may be written."""
    kept: dict[str, Any] = {
        key: value if _plain(value) else type(value).__name__
        for key, value in event.items()
        if key in KEYS
    }
    said = event.get("event")
    fixed = isinstance(said, str) and len(said) <= LONGEST_EVENT and said.isprintable()
    kept |= {"event": said if fixed else "unnamed event", "level": event["level"], "time": _time()}
    return kept | _exception(event.get("exc_info"))


def _plain(value: object) -> bool:
    if isinstance(value, str):
        return PLAIN.fullmatch(value) is not None
    return value is None or isinstance(value, bool | int | float)


class _Handler(logging.Handler):
    """A library's record: its logger, level, place and exception type."""

    def __init__(self, renderer: Processor, out: _Out) -> None:
        super().__init__()
        self._renderer, self._out = renderer, out

    def emit(self, record: logging.LogRecord) -> None:
        # uvicorn logs some exceptions as the message itself
        info = record.exc_info or record.msg
        kept: dict[str, Any] = {
            "event": _fixed(record.msg),
            "level": record.levelname.lower(),
            "logger": record.name,
            "path": f"{_short(record.pathname)}:{record.lineno}",
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds"),
        }
        self._out.msg(str(self._renderer(None, record.levelname, kept | _exception(info))))


def _fixed(message: object) -> str:
    first = message.partition("\n")[0] if isinstance(message, str) else ""
    return first if first in KNOWN else "library message"


def _exception(info: object) -> dict[str, Any]:
    """Types from the outermost to the cause, and the file:line of each step; no text."""
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if not isinstance(error, BaseException):
        return {}
    chain = list(_chain(error))
    return {
        "errors": [_name(each) for each in chain],
        "at": [place for each in chain for place in _places(each)][-FRAMES:],
    }


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        if isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        else:
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _name(error: BaseException) -> str:
    number = error.errno if isinstance(error, OSError) else None
    return type(error).__name__ + (f" {errno.errorcode.get(number, '')}" if number else "")


def _places(error: BaseException) -> list[str]:
    steps = traceback.walk_tb(error.__traceback__)
    return [f"{_short(frame.f_code.co_filename)}:{line}" for frame, line in steps]


def _short(path: str) -> str:
    return "/".join(path.replace("\\", "/").split("/")[-3:])


def _time() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _hooks() -> None:
    """What nobody caught goes the same way as the rest."""
    log = logging.getLogger("uncaught")

    def hook(
        kind: type[BaseException], error: BaseException, trace: types.TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        log.critical("", exc_info=(kind, error, trace))

    def in_thread(caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None and not isinstance(caught.exc_value, SystemExit):
            hook(caught.exc_type, caught.exc_value, caught.exc_traceback)

    def unraisable(caught: sys.UnraisableHookArgs) -> None:
        if caught.exc_value is not None:
            hook(caught.exc_type, caught.exc_value, caught.exc_traceback)

    def warned(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        info = (category, message if isinstance(message, Warning) else category(), None)
        log.handle(log.makeRecord("warnings", logging.WARNING, filename, lineno, "", (), info))

    warnings.showwarning = warned
    sys.excepthook = hook
    threading.excepthook = in_thread
    sys.unraisablehook = unraisable
