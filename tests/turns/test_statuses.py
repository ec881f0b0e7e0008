"""A case comes to stand differently, and everything automatic follows at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, update

from bot.flows.base import State
from bot.rules.status import ChangeStatus
from bot.scene.desk_notes import raise_task
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from bot.turns.statuses import change_status
from bot.turns.welcome import offer_welcome
from storage import outbox, promises
from storage.addresses import lines_of, person_by_ref
from storage.audit import first_broken
from storage.cases import case_ids
from storage.conversations import load_state, set_due
from storage.tables import Audit, Case, CaseContact, CaseStatus, Due, Outbox
from tests.desk.test_writing_down import presses, says
from tests.stage import Play, london

YES = "Yes, change it"
GONE = "moved to Leeds"


async def rows(play: Play, query) -> list:
    return await play.database.read(lambda c: list(c.execute(query)))


async def status_of(play: Play, case: str) -> str:
    [row] = await rows(play, select(Case.status).where(Case.ref == case))
    return row.status


async def question(play: Play, case: str) -> State | None:
    ref = await play.carer(case)
    return await play.database.read(lambda c: load_state(c, person_by_ref(c, ref).id))


async def next_check_in(play: Play, case: str) -> str:
    ref = await play.carer(case)
    [row] = await rows(play, select(Due.at).where(Due.job == "check_in", Due.subject == ref))
    return f"{row.at:%Y-%m-%d %H:%M}"


async def texts(play: Play, case: str) -> list[tuple[str, str]]:
    """Every automatic text to a carer since the beginning: where it stands, and why."""
    ref = await play.carer(case)
    theirs = await play.database.read(lambda c: person_by_ref(c, ref).id)
    query = select(Outbox.status, Outbox.reason).where(
        Outbox.person_id == theirs, Outbox.kind == "proactive"
    )
    return [tuple(row) for row in await rows(play, query.order_by(Outbox.id))]


async def test_a_case_that_closes_says_first_what_follows_and_then_asks_nothing_more(play: Play):
    await play.without_digests()
    await play.only_about("P01")
    await play.at("2026-12-03 13:40")
    await play.writes("P01", "can you ring me about the taxi")
    await play.at("2026-12-03 15:46")
    assert await question(play, "P01") is not None
    said = await says(play, "DO", f"/status Kai stopped early {GONE}")
    assert said.startswith("P01: stopped early. Kai's case closes: no more automatic texts, and")
    assert "1 task stays open with Dani. Nothing has happened yet." in said
    assert await status_of(play, "P01") == "engaged"
    assert await question(play, "P01") is not None
    assert await presses(play, "DO", YES) == (
        "P01 is stopped early now. 1 automatic text that waited is dropped. "
        "1 open question to the family is closed."
    )
    assert await question(play, "P01") is None
    asked = len([text for text in await play.received("P01") if "week been" in text])
    await play.at("2026-12-10 18:00")
    after = [text for text in await play.received("P01") if "week been" in text]
    assert len(after) == asked, "a closed case is asked nothing"
    assert any("the case is not open" in row["reason"] for row in await play.held())
    [entry] = [row for row in await play.log("P01") if "Status:" in (row["words"] or "")]
    assert entry["words"] == f"Status: stopped early, before: engaged. {GONE}"
    [row] = await rows(play, select(CaseStatus))
    assert (row.status, row.reason, row.by) == ("stopped_early", GONE, "DO")
    assert await play.database.read(first_broken) is None
    audited = await rows(play, select(Audit.what, Audit.subject).where(Audit.who == "DO"))
    assert ("status", "P01 stopped_early") in [tuple(one) for one in audited]


async def changes(play: Play, by: str, case: str, status: str, reason: str = "") -> str:
    """Do what a pressed button does, without the button."""

    def work(connection: Connection) -> str:
        scene = Scene(connection, play.service.taskforce, play.now, f"status:{play.now}")
        change = ChangeStatus(case, status, reason)
        return change_status(scene, person_by_ref(connection, by), change)

    said = await play.database.write(work)
    await play.service.settle()
    return said


async def test_a_text_that_waits_is_dropped_and_the_key_worker_told(sqlite_play: Play):
    play = sqlite_play

    def waits(connection: Connection) -> None:
        leanne = person_by_ref(connection, "C001")
        letter = outbox.Letter(
            key="later",
            address_id=lines_of(connection, leanne.id)[0].id,
            person_id=leanne.id,
            kind="proactive",
            purpose="check_in",
            language="en",
            text="How has the week been?",
            at=play.now,
            due_at=play.now + timedelta(hours=5),
            cases=("P01",),
        )
        number = outbox.put(connection, letter)
        scene = Scene(connection, play.service.taskforce, play.now, "late")
        raise_task(scene, None, "DO", Matter("delayed", "It is late.", outbox_id=number), told=())

    await play.database.write(waits)
    assert len(await play.tasks(kind="delayed")) == 1
    said = await changes(play, "HM", "P01", "refused", "they said no")
    assert said == "P01 is refused now. 1 automatic text that waited is dropped."
    assert await play.tasks(kind="delayed") == [], "nothing is late that does not go"
    assert ("cancelled", "the case is closed") in await texts(play, "P01")
    assert "P01 is refused now, says Helen." in (await play.last("DO"))["text"]


async def welcome_asked(play: Play, case: str) -> dict:
    def work(connection: Connection) -> None:
        scene = Scene(connection, play.service.taskforce, play.now, f"allocated:{case}")
        offer_welcome(scene, case_ids(connection, [case])[case], "HM")

    await play.database.write(work)
    await play.later(seconds=1)
    return await play.last("DO")


async def test_a_family_that_said_no_gets_no_welcome_that_waited(play: Play):
    """Dani said yes at half past eight, and Leanne's own hours begin at half past one."""
    notice = await welcome_asked(play, "P01")
    [key] = [choice["key"] for choice in notice["choices"] if choice["label"] == "Send it"]
    await play.presses("DO", key, notice["turn"])
    await says(play, "DO", "/introduce P01 Asha about sleep")
    await presses(play, "DO", "Send")
    await play.later(seconds=11)
    assert len(await play.tasks(kind="held")) == 2
    said = await changes(play, "HM", "P01", "refused", "they said no")
    assert said == "P01 is refused now. 2 messages of the team that waited are stopped."
    assert await play.tasks(kind="held") == []
    told = await play.received("DO")
    for what in ("welcome", "introduction"):
        assert f"Your {what} for P01 was not sent: the case is closed." in told
    await play.at("2026-11-30 13:31")
    assert await play.received("P01") == []


