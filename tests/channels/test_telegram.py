"""Both Telegram bots, sending, against a server on 127.0.0.1."""

from __future__ import annotations

import pytest

from bot.channels.layout import pressed
from bot.channels.telegram_words import TELEGRAM_PACE, chat_message, picture
from bot.domain import NotReady, Refused, Shown
from tests.channels.bots import LEANNE, LINK, a_message, refused
from tests.fakes.telegram import FAMILY_TOKEN

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

PNG = b"\x89PNG\r\n\x1a\n"


async def test_the_words_that_leave_are_the_words_that_are_logged(telegram, chat, kind):
    sent = await chat.send(a_message(turn=7))
    (shown,) = telegram.sent(kind.token, LEANNE)
    assert sent.text == shown["text"] == chat.laid_out(a_message())
    assert sent.text == "How has Kai's week been?\n\nOr tell Dani in your words."
    assert sent.external_id == f"{kind.token.split(':')[0]}:{shown['message_id']}"


async def test_two_messages_have_two_ids(chat):
    one, two = await chat.send(a_message()), await chat.send(a_message())
    assert one.external_id != two.external_id


@pytest.mark.parametrize(("key", "turn"), [("good", 7), ("t:12:done", None)])
async def test_a_press_comes_back_as_the_question_and_the_choice(telegram, chat, kind, key, turn):
    await chat.send(a_message(Shown("Kai?", ((key, "Good"), ("t:12:no", "No"))), turn=turn))
    (shown,) = telegram.sent(kind.token, LEANNE)
    await telegram.presses(kind.token, LEANNE, shown["message_id"], label="Good")
    (update,) = await chat.updates(None, 0)
    assert pressed(update["callback_query"]["data"]) == (turn, key)


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        ((), None),
        (("Good", "OK", "Hard"), [3]),
        (("Mon", "Tue", "Wed", "Thu", "x" * 12), [3, 2]),
        (("Good", "OK", "A different day"), [1, 1, 1]),
    ],
)
async def test_short_choices_stand_beside_each_other(telegram, chat, labels, rows):
    choices = tuple((f"k{n}", label) for n, label in enumerate(labels))
    await chat.send(a_message(Shown("When?", choices), turn=1))
    keyboard = telegram.calls[-1].fields.get("reply_markup", {}).get("inline_keyboard")
    assert (keyboard and [len(row) for row in keyboard]) == rows
    assert [b["text"] for row in keyboard or () for b in row] == list(labels)


