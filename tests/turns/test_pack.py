"""The pack as each of the team may see it, and who is told that it is there."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.desk.base import Decide
from bot.rules.pack import Pack
from bot.scene.scene import Scene
from bot.turns.changes import make
from bot.turns.meeting import begin, finish
from bot.turns.pack import compose
from scheduler.pack import plan
from storage.addresses import person_by_ref
from storage.cases import case_ids
from storage.contacts import Entry, log, restrict
from storage.meetings import meeting_on
from storage.tables import Case, Cover, Decision, Outbox, Person
from tests.stage import Play
from tests.turns.before_the_meeting import SINCE, TUESDAY, a_busy_monday


async def pack_of(play: Play, who: str, but: str = "", on: date = TUESDAY) -> Pack:
    """What somebody finds in the pack; `but`: a case they may not see."""

    def read(connection: Connection) -> Pack:
        scene = Scene(connection, play.service.taskforce, play.now, "pack")
        kept = connection.execute(select(Case.id).where(Case.ref == but)).scalar()
        staff = person_by_ref(connection, who)
        return compose(scene, staff, on, lambda case_id, _status: case_id != kept)

    return await play.database.read(read)


async def acts(play: Play, who: str, act: Any) -> Any:
    """Let somebody do something in one transaction."""

    def work(connection: Connection) -> Any:
        scene = Scene(connection, play.service.taskforce, play.now, f"act:{play.now}")
        return act(scene, person_by_ref(connection, who))

    return await play.database.write(work)


async def told(play: Play) -> dict[str, tuple[str, bool]]:
    """Everybody who was told that the pack is ready: the words, and whether silently."""
    query = select(Person.ref, Outbox.text, Outbox.silent).join(
        Outbox, Outbox.person_id == Person.id
    )
    rows = await play.database.read(
        lambda c: c.execute(query.where(Outbox.purpose == "pack")).all()
    )
    found = {row.ref: (row.text, row.silent) for row in rows}
    assert len(found) == len(rows), "one notice each"
    return found


async def test_on_monday_everybody_who_sits_on_tuesday_hears_in_counts_what_there_is(play: Play):
    await play.database.write(lambda c: plan(Scene(c, play.service.taskforce, play.now, "start")))
    await play.database.write(lambda c: c.execute(insert(Cover).values(
        staff_id=person_by_ref(c, "TW").id, substitute_id=person_by_ref(c, "DO").id,
        from_on=date(2026, 12, 1), to_on=date(2026, 12, 4), started_at=play.now)))  # fmt: skip
    await play.database.write(lambda c: c.execute(
        update(Case).where(Case.ref == "P03").values(restricted=True)))  # fmt: skip
    await play.at("2026-11-30 15:59")
    assert await told(play) == {}
    await play.at("2026-11-30 16:01")
    found = await told(play)
    assert sorted(found) == ["DO", "HM", "MB", "PN", "RA", "SG"], "not Tom, who is away; no school"
    words, silent = found["DO"]
    assert words.startswith("The pack for Tue 1 Dec is ready: 21 cases, ")
    assert found["HM"][0].startswith("The pack for Tue 1 Dec is ready: 22 cases, ")
    assert words.endswith(". Open Meeting on the staff page.")
    assert not silent
    assert found["SG"][1], "Sean is off on Mondays: his phone makes no sound"
    await play.at("2026-12-01 12:00")
    assert len(await told(play)) == 6


async def test_a_pack_that_comes_after_its_meeting_began_is_not_told(sqlite_play: Play):
    play = sqlite_play
    await play.database.write(lambda c: plan(Scene(c, play.service.taskforce, play.now, "start")))
    play.clock.stop_at(play.now.replace(day=1, month=12, hour=10))
    await play.service.ticker.run_due(play.now)
    assert await told(play) == {}
    await play.at("2026-12-07 16:01")
    assert (await told(play))["DO"][0].startswith("The pack for Tue 8 Dec is ready")


@pytest.mark.afternoon
async def test_words_about_a_colleague_are_in_no_part_of_that_colleagues_pack(sqlite_play: Play):
    await sqlite_play.at("2026-11-30 13:40")
    await sqlite_play.writes("P10", "I want to make a complaint about Marcus, he shouted at Connor")
    seen, kept = [await pack_of(sqlite_play, who) for who in ("HM", "MB")]
    assert [(one.case, one.kind) for one in seen.events] == [("P10", "complaint")]
    assert "shouted" in seen.events[0].words
    assert kept.events == ()
    assert "shouted" not in repr(kept.unanswered)
    heard = [next(one for one in pack.cases if one.case == "P10") for pack in (seen, kept)]
    assert [one.tally.heard for one in heard] == [1, 0], "not even that something was said"
    assert (heard[1].last, heard[1].waits) == (None, 0)


@pytest.mark.afternoon
async def test_of_a_case_somebody_may_not_see_only_the_number_is_told(sqlite_play: Play):
    await a_busy_monday(sqlite_play)
    seen, kept = await pack_of(sqlite_play, "DO"), await pack_of(sqlite_play, "DO", but="P03")
    assert (len(seen.cases), seen.hidden) == (22, 0)
    assert (len(kept.cases), kept.hidden) == (21, 1)
    assert [one.case for one in seen.events] == ["P03"]
    parts = (kept.events, kept.due, kept.unanswered, kept.promises, kept.quiet, kept.cases)
    assert "P03" not in {one.case for part in parts for one in part}


async def test_a_family_somebody_spoke_with_is_not_quiet_though_the_note_is_restricted(
    sqlite_play: Play,
):
    play = sqlite_play

    def spoken(connection: Connection) -> None:
        ids = case_ids(connection, ["P13", "P14"])
        dani = person_by_ref(connection, "DO")
        for case, at in (("P13", SINCE), ("P14", SINCE)):
            number = log(connection, Entry(
                at=at, recorded_at=at, direction="outbound", mode="telephone", done_by="TW",
                purpose="support", words="about her fears", salt=b"salt", attempt_result="reached",
                recorded_by="TW", sensitivity="restricted_clinical"), [ids[case]])  # fmt: skip
            if case == "P14":
                restrict(connection, number, dani.id, play.now)

    await play.database.write(spoken)
    for who, quiet in (("MB", set()), ("DO", {"P14"})):
        pack = await pack_of(play, who)
        assert {one.case for one in pack.quiet} & {"P13", "P14"} == quiet
        lasts = {one.case: one.last for one in pack.cases}
        assert (lasts["P13"], lasts["P14"]) == (SINCE.date(), None if quiet else SINCE.date())
        assert "her fears" not in repr(pack)
        assert "spoken=1" not in repr([one.tally for one in pack.cases if one.case == "P13"])


async def test_what_is_decided_while_they_sit_belongs_to_the_meeting(sqlite_play: Play):
    play = sqlite_play
    decide = Decide("P01", "action", "speech screen", date(2026, 12, 11), "PN")
    assert "own day" in await acts(play, "HM", lambda s, by: begin(s, by, TUESDAY, {"HM"}))
    await play.at("2026-12-01 09:31")
    assert "Tick" in await acts(play, "HM", lambda s, by: begin(s, by, TUESDAY, {"FS", "XX"}))
    await acts(play, "HM", lambda s, by: make(s, by, decide))  # before it is opened
    assert await acts(play, "HM", lambda s, by: begin(s, by, TUESDAY, {"HM", "DO"})) == ""
    assert "colleague" in await acts(play, "DO", lambda s, by: begin(s, by, TUESDAY, {"DO"}))
    await play.writes("DO", "/decide P02 progress mornings go better")
    await acts(play, "SG", lambda s, by: make(s, by, decide))  # who is not there
    assert await acts(play, "DO", lambda s, by: finish(s, by, TUESDAY)) == ""
    assert "already" in await acts(play, "HM", lambda s, by: finish(s, by, TUESDAY))
    await acts(play, "HM", lambda s, by: make(s, by, decide))  # after it was closed
    rows = await play.database.read(
        lambda c: list(c.execute(select(Decision.meeting_id).order_by(Decision.id)).scalars())
    )
    meeting = await play.database.read(lambda c: meeting_on(c, TUESDAY))
    assert rows == [None, meeting.id, None, None]
    assert (meeting.attendees, meeting.opened_by) == (["HM", "DO"], "HM")
    assert meeting.closed_at == play.now


async def test_a_meeting_that_goes_on_after_the_break_is_the_same_meeting(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-12-01 09:31")
    for who in ({"HM"}, {"HM", "PN"}):
        assert await acts(play, "HM", lambda s, by, who=who: begin(s, by, TUESDAY, who)) == ""
        assert await acts(play, "HM", lambda s, by: finish(s, by, TUESDAY)) == ""
    meeting = await play.database.read(lambda c: meeting_on(c, TUESDAY))
    assert meeting.attendees == ["HM", "PN"]


@pytest.mark.afternoon
async def test_a_closed_case_stands_in_the_pack_after_it_and_in_no_other(sqlite_play: Play):
    await a_busy_monday(sqlite_play)
    [closed] = (await pack_of(sqlite_play, "HM")).closed
    assert (closed.case, closed.reason) == ("P20", "declined on the first call")
    assert (await pack_of(sqlite_play, "HM", on=date(2026, 12, 8))).closed == ()
    await sqlite_play.database.write(
        lambda c: c.execute(update(Case).where(Case.ref == "P20").values(status="engaged"))
    )
    assert (await pack_of(sqlite_play, "HM")).closed == (), "they came back"
