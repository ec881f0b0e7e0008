"""Each worker's digests, on their own days and by their own hours, and never anybody else's."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from bot.rules.calendar import wall
from bot.scene.scene import Scene
from scheduler import JOBS, Job, clock
from scheduler.digests import plan
from storage.addresses import person_by_ref
from storage.cases import case_ids
from storage.conversations import Moment, due_moments, set_due
from storage.promises import NewPromise, make_promise
from storage.tables import Allocation, Decision, Due, Outbox, Person, Staff
from tests.stage import Play, london, marlbridge_taskforce

STAFF = ("HM", "DO", "MB", "PN", "TW", "SG", "RA", "FS", "JL")
HOURS = {  # days in the story's week, and when each of them works
    "HM": {"Mon": "08:30-17:00", "Tue": "08:30-17:00", "Wed": "08:30-17:00"},
    "DO": {"Mon": "08:30-17:00", "Tue": "08:30-17:00", "Wed": "08:30-19:00",
           "Thu": "08:30-17:00", "Fri": "08:30-17:00"},
    "MB": {"Mon": "08:30-17:00", "Tue": "08:30-20:00", "Wed": "08:30-17:00",
           "Thu": "08:30-20:00", "Fri": "08:30-17:00"},
    "PN": {"Mon": "08:30-17:00", "Tue": "08:30-17:00", "Thu": "08:30-17:00"},
    "TW": {"Mon": "08:30-17:00", "Tue": "08:30-17:00", "Wed": "08:30-17:00",
           "Thu": "08:30-17:00"},
    "SG": {"Tue": "08:30-17:00", "Wed": "08:30-17:00", "Thu": "08:30-17:00",
           "Fri": "08:30-17:00"},
    "RA": {"Tue": "08:30-17:00", "Wed": "08:30-17:00"},
    "FS": {},
    "JL": {},
}  # fmt: skip
FAR = london("2027-08-01 00:00")


async def digests(play: Play, who: str) -> list[tuple[datetime, str]]:
    """Every digest a worker got: when, and what it says."""
    query = (
        select(Outbox.created_at, Outbox.text, Outbox.status)
        .join(Person, Person.id == Outbox.person_id)
        .where(Person.ref == who, Outbox.purpose == "digest")
        .order_by(Outbox.id)
    )
    rows = await play.database.read(lambda c: list(c.execute(query)))
    assert all(row.status == "sent" for row in rows)
    return [(wall(row.created_at), row.text) for row in rows]


async def when(play: Play, who: str) -> list[str]:
    return [f"{at:%a %H:%M}" for at, _text in await digests(play, who)]


async def promised(play: Play, who: str, words: str, due_on: date, case: str = "P01") -> None:
    """A worker has promised something: their digest is not empty until it is due no more."""

    def work(connection):
        staff = person_by_ref(connection, who)
        number = case_ids(connection, [case])[case]
        make_promise(connection, NewPromise(number, staff.id, who, words, play.now, due_on))

    await play.database.write(work)


def moments(who: str) -> list[str]:
    """Both of every working day but the first, which had begun when the story begins."""
    found = []
    for day, span in HOURS[who].items():
        begins, ends = span.split("-")
        late = datetime.strptime(ends, "%H:%M") - timedelta(minutes=30)
        found += [f"{day} {begins}", f"{day} {late:%H:%M}"]
    return [moment for moment in found if moment != "Mon 08:30"]


async def test_a_week_of_marlbridge_everybody_is_told_on_their_own_days(sqlite_play: Play):
    """With something always open, each moment of each worker's hours brings one digest."""
    play = sqlite_play
    for who in STAFF:
        await promised(play, who, "ring the school", date(2026, 11, 30))
    await play.at("2026-12-06 23:59")
    told = {who: await when(play, who) for who in STAFF}
    assert told == {who: moments(who) for who in STAFF}
    assert not any(day in at for at in told["PN"] for day in ("Wed", "Fri", "Sat", "Sun"))
    assert told["FS"] == told["JL"] == []


