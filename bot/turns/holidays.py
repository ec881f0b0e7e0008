"""What is settled about the holidays: who wants check-ins, and who of the team is there."""

from __future__ import annotations

from functools import partial

from bot.desk.on_holidays import HolidayChange, NameHolidayDuty, OnHolidays, SetHolidayWish
from bot.rules.digest_lines import day_shown
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.turns.activities import listed
from bot.turns.digest_parts import first_name
from storage import holidays
from storage.addresses import Someone, person_by_ref
from storage.conversations import set_due
from storage.holidays import Duty

ASKS_WISH = "holiday_wish"  # the job that would ask them


def settle_holidays(scene: Scene, by: Someone, change: HolidayChange) -> None:
    """Keep what was said; who was about to be asked is not asked any more."""
    match change:
        case SetHolidayWish(ref, wants):
            person = person_by_ref(scene.connection, ref)
            if person is not None:
                holidays.set_wish(scene.connection, person.id, by.ref, scene.now, wants=wants)
                set_due(scene.connection, ASKS_WISH, ref, None)
        case NameHolidayDuty():
            _name(scene, by, change)


def _name(scene: Scene, by: Someone, change: NameHolidayDuty) -> None:
    """Name a colleague, and tell them so, unless they did it themselves."""
    staff = person_by_ref(scene.connection, change.staff)
    if staff is None:
        return
    duty = Duty(change.staff, change.from_on, change.to_on)
    holidays.name_duty(scene.connection, duty, staff.id, by.ref, scene.now)
    if staff.ref != by.ref:
        days = f"{day_shown(change.from_on)} to {day_shown(change.to_on)}"
        words = (
            f"You are named for the holidays, {days}: "
            "replies and alerts of key workers who are not on shift come to you too."
        )
        matter = Matter("holiday_duty", words, discreet_words=words)
        notify(scene, staff.ref, None, matter)


def on_holidays(scene: Scene) -> OnHolidays:
    """Say what a member of staff may ask about the holidays."""
    return OnHolidays(activities=partial(listed, scene), wish=partial(_wish, scene))


def _wish(scene: Scene, ref: str) -> bool | None:
    person = person_by_ref(scene.connection, ref)
    return holidays.wish_of(scene.connection, person.id) if person else None


def duty_lines(scene: Scene) -> list[tuple[int, str]]:
    """List who is named from today on, each with its number."""
    return [
        (
            one.id,
            f"{first_name(scene, one.staff)}, {day_shown(one.from_on)} to {day_shown(one.to_on)}",
        )
        for one in holidays.duties(scene.connection, scene.today)
    ]
