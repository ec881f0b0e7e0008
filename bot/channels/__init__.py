"""Ways out to people, and back in. `SMS_PROVIDERS` names every SMS provider, by hand.

A new provider is one file here, one line in `SMS_PROVIDERS`, and a stand-in under `tests/fakes`
with the same name: the shared tests in `tests/channels/test_every_provider*.py` then run over it.
CONTRIBUTING.md names the other places that know each provider.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from bot.domain import SmsProvider

Loader: TypeAlias = Callable[[], type[SmsProvider]]


def _twilio() -> type[SmsProvider]:
    from bot.channels.twilio import Twilio  # noqa: PLC0415 - its SDK is read only when it is used

    return Twilio


def _notify() -> type[SmsProvider]:
    from bot.channels.notify import Notify  # noqa: PLC0415 - its HTTP client likewise

    return Notify


SMS_PROVIDERS: Mapping[str, Loader] = MappingProxyType({"twilio": _twilio, "notify": _notify})
