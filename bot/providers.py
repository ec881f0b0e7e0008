"""The SMS providers of an installation: the one `SMS_PROVIDER` names, and one that stands in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias

from bot.domain import SmsProvider
from bot.settings import Settings

Clock: TypeAlias = Callable[[], datetime]


def build_providers(settings: Settings, clock: Clock) -> tuple[SmsProvider, ...]:
    """Build the provider in use, then any other that is set up; the second stands in for it."""
    if settings.sms_provider == "simulator":
        return ()
    others = [name for name in BUILDERS if name != settings.sms_provider]
    names = [settings.sms_provider, *(name for name in others if set_up(settings, name))]
    return tuple(BUILDERS[name](settings, clock) for name in names)


def missing(settings: Settings, name: str) -> list[str]:
    """Name the variables a provider cannot do without that are not set."""
    return [variable for variable, value in NEEDED[name](settings).items() if not value]


def set_up(settings: Settings, name: str) -> bool:
    """Say whether everything a provider needs is there."""
    return not missing(settings, name)


def _twilio(settings: Settings, clock: Clock) -> SmsProvider:
    from bot.channels.twilio import Twilio, TwilioSettings  # noqa: PLC0415  heavy, often unused

    return Twilio(
        TwilioSettings(
            account_sid=settings.twilio_account_sid,
            auth_tokens=tuple(settings.twilio_auth_token.get_secret_value().split(",")),
            sender=settings.twilio_from,
            api_base=settings.twilio_api_base,
            public_url=settings.public_url,
            inbound=settings.twilio_inbound,
        ),
        clock,
    )


def _twilio_needs(settings: Settings) -> dict[str, str]:
    return {
        "TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
        "TWILIO_AUTH_TOKEN": settings.twilio_auth_token.get_secret_value(),
        "TWILIO_FROM": settings.twilio_from,
        "KEYWORKER_PUBLIC_URL": settings.public_url,
    }


BUILDERS: Mapping[str, Callable[[Settings, Clock], SmsProvider]] = MappingProxyType(
    {"twilio": _twilio}
)
NEEDED: Mapping[str, Callable[[Settings], dict[str, str]]] = MappingProxyType(
    {"twilio": _twilio_needs}
)
