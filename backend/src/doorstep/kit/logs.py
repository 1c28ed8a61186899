"""Logs: one JSON line for each entry on standard error, or readable lines on a terminal.

Entries of libraries (uvicorn, asyncio) leave by the same door. What is in `BOUND`, such as the request id, stands in
each entry. Passwords, tokens, secrets, cookies and the credentials in URLs are blanked, wherever they stand.
"""

import json
import logging
import re
import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import lru_cache
from types import NoneType
from typing import Final, TextIO, cast

import structlog
from pydantic_core import to_json
from structlog.typing import EventDict, Processor, WrappedLogger

from doorstep.kit.log_lines import LogLines

BOUND: Final[ContextVar[Mapping[str, str]]] = ContextVar("bound", default={})  # noqa: B039 -- nobody can change a Mapping
"""What each entry of the present context says, too."""

BLANK = "[redacted]"
_SECRET_NAME = re.compile(r"passw|token|secret|authorization|cookie|credential|api_?key", re.IGNORECASE)
_URL_CREDENTIALS = re.compile(r"(\w+://[^\s:/@]*):[^\s@]+@")
_DEEPEST = 6
_PLAIN = frozenset({int, float, bool, NoneType})


def configure(level: str, stream: TextIO | None = None) -> None:
    """Send every entry of at least `level` (debug, info, warning, error) to `stream`, by default standard error.

    Libraries are heard from `warning` on, and from `info` on when `level` is debug.
    """
    out = stream or sys.stderr
    lines = LogLines(out)
    least = logging.getLevelNamesMapping()[level.upper()]
    steps: list[Processor] = [
        _with_bound,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    ends = _readable() if out.isatty() else _json()
    structlog.configure(
        processors=[*steps, *ends],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        # It writes and flushes, and wants nothing else of a stream.
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", lines)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(lines)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *steps],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ends],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO if least <= logging.DEBUG else max(least, logging.WARNING))


def _json() -> list[Processor]:
    return [structlog.processors.format_exc_info, redact, structlog.processors.JSONRenderer(_dumps)]


def _dumps(entry: EventDict, default: Callable[[object], object]) -> str:
    """The entry in JSON and ASCII, so that a terminal that shows it obeys nothing in it."""
    try:
        return to_json(entry, ensure_ascii=True, fallback=default).decode("ascii")
    except ValueError:  # half of a surrogate pair, for one
        return json.dumps(entry, default=default)


def _with_bound(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
    return {**BOUND.get(), **entry}


def _readable() -> list[Processor]:
    return [structlog.processors.format_exc_info, redact, structlog.dev.ConsoleRenderer()]


def redact(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
    """Blank what nobody who reads logs may learn."""
    for name, value in entry.items():
        if _is_secret(name):
            entry[name] = BLANK
        elif value.__class__ not in _PLAIN:
            entry[name] = _blanked(value)
    return entry


@lru_cache(maxsize=1024)  # the same few names come with every line
def _is_secret(name: str) -> bool:
    return _SECRET_NAME.search(name) is not None


def _blanked(value: object, depth: int = 0) -> object:
    if isinstance(value, str):
        return _URL_CREDENTIALS.sub(rf"\1:{BLANK}@", value) if "://" in value else value
    if depth >= _DEEPEST:
        return value
    if isinstance(value, Mapping):
        return {name: BLANK if _is_secret(str(name)) else _blanked(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_blanked(inner, depth + 1) for inner in value]
    return value
