"""Where notices may show no names, none stands in a chat through the whole life of a visit."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time

import pytest
from sqlalchemy import select

from bot.rules.diaries import Met
from bot.rules.practice import Span, Window
from bot.rules.slots import why_not
from storage.tables import Outing
from tests.desk.test_booking import labels, presses, visits
from tests.rules.test_slots import DANI, LEANNE, NOW, at, wanted
from tests.stage import Play, marlbridge_taskforce

NAMES = re.compile(r"Leanne|Thornton|Kai\b|Craig|Brook|Lisa|Tyler|13:30-16:00")


async def yes(play: Play, who: str, label: str) -> None:
    """Say yes if that is what is asked: whether it is, is another test's."""
    assert label in await labels(play, who), (await play.last(who))["text"]
    await presses(play, who, label)


async def test_a_whole_visit_is_booked_moved_and_missed_without_one_name_in_a_chat(
    sqlite_play: Play,
):
    discreet = marlbridge_taskforce(notices_shown=False)
    play = Play(sqlite_play.database, replace(discreet, public_url="https://keyworker.example"))
    await play.later(minutes=10)  # what waits since the morning was written where names may stand
    before = {who: len(await play.phone(who)) for who in ("DO", "MB", "HM")}
    await play.writes("DO", "/book home visit P01 thu 3 dec 10am with Marcus")
    await play.writes("DO", "/book home visit P01 thu 3 dec 2pm for 45 min with Marcus")
    await yes(play, "DO", "Book it")
    await play.later(minutes=5)
    await play.writes("MB", "/book home visit P04 thu 3 dec 2pm")
    await play.writes("MB", "/move P01 fri 4 dec 9am")
    await play.writes("MB", "/move P01 fri 4 dec 2pm")
    await yes(play, "MB", "Move it")
    await play.writes("DO", "/late P01 10")
    await yes(play, "DO", "Yes, text them")
    await play.writes("HM", "/cancelvisit P01")
    await yes(play, "HM", "Leave it")
    await play.writes("P01", "can you come round? kai is worse")
    await play.at("2026-12-04 13:30")
    await play.writes("DO", "/visits")
    await play.writes("DO", "/ics P01")
    await yes(play, "DO", "Send the link")
    await play.writes("DO", "/out")
    for number in await play.database.read(lambda c: list(c.execute(select(Outing.id)).scalars())):
        await play.presses("DO", f"o:{number}:where")
    await play.at("2026-12-04 15:00")
    [visit] = await visits(play)
    await play.presses("DO", f"v:{visit.id}")
    await yes(play, "DO", "Not at home, or did not come")
    await yes(play, "DO", "Not known")
    await yes(play, "DO", "Nothing to add")
    await play.writes("HM", "/book home visit P01 mon 7 dec 2pm")
    await yes(play, "HM", "Book it")
    await play.writes("HM", "/cancelvisit P01")
    await yes(play, "HM", "Yes, and text the family")
    for who, had in before.items():
        for message in (await play.phone(who))[had:]:
            shown = [message["text"], *(choice["label"] for choice in message["choices"])]
            if message["direction"] == "out":
                assert [one for one in shown if NAMES.search(one)] == [], who


@pytest.mark.parametrize(
    "met",
    [
        replace(LEANNE, shown=False),
        Met("Leanne", Window(avoid=((3, Span(time(10), time(11))),)), shown=False),
        Met("Leanne", taken=((at(3, 10), at(3, 11)),), shown=False),
        Met("Leanne", barred=True, shown=False),
    ],
)
def test_neither_a_name_nor_own_hours_are_told_where_names_may_not_stand(met: Met) -> None:
    said = why_not(wanted(DANI, family=(met,)), at(3, 10), NOW)
    assert said in {
        "It is outside the family's own hours.",
        "The family is taken 10:00-11:00.",
        "The family must not be contacted.",
    }
