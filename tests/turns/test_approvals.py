"""What leaves only with a person's yes: one by one, all at once, changed, stopped, too late."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select

from bot.scene.scene import Scene
from bot.turns import typed
from bot.turns.registers import take_register
from scheduler.missing_reasons import plan
from storage.addresses import person_by_ref
from storage.conversations import set_due
from storage.tables import Approval, Outbox
from tests.stage import Play, london

UPNS = {"P01": "A384000017001", "P10": "N384000016010", "P17": "J384000018017"}
MILLRACE, CAWDER = "Millrace Centre", "Cawder High"
MISSED = ("2026-11-02", "2026-11-03", "2026-11-04")
PURPOSES = ("days_missed", "to_school")
CONNOR = (
    "Hi Bridget, Connor missed 3 days last half term. This half term is a fresh start. "
    "What one thing would help Connor get in? Marcus"
)


async def register(play: Play, case: str, *marks: str, school: str = MILLRACE) -> None:
    """A register comes in: "2026-12-01 AM N", one line a session."""
    rows = [f"{UPNS[case]},{school},{mark.replace(' ', ',')}" for mark in marks]
    content = "\n".join(("UPN,School,Date,Session,Mark", *rows)).encode()

    def take(connection):
        scene = Scene(connection, play.service.taskforce, play.now, f"register:{play.now}")
        take_register(scene, "FS", "command", "register.csv", content)

    await play.database.write(take)
    await play.service.settle()


async def half_term_begins(play: Play, *cases: str) -> None:
    """It is the second school day after Christmas: key workers are asked."""
    play.clock.stop_at(london("2027-01-05 08:00"))
    for case in cases:
        await register(play, case, *(f"{day} {half} I" for day in MISSED for half in ("AM", "PM")))
    await play.database.write(lambda c: set_due(c, "days_missed", "team", play.now))
    await play.later(seconds=1)


async def asked(play: Play, case: str, kind: str = "approval") -> int:
    [task] = await play.tasks(kind=kind, case=case)
    return task["id"]


async def left(play: Play) -> list[str]:
    """Everything that stands in the outbox and needed a yes."""
    query = select(Outbox.purpose).where(Outbox.purpose.in_(PURPOSES))
    return list(await play.database.read(lambda c: c.execute(query).scalars().all()))


async def outcomes(play: Play) -> list[str | None]:
    query = select(Approval.outcome).order_by(Approval.id)
    return list(await play.database.read(lambda c: c.execute(query).scalars().all()))


def by_another_road(play: Play, connection, bridget: str) -> None:
    """Somebody's code puts words about days missed into the outbox, and asks nobody."""
    scene = Scene(connection, play.service.taskforce, play.now, "another road")
    mother = person_by_ref(connection, bridget)
    words = typed.Words(mother.id, "Connor missed 3 days.", purpose="days_missed")
    typed.put_in_outbox(scene, person_by_ref(connection, "DO"), words)


async def test_days_missed_go_with_a_yes_in_other_words_or_not_at_all(sqlite_play: Play):
    play = sqlite_play
    await half_term_begins(play, "P01", "P10", "P17")
    assert await left(play) == []
    [task] = await play.tasks(kind="approval", case="P10")
    assert (task["owner"], CONNOR in task["words"]) == ("MB", True)
    await play.presses("MB", f"t:{task['id']}:approve")
    await play.presses("PN", f"t:{await asked(play, 'P17')}:unsent")
    await play.presses("DO", f"t:{await asked(play, 'P01')}:reword")
    await play.writes("DO", "Happy new year! What would help Kai get in this half term?")
    seen = (await play.last("DO"))["text"]
    assert "It goes from Tue 5 Jan 15:45 if you press Send, within their own hours." in seen
    await play.presses("DO", "send", (await play.last("DO"))["turn"])
    assert CONNOR not in await play.received("P10")
    await play.at("2027-01-05 15:45")
    assert (await play.received("P10"))[-1] == CONNOR
    own = "Happy new year! What would help Kai get in this half term?\nDani"
    assert (await play.received("P01"))[-1] == own
    assert not any("missed" in text for text in await play.received("P17"))
    assert sorted(map(str, await outcomes(play))) == ["edited", "sent", "stopped"]


async def test_all_at_once_says_whose_and_how_many_and_a_corrected_mark_asks_again(
    sqlite_play: Play,
):
    play = sqlite_play
    await half_term_begins(play, "P10", "P17")
    await play.writes("MB", "/approve")
    assert "1. Connor P10: days missed" in (await play.last("MB"))["text"]
    await play.writes("HM", "/approve all")
    echo = await play.last("HM")
    assert "2 messages go if you say yes: Connor P10 (days missed), Ethan P17" in echo["text"]
    assert await left(play) == []
    [(key, _label)] = [choice.values() for choice in echo["choices"]]
    await play.presses("HM", key)
    said = (await play.last("HM"))["text"]
    assert said == "2 of 2 are approved. They leave when the rules allow."
    await register(play, "P10", "2026-11-02 AM /", "2026-11-02 PM \\")
    await play.at("2027-01-05 15:46")
    assert not any("Connor missed" in text for text in await play.received("P10"))
    assert "Ethan missed 3 days" in (await play.received("P17"))[-1]
    [again] = await play.tasks(kind="approval", case="P10")
    assert "Connor missed 2 days last half term" in again["words"]


