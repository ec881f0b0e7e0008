"""Half a bot does not start: the message names the variable, and never what stands in it."""

from __future__ import annotations

import pytest

from bot.app import demo_service, demo_web
from bot.bots import build_bots, check_bots
from bot.channels.simulator import Beside, Simulator
from bot.domain import NotReady
from bot.settings import Settings, read_settings
from storage.received import FAMILY_BOT, recall
from tests.fakes.telegram import FAMILY_TOKEN, STAFF_TOKEN

SECRET = "a-secret-of-the-family-bot"
PUBLIC = "https://texts.example.org"


def settings(**given: str) -> Settings:
    return read_settings(**given)


def refusal(**given: str) -> str:
    with pytest.raises(NotReady) as refused:
        check_bots(settings(**given))
    return str(refused.value)


def test_without_tokens_there_is_no_bot_and_nothing_to_refuse():
    assert build_bots(settings()) == ()


@pytest.mark.parametrize("name", ["FAMILY_BOT_TOKEN", "STAFF_BOT_TOKEN"])
@pytest.mark.parametrize("token", ["hello", "12345:short", f"x{FAMILY_TOKEN}", FAMILY_TOKEN + "\n"])
def test_a_token_that_is_none_is_refused_by_name(name, token):
    said = refusal(**{name: token})
    assert name in said
    assert token.strip() not in said


def test_one_bot_cannot_serve_families_and_staff():
    said = refusal(FAMILY_BOT_TOKEN=FAMILY_TOKEN, STAFF_BOT_TOKEN=FAMILY_TOKEN)
    assert "two different bots" in said
    assert FAMILY_TOKEN not in said


@pytest.mark.parametrize("secret", ["", "short", "has spaces in it, sadly", "ü" * 20, "x" * 257])
def test_a_bot_that_is_called_needs_a_secret_nobody_guesses(secret):
    said = refusal(
        FAMILY_BOT_TOKEN=FAMILY_TOKEN,
        FAMILY_BOT_SECRET=secret,
        TELEGRAM_MODE="webhook",
        KEYWORKER_PUBLIC_URL=PUBLIC,
    )
    assert "FAMILY_BOT_SECRET" in said
    assert not secret or secret not in said


@pytest.mark.parametrize("url", ["", "http://texts.example.org", "texts.example.org"])
def test_telegram_calls_only_an_https_address(url):
    given = {"STAFF_BOT_TOKEN": STAFF_TOKEN, "STAFF_BOT_SECRET": SECRET, "TELEGRAM_MODE": "webhook"}
    assert "KEYWORKER_PUBLIC_URL" in refusal(**given, KEYWORKER_PUBLIC_URL=url)
    check_bots(settings(**given, KEYWORKER_PUBLIC_URL=PUBLIC))


def test_fetching_needs_no_address_and_no_secret():
    check_bots(settings(FAMILY_BOT_TOKEN=FAMILY_TOKEN, TELEGRAM_MODE="polling"))


def test_there_is_no_third_way_for_updates_to_come():
    with pytest.raises(NotReady, match="TELEGRAM_MODE"):
        settings(TELEGRAM_MODE="pigeon")


@pytest.mark.parametrize(
    ("name", "token", "bot"),
    [("FAMILY_BOT_TOKEN", FAMILY_TOKEN, "family"), ("STAFF_BOT_TOKEN", STAFF_TOKEN, "staff")],
)
async def test_each_bot_is_built_for_its_own_token_alone(name, token, bot):
    built = build_bots(settings(**{name: token}))
    assert [one.chat.name for one in built] == [bot]
    assert token not in repr(built)
    for one in built:
        await one.chat.close()


@pytest.mark.parametrize(
    ("name", "token", "channel", "other"),
    [
        ("FAMILY_BOT_TOKEN", FAMILY_TOKEN, "telegram", "staff"),
        ("STAFF_BOT_TOKEN", STAFF_TOKEN, "staff", "telegram"),
    ],
)
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_demonstration_has_the_bot_it_has_a_token_for(
    tmp_path, name, token, channel, other, mode
):
    given = {name: token, name.replace("TOKEN", "SECRET"): SECRET, "TELEGRAM_MODE": mode}
    service = await demo_service(
        settings(**given, KEYWORKER_DATA_DIR=str(tmp_path), KEYWORKER_PUBLIC_URL=PUBLIC)
    )
    try:
        assert [ear.door.bot.channel for ear in service.ears] == [channel]
        assert type(service.channels[channel]) is Beside
        assert type(service.channels[other]) is Simulator
        paths = [getattr(route, "path", "") for route in demo_web(service).router.routes]
        doors = [path for path in paths if path.startswith("/webhooks/")]
        assert doors == ([service.ears[0].door.path] if mode == "webhook" else [])
        assert await service.database.read(lambda c: recall(c, FAMILY_BOT)) in {None, ""}
    finally:
        await service.close()


@pytest.mark.parametrize("name", ["FAMILY_BOT", "STAFF_BOT"])
def test_tokens_and_secrets_are_not_shown_with_the_settings(name):
    said = repr(settings(**{f"{name}_TOKEN": FAMILY_TOKEN, f"{name}_SECRET": SECRET}))
    assert FAMILY_TOKEN not in said
    assert SECRET not in said
