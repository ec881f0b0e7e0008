"""What the alarms missed is raised by hand, and the lead reads how they did."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from bot.scene.scene import Scene
from bot.turns.alarms import raise_by_hand
from storage.addresses import person_by_ref
from storage.cases import case_ids
from storage.contacts import Entry, log
from tests.desk.test_commands import audited, says
from tests.stage import Play, marlbridge_taskforce

CALLED = "mum rang, sounded very low"
VAGUE = "not himself at all today cant say more on here"


async def notice(play: Play, who: str) -> str:
    return (await play.last(who))["id"]


async def test_danger_raises_the_message_that_is_replied_to(play: Play):
    await play.writes("P01", VAGUE)
    assert await says(play, "DO", "/danger", await notice(play, "DO")) == (
        "Raised at L2. Whoever answers now is told."
    )
    [task] = await play.tasks(kind="crisis", case="P01")
    assert (task["level"], task["owner"]) == ("L2", "DO")
    assert task["words"].splitlines()[:2] == [
        "L2 raised by Dani",
        f"Leanne Thornton (Kai P01): {VAGUE}",
    ]
    assert ("DO", "RaiseDanger") in {row[:2] for row in await audited(play)}


async def test_danger_l1_pages_the_safeguarding_lead_too(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", VAGUE)
    await says(play, "DO", "/danger L1", await notice(play, "DO"))
    assert {t["owner"] for t in await play.tasks(level="L1", case="P01")} == {"DO", "JL"}
    assert VAGUE in (await play.last("JL"))["text"]


@pytest.mark.parametrize("words", ["/danger", "/danger L3", "/danger now"])
async def test_danger_about_nothing_says_how(sqlite_play: Play, words):
    assert (await says(sqlite_play, "DO", words)).startswith(
        "Nothing was raised. Reply to the message with /danger"
    )
    assert await sqlite_play.tasks(kind="crisis") == []


async def about_ioana(play: Play) -> str:
    """A notice that three texts to her did not arrive: no words of hers stand behind it."""
    await play.later(seconds=1)
    shown = [m for m in await play.phone("DO") if "three texts did not arrive" in m["text"]]
    return shown[-1]["id"]


async def rang_in(play: Play, case: str, person: str | None) -> int:
    """A call from somebody about a case, as a colleague wrote it down."""

    def work(connection: Connection) -> int:
        found = person_by_ref(connection, person) if person else None
        entry = Entry(
            at=play.now,
            recorded_at=play.now,
            direction="inbound",
            mode="telephone",
            done_by="DO",
            recorded_by="DO",
            purpose="support",
            words=CALLED,
            salt=b"0" * 16,
            person_id=found.id if found else None,
        )
        return log(connection, entry, case_ids(connection, [case]).values())

    return await play.database.write(work)


async def test_what_staff_wrote_down_of_a_call_is_no_message_of_hers(sqlite_play: Play):
    play = sqlite_play
    await rang_in(play, "P12", await play.carer("P12"))
    said = await says(play, "DO", "/danger", await about_ioana(play))
    assert said == (
        "Nothing was raised: behind this stands no message that you may raise. Reply to the "
        "family's own message with /danger, or tell Joe Lister yourself now."
    )
    assert await play.tasks(kind="crisis") == []
    await play.writes("P12", VAGUE)
    await rang_in(play, "P12", await play.carer("P12"))
    said = await says(play, "DO", "/danger", await about_ioana(play))
    assert said.startswith("Raised at L2.")
    [task] = await play.tasks(kind="crisis", case="P12")
    assert VAGUE in task["words"]


@pytest.mark.parametrize(
    ("known", "kind", "owner"), [(True, "crisis", "DO"), (False, "safeguarding", "JL")]
)
async def test_words_without_an_address_are_raised_all_the_same(
    sqlite_play: Play, known, kind, owner
):
    play = sqlite_play
    contact = await rang_in(play, "P01", await play.carer("P01") if known else None)

    def work(connection: Connection) -> None:
        scene = Scene(connection, play.service.taskforce, play.now, "by-hand")
        dani = person_by_ref(connection, "DO")
        assert dani is not None
        raise_by_hand(scene, dani, contact, "L2")

    await play.database.write(work)
    [task] = await play.tasks(level="L2")
    assert (task["kind"], task["owner"]) == (kind, owner)
    assert "Kai" in task["words"]
    assert CALLED in task["words"]


async def closed(play: Play, who: str, task: dict, outcome: str) -> None:
    await play.presses(who, f"t:{task['id']}:done")
    for words in (outcome, "I rang and heard it", "Joe at ten", "other", "none", "close"):
        await play.writes(who, words)


async def test_the_lead_reads_what_was_raised_had_missed_and_wrong(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "I dont want to live any more")
    for task in await play.tasks(level="L1"):
        await play.presses(task["owner"], f"t:{task['id']}:ack")
    await play.writes("P04", "hes been cutting his arms")
    [cut] = await play.tasks(kind="crisis", case="P04")
    await play.later(hours=2)
    await play.presses(cut["owner"], f"t:{cut['id']}:ack")
    await closed(play, cut["owner"], cut, "false_alarm")
    await play.writes("P02", VAGUE)
    await says(play, "DO", "/danger", await notice(play, "DO"))
    told = await says(play, "JL", "/alarms")
    assert told.splitlines() == [
        "Since Tue 1 Sep, by message:",
        "L1: 1 raised, 1 had in time, 0 false alarms, 1 open.",
        "L2: 2 raised, 0 had in time, 1 false alarms, 1 open.",
        "L3: 0 raised, 0 had in time, 0 false alarms, 0 open.",
        "Missed by the list, raised by a person: 1.",
        f"- Mon 30 Nov L2 P02: “{VAGUE}”",
        "False alarms:",
        "- Mon 30 Nov L2 P04: “hes been cutting his arms”",
    ]
    assert ("JL", "read", "alarms") in await audited(play)


async def test_what_the_list_found_too_is_no_miss(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "hes been cutting his arms")
    await says(play, "DO", "/danger L1", await notice(play, "DO"))
    told = await says(play, "HM", "/alarms")
    assert "L1: 1 raised" in told
    assert "raised by a person: 0." in told


@pytest.mark.parametrize("who", ["DO", "MB", "SG", "PN"])
async def test_nobody_else_reads_the_report(sqlite_play: Play, who):
    assert await says(sqlite_play, who, "/alarms") == (
        "Only the manager and the safeguarding lead read this."
    )


async def test_where_words_may_not_stand_the_report_only_counts(sqlite_play: Play):
    play = Play(sqlite_play.database, marlbridge_taskforce(notices_shown=False))
    await play.writes("P02", VAGUE)
    await says(play, "DO", "/danger", await notice(play, "DO"))
    told = await says(play, "JL", "/alarms")
    assert "raised by a person: 1." in told
    assert VAGUE not in told
