"""Whoever is not there for a reader is named to them by no spelling, and by no road around."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select

from bot.scene.names import as_read_by, veil_of
from bot.scene.scene import Scene
from bot.turns.alarms import raise_by_hand
from storage.addresses import person_by_ref
from storage.cases import case_ids
from storage.contacts import Entry, log
from storage.tables import Task
from tests.desk.test_write import says
from tests.handlers.staff_browser import StaffBrowser
from tests.handlers.test_staff_pages_record import OLDER
from tests.stage import Play
from tests.turns.test_restricted_siblings import NOAH, marsdens, pages, told

LOW = "a neighbour says the boy sounded very low"


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("Kai, KAI and kai's bag", "[…], […] and […]'s bag"),
        ("the Thornton boy, K. Thornton, k thornton", "the […] boy, […], […]"),
        ("Kai  Thornton was in", "[…] was in"),
        ("his kayak, a kaiser, Thorntons", "his kayak, a kaiser, Thorntons"),
    ],
)
def test_a_child_is_veiled_however_a_colleague_in_a_hurry_writes_them(said: str, read: str):
    assert veil_of(["Kai Thornton"]).over(said) == read


def test_a_surname_that_somebody_they_know_has_too_stays_and_the_child_does_not():
    veil = veil_of(["Kai Thornton"], ["leanne thornton"])
    said = "Ms Thornton rang about Kai Thornton; K. Thornton was seen"
    assert veil.over(said) == "Ms Thornton rang about […]; […] was seen"


async def test_what_a_child_was_called_before_a_correction_is_veiled_too(sqlite_play: Play):
    play = sqlite_play
    await marsdens(play)

    def noted(c: Connection) -> None:
        about = "NOAH was in with k. birch, the Marsden boy, and noa"
        here = (play.now, play.now, "internal", "note", "TW", "support", about, b"salt")
        log(c, Entry(*here), case_ids(c, ["P07"]).values())

    await play.database.write(noted)
    helen = await StaffBrowser(play).plays("HM")
    for first, last in (("Kit", "Birch"), ("Noa", "Marsden")):
        await helen.get("/families/P08/settings")
        await helen.fills("/families/P08/child", first=first, last=last, **OLDER)
    read = await pages(play, "DO", ("/families/P07",))
    assert "[…] was in with […], the Marsden boy, and […]" in read


async def test_what_is_late_passes_over_whoever_could_not_read_whom_to_ring(sqlite_play: Play):
    """It climbs past Marcus, who has no part in it, to Helen; danger he reads whole."""
    play = sqlite_play
    await play.at("2026-11-30 13:40")
    await play.writes("P01", "can you ring me about the taxi")
    await says(play, "HM", "/restrict P01")
    await play.at("2026-12-02 16:00")
    late = "Not taken yet. Leanne Thornton (Kai P01): can you"
    others = "".join([await told(play, who) for who in ("MB", "TW", "PN")])
    assert "the taxi" not in others
    assert "Leanne" not in others
    assert late in await told(play, "HM")
    await play.writes("P01", "I want to kill myself")
    await play.at("2026-12-02 18:30")
    tasks = await play.tasks(kind="crisis", case="P01")
    assert tasks
    assert "Leanne Thornton (Kai P01): I want to kill" in await told(play, "MB")


async def test_danger_raised_by_hand_names_the_children_to_those_who_see_them(sqlite_play: Play):
    """Words about Ellie and Noah of somebody who is not on record: there is no family to answer."""
    play = sqlite_play
    await marsdens(play)

    def raised(c: Connection) -> str:
        here = (play.now, play.now, "inbound", "telephone", "TW", "support", LOW, b"salt")
        contact = log(c, Entry(*here), case_ids(c, ["P07", "P08"]).values())
        scene = Scene(c, play.service.taskforce, play.now, "by-hand")
        raise_by_hand(scene, person_by_ref(c, "TW"), contact, "L2")
        words = c.execute(select(Task.words).where(Task.kind == "safeguarding")).scalar_one()
        return as_read_by(scene, person_by_ref(c, "PN"), words)

    read = await play.database.write(raised)
    assert f"a child, Ellie Marsden P07: {LOW}" in read
    [task] = await play.tasks(kind="safeguarding")
    await play.later(seconds=1)
    assert task["case"] == "P08", "filed under the one that is restricted"
    assert "Noah Marsden P08, Ellie Marsden P07" in await told(play, "JL")
    assert not NOAH.search(await pages(play, "PN", ("", "/meeting?on=2026-12-01")))
