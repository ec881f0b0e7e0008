"""What the stand-in for Telegram holds against Telegram's own description, and how."""

from __future__ import annotations

import json

import pytest

from tests.fakes.bot_api import BotApi, schema
from tests.fakes.telegram import FAMILY_TOKEN, FakeTelegram
from tests.fakes.telegram_libraries import Aiogram, asked

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

LEANNE = 5_000_000_001


@pytest.fixture
async def fake():
    async with FakeTelegram() as server:
        yield server


@pytest.fixture
def api() -> BotApi:
    found = schema()
    if found is None:
        pytest.skip("no description of the Bot API: set KEYWORKER_SPECS")
    return found


def keyboard(**button):
    return json.dumps({"inline_keyboard": [[{"text": "OK", **button}]]})


# ---- What Telegram describes ------------------------------------------------------------------


async def test_a_wrong_request_is_refused_and_remembered(fake):
    if fake.unchecked:
        pytest.skip(fake.unchecked)
    answer = await asked(fake, "sendMessage", chat_id=str(LEANNE), text="Kai", colour="red")
    assert (answer["ok"], answer["error_code"]) == (False, 400)
    assert fake.violations == ["sendMessage/colour: unknown"]
    assert fake.sent(FAMILY_TOKEN) == []
    fake.violations.clear()


async def test_a_wrong_update_of_our_own_making_is_remembered(fake):
    if fake.unchecked:
        pytest.skip(fake.unchecked)
    await fake.writes(FAMILY_TOKEN, LEANNE, "Hello", colour="red")
    assert fake.violations == ["Update/message/colour: unknown"]
    fake.violations.clear()


async def test_a_wrong_answer_of_our_own_making_is_remembered(fake):
    if fake.unchecked:
        pytest.skip(fake.unchecked)
    fake.bots[FAMILY_TOKEN].username = 7
    await asked(fake, "getMe")
    assert fake.violations == ["getMe result/first_name: String", "getMe result/username: String"]
    fake.violations.clear()


async def test_a_test_in_which_something_was_wrong_fails():
    if schema() is None:
        pytest.skip("no description of the Bot API")
    with pytest.raises(AssertionError, match="no such method"):
        async with FakeTelegram() as fake:
            await asked(fake, "sendPigeon")


async def test_without_the_description_everything_works_and_nothing_is_checked(
    monkeypatch, tmp_path
):
    monkeypatch.setenv("KEYWORKER_SPECS", str(tmp_path))
    schema.cache_clear()
    try:
        async with FakeTelegram() as fake, Aiogram(fake.base_url) as bot:
            assert fake.unchecked
            await bot.says(LEANNE, "Hello", "OK")
            await asked(fake, "sendMessage", chat_id=str(LEANNE), text="x", colour="red")
            assert (len(fake.sent(bot.token)), fake.violations) == (2, [])
    finally:
        schema.cache_clear()


@pytest.mark.parametrize(
    ("method", "form", "fault"),
    [
        ("sendPigeon", {}, "sendPigeon: no such method"),
        ("sendMessage", {"chat_id": "7"}, "sendMessage/text: required"),
        ("sendMessage", {"chat_id": "7", "text": "a", "colour": "red"}, "colour: unknown"),
        ("sendMessage", {"chat_id": "7", "text": ""}, "text: 1 to 4096"),
        ("sendMessage", {"chat_id": "7", "text": " \n"}, "text: 1 to 4096"),
        ("sendMessage", {"chat_id": "7", "text": "😀" * 2049}, "text: 1 to 4096"),
        ("sendMessage", {"chat_id": [7], "text": "a"}, "sendMessage/chat_id: Integer"),
        ("sendMessage", {"chat_id": "7", "text": 5}, "sendMessage/text: String"),
        ("sendMessage", {"chat_id": "7", "text": "a", "protect_content": "yes"}, "Boolean"),
        ("sendMessage", {"chat_id": "7", "text": "a", "message_thread_id": "1.5"}, "Integer"),
        ("sendMessage", {"chat_id": "7", "text": "a", "message_thread_id": "true"}, "Integer"),
        (
            "sendMessage",
            {"chat_id": "7", "text": "a", "entities": '[{"type":"url","offset":0}]'},
            "sendMessage/entities/0/length: required",
        ),
        ("sendMessage", {"chat_id": "7", "text": "a", "entities": "{"}, "Array of MessageEntity"),
        ("sendPhoto", {"chat_id": "7"}, "sendPhoto/photo: required"),
        ("sendPhoto", {"chat_id": "7", "photo": "attach://x"}, "named and not attached"),
        (
            "sendPhoto",
            {"chat_id": "7", "photo": "id", "caption": "a" * 1025},
            "caption: up to 1024",
        ),
        ("sendLocation", {"chat_id": "7", "latitude": "NaN", "longitude": "1"}, "latitude: Float"),
        ("setWebhook", {"url": "https://a", "secret_token": "s 1"}, "secret_token: 1 to 256"),
        ("setWebhook", {"url": "https://a", "secret_token": "s" * 257}, "secret_token: 1 to 256"),
        ("getUpdates", {"limit": "101"}, "limit: 1 to 100"),
        ("getUpdates", {"allowed_updates": "message"}, "allowed_updates: Array of String"),
        ("editMessageText", {"chat_id": "7", "text": "a"}, "no message is named"),
        ("setMyCommands", {"commands": '[{"command":"No!","description":"x"}]'}, "1 to 32"),
    ],
)
def test_a_wrong_request_is_told_by_its_field_and_its_rule(api, method, form, fault):
    (told,) = api.request_faults(method, form)
    assert fault in told


