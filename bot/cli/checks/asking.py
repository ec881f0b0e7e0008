"""Asking a provider one question, bounded in time, whose failures say nothing of what was asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import aiohttp

LONGEST = 256 * 1024  # bytes of an answer that are read
NOT_TAKEN = frozenset({401, 403, 404})


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered; `status` 0: nobody did."""

    status: int = 0
    said: Mapping[str, Any] = field(default_factory=dict, repr=False)


async def ask(
    session: aiohttp.ClientSession, url: str, *, authorization: str = "", **query: str
) -> Answer:
    """Ask once. The address itself may hold a token, so no error leaves this function."""
    import aiohttp

    headers = {"Authorization": authorization} if authorization else {}
    try:
        async with session.get(url, params=query, headers=headers, allow_redirects=False) as answer:
            said = json.loads(await answer.content.read(LONGEST))
            return Answer(answer.status, said if isinstance(said, dict) else {})
    except (aiohttp.ClientError, TimeoutError, OSError):
        return Answer()
    except ValueError:  # an answer that is no JSON comes from somebody on the way
        return Answer()


def base_fault(name: str, base: str) -> str:
    """Say what is wrong with an address that stands in for a provider's own."""
    if base and not base.startswith(("http://", "https://")):
        return f"{name} has to begin with https:// (or be empty, for the real one)."
    return ""
