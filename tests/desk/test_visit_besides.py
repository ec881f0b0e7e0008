"""What a visit brings with it at the desk: a request it ends, a lift to it, who comes after all."""

from __future__ import annotations

from sqlalchemy import select

from bot.rules.visits import BOOKED, Coming, NewVisit, Plan, Visit
from bot.scene.scene import Scene
from bot.turns.visit_alarms import tell_who_goes
from bot.turns.visit_by_hand import ask_who_comes
from storage.booking import make_visit
from storage.tables import Outbox, Task
from tests.desk.test_booking import booked, labels, presses, rows, says, visits
from tests.stage import Play, london
from tests.turns.visiting import books, does
from tests.turns.visitors import revoked


async def kept_free(
    play: Play, at: str, ref: str, person: str, kind: str = "home_visit", minutes: int = 30
) -> Visit:
    """Book a visit on P01 of which nobody is told."""
    plan = Plan(minutes, "learning_centre", (Coming(ref),), london(at))
    new = NewVisit(kind, ("P01",), person, plan)
    made: Visit = await does(play, lambda scene: make_visit(scene.connection, new, ref, scene.now))
    return made


async def test_a_request_is_closed_by_the_visit_it_asked_for_and_by_nothing_else(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.writes("P01", "can someone come round this week?")
    await play.writes("P01", "kai wont go in again")
    await play.writes("P01", "could you pop round, my benefits got stopped")
    await play.writes("P01", "CALL")
    said = await booked(play, "DO", "call Leanne wed 2 dec 2pm")
    assert said.endswith(" A request of theirs is still open: please read it.")
    assert len(await play.tasks(kind="message", case="P01")) == 3
    said = await booked(play, "DO", "home visit Leanne thu 3 dec 2pm")
    assert said.endswith(
        " Their request is closed: visit 2 answers it. "
        "A request of theirs is still open: please read it."
    )
    left = [task["words"] for task in await play.tasks(kind="message", case="P01")]
    assert ["kai wont" in words for words in left] == [True, False]
    assert "my benefits got stopped" in left[1]
    assert len(await play.tasks(kind="call", case="P01")) == 1
    ends = [(task.done_by, task.outcome) for task in await rows(play, Task) if task.outcome]
    assert ends == [("DO", "visit 2 booked")]


async def test_a_day_that_was_wished_for_still_holds_when_a_time_has_gone(sqlite_play: Play):
    play = sqlite_play
    await play.writes("DO", "/book home visit Leanne fri 4 dec")
    last = await play.last("DO")
    [first] = [one["label"] for one in last["choices"] if one["key"] == "t1"]
    await play.presses("DO", "t1", last["turn"])
    await books(play, "P03", f"2026-12-04 {first[-5:]}", minutes=300)
    said = await presses(play, "DO", "Book it")
    assert "Not then: Dani is taken" in said
    assert "Thu 3 Dec" not in said
    assert {one[:9] for one in await labels(play, "DO") if one[-3] == ":"} <= {"Fri 4 Dec"}


async def test_whose_visit_it_is_when_everybody_has_left_is_asked(sqlite_play: Play):
    play = sqlite_play
    await books(play, "P01", "2026-12-03 14:00")
    await revoked(play, "DO")
    said = await says(play, "HM", "/move P01 fri 4 dec 2pm")
    assert "Say who comes: /move P01 with Marcus." in said
    assert "Who comes: Marcus." in await says(play, "HM", "/move P01 with Marcus")
    assert (await presses(play, "HM", "Move it")).startswith("Moved: Thu 3 Dec 14:00.")


async def test_marcus_comes_as_well_at_the_same_time_and_alone_once_dani_has_left(
    sqlite_play: Play,
):
    play = sqlite_play
    await books(play, "P01", "2026-12-03 14:00")
    said = await says(play, "DO", "/move Leanne with Marcus")
    assert "To be:\n" in said
    assert "Thu 3 Dec 14:00-15:00, 60 minutes." in said
    assert "Who comes: Dani and Marcus." in said
    assert (await presses(play, "DO", "Move it")).startswith("Moved: Thu 3 Dec 14:00.")
    await revoked(play, "DO")
    [task] = await play.tasks(kind="visits_left")
    assert task["owner"] == "HM"
    assert task["words"].startswith(
        "Dani has left and is still booked:\n- Thu 3 Dec 14:00-15:00, Home visit, Kai P01"
    )
    said = await says(play, "HM", "/move Leanne fri 4 dec 2pm")
    assert "Who comes: Marcus." in said
    assert (await presses(play, "HM", "Move it")).startswith("Moved: Fri 4 Dec 14:00.")
    [visit] = await visits(play)
    assert (visit.state, visit.plan.staff) == (BOOKED, ("MB",))


async def test_a_lift_without_a_day_is_for_the_one_visit_ahead(sqlite_play: Play):
    play = sqlite_play
    await books(play, "P01", "2026-12-02 14:00", place="home")
    other = await play.carer("P03")
    await kept_free(play, "2026-12-03 10:00", "TW", other)  # of another adult: no lift to it
    await books(play, "P01", "2026-12-03 15:00", kind="mentoring")  # the second of this week
    said = await says(play, "DO", "/lift Leanne from home")
    assert "Thu 3 Dec 14:15-14:45, 30 minutes." in said
    assert "Your note, for the team only: for Mentoring of P01, Thu 3 Dec 15:00" in said
    assert len(await visits(play)) == 3
    assert (await presses(play, "DO", "Book it")).startswith("Booked: Thu 3 Dec 14:15.")
    assert "Thu 3 Dec 12:30-13:00, 30 minutes." in await says(play, "DO", "/lift Leanne 12:30")
    await books(play, "P01", "2026-12-08 14:00", kind="mentoring")
    assert "No time yet: 30 minutes." in await says(play, "DO", "/lift Leanne from home")


async def test_marcus_comes_instead_of_priya_who_is_away_and_no_time_is_sought_any_more(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.at("2026-11-30 13:45")
    await books(play, "P01", "2026-12-03 13:30", staff=("PN",))
    await play.writes("PN", "/away until 2027-03-01")
    await play.writes("P01", "2")
    await play.writes("P01", "1")
    assert (await play.last("P01"))["text"] == "Thank you. Dani will find another time with you."
    said = await says(play, "DO", "/move Leanne fri 4 dec 2pm with Marcus")
    assert "Not then: Priya is away until Mon 1 Mar." in said
    assert "Who comes: Marcus." in await presses(play, "DO", "Without Priya")
    said = await presses(play, "DO", "Move it")
    assert said.endswith(" The task to find another time is closed.")
    assert [task["words"] for task in await play.tasks(kind="hand_over", case="P01")] == []
    [visit] = await visits(play)
    assert visit.plan.staff == ("MB",)


async def test_nobody_is_asked_any_more_to_announce_a_visit_that_is_off_or_moved(play: Play):
    await play.writes("P01", "STOP")
    await booked(play, "DO", "home visit Leanne thu 3 dec 2pm")
    [visit] = await visits(play)
    await does(play, lambda scene: ask_who_comes(scene, visit, ["DO"]))
    await play.writes("DO", "/move Leanne fri 4 dec 2pm")
    await presses(play, "DO", "Move it")
    assert await play.tasks(kind="visits_left") == []
    await play.writes("DO", "/cancelvisit Leanne")
    await presses(play, "DO", "Yes, I have told them myself")
    assert await play.tasks(kind="hand_over", case="P01") == []
    await booked(play, "DO", "home visit Leanne tue 8 dec 2pm every week for 3 weeks")
    await play.writes("HM", "/cancelvisit P01 tue 8 dec")
    await presses(play, "HM", "Yes, I have told them myself")
    await play.writes("HM", "/cancelvisit P01 tue 22 dec")
    await presses(play, "HM", "Yes, I have told them myself")
    [task] = await play.tasks(kind="hand_over", case="P01")
    assert task["words"].endswith(
        " But visit 2 (Home visit, Tue 8 Dec 14:00) is off: tell them of the other days only."
        " But visit 4 (Home visit, Tue 22 Dec 14:00) is off: tell them of the other days only."
    )
    assert task["words"] in await play.received("DO")


async def test_an_alarm_wakes_only_whoever_sets_out_first_and_names_somebody_who_is_there(
    sqlite_play: Play,
):
    play = sqlite_play
    leanne = await play.carer("P01")
    await play.writes("TW", "/away until 2026-12-31")
    await kept_free(play, "2026-12-03 07:15", "PN", leanne)
    await kept_free(play, "2026-12-03 08:00", "TW", leanne)
    await kept_free(play, "2026-12-03 09:00", "MB", leanne)
    visit = await kept_free(play, "2026-12-06 11:00", "PN", leanne)  # a Sunday

    def alarm(scene: Scene) -> None:
        tell_who_goes(scene, visit.case_ids, next(iter(visit.case_ids)), 0, ["DO", "HM"], ())

    heard: dict[str, list[bool]] = {}
    query = select(Outbox).where(Outbox.purpose == "visit_alarm").order_by(Outbox.id)
    for now in ("2026-12-03 03:00", "2026-12-05 12:00", "2026-12-05 23:00"):
        play.wakes_at(now)
        await does(play, alarm)
        found = await play.database.read(lambda c: list(c.execute(query)))
        new = found[sum(map(len, heard.values())) :]
        assert all("ask Helen what it is:" in (row.behind or row.text) for row in new)
        heard[now[5:]] = [row.silent for row in new]
    assert heard == {"12-03 03:00": [False, True], "12-05 12:00": [False], "12-05 23:00": [True]}


async def test_marcus_who_is_put_on_a_visit_while_an_alarm_is_open_reads_whom_to_ask(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.writes("P01", "kai has taken tablets, he says he wants to die")
    before = len(await play.received("MB"))
    await booked(play, "DO", "home visit Leanne fri 11 dec 2pm for 45 min with Marcus")
    told = (await play.received("MB"))[before:]
    [alarm] = [words for words in told if words.startswith("An alarm was raised")]
    assert "Fri 11 Dec 14:00" in alarm
    assert "tablets" not in "".join(told)
