"""A child staff have seen in although the register says not: the key worker is told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.rules.digest_lines import day_shown
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from storage.received import note_received

CLOCK = "clock"  # where it is noted that somebody was told


def tell_of_mismatch(scene: Scene, family: Family, case: str, day: date) -> None:
    """Tell the key worker once for a child and a day, however many adults and looks there are.

    One of the two is wrong, and if it is the tap, nobody knows where the child is.
    """
    key = f"seen_in/{case}/{day.isoformat()}"
    if not note_received(scene.connection, CLOCK, key, scene.now):
        return
    said = f"{case} was seen in by staff on {day_shown(day)}, but the register says N (not in)."
    asks = "No text goes. Please find out now which is right, and have the other put right."
    who = family.owner.staff
    matter = Matter("absence", f"{family.named()}: {said} {asks}", discreet_words=f"{said} {asks}")
    raise_task(replace(scene, key=key), family, who, matter, told=(who,))
