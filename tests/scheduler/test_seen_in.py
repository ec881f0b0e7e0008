"""Staff saw a child in and the register says not: no text, and the key worker looks."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select

from bot.scene.scene import Scene
from bot.turns.presence import note_presence
from storage.addresses import person_by_ref
from storage.cases import case_ids
from storage.presence import Seat
from storage.tables import School
from tests.scheduler.test_attendance import ASKED, MILLRACE, register, why_not
from tests.stage import Play


async def taps(play: Play, case: str, what: str) -> None:
    def tap(connection: Connection) -> str:
        school = connection.execute(select(School.id).where(School.name == MILLRACE)).scalar_one()
        seat = Seat(case_ids(connection, [case])[case], school, date(2026, 11, 30), "am")
        scene = Scene(connection, play.service.taskforce, play.now, f"tap:{play.now}")
        return note_presence(scene, person_by_ref(connection, "FS"), case, seat, what)

    assert await play.database.write(tap) == ""
    await play.service.settle()


async def test_a_child_tapped_in_is_not_asked_after_and_the_key_worker_checks_once(
    sqlite_play: Play,
):
    play = sqlite_play
    await play.at("2026-11-30 10:12")
    await taps(play, "P10", "in")
    await register(play, "P10", "2026-11-30 AM N")
    await play.at("2026-11-30 10:16")
    assert await play.received("P10") == []
    assert set(await why_not(play, "P10")) == {"seen in by staff, the register says N"}
    [task] = await play.tasks(kind="absence", case="P10")
    assert task["owner"] == "MB"
    assert "Please find out now which is right" in task["words"]
    await taps(play, "P10", "undo")  # it was the wrong child
    await play.later(seconds=1)
    [text] = await play.received("P10")
    assert text.startswith(ASKED)
    assert len(await play.tasks(kind="absence", case="P10")) == 1
