"""From the register to a kind word: what families and key workers read, on the real service."""

from __future__ import annotations

import asyncio
from datetime import date

from sqlalchemy import func, select

from bot.demo import keep_registers
from bot.flows.base import State
from bot.rules.expected import Pattern, slots_of
from bot.scene.scene import Scene
from bot.turns.registers import take_register
from storage.addresses import person_by_ref
from storage.attending import look_again
from storage.cases import case_ids
from storage.conversations import keep_state, load_state
from storage.holds import release
from storage.placements import agree
from storage.rolls import fill_rolls
from storage.tables import Outbox
from tests.stage import Play, london

HEADINGS = "UPN,School,Date,Session,Mark"
DAYS = [f"11-{day}" for day in range(23, 28)] + ["11-30", *(f"12-0{day}" for day in range(1, 5))]
UPNS = {"P01": "A384000017001", "P15": "R384000019015", "P16": "Y384000016016"}
UPNS |= {"P07": "Z384000016007", "P08": "K384000018008"}
UPNS |= {"P03": "T384000016003", "P10": "N384000016010", "P17": "J384000018017"}
MILLRACE = "Millrace Centre"
ASKED = "Hi Bridget, Connor was not marked in this morning. Is everything OK?"


async def register(play: Play, case: str, *marks: str, school: str = MILLRACE) -> None:
    """A register comes in: "2026-12-01 AM N", one line a session."""
    rows = [f"{UPNS[case]},{school},{mark.replace(' ', ',')}" for mark in marks]
    content = "\n".join((HEADINGS, *rows)).encode()

    def take(connection):
        scene = Scene(connection, play.service.taskforce, play.now, f"register:{play.now}")
        take_register(scene, "FS", "command", "register.csv", content)

    await play.database.write(take)
    await play.service.settle()


async def why_not(play: Play, case: str) -> list[str]:
    return [row["reason"] for row in await play.held() if row["cases"] == [case]]


async def conversation(play: Play, case: str):
    person = await play.carer(case)

    def read(connection):
        return load_state(connection, person_by_ref(connection, person).id)

    return await play.database.read(read)