@pytest.mark.parametrize(
    "words",
    [
        "Zażółć & 100% <b>+ŷ</b> _x_ *y* = 😟\n#1? @dani /stop https://example.org",
        "سلام \u2068Kai\u2069، آپ کا ہفتہ کیسا رہا؟ می\u200cخواهم",
        "🙂" * 2048,
    ],
)
async def test_words_in_every_script_arrive_as_they_were_written(telegram, chat, kind, words):
    sent = await chat.send(a_message(Shown(words, (("y", "جی ہاں"),)), turn=1))
    (shown,) = telegram.sent(kind.token, LEANNE)
    assert shown["text"] == sent.text == words
    fields = telegram.calls[-1].fields
    assert "parse_mode" not in fields
    assert fields["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize("silent", [True, False])
async def test_a_message_for_somebody_off_duty_makes_no_sound(telegram, chat, silent):
    for qr in ("", LINK):
        await chat.send(a_message(Shown("Kai's mum wrote.", qr=qr), silent=silent))
        assert telegram.calls[-1].fields["disable_notification"] is silent


async def test_what_staff_read_cannot_be_passed_on_but_for_a_link_and_what_families_read_can(
    telegram, chat
):
    for qr in ("", LINK):
        await chat.send(a_message(Shown("Kai's mum wrote.", qr=qr)))
        kept_here = telegram.calls[-1].fields.get("protect_content", False)
        assert kept_here is (chat.channel == "staff" and not qr)


async def test_an_answer_hangs_under_what_it_answers(telegram, chat, kind):
    question = await chat.send(a_message())
    for qr in ("", LINK):
        await chat.send(a_message(Shown("Thank you.", qr=qr), reply_to=question.external_id))
    first, *answers = telegram.sent(kind.token, LEANNE)
    for answer in answers:
        assert answer["reply_to_message"]["message_id"] == first["message_id"]


@pytest.mark.parametrize("other", ["", "1:1", "12", "sim-m-1", "{}:0", "{}:1x", "{}:" + "9" * 30])
async def test_another_bot_s_message_or_none_is_not_pointed_at(telegram, chat, other):
    await chat.send(a_message())
    await chat.send(a_message(reply_to=other.format(chat.number)))
    assert "reply_parameters" not in telegram.calls[-1].fields


async def test_an_answer_to_a_message_that_is_gone_is_sent_all_the_same(telegram, chat, kind):
    await chat.send(a_message(reply_to=f"{chat.number}:4711"))
    assert len(telegram.sent(kind.token, LEANNE)) == 1


async def test_a_link_comes_as_a_picture_to_print_with_the_words_and_buttons(telegram, chat, kind):
    invitation = Shown("Show this to Leanne.", (("t:1:again", "New link"),), qr=LINK)
    sent = await chat.send(a_message(invitation))
    (shown,) = telegram.sent(kind.token, LEANNE)
    assert shown["caption"] == sent.text == "Show this to Leanne."
    assert shown["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "t:1:again"
    (drawn,) = telegram.calls[-1].files.values()
    assert drawn.startswith(PNG)
    assert drawn == picture(LINK) != picture(LINK + "4")


@pytest.mark.parametrize(
    ("words", "address", "method"),
    [
        ("😟" * 512, LINK, "sendPhoto"),
        ("😟" * 512 + "x", LINK, "sendMessage"),
        ("Hello", "x" * 5000, "sendMessage"),
        ("Hello", "half \ud800", "sendMessage"),
    ],
)
async def test_words_matter_more_than_the_picture(telegram, chat, words, address, method):
    sent = await chat.send(a_message(Shown(words, qr=address)))
    assert (telegram.calls[-1].method, sent.text) == (method, words)


LONG = [Shown("🙂" * 2048 + "x"), Shown("x" * 4095, after="y"), Shown("x" * 5000, qr=LINK)]
NOTHING = [Shown(""), Shown(" \n", (("y", "Yes"),))]
HALVES = [Shown("half \ud83d"), Shown("Kai?", (("y", "half \ud83d"),))]
UNFIT = [Shown("Kai?", (("k" * 65, "Yes"),)), Shown("Kai?", (("", "Yes"),))]
NOBODY = ["", "-1001234", "0", "+5", "05", "@dani", "5 0", "٥", "9" * 17]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        *[(a_message(shown), "too_long") for shown in LONG],
        *[(a_message(shown), "") for shown in (*NOTHING, *HALVES, *UNFIT)],
        *[(a_message(to=to), "") for to in NOBODY],
    ],
)
def test_what_telegram_would_never_take_is_refused(message, code):
    with pytest.raises(Refused) as caught:
        chat_message(message, 700000001)
    error = caught.value
    assert (type(error), error.code, error.__context__) == (Refused, code, None)
    assert not any(part in str(error) for part in ("half", "Kai", "1234", "dani"))


async def test_what_is_refused_is_not_tried(telegram, chat):
    for message in (a_message(LONG[0]), a_message(NOTHING[0]), a_message(to=NOBODY[1])):
        assert type(await refused(chat, message)) is Refused
    assert telegram.calls == []


def test_a_bot_knows_its_number_its_people_and_its_pace(kind):
    chat = kind.runs(kind.token)
    assert f"{chat.number}" == kind.token.split(":")[0]
    assert (chat.name, chat.channel) in {("family", "telegram"), ("staff", "staff")}
    assert (chat.pace, chat.pace.per_second) == (TELEGRAM_PACE, 30)


@pytest.mark.parametrize(
    "token",
    ["", "secret", "123", "123:short", "x1:" + "a" * 35, f"{FAMILY_TOKEN}\n", "٣:" + "a" * 35],
)
def test_a_token_that_is_none_is_seen_at_the_start_and_not_repeated(kind, token):
    with pytest.raises(NotReady) as caught:
        kind.runs(token)
    assert not any(part and part in str(caught.value) for part in (token, token[-4:]))


async def test_closing_twice_leaves_nothing_open_and_sending_opens_again(telegram, chat, kind):
    for _ in range(2):
        await chat.send(a_message())
        await chat.close()
        await chat.close()
    await kind.runs(kind.token).close()
    assert len(telegram.sent(kind.token)) == 2
