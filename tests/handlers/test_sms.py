"""Where an SMS provider knocks: who is let in, and that nothing genuine is ever lost."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage.tables import Contact, Quarantine, Received
from tests.fakes.twilio import ACCOUNT, OLD_TOKEN, SENDER, inbound, status, webhook
from tests.handlers.doors import LEANNE, MESSAGE, STATUS, STRANGER, TextingPlay, fresh_sid
from tests.stage import Play

SID = "SM" + "c" * 32
FAMILIES_WORDS = "he wont come out of his room"


@pytest.fixture
async def texting(sqlite_play: Play) -> AsyncIterator[TextingPlay]:
    """Twilio's door on SQLite; nothing leaves the machine, and nothing is listening."""
    play = TextingPlay(sqlite_play.database)
    play.service.dispatcher.channels = sqlite_play.channels
    yield play
    await play.provider.close()
    await play.http.aclose()


async def nothing_happened(play: TextingPlay) -> bool:
    heard = await play.count(Contact, Contact.source.like("sms:%"))
    noted = await play.count(Received, Received.channel == "sms")
    return heard == noted == await play.count(Quarantine) == 0


def without(call, header):
    path, headers, body = call
    return path, {name: value for name, value in headers.items() if name != header}, body


class TestWhoIsLetIn:
    async def test_a_call_with_somebody_elses_signature_is_refused_and_leaves_no_trace(
        self, texting
    ):
        forged = inbound(LEANNE, FAMILIES_WORDS)
        for call in (
            webhook(MESSAGE, [("From", LEANNE), ("Body", "x")], token="guessed"),
            without(forged, "x-twilio-signature"),
            (forged[0], {**forged[1], "x-twilio-signature": ""}, forged[2]),
            (forged[0], {**forged[1], "x-twilio-signature": b"\xe9\xff" * 9}, forged[2]),
            (forged[0], forged[1], forged[2] + b"&Body=another"),
            (forged[0] + "?m=1", forged[1], forged[2]),
            (MESSAGE, {}, b""),
            (MESSAGE, {"content-type": "application/json"}, b'{"Body": "hello"}'),
        ):
            answer = await texting.knocks(call)
            assert (answer.status_code, answer.content) == (403, b"")
        assert await nothing_happened(texting)

    async def test_headers_of_a_proxy_cannot_move_a_signature_to_another_address(self, texting):
        path, headers, body = inbound(LEANNE, FAMILIES_WORDS)
        moved = {"host": "evil.example", "x-forwarded-host": "texts.example.org"}
        assert (await texting.knocks((path, {**headers, **moved}, body))).status_code == 200
        forged = {**headers, "x-twilio-signature": "AAAA", "x-forwarded-proto": "https"}
        assert (await texting.knocks((path, forged, body))).status_code == 403

    async def test_another_accounts_call_is_refused_although_it_is_signed(self, texting):
        fields = [("MessageSid", SID), ("From", LEANNE), ("To", SENDER), ("Body", "hello")]
        other = "AC" + "f" * 32
        for account in (
            [("AccountSid", other)],
            [],
            [("AccountSid", ACCOUNT), ("AccountSid", other)],
        ):
            answer = await texting.knocks(webhook(MESSAGE, fields + account))
            assert answer.status_code == 403
        assert await nothing_happened(texting)

    async def test_a_text_to_another_number_of_ours_is_refused(self, texting):
        answer = await texting.texts(LEANNE, FAMILIES_WORDS, to="+447700900998")
        assert answer.status_code == 403
        assert await nothing_happened(texting)

    async def test_the_token_before_the_last_change_still_opens(self, texting):
        fields = [("MessageSid", SID), ("From", LEANNE), ("To", SENDER), ("Body", FAMILIES_WORDS),
                  ("AccountSid", ACCOUNT)]  # fmt: skip
        assert (await texting.knocks(webhook(MESSAGE, fields, OLD_TOKEN))).status_code == 200
        assert await texting.heard() == [*(await texting.heard())[:-1], FAMILIES_WORDS]

    async def test_only_posts_are_taken(self, texting):
        for path in (MESSAGE, STATUS):
            for method in ("GET", "PUT", "DELETE", "HEAD"):
                assert (await texting.http.request(method, path)).status_code == 405
        assert (await texting.http.post("/webhooks/notify/message")).status_code == 404


class TestTooMuch:
    async def test_a_body_that_says_it_is_too_long_is_not_read(self, texting):
        read = []

        async def parts():
            read.append(1)
            yield b"Body=" + b"x" * 70_000

        for declared in ("70000", "9" * 5000):
            headers = {"content-length": declared}
            answer = await texting.http.post(MESSAGE, headers=headers, content=parts())
            assert answer.status_code == 413
        assert read == []

    async def test_a_body_that_never_said_how_long_it_is_is_cut_off(self, texting):
        async def parts():
            for _ in range(40):
                yield b"x" * 2_000

        answer = await texting.http.post(MESSAGE, content=parts())
        assert answer.status_code == 413
        assert await nothing_happened(texting)

    async def test_a_long_text_that_is_within_the_limit_is_heard_to_its_last_word(self, texting):
        words = ("he said he is fine. " * 700)[:12_000] + "he is not"
        assert (await texting.texts(LEANNE, words)).status_code == 200
        assert (await texting.heard())[-1] == words


class TestTheSameTwice:
    async def test_a_text_that_comes_three_times_is_heard_once(self, texting):
        call = inbound(LEANNE, FAMILIES_WORDS, sid=SID)
        assert [(await texting.knocks(call)).status_code for _ in range(3)] == [200, 200, 200]
        assert (await texting.heard()).count(FAMILIES_WORDS) == 1
        assert len(await texting.tasks(case="P01")) == 1

    async def test_two_families_may_text_the_same_words_at_the_same_moment(self, texting):
        for number in (LEANNE, STRANGER):
            await texting.texts(number, FAMILIES_WORDS)
        assert (await texting.heard()).count(FAMILIES_WORDS) == 2
        assert await texting.count(Received, Received.channel == "sms") == 2


def test_every_sid_of_these_tests_looks_like_one_of_twilios():
    assert len(fresh_sid()) == len(SID) == 34
    assert status("ref", "sent", to=LEANNE)[0] == f"{STATUS}?m=ref"
