"""A case passes to another key worker, and nothing of it is forgotten on the way."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, select

from bot.domain import NotReady
from bot.rules.visits import Coming, NewVisit, Plan
from bot.scene.scene import Scene
from bot.turns.transfer import Transferred, carry_out, transfer
from storage import promises
from storage.addresses import person_by_ref
from storage.booking import make_visit
from storage.cases import case_ids
from storage.staff import key_workers_of
from storage.steps import steps_of
from storage.tables import Case, Due, Outbox, Person, Task
from tests.stage import Play


async def passes(play: Play, cases: list[str], to: str, by: str = "HM") -> Transferred:
    """Hand cases over, and let what follows from it happen."""

    def work(connection: Connection) -> Transferred:
        scene = Scene(connection, play.service.taskforce, play.now, f"transfer:{cases}:{to}")
        return transfer(scene, by, cases, to)

    done = await play.database.write(work)
    await play.later(seconds=1)
    return done


async def key_workers(play: Play, case: str) -> list[str]:
    def read(connection: Connection) -> list[str]:
        ids = case_ids(connection, [case]).values()
        return key_workers_of(connection, ids, date(2026, 11, 30))

    return await play.database.read(read)


@pytest.mark.afternoon
async def test_the_family_is_told_by_name_and_writes_to_the_new_key_worker(play: Play):
    await play.at("2026-11-30 14:00")
    done = await passes(play, ["P01"], "MB")
    assert done == Transferred(("P01",), 0, 0, told=1, untold=0)
    assert await key_workers(play, "P01") == ["MB"]
    told = await play.last("P01")
    assert told["text"].startswith("Hello Leanne. Marcus is now the key worker for Kai, in place")
    assert "Dani" in told["text"]
    await play.writes("P01", "can you ring me about the taxi")
    (task,) = await play.tasks(kind="message", case="P01")
    assert task["owner"] == "MB"


@pytest.mark.afternoon
async def test_what_was_unread_keeps_its_age_and_stays_unread(play: Play):
    await play.at("2026-11-30 13:40")
    await play.writes("P01", "can you ring me about the taxi")
    (before,) = await rows(play)
    await play.at("2026-11-30 15:00")
    done = await passes(play, ["P01"], "MB")
    assert done.tasks == 1
    (after,) = await rows(play)
    assert (after.id, after.created_at, after.respond_by) == (
        before.id, before.created_at, before.respond_by,
    )  # fmt: skip
    assert (after.seen_at, after.done_at) == (None, None)
    (task,) = await play.tasks(kind="message", case="P01")
    assert task["owner"] == "MB"
    assert any(text.startswith("Now yours: ") for text in await play.received("MB"))


@pytest.mark.afternoon
async def test_what_a_colleague_has_taken_on_stays_with_them(play: Play):
    await play.at("2026-11-30 13:40")
    await play.writes("P01", "can you ring me about the taxi")
    (task,) = await rows(play)
    await play.presses("PN", f"t:{task.id}:ack")
    assert (await passes(play, ["P01"], "MB")).tasks == 0
    (after,) = await rows(play)
    assert after.seen_by == "PN"


@pytest.mark.afternoon
async def test_words_about_the_new_key_worker_do_not_reach_them_by_a_transfer(play: Play):
    await play.at("2026-11-30 13:40")
    await play.writes("P01", "I want to make a complaint about Marcus, he shouted at Kai")
    await passes(play, ["P01"], "MB")
    assert not any("shouted" in text for text in await play.received("MB"))


async def test_the_new_key_worker_is_told_of_the_visits_that_stand(sqlite_play: Play):
    play = sqlite_play
    leanne = await play.carer("P01")

    def books(connection: Connection) -> None:
        at = datetime(2026, 12, 3, 14, tzinfo=UTC)
        plan = Plan(60, "home", (Coming("DO"),), at)
        make_visit(connection, NewVisit("home_visit", ("P01",), leanne, plan), "DO", play.now)

    await play.database.write(books)
    await passes(play, ["P01"], "MB")
    assert any(
        "Visits of these families stand as booked. /move changes one.\n"
        "P01: Home visit, Thu 3 Dec 14:00, at home, Dani" in text
        for text in await play.received("MB")
    )
    await play.writes("MB", "/case P01")
    assert "Visits to come\n- P01: Home visit, Thu 3 Dec" in (await play.last("MB"))["text"]


@pytest.mark.afternoon
async def test_promises_go_with_the_case(play: Play):
    await play.at("2026-11-30 13:40")

    def promised(connection: Connection) -> int:
        (case_id,) = case_ids(connection, ["P01"]).values()
        dani = person_by_ref(connection, "DO")
        assert dani is not None
        made = promises.NewPromise(case_id, dani.id, "DO", "taxi", play.now, date(2026, 12, 3))
        return promises.make_promise(connection, made)

    await play.database.write(promised)
    assert (await passes(play, ["P01"], "MB")).promises == 1

    def theirs(connection: Connection) -> list[str]:
        marcus = person_by_ref(connection, "MB")
        assert marcus is not None
        return [row.words for row in promises.open_promises(connection, marcus.id)]

    assert await play.database.read(theirs) == ["taxi"]


@pytest.mark.afternoon
async def test_both_workers_read_in_the_log_who_had_the_case(play: Play):
    await play.at("2026-11-30 13:40")
    await passes(play, ["P01"], "MB")
    entries = [row for row in await play.log("P01") if row["direction"] == "internal"]
    assert [row["words"] for row in entries] == ["Key worker: Marcus Bell, before: Dani Okafor."]


@pytest.mark.afternoon
async def test_the_check_in_moves_to_the_new_key_workers_last_day_in(play: Play):
    await play.at("2026-11-30 13:40")
    await passes(play, ["P01"], "RA")  # in on Tuesday and Wednesday only
    leanne = select(Due.at).where(Due.job == "check_in", Due.subject == await play.carer("P01"))
    due = await play.database.read(lambda c: c.execute(leanne).scalar_one())
    await play.without_digests()
    assert f"{due:%Y-%m-%d %H:%M}" == "2026-12-02 15:45"
    await play.at("2026-12-04 17:00")
    asked = [text for text in await play.received("P01") if "week been" in text]
    assert len(asked) == 1


@pytest.mark.thursday
async def test_a_week_that_gets_no_check_in_by_a_transfer_is_shown(play: Play):
    """A minute before Leanne is asked how the week was, and Ruth's week is over."""
    await passes(play, ["P01"], "RA")
    held = [row for row in await play.held() if "not in again this week" in row["reason"]]
    assert len(held) == 1


