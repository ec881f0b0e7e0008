"""What a family says of a visit besides its answers: who reads it, who must not, what follows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.rules.visits import BOOKED, OFFERED, Coming, NewVisit, Plan, Visit
from bot.scene.scene import Scene
from bot.turns import visit_news
from storage.booking import make_visit
from tests.stage import Play, london
from tests.turns.test_restricted_siblings import marsdens
from tests.turns.visiting import books, does, due, question, stands

THURSDAY = "2026-12-03 13:30"
pytestmark = pytest.mark.afternoon


async def hears(play: Play, ref: str, since: int = 0) -> str:
    """Everything somebody of the team has been told since."""
    return "\n".join((await play.received(ref))[since:])


async def last_task(play: Play, kind: str = "message") -> Any:
    return (await play.tasks(kind=kind, case="P01"))[-1]


async def test_whoever_a_family_complains_of_reads_none_of_it(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    await books(play, "P01", THURSDAY, staff=("PN",))
    await play.writes("P01", "I want to complain, Priya shouted at Kai and called him thick")
    assert "thick" not in await hears(play, "PN")
    assert "thick" in await hears(play, "HM")


async def test_a_place_to_be_picked_up_is_not_read_by_whoever_it_complains_of(
    sqlite_play: Play,
) -> None:
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    await books(play, "P01", THURSDAY, staff=("PN",))
    await play.writes("P01", "transport")
    assert await question(play, "P01") == "visit_booked"
    await play.writes("P01", "at my mums, I want to complain about Priya she was rude")
    assert "rude" not in await hears(play, "PN")
    assert (await last_task(play, "lift"))["owner"] == "DO"


async def test_whoever_cannot_come_is_reminded_no_more_and_asked_in_time(
    sqlite_play: Play,
) -> None:
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    visit, _told = await books(play, "P01", THURSDAY, staff=("PN",))
    assert await due(play, "visit_reminder") != {}
    await play.writes("P01", "cant make it sorry")
    assert (await play.last("P01"))["text"] == "Thank you. Dani will find another time with you."
    assert await due(play, "visit_reminder") == {}
    task = await last_task(play)
    assert "no reminder of it goes: please ask them" in task["words"]
    assert f"(while news of a visit was open: visit {visit.id} (" in task["words"]
    assert "cant make it sorry" in await hears(play, "PN")


async def test_who_says_so_after_a_yes_reaches_whoever_comes(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    visit, _told = await books(play, "P01", THURSDAY, staff=("PN",))
    await play.writes("P01", "1")
    await play.writes("P01", "when is parents evening")
    assert "parents evening" not in await hears(play, "PN")
    await play.writes("P01", "sorry cant make it thursday now")
    assert "cant make it thursday now" in await hears(play, "PN")
    task = await last_task(play)
    assert "(Booked: Thu 3 Dec 13:30 with Priya: /move, /cancelvisit.)" in task["words"]
    assert (await stands(play, visit.id)).state == BOOKED
    assert await due(play, "visit_reminder") == {}


async def test_on_the_day_itself_they_are_asked_before_anybody_sets_out(
    sqlite_play: Play,
) -> None:
    play = sqlite_play
    await play.at("2026-12-02 16:30")
    await books(play, "P01", "2026-12-03 15:00", staff=("PN",))
    await play.at("2026-12-03 13:45")
    await play.writes("P01", "2")
    await play.writes("P01", "sorry cant make it today")
    assert "cant make it today" in await hears(play, "PN")
    assert (await last_task(play))["respond_by"] == "2026-12-03T14:30:00+00:00"


async def test_news_of_death_is_not_answered_with_another_time(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    await books(play, "P01", THURSDAY)
    await play.writes("P01", "cant make it my mum died")
    assert (await play.last("P01"))["text"] == "Thank you. Dani has your message."


async def test_words_that_fit_two_visits_settle_neither(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    first, _told = await books(play, "P01", THURSDAY, minutes=30)
    second, told = await books(play, "P01", "2026-12-04 15:00", minutes=30, staff=("PN",))
    assert "it has no numbers" in told
    await play.later(minutes=3)
    await play.writes("P01", "yes thats fine")
    assert [(await stands(play, one.id)).confirmed_at for one in (first, second)] == [None, None]
    task = await last_task(play)
    assert "Thu 3 Dec 13:30 with Dani; Fri 4 Dec 15:00 with Priya" in task["words"]
    await play.writes("P01", "cant make friday")
    assert f"{first.id}.1:1d" in await due(play, "visit_reminder")
    assert f"{second.id}.1:1d" not in await due(play, "visit_reminder")
    await play.writes("P01", "1")  # the numbers were those of the first
    assert (await stands(play, first.id)).confirmed_at is not None
    assert (await stands(play, second.id)).confirmed_at is None


async def test_a_yes_to_what_a_worker_has_just_typed_confirms_no_visit(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    visit, _told = await books(play, "P01", THURSDAY)
    await play.later(minutes=3)
    await play.writes("DO", "/write Leanne Can I ring you at three?")
    await play.writes("DO", "1")
    await play.later(minutes=1)
    assert "Can I ring you at three?" in (await play.last("P01"))["text"]
    await play.later(minutes=3)
    await play.writes("P01", "yes thats fine")
    assert (await stands(play, visit.id)).confirmed_at is None


async def test_a_time_that_is_upon_us_is_taken_no_more(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    person = await play.carer("P01")
    new = NewVisit("home_visit", ("P01",), person, Plan(60, "home", (Coming("DO"),), travel=20))
    times = [london("2026-12-01 13:32"), london("2026-12-01 15:00")]

    def offer(scene: Scene) -> Visit:
        visit = make_visit(scene.connection, new, "DO", scene.now)
        visit_news.plan_visit(scene, visit)
        visit_news.tell_offer(scene, visit, times)
        return visit

    visit = await does(play, offer)
    await play.at("2026-12-01 13:31")
    await play.writes("P01", "1")
    assert (await play.last("P01"))["text"].startswith("We cannot do that time any more.")
    assert (await stands(play, visit.id)).state == OFFERED


async def test_a_week_that_has_filled_since_the_offer_takes_no_third_visit(
    sqlite_play: Play,
) -> None:
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    times = ("2026-12-03 13:30", "2026-12-03 15:00")
    offered, _told = await books(play, "P01", None, times=times, minutes=30)
    await play.later(minutes=1)
    await books(play, "P01", "2026-12-01 13:30", minutes=30)
    await books(play, "P01", "2026-12-02 13:30", minutes=30, staff=("TW",))
    await play.writes("P01", "1")
    now = await stands(play, offered.id)
    assert now.state == OFFERED
    said = (await play.last("P01"))["text"]
    assert said.startswith("We cannot do that time any more.")
    assert "Thu 3 Dec" not in said
    assert now.changed_at - offered.changed_at == timedelta()


async def test_a_lift_is_not_left_to_somebody_who_is_away(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    await books(play, "P01", THURSDAY, staff=("TW",))
    await play.writes("TW", "/away until 2026-12-07")
    await play.writes("P01", "transport")
    await play.writes("P01", "1")
    assert (await last_task(play, "lift"))["owner"] == "DO"


async def test_who_wants_no_visit_is_promised_no_other_time(sqlite_play: Play) -> None:
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    visit, _told = await books(play, "P01", None, times=(THURSDAY, "2026-12-03 15:00"))
    await play.writes("P01", "we dont need a visit thanks")
    assert (await play.last("P01"))["text"] == "Thank you. Dani has your message."
    task = await last_task(play)
    assert f"the offer of times for a visit was open: visit {visit.id} (" in task["words"]


@pytest.mark.parametrize("answering", [True, False])
async def test_whoever_goes_there_next_reads_of_an_alarm_and_whom_to_ask_but_no_word_of_it(
    sqlite_play: Play, answering: bool
) -> None:
    play = sqlite_play
    await play.at("2026-12-01 13:45")
    await books(play, "P01", THURSDAY, staff=("PN",))
    await books(play, "P01", "2026-12-04 10:00", kind="mentoring", staff=("TW",))
    if not answering:
        await play.writes("P01", "1")
    before = {ref: len(await play.received(ref)) for ref in ("PN", "TW")}
    await play.writes("P01", "kai has taken tablets, he says he wants to die")
    heard = await hears(play, "PN", before["PN"])
    assert heard.startswith("An alarm was raised about this family. Before you go, ask Dani")
    assert "Thu 3 Dec 13:30-14:30" in heard
    assert "tablets" not in heard
    assert await hears(play, "TW", before["TW"]) == ""  # Friday is not within two days


async def test_of_an_alarm_about_noah_reads_nobody_who_may_not_know_of_him(
    sqlite_play: Play,
) -> None:
    play = sqlite_play
    await marsdens(play)
    await books(play, "P07", "2026-12-01 13:30", staff=("PN",))
    before = len(await play.received("PN"))
    await play.writes("P07", "noah wants to kill himself")
    assert await hears(play, "PN", before) == ""
