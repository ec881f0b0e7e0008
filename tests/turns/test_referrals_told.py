"""Whoever decides about referrals hears of new ones: at work, in one line, until it is decided."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from bot.rules.calendar import wall
from storage.referrals import triage
from storage.tables import Outbox, Person, Staff
from tests.stage import Play, london, marlbridge_taskforce
from tests.turns.test_referrals import presses

LINE = "Jay Moss, Y9, Cawder High: at risk of exclusion, mum Kerry 07700 900555"


async def refers(play: Play, who: str, line: str = LINE) -> None:
    await play.writes(who, f"/refer {line}")
    await presses(play, who, "Save the referral")


async def told(play: Play) -> list[tuple[str, str, str]]:
    """Everybody who was told of new referrals: who, when, in what words."""
    query = (
        select(Person.ref, Outbox.created_at, Outbox.text)
        .join(Person, Person.id == Outbox.person_id)
        .where(Outbox.purpose == "referrals")
        .order_by(Outbox.id)
    )
    rows = await play.database.read(lambda c: c.execute(query).all())
    return [(row.ref, f"{wall(row.created_at):%a %H:%M}", row.text) for row in rows]


async def test_helen_hears_once_a_day_of_what_others_entered(play: Play):
    await refers(play, "DO")
    await play.later(minutes=20)
    await play.writes("unknown", "can someone help us with our lad")
    await presses(play, "MB", "Make a referral")
    await refers(play, "HM", "Ola Hart, Y8, Cawder High: attendance")
    await play.at("2026-11-30 12:00")
    [(who, at, words)] = await told(play)
    assert (who, at) == ("HM", "Mon 09:30")
    assert words == (
        "2 new referrals to triage: R004 Jay M., R005 a child not named yet. "
        "Open Referrals on the staff page."
    )
    await refers(play, "DO", "Ivo Lane, Y7, Cawder High: attendance")
    await play.at("2026-12-02 17:00")
    assert [(who, at, text[:46]) for who, at, text in (await told(play))[1:]] == [
        ("HM", "Tue 08:30", "1 new referral to triage: R007 Ivo L. Open Ref")
    ]


async def test_at_night_nobody_is_told_and_nobody_of_their_own(sqlite_play: Play):
    play = sqlite_play
    await refers(play, "HM")
    await play.at("2026-11-30 23:10")
    await refers(play, "DO", "Ivo Lane, Y7, Cawder High: attendance")
    await play.at("2026-12-01 08:29")
    assert await told(play) == []
    await play.at("2026-12-01 08:31")
    [(_who, at, words)] = await told(play)
    assert at == "Tue 08:30"
    assert "R004" not in words


async def test_after_an_outage_a_manager_without_hours_is_not_told_by_night(sqlite_play: Play):
    play = sqlite_play
    helen = Staff.person_id.in_(select(Person.id).where(Person.ref == "HM"))
    await play.database.write(lambda c: c.execute(update(Staff).where(helen).values(hours={})))
    await refers(play, "DO")
    play.clock.stop_at(london("2026-12-02 03:00"))  # due on Tuesday at ten, in the outage
    await play.at("2026-12-02 12:00")
    [(who, at, _words)] = await told(play)
    assert (who, at) == ("HM", "Wed 10:00")


async def test_what_is_decided_within_the_hour_is_not_told_any_more(sqlite_play: Play):
    play = sqlite_play
    await refers(play, "DO")
    await play.database.write(lambda c: triage(c, "R004", status="waiting", by="HM", now=play.now))
    await play.at("2026-11-30 12:00")
    assert await told(play) == []


@pytest.mark.parametrize("shown", [True, False])
async def test_until_it_is_decided_it_stands_in_helens_digest_with_its_days(
    sqlite_play: Play, shown: bool
):
    play = Play(sqlite_play.database, marlbridge_taskforce(notices_shown=shown))
    await play.at("2026-12-01 08:31")
    [digest] = [m for m in await play.phone("HM") if "to triage" in m["text"]][-1:]
    if shown:
        assert (
            "Referrals to triage\n- R002 Skye P., Year 10, Hollin Grange School: 12 days"
            in (digest["text"])
        )
    else:
        assert digest["text"].endswith("2 to triage. Open your desk.")
        assert "Skye" not in digest["text"]
    assert not any("to triage" in m["text"] for m in await play.phone("DO"))


async def test_when_helen_has_left_whoever_is_in_charge_hears(sqlite_play: Play):
    play = sqlite_play
    gone = Staff.person_id.in_(select(Person.id).where(Person.ref == "HM"))
    await play.database.write(lambda c: c.execute(update(Staff).where(gone).values(active=False)))
    await refers(play, "DO")
    await play.at("2026-11-30 12:00")
    [(who, _at, _words)] = await told(play)
    assert who == "JL"
