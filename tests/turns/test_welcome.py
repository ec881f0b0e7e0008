"""A family's first message: worded for its key worker, and gone only when they say so."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, update

from bot.scene.scene import Scene
from bot.turns.transfer import transfer
from bot.turns.welcome import offer_welcome
from storage.allocations import key_workers
from storage.cases import case_ids
from storage.introductions import introductions_of
from storage.tables import Address, Audit, Case, CaseContact, Outbox, Person, Task
from tests.stage import Play, marlbridge_taskforce

WELCOME = (
    "Hi Leanne, it's Dani. I'm your main contact for Kai. You can write to me here any time. "
    "I read messages Mon-Tue, Thu-Fri 08:30-17:00; Wed 08:30-19:00. "
    "In an emergency call 999. To stop these texts reply STOP."
)
AFTERNOON = "2026-11-30 13:45"  # inside Leanne's own hours


async def offered(play: Play, case: str = "P01", who: str = "DO") -> dict[str, Any]:
    """Allocate a case as the page does; the notice its key worker got."""

    def work(connection: Connection) -> None:
        scene = Scene(connection, play.service.taskforce, play.now, f"allocated:{case}:{play.now}")
        offer_welcome(scene, case_ids(connection, [case])[case], "HM")

    await play.database.write(work)
    await play.later(seconds=1)
    return await play.last(who)


async def presses(play: Play, who: str, notice: dict[str, Any], label: str) -> str:
    """Press a button of a notice; what the desk says then."""
    [key] = [choice["key"] for choice in notice["choices"] if choice["label"] == label]
    await play.presses(who, key, notice["turn"])
    return (await play.last(who))["text"]


async def changes(play: Play, statement: Any) -> None:
    await play.database.write(lambda connection: connection.execute(statement))


async def passes_to_marcus(play: Play) -> None:
    def work(connection: Connection) -> None:
        scene = Scene(connection, play.service.taskforce, play.now, "transfer")
        transfer(scene, "HM", ["P01"], "MB")

    await play.database.write(work)
    await play.later(seconds=1)


async def letters(play: Play) -> list[tuple[str, str, str]]:
    """Every welcome there was: who signed it, how it stands, its words."""
    query = select(Outbox).where(Outbox.purpose == "welcome", Outbox.kind == "person")
    rows = await play.database.read(lambda c: c.execute(query.order_by(Outbox.id)).all())
    return [(row.author, row.status, row.text) for row in rows]


async def test_the_key_worker_reads_it_word_for_word_and_it_goes_when_they_say_so(play: Play):
    await play.at(AFTERNOON)
    notice = await offered(play)
    assert notice["text"] == (
        "You are the key worker for Kai (P01). Helen asks you. "
        f"This welcome goes to Leanne when you say so, as 2 texts:\n“{WELCOME}\nDani”"
    )
    assert [choice["label"] for choice in notice["choices"]] == [
        "Send it", "Change words", "Not now",
    ]  # fmt: skip
    [task] = await play.tasks(kind="welcome")
    assert (task["owner"], task["respond_by"]) == ("DO", "2026-12-01T17:00:00+00:00")
    assert await play.received("P01") == []
    said = await presses(play, "DO", notice, "Send it")
    assert said.startswith("To Leanne Thornton (Kai P01) in 10 seconds.")
    assert await presses(play, "DO", notice, "Send it") == "That is done already."
    await play.later(seconds=11)
    assert await play.received("P01") == [f"{WELCOME}\nDani"]
    assert await play.tasks(kind="welcome") == []


async def test_it_waits_for_the_familys_own_hours(sqlite_play: Play):
    notice = await offered(sqlite_play)  # at 08:30, and Leanne works nights
    await presses(sqlite_play, "DO", notice, "Send it")
    await sqlite_play.later(seconds=11)
    assert await sqlite_play.received("P01") == []
    await sqlite_play.at("2026-11-30 13:31")
    assert len(await sqlite_play.received("P01")) == 1


async def test_a_number_nobody_confirmed_is_said_and_left_to_the_worker(sqlite_play: Play):
    play = sqlite_play
    await play.at(AFTERNOON)
    await changes(play, update(Address).values(proven_at=None))
    await changes(play, update(Person).values(shared_phone=True))
    notice = await offered(play)
    assert notice["text"].endswith(
        "Their number is not confirmed yet: if you can, speak to them first.\n"
        "Somebody else may read their phone."
    )
    await presses(play, "DO", notice, "Send it")
    await play.later(seconds=11)
    assert len(await play.received("P01")) == 1


async def test_in_a_chat_without_words_it_is_read_before_anybody_can_say_yes(sqlite_play: Play):
    play = Play(sqlite_play.database, marlbridge_taskforce(notices_shown=False))
    notice = await offered(play)
    assert "Leanne" not in notice["text"]
    assert [choice["label"] for choice in notice["choices"]] == ["Show"]
    await presses(play, "DO", notice, "Show")
    shown = await play.last("DO")
    assert f"“{WELCOME}\nDani”" in shown["text"]
    assert (await presses(play, "DO", shown, "Send it")).startswith("To KT P01 in 10 seconds.")


async def test_only_the_one_who_signs_it_can_send_it(sqlite_play: Play):
    await sqlite_play.at(AFTERNOON)
    notice = await offered(sqlite_play)
    said = await presses(sqlite_play, "HM", notice, "Send it")
    assert said == "Only Dani can send it: it goes out under their name."
    assert await letters(sqlite_play) == []


async def test_not_now_sends_nothing_and_the_command_asks_again(sqlite_play: Play):
    play = sqlite_play
    await play.at(AFTERNOON)
    notice = await offered(play)
    said = await presses(play, "DO", notice, "Not now")
    assert said == "Nothing was sent. /welcome P01 asks again."
    await play.writes("HM", "/welcome P01")
    assert (await play.last("HM"))["text"] == (
        "Dani is asked about the welcome for Leanne Thornton (Kai P01), P01. Nothing has been sent."
    )
    await presses(play, "DO", await play.last("DO"), "Send it")
    await play.later(seconds=11)
    assert await play.received("P01") == [f"{WELCOME}\nDani"]


async def test_own_words_take_its_place_and_are_seen_before_they_go(sqlite_play: Play):
    play = sqlite_play
    await play.at(AFTERNOON)
    notice = await offered(play)
    assert "Leanne" in await presses(play, "DO", notice, "Change words")
    await play.writes("DO", "Hello Leanne, this is Dani. Write to me when you like.")
    shown = await play.last("DO")
    assert "Nothing has been sent." in shown["text"]
    await presses(play, "DO", shown, "Send")
    await play.later(seconds=11)
    assert await play.received("P01") == [
        "Hello Leanne, this is Dani. Write to me when you like.\nDani"
    ]
    assert await play.tasks(kind="welcome") == []
    assert await presses(play, "DO", notice, "Send it") == "That is done already."


async def test_own_words_with_another_child_s_name_take_its_place_too(sqlite_play: Play):
    play = sqlite_play
    await play.at(AFTERNOON)
    notice = await offered(play)
    await presses(play, "DO", notice, "Change words")
    await play.writes("DO", "Hello Leanne, Dani here. Zofia sits next to Kai.")
    said = await presses(play, "DO", await play.last("DO"), "Send")
    assert said.startswith("This names Zofia")
    assert len(await play.tasks(kind="welcome")) == 1
    await presses(play, "DO", await play.last("DO"), "Yes, send it")
    assert await play.tasks(kind="welcome") == []
    assert await presses(play, "DO", notice, "Send it") == "That is done already."


async def test_a_case_that_passes_on_takes_the_old_welcome_with_it(play: Play):
    notice = await offered(play)
    await presses(play, "DO", notice, "Send it")  # it waits for 13:30

    await passes_to_marcus(play)
    assert "Your welcome for P01 was not sent: the case has passed." in await play.received("DO")
    anew = await play.last("MB")
    assert "“Hi Leanne, it's Marcus. I'm your main contact for Kai." in anew["text"]
    await play.at(AFTERNOON)
    assert await play.received("P01") == []  # and is not told of a change it knows nothing of
    assert await presses(play, "DO", notice, "Send it") == "That is done already."
    await presses(play, "MB", anew, "Send it")
    await play.later(seconds=11)
    assert [(who, status) for who, status, _words in await letters(play)] == [
        ("DO", "cancelled"), ("MB", "sent"),
    ]  # fmt: skip


async def test_what_has_changed_since_is_read_again_before_it_goes(sqlite_play: Play):
    play = sqlite_play
    await play.at(AFTERNOON)
    notice = await offered(play)
    leanne = await play.carer("P01")
    await changes(play, update(Person).where(Person.ref == leanne).values(name="Lea Thornton"))
    await presses(play, "DO", notice, "Send it")
    newer, says = (await play.received("DO"))[-2:]
    assert says == "Something has changed since. Nothing was sent: please read the newer message."
    assert "“Hi Lea, it's Dani." in newer
    assert await letters(play) == []


async def test_siblings_are_welcomed_together_and_once(sqlite_play: Play):
    play = sqlite_play
    await play.at(AFTERNOON)
    workers = await play.database.read(
        lambda c: key_workers(c, case_ids(c, ["P07", "P08"]).values(), play.now.date())
    )
    [who] = {ref for refs in workers.values() for ref in refs}
    first = await offered(play, "P07", who=who)
    both = await offered(play, "P08", who=who)
    assert "I'm your main contact for Ellie and Noah." in both["text"]
    assert await presses(play, who, first, "Send it") == "That is done already."
    await presses(play, who, both, "Send it")
    await play.later(seconds=11)
    assert len(await letters(play)) == 1


async def test_who_must_not_be_contacted_or_is_copied_in_only_is_never_welcomed(
    sqlite_play: Play,
):
    play = sqlite_play
    await changes(play, update(CaseContact).values(copy_only=True))
    said = (await offered(play))["text"]
    assert "Nobody of this family can be written to here." in said
    assert await play.tasks(kind="welcome") == []
    [task] = await play.tasks(kind="welcome_in_person", case="P01")
    assert task["owner"] == "DO"


async def test_stop_wins_over_a_yes(sqlite_play: Play):
    play = sqlite_play
    await play.at(AFTERNOON)
    notice = await offered(play)
    await play.writes("P01", "STOP")
    before = len(await play.received("P01"))
    await presses(play, "DO", notice, "Send it")
    await play.later(minutes=1)
    assert len(await play.received("P01")) == before
    assert await letters(play) == []
    assert len(await play.tasks(kind="welcome_in_person")) == 1


async def test_a_language_without_approved_wording_gets_a_person_and_no_text(sqlite_play: Play):
    await offered(sqlite_play, "P12")  # Ioana reads Romanian
    [task] = await sqlite_play.tasks(kind="interpreter", case="P12")
    assert task["owner"] == "DO"
    assert await sqlite_play.tasks(kind="welcome") == []


async def test_a_family_is_told_who_will_contact_them(play: Play):
    await play.at(AFTERNOON)
    await play.writes("DO", "/introduce P01 Asha from CAMHS about sleep.")
    preview = await play.last("DO")
    assert "“Asha from CAMHS will contact you about sleep." in preview["text"]
    assert "“camhs” tells whoever sees the phone a lot. Say less?" in preview["text"]
    await presses(play, "DO", preview, "Leave the service out")
    shorter = await play.last("DO")
    assert "CAMHS" not in shorter["text"]
    await presses(play, "DO", shorter, "Send")
    await play.later(seconds=11)
    assert await play.received("P01") == [
        "Asha will contact you about sleep. You can ask me about it here.\nDani"
    ]
    kept = await play.database.read(lambda c: introductions_of(c, case_ids(c, ["P01"])["P01"]))
    assert [(row.name, row.agency, row.about, row.by) for row in kept] == [
        ("Asha", "CAMHS", "sleep", "DO")
    ]
    audited = await play.database.read(lambda c: c.execute(select(Audit.who, Audit.what)).all())
    assert ("DO", "introduce") in [tuple(row) for row in audited]
    await play.writes("DO", "/introduce P01 Omar about school.")
    await presses(play, "DO", await play.last("DO"), "Send")
    await presses(play, "DO", await play.last("DO"), "Stop")  # so nobody was told of Omar
    await play.writes("DO", "/introduce P01")
    assert (await play.last("DO"))["text"] == (
        "Whom the family of P01 was told of:\n- Mon 30 Nov: Asha from CAMHS, about sleep (Dani)"
    )


async def test_only_who_answers_for_a_family_introduces_somebody(sqlite_play: Play):
    play = sqlite_play
    await play.writes("RA", "/introduce P01 Asha about sleep")
    said = (await play.last("RA"))["text"]
    assert said == "Only their key worker, the manager or the safeguarding lead can do this."
    tasks = await play.database.read(lambda c: c.execute(select(Task.kind)).all())
    assert "typed" not in [row.kind for row in tasks]
    await play.writes("DO", "/introduce P01 Asha about sleep")
    preview = await play.last("DO")
    await passes_to_marcus(play)
    assert (await presses(play, "DO", preview, "Send")).startswith("Nobody was told:")


@pytest.mark.parametrize(
    ("now", "why"),
    [
        ({"copy_only": True}, "Leanne gets copies only now"),
        ({"do_not_use": True}, "Leanne must not be contacted"),
        (None, "Leanne does not belong to this case any more"),
    ],
)
async def test_who_is_told_of_somebody_is_looked_at_again_before_it_goes(
    sqlite_play: Play, now: dict[str, bool] | None, why: str
):
    play = sqlite_play
    await play.at(AFTERNOON)
    await play.writes("DO", "/introduce P01 Asha about sleep")
    leanne = await play.carer("P01")
    person = select(Person.id).where(Person.ref == leanne).scalar_subquery()
    tie = delete(CaseContact) if now is None else update(CaseContact).values(**now)
    await changes(play, tie.where(CaseContact.person_id == person))
    assert await presses(play, "DO", await play.last("DO"), "Send") == (
        f"Nobody was told: {why}. "
        "“Asha will contact you about sleep. You can ask me about it here.”"
    )
    kept = await play.database.read(lambda c: introductions_of(c, case_ids(c, ["P01"])["P01"]))
    assert kept == []


async def test_a_family_that_said_no_is_not_welcomed_whatever_way_its_case_closed(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.at(AFTERNOON)
    notice = await offered(play)
    await changes(play, update(Case).where(Case.ref == "P01").values(status="refused"))
    closed = "P01 is refused now, so its family is not written to."
    assert await presses(play, "DO", notice, "Send it") == f"{closed} Nothing was sent."
    assert await letters(play) == []
    await play.writes("HM", "/welcome P01")
    assert (await play.last("HM"))["text"] == f"{closed} Nothing was sent."
    await play.writes("HM", "/introduce P01 Asha about sleep")
    assert (await play.last("HM"))["text"] == f"{closed} Nobody was told."
