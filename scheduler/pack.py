"""Once a week: everybody who will sit in the meeting hears that its pack is ready."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.rules.access import HOME
from bot.rules.digest import moments_on
from bot.rules.handover import running_cover
from bot.rules.meetings import meeting_after, next_pack
from bot.rules.pack import ready
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.turns.meeting import core_team
from bot.turns.pack import compose, sight_of
from storage.addresses import Someone, person_by_ref
from storage.case_summary import post
from storage.conversations import Moment, due_at, set_due, take_moment

NAME, SUBJECT = "pack", "allocation"
ABOUT_TO_RUN = timedelta(minutes=5)  # what failed is tried again so much later


def pack(scene: Scene, moment: Moment) -> None:
    """Tell everybody in counts what is in the pack; nobody once the meeting has begun."""
    if not take_moment(scene.connection, moment):
        return
    rhythm = scene.practice.meeting
    set_due(scene.connection, NAME, SUBJECT, next_pack(rhythm, scene.now))
    on = meeting_after(rhythm, moment.at)
    if meeting_after(rhythm, scene.now) == on:
        for ref in core_team(scene):
            _tell(scene, ref, on)


def plan(scene: Scene) -> None:
    """Set when the next pack is ready, unless it is set or about to be made."""
    known = due_at(scene.connection, NAME, SUBJECT)
    following: datetime = next_pack(scene.practice.meeting, scene.now)
    runs = known is not None and known <= scene.now + ABOUT_TO_RUN
    if not runs and known != following:
        set_due(scene.connection, NAME, SUBJECT, following)


def _tell(scene: Scene, ref: str, on: date) -> None:
    staff = person_by_ref(scene.connection, ref)
    if staff is None or not _sits(scene, staff, on):
        return
    composed = compose(scene, staff, on, sight_of(scene, staff))
    if not composed.empty:
        words = ready(composed)
        notify(scene, ref, None, Matter(NAME, words, discreet_words=words))


def _sits(scene: Scene, staff: Someone, on: date) -> bool:
    """Say whether somebody of the team is in on the day; staff of a school get alerts only."""
    here = post(scene.connection, staff.id)
    if here is None or here.employer.strip().casefold() != HOME:
        return False
    away = running_cover(scene.team, staff.ref, on) is not None
    return not away and bool(moments_on(scene.worker(staff.ref).hours, scene.practice.calendar, on))
