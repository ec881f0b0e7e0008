"""On the second school day of a half term: whom of the families a key worker might tell."""

from __future__ import annotations

from bot.imports.codes import attendance_codes
from bot.rules import days_missed as rule
from bot.rules.calendar import wall
from bot.rules.days_missed import half_term_before
from bot.scene.scene import Scene
from bot.turns.days_missed import propose
from storage.absences import missed_often
from storage.cases import case_ids
from storage.conversations import Moment, due_at, set_due, take_moment

NAME, TEAM = "days_missed", "team"
ABOUT_TO_RUN = rule.DAY / 288  # five minutes: what failed is tried again so much later


def plan(scene: Scene) -> None:
    """Set when key workers are next asked, unless that is set or about to be done."""
    known = due_at(scene.connection, NAME, TEAM)
    if known is None or known > scene.now + ABOUT_TO_RUN:
        set_due(scene.connection, NAME, TEAM, rule.next_ask(scene.practice.calendar, scene.now))


def days_missed(scene: Scene, moment: Moment) -> None:
    """Find who missed enough, by one question for them all; or ask about one of them."""
    if not take_moment(scene.connection, moment):
        return
    if moment.subject != TEAM:
        set_due(scene.connection, NAME, moment.subject, None)
        for case_id in case_ids(scene.connection, [moment.subject]).values():
            propose(scene, case_id)
        return
    calendar = scene.practice.calendar
    set_due(scene.connection, NAME, TEAM, rule.next_ask(calendar, scene.now))
    about = half_term_before(calendar, scene.today)
    if about is None or scene.now >= rule.useful_until(wall(moment.at).date()):
        return  # the service was down until the fresh start was an old one
    codes, sessions = rule.absent_codes(attendance_codes()), 2 * rule.LEAST
    for ref in missed_often(scene.connection, codes, about.first, about.last, sessions):
        set_due(scene.connection, NAME, ref, scene.now)
