"""Twilio and GOV.UK Notify: is each set up, and does it take our credentials?"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.cli.checks.asking import NOT_TAKEN, Answer, ask, base_fault
from bot.cli.checks.finding import Finding, look, missing, ok, unreachable, wrong

if TYPE_CHECKING:
    from datetime import datetime

    import aiohttp

    from bot.settings import Settings

TWILIO_API = "https://api.twilio.com"
UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
SHAPES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "TWILIO_ACCOUNT_SID": (
            r"AC[0-9a-f]{32}",
            "has to be AC and 32 letters and digits: copy it whole",
        ),
        "TWILIO_FROM": (
            r"\+[1-9][0-9]{6,14}|[0-9]{3,8}|MG[0-9a-f]{32}",
            "has to be a number with + and country: families cannot reply to a name",
        ),
        "NOTIFY_API_KEY": (
            rf".+-{UUID}-{UUID}",
            "has to be a name and two ids joined by dashes: copy it whole",
        ),
        "NOTIFY_TEMPLATE_ID": (UUID, "has to be the id of a template: copy it whole"),
        "NOTIFY_CALLBACK_TOKEN": (
            r"[!-~]{10,}(, *[!-~]{10,})*",
            "needs 10 or more letters, digits or signs and no blank: a shorter one is guessed",
        ),
    }
)
HINTS: Mapping[str, str] = MappingProxyType(
    {
        "TWILIO_ACCOUNT_SID": "Twilio's console shows it under Account info",
        "TWILIO_AUTH_TOKEN": "Twilio's console shows it under Account info",
        "TWILIO_FROM": "the number texts come from, written with +44",
        "NOTIFY_API_KEY": "make a live key under API integration, and copy it whole",
        "NOTIFY_TEMPLATE_ID": "the id of a text message template that holds ((message)) alone",
        "NOTIFY_CALLBACK_TOKEN": "10 or more letters and digits that callbacks have to show",
        "KEYWORKER_PUBLIC_URL": "the https address it is to call, unless replies are fetched",
    }
)
CHOSEN = ("ACCOUNT_SID", "AUTH_TOKEN", "API_KEY", "TEMPLATE_ID")  # set only by who means it


def in_use(settings: Settings) -> Finding:
    """Say who carries texts, and who stands in."""
    from bot.providers import stand_in_fault

    if fault := stand_in_fault(settings):
        return wrong("SMS provider", fault)
    name, second = settings.sms_provider, settings.sms_stand_in
    if name == "simulator":
        return look("SMS provider", "SMS_PROVIDER is simulator: no text leaves this machine.")
    if second:
        return ok("SMS provider", f"{name} carries texts, and {second} stands in when it cannot.")
    return ok("SMS provider", f"{name} carries texts, and nobody stands in when it cannot.")


def unused(settings: Settings) -> Iterable[Finding]:
    """Name a provider that is set up and used by nothing: it may have been meant to stand in."""
    from bot.providers import unheard

    for name in unheard(settings):
        yield look(name, f"is set up and not used: SMS_STAND_IN={name} would have it stand in.")


def wanted(settings: Settings) -> list[str]:
    """Name the providers somebody has begun to set up."""
    from bot.providers import BUILDERS, in_use

    return [name for name in BUILDERS if name in in_use(settings) or _begun(settings, name)]


def prefix(name: str) -> str:
    """Say how every variable of a provider begins."""
    return f"{name.upper()}_"


def _begun(settings: Settings, name: str) -> bool:
    from bot.providers import NEEDED

    needed = NEEDED[name](settings).items()
    return any(value for variable, value in needed if variable.endswith(CHOSEN))


def lacks(settings: Settings, name: str) -> list[Finding]:
    """Say what a provider cannot do without; for one that is not used, it is worth a look."""
    from bot.providers import in_use as used
    from bot.providers import missing as not_set

    say, so = (missing, "") if name in used(settings) else (look, f", so {name} cannot be used")
    return [
        say(name, f"{variable} is not set{so}: {HINTS[variable]}.")
        for variable in not_set(settings, name)
        if variable.startswith(prefix(name))  # the public address is a part of its own
    ]


def misshapen(settings: Settings, name: str) -> list[Finding]:
    """Say which values cannot be what they are meant to be, however many they are."""
    from bot.providers import NEEDED

    found = [
        wrong(name, f"{variable} {SHAPES[variable][1]}.")
        for variable, value in NEEDED[name](settings).items()
        if value and variable in SHAPES and not re.fullmatch(SHAPES[variable][0], value)
    ]
    fault = base_fault(f"{prefix(name)}API_BASE", _base(settings, name))
    return [*found, wrong(name, fault)] if fault else found


def misfits(settings: Settings, name: str, now: datetime) -> list[Finding]:
    """Say what a provider's own code would refuse; raises nothing."""
    from bot.providers import BUILDERS

    try:
        BUILDERS[name](settings, lambda: now)
    except ValueError as error:
        return [wrong(name, f"{error}.")]
    real = not _base(settings, name)
    return [] if real else [look(name, f"{prefix(name)}API_BASE is set: a stand-in is asked.")]


