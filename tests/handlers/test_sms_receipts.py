"""What Twilio says became of a text: kept in any order, told to its writer once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import String, select

from bot.domain import Channel, Outgoing, Sent, Uncertain
from storage.tables import DeliveryEvent, Outbox
from tests.fakes.twilio import status
from tests.handlers.doors import LEANNE, TextingPlay
from tests.stage import Play

STATES = ("queued", "sending", "sent", "delivered")


class Named:
    """A simulated phone whose messages have names as Twilio gives them."""

    def __init__(self, behind: Channel) -> None:
        self.behind = behind
        self.laid_out, self.close = behind.laid_out, behind.close

    async def send(self, message: Outgoing) -> Sent:
        return replace(await self.behind.send(message), external_id=f"SM{message.ref}")


@pytest.fixture
async def texting(play: Play) -> AsyncIterator[TextingPlay]:
    made = TextingPlay(play.database)
    made.service.dispatcher.channels = {**play.channels, "sms": Named(play.channels["sms"])}
    await made.at("2026-11-30 14:00")
    yield made
    await made.provider.close()
    await made.http.aclose()


async def ref_of_the_last(play: TextingPlay, kind: str = "person") -> str:
    query = select(Outbox.ref).where(Outbox.kind == kind).order_by(Outbox.id.desc()).limit(1)
    return await play.database.read(lambda c: c.execute(query).scalar_one())


async def dani_writes(play: TextingPlay, words: str = "See you at three.") -> str:
    await play.writes("P01", "when are you coming")
    notice = await play.last("DO")
    await play.writes("DO", words, reply_to=notice["id"])
    await play.later(seconds=11)
    return await ref_of_the_last(play)


async def failures_told(play: TextingPlay) -> list[str]:
    return [m["text"] for m in await play.phone("DO") if m["text"].startswith("Failed")]


@pytest.mark.afternoon
async def test_a_receipt_in_any_order_ends_where_the_text_really_is(texting):
    ref = await dani_writes(texting)
    for order in permutations(STATES):
        for state in order:
            assert (await texting.receives_receipt(ref, state)).status_code == 200
        assert (await texting.letter(ref)).status == "delivered"
    assert len(await texting.events(ref)) == 24 * 4


@pytest.mark.afternoon
async def test_a_text_that_failed_is_told_to_its_writer_once_however_often_it_is_said(texting):
    ref = await dani_writes(texting)
    for state in ("failed", "failed", "undelivered", "sent", "failed", "delivered"):
        assert (await texting.receives_receipt(ref, state, "30005")).status_code == 200
    assert (await texting.letter(ref)).status == "failed"
    assert (await texting.letter(ref)).reason == "provider code 30005"
    told = await failures_told(texting)
    assert len(told) == 1
    assert "Leanne Thornton (Kai P01)" in told[0]
    assert [task["owner"] for task in await texting.tasks(kind="undelivered", case="P01")] == ["DO"]


@pytest.mark.thursday
async def test_a_failed_automatic_text_is_told_to_the_key_worker(texting):
    await texting.at("2026-12-03 15:45")
    query = select(Outbox.ref).where(Outbox.purpose == "check_in")
    refs = await texting.database.read(lambda c: list(c.execute(query).scalars()))
    for ref in refs:
        await texting.receives_receipt(ref, "undelivered", "30007")
    failed = await texting.tasks(kind="undelivered", case="P01")
    assert [task["owner"] for task in failed] == ["DO"]


@pytest.mark.afternoon
async def test_a_failed_notice_to_staff_makes_no_task_about_itself(texting):
    ref = await dani_writes(texting)
    before = len(await texting.tasks())
    notice = await ref_of_the_last(texting, kind="staff")
    assert notice != ref
    await texting.receives_receipt(notice, "failed", "30005")
    assert len(await texting.tasks()) == before


@pytest.mark.afternoon
async def test_a_receipt_for_a_text_we_never_sent_is_kept_and_harms_nothing(texting):
    tasks = await texting.tasks()
    for ref in ("never-heard-of-it", "x" * 500, "%00", "0"):
        assert (await texting.receives_receipt(ref, "failed")).status_code == 200
    assert await texting.count(DeliveryEvent) == 3
    assert len(await texting.quarantined()) == 1
    assert len(await texting.tasks()) == len(tasks) + 1


@pytest.mark.afternoon
async def test_a_receipt_that_names_no_text_or_no_state_is_looked_at_by_a_person(texting):
    for call in (
        status("", "sent", to=LEANNE),
        status("ref", "teleported", to=LEANNE),
        status("ref", "received", to=LEANNE),
        status("ref", "sent", sid="", to=LEANNE),
        status("ref", "", to=LEANNE),
    ):
        assert (await texting.knocks(call)).status_code == 200
    assert len(await texting.quarantined()) == 5
    assert await texting.count(DeliveryEvent) == 0


@pytest.mark.afternoon
async def test_a_text_still_waiting_cannot_be_pushed_out_of_the_queue_by_a_receipt(texting):
    await texting.writes("P01", "when are you coming")
    notice = await texting.last("DO")
    await texting.writes("DO", "See you at three.", reply_to=notice["id"])
    ref = await ref_of_the_last(texting)
    await texting.receives_receipt(ref, "delivered")
    assert (await texting.letter(ref)).status == "waiting"
    await texting.later(seconds=11)
    assert (await texting.received("P01"))[-1] == "See you at three.\nDani"


class Hasty:
    """A provider whose receipts arrive before its own answer does."""

    def __init__(self, play: TextingPlay, states: tuple[str, ...], *, lost: bool = False) -> None:
        self.play, self.states, self.lost = play, states, lost
        self.behind = play.channels["sms"]

    def laid_out(self, message: Outgoing) -> str:
        return self.behind.laid_out(message)

    async def send(self, message: Outgoing) -> Sent:
        for state in self.states:
            code = "30007" if state == "failed" else ""
            path, headers, body = status(message.ref, state, code=code, to=LEANNE)
            await self.play.http.post(path, headers=headers, content=body)
        if self.lost:
            raise Uncertain("the answer never came")
        return Sent("SM" + "b" * 32, self.laid_out(message))

    async def close(self) -> None:
        await self.behind.close()


@pytest.mark.afternoon
@pytest.mark.parametrize("states", [("sent",), ("sent", "delivered"), ("failed",)])
async def test_a_receipt_that_overtakes_twilios_own_answer_loses_nothing(texting, states):
    texting.service.dispatcher.channels["sms"] = Hasty(texting, states)
    ref = await dani_writes(texting)
    letter = await texting.letter(ref)
    assert letter.status == states[-1]
    assert letter.external_id == "SM" + "b" * 32, "as the receipt named it"
    assert [row["words"] for row in await texting.log("P01")][-1] == "See you at three.\nDani"
    assert len(await failures_told(texting)) == (states == ("failed",))


@pytest.mark.afternoon
async def test_a_text_twilio_reports_on_is_never_called_uncertain(texting):
    texting.service.dispatcher.channels["sms"] = Hasty(texting, ("sent", "delivered"), lost=True)
    ref = await dani_writes(texting)
    assert (await texting.letter(ref)).status == "delivered"
    assert await texting.tasks(kind="uncertain") == []


@pytest.mark.afternoon
async def test_a_phone_that_is_off_is_tried_again_later_and_three_times_at_most(texting):
    await texting.without_digests()
    ref = await dani_writes(texting)
    for hours in (24, 24, 24):
        await texting.receives_receipt(ref, "undelivered", "30003")
        assert (await texting.letter(ref)).status == "waiting"
        assert await failures_told(texting) == []
        await texting.later(hours=hours)
        row = await texting.letter(ref)
        assert row.status == "sent", (hours, row.reason, row.due_at, texting.now)
    await texting.receives_receipt(ref, "undelivered", "30003")
    assert (await texting.letter(ref)).status == "undelivered"
    assert len(await failures_told(texting)) == 1


@pytest.mark.afternoon
async def test_send_now_said_at_ten_at_night_is_not_sent_again_at_three(texting):
    await texting.writes("P01", "when are you coming")
    notice = await texting.last("DO")
    await texting.at("2026-11-30 22:00")
    await texting.writes("DO", "See you at nine.", reply_to=notice["id"])
    await texting.later(seconds=11)
    held = await texting.last("DO")
    assert held["text"].startswith("Held until")
    await texting.presses("DO", held["choices"][0]["key"])
    ref = await ref_of_the_last(texting)
    assert (await texting.letter(ref)).status == "sent"
    await texting.receives_receipt(ref, "undelivered", "30003")
    await texting.at("2026-12-01 03:00")
    row = await texting.letter(ref)
    assert (row.status, row.reason) == ("held", "outside this family's safe hours")
    assert (await texting.last("DO"))["text"].startswith("Held until")
    await texting.service.move_clock(row.due_at + timedelta(minutes=1))
    assert (await texting.letter(ref)).status == "sent"


@pytest.mark.afternoon
async def test_a_text_that_arrived_after_all_is_not_sent_a_second_time(texting):
    ref = await dani_writes(texting)
    await texting.receives_receipt(ref, "undelivered", "30003")
    await texting.receives_receipt(ref, "delivered")
    await texting.later(hours=2)
    row = await texting.letter(ref)
    assert (row.status, row.attempts) == ("delivered", 1)
    lines = [line for line in await texting.log("P01") if "See you at three." in line["words"]]
    assert len(lines) == 1


@pytest.mark.afternoon
async def test_nobody_knows_why_it_failed_so_it_is_tried_once_more_and_then_told(texting):
    ref = await dani_writes(texting)
    await texting.receives_receipt(ref, "undelivered", "30008")
    await texting.later(hours=1)
    assert (await texting.letter(ref)).status == "sent"
    await texting.receives_receipt(ref, "undelivered", "30008")
    assert (await texting.letter(ref)).status == "undelivered"
    assert len(await failures_told(texting)) == 1


@pytest.mark.afternoon
async def test_a_suspended_account_costs_no_attempt_however_often_it_is_said(texting):
    ref = await dani_writes(texting)
    for hour in (14, 15):  # it is told once an hour, however often it seems to be over
        await texting.at(f"2026-11-30 {hour}:00")
        await texting.receives_receipt(ref, "failed", "30002")
        row = await texting.letter(ref)
        assert (row.status, row.attempts) == ("waiting", 0)
        assert len(await texting.tasks(kind="channel_trouble")) == 1
        await texting.later(minutes=29)
        await texting.later(minutes=2)
    assert await failures_told(texting) == []


@pytest.mark.afternoon
@pytest.mark.parametrize(
    "said", [("failed", "undelivered", "delivered"), ("undelivered", "failed", "delivered")]
)
async def test_a_text_said_to_have_failed_in_two_ways_and_then_to_have_arrived_is_doubted(
    texting, said
):
    ref = await dani_writes(texting)
    for state in said:
        await texting.receives_receipt(ref, state, "30007" if state != "delivered" else "")
    assert len(await texting.tasks(kind="uncertain")) == 1


@pytest.mark.thursday
async def test_a_stop_word_seen_only_by_the_network_is_heard_of_from_its_receipt(texting):
    ref = await dani_writes(texting)
    await texting.receives_receipt(ref, "failed", "21610")
    (told,) = await failures_told(texting)
    assert "You must phone" in told
    await texting.at("2026-12-03 15:45")
    query = select(Outbox.status, Outbox.reason).where(Outbox.purpose == "check_in")
    asked = query.where(Outbox.cases.cast(String).contains("P01"))
    rows = await texting.database.read(lambda c: c.execute(asked).all())
    assert all(row.status == "cancelled" for row in rows), rows
