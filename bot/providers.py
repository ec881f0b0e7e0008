"""The SMS providers of an installation: the one `SMS_PROVIDER` names, and its `SMS_STAND_IN`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TypeAlias

from bot.channels.failover import Failover
from bot.domain import Channel, NotReady, SmsProvider
from bot.settings import Settings

logger = logging.getLogger(__name__)

Clock: TypeAlias = Callable[[], datetime]


def build_providers(settings: Settings, clock: Clock) -> tuple[SmsProvider, ...]:
    """Build the provider in use, then the one that stands in for it, if one is to."""
    try:
        return tuple(BUILDERS[name](settings, clock) for name in in_use(settings))
    except ValueError as error:
        raise NotReady(f"{error}.") from None


def check_provider(settings: Settings) -> None:
    """Refuse to start half-configured."""
    if misplaced := stand_in_fault(settings):
        raise NotReady(misplaced)
    chosen = {"SMS_PROVIDER": settings.sms_provider, "SMS_STAND_IN": settings.sms_stand_in}
    for variable, name in chosen.items():
        if name in BUILDERS and (lacking := missing(settings, name)):
            raise NotReady(f"{variable} is {name}, so please set {', '.join(lacking)}.")
    build_providers(settings, lambda: datetime.now(UTC))
    for name in unheard(settings):
        logger.warning(
            "%s is set up and not used: who writes to its number is not heard. "
            "SMS_STAND_IN=%s would have it stand in.",
            name.capitalize(),
            name,
        )


def in_use(settings: Settings) -> list[str]:
    """Name the providers in use: who carries texts, then who stands in."""
    return [name for name in (settings.sms_provider, settings.sms_stand_in) if name in BUILDERS]


def unheard(settings: Settings) -> list[str]:
    """Name the providers that are set up and used by nothing: nobody hears their numbers."""
    if settings.sms_provider not in BUILDERS:
        return []
    return [name for name in BUILDERS if name not in in_use(settings) and set_up(settings, name)]


def stand_in_fault(settings: Settings) -> str:
    """Say why nobody can stand in as it is set; empty where all is well."""
    if settings.sms_stand_in and settings.sms_provider == "simulator":
        return "SMS_STAND_IN is set, but SMS_PROVIDER is simulator, which nobody stands in for."
    if settings.sms_stand_in and settings.sms_stand_in == settings.sms_provider:
        return "SMS_STAND_IN names the provider that carries texts anyway: name another, or none."
    return ""


def one_channel(providers: tuple[SmsProvider, ...]) -> Channel:
    """Make one way out of the providers in use: the second stands in for the first."""
    first, *others = providers
    return Failover(first, others[0]) if others else first


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
            webhook_key=settings.twilio_webhook_key.get_secret_value(),
        ),
        clock,
    )


def _twilio_needs(settings: Settings) -> dict[str, str]:
    needed = {
        "TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
        "TWILIO_AUTH_TOKEN": settings.twilio_auth_token.get_secret_value(),
        "TWILIO_FROM": settings.twilio_from,
    }
    called = settings.twilio_inbound != "poll"
    return {**needed, "KEYWORKER_PUBLIC_URL": settings.public_url} if called else needed


def _notify(settings: Settings, clock: Clock) -> SmsProvider:
    from bot.channels.notify import Notify, NotifySettings  # noqa: PLC0415  heavy, often unused

    return Notify(
        NotifySettings(
            api_key=settings.notify_api_key.get_secret_value(),
            template_id=settings.notify_template_id,
            callback_token=settings.notify_callback_token.get_secret_value(),
            api_base=settings.notify_api_base,
        ),
        clock,
    )


def _notify_needs(settings: Settings) -> dict[str, str]:
    return {
        "NOTIFY_API_KEY": settings.notify_api_key.get_secret_value(),
        "NOTIFY_TEMPLATE_ID": settings.notify_template_id,
        "NOTIFY_CALLBACK_TOKEN": settings.notify_callback_token.get_secret_value(),
    }


BUILDERS: Mapping[str, Callable[[Settings, Clock], SmsProvider]] = MappingProxyType(
    {"twilio": _twilio, "notify": _notify}
)
NEEDED: Mapping[str, Callable[[Settings], dict[str, str]]] = MappingProxyType(
    {"twilio": _twilio_needs, "notify": _notify_needs}
)
