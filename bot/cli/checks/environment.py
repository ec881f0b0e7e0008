"""The environment: every variable that can be read is read, the others are named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from bot.cli.checks.finding import Finding, look, missing, ok, wrong

if TYPE_CHECKING:
    from bot.settings import Settings

OURS = ("KEYWORKER_", "SMS_", "TWILIO_", "NOTIFY_", "FAMILY_BOT_", "STAFF_BOT_", "TELEGRAM_")
NO_SETTING = frozenset({"KEYWORKER_NEW_INDEX_KEY", "KEYWORKER_SPECS"})
HERE = ("localhost", "127.", "0.0.0.0", "[::", "10.", "192.168.")  # noqa: S104  told apart, not used
THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})
PROXIES = "FORWARDED_ALLOW_IPS"  # read by the web server itself
SHORTEST_TOKEN = 16
LAST_PORT = 65535


def read(environment: Mapping[str, str]) -> tuple[Settings, list[Finding]]:
    """Read the settings; what cannot be read is said, and its default takes its place."""
    from pydantic import ValidationError

    from bot.settings import Settings

    known = {str(field.validation_alias): field for field in Settings.model_fields.values()}
    findings = list(unknown(environment, known))
    instead: dict[str, Any] = {}
    while True:
        try:
            return Settings(**instead), findings
        except ValidationError as error:
            for fault in error.errors():
                name = str(fault["loc"][0])
                instead[name] = known[name].default
                findings.append(wrong("settings", _unreadable(name, fault)))


def _unreadable(name: str, fault: Any) -> str:
    if fault["type"] == "literal_error":
        return f"{name} has to be {fault['ctx']['expected']}."
    if fault["type"].startswith("int_"):
        return f"{name} has to be a whole number."
    return f"{name} cannot be read: see .env.example for what it may be."


def unknown(environment: Mapping[str, str], known: Iterable[str]) -> Iterable[Finding]:
    """Find variables that nobody reads: misspelt, they would leave a default in force unseen."""
    from bot.imports.faults import did_you_mean

    names = sorted(known)
    for name in sorted(environment):
        if name.startswith(OURS) and name.upper() not in {*names, *NO_SETTING}:
            yield look("settings", f"{name} is no setting, and nobody reads it."
                       f"{did_you_mean(name, names)}")  # fmt: skip


def listening(settings: Settings) -> Iterable[Finding]:
    """Say who may reach the web server and its figures."""
    if not 0 < settings.port <= LAST_PORT:
        yield wrong("web server", f"KEYWORKER_PORT has to be from 1 to {LAST_PORT}.")
    elif settings.host not in THIS_MACHINE:
        yield look("web server", "KEYWORKER_HOST lets other machines in past the TLS proxy.")
    else:
        yield ok("web server", f"listens on port {settings.port} of this machine only.")
    token = settings.metrics_token.get_secret_value()
    if token and len(token) < SHORTEST_TOKEN:
        yield wrong("metrics", "KEYWORKER_METRICS_TOKEN is too short: "
                    f"take {SHORTEST_TOKEN} or more letters and digits.")  # fmt: skip


def registers(settings: Settings) -> Iterable[Finding]:
    """Say who may send registers without a person; with no key nobody may, and that is well."""
    from bot.domain import NotReady

    try:
        keys = settings.register_keys
    except NotReady as refusal:
        yield wrong("registers", str(refusal))
        return
    if keys:
        bound = sum(bool(key.school) for key in keys)
        yield ok("registers", f"taken at /api/register. Keys: {len(keys)}, of which for one school "
                 f"only: {bound}.")  # fmt: skip


def behind(settings: Settings, environment: Mapping[str, str]) -> Iterable[Finding]:
    """Say when a proxy on another machine would make all its callers one."""
    if settings.host not in THIS_MACHINE and not environment.get(PROXIES, "").strip():
        yield look("proxy", f"{PROXIES} is empty: behind a proxy on another machine the whole "
                   "world shares one limit for signing in. Name its address there.")  # fmt: skip


def called_by(settings: Settings) -> list[str]:
    """Name who has to reach us at the public address."""
    bots = settings.family_bot_token or settings.staff_bot_token
    texters = {settings.sms_provider, settings.sms_stand_in}
    asked = {
        "Twilio": "twilio" in texters and settings.twilio_inbound != "poll",
        "Telegram": bool(bots) and settings.telegram_mode == "webhook",
    }
    return [name for name, calls in asked.items() if calls]


def public_address(settings: Settings) -> Finding:
    """Say whether providers can call us at the address they are given."""
    url, callers = settings.public_url, called_by(settings)
    if not url:
        return _no_address(settings, callers)
    try:
        parts = urlsplit(url)
        fault = _fault(parts, parts.port)
    except ValueError:
        fault = "cannot be read as an address: write it like https://texts.example.org"
    if fault:
        return wrong("public address", f"KEYWORKER_PUBLIC_URL {fault}.")
    who = " and ".join(callers) or "nobody who is set up"
    return ok("public address", f"has the right form, and is called by {who}.")


def _no_address(settings: Settings, callers: list[str]) -> Finding:
    if callers:
        return missing("public address", "KEYWORKER_PUBLIC_URL is not set, and "
                       f"{' and '.join(callers)} would have to call it: set it to the https "
                       "address of the proxy, or have messages fetched (TWILIO_INBOUND=poll, "
                       "TELEGRAM_MODE=polling).")  # fmt: skip
    if settings.sms_provider == "notify":
        return ok("public address", "none, so everything is asked for instead of brought.")
    return ok("public address", "none, and none is needed: nobody calls.")


def _fault(parts: SplitResult, port: int | None) -> str:
    del port  # read only because a port that is no number raises
    host = parts.netloc.rpartition("@")[2]
    checks = (
        (parts.scheme != "https", "has to begin with https://"),
        (not parts.hostname, "names no host: write it like https://texts.example.org"),
        ("@" in parts.netloc, "must not hold a user or password"),
        (bool(parts.query or parts.fragment), "must not hold a question mark or a hash"),
        (host.startswith(HERE), "is an address of this machine or network: the world is to use it"),
        (parts.path.endswith("/"), "must not end with a slash"),
    )
    return next((fault for applies, fault in checks if applies), "")
