"""Visits as staff book, move and call them off, and say how they went."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bot.rules.visits import BOOKED, OFFERED, Visit
from storage.details import detail_of
from storage.tables import Contact, VisitOutcome
from storage.visits import live_visits
from tests.stage import Play, london, marlbridge_taskforce

LEO = "EP visit Gemma wed 2 dec 1pm with Priya"
KAI = "home visit Leanne thu 3 dec 2pm for 45 min re the taxi"


async def says(play: Play, who: str, words: str) -> str:
    """What the desk answers to words of a worker."""
    await play.writes(who, words)
    return (await play.last(who))["text"]


async def presses(play: Play, who: str, label: str) -> str:
    """Press a button under the newest message; what the desk says then."""
    last = await play.last(who)
    [key] = [choice["key"] for choice in last["choices"] if choice["label"] == label]
    await play.presses(who, key, last["turn"])
    return (await play.last(who))["text"]


async def labels(play: Play, who: str) -> list[str]:
    return [choice["label"] for choice in (await play.last(who))["choices"]]


async def visits(play: Play) -> list[Visit]:
    return await play.database.read(live_visits)


async def rows(play: Play, table: Any) -> list[Any]:
    return await play.database.read(lambda c: c.execute(select(table)).all())


async def booked(play: Play, who: str, words: str) -> str:
    """Book in one line and one yes."""
    await play.writes(who, f"/book {words}")
    return await presses(play, who, "Book it")


async def test_a_joint_visit_waits_for_the_day_on_which_everybody_is_in(play: Play):
    said = await says(play, "RA", f"/book {LEO}")
    assert said.splitlines()[:6] == [
        "Gemma Barraclough (Leo P21), on P21",
        "Educational psychology assessment. The family reads: “a learning session”.",
        "Wed 2 Dec 13:00-14:30, 90 minutes.",
        "At the learning centre.",
        "Who comes: Ruth and Priya.",
        "Not then: Priya is not in on Wednesdays. Free instead:",
    ]
    assert await visits(play) == []
    said = await presses(play, "RA", "Tue 1 Dec 13:00")
    assert "Tue 1 Dec 13:00-14:30, 90 minutes." in said.splitlines()
    said = await presses(play, "RA", "Book it")
    assert said.startswith("Booked: Tue 1 Dec 13:00. Gemma is told by text")
    [visit] = await visits(play)
    assert (visit.state, visit.plan.starts_at) == (BOOKED, london("2026-12-01 13:00"))
    assert visit.plan.staff == ("RA", "PN")
    await play.later(minutes=1)
    texts = await play.received("P21")
    assert len(texts) == 1, "one invitation for both"
    assert "Ruth" in texts[0]
    assert "Priya" in texts[0]

    await play.at("2026-11-30 15:05")
    for who in ("RA", "PN"):
        assert any("Before the visit:" in one for one in await play.received(who)), who

    await play.at("2026-12-01 14:50")
    assert (await play.last("RA"))["text"].startswith("How did it go?")
    assert not any("How did it go?" in one for one in await play.received("PN"))
    for label in ("How did it go: Leo P21", "Done", "90 minutes, as planned"):
        await presses(play, "RA", label)
    await presses(play, "RA", "As planned: Educational psychology assessment")
    assert await says(play, "RA", "Leo built a tower and told his story once") == "Saved on P21."
    [outcome] = await rows(play, VisitOutcome)
    [contact] = [row for row in await rows(play, Contact) if row.id == outcome.contact_id]
    detail = await play.database.read(lambda c: detail_of(c, contact.id))
    assert contact.words.endswith("Leo built a tower and told his story once")
    assert contact.occurred_at == london("2026-12-01 13:00")
    assert detail.participants == ["pupil", "mother", "RA", "PN"]
    assert (detail.minutes, detail.activity, detail.outcome) == (90, "ep_assessment", "done")
    assert await visits(play) == []


async def test_a_line_without_a_slash_books_or_stays_a_message(sqlite_play: Play):
    play = sqlite_play
    said = await says(play, "DO", KAI)
    assert said.startswith("Leanne Thornton (Kai P01), on P01\nHome visit.")
    assert "Your note, for the team only: the taxi" in said.splitlines()
    assert "At home, 20 minutes' travel each way." in said.splitlines()
    said = await presses(play, "DO", "It is a message for a family")
    assert said.startswith("Who is this for? Nothing has been sent.")
    assert await visits(play) == []


async def test_a_line_whose_family_is_not_known_never_reaches_a_family(sqlite_play: Play):
    said = await says(sqlite_play, "DO", "home visit thurs 3.30pm")
    assert "Which family is it? Type it again with a name or a case number." in said
    assert await labels(sqlite_play, "DO") == [
        "Change",
        "It is a message for a family",
        "Forget it",
    ]
    assert await sqlite_play.received("P01") == []


async def test_two_workers_who_were_shown_the_same_time_are_never_both_booked(play: Play):
    await play.writes("DO", f"/book {KAI}")
    await play.writes("MB", "/book home visit Craig thu 3 dec 2pm with Dani")
    assert (await presses(play, "DO", "Book it")).startswith("Booked: Thu 3 Dec 14:00.")
    await presses(play, "MB", "Book it")
    said = [one for one in await play.received("MB") if one.startswith("Nothing is booked.")]
    assert said == ["Nothing is booked. Dani is taken 13:40-15:05. Here is what is free now."]
    assert "Offer these to the family" in await labels(play, "MB")
    assert len(await visits(play)) == 1


async def test_times_are_offered_where_none_is_named(sqlite_play: Play):
    play = sqlite_play
    said = await says(play, "DO", "/book home visit Leanne next week")
    assert "No time yet: 60 minutes, Mon 7 Dec to " in said
    times = [one for one in await labels(play, "DO") if one[-5:-3].isdecimal()]
    assert len(times) == 3
    said = await presses(play, "DO", "Offer these to the family")
    assert said.startswith("Nothing is booked yet: Mon 7 Dec")
    [visit] = await visits(play)
    assert (visit.state, visit.plan.starts_at) == (OFFERED, None)


async def test_a_full_week_is_named_and_only_the_manager_books_one_more(sqlite_play: Play):
    play = sqlite_play
    await booked(play, "DO", "home visit Leanne tue 1 dec 2pm for 30 min")
    await booked(play, "TW", "home visit Leanne wed 2 dec 2pm for 30 min")
    said = await says(play, "MB", f"/book {KAI}")
    assert "This family has 2 in that week already: Tue 1 Dec 14:00-14:30 with Dani;" in said
    assert "Book it all the same" not in await labels(play, "MB")
    await play.writes("HM", "/book home visit Leanne wed 2 dec 15:00 for 30 min")
    said = await presses(play, "HM", "Book it all the same")
    assert said.startswith("Booked: Wed 2 Dec 15:00.")


async def test_a_roomful_is_warned_of_first(sqlite_play: Play):
    play = sqlite_play
    line = "/book TAF Leanne tue 1 dec 2pm with Marcus, Priya and Tom"
    assert "That is 4 staff at once." in await says(play, "DO", line)
    assert "That is 4 staff" not in await presses(play, "DO", "Yes, all of them")


async def test_a_visit_is_moved_and_the_family_hears_the_new_time(sqlite_play: Play):
    play = sqlite_play
    await booked(play, "DO", KAI)
    await play.later(hours=6)
    said = await says(play, "DO", "/move Leanne fri 4 dec 2pm")
    assert said.startswith("Now: Thu 3 Dec 14:00-14:45, Home visit, Kai P01, at home, Dani")
    assert "Fri 4 Dec 14:00-14:45, 45 minutes." in said.splitlines()
    assert (await presses(play, "DO", "Move it")).startswith("Moved: Fri 4 Dec 14:00.")
    [visit] = await visits(play)
    assert (visit.version, visit.plan.starts_at) == (2, london("2026-12-04 14:00"))


async def test_what_a_colleague_changed_meanwhile_is_not_changed_back(sqlite_play: Play):
    play = sqlite_play
    await booked(play, "DO", KAI)
    await play.writes("MB", "/move Leanne fri 4 dec 2pm")
    await play.writes("DO", "/cancelvisit Leanne")
    await presses(play, "DO", "Yes, I have told them myself")
    assert (await presses(play, "MB", "Move it")).startswith("Nothing has changed:")
    assert await visits(play) == []


@pytest.mark.parametrize(
    ("label", "texts"),
    [("Yes, and text the family", 2), ("Yes, I have told them myself", 1), ("Leave it", 1)],
)
async def test_a_visit_is_called_off_on_a_plain_yes(sqlite_play: Play, label: str, texts: int):
    play = sqlite_play
    await booked(play, "DO", KAI)
    await play.at("2026-11-30 14:00")
    assert (await says(play, "DO", "/cancelvisit Leanne")).endswith("Call it off?")
    await presses(play, "DO", label)
    await play.later(minutes=30)
    assert len(await play.received("P01")) == texts
    assert len(await visits(play)) == (label == "Leave it")


async def test_lateness_is_told_once_it_is_confirmed(sqlite_play: Play):
    play = sqlite_play
    await booked(play, "DO", KAI)
    await play.at("2026-12-03 13:45")
    before = len(await play.received("P01"))
    said = await says(play, "DO", "/late Leanne 10")
    assert said.endswith("Text the family that it starts 10 minutes late?")
    assert len(await play.received("P01")) == before
    assert (await presses(play, "DO", "Yes, text them")).startswith("Leanne is told by text")
    await play.later(minutes=1)
    assert len(await play.received("P01")) == before + 1


async def test_own_visits_are_listed_and_the_teams_for_the_manager(sqlite_play: Play):
    play = sqlite_play
    assert (await says(play, "DO", "/visits")).startswith("No visits are booked for you")
    await booked(play, "DO", KAI)
    line = "- Thu 3 Dec 14:00-14:45, Home visit, Kai P01, at home, Dani, booked"
    assert line in (await says(play, "DO", "/visits")).splitlines()
    assert line in (await says(play, "HM", "/visits team")).splitlines()
    assert (await says(play, "MB", "/visits team")).startswith("The whole team's visits are for")
    assert line.replace("- ", "- Next: ") in (await says(play, "DO", "/case P01")).splitlines()


async def test_a_closed_case_is_not_booked_for(sqlite_play: Play):
    said = await says(sqlite_play, "DO", "/book home visit Lenka thu 3 dec 2pm")
    assert said == "Nothing has changed: that case is closed, or not yours to book for."


async def test_a_parent_who_must_not_be_contacted_is_not_invited(sqlite_play: Play):
    play = sqlite_play
    said = await says(play, "MB", "/book home visit P04 thu 3 dec 2pm")
    assert said.startswith("Craig Brook (Tyler P04), on P04")
    await play.writes("MB", "/book home visit thu 3 dec 2pm")
    said = await presses(play, "MB", "Lisa Brook (Tyler P04)")
    assert said == "Nothing has changed: Lisa must not be contacted. Name the other adult."


async def test_names_stay_out_of_a_chat_that_is_not_approved(sqlite_play: Play):
    play = Play(sqlite_play.database, marlbridge_taskforce(notices_shown=False))
    said = await says(play, "DO", f"/book {KAI}")
    assert said.startswith("KT P01, on P01")
    assert "Do you mean KT P01?" in await says(play, "DO", "/book home visit Leeanne thu 3 dec 2pm")
    await play.writes("DO", f"/book {KAI}")
    await presses(play, "DO", "Book it")
    assert "KT P01" in await says(play, "DO", "/visits")
    assert "Kai" not in await says(play, "DO", "/visits")
