"""Asking the running service, which alone writes to its data folder, to do what a command wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.settings import Settings

DONE, REFUSED = 200, 422


async def ask_service(settings: Settings, path: str, body: bytes) -> tuple[bool, dict[str, Any]]:
    """Have it do something; returns whether it did, and what it said. Raises `FolderInUse`."""
    import aiohttp

    from bot.handlers.internal import KEY_HEADER
    from storage.folder import FolderInUse, word_left

    word = word_left(settings.data_dir)
    if word is None:
        raise FolderInUse("Another Keyworker is using the data folder. Stop it first.")
    port, key = word
    address = f"http://127.0.0.1:{port}/internal/{path}"
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.post(address, data=body, headers={KEY_HEADER: key}) as answer,
        ):
            if answer.status not in {DONE, REFUSED}:
                raise FolderInUse("The running service does not take this command. Stop it first.")
            return answer.status == DONE, await answer.json()
    except (aiohttp.ClientError, TimeoutError):
        raise FolderInUse("The running service does not answer. Stop it first.") from None