async def test_a_new_key_worker_is_asked_and_without_a_yes_nothing_ever_leaves(sqlite_play: Play):
    play = sqlite_play
    await half_term_begins(play, "P10", "P17")
    await register(play, "P17", "2027-01-05 AM N")
    await play.writes("PN", "/reason P17 today ill")
    await play.writes("HM", "/transfer P10 to Dani")
    await play.presses("HM", "pass", (await play.last("HM"))["turn"])
    [passed] = await play.tasks(kind="approval", case="P10")
    assert passed["owner"] == "DO"
    await play.presses("DO", f"t:{passed['id']}:approve")
    [anew] = await play.tasks(kind="approval", case="P10")
    assert anew["words"].count("Dani") == 1
    play.clock.stop_at(london("2027-01-13 08:00"))
    await play.later(minutes=1)
    assert await left(play) == []
    assert set(await outcomes(play)) == {"changed", "expired"}
    await play.at("2027-01-13 09:00")
    digest = [m["text"] for m in await play.phone("DO") if "Dates" in m["text"]][-1]
    assert "Connor P10, Wed 13 Jan: the text about days missed was not sent" in digest
    bridget = await play.carer("P10")
    await play.database.write(lambda c: by_another_road(play, c, bridget))
    await play.later(minutes=1)
    query = select(Outbox.status, Outbox.reason).where(Outbox.purpose == "days_missed")
    stopped = await play.database.read(lambda c: c.execute(query).all())
    assert stopped == [("cancelled", "nobody has said yes to these words")]


async def test_a_school_learns_the_category_only_when_the_key_worker_taps_send(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-11-30 09:40")
    await register(play, "P10", "2026-11-30 AM N")
    await play.writes("P10", "Connor is poorly today, been sick all night")
    assert await left(play) == []
    [task] = await play.tasks(kind="school_asked", case="P10")
    assert "To Farah at Millrace Centre if you say so, and not after Mon 7 Dec" in task["words"]
    await play.presses("MB", f"t:{task['id']}:approve")
    told = (await play.last("FS"))["text"]
    assert told == (
        "Connor Reilly (P10) on Mon 30 Nov: the family gave a reason: ill. "
        "Which code it is stays yours to decide."
    )
    assert "Told Millrace Centre, for Mon 30 Nov: ill." in str(await play.log("P10"))


async def test_a_school_hears_of_a_reason_that_changes_back_and_of_one_taken_back(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.at("2026-11-30 09:40")
    await register(play, "P10", "2026-11-30 AM N")
    for reason in ("ill", "transport", "ill", "off"):
        await play.writes("MB", f"/reason P10 {reason}")
        task = (await play.tasks(kind="school_asked", case="P10"))[-1]
        await play.presses("MB", f"t:{task['id']}:approve")
        assert (await play.last("FS"))["text"].startswith("Connor Reilly (P10) on Mon 30 Nov: the")
    told = [m["text"] for m in await play.phone("FS") if "Connor Reilly (P10) on Mon" in m["text"]]
    assert [words.split(": ", 1)[1].split(".")[0] for words in told] == [
        "the family gave a reason: ill",
        "the family gave a reason: transport",
        "the family gave a reason: ill",
        "the reason you were told is taken back",
    ]
    await play.writes("MB", "/reason P10 transport")
    await play.writes("MB", "/reason P10 off")  # it never heard of that one
    assert await outcomes(play) == ["sent", "sent", "sent", "sent", "changed"]


async def test_a_school_with_nobody_here_is_told_by_the_key_workers_usual_way(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-12-01 08:30")
    service = play.service.taskforce
    await play.database.write(lambda c: plan(Scene(c, service, play.now, "start")))
    await register(play, "P17", "2026-11-26 AM N", "2026-11-27 AM N", school=CAWDER)
    await play.writes("PN", "/reason P17 2026-11-26 transport")
    [task] = await play.tasks(kind="pass_on", case="P17")
    assert "Nobody of Cawder High is here. Pass it on by your usual way" in task["words"]
    await play.at("2026-12-01 16:30")
    digest = [m["text"] for m in await play.phone("PN") if "Dates" in m["text"]][-1]
    assert "Ethan P17, Thu 3 Dec: Thu 26 Nov has a reason (the bus or transport), and" in digest
    await play.presses("PN", f"t:{task['id']}:passed_on")
    assert (await left(play), await outcomes(play)) == ([], ["passed_on"])
    await play.at("2026-12-03 08:01")
    assert await play.tasks(kind="missing_reason", case="P17") == []
    await play.at("2026-12-04 08:01")
    [last] = await play.tasks(kind="missing_reason", case="P17")
    assert (
        "Cawder High has no reason yet for Fri 27 Nov. Fri 4 Dec is the last day" in last["words"]
    )


async def test_two_who_press_send_at_once_send_it_once(play: Play):
    await half_term_begins(play, "P10")
    key = f"t:{await asked(play, 'P10')}:approve"
    await asyncio.gather(play.presses("MB", key), play.presses("HM", key))
    query = select(func.count()).select_from(Outbox).where(Outbox.purpose == "days_missed")
    assert await play.database.read(lambda c: c.execute(query).scalar_one()) == 1
    said = [(await play.last(who))["text"] for who in ("MB", "HM")]
    assert said.count("That is done already.") == 1
