"""The updates that are made for tests: whole ones are what Telegram may bring, broken ones not."""

from __future__ import annotations

import json
import random

import pytest

from tests.fakes.bot_api import BotApi, schema
from tests.handlers.updates import any_update, broken, kinds
from tests.handlers.updates_filled import Filler

LEANNE = 5_000_000_001


@pytest.fixture
def api() -> BotApi:
    found = schema()
    if found is None:
        pytest.skip("no description of the Bot API: set KEYWORKER_SPECS")
    return found


def seeds(count):
    return [random.Random(number) for number in range(count)]


def test_every_update_that_is_made_is_one_telegram_could_bring(api):
    made = [any_update(chance, number + 1) for number, chance in enumerate(seeds(300))]
    assert [fault for _kind, update in made for fault in api.object_faults("Update", update)] == []
    assert [update["update_id"] for _kind, update in made] == list(range(1, 301))
    assert all(set(update) == {"update_id", kind} for kind, update in made)


def test_anything_telegram_describes_can_be_filled(api):
    by_us = {"BotCommand", "KeyboardButton", "ReplyKeyboardMarkup", "Update", "InputFile"}
    for name in api.types.keys() - api.subtypes.keys() - by_us:
        for chance in seeds(5):
            made = Filler(api, chance, (LEANNE,)).thing(name, 2)
            assert api.object_faults(name, made) == []


def test_people_in_private_chats_come_often_and_every_kind_comes(api):
    chats = (LEANNE, LEANNE + 1)
    made = [any_update(chance, 1, chats) for chance in seeds(2000)]
    assert {kind for kind, _update in made} == set(kinds())
    messages = [update["message"] for kind, update in made if kind == "message"]
    usual = [m for m in messages if m["chat"]["id"] in chats]
    assert len(usual) > 300
    for name in ("text", "photo", "voice", "caption", "reply_to_message", "forward_origin"):
        assert sum(name in m for m in usual) > 3, name
    assert sum(kind == "callback_query" for kind, _update in made) > 200


def test_words_come_in_every_script_and_with_every_oddity(api):
    said = json.dumps([any_update(chance, 1)[1] for chance in seeds(300)])
    for sign in (
        "\\u0000",
        "\\u202e",
        "\\u200f",
        "\\ud83d\\ude00",
        "\\u0633",
        "\\u05e9",
        "\\uffff",
    ):
        assert sign in said
    with pytest.raises(UnicodeEncodeError):  # half characters
        json.dumps(json.loads(said), ensure_ascii=False).encode()


def test_the_same_seed_makes_the_same_update_and_the_same_damage(api):
    def all_of_it():
        return [
            (any_update(chance, 1), broken(chance, any_update(chance, 2)[1]))
            for chance in seeds(50)
        ]

    assert all_of_it() == all_of_it()


def test_every_broken_update_is_broken_and_the_whole_one_stays_whole(api):
    for chance in seeds(1000):
        _kind, update = any_update(chance, 7)
        whole = json.dumps(update)
        body = broken(chance, update)
        assert json.dumps(update) == whole
        assert is_broken(api, body), body[:300]


def is_broken(api, body):
    """Whether a strict reader finds a fault in the text, in the JSON, or in what it says."""

    def once(pairs):
        if len({name for name, _value in pairs}) < len(pairs):
            raise ValueError("a name comes twice")
        return dict(pairs)

    try:
        read = json.loads(body.decode("utf-8", "strict"), object_pairs_hook=once)
        return bool(api.object_faults("Update", read))
    except (ValueError, RecursionError):
        return True


def test_without_the_description_there_are_still_a_few_updates(monkeypatch, tmp_path):
    monkeypatch.setenv("KEYWORKER_SPECS", str(tmp_path))
    schema.cache_clear()
    try:
        made = [any_update(chance, 1) for chance in seeds(100)]
        assert kinds() == ()
    finally:
        schema.cache_clear()
    assert {kind for kind, _update in made} == {
        "message", "edited_message", "callback_query", "my_chat_member"
    }  # fmt: skip