@pytest.mark.afternoon
async def test_a_family_in_another_language_is_told_by_a_person(play: Play):
    await play.at("2026-11-30 13:40")
    done = await passes(play, ["P05"], "DO")
    assert (done.told, done.untold) == (0, 1)
    (task,) = [one for one in await play.tasks(kind="interpreter") if one["case"] == "P05"]
    assert "tell them, in fr" in task["words"]


@pytest.mark.afternoon
async def test_nobody_who_must_not_be_contacted_is_told(play: Play):
    await play.at("2026-11-30 13:40")
    done = await passes(play, ["P04"], "DO")
    told = select(Person.ref).join(Outbox, Outbox.person_id == Person.id)
    told = told.where(Outbox.purpose == "handover")
    found = await play.database.read(lambda c: list(c.execute(told).scalars()))
    assert (done.told, found) == (1, [await play.carer("P04")]), "never the mother's number"


async def test_a_sibling_who_stays_keeps_the_work_of_both_with_their_key_worker(play: Play):
    await play.at("2026-12-01 14:00")
    await play.writes("P07", "can you ring me about both of them")
    done = await passes(play, ["P08"], "DO")
    assert done.tasks == 0, "Ellie is still Tom's, and the message is about both"
    done = await passes(play, ["P07"], "DO")
    assert done.tasks == 1


@pytest.mark.afternoon
async def test_a_case_handed_to_whoever_has_it_changes_nothing(play: Play):
    await play.at("2026-11-30 13:40")
    assert await passes(play, ["P01"], "DO") == Transferred(())


@pytest.mark.afternoon
async def test_a_name_nobody_has_is_given_no_case(play: Play):
    await play.at("2026-11-30 13:40")
    with pytest.raises(NotReady, match="no member of staff"):
        await passes(play, ["P01"], "XX")


CUTTING = "hes been cutting his arms"


async def danger(play: Play, case: str) -> Task:
    query = select(Task).join(Case, Case.id == Task.case_id)
    query = query.where(Task.kind == "crisis", Case.ref == case)
    return await play.database.read(lambda c: c.execute(query).one())


@pytest.mark.afternoon
async def test_unread_danger_stays_with_the_colleague_on_shift(play: Play):
    """Sean is off on Monday and Marcus answers; Ruth, who gets the case, is off too."""
    await play.at("2026-11-30 13:40")
    await play.writes("P03", CUTTING)
    before = await danger(play, "P03")
    assert before.told[0] == "MB"
    done = await passes(play, ["P03", "P10"], "RA")  # P10 is of Marcus: he is no stranger here
    after = await danger(play, "P03")
    assert (after.owner_id, after.told) == (before.owner_id, before.told)
    assert done.tasks == 0
    known = [text for text in await play.received("RA") if CUTTING in text]
    assert len(known) == 1
    assert known[0].startswith("For you to know, Marcus has this: ")


