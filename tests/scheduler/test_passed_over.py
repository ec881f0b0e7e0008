"""After a restore no family is asked again about school or the holidays: a person asks."""

from __future__ import annotations

from sqlalchemy import Connection, select

from scheduler.passed_over import ASKED_ALREADY, REASON
from storage.activities import invite, make_activity, places_of
from storage.addresses import person_by_ref
from storage.cases import case_ids
from storage.conversations import set_due
from storage.tables import NotSent
from tests.scheduler.test_attendance import register
from tests.scheduler.test_restored import restored
from tests.stage import Play, london
from tests.storage.test_carryover_attendance import CLUB
from tests.turns.test_approvals import asked, half_term_begins, left, outcomes
from tests.turns.test_holidays import ASKED as HOLIDAYS_ASKED
from tests.turns.test_holidays import later, planned


async def test_a_child_who_was_not_in_is_asked_after_by_a_person_once_a_backup_is_restored(
    sqlite_play: Play,
):
    """The backup is of 9.40; Bridget was texted at 10.15, and only the lost database knew it."""
    play = sqlite_play
    await play.at("2026-11-30 09:40")
    await register(play, "P10", "2026-11-30 AM N")
    await restored(play, "2026-11-30 10:40")
    await play.at("2026-11-30 10:45")
    await register(play, "P10", "2026-11-30 AM N", "2026-11-30 PM N")
    assert not [text for text in await play.received("P10") if "was not marked in" in text]
    [task] = await play.tasks(kind="absence", case="P10")
    assert "No text: it may have gone before a backup was restored" in task["words"]


async def test_whoever_may_have_been_asked_about_the_holidays_is_asked_by_a_person(
    sqlite_play: Play,
):
    play = later(sqlite_play, "2026-12-07 15:44", wants_holiday_check_ins=True)
    await planned(play)
    leanne = await play.carer("P01")
    put_off = london("2026-12-07 15:44")  # another question was open
    await play.database.write(lambda c: set_due(c, "holiday_wish", leanne, put_off))
    assert (await restored(play, "2026-12-07 15:50")).questions == 1
    await play.at("2026-12-07 17:00")
    for case in ("P01", "P03"):
        assert not [text for text in await play.received(case) if HOLIDAYS_ASKED in text]
    everybody, listed = sorted(task["words"] for task in await play.tasks(kind="restored"))
    assert "Leanne Thornton (Kai P01)" in listed
    assert everybody == ASKED_ALREADY
    why = select(NotSent.reason).where(NotSent.key == f"holiday_wish/{leanne}/2026-12-07")
    assert await play.database.read(lambda c: c.execute(why).scalar_one()) == REASON


async def test_an_invitation_that_may_have_gone_is_not_made_again(sqlite_play: Play):
    play = sqlite_play
    leanne = await play.carer("P01")

    def invited(connection: Connection) -> None:
        club = make_activity(connection, CLUB, "HM", play.now)
        [case] = case_ids(connection, ["P01"]).values()
        invite(connection, club, case, person_by_ref(connection, leanne).id, play.now)
        [place] = places_of(connection, club)
        set_due(connection, "holiday_invite", str(place.id), play.now)

    await play.database.write(invited)
    assert (await restored(play, "2026-11-30 09:30")).questions == 1
    await play.at("2026-11-30 10:00")
    assert not [text for text in await play.received("P01") if CLUB.title in text]
    [task] = await play.tasks(kind="restored")
    assert "Leanne Thornton (Kai P01)" in task["words"]


async def test_words_that_waited_for_a_yes_wait_no_more(sqlite_play: Play):
    """They may have gone with a yes that was said after the backup was made."""
    play = sqlite_play
    await half_term_begins(play, "P10")
    task = await asked(play, "P10")
    await restored(play, "2027-01-05 08:30")
    assert (await outcomes(play), await play.tasks(kind="approval")) == (["expired"], [])
    await play.presses("MB", f"t:{task}:approve")
    assert (await play.last("MB"))["text"] == "That is done already."
    assert await left(play) == []