@pytest.mark.parametrize(
    ("button", "fault"),
    [
        ({"callback_data": "a" * 65}, "0/0/callback_data: 1 to 64 bytes"),
        ({"callback_data": "ż" * 33}, "0/0/callback_data: 1 to 64 bytes"),
        ({"callback_data": ""}, "0/0/callback_data: 1 to 64 bytes"),
        ({"callback_data": 5}, "0/0/callback_data: String"),
        ({"callback_data": "a", "url": "https://a"}, "0/0: exactly one action"),
        ({}, "0/0: exactly one action"),
        ({"callback_data": "a", "text": " "}, "0/0/text: not blank"),
        ({"callback_data": "a", "colour": "red"}, "0/0/colour: unknown"),
    ],
)
def test_a_wrong_button_is_found_inside_its_keyboard(api, button, fault):
    form = {"chat_id": "7", "text": "a", "reply_markup": keyboard(**button)}
    faults = api.request_faults("sendMessage", form)
    assert f"sendMessage/reply_markup/inline_keyboard/{fault}" in faults


@pytest.mark.parametrize(
    ("method", "form", "files"),
    [
        ("sendMessage", {"chat_id": "-7", "text": "😀" * 2048}, ()),
        ("sendMessage", {"chat_id": "@channel", "text": "a"}, ()),
        ("sendMessage", {"chat_id": 7, "text": "attach://x", "protect_content": True}, ()),
        ("sendMessage", {"chat_id": "7", "text": "a", "reply_markup": keyboard(url="a")}, ()),
        ("sendMessage", {"chat_id": "7", "text": "a", "reply_markup": '{"force_reply":true}'}, ()),
        ("sendPhoto", {"chat_id": "7"}, ("photo",)),
        ("sendPhoto", {"chat_id": "7", "photo": "attach://x", "caption": ""}, ("x",)),
        ("sendPhoto", {"chat_id": "7", "photo": "AgACAgQAAx"}, ()),
        (
            "sendMediaGroup",
            {"chat_id": "7", "media": '[{"type":"photo","media":"attach://x"}]'},
            ("x",),
        ),
        ("sendLocation", {"chat_id": "7", "latitude": "54", "longitude": "-1.2"}, ()),
        ("setWebhook", {"url": "", "allowed_updates": '["message"]'}, ()),
        ("setMyCommands", {"commands": "[]", "scope": '{"type":"all_private_chats"}'}, ()),
    ],
)
def test_a_right_request_is_left_alone(api, method, form, files):
    assert api.request_faults(method, form, files) == []


def test_a_picture_nobody_asked_for_is_told(api):
    faults = api.request_faults("sendMessage", {"chat_id": "7", "text": "a"}, ["x"])
    assert faults == ["sendMessage: a file is attached and not named"]


def test_a_thing_that_calls_itself_by_a_wrong_name_is_told(api):
    form = {"commands": "[]", "scope": '{"type":"everybody"}'}
    (told,) = api.request_faults("setMyCommands", form)
    assert "scope/type: has to be" in told


def test_no_fault_repeats_a_word_of_the_message(api):
    form = {"chat_id": "Kai", "text": "Kai" * 5000, "reply_markup": '{"Kai":"Kai"'}
    faults = api.request_faults("sendMessage", {**form, "entities": '"Kai"', "parse_mode": "Kai"})
    assert len(faults) == 3
    assert "Kai" not in "".join(faults)


def test_every_kind_of_a_thing_is_told_by_the_word_that_aiogram_gives_it(api):
    types = pytest.importorskip("aiogram.types")
    told = {}
    for name, (tag, _word) in api.kinds.items():
        default = getattr(types, name).model_fields[tag].default
        told[name] = (tag, str(getattr(default, "value", default)))
    assert told == api.kinds
    assert len(told) > 100