def _base(settings: Settings, name: str) -> str:
    return str(getattr(settings, f"{name}_api_base"))


async def twilio(session: aiohttp.ClientSession, settings: Settings) -> list[Finding]:
    """Ask Twilio for the account, and whether our number is one of its own."""
    import aiohttp

    token = settings.twilio_auth_token.get_secret_value().split(",")[0]
    proof = aiohttp.encode_basic_auth(settings.twilio_account_sid, token)
    base = (settings.twilio_api_base or TWILIO_API).rstrip("/")
    account = f"{base}/2010-04-01/Accounts/{settings.twilio_account_sid}"
    found = _account(await ask(session, f"{account}.json", authorization=proof))
    if found.fault or not settings.twilio_from.startswith("+"):
        return [found]
    numbers = f"{account}/IncomingPhoneNumbers.json"
    asked = {"PhoneNumber": settings.twilio_from}
    answer = await ask(session, numbers, authorization=proof, **asked)
    return [found, _number(answer, settings)]


def _account(answer: Answer) -> Finding:
    said = answer.said
    if answer.status in NOT_TAKEN:
        words = "Twilio does not take TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN: copy both again."
        return wrong("twilio", words)
    if answer.status != 200 or "status" not in said:
        words = "Twilio does not answer: look at the way out of this network, then at Twilio's."
        return unreachable("twilio", words)
    if said["status"] != "active":
        return wrong("twilio", "the account is suspended or closed: see to it in the console.")
    if said.get("type") == "Trial":
        return look("twilio", "this is a trial account: it texts only numbers it was shown.")
    return ok("twilio", "takes the account and its token.")


def _number(answer: Answer, settings: Settings) -> Finding:
    numbers = answer.said.get("incoming_phone_numbers")
    if answer.status != 200 or not isinstance(numbers, list):
        return look("twilio number", "Twilio did not say whether TWILIO_FROM is ours.")
    if not numbers:
        words = "TWILIO_FROM is no number of this account: nothing could leave, or be answered."
        return wrong("twilio number", words)
    ours = f"{settings.public_url}/webhooks/twilio/message"
    if settings.twilio_inbound != "poll" and numbers[0].get("sms_url") != ours:
        words = ("incoming texts are not sent to KEYWORKER_PUBLIC_URL followed by "
                 "/webhooks/twilio/message: set that in the console, as POST.")  # fmt: skip
        return look("twilio number", words)
    return ok("twilio number", "TWILIO_FROM is a number of this account.")


async def notify(
    session: aiohttp.ClientSession, settings: Settings, now: datetime
) -> list[Finding]:
    """Ask Notify for the template: that proves the key, the clock and the template at once."""
    from bot.channels.notify_http import API, read_key, sign_in

    token = sign_in(read_key(settings.notify_api_key.get_secret_value()), now)
    base = (settings.notify_api_base or API).rstrip("/")
    url = f"{base}/v2/template/{settings.notify_template_id}"
    return [_template(await ask(session, url, authorization=f"Bearer {token}"))]


def _template(answer: Answer) -> Finding:
    said = answer.said
    if answer.status in {401, 403}:
        if "clock" in str(said.get("errors", "")):
            return wrong("notify", "this machine's clock is wrong by more than 30 seconds.")
        return wrong("notify", "Notify does not take NOTIFY_API_KEY: make a new one, and copy it.")
    if answer.status in {400, 404}:
        return wrong("notify", "NOTIFY_TEMPLATE_ID is no template of this service.")
    if answer.status != 200 or "body" not in said:
        return unreachable("notify", "GOV.UK Notify does not answer: look at the way out of here.")
    if said.get("type") != "sms" or str(said["body"]).strip() != "((message))":
        words = "the template has to be a text message that holds ((message)) and nothing else."
        return wrong("notify", words)
    return ok("notify", "takes the key, and the template fits.")


def questions(
    session: aiohttp.ClientSession, settings: Settings, now: datetime
) -> Mapping[str, Callable[[], Awaitable[list[Finding]]]]:
    """Say how each provider is asked."""
    return {
        "twilio": lambda: twilio(session, settings),
        "notify": lambda: notify(session, settings, now),
    }


def polling(settings: Settings) -> Iterable[Finding]:
    """Say how what families send comes in."""
    fetched = settings.twilio_inbound == "poll" or not settings.public_url
    way = {
        "simulator": "from nowhere (simulator)",
        "twilio": "fetched every few seconds" if fetched else "brought by Twilio",
        "notify": "brought by Notify" if settings.public_url else "fetched every few seconds",
    }[settings.sms_provider]
    yield ok("replies", f"texts: {way}.")
