"""What every SMS provider has to do, run over `SMS_PROVIDERS`.

For a provider "x", `tests/fakes/x.py` has an async context manager `at_work()`; what it gives
links a provider of ours with a stand-in of theirs, as `AtWork` in `tests/fakes/twilio.py` does.
What a provider cannot do at all stands in `AtWork.never`.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace

import pytest

from bot.domain import (
    BadAddress,
    Misconfigured,
    OptedOut,
    Outgoing,
    Refused,
    SendError,
    Shown,
    Uncertain,
    Unreachable,
    Unreadable,
    WebhookRequest,
)

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

LEANNE = "+447700900123"
NOT_FOR_EVER = 30  # seconds: only a call that never comes back takes so long
WEEK = Shown("How has Kai's week been?", (("good", "Good"), ("hard", "Hard")), "Or tell Dani.")
WORDS = "He won't come out of his room ż 😟"


def a_text(to=LEANNE, ref="m-1"):
    return Outgoing(ref, "sms", to, WEEK)


class TestEveryProvider:
    async def test_the_words_that_leave_are_the_words_that_are_logged(self, work):
        sent = await work.provider.send(a_text())
        assert work.taken() == [(LEANNE, sent.text)]
        assert sent.text == work.provider.laid_out(a_text())
        assert "1 = Good, 2 = Hard" in sent.text
        assert sent.external_id

    async def test_two_texts_have_two_ids(self, work):
        one, two = await work.provider.send(a_text()), await work.provider.send(a_text())
        assert one.external_id != two.external_id

    @pytest.mark.parametrize(
        ("how", "kind"),
        [
            ("busy", Unreachable),
            ("broken", Uncertain),
            ("unreadable", Uncertain),
            ("hangs", Uncertain),
            ("dropped", Uncertain),
            ("gone", BadAddress),
            ("opted_out", OptedOut),
            ("not_signed_in", Misconfigured),
        ],
    )
    async def test_every_failure_has_a_name_and_is_tried_once(self, work, how, kind):
        if how in work.never:
            pytest.skip(f"{work.provider.name} never says so")
        work.goes_wrong(LEANNE, how)
        with pytest.raises(SendError) as caught:
            await asyncio.wait_for(work.provider.send(a_text()), NOT_FOR_EVER)
        error = caught.value
        assert type(error) is kind
        assert work.tries() == 1
        assert error.uncertain is (kind is Uncertain)
        assert error.retry is (kind in {Unreachable, Misconfigured})
        assert isinstance(error, Refused) is (kind in {BadAddress, OptedOut})

    @pytest.mark.parametrize("how", ["gone", "broken", "busy", "hangs"])
    async def test_no_failure_repeats_a_number_or_a_word(self, work, how):
        work.goes_wrong(LEANNE, how)
        with pytest.raises(SendError) as caught:
            await work.provider.send(a_text())
        said = f"{caught.value!r} {caught.value} {caught.value.__context__!r}"
        assert not any(private in said for private in (LEANNE[1:], LEANNE[3:], "Kai", "Good"))

    async def test_one_family_s_trouble_is_not_the_next_one_s(self, work):
        work.goes_wrong(LEANNE, "gone")
        assert (await work.provider.send(a_text("+447700900124"))).external_id

    async def test_a_family_s_words_come_in_whole_with_their_id(self, work):
        request = work.text_in(LEANNE, WORDS, "SM" + "7" * 32)
        assert work.provider.genuine(request)
        heard = work.provider.message(request)
        assert (heard.channel, heard.address, heard.words) == ("sms", LEANNE, WORDS)
        assert heard.external_id == "SM" + "7" * 32
        assert (heard.key, heard.turn) == ("", None)

    async def test_a_receipt_names_our_message(self, work):
        request = work.receipt_in("m-1", "delivered")
        assert work.provider.genuine(request)
        receipt = work.provider.receipt(request)
        assert (receipt.ref, receipt.status) == ("m-1", "delivered")
        assert receipt.external_id

    async def test_a_stranger_s_call_is_not_let_in(self, work):
        for real in (work.text_in(LEANNE, WORDS, "SM" + "7" * 32), work.receipt_in("m-1", "sent")):
            wrong = dict.fromkeys(real.headers, "guess")
            assert not work.provider.genuine(replace(real, headers={}))
            assert not work.provider.genuine(replace(real, headers=wrong))
            assert not work.provider.genuine(replace(real, headers=dict.fromkeys(wrong, "\ud800é")))

    @pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{", b"[]", b"null", b"%", b"a=b&=&&"])
    async def test_no_call_breaks_the_door(self, work, body):
        for path in ("", "/", "/webhooks/\ud800"):
            assert not work.provider.genuine(WebhookRequest(path, "m=\ud800", {}, body))
            for read in (work.provider.message, work.provider.receipt):
                with pytest.raises(Unreadable):
                    read(WebhookRequest(path, "m=\ud800", {}, body))

    async def test_a_genuine_call_that_cannot_be_read_goes_to_a_person(self, work):
        request = work.unreadable()
        assert work.provider.genuine(request)
        with pytest.raises(Unreadable) as caught:
            work.provider.message(request)
        assert "Hello" not in str(caught.value)

    async def test_the_provider_is_told_that_all_is_well(self, work):
        assert work.provider.answer().status == 200

    async def test_it_has_a_pace_that_phone_networks_bear(self, work):
        assert 1 <= work.provider.pace.per_second <= 50
        assert 1 <= work.provider.pace.per_hour <= 60
        assert 1 <= work.provider.pace.same_per_hour <= 15

    async def test_it_can_be_closed_twice(self, work):
        await work.provider.send(a_text())
        await work.provider.close()
        await work.provider.close()


def test_a_provider_that_is_not_used_is_not_loaded():
    heavy = "{'twilio', 'aiohttp', 'requests'}"
    found = f"import sys, bot.channels; print(sorted({heavy} & sys.modules.keys()))"
    told = subprocess.run([sys.executable, "-c", found], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
