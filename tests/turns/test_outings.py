"""Dani is at a home visit: she is asked, and if she does not answer somebody looks for her."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, select

from bot.domain import Inbound
from bot.rules.lone_working import NOT_INSTEAD
from bot.rules.visit_rules import LoneWorking
from bot.rules.visits import BOOKED, CANCELLED, Coming, NewVisit, Plan, State, Visit
from bot.scene.scene import Scene
from bot.turns import take
from bot.turns.outing_answers import NOT_YOURS
from bot.turns.outing_places import NOT_ANY_MORE, NOT_YET
from bot.turns.outings import plan_outings
from scheduler.outings import outing
from storage.addresses import lines_of, mark_line, person_by_ref
from storage.booking import change_visit, make_visit
from storage.conversations import due_at, due_moments
from storage.outings import open_outings, steps_of
from storage.tables import Audit, Outbox, Outing
from tests.stage import Play, london

CAFE = "Costa, Mill Lane"


async def booked(
    play: Play, *staff: str, place: str = "community_cafe", at: str = "14:00"
) -> Visit:
    """A visit with Leanne today, as the desk books it."""
    leanne = await play.carer("P01")
    plan = Plan(
        minutes=60,
        place=place,
        coming=tuple(Coming(ref) for ref in staff or ("DO",)),
        starts_at=london(f"2026-11-30 {at}"),
        place_words=CAFE if place != "home" else "",
    )

    def book(connection: Connection) -> Visit:
        visit = make_visit(connection, NewVisit("visit", ("P01",), leanne, plan), "DO", play.now)
        plan_outings(scene(play, connection), visit)
        return visit

    return await play.database.write(book)


def scene(play: Play, connection: Connection) -> Scene:
    return Scene(connection, play.service.taskforce, play.now, "test")


async def told(play: Play, who: str) -> str:
    return (await play.last(who))["text"]


async def first(play: Play) -> int:
    return (await play.database.read(lambda c: c.execute(select(Outing.id)).scalars().all()))[0]


async def presses(play: Play, who: str, action: str) -> str:
    """Somebody presses a button about the outing there is; returns what the desk answers."""
    await play.presses(who, f"o:{await first(play)}:{action}")
    return await told(play, who)


async def steps(play: Play) -> list[tuple[str, str]]:
    number = await first(play)
    rows = await play.database.read(lambda c: steps_of(c, number))
    return [(row.who, row.what) for row in rows]


async def changes(
    play: Play, visit: Visit, state: State, reason: str, at: str = "2026-11-30 14:00"
) -> None:
    def change(connection: Connection) -> None:
        plan = visit.plan.at(london(at))
        changed = change_visit(connection, visit, plan, state, reason, "DO", play.now)
        assert changed is not None
        plan_outings(scene(play, connection), changed)

    await play.database.write(change)


async def texts_to(play: Play, who: str, channel: str = "sms") -> list[str]:
    """What went to the phone of somebody of the team beside their chat."""

    def read(connection: Connection) -> list[str]:
        staff = person_by_ref(connection, who)
        rows = connection.execute(select(Outbox).where(Outbox.person_id == staff.id)).all()
        lines = {line.id: line.channel for line in lines_of(connection, staff.id)}
        return [row.text for row in rows if lines[row.address_id] == channel]

    return await play.database.read(read)


async def test_who_answers_both_questions_troubles_nobody(play: Play):
    await booked(play)
    await play.at("2026-11-30 14:10")
    asked = await play.last("DO")
    assert asked["text"] == f"Your visit at 14:00: have you arrived? {NOT_INSTEAD}"
    assert [one["label"] for one in asked["choices"]] == [
        "Arrived", "Running late", "Not going", "SOS",
    ]  # fmt: skip
    assert (
        await presses(play, "DO", "arrived")
        == "Noted. At 15:10 you are asked whether you have left."
    )
    await play.at("2026-11-30 15:10")
    assert (await told(play, "DO")).startswith("Your visit until 15:00: have you left, and are you")
    assert await presses(play, "DO", "left") == "Good. You are off the clock."
    await play.at("2026-11-30 17:00")
    for who in ("MB", "HM"):
        assert not any("Dani" in text for text in await play.received(who))
    assert await play.tasks(kind="lone_working") == []
    assert await steps(play) == [
        ("clock", "asked_arrived"), ("DO", "arrived"), ("clock", "asked_left"), ("DO", "left"),
    ]  # fmt: skip


async def test_a_late_check_out_climbs_to_the_buddy_and_then_to_the_manager(play: Play):
    await booked(play)
    await play.at("2026-11-30 14:11")
    await presses(play, "DO", "arrived")
    await play.at("2026-11-30 15:24")
    assert await play.tasks(kind="lone_working") == []
    await play.at("2026-11-30 15:25")
    alarm = await told(play, "MB")
    assert alarm.startswith(
        "Lone working: Dani has not said that they have left safely (visit until 15:00). "
        "Ring Dani now; /out says where. Told: Marcus. Then Helen, at 15:40."
    )
    assert not any(secret in alarm for secret in (CAFE, "Leanne", "P01"))
    assert not any(text.startswith("Lone working") for text in await play.received("HM"))
    await play.at("2026-11-30 15:40")
    assert "Told: Marcus and Helen." in await told(play, "HM")
    [task] = await play.tasks(kind="lone_working")
    assert task["level"] == "L1"
    await presses(play, "DO", "left")
    for who in ("MB", "HM"):
        assert await told(play, who) == "Dani: has left, safe. Nothing more to do."
    assert await play.tasks(kind="lone_working") == []
    assert await play.database.read(open_outings) == []


async def test_the_place_is_shown_to_who_looks_and_to_nobody_after_the_end(play: Play):
    await booked(play)
    assert await presses(play, "MB", "where") == NOT_YET.format(at="13:00")
    await play.at("2026-11-30 13:00")
    shown = await presses(play, "MB", "where")
    assert shown == (
        "Dani, 14:00 to 15:00: in a café, Costa, Mill Lane. With Leanne Thornton (Kai P01). "
        "Phone: +447700900002."
    )
    assert await presses(play, "HM", "where") == shown
    assert "is out, or for whoever was told" in await presses(play, "PN", "where")
    await play.at("2026-11-30 14:10")
    await presses(play, "DO", "arrived")
    await presses(play, "DO", "left")
    for who in ("DO", "MB", "HM"):
        assert await presses(play, who, "where") == NOT_ANY_MORE
    await play.writes("HM", "/out")
    assert "Nobody is out." in await told(play, "HM")


async def test_sos_reaches_buddy_and_manager_at_once_and_shows_nothing_on_her_own_phone(play: Play):
    await booked(play)
    await play.at("2026-11-30 14:12")
    assert await presses(play, "DO", "sos") == "ok"
    said = await told(play, "MB")
    assert said.startswith("SOS from Dani at 14:12. Send Dani nothing: somebody may be looking.")
    assert "Told: Marcus and Helen." in said
    assert await told(play, "HM") == said
    for who in ("MB", "HM"):
        assert (await texts_to(play, who))[-1] == said, "and it rings beside the chat"
    [task] = await play.tasks(kind="sos")
    assert task["level"] == "L1"
    await play.writes("DO", "/out")
    assert "Dani: on the way, out since 14:00" in await told(play, "DO")
    await play.writes("MB", "/out")
    assert "Dani: SOS, out since 14:00" in await told(play, "MB")
    assert await presses(play, "DO", "left") == "Good. You are off the clock."
    assert "The SOS stands until somebody has heard Dani speak." in await told(play, "HM")
    assert CAFE in await presses(play, "MB", "where"), "an answer proves nothing"
    assert await presses(play, "MB", "safe") == "Thank you. Dani is off the clock."
    assert await told(play, "HM") == "Marcus has spoken to Dani: safe. Nothing more to do."
    assert await play.tasks(kind="sos") == []
    assert await presses(play, "MB", "where") == NOT_ANY_MORE


async def test_a_bare_sos_is_heard_in_the_middle_of_anything_and_no_family_reads_it(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.writes("P01", "is dani coming today")
    notice = (await play.last("DO"))["id"]
    before = await play.received("P01")
    await play.writes("DO", "Sos, come now", reply_to=notice)
    assert await told(play, "DO") == "ok"
    assert "They wrote: “come now”" in await told(play, "MB")
    await play.writes("DO", "SOS outside Costa")
    assert "They wrote: “outside Costa”." in await told(play, "HM")
    assert len(await play.tasks(kind="sos")) == 1, "one matter, said twice"
    texted = Inbound("sms", "in-1", "+447700900002", "SOS")
    await take(play.database, play.service.taskforce, texted, play.now)
    await play.service.settle()
    assert (await texts_to(play, "DO"))[-1] == "ok", "from her phone it is heard as well"
    await play.later(minutes=1)
    assert await play.received("P01") == before


async def test_a_chat_that_is_dead_makes_nobody_safe(sqlite_play: Play):
    play = sqlite_play
    await booked(play)

    def dead(connection: Connection) -> None:
        staff = person_by_ref(connection, "DO")
        for line in lines_of(connection, staff.id):
            mark_line(connection, line.id, dead_at=play.now)

    await play.database.write(dead)
    await play.at("2026-11-30 14:40")
    assert (await told(play, "MB")).startswith("Lone working: Dani has not said that they have arr")
    assert (await told(play, "HM")).startswith("Lone working: Dani has not said that they have arr")


async def test_a_service_that_comes_back_after_the_visit_tells_everybody_at_once(
    sqlite_play: Play,
):
    play = sqlite_play
    visit = await booked(play)
    subject = f"{visit.id}.1:DO"
    moment = await play.database.read(lambda c: due_moments(c, london("2026-11-30 14:11"), 999))
    late = next(one for one in moment if one.subject == subject)

    def comes_back(connection: Connection) -> None:
        now = london("2026-11-30 16:30")
        outing(Scene(connection, play.service.taskforce, now, "due"), late)

    await play.database.write(comes_back)
    assert await steps(play) == [("clock", "asked_left"), ("MB", "told"), ("HM", "told")]
    then = await play.database.read(lambda c: due_at(c, "outing", subject))
    assert then == london("2026-11-30 16:45"), "and the next are told if nobody has it"


async def test_a_visit_that_is_called_off_before_it_begins_asks_nothing(sqlite_play: Play):
    play = sqlite_play
    visit = await booked(play)
    await changes(play, visit, CANCELLED, "by_us")
    await play.at("2026-11-30 16:00")
    assert not any(text.startswith("Your visit") for text in await play.received("DO"))
    assert await steps(play) == [("clock", "called_off")]
    assert await presses(play, "MB", "where") == NOT_ANY_MORE


async def test_a_moved_visit_asks_at_its_new_time_only(sqlite_play: Play):
    play = sqlite_play
    visit = await booked(play)
    await changes(play, visit, BOOKED, "moved", at="2026-11-30 16:00")
    await play.at("2026-11-30 16:09")
    assert not any(text.startswith("Your visit") for text in await play.received("DO"))
    await play.at("2026-11-30 16:10")
    assert (await told(play, "DO")).startswith("Your visit at 16:00")


async def test_a_visit_that_is_called_off_while_she_is_there_leaves_nobody_on_the_doorstep(
    sqlite_play: Play,
):
    play = sqlite_play
    visit = await booked(play)
    await play.at("2026-11-30 14:10")
    await presses(play, "DO", "arrived")
    await changes(play, visit, CANCELLED, "by_family")
    await play.at("2026-11-30 15:25")
    assert (await told(play, "MB")).startswith(
        "Lone working: Dani has not said that they have left"
    )


async def test_who_runs_late_stays_longer_or_does_not_go_says_so_by_a_button(sqlite_play: Play):
    play = sqlite_play
    await booked(play)
    await booked(play, "MB", at="16:00")
    await play.at("2026-11-30 14:26")
    assert (await told(play, "MB")).startswith("Lone working: Dani")
    assert (await presses(play, "DO", "late")).startswith("Noted. At 14:41 you are asked again.")
    assert await told(play, "MB") == "Dani: runs late. Nothing more to do."
    await play.at("2026-11-30 14:41")
    assert (await told(play, "DO")).startswith("Your visit at 14:00: have you arrived?")
    await presses(play, "DO", "arrived")
    await play.at("2026-11-30 15:12")
    answer = await presses(play, "DO", "more30")
    assert answer == "Noted. At 15:52 you are asked whether you have left."
    await play.at("2026-11-30 15:52")
    assert (await told(play, "DO")).startswith("Your visit until 15:42")
    await presses(play, "DO", "left")
    [marcus] = await play.database.read(open_outings)
    await play.at("2026-11-30 16:10")
    await play.presses("MB", f"o:{marcus.id}:not_going")
    assert (await told(play, "MB")).startswith("You are off the clock.")
    assert await play.database.read(open_outings) == []


async def test_only_who_is_out_answers_and_only_who_looks_says_that_they_are_safe(
    sqlite_play: Play,
):
    play = sqlite_play
    await booked(play)
    await play.at("2026-11-30 14:10")
    for who, action in (("MB", "left"), ("PN", "safe"), ("DO", "safe"), ("PN", "sos")):
        assert await presses(play, who, action) == NOT_YOURS
    await play.presses("DO", "o:999:left")
    assert await told(play, "DO") == "This button is not known here."
    await presses(play, "MB", "where")
    await presses(play, "DO", "arrived")
    rows = await play.database.read(lambda c: c.execute(select(Audit.who, Audit.what)).all())
    assert [tuple(row) for row in rows][-2:] == [("MB", "outing where"), ("DO", "outing arrived")]


async def test_both_who_come_to_a_joint_visit_are_asked_and_each_answers_for_themselves(
    sqlite_play: Play,
):
    play = sqlite_play
    await booked(play, "DO", "PN")
    await play.at("2026-11-30 14:10")
    for who in ("DO", "PN"):
        assert (await told(play, who)).startswith("Your visit at 14:00: have you arrived?")
    await presses(play, "DO", "left")
    [left] = await play.database.read(open_outings)
    assert left.staff == "PN"


async def test_nobody_is_asked_who_stays_at_the_base(sqlite_play: Play):
    for place, at in (("learning_centre", "11:00"), ("phone", "12:00"), ("video", "13:00")):
        await booked(sqlite_play, place=place, at=at)
    assert await sqlite_play.database.read(open_outings) == []


async def test_where_it_is_switched_off_nobody_is_asked(sqlite_play: Play):
    play = sqlite_play
    practice = play.service.taskforce.practice
    visits = replace(practice.visits, lone=LoneWorking())
    play.service.taskforce = replace(
        play.service.taskforce, practice=replace(practice, visits=visits)
    )
    await booked(play)
    assert await play.database.read(open_outings) == []


async def test_an_address_at_home_is_looked_up_in_the_record_system(sqlite_play: Play):
    play = sqlite_play
    await booked(play, place="home")
    await play.at("2026-11-30 13:30")
    shown = await presses(play, "MB", "where")
    assert "at home, the address is not kept here: look it up under P01 in your record" in shown
