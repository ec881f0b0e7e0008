"""How visits went, as staff say it once, and what follows when one did not come about."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.rules.visit_rules import VisitRules
from bot.rules.visits import Coming, EndVisit, NewVisit, Outcome, Plan, Visit
from bot.scene.scene import Scene
from bot.turns.visit_digest import visit_dates
from bot.turns.visit_outcomes import end_visit
from storage.addresses import person_by_ref
from storage.booking import make_visit
from storage.tables import Case, Contact, ContactDetail, VisitOutcome
from storage.visit_outcomes import missed_between
from storage.visits import live_visits
from tests.desk.test_booking import labels, presses, rows, says
from tests.stage import Play, london, marlbridge_taskforce

MONDAY = "2026-11-30 11:00"


async def visit_at(
    play: Play, at: str, *, kind: str = "home_visit", staff: tuple[str, ...] = ("DO",)
) -> Visit:
    """A visit that was booked, whatever has become of it."""
    mother = await play.carer("P01")
    plan = Plan(60, "home", tuple(Coming(one) for one in staff), london(at), travel=20)
    new = NewVisit(kind, ("P01",), mother, plan)
    return await play.database.write(lambda c: make_visit(c, new, staff[0], play.now))


async def ended(
    play: Play, visit: Visit, outcome: Outcome, missed: str = "", by: str = "DO"
) -> str:
    """How it went, as a worker says; what the desk answers."""

    def work(connection):
        scene = Scene(connection, play.service.taskforce, play.now, f"end:{visit.id}:{by}")
        told = EndVisit(visit.id, visit.version, outcome, 45, "He was tired.", missed)
        return end_visit(scene, person_by_ref(connection, by), told)

    return await play.database.write(work)


async def entry(play: Play) -> tuple:
    """The contact a visit became, with how it went."""
    [outcome] = await rows(play, VisitOutcome)
    [contact] = [row for row in await rows(play, Contact) if row.id == outcome.contact_id]
    [detail] = [row for row in await rows(play, ContactDetail) if row.contact_id == contact.id]
    return contact, detail


@pytest.mark.parametrize(
    ("outcome", "direction", "result", "people", "seen"),
    [
        ("done", "outbound", "reached", ["pupil", "DO", "MB"], "yes"),
        ("partly", "outbound", "reached", ["pupil", "DO", "MB"], "yes"),
        ("was_not_brought", "outbound", "no_answer", ["DO", "MB"], "no"),
        ("declined", "outbound", "refused_contact", ["DO", "MB"], "no"),
        ("cancelled_by_family", "internal", None, ["DO", "MB"], "na"),
        ("cancelled_by_us", "internal", None, ["DO", "MB"], "na"),
        ("rearranged", "internal", None, ["DO", "MB"], "na"),
    ],
)
async def test_every_outcome_is_one_entry_of_the_log_with_everybody_who_came(
    sqlite_play: Play, outcome, direction, result, people, seen
):
    play = sqlite_play
    visit = await visit_at(play, "2026-11-30 08:00", kind="mentoring", staff=("DO", "MB"))
    assert (await ended(play, visit, outcome, by="MB")).startswith("Saved on P01.")
    contact, detail = await entry(play)
    assert (contact.direction, contact.attempt_result) == (direction, result)
    assert (contact.done_by, contact.recorded_by, contact.mode) == ("DO", "MB", "face_to_face")
    assert contact.occurred_at == london("2026-11-30 08:00")
    assert (detail.participants, detail.child_seen, detail.outcome) == (people, seen, outcome)
    assert detail.activity == "mentoring"
    assert contact.words.endswith("He was tired.")


async def test_how_a_visit_went_is_written_down_once(play: Play):
    visit = await visit_at(play, "2026-11-30 08:00")
    assert (await ended(play, visit, "done")) == "Saved on P01."
    assert (await ended(play, visit, "declined")).startswith("It is written down already")
    assert [row.outcome for row in await rows(play, VisitOutcome)] == ["done"]
    assert await play.database.read(live_visits) == []


async def test_only_who_was_there_says_how_it_went(sqlite_play: Play):
    visit = await visit_at(sqlite_play, "2026-11-30 08:00")
    said = await ended(sqlite_play, visit, "done", by="TW")
    assert said == "That is for whoever came to the visit, or for the manager."
    assert await rows(sqlite_play, VisitOutcome) == []


@pytest.mark.parametrize("kind_words", [True, False])
async def test_a_missed_visit_brings_a_kind_word_and_no_telling_off(
    sqlite_play: Play, kind_words: bool
):
    taskforce = marlbridge_taskforce(visits=VisitRules(follow_up=kind_words))
    play = Play(sqlite_play.database, taskforce)
    visit = await visit_at(play, "2026-11-30 08:00")
    said = await ended(play, visit, "was_not_brought", "transport")
    assert ("Leanne is told by text" in said) == kind_words
    await play.at("2026-11-30 14:00")
    assert len(await play.received("P01")) == int(kind_words)
    contact, _detail = await entry(play)
    assert "no way to get there" in contact.words
    found = await play.database.read(
        lambda c: missed_between(c, london("2026-11-29 00:00"), london("2026-12-01 00:00"))
    )
    assert [(row.missed, row.ref) for row in found] == [("transport", "P01")]


async def test_the_third_missed_visit_in_six_weeks_asks_what_is_in_the_way(sqlite_play: Play):
    play = Play(sqlite_play.database, marlbridge_taskforce(visits=VisitRules(follow_up=False)))
    for count, at in enumerate(("08:00", "09:00", "10:00", "11:00"), 1):
        # The way there and back of one would overlap the next: each is over before.
        visit = await visit_at(play, f"2026-11-30 {at}")
        await ended(play, visit, "was_not_brought", "worried")
        found = await play.tasks(kind="missed_visits")
        assert len(found) == int(count >= 3)
    assert "find out what is in the way" in found[0]["words"]


async def test_a_worker_is_asked_once_and_on_their_shift(sqlite_play: Play):
    play = sqlite_play
    await play.writes("DO", "/book home visit Leanne wed 2 dec 3pm for 60 min with Marcus")
    await presses(play, "DO", "Book it")
    await play.at("2026-12-02 16:20")
    asked = [one for one in await play.received("DO") if one.startswith("How did it go?")]
    assert asked == ["How did it go? Home visit, Kai P01, Wed 2 Dec."]
    await presses(play, "DO", "How did it go: Kai P01")
    await presses(play, "DO", "Not now")
    await play.at("2026-12-03 16:00")
    asked = [one for one in await play.received("DO") if one.startswith("How did it go?")]
    assert len(asked) == 1, "silence is a line of the digest, no nagging"
    digest = [one for one in await play.received("DO") if "how did it go? /visits" in one]
    assert "Kai P01, Wed 2 Dec, 1 day late: Home visit: how did it go? /visits" in digest[-1]
    await says(play, "DO", "/visits")
    assert await labels(play, "DO") == ["How did it go: Kai P01"]
    await presses(play, "DO", "How did it go: Kai P01")
    await presses(play, "DO", "Not at home, or did not come")
    said = await presses(play, "DO", "No way to get there")
    assert "not at home, or did not come, no way to get there." in said
    assert "The family gets a kind text." in said


async def test_the_digest_tells_of_todays_visits(sqlite_play: Play):
    play = sqlite_play
    await visit_at(play, MONDAY, staff=("DO", "MB"))

    def work(connection):
        scene = Scene(connection, play.service.taskforce, play.now, "digest")
        return [visit_dates(scene, person_by_ref(connection, who)) for who in ("DO", "MB", "TW")]

    for_dani, for_marcus, for_tom = await play.database.read(work)
    assert [one.words for one in for_dani] == ["Home visit 11:00-12:00, at home, with Marcus"]
    assert [one.words for one in for_marcus] == ["Home visit 11:00-12:00, at home, with Dani"]
    assert for_tom == ()


async def test_a_case_that_closes_names_what_is_still_booked(sqlite_play: Play):
    play = sqlite_play
    await visit_at(play, "2026-12-03 14:00")
    await says(play, "DO", "/status P01 stopped_early moved away")
    await presses(play, "DO", (await labels(play, "DO"))[0])
    [task] = await play.tasks(kind="visits_left")
    assert "P01 is closed, and this is still booked:\n- Thu 3 Dec 14:00-15:00" in task["words"]
    assert len(await play.database.read(live_visits)) == 1


async def test_whoever_is_away_leaves_their_visits_to_a_person(sqlite_play: Play):
    play = sqlite_play
    await visit_at(play, "2026-12-03 14:00")
    await visit_at(play, "2026-12-10 14:00")
    await says(play, "DO", "/away until fri")
    [task] = await play.tasks(kind="visits_left")
    assert task["owner"] == "MB"
    assert "Thu 3 Dec 14:00-15:00" in task["words"]
    assert "Thu 10 Dec" not in task["words"]


async def test_a_restricted_case_stands_in_no_line_of_whoever_has_no_part_in_it(
    sqlite_play: Play,
):
    play = sqlite_play
    await visit_at(play, "2026-12-03 14:00")
    await play.database.write(
        lambda c: c.execute(update(Case).where(Case.ref == "P01").values(restricted=True))
    )
    said = await says(play, "TW", "/book mentoring P01 thu 3 dec 10am")
    assert "Kai" not in said
    await says(play, "TW", "/cancelvisit P01")
    assert (await play.last("TW"))["text"].startswith("No visit lies ahead there.")
    assert "Kai" in await says(play, "HM", "/visits team")