@pytest.mark.afternoon
async def test_danger_that_moves_is_written_down_and_nobody_who_was_told_is_forgotten(play: Play):
    await play.at("2026-11-30 13:40")
    await play.writes("P01", "I dont want to live any more")
    before = await danger(play, "P01")
    assert before.told == ["DO"]
    await passes(play, ["P01"], "MB")
    after = await danger(play, "P01")
    assert (after.told, after.respond_by) == (["MB", "DO"], before.respond_by)
    walked = await play.database.read(lambda c: steps_of(c, after.id))
    assert ("MB", "handed_on") in {(row.who, row.what) for row in walked}


async def handovers(play: Play, case: str) -> list[tuple[str, str]]:
    """Every text to a carer about a new key worker: where it stands, and what it says."""
    query = select(Outbox.status, Outbox.text).join(Person, Person.id == Outbox.person_id)
    query = query.where(Outbox.purpose == "handover", Person.ref == await play.carer(case))
    found = await play.database.read(lambda c: list(c.execute(query.order_by(Outbox.id))))
    return [(row.status, row.text) for row in found]


async def test_after_two_transfers_only_the_last_is_told_and_in_place_of_whom_they_knew(play: Play):
    await play.at("2026-12-01 10:00")  # Leanne is written to from 13:30
    await passes(play, ["P01"], "MB")
    await passes(play, ["P01"], "SG")
    await play.at("2026-12-01 14:00")
    [(first, _words), (second, told)] = await handovers(play, "P01")
    assert (first, second) == ("cancelled", "sent")
    assert told.startswith(
        "Hello Leanne. Sean is now the key worker for Kai, in place of Dani. You can"
    )


async def test_who_has_their_key_worker_back_before_they_heard_is_told_nothing(play: Play):
    await play.at("2026-12-01 10:00")
    await passes(play, ["P01"], "MB")
    assert (await passes(play, ["P01"], "DO")).told == 0
    await play.at("2026-12-01 14:00")
    assert [status for status, _words in await handovers(play, "P01")] == ["cancelled"]


async def test_a_sibling_who_passed_before_is_still_told_of(play: Play):
    await play.at("2026-12-01 07:00")  # nothing leaves before eight
    await passes(play, ["P07", "P08"], "DO")
    await passes(play, ["P08"], "MB")
    told = {
        text[: text.index(" You")] for at, text in await handovers(play, "P07") if at != "cancelled"
    }
    assert told == {
        "Hello Joanne. Dani is now the key worker for Ellie, in place of Tom.",
        "Hello Joanne. Marcus is now the key worker for Noah, in place of Tom.",
    }


@pytest.mark.afternoon
async def test_each_family_reads_only_whose_place_was_taken_for_them(play: Play):
    await play.at("2026-11-30 14:00")
    done = await passes(play, ["P01", "P10"], "SG")  # of Dani, and of Marcus
    assert done.told == 2
    [(_at, leanne)] = await handovers(play, "P01")
    [(_at, bridget)] = await handovers(play, "P10")
    assert "in place of Dani." in leanne
    assert "in place of Marcus." in bridget


@pytest.mark.afternoon
async def test_each_family_that_needs_an_interpreter_is_a_task_of_its_own(play: Play):
    await play.at("2026-11-30 13:40")
    assert (await passes(play, ["P05", "P06"], "MB")).untold == 2
    waits = {one["case"] for one in await play.tasks(kind="interpreter", owner="MB")}
    assert {"P05", "P06"} <= waits


@pytest.mark.afternoon
async def test_a_case_passes_only_to_somebody_of_the_taskforce(play: Play):
    await play.at("2026-11-30 13:40")
    with pytest.raises(NotReady, match="Farah writes to no family"):
        await passes(play, ["P01"], "FS")
    assert await key_workers(play, "P01") == ["DO"]


@pytest.mark.afternoon
async def test_yes_is_too_late_for_whoever_is_key_worker_no_more(play: Play):
    await play.at("2026-11-30 13:40")
    await passes(play, ["P01"], "MB")

    def work(connection: Connection) -> str:
        scene = Scene(connection, play.service.taskforce, play.now, "late-yes")
        return carry_out(scene, "DO", ["P01"], "SG")

    assert await play.database.write(work) == (
        "Not passed on: Only their key worker, the manager or the safeguarding lead can do this."
    )
    assert await key_workers(play, "P01") == ["MB"]


async def rows(play: Play) -> list[Task]:
    query = select(Task).join(Case, Case.id == Task.case_id)
    query = query.where(Task.kind == "message", Case.ref == "P01")
    return await play.database.read(lambda c: c.execute(query).all())
