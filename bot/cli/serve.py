"""`serve`: the service as a taskforce runs it; `--dry-run` only lists a week."""

from __future__ import annotations

import asyncio
import gc
import logging
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.settings import Settings


class Role(StrEnum):
    """What this process does."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"


def serve(
    role: Role = typer.Option(Role.ALL, help="web: only webhooks. worker: only clock and sending."),
    dry_run: bool = typer.Option(False, "--dry-run", help="List a week; send nothing."),
    log_level: str = typer.Option("INFO", help="DEBUG, INFO, WARNING or ERROR."),
) -> None:
    """Run the service."""
    gc.disable()  # nothing made while starting is garbage, and looking for it takes a tenth of it
    try:
        _serve(role, dry_run=dry_run, log_level=log_level)
    finally:
        gc.enable()


def _serve(role: Role, *, dry_run: bool, log_level: str) -> None:
    from datetime import UTC, datetime

    from bot.cli.checks.practice import helplines
    from bot.domain import NotReady
    from bot.logs import set_up
    from bot.settings import read_settings
    from storage.database import wal_reset_fault

    set_up(log_level.upper())
    settings = read_settings()
    if dry_run:
        from bot.cli.dry_run import list_week

        asyncio.run(list_week(settings))
        return
    if role is not Role.ALL and settings.url.startswith("sqlite"):
        raise NotReady("One SQLite file takes one process: use --role all, or PostgreSQL.")
    if settings.url.startswith("sqlite") and wal_reset_fault():
        logging.getLogger(__name__).warning(
            "This SQLite has the WAL-reset fault; one writer and readers that never checkpoint "
            "stay clear of it. Do not open the file with another program while the service runs."
        )
    for text in helplines(settings, datetime.now(UTC).date()):
        logging.getLogger(__name__).warning("Before families rely on this: %s", text)
    with _place(settings, role):
        asyncio.run(_run(settings, role))


def _place(settings: Settings, role: Role) -> AbstractContextManager[None]:
    """Hold what this process alone may use: the SQLite file, and the spool of taken calls.

    On PostgreSQL any number of workers share a folder, for they keep nothing in it.
    """
    from storage.folder import locked

    if role is Role.WORKER:
        return nullcontext()
    return locked(settings.data_dir)


async def _run(settings: Settings, role: Role) -> None:
    import secrets

    from bot.app import real_service, real_web
    from bot.cli.watchdog import end_within
    from bot.cli.web_server import run_web
    from storage.folder import leave_word

    service, providers = await real_service(settings, takes_calls=role is not Role.WORKER)
    try:
        if role is Role.WORKER:
            async with service.at_work():
                _started()
                await _until_stopped()
            return
        key, token = secrets.token_urlsafe(32), settings.metrics_token.get_secret_value()
        leave_word(settings.data_dir, settings.port, key)
        registers = settings.register_keys
        web = real_web(service, providers, key, token, settings.public_url, registers)
        async with service.at_work() if role is Role.ALL else service.at_the_door():
            _started()
            await run_web(web, settings.host, settings.port, end_within)
    finally:
        await service.close()


def _started() -> None:
    """Collect garbage from here on, and never look again at what starting has made."""
    gc.freeze()
    gc.enable()


async def _until_stopped() -> None:
    import signal

    from bot.cli.watchdog import end_within

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    print("Working: clock and sending. Stop with Ctrl-C.", flush=True)
    await stopped.wait()
    end_within()
