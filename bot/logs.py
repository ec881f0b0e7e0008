"""Logs that carry ids, never words or numbers: one redactor for our records and the libraries'."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Digits inside a longer word are an id; `%2B` is how an address on the web writes the plus.
PHONE = re.compile(r"(?:(?<![\w.])|(?<=%2B))\+?\d[\d ()-]{7,}\d(?!\w)")
TOKEN = re.compile(
    r"\d{6,}:[A-Za-z0-9_-]{30,}\b|gAAAA[A-Za-z0-9_=-]{20,}|Bearer \S+"
    r"|(?:(?<=/calendar/)|(?<=/v/))[A-Za-z0-9_-]{16,}"
)
FORBIDDEN = frozenset({"phone", "address", "name", "words", "body", "text", "token", "password"})
QUIET = ("aiogram", "aiosqlite", "alembic", "asyncio", "httpcore", "httpx", "sqlalchemy",
         "telegram", "twilio", "aiohttp", "multipart", "uvicorn.access", "apscheduler")  # fmt: skip

Event = MutableMapping[str, Any]


def redact(_logger: Any, _method: str, event: Event) -> Event:
    """Take numbers and tokens out of every value, and everything out of keys that hold words."""
    for key, value in event.items():
        if key in FORBIDDEN:
            event[key] = "[redacted]"
        elif key != "timestamp" and not isinstance(value, int | float | None):
            event[key] = PHONE.sub("[number]", TOKEN.sub("[token]", str(value)))
    return event


def bare_fact(_logger: Any, _method: str, event: Event) -> Event:
    """Cut what asyncio says of a fault before it quotes the fault, or what a call was given."""
    if event.get("logger") == "asyncio":
        event["event"] = re.split(r"[\n<(]", str(event["event"]))[0].strip()
    return event


def kind_of_fault(_logger: Any, _method: str, event: Event) -> Event:
    """Keep where a fault came from and drop its text: it may quote what a family wrote."""
    fault = event.pop("exc_info", None)
    error = fault[1] if isinstance(fault, tuple) else fault
    if isinstance(error, BaseException):
        event["fault"] = type(error).__name__
        event["at"] = _places(error)
    return event


def _places(error: BaseException) -> str:
    places, frame = [], error.__traceback__
    while frame is not None:
        code = frame.tb_frame.f_code
        places.append(f"{code.co_name}:{frame.tb_lineno}")
        frame = frame.tb_next
    return " > ".join(places[-6:])


def set_up(level: str = "INFO") -> None:
    """Send every record of the process through the redactor, as one line each."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(allow={"job", "attempt", "fault"})],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            kind_of_fault,
            bare_fact,
            redact,
            structlog.processors.LogfmtRenderer(
                key_order=["timestamp", "level", "logger", "event"]
            ),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.raiseExceptions = False  # a record that cannot be written would be quoted on stderr
    for name in QUIET:
        # Their records quote addresses, statements and their values: not even at DEBUG.
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers[:] = []
        logging.getLogger(name).propagate = True
