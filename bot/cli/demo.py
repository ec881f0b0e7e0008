"""`demo`: the whole service with the fictional Marlbridge taskforce."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.settings import Settings


def demo(
    port: int = typer.Option(0, help="Port to listen on; 0 takes KEYWORKER_PORT or 8000."),
    log_level: str = typer.Option("WARNING", help="DEBUG, INFO, WARNING or ERROR."),
) -> None:
    """Run the demonstration on SQLite with simulated phones."""
    from bot.logs import set_up
    from bot.settings import read_settings
    from storage.folder import locked

    set_up(log_level.upper())
    settings = read_settings()
    with locked(settings.data_dir):
        asyncio.run(_run(settings, port or settings.port))


async def _run(settings: Settings, port: int) -> None:
    import secrets

    from bot.app import demo_service, demo_web
    from bot.cli.web_server import run_web
    from bot.demo import keep_registers, settle_in
    from bot.demo_hours import log_hours
    from bot.demo_plan import agree_plan
    from bot.demo_visits import book_visits
    from storage.folder import leave_word

    print("Keyworker demonstration: opening the database ...", flush=True)
    service = await demo_service(settings)
    key = secrets.token_urlsafe(32)
    leave_word(settings.data_dir, port, key)
    try:
        if await settle_in(service):
            print("Marlbridge's 24 pupils, their families and 9 staff moved in.", flush=True)
        else:
            print("Going on where it was.", flush=True)
        await keep_registers(service)
        await agree_plan(service)
        await log_hours(service)
        await book_visits(service)
        async with service.at_work():
            token = settings.metrics_token.get_secret_value()
            web = demo_web(service, key, token, settings.register_keys)
            await run_web(web, settings.host, port)
    finally:
        await service.close()
    print("Stopped. Nothing is lost: start it again and it goes on from here.", flush=True)