async def test_connor_is_not_in_and_his_mum_says_that_the_bus_did_not_come(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-11-30 09:40")
    await register(play, "P10", "2026-11-30 AM N")
    assert await play.received("P10") == []
    await play.at("2026-11-30 10:15")
    [text] = await play.received("P10")
    assert text.startswith(ASKED)
    await play.writes("P10", "3")
    assert "Marcus will be in touch" in (await play.last("P10"))["text"]
    [task] = await play.tasks(kind="absence", owner="MB")
    assert "Next: ring about a lift today" in task["words"]
    await register(play, "P10", "2026-11-30 AM L")
    await play.later(minutes=1)
    assert "marked present after the text of Mon 30 Nov went" in (await play.last("MB"))["text"]
    assert len(await play.received("P10")) == 2


async def test_worried_about_school_reaches_the_key_worker_and_the_psychologist(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-11-30 09:40")
    await register(play, "P10", "2026-11-30 AM N")
    await play.at("2026-11-30 10:15")
    await play.writes("P10", "5")
    [own] = await play.tasks(kind="absence", owner="MB")
    [hers] = await play.tasks(kind="absence", owner="RA")
    assert "listen first" in own["words"]
    assert "worried about school. Can you help? Speak with Marcus first." in hers["words"]


async def test_a_late_mark_stops_a_text_that_was_on_its_way(play: Play):
    await play.at("2026-11-30 09:40")
    await play.writes("HM", "/pause all")
    await register(play, "P10", "2026-11-30 AM N")
    await play.at("2026-11-30 10:30")
    await register(play, "P10", "2026-11-30 AM L")
    await play.writes("HM", "/resume all")
    await play.at("2026-11-30 11:30")
    assert await play.received("P10") == []
    query = select(Outbox.reason).where(Outbox.purpose == "absence")
    stopped = await play.database.read(lambda c: c.execute(query).scalars().all())
    assert stopped == ["what it says is not so any more"]
    assert await conversation(play, "P10") is None


async def test_he_is_ill_today_is_passed_on_and_asks_nothing_more(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-11-30 08:45")
    await play.writes("P10", "Connor is poorly today, been sick all night")
    [told] = await play.tasks(kind="message", case="P10")
    assert told["words"].endswith(
        "(Understood: P10 is not in on Mon 30 Nov: ill. Not so? /reason P10 off)"
    )
    said = await play.received("P10")
    await register(play, "P10", "2026-11-30 AM N")
    await play.at("2026-11-30 10:20")
    assert await play.received("P10") == said
    assert await why_not(play, "P10") == ["a reason is known: ill"]
    await play.presses("MB", f"t:{told['id']}:done")
    await play.writes("MB", "/reason P10 off")
    assert "no reason any more" in (await play.last("MB"))["text"]
    await play.later(minutes=1)
    assert ASKED in (await play.received("P10"))[-1]


async def test_lukas_has_two_parents_and_no_approved_words_so_a_person_asks_once(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-11-30 09:40")
    await register(play, "P15", "2026-11-30 AM N")
    await play.at("2026-11-30 10:15")
    assert await why_not(play, "P15") == ["no approved wording in their language (lt)"] * 2
    [task] = await play.tasks(kind="interpreter", case="P15")
    assert "P15 was not marked in today and nobody has said why." in task["words"]


async def test_chloes_next_step_on_a_monday_is_told_on_the_friday_before(sqlite_play: Play):
    play = sqlite_play
    step = Pattern("reintegration", slots_of(["mon am"]), date(2026, 12, 7), date(2026, 12, 18), 2)

    def agreed(connection):
        [case_id] = case_ids(connection, ["P16"]).values()
        fill_rolls(connection, play.now.date())
        agree(connection, case_id, step, "DO", play.now)
        look_again(connection, [case_id], play.now)

    await play.database.write(agreed)
    play.clock.stop_at(london("2026-12-04 15:44"))
    await play.later(seconds=1)
    before = await play.received("P16")
    await play.at("2026-12-04 15:45")
    [text] = (await play.received("P16"))[len(before) :]
    assert text.startswith("Hi Dawn, Chloe's next step in school starts on Mon 7 Dec, as agreed.")


async def test_a_better_week_is_praised_and_closes_no_question_that_is_open(sqlite_play: Play):
    play = sqlite_play
    play.clock.stop_at(london("2026-12-04 15:40"))
    week = State("check_in", 1, "week", 7, offered=("good", "ok", "hard"), cases=("P10",))
    bridget = await play.carer("P10")

    def asked(connection):
        keep_state(connection, person_by_ref(connection, bridget).id, week, play.now)

    await play.database.write(asked)
    days = [f"2026-{day} {mark}" for day in DAYS for mark in ("AM /", "PM \\")]
    await register(play, "P10", "2026-11-23 AM I", *days[1:])
    await play.at("2026-12-04 15:45")
    assert (await play.received("P10"))[-1] == (
        "Hi Bridget, good news: Connor came in every day this week. "
        "Thank you for your help at home. Marcus"
    )
    assert await conversation(play, "P10") == week


async def test_a_late_mark_and_a_text_at_the_same_moment_never_pass_each_other_unseen(play: Play):
    """Either nothing left, or the key worker has been told that it did."""
    cases = {"P03": "Jayden", "P10": "Connor", "P17": "Ethan"}
    await play.at("2026-11-30 09:40")
    for case in cases:
        await register(play, case, "2026-11-30 AM N")

    async def corrected(case: str, turns: int) -> None:
        for _turn in range(turns):
            await asyncio.sleep(0)
        await register(play, case, "2026-11-30 AM L")

    late = (corrected(case, place * 40) for place, case in enumerate(cases))
    await asyncio.gather(play.at("2026-11-30 10:15"), *late)
    await play.later(minutes=1)
    for case, child in cases.items():
        texts = [text for text in await play.received(case) if f"{child} was not marked" in text]
        told = await play.database.read(lambda c, case=case: put_right(c, case))
        assert (len(texts), told) in {(0, 0), (1, 1)}, case
        assert await conversation(play, case) is None


async def test_the_third_day_is_one_task_and_a_deaf_father_is_never_to_be_phoned(
    sqlite_play: Play,
):
    play = sqlite_play
    days = [f"2026-11-{day} {half} N" for day in (26, 27) for half in ("AM", "PM")]
    for day in ("2026-11-30", "2026-12-01"):
        await play.at(f"{day} 09:40")
        await register(play, "P17", *days, f"{day} AM N")
        await play.at(f"{day} 15:10")
        await register(play, "P17", f"{day} PM N")  # the day comes whole in the afternoon
        await play.later(minutes=1)
    [task] = await play.tasks(kind="absence", case="P17")
    assert "was not marked in for three days or more" in task["words"]
    assert "Please visit or write, never phone." in task["words"]
    assert (
        await why_not(play, "P17") == ["the third day without a reason: a person asks, no text"] * 2
    )  # and not that it was too late in the afternoon


async def test_ellie_and_noah_share_a_phone_so_their_mum_gets_one_text_and_a_call(
    sqlite_play: Play,
):
    play = sqlite_play

    def released(connection):
        [case_id] = case_ids(connection, ["P07"]).values()
        release(connection, case_id, "TW", play.now)

    await play.database.write(released)
    await play.at("2026-11-30 09:40")
    await register(play, "P07", "2026-11-30 AM N")
    await register(play, "P08", "2026-11-30 AM N", school="Cawder High")
    await play.at("2026-11-30 12:00")
    [text] = [text for text in await play.received("P07") if "was not marked in" in text]
    [task] = await play.tasks(kind="absence", owner="TW")
    texted, asked = ("Ellie", "P08") if "Ellie" in text else ("Noah", "P07")
    assert f"{texted} was not marked in" in text
    assert f"{asked} was not marked in today and nobody has said why." in task["words"]
    assert "as a phone gets in a day or a week. Please phone" in task["words"]


async def test_the_demo_begins_without_work_for_an_interpreter_about_weeks_that_are_over(
    sqlite_play: Play,
):
    before = await sqlite_play.tasks()
    await keep_registers(sqlite_play.service)
    await sqlite_play.later(minutes=1)
    assert [task["words"] for task in (await sqlite_play.tasks())[len(before) :]] == []


def put_right(connection, case: str) -> int:
    """How many notices say that a mark was corrected after the text had gone."""
    query = select(func.count()).where(Outbox.key.like(f"attendance/{case}/%/right:%"))
    return connection.execute(query).scalar_one()
