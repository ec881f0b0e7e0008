"""Nobody can type the mark behind which a family is named: it is taken out at every door."""

from __future__ import annotations

from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from starlette.requests import Request

from bot.channels import notify_json, twilio_reading
from bot.handlers.chat_messages import message_event
from bot.handlers.staff_forms import read_form
from bot.imports.tables import read_table
from bot.rules.heard import clean
from bot.scene.names import marked

TYPED = f"{marked(1)} is m\0issing \ud83d\ude00\ud83d"
HEARD = "1 is missing 😀"


def test_whole_characters_stay_and_what_nobody_can_type_does_not():
    assert clean(TYPED) == HEARD


def by_twilio(words: str) -> str:
    return twilio_reading.form_words([(b"Body", words.encode("utf-8", "surrogatepass"))])["Body"]


def by_notify(words: str) -> str:
    fields = {"id": "26785a09-ab16-4eb0-8407-a37497a57506", "from": "447700900100", "words": words}
    return notify_json.inbound(fields, "from", "words").words


def by_telegram(words: str) -> str:
    """One reader serves the bot of the families and the desk of staff."""
    who = SimpleNamespace(id=7, language_code="en")
    nothing = dict.fromkeys(("reply_to_message", "forward_origin", "via_bot", "caption"))
    message = SimpleNamespace(chat=SimpleNamespace(id=7, type="private"), from_user=who,
                              message_id=1, date=0, text=words, **nothing)  # fmt: skip
    return message_event(message, "telegram", 1).inbound.words


def by_file(words: str) -> str:
    table = read_table("pupils", f"name\n{words}\n".encode(), pytest.fail)
    return table.records[0].cells[0]


@pytest.mark.parametrize("door", [by_twilio, by_notify, by_telegram, by_file])
def test_no_door_lets_the_mark_of_a_name_in(door):
    assert door(f"{marked(1)} is missing") == "1 is missing"


async def test_nor_does_a_form_of_the_staff_page():
    async def body() -> dict[str, object]:
        sent = urlencode({"words": f"{marked(1)} is missing"}).encode()
        return {"type": "http.request", "body": sent, "more_body": False}

    form = await read_form(Request({"type": "http", "headers": []}, body))
    assert form["words"] == "1 is missing"
