"""A holiday club with few places: invited, booked, full, waiting, given up, offered on."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from functools import partial

from sqlalchemy import Connection, select

from bot.engine import Turn
from bot.rules.activity import NewActivity
from bot.rules.holidays import SettlePlace
from bot.scene.family import family_of
from bot.scene.scene import Scene
from bot.turns import activities, places
from storage import activities as records
from storage.addresses import person_by_id, person_by_ref
from storage.cases import case_ids
from storage.conversations import load_state
from storage.holds import hold
from storage.tables import Outbox
from tests.stage import Play

CLUB = NewActivity(
    title="Free holiday club with lunch",
    place="Marl Beck Academy",
    first_on=date(2026, 12, 21),
    last_on=date(2026, 12, 24),
    hours="10am-2pm",
    places=1,
    answer_by=date(2026, 12, 16),
    free_meals_only=True,
    consent=True,
)
OURS = 2  # the demonstration has a club of its own


def scene_of(play: Play, connection: Connection) -> Scene:
    return Scene(connection, play.service.taskforce, play.now, f"club:{play.now.isoformat()}")


async def does(play: Play, what, *given, **named):
    """Let a worker do something about places, and what follows from it happen."""

    def work(connection: Connection):
        by = person_by_ref(connection, "HM")
        return what(scene_of(play, connection), by, *given, **named)

    done = await play.database.write(work)
    await play.later(seconds=1)
    return done


async def states(play: Play) -> dict[str, str]:
    rows = await play.database.read(lambda c: records.places_of(c, OURS))
    return {row.case_ref: row.state for row in rows}


async def number_of(play: Play, case: str) -> int:
    rows = await play.database.read(lambda c: records.places_of(c, OURS))
    return next(row.id for row in rows if row.case_ref == case)


async def test_a_full_club_has_a_line_and_a_place_given_up_is_offered_to_who_is_next(play: Play):
    await play.without_digests()
    await play.at("2026-12-01 13:45")
    await does(play, activities.make, CLUB)
    assert (await does(play, activities.invite, OURS, ["P01", "P03", "P19", "P02"])).count == 3
    asked = await play.last("P01")
    assert asked["text"].startswith(
        "Hi Leanne, Free holiday club with lunch: 21-24 Dec, 10am-2pm, Marl Beck Academy. "
        "Dani's team will be there. Would Kai like a place?"
    )
    await play.writes("P01", "1")
    booked = (await play.last("P01"))["text"]
    assert booked.startswith("Booked: Kai has a place.")
    assert booked.endswith("Dani will bring you a form to sign.")
    await play.writes("P03", "yes")
    assert "Jayden is on the waiting list" in (await play.last("P03"))["text"]
    await play.later(minutes=5)
    await play.writes("P01", "can Kai's brother come too?")
    assert (await play.tasks(kind="message", case="P01"))[0]["owner"] == "DO"
    await does(play, places.give_up, await number_of(play, "P01"))
    [task] = await play.tasks(kind="place_free")
    assert (task["owner"], task["case"]) == ("SG", "P03")
    assert (await states(play))["P03"] == "waiting"  # nothing is offered before a person says so
    await play.at("2026-12-02 13:45")
    await play.presses("SG", f"t:{task['id']}:offer")
    await play.later(seconds=1)
    offer = (await play.last("P03"))["text"]
    assert offer.startswith("Hi Samina, a place has come free for Jayden.")
    assert await does(play, places.book_by_hand, await number_of(play, "P01")) == "waiting"
    await play.writes("P03", "1")
    assert await states(play) == {"P01": "waiting", "P03": "booked", "P19": "invited"}


async def test_a_child_on_two_waiting_lists_is_offered_the_place_that_fell_free(sqlite_play: Play):
    def two_clubs(connection: Connection) -> dict[str, str]:
        scene, by = scene_of(sqlite_play, connection), person_by_ref(connection, "HM")
        place_of = {}
        for title in ("Cooking", "Climbing"):
            club = activities.make(scene, by, replace(CLUB, title=title, consent=False))
            activities.invite(scene, by, club, ["P01", "P03"])
            place_of |= {
                (title, row.case_ref): row.id for row in records.places_of(connection, club)
            }
        for number in place_of.values():
            places.book_by_hand(scene, by, number)
        places.give_up(scene, by, place_of["Climbing", "P01"])
        return {title: place_of[title, "P03"] for title in ("Cooking", "Climbing")}

    theirs = await sqlite_play.database.write(two_clubs)
    [task] = await sqlite_play.tasks(kind="place_free")
    await sqlite_play.presses("SG", f"t:{task['id']}:offer")
    state = {
        title: await sqlite_play.database.read(partial(records.find_place, place_id=number))
        for title, number in theirs.items()
    }
    assert [state[title].state for title in state] == ["waiting", "offered"]


async def hold_case(play: Play, case: str) -> None:
    def work(connection: Connection) -> None:
        number = case_ids(connection, [case])[case]
        hold(connection, number, "bereavement", "DO", play.now.date(), play.now)

    await play.database.write(work)


async def test_a_family_that_is_held_by_the_morning_is_invited_by_a_person(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-11-30 21:30")
    await does(play, activities.make, CLUB)
    await does(play, activities.invite, OURS, ["P01", "P03"])  # both texts wait for the morning
    await hold_case(play, "P01")
    await play.at("2026-12-01 18:00")
    assert not any("holiday club" in text for text in await play.received("P01"))
    assert any("holiday club" in text for text in await play.received("P03"))
    [task] = await play.tasks(kind="hand_over", case="P01")
    assert "invite P01 to Free holiday club with lunch, 21-24 Dec" in task["words"]
    assert "decide whether to ask them" in task["words"]


async def test_a_place_kept_for_a_family_that_is_held_or_paused_is_told_by_a_person(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.without_digests()
    await play.at("2026-12-01 13:45")
    await does(play, activities.make, replace(CLUB, places=2))
    await does(play, activities.invite, OURS, ["P01", "P03"])
    before = [await play.received(case) for case in ("P01", "P03")]
    await hold_case(play, "P01")
    await play.writes("HM", "/pause P03 until 4 Dec")
    for case in ("P01", "P03"):
        number = await number_of(play, case)
        waits = partial(records.change_place, place_id=number, state="waiting", now=play.now)
        assert await play.database.write(waits)
        assert await does(play, places.offer_place, number)
        [task] = await play.tasks(kind="hand_over", case=case)
        assert f"offer {case} the free place at Free holiday club" in task["words"]
    assert [await play.received(case) for case in ("P01", "P03")] == before


async def test_eight_families_say_yes_at_once_and_three_have_a_place(play: Play):
    def eight(connection: Connection) -> list[int]:
        number = records.make_activity(connection, replace(CLUB, places=3), "HM", play.now)
        for case in case_ids(connection, [f"P{one:02}" for one in range(1, 9)]).values():
            records.invite(connection, number, case, None, play.now)
        return [row.id for row in records.places_of(connection, number)]

    asked = await play.database.write(eight)
    yes = [
        play.database.write(partial(records.say_yes, place_id=one, now=play.now)) for one in asked
    ]
    became = await asyncio.gather(*yes)
    assert sorted(became) == ["booked"] * 3 + ["waiting"] * 5


async def test_more_than_ten_families_wait_for_the_managers_second_yes(sqlite_play: Play):
    await sqlite_play.without_digests()
    await sqlite_play.at("2026-12-01 13:45")
    await does(sqlite_play, activities.make, replace(CLUB, free_meals_only=False))
    first = ["P01", "P02", "P03", "P04", "P05", "P06", "P08", "P09", "P12"]
    assert (await does(sqlite_play, activities.invite, OURS, first)).count == 9
    more = await does(sqlite_play, activities.invite, OURS, ["P10", "P11"])
    assert (more.count, more.needs_yes) == (0, 2)  # a bulk send is not cut into pieces
    assert (await does(sqlite_play, activities.invite, OURS, ["P10", "P11"], bulk=True)).count == 2


async def test_whoever_reads_no_english_or_wants_no_texts_is_invited_by_a_person(sqlite_play: Play):
    await sqlite_play.without_digests()
    await sqlite_play.at("2026-12-01 13:45")
    await does(sqlite_play, activities.make, CLUB)
    invited = await does(sqlite_play, activities.invite, OURS, ["P04", "P12", "P14", "P20", "P22"])
    assert invited.count == 3  # of the five P20 refused and P22 is closed
    [task] = await sqlite_play.tasks(kind="interpreter", case="P14")
    assert "they read ur" in task["words"]
    barred = await sqlite_play.database.read(
        lambda c: c.execute(select(Outbox.text).where(Outbox.purpose == "holiday_invite")).all()
    )
    assert len(barred) == 1  # Craig Brook alone; Lisa Brook must not be contacted


async def test_a_child_whose_family_must_be_left_alone_cannot_be_invited(sqlite_play: Play):
    await does(sqlite_play, activities.make, CLUB)

    def who(connection: Connection) -> set[str]:
        staff = person_by_ref(connection, "HM")
        club = records.find_activity(connection, OURS)
        return {
            one.case for one in activities.invitable(scene_of(sqlite_play, connection), staff, club)
        }

    before = await sqlite_play.database.read(who)
    await sqlite_play.writes("HM", "/pause P01 until 4 Dec")
    assert before - await sqlite_play.database.read(who) == {"P01"}
    assert not before & {"P02", "P05", "P20", "P22"}  # no free school meals, refused, closed


async def test_a_place_a_worker_booked_is_passed_on_when_the_family_says_no(sqlite_play: Play):
    await sqlite_play.without_digests()
    await sqlite_play.at("2026-12-01 13:45")
    await does(sqlite_play, activities.make, CLUB)
    await does(sqlite_play, activities.invite, OURS, ["P01", "P03"])
    assert (await open_question(sqlite_play, "P01")) == "holiday_invite"
    assert await does(sqlite_play, places.book_by_hand, await number_of(sqlite_play, "P01"))
    assert await open_question(sqlite_play, "P01") is None  # nobody asks what has been answered
    await does(sqlite_play, places.book_by_hand, await number_of(sqlite_play, "P03"))

    def says_no(connection: Connection) -> None:
        leanne = person_by_id(connection, row.person_id)
        family = family_of(scene_of(sqlite_play, connection), leanne)
        no = Turn(None, None, (SettlePlace(row.id, wants=False),))
        places.settled(scene_of(sqlite_play, connection), family, no)

    number = await number_of(sqlite_play, "P01")
    row = await sqlite_play.database.read(partial(records.find_place, place_id=number))
    await sqlite_play.database.write(says_no)
    [task] = await sqlite_play.tasks(kind="place_free")
    assert (task["owner"], task["case"]) == ("SG", "P03")


async def open_question(play: Play, case: str) -> str | None:
    """Name the conversation that waits for an answer of the adult an invitation went to."""
    rows = await play.database.read(lambda c: records.places_of(c, OURS))
    person = next(row.person_id for row in rows if row.case_ref == case)
    state = await play.database.read(lambda c: load_state(c, person))
    return state.flow if state else None
