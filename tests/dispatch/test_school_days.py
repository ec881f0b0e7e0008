"""News of school on a day without school: it waits for the next one, or a person hears of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from storage import outbox
from storage.addresses import lines_of, person_by_ref
from storage.tables import Outbox
from tests.stage import Play, london

SATURDAY = "2026-12-05 11:00"


async def waits(play: Play, purpose: str, not_after: datetime | None = None) -> None:
    """Something about Connor that the cap of Friday kept until Saturday."""
    bridget = await play.carer("P10")

    def put(connection):
        person = person_by_ref(connection, bridget)
        [line] = [one for one in lines_of(connection, person.id) if one.channel == "sms"]
        letter = outbox.Letter(
            f"{purpose}:saturday",
            line.id,
            "proactive",
            purpose,
            "en",
            purpose,
            play.now,
            london(SATURDAY),
            person_id=person.id,
            cases=("P10",),
            not_after=not_after,
        )
        outbox.put(connection, letter)

    await play.database.write(put)


async def stands(play: Play, purpose: str) -> tuple[str, str]:
    query = select(Outbox.status, Outbox.reason).where(Outbox.key == f"{purpose}:saturday")
    row = await play.database.read(lambda c: c.execute(query).one())
    return row.status, row.reason or ""


async def test_praise_that_friday_had_no_room_for_go_on_monday(play: Play):
    await play.at("2026-12-04 18:30")
    await waits(play, "praise")
    await waits(play, "agreed_reminder")  # Bridget asked for it herself
    await play.at(SATURDAY)
    assert await stands(play, "praise") == ("held", "no school today")
    assert "agreed_reminder" in await play.received("P10")
    await play.at("2026-12-07 07:59")
    assert "praise" not in await play.received("P10")
    await play.at("2026-12-07 08:00")
    assert "praise" in await play.received("P10")


async def test_a_first_day_on_monday_is_not_told_on_saturday_and_the_key_worker_hears_at_once(
    play: Play,
):
    await play.at("2026-12-04 18:30")
    await waits(play, "first_day", london("2026-12-07 08:00"))
    await play.at(SATURDAY)
    assert "first_day" not in await play.received("P10")
    assert (await stands(play, "first_day"))[0] == "expired"
    [task] = await play.tasks(kind="not_sent", case="P10")
    assert "no school day is left on which it could go in time" in task["words"]