async def test_nobody_is_asked_to_welcome_a_family_that_said_no(sqlite_play: Play):
    play = sqlite_play
    notice = await welcome_asked(play, "P01")
    await changes(play, "DO", "P01", "refused", "they said no")
    assert await play.tasks(kind="welcome") == []
    await play.presses("DO", notice["choices"][0]["key"], notice["turn"])
    assert (await play.last("DO"))["text"] == "That is done already."
    no_text = update(CaseContact).values(copy_only=True)
    await play.database.write(lambda c: c.execute(no_text))
    await welcome_asked(play, "P02")
    assert len(await play.tasks(kind="welcome_in_person")) == 1
    await changes(play, "DO", "P02", "refused", "they said no")
    assert await play.tasks(kind="welcome_in_person") == []


@pytest.mark.afternoon
async def test_a_closed_family_is_written_to_by_the_manager_or_answered(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-11-30 13:40")
    await play.writes("P01", "thank you for all of it")
    notice = await play.last("DO")
    await changes(play, "HM", "P01", "refused", "they said no")
    refusal = (
        "Nothing was sent: P01 is refused, so only the manager writes first; to answer a message "
        "of theirs, reply to it. “See you at nine.”"
    )
    assert await says(play, "PN", "/write Leanne See you at nine.") == refusal
    await says(play, "PN", "/good Leanne")
    assert "only the manager writes first" in await presses(play, "PN", "A")
    assert (await says(play, "HM", "/write Leanne Goodbye.")).startswith("To Leanne Thornton")
    shown = await says(play, "DO", "/write All the best.", notice["id"])
    assert shown.startswith("To Leanne Thornton")
    assert (await presses(play, "DO", "Send")).startswith("To Leanne Thornton")


async def test_words_that_were_shown_before_a_case_closed_do_not_go_after(sqlite_play: Play):
    play = sqlite_play
    await says(play, "PN", "/write Leanne See you at nine.")
    await changes(play, "HM", "P01", "refused", "they said no")
    said = await presses(play, "PN", "Send")
    assert said.startswith("Nothing was sent: P01 is refused,")
    assert said.endswith("“See you at nine.”")


@pytest.mark.thursday
async def test_a_sibling_whose_case_stays_open_keeps_the_familys_question(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-12-03 15:46")
    assert await question(play, "P07") is not None
    await changes(play, "HM", "P07", "completed", "EOTAS")
    assert await question(play, "P07") is not None
    await changes(play, "HM", "P08", "completed", "EOTAS")
    assert await question(play, "P07") is None


@pytest.mark.thursday
async def test_a_closed_case_opens_again_and_is_asked_again(sqlite_play: Play):
    play = sqlite_play
    await play.without_digests()
    await play.only_about("P01")
    await changes(play, "HM", "P01", "refused", "they said no")
    await play.at("2026-12-03 18:00")
    assert not [text for text in await play.received("P01") if "week been" in text]
    said = await says(play, "HM", "/status P01 engaged")
    assert said.startswith("P01: engaged. Kai's case is open again: check-ins weekly.")
    await presses(play, "HM", YES)
    assert await next_check_in(play, "P01") == "2026-12-10 15:45"
    await play.at("2026-12-10 18:00")
    assert [text for text in await play.received("P01") if "week been" in text]


@pytest.mark.parametrize(
    ("who", "words", "answer"),
    [
        ("DO", "P01 stopped early", "Please say why as well"),
        ("DO", "P01 completed it went well", "say where the child goes now"),
        ("DO", "P01 much better", "Type /status, a case"),
        ("PN", "P01 refused they said no", "is for its key worker and the manager"),
        ("DO", "P01", "How P01 stands:\nengaged"),
    ],
)
async def test_what_is_missing_or_not_theirs_changes_nothing(
    sqlite_play: Play, who: str, words: str, answer: str
):
    assert answer in await says(sqlite_play, who, f"/status {words}")
    assert await status_of(sqlite_play, "P01") == "engaged"
    assert await rows(sqlite_play, select(CaseStatus)) == []


async def test_yes_is_too_late_for_whoever_is_key_worker_no_more(sqlite_play: Play):
    assert "not yours to say" in await changes(sqlite_play, "PN", "P01", "refused", "no")
    assert await changes(sqlite_play, "DO", "P01", "refused", "no") == "P01 is refused now."
    assert "already" in await changes(sqlite_play, "HM", "P01", "refused", "no")
    assert len(await rows(sqlite_play, select(CaseStatus))) == 1


async def test_after_a_return_check_ins_thin_out_unless_somebody_says_otherwise(sqlite_play: Play):
    """Back on 30 November: four weeks, of which two are holidays, then every fortnight."""
    play = sqlite_play
    await says(play, "DO", "/status P01 back in school")
    await presses(play, "DO", YES)
    assert "check-ins weekly until 28 Dec, then fortnightly" in await says(play, "DO", "/case P01")
    await play.database.write(lambda c: set_due(c, "check_in", "C001", london("2026-12-24 15:45")))
    play.wakes_at("2026-12-24 15:40")
    await play.at("2026-12-24 18:00")
    assert await next_check_in(play, "P01") == "2027-01-07 15:45"
    assert await says(play, "DO", "/cadence P01 weekly") == (
        "Leanne Thornton (Kai P01), P01: check-ins weekly."
    )
    await play.later(seconds=1)
    assert await next_check_in(play, "P01") == "2026-12-31 15:45"
    await says(play, "DO", "/cadence P01 usual")
    await play.later(seconds=1)
    assert await next_check_in(play, "P01") == "2027-01-07 15:45"
    assert any("less often now" in row["reason"] for row in await play.held())


async def test_promises_are_named_before_a_case_closes(sqlite_play: Play):
    def promised(connection: Connection) -> int:
        (case_id,) = case_ids(connection, ["P01"]).values()
        dani = person_by_ref(connection, "DO")
        today = sqlite_play.now.date()
        made = promises.NewPromise(case_id, dani.id, "DO", "taxi", sqlite_play.now, today)
        return promises.make_promise(connection, made)

    await sqlite_play.database.write(promised)
    said = await says(sqlite_play, "DO", "/status P01 completed special school")
    assert "1 promise stays open with Dani." in said
