"""What every SMS provider can be asked, run over `SMS_PROVIDERS`: what it took, and what came in.

The provider and its stand-in are those of `tests/channels/test_every_provider.py`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import Misconfigured, Refused, SendError, Uncertain, Unreachable, Unread
from tests.channels.test_every_provider import LEANNE, WORDS, a_text

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def ago(**time):
    return datetime.now(UTC) - timedelta(**time)


class TestEveryProviderThatIsAsked:
    async def test_a_text_whose_answer_was_lost_is_found_again(self, work):
        work.goes_wrong(LEANNE, "taken")
        with pytest.raises(Uncertain):
            await work.provider.send(a_text())
        [found] = await work.provider.look_up(a_text(), ago(minutes=5))
        assert found.external_id
        assert found.status in {"accepted", "queued", "sending", "sent"}
        assert work.provider.laid_out(a_text()) == work.taken()[0][1]

    async def test_a_text_that_was_never_taken_is_not_found(self, work):
        work.goes_wrong(LEANNE, "dropped")
        with pytest.raises(Uncertain):
            await work.provider.send(a_text())
        assert await work.provider.look_up(a_text(), ago(minutes=5)) == ()

    async def test_another_family_s_text_is_not_taken_for_this_one(self, work):
        await work.provider.send(a_text("+447700900124", ref="m-2"))
        assert await work.provider.look_up(a_text(), ago(minutes=5)) == ()

    async def test_all_that_may_be_this_text_is_found_oldest_first(self, work):
        one, two = await work.provider.send(a_text()), await work.provider.send(a_text())
        found = await work.provider.look_up(a_text(), ago(minutes=5))
        assert {one.external_id, two.external_id} == {each.external_id for each in found}
        assert len(found) == 2

    async def test_what_was_taken_before_that_time_is_not_listed(self, work):
        await work.provider.send(a_text())
        assert await work.provider.look_up(a_text(), ago(minutes=-5)) == ()

    async def test_a_provider_that_shows_it_late_does_not_show_it_yet(self, work):
        sent = await work.provider.send(a_text())
        work.shows_late()
        assert await work.provider.look_up(a_text(), ago(minutes=5)) == ()
        work.shows_late(late=False)
        [found] = await work.provider.look_up(a_text(), ago(minutes=5))
        assert found.external_id == sent.external_id

    @pytest.mark.parametrize("state", ["sent", "delivered", "undelivered"])
    async def test_what_became_of_a_text_can_be_asked(self, work, state):
        sent = await work.provider.send(a_text())
        work.becomes(sent.external_id, state)
        told = await work.provider.state_of(sent.external_id)
        assert (told.external_id, told.status) == (sent.external_id, state)
        assert (told.meaning is not None) is (state == "undelivered")
        [found] = await work.provider.look_up(a_text(), ago(minutes=5))
        assert found.status == state

    @pytest.mark.parametrize("name", ["", "nobody-s", "../../v2", "x?y=z", "\ud800"])
    async def test_a_name_no_provider_ever_gave_is_never_asked_about(self, work, name):
        with pytest.raises(Refused):
            await work.provider.state_of(name)

    async def test_a_text_it_does_not_know_any_more_is_no_mystery(self, work):
        sent = await work.provider.send(a_text())
        work.loses(sent.external_id)
        with pytest.raises(Refused):
            await work.provider.state_of(sent.external_id)

    async def test_what_families_sent_while_we_were_away_comes_oldest_first(self, work):
        before = work.keeps(LEANNE, "Are you there?", ago(hours=2))
        first = work.keeps(LEANNE, WORDS, ago(minutes=9))
        second = work.keeps("+447700900124", "ok", ago(minutes=4))
        heard = await work.provider.received_since(ago(minutes=30))
        assert [one.external_id for one in heard] == [first, second]
        assert before not in {one.external_id for one in heard}
        assert (heard[0].channel, heard[0].address, heard[0].words) == ("sms", LEANNE, WORDS)

    async def test_what_we_sent_ourselves_is_no_family_s_text(self, work):
        await work.provider.send(a_text())
        assert await work.provider.received_since(ago(minutes=30)) == ()

    async def test_a_family_s_text_that_cannot_be_read_does_not_hide_the_others(self, work):
        work.keeps_unreadable("Hello, it is Kai's mum", ago(minutes=9))
        good = work.keeps(LEANNE, "ok", ago(minutes=4))
        odd, heard = await work.provider.received_since(ago(minutes=30))
        assert heard.external_id == good
        assert isinstance(odd, Unread)
        assert odd.external_id
        assert "Kai's mum" in odd.body
        assert "Kai" not in f"{odd.reason} {odd!r}"

    @pytest.mark.parametrize(
        ("how", "kind"),
        [
            ("busy", Unreachable),
            ("broken", Unreachable),
            ("unreadable", Unreachable),
            ("hangs", Unreachable),
            ("dropped", Unreachable),
            ("not_signed_in", Misconfigured),
        ],
    )
    async def test_a_provider_that_cannot_be_asked_says_so_and_never_that_there_is_nothing(
        self, work, how, kind
    ):
        sent = await work.provider.send(a_text())
        work.keeps(LEANNE, WORDS, ago(minutes=4))
        work.cannot_be_asked(how)
        asked = [
            work.provider.look_up(a_text(), ago(minutes=5)),
            work.provider.state_of(sent.external_id),
            work.provider.received_since(ago(minutes=5)),
        ]
        for question in asked:
            with pytest.raises(SendError) as caught:
                await question
            assert type(caught.value) is kind
            assert not any(word in str(caught.value) for word in (LEANNE[3:], "Kai", "room"))
        work.cannot_be_asked("")
        assert len(await work.provider.look_up(a_text(), ago(minutes=5))) == 1

    async def test_words_are_forgotten_where_the_provider_can(self, work):
        sent = await work.provider.send(a_text())
        work.becomes(sent.external_id, "delivered")
        await work.provider.forget(sent.external_id)
        await work.provider.forget(sent.external_id)
        assert bool(work.remembers(sent.external_id)) is ("forgets" in work.never)
        assert (await work.provider.state_of(sent.external_id)).status == "delivered"
