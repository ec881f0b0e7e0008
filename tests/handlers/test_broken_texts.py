"""Texts that are genuine and broken, odd or hostile: heard, or kept for a person. Never a 500."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.twilio import ACCOUNT, SENDER, inbound, webhook
from tests.handlers.doors import LEANNE, MESSAGE, TextingPlay, fresh_sid, signed
from tests.stage import Play

FAMILY = "👨‍👩‍👧‍👦 we ♥ u 🙏🏽"
ZALGO = "z̷̢̛a̴̧l̶̨g̸̡o̵̧"
URDU = "وہ آج سکول نہیں جانا چاہتا"
HOSTILE = (
    FAMILY,
    ZALGO * 40,
    URDU,
    "\u202egnp.elif\u202c and \u2066isolates\u2069",
    "<script>alert('hi')</script> <b>bold</b> &amp; {{7*7}} ${jndi:ldap://x}",
    '=HYPERLINK("http://x") +1 -1 @SUM(A1)',
    "{worker} {pupil!r} {0} %s %(person)s {",
    "line one\r\nline two\n\n\n\tthree",
    "'; DROP TABLE contact; --",
    "½ ² ① ⅷ",
    "x" * 1601,
    "й" * 4000,
)


@pytest.fixture
async def texting(play: Play) -> AsyncIterator[TextingPlay]:
    made = TextingPlay(play.database)
    made.service.dispatcher.channels = play.channels
    yield made
    await made.provider.close()
    await made.http.aclose()


def text(body: bytes = b"hello", **changed: bytes | None):
    fields = {
        "MessageSid": fresh_sid().encode(),
        "AccountSid": ACCOUNT.encode(),
        "From": LEANNE.encode(),
        "To": SENDER.encode(),
        "Body": body,
        **changed,
    }
    return signed([(name.encode(), value) for name, value in fields.items() if value is not None])


async def test_whatever_a_family_types_is_heard_letter_by_letter(texting):
    before = len(await texting.heard())
    for words in HOSTILE:
        assert (await texting.texts(LEANNE, words)).status_code == 200
        await texting.later(seconds=5)
    assert (await texting.heard())[before:] == list(HOSTILE)
    shown = [task["words"] for task in await texting.tasks(case="P01")]
    assert all(any(words in line for line in shown) for words in HOSTILE)
    assert await texting.quarantined() == []


async def test_nothing_a_family_types_can_fill_in_the_gaps_of_our_sentences(texting):
    await texting.texts(LEANNE, "{worker} {pupil} {0}")
    assert "{worker} {pupil} {0}" in (await texting.last("DO"))["text"]


async def test_what_no_database_would_keep_is_taken_out_and_the_rest_is_heard(texting):
    for broken, kept in (
        (b"he is\x00 missing", "he is missing"),
        (b"half \xed\xa0\xbd a face", "half  a face"),
        (b"\xed\xb8\x80\xed\xa0\xbdback to front", "back to front"),
        (b"\xed\xa0\xbd\xed\xb8\x80 whole after all", "😀 whole after all"),
    ):
        assert (await texting.knocks(text(broken))).status_code == 200
        assert (await texting.heard())[-1] == kept
    assert await texting.quarantined() == []


BROKEN = {
    "not UTF-8": text(b"caf\xe9 at nine"),
    "cut in the middle of a letter": text("ż".encode()[:1]),
    "no sender": text(From=None),
    "a sender that is no number": text(From=b"client:anonymous"),
    "a sender that is a name": text(From=b"Marl Beck"),
    "no id": text(MessageSid=None),
    "an id of 300 characters": text(MessageSid=b"SM" + b"a" * 298),
    "an id of nothing but NUL": text(MessageSid=b"\x00"),
    "an id that climbs folders": text(MessageSid=b"../../etc/passwd"),
    "no words and no picture": text(None),
    "two different senders": signed(
        [(b"From", LEANNE.encode()), (b"From", b"+447700900109"), (b"MessageSid", b"SM1"),
         (b"AccountSid", ACCOUNT.encode()), (b"To", SENDER.encode()), (b"Body", b"hi")]
    ),
    "pictures without number": text(NumMedia="²".encode()),
    "pictures beyond number": text(NumMedia=b"9" * 400),
    "a name that is no text": signed(
        [(b"AccountSid", ACCOUNT.encode()), (b"To", SENDER.encode()), (b"\xff\xfe", b"x")]
    ),
}  # fmt: skip


async def test_what_cannot_be_read_is_kept_as_it_came_and_a_person_is_told_once(texting):
    for number, (what, call) in enumerate(BROKEN.items(), start=1):
        for _again in range(3):
            answer = await texting.knocks(call)
            assert (answer.status_code, answer.text) == (200, "<Response/>"), what
        kept = await texting.quarantined()
        assert len(kept) == number, what
        assert kept[-1] == call[2].decode(), what
        assert len(await texting.tasks(kind="unreadable")) == number, what
    told = [m["text"] for m in await texting.phone("MB") if "unreadable" in m["text"]]
    assert len(told) == len(BROKEN)


async def test_a_nul_inside_an_id_does_not_stop_the_words(texting):
    sid = fresh_sid().encode()
    for odd in (sid[:9] + b"\x00" + sid[9:], sid):
        assert (await texting.knocks(text(b"hello there", MessageSid=odd))).status_code == 200
    assert (await texting.heard()).count("hello there") == 1


async def test_fields_nobody_has_heard_of_are_let_be(texting):
    more = {f"Field{n}": "x" * 50 for n in range(200)}
    answer = await texting.knocks(inbound(LEANNE, "still fine", sid=fresh_sid(), **more))
    assert answer.status_code == 200
    assert (await texting.heard())[-1] == "still fine"


@pytest.mark.afternoon
async def test_a_picture_alone_is_not_opened_and_the_family_is_asked_for_words(texting):
    call = inbound(LEANNE, "", sid=fresh_sid(), media=("image/jpeg",))
    await texting.at("2026-11-30 14:00")
    assert (await texting.knocks(call)).status_code == 200
    assert (await texting.heard())[-1] == "(sent a picture, not opened)"
    assert "Pictures and files cannot be opened here" in (await texting.received("P01"))[-1]


async def test_an_empty_text_is_somebody_too(texting):
    before = len(await texting.heard())
    assert (await texting.texts(LEANNE, "")).status_code == 200
    assert (await texting.heard())[before:] == [""]
    assert [task["kind"] for task in await texting.tasks(case="P01")] == ["message"]


async def test_a_number_that_is_a_machine_is_kept_and_never_answered(texting):
    assert (await texting.texts("60777", "Your parcel is waiting")).status_code == 200
    assert (await texting.heard())[-1] == "Your parcel is waiting"
    assert [task["kind"] for task in await texting.tasks(case=None)] == ["do_not_use"]
    assert texting.provider is not None


async def test_a_form_without_a_field_is_refused_because_it_names_no_account(texting):
    for fields in ([], [("", "")], [("Body", "")]):
        assert (await texting.knocks(webhook(MESSAGE, fields))).status_code == 403
