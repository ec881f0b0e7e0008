"""An alarm: who is disturbed and when, what they read, and what a watched phone never shows."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select, update

from storage.steps import steps_of
from storage.tables import Address, Outbox, Person
from tests.stage import LONDON, Play, london, marlbridge_taskforce

CRY = "I dont want to live any more"
TEAM = ("DO", "MB", "SG", "PN", "TW", "HM", "JL")


def at(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%a %H:%M}"


async def rang(play: Play, since: str = "2026-12-05 12:00") -> dict[str, list[str]]:
    """Whose phone made a sound, and when: a chat that is not silent, or a text."""
    query = (
        select(Person.ref, Outbox.sent_at)
        .join(Address, Address.id == Outbox.address_id)
        .join(Person, Person.id == Address.person_id)
        .where(Outbox.kind == "staff", Outbox.sent_at.is_not(None), Outbox.task_id.is_not(None))
        .where(Outbox.sent_at >= london(since))
        .where((Address.channel == "sms") | Outbox.silent.is_(False))
        .order_by(Outbox.sent_at)
    )
    found: dict[str, list[str]] = {}
    for ref, moment in await play.database.read(lambda c: list(c.execute(query))):
        found.setdefault(ref, []).append(at(moment))
    return {ref: list(dict.fromkeys(times)) for ref, times in found.items()}


async def walked(play: Play, kind: str) -> list[tuple[str, str, str]]:
    [task] = await play.tasks(kind=kind, case="P01")
    rows = await play.database.read(lambda c: steps_of(c, task["id"]))
    return [(row.who, row.what, at(row.at)) for row in rows]


@pytest.mark.thursday
async def test_a_cry_late_on_saturday_rings_only_the_two_who_are_paged(play: Play):
    """Row 6. JL is the safeguarding lead, HM the manager; the family is Dani's."""
    await play.without_digests()
    await play.at("2026-12-05 23:10")
    await play.writes("P01", CRY)
    answer = (await play.received("P01"))[-1]
    assert "call 999 now" in answer
    assert answer.endswith("This phone is next read Mon 7 Dec 08:30.")
    assert await rang(play) == {"HM": ["Sat 23:10"], "JL": ["Sat 23:10"]}
    await play.at("2026-12-06 00:40")
    [crisis] = await play.tasks(kind="crisis", case="P01")
    [lead] = await play.tasks(kind="safeguarding", case="P01")
    await play.presses("HM", f"t:{crisis['id']}:ack")
    await play.presses("JL", f"t:{lead['id']}:ack")
    await play.at("2026-12-07 07:00")
    assert await walked(play, "crisis") == [
        ("system", "raised", "Sat 23:10"),
        ("DO", "told", "Sat 23:10"),
        ("HM", "told", "Sat 23:10"),
        ("MB", "handed_on", "Sat 23:25"),
        ("JL", "handed_on", "Sat 23:40"),
        ("HM", "reminded", "Sat 23:55"),
        ("JL", "reminded", "Sat 23:55"),
        ("HM", "had", "Sun 00:40"),
    ]
    assert await walked(play, "safeguarding") == [
        ("system", "raised", "Sat 23:10"),
        ("JL", "told", "Sat 23:10"),
        ("HM", "handed_on", "Sat 23:25"),
        ("HM", "reminded", "Sat 23:40"),
        ("JL", "reminded", "Sat 23:40"),
        ("JL", "had", "Sun 00:40"),
    ]
    assert set(await rang(play)) == {"HM", "JL"}, "nobody else's phone makes a sound"


async def only_a_phone(play: Play, ref: str) -> None:
    """Take a worker's chat away: all that is left is their phone."""
    person = select(Person.id).where(Person.ref == ref).scalar_subquery()
    chat = update(Address).where(Address.person_id == person, Address.channel == "staff")
    query = chat.values(dead_at=play.now)
    await play.database.write(lambda c: c.execute(query))


@pytest.mark.thursday
async def test_a_worker_with_no_chat_is_not_woken_by_a_text(sqlite_play: Play):
    play = sqlite_play
    await play.without_digests()
    await only_a_phone(play, "DO")
    await play.at("2026-12-05 23:10")
    await play.writes("P01", CRY)
    await play.at("2026-12-06 20:00")
    assert "DO" not in await rang(play)
    await play.at("2026-12-07 08:31")
    assert (await rang(play))["DO"] == ["Mon 08:30"]


async def test_with_nobody_paged_at_night_the_key_workers_phone_rings(sqlite_play: Play):
    taskforce = marlbridge_taskforce(out_of_hours=())
    play = Play(sqlite_play.database, taskforce)
    await only_a_phone(play, "DO")
    play.wakes_at("2026-12-05 23:10")
    await play.writes("P01", CRY)
    assert (await rang(play))["DO"] == ["Sat 23:10"]


async def test_an_alert_shows_the_thread_the_safe_way_and_the_school(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "kai was up all night again")
    await play.writes("DO", "I will ring at two.", reply_to=(await play.last("DO"))["id"])
    await play.later(minutes=1)
    await play.writes("P01", CRY)
    for who in ("DO", "JL"):
        lines = (await play.last(who))["text"].splitlines()
        assert lines[:2] == ["L1 suicide", f"Leanne Thornton (Kai P01): {CRY}"]
        assert "Mon 30 Nov 08:30 Leanne: kai was up all night again" in lines
        assert "Mon 30 Nov 08:30 Dani: I will ring at two. Dani" in lines
        assert "Safe contact: only 13:30-16:00." in lines
        assert "School safeguarding contact: Anjali Rowe, 01632 960112 (Marl Beck Academy)" in lines


