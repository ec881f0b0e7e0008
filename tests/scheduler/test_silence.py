"""A family that does not answer is asked once more in other words; then a person phones."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.scene.scene import Scene
from bot.turns.spine import elapse
from storage.conversations import load_state, set_due
from storage.tables import Due, Outbox, Person
from tests.stage import Play, london

NO_RUSH = (
    "Hi Leanne, no rush. How are things going for Kai? 1 = Good, 2 = OK, 3 = Hard. "
    "Reply CALL and Dani will ring you."
)


async def conversation(play: Play, case: str):
    ref = await play.carer(case)

    def look(connection):
        person = connection.execute(select(Person.id).where(Person.ref == ref)).scalar_one()
        return load_state(connection, person)

    return await play.database.read(look)


async def timers(play: Play, case: str) -> list:
    ref = await play.carer(case)
    query = select(Due.at, Due.turn).where(Due.job == "silence", Due.subject == ref)
    return await play.database.read(lambda connection: list(connection.execute(query)))


@pytest.mark.thursday
async def test_after_two_school_days_it_is_asked_again_and_after_two_more_a_person_phones(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.at("2026-12-07 15:44")
    assert len(await play.received("P01")) == 1
    await play.at("2026-12-07 15:45")
    assert (await play.received("P01"))[1:] == [NO_RUSH]
    assert await play.tasks(kind="phone", case="P01") == []
    await play.at("2026-12-09 15:44")
    assert await play.tasks(kind="phone", case="P01") == []
    await play.at("2026-12-09 15:45")
    [task] = await play.tasks(kind="phone", case="P01")
    assert task["owner"] == "DO"
    assert task["words"] == (
        "Leanne Thornton (Kai P01) has not answered the check-in. Please phone."
    )
    assert len(await play.received("P01")) == 2
    assert await conversation(play, "P01") is None


@pytest.mark.thursday
async def test_next_week_the_family_is_asked_afresh(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-12-10 15:45")
    texts = await play.received("P01")
    assert len(texts) == 3
    assert texts[2].startswith("Hi Leanne, this is Dani's weekly check-in text.")


@pytest.mark.thursday
async def test_an_answer_stops_the_timer(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-12-03 15:45")
    assert [row.at for row in await timers(play, "P01")] == [london("2026-12-07 15:45")]
    await play.writes("P01", "1")
    assert await timers(play, "P01") == []
    await play.at("2026-12-09 16:00")
    assert not any("no rush" in text for text in await play.received("P01"))
    assert await play.tasks(kind="phone", case="P01") == []


@pytest.mark.thursday
async def test_a_timer_of_an_older_turn_does_nothing(play: Play):
    await play.at("2026-12-03 15:45")
    state, ref = await conversation(play, "P01"), await play.carer("P01")
    await play.database.write(lambda connection: set_due(
        connection, "silence", ref, london("2026-12-03 15:50"), state.turn - 1
    ))  # fmt: skip
    await play.at("2026-12-03 15:51")
    assert await conversation(play, "P01") == state
    assert len(await play.received("P01")) == 1


async def test_a_timer_about_nobody_does_nothing(sqlite_play: Play):
    play = sqlite_play
    await play.database.write(lambda connection: set_due(
        connection, "silence", "gone", london("2026-12-01 10:00"), 1
    ))  # fmt: skip
    await play.at("2026-12-01 10:01")
    query = select(Due.id).where(Due.subject == "gone")
    assert await play.database.read(lambda c: c.execute(query).first()) is None


@pytest.mark.thursday
async def test_silence_is_counted_in_school_days_over_the_holidays(sqlite_play: Play):
    play = Play(sqlite_play.database, begins=london("2026-12-17 15:44"))
    await play.at("2026-12-17 15:45")
    assert any("weekly check-in text" in text for text in await play.received("P01"))
    [timer] = await timers(play, "P01")
    assert timer.at == london(
        "2027-01-04 15:45"
    )  # Fri 18 Dec was the last, and Mon 4 Jan is the first


@pytest.mark.thursday
async def test_a_check_in_of_the_last_week_is_not_asked_again_in_the_holidays(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-12-03 15:45")
    leanne, turn = await play.carer("P01"), (await conversation(play, "P01")).turn
    hers = select(Outbox.id).join(Person, Person.id == Outbox.person_id).where(Person.ref == leanne)
    asked = hers.where(Outbox.purpose == "check_in", Outbox.turn > turn)

    async def asked_again_at(moment: str) -> int:
        def nobody_answered(connection) -> int:
            elapse(Scene(connection, play.service.taskforce, london(moment), moment), leanne, turn)
            return len(connection.execute(asked).all())

        return await play.database.write(nobody_answered)

    assert await asked_again_at("2026-12-22 15:45") == 0
    assert [row.at for row in await timers(play, "P01")] == [london("2026-12-23 15:45")]
    assert await asked_again_at("2027-01-04 15:45") == 1
