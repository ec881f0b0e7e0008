"""What a worker types: whom it reaches, when it waits, how it is stopped."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.handlers import simulated
from storage.tables import Person, Staff
from tests.stage import Play


async def notice_about(play: Play, case: str, words: str, to: str = "DO"):
    """A family writes; the notice its worker gets."""
    await play.writes(case, words)
    notice = await play.last(to)
    assert words in notice["text"]
    return notice


async def families_that_got(play: Play, words: str) -> set[str]:
    """The cases of everybody whose phone shows these words as received."""

    def look(connection):
        return {
            case
            for person in simulated.people(connection)
            for message in simulated.phone(connection, person["id"])
            if message["direction"] == "out" and words in message["text"]
            for case in (person["cases"] if person["kind"] == "carer" else ())
        }

    return await play.database.read(look)


async def test_a_reply_to_a_notice_reaches_that_family_and_no_other(play: Play):
    first = await notice_about(play, "P01", "he was up all night")
    await notice_about(play, "P02", "dziękuję")
    await play.writes("DO", "Thank you for saying. I will ring at two.", reply_to=first["id"])
    await play.later(seconds=11)
    assert await families_that_got(play, "I will ring at two.") == {"P01"}
    assert (await play.received("P01"))[-1].endswith("\nDani")
    sent = (await play.log("P01"))[-1]
    assert (sent["done_by"], sent["direction"], sent["mode"]) == ("DO", "outbound", "sms")
    assert (await play.last("DO"))["text"] == "Sent to Leanne Thornton (Kai P01), Mon 30 Nov 08:30."


async def test_an_old_notice_still_finds_its_family(sqlite_play: Play):
    play = sqlite_play
    old = await notice_about(play, "P01", "is he in on Friday")
    await play.at("2026-12-02 10:00")
    await play.writes("DO", "Is two o'clock good?", reply_to=old["id"])
    await play.at("2026-12-02 13:31")
    assert await families_that_got(play, "Is two o'clock good?") == {"P01"}


async def test_another_familys_child_is_asked_about_first(sqlite_play: Play):
    play = sqlite_play
    notice = await notice_about(play, "P01", "who is in his group")
    await play.writes("DO", "Kai was great with Zofia's game.", reply_to=notice["id"])
    await play.later(seconds=30)
    asked = await play.last("DO")
    assert asked["text"] == (
        "This names Zofia, who is not in this family. Nothing has been sent. Send it?"
    )
    assert await families_that_got(play, "Kai was great") == set()
    [message] = await play.tasks(case="P01", kind="message")
    assert message["seen_by"] is None
    await play.presses("DO", "send", asked["turn"])
    [message] = await play.tasks(case="P01", kind="message")
    assert message["seen_by"] == "DO", "colleagues see who answers"
    await play.later(seconds=11)
    assert await families_that_got(play, "Kai was great") == {"P01"}


async def test_saying_no_keeps_the_other_childs_name_in_the_house(sqlite_play: Play):
    play = sqlite_play
    notice = await notice_about(play, "P01", "who is in his group")
    await play.writes("DO", "With Zofia.", reply_to=notice["id"])
    await play.writes("DO", "2")
    await play.later(seconds=30)
    assert (await play.last("DO"))["text"] == "Forgotten. Nothing was sent."
    assert await families_that_got(play, "With Zofia.") == set()


async def test_a_family_with_two_children_may_read_both_names(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-11-30 12:30")
    notice = await notice_about(play, "P07", "how were they", to="TW")
    await play.writes("TW", "Noah and Ellie both did well.", reply_to=notice["id"])
    await play.later(seconds=11)
    assert await families_that_got(play, "both did well") == {"P07", "P08"}


async def test_stopped_within_ten_seconds_nothing_leaves_and_the_message_stays_open(play: Play):
    notice = await notice_about(play, "P01", "is he in on Friday")
    await play.writes("DO", "Not today, sorry.", reply_to=notice["id"])
    going = await play.last("DO")
    assert going["text"] == "To Leanne Thornton (Kai P01) in 10 seconds."
    await play.later(seconds=9)
    await play.presses("DO", going["choices"][0]["key"])
    assert (await play.last("DO"))["text"] == "Stopped. Nothing was sent."
    await play.later(minutes=5)
    assert await families_that_got(play, "Not today") == set()
    assert [task["kind"] for task in await play.tasks(case="P01")] == ["message"]


async def test_after_ten_seconds_it_is_too_late_to_stop(sqlite_play: Play):
    play = sqlite_play
    notice = await notice_about(play, "P01", "is he in on Friday")
    await play.writes("DO", "At two.", reply_to=notice["id"])
    going = await play.last("DO")
    await play.later(seconds=11)
    await play.presses("DO", going["choices"][0]["key"])
    assert (await play.last("DO"))["text"] == "That is done already."
    assert await families_that_got(play, "At two.") == {"P01"}
    assert await play.tasks(case="P01") == []


async def test_words_in_quiet_hours_wait_with_the_reason_and_can_be_sent_now(sqlite_play: Play):
    play = sqlite_play
    notice = await notice_about(play, "P02", "jutro?")
    await play.at("2026-11-30 21:00")
    await play.writes("DO", "Yes, at ten.", reply_to=notice["id"])
    await play.later(seconds=11)
    held = await play.last("DO")
    assert held["text"] == (
        "Held until Tue 1 Dec 08:00 because of quiet hours. To Marta Wrona (Zofia P02)."
    )
    assert [choice["label"] for choice in held["choices"]] == ["Send now", "Do not send"]
    assert await families_that_got(play, "Yes, at ten.") == set()
    await play.presses("DO", held["choices"][0]["key"])
    await play.later(seconds=1)
    assert await families_that_got(play, "Yes, at ten.") == {"P02"}


async def test_held_words_go_by_themselves_when_the_familys_hours_open(sqlite_play: Play):
    play = sqlite_play
    notice = await notice_about(play, "P01", "when?")
    await play.at("2026-11-30 11:00")
    await play.writes("DO", "Thursday at ten.", reply_to=notice["id"])
    await play.later(seconds=11)
    assert "outside this family's safe hours" in (await play.last("DO"))["text"]
    await play.at("2026-11-30 13:30")
    assert await families_that_got(play, "Thursday at ten.") == {"P01"}


async def test_held_words_can_be_taken_back(sqlite_play: Play):
    play = sqlite_play
    notice = await notice_about(play, "P01", "when?")
    await play.at("2026-11-30 21:00")
    await play.writes("DO", "Thursday at ten.", reply_to=notice["id"])
    await play.later(seconds=11)
    await play.presses("DO", (await play.last("DO"))["choices"][1]["key"])
    await play.at("2026-12-02 14:00")
    assert await families_that_got(play, "Thursday at ten.") == set()


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("P22", "Not sent: they asked for no more texts (STOP). Please phone or visit."),
        ("Lisa Brook", "Not sent: this person must not be contacted here."),
    ],
)
async def test_a_family_that_must_not_be_texted_gets_no_typed_words(sqlite_play: Play, case, says):
    play = sqlite_play
    await play.writes("HM", "Hello, how are you?")
    await play.writes("HM", case)
    await play.later(minutes=1)
    assert (await play.last("HM"))["text"] == says
    assert await families_that_got(play, "Hello, how are you?") == set()


async def test_who_said_stop_meanwhile_gets_nothing_and_the_worker_hears_it(sqlite_play: Play):
    play = sqlite_play
    notice = await notice_about(play, "P01", "ok")
    await play.writes("DO", "Good to hear.", reply_to=notice["id"])
    await play.writes("P01", "STOP")
    await play.later(seconds=11)
    assert await families_that_got(play, "Good to hear.") == set()
    texts = [message["text"] for message in await play.phone("DO")]
    assert any("opted out: phone or visit instead" in text for text in texts)


async def test_somebody_who_has_left_is_not_heard(sqlite_play: Play):
    play = sqlite_play
    notice = await notice_about(play, "P01", "are you there")
    await play.database.write(lambda connection: connection.execute(
        update(Staff).values(active=False).where(
            Staff.person_id == Person.id, Person.ref == "DO"
        )
    ))  # fmt: skip
    before = len(await play.phone("DO"))
    await play.writes("DO", "Yes I am.", reply_to=notice["id"])
    await play.writes("DO", "/away")
    await play.presses("DO", notice["choices"][0]["key"])
    await play.later(seconds=30)
    assert len(await play.phone("DO")) == before
    assert await families_that_got(play, "Yes I am.") == set()


async def test_a_picture_from_a_worker_is_not_passed_on(sqlite_play: Play):
    await sqlite_play.writes("DO", "")
    assert (await sqlite_play.last("DO"))["text"] == (
        "Files are not passed on. Please say it in words."
    )


async def test_words_that_must_not_be_shown_say_only_who_they_concern(sqlite_play: Play):
    service = sqlite_play.service
    practice = replace(service.taskforce.practice, notices_shown=False)
    discreet = Play(sqlite_play.database, replace(service.taskforce, practice=practice))
    await discreet.writes("P01", "he was up all night")
    notice = await discreet.last("DO")
    assert notice["text"] == "message: KT P01. Open your desk to read it."
    await discreet.writes("DO", "I will ring.", reply_to=notice["id"])
    assert (await discreet.last("DO"))["text"] == "To KT P01 in 10 seconds."