async def test_a_pupil_with_no_school_has_the_provisions_contact(sqlite_play: Play):
    await sqlite_play.writes("P03", CRY)
    text = (await sqlite_play.last("JL"))["text"]
    assert "School safeguarding contact: Joe Lister, 01632 960101 (Millrace Centre)" in text


async def test_what_is_hidden_from_dani_is_in_no_later_alert(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "i want to make a complaint about dani, she shouted at kai")
    await play.writes("P01", CRY)
    for who in TEAM:
        alerts = [text for text in await play.received(who) if text.startswith("L1 ")]
        assert not any("she shouted" in text for text in alerts)
    assert CRY in (await play.last("DO"))["text"]


async def test_nothing_but_initials_leaves_for_a_discreet_chat_or_a_phone(sqlite_play: Play):
    taskforce = marlbridge_taskforce(notices_shown=False)
    play = Play(sqlite_play.database, taskforce)
    play.wakes_at("2026-12-05 23:10")
    await play.writes("P01", CRY)
    query = select(Outbox.text).where(Outbox.kind == "staff", Outbox.purpose == "safeguarding")
    texts = set(await play.database.read(lambda c: list(c.execute(query).scalars())))
    assert texts == {"L1 safeguarding: KT P01. Open your desk to read it."}


async def test_a_watched_phone_is_named_on_the_alert_and_hears_no_service(sqlite_play: Play):
    """P19 is marked for domestic abuse: text Tuesdays and Thursdays, ten to twelve."""
    play = sqlite_play
    await play.writes("P19", "hes strangled me infront of the kids")
    rule = next(
        line
        for line in (await play.last("JL"))["text"].splitlines()
        if line.startswith("Safe contact")
    )
    assert rule == (
        "Safe contact: others may read this phone: name no service and no helpline; "
        "leave no voicemail; only Tue, Thu 10:00-12:00."
    )
    await play.writes("P19", "HELP")
    await play.writes("P19", "is there a session on friday")
    await play.without_digests()
    await play.at("2026-12-11 18:00")
    for words in ("STOP", "START", "CALL", "MORE"):
        await play.writes("P19", words)
    heard = await play.received("P19")
    assert len(heard) >= 5
    for text in heard:
        for name in (
            "111",
            "0808",
            "Refuge",
            "helpline",
            "taskforce",
            "Taskforce",
            "APST",
            "abuse",
        ):
            assert name not in text, text


async def test_a_complaint_is_had_within_the_day(sqlite_play: Play):
    """L3 at ten on Monday: the manager's day ends before the clock does."""
    play = sqlite_play
    play.wakes_at("2026-11-30 10:00")
    await play.writes("P01", "i want to make a complaint about the taxi")
    [task] = await play.tasks(kind="complaint")
    assert task["level"] == "L3"
    assert task["respond_by"].startswith("2026-11-30")
    play.wakes_at("2026-12-02 15:45")
    await play.writes("P02", "i want to make a complaint about the taxi")
    [task] = await play.tasks(kind="complaint", case="P02")
    assert task["respond_by"] > "2026-12-02T15:45"


CUTTING = "hes been cutting his arms"


@pytest.mark.thursday
@pytest.mark.parametrize("moment", ["2026-12-04 20:00", "2026-12-05 12:00"])
@pytest.mark.parametrize(("case", "worker"), [("P03", "SG"), ("P21", "RA")])
async def test_the_lead_reads_on_monday_what_a_part_timer_would_read_on_tuesday(
    sqlite_play: Play, case, worker, moment
):
    play = sqlite_play
    await play.without_digests()
    await play.at(moment)
    await play.writes(case, CUTTING)
    assert {(t["kind"], t["owner"]) for t in await play.tasks(level="L2", case=case)} == {
        ("crisis", worker),
        ("safeguarding", "JL"),
    }
    [lead] = await play.tasks(kind="safeguarding", case=case)
    assert lead["respond_by"].startswith("2026-12-07")
    assert CUTTING in (await play.last("JL"))["text"]
    await play.at("2026-12-07 07:00")
    assert await rang(play, moment) == {}, "it wakes nobody"


async def test_with_somebody_at_work_the_lead_is_not_told_of_an_l2(sqlite_play: Play):
    await sqlite_play.writes("P03", CUTTING)  # Sean is in from Tuesday: Marcus answers on Monday
    assert {t["kind"] for t in await sqlite_play.tasks(level="L2", case="P03")} == {"crisis"}


async def test_a_deputy_who_is_the_lead_is_told_as_the_lead(sqlite_play: Play):
    """Sean is off on Monday, and Marcus who stands in leads on safeguarding."""
    play = Play(sqlite_play.database, marlbridge_taskforce(safeguarding_lead="MB"))
    await play.writes("P03", CUTTING)
    assert ("safeguarding", "MB") in {
        (t["kind"], t["owner"]) for t in await play.tasks(level="L2", case="P03")
    }
    assert CUTTING in (await play.last("MB"))["text"]