async def test_nobody_is_told_when_there_is_nothing(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-12-02 23:59")
    assert await when(play, "SG") == await when(play, "RA") == await when(play, "PN") == []
    assert await when(play, "TW") == ["Mon 16:30"]  # weeks that matter, told once
    [(_at, text)] = await digests(play, "TW")
    assert text == (
        "Mon 30 Nov 16:30: 2 dates.\n\nDates\n"
        "- Ellie P07, Mon 30 Nov: week 6 of 12: halfway, time for the review\n"
        "- Chloe P16, Mon 30 Nov: week 12 of 12: the last planned week"
    )
    due = await play.database.read(lambda c: due_moments(c, FAR, 100))
    following = {moment.subject: moment.at for moment in due if moment.job == "digest"}
    assert following["SG"] == london("2026-12-03 08:30")
    assert following["RA"] == london("2026-12-08 08:30")


async def test_what_still_waits_stands_first_and_replies_are_told_once(play: Play):
    await play.at("2026-12-01 10:00")
    await play.writes("P01", "can you ring me about the taxi")
    await play.at("2026-12-01 16:30")
    text = (await digests(play, "DO"))[-1][1]
    said = text.splitlines()
    assert said[2] == "Still waiting"
    assert (
        "- Leanne Thornton (Kai P01): can you ring me about the taxi "
        "(6 h, overdue since Tue 1 Dec 14:00)"
    ) in said
    assert "- Ioana Popescu (Andrei P12): three texts did not arrive" in said[3]
    assert said[3].endswith("(1 day, overdue since Mon 30 Nov 14:30)")  # as on the first day
    assert "New" not in text
    [task] = await play.tasks(kind="message", case="P01")
    await play.presses("DO", f"t:{task['id']}:done")
    await play.at("2026-12-02 08:30")
    assert (await digests(play, "DO"))[-1][1].count("taxi") == 0


@pytest.mark.thursday
async def test_check_ins_are_told_as_a_trend_and_own_words_as_new(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-12-03 15:45")
    await play.writes("P01", "3")
    await play.writes("P02", "dobrze")
    await play.at("2026-12-03 16:30")
    text = (await digests(play, "DO"))[-1][1]
    assert "Check-ins, newest last\n- Kai P01: Hard" in text
    assert "answered" not in text


async def test_answered_words_are_new_once(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-12-01 10:00")
    await play.writes("P01", "he had a good day")
    [task] = await play.tasks(kind="message", case="P01")
    await play.presses("DO", f"t:{task['id']}:done")
    await play.at("2026-12-02 08:30")
    found = [text for _at, text in await digests(play, "DO") if "he had a good day" in text]
    assert len(found) == 1
    assert "New\n- Kai P01, Tue 1 Dec 10:00, Leanne: he had a good day" in found[0]


async def test_promises_and_decisions_are_told_before_they_are_due(sqlite_play: Play):
    play = sqlite_play
    await promised(play, "PN", "the picture cards", date(2026, 12, 4), "P17")

    def decide(connection):
        number = case_ids(connection, ["P17"])["P17"]
        row = {"case_id": number, "kind": "action", "words": "Review the plan", "by": "HM",
               "at": play.now, "due_on": date(2026, 12, 1)}  # fmt: skip
        connection.execute(insert(Decision).values(**row))

    await play.database.write(decide)
    await play.at("2026-12-03 12:00")
    number = await play.database.read(lambda c: c.execute(select(Decision.id)).scalar_one())
    await play.presses("HM", f"d:{number}")
    await play.at("2026-12-06 12:00")
    found = await digests(play, "PN")
    planned = [(f"{at:%a %H:%M}", text) for at, text in found if "Review the plan" in text]
    assert [at for at, _text in planned] == ["Mon 16:30", "Tue 08:30", "Tue 16:30", "Thu 08:30"]
    assert "- Ethan P17, Tue 1 Dec, 2 days late: Review the plan" in planned[-1][1]
    # On Thursday evening nobody tells her again before Monday: what is due on Friday is told.
    kept = [f"{at:%a %H:%M}" for at, text in found if "the picture cards" in text]
    assert kept == ["Thu 16:30"]
    assert "- Ethan P17: the picture cards (by Fri 4 Dec)" in found[-1][1]


async def test_a_substitute_gets_the_covered_cases_and_who_is_away_gets_none(sqlite_play: Play):
    play = sqlite_play
    await play.writes("DO", "/away until 2 Dec")
    await play.writes("P01", "is the taxi booked")
    await play.at("2026-12-02 20:00")
    assert await when(play, "DO") == []
    text = (await digests(play, "MB"))[0][1]
    assert "Leanne Thornton (Kai P01): is the taxi booked" in text
    assert "(8 h, overdue since Mon 30 Nov 14:30, for Dani)" in text
    await play.at("2026-12-03 08:30")
    [(at, back)] = await digests(play, "DO")
    assert f"{at:%a %H:%M}" == "Thu 08:30"
    assert back.startswith("While you were away, since Mon 30 Nov: ")
    assert "Kai P01, Mon 30 Nov 08:30, Leanne: is the taxi booked" in back
    await play.at("2026-12-03 16:30")
    assert not (await digests(play, "DO"))[-1][1].startswith("While you were away")


async def test_a_supporter_gets_what_comes_about_the_case(sqlite_play: Play):
    play = sqlite_play

    def support(connection):
        case, staff = case_ids(connection, ["P01"])["P01"], person_by_ref(connection, "PN").id
        row = {"case_id": case, "staff_id": staff, "role": "supporting"}
        connection.execute(insert(Allocation).values(**row, from_on=date(2026, 11, 30)))

    await play.database.write(support)
    await play.writes("P01", "he had a good day")
    await play.at("2026-11-30 16:30")
    assert (
        "Kai P01, Mon 30 Nov 08:30, Leanne: he had a good day" in (await digests(play, "PN"))[0][1]
    )


async def test_in_a_discreet_chat_only_numbers_stand_until_somebody_asks(sqlite_play: Play):
    play = Play(sqlite_play.database, marlbridge_taskforce(notices_shown=False))
    await play.writes("P01", "can you ring me about the taxi")
    await play.at("2026-11-30 16:30")
    last = await play.last("DO")
    assert last["text"] == "3 waiting. Open your desk."
    assert [choice["label"] for choice in last["choices"]] == ["AP P12", "TB P04", "KT P01", "Show"]
    await play.presses("DO", last["choices"][-1]["key"])
    assert "can you ring me about the taxi" in (await play.last("DO"))["text"]


@pytest.mark.afternoon
async def test_a_moment_that_is_run_twice_tells_once(play: Play):
    await play.at("2026-11-30 16:29")
    now = london("2026-11-30 16:30")
    due = [
        m for m in await play.database.read(lambda c: due_moments(c, now, 100)) if m.job == "digest"
    ]

    def run(moment: Moment):
        key = f"due:digest:{moment.subject}:{moment.at.isoformat()}"
        return lambda c: JOBS["digest"].run(Scene(c, play.service.taskforce, now, key), moment)

    for moment in (*due, *due):
        await play.database.write(run(moment))
    await play.at("2026-11-30 16:31")
    assert await when(play, "DO") == ["Mon 16:30"]


async def test_who_has_left_is_told_nothing_and_who_returns_is_told_again(sqlite_play: Play):
    play = sqlite_play
    await promised(play, "DO", "ring the school", date(2026, 11, 30))

    async def active(value: bool):
        mine = Staff.person_id.in_(select(Person.id).where(Person.ref == "DO"))
        await play.database.write(
            lambda c: c.execute(update(Staff).where(mine).values(active=value))
        )

    await active(False)
    await play.at("2026-12-01 12:00")
    await active(True)
    await play.at("2026-12-01 17:00")
    assert await when(play, "DO") == ["Tue 16:30"]


async def test_hours_that_changed_and_people_without_a_moment_are_planned_anew(sqlite_play: Play):
    play = sqlite_play
    early = {"0": ["07:00", "12:00"], "1": ["07:00", "12:00"]}
    mine = Staff.person_id.in_(select(Person.id).where(Person.ref == "DO"))

    def change(connection):
        connection.execute(update(Staff).where(mine).values(hours=early))
        connection.execute(delete(Due).where(Due.job == "digest", Due.subject == "MB"))
        plan(Scene(connection, play.service.taskforce, play.now, "start"))

    await play.database.write(change)
    due = await play.database.read(lambda c: due_moments(c, FAR, 100))
    following = {moment.subject: moment.at for moment in due if moment.job == "digest"}
    assert following["DO"] == london("2026-11-30 11:30")
    assert following["MB"] == london("2026-11-30 16:30")
    assert set(following) == set(STAFF) - {"FS", "JL"}


async def test_a_digest_that_comes_after_hours_waits_for_the_next_day(sqlite_play: Play):
    """A service that was down at half past four does not disturb anybody at eight."""
    play = sqlite_play
    evening = london("2026-11-30 20:00")
    await play.service.ticker.run_due(evening)
    assert await when(play, "DO") == []
    due = await play.database.read(lambda c: due_moments(c, FAR, 100))
    assert london("2026-12-01 08:30") in {
        m.at for m in due if (m.job, m.subject) == ("digest", "DO")
    }


@pytest.fixture
def digests_fail(monkeypatch) -> list[str]:
    """While a name stands in it, that worker's digest breaks whoever makes it."""
    broken: list[str] = []

    def run(scene: Scene, moment: Moment) -> None:
        if moment.subject in broken:
            raise RuntimeError
        JOBS["digest"].run(scene, moment)

    monkeypatch.setattr(clock, "JOBS", {**JOBS, "digest": Job("digest", run)})
    return broken


async def test_a_digest_whose_first_try_fails_comes_five_minutes_late(play: Play, digests_fail):
    await promised(play, "DO", "ring the school", date(2026, 11, 30))
    digests_fail.append("DO")
    await play.at("2026-11-30 16:32")
    assert await when(play, "DO") == []
    digests_fail.clear()

    def restart(connection):
        plan(Scene(connection, play.service.taskforce, play.now, "start"))

    await play.database.write(restart)  # a start in between forgets nothing
    await play.at("2026-12-01 08:31")
    assert await when(play, "DO") == ["Mon 16:35", "Tue 08:30"]


async def test_a_try_that_comes_after_the_digest_was_made_tells_nothing(sqlite_play: Play):
    play = sqlite_play
    await promised(play, "DO", "ring the school", date(2026, 11, 30))
    await play.at("2026-11-30 16:31")
    late = london("2026-11-30 16:36")
    await play.database.write(lambda c: set_due(c, "digest", "DO", late))
    await play.at("2026-11-30 16:40")
    assert await when(play, "DO") == ["Mon 16:30"]


async def test_what_fails_until_the_day_is_over_waits_for_the_next(sqlite_play: Play, digests_fail):
    play = sqlite_play
    await promised(play, "SG", "ring the school", date(2026, 11, 30))
    digests_fail.append("SG")
    play.clock.stop_at(london("2026-12-04 16:00"))  # each try is five minutes after the last
    await play.at("2026-12-04 17:01")
    digests_fail.clear()
    await play.at("2026-12-08 08:31")
    assert await when(play, "SG") == ["Tue 08:30"]
