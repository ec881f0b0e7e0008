"""The two bots: is each one a bot, is it the right way round, and does Telegram know it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli.checks.asking import NOT_TAKEN, Answer, ask, base_fault
from bot.cli.checks.finding import Finding, look, missing, ok, unreachable, wrong

if TYPE_CHECKING:
    import aiohttp

    from bot.settings import Settings

TELEGRAM_API = "https://api.telegram.org"
BOTS = ("family", "staff")


def part_of(bot: str) -> str:
    """Name a bot as a part of the service."""
    return f"{bot} bot"


def given(settings: Settings, bot: str) -> tuple[str, str]:
    """Read a bot's token and secret."""
    pairs = {
        "family": (settings.family_bot_token, settings.family_bot_secret),
        "staff": (settings.staff_bot_token, settings.staff_bot_secret),
    }
    token, secret = pairs[bot]
    return token.get_secret_value(), secret.get_secret_value()


def set_up(settings: Settings, bot: str) -> Finding | None:
    """Say what keeps a bot from being used; None where Telegram may be asked."""
    from bot.bots import SECRET
    from bot.channels.telegram_words import is_token

    part, name = part_of(bot), bot.upper()
    token, secret = given(settings, bot)
    if not token and secret:
        words = f"{name}_BOT_SECRET is set and {name}_BOT_TOKEN is not: BotFather gives it."
        return missing(part, words)
    if not token:
        return ok(part, f"none: {name}_BOT_TOKEN is empty.")
    if not is_token(token):
        words = f"{name}_BOT_TOKEN is no bot token: BotFather gives digits, a colon and letters."
        return wrong(part, words)
    if bot == "staff" and token == given(settings, "family")[0]:
        words = "STAFF_BOT_TOKEN is the family bot's: families must not reach what staff can do."
        return wrong(part, words)
    if settings.telegram_mode == "webhook" and not SECRET.fullmatch(secret):
        say = wrong if secret else missing
        words = f"{name}_BOT_SECRET has to be 16 to 256 letters, digits, _ or - for webhooks."
        return say(part, words)
    fault = base_fault("TELEGRAM_API_BASE", settings.telegram_api_base)
    return wrong(part, fault) if fault else None


async def ask_telegram(
    session: aiohttp.ClientSession, settings: Settings, bot: str
) -> list[Finding]:
    """Ask Telegram who the bot is, and how its updates come."""
    base = (settings.telegram_api_base or TELEGRAM_API).rstrip("/")
    url = f"{base}/bot{given(settings, bot)[0]}"
    found = _bot(bot, await ask(session, f"{url}/getMe"))
    if found.fault:
        return [found]
    late = _delivery(bot, await ask(session, f"{url}/getWebhookInfo"), settings)
    return [found, late] if late else [found]


def _bot(bot: str, answer: Answer) -> Finding:
    part, me = part_of(bot), answer.said.get("result")
    if answer.status in NOT_TAKEN:
        words = f"Telegram does not know {bot.upper()}_BOT_TOKEN: copy it from BotFather again."
        return wrong(part, words)
    if answer.status != 200 or not isinstance(me, dict):
        words = "Telegram does not answer: look at the way out of here; texts go on without it."
        return unreachable(part, words)
    if me.get("can_join_groups"):
        return look(part, "it may be put into groups: switch off “Allow groups” at BotFather.")
    return ok(part, "Telegram knows it.")


def _delivery(bot: str, answer: Answer, settings: Settings) -> Finding | None:
    told = answer.said.get("result")
    brought = settings.telegram_mode == "webhook"
    if not brought or not isinstance(told, dict) or not told.get("last_error_date"):
        return None
    words = "Telegram could not bring updates lately: look at the proxy and its certificate."
    return look(part_of(bot), words)


def polling(settings: Settings) -> Finding:
    """Say how what is written to the bots comes in."""
    if not any(given(settings, bot)[0] for bot in BOTS):
        return ok("replies", "Telegram: no bot, so nothing.")
    fetched = settings.telegram_mode == "polling"
    way = "fetched, by one process at a time" if fetched else "brought by Telegram"
    return ok("replies", f"Telegram: {way}.")
