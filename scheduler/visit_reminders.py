"""Reminders of visits: each belongs to one version of one visit, and is worded when it goes."""

from __future__ import annotations

from bot.rules.visit_moments import ONE_DAY, THREE_DAYS
from bot.rules.visits import BOOKED, Visit
from bot.scene.scene import Scene
from bot.scene.visit_coming import absent
from bot.scene.visit_reach import cannot_be_texted, heard_today
from bot.scene.visit_words import invited
from bot.turns.visit_by_hand import ask_who_comes
from bot.turns.visit_news import REMINDS, remind
from storage.conversations import Moment, note_not_sent, set_due, take_moment
from storage.visits import find_visit

NAME = "visit_reminder"
NOBODY = "there is no address to text"
CONFIRMED = "they have said that it suits"
ABSENT = "somebody who is to come is not there then"
HEARD_TODAY = "they hear of this visit today anyway"


def visit_reminder(scene: Scene, moment: Moment) -> None:
    """Remind one family of one visit, if that is still what was booked."""
    if not take_moment(scene.connection, moment):
        return
    set_due(scene.connection, moment.job, moment.subject, None)
    about, _colon, which = moment.subject.partition(":")
    number, _dot, version = about.partition(".")
    visit = find_visit(scene.connection, int(number))
    begins = visit.plan.starts_at if visit else None
    if visit is None or begins is None or begins <= scene.now or which not in REMINDS:
        return
    if visit.state != BOOKED or str(visit.version) != version:
        return
    needless, unheard = _needless(scene, visit, which), _unheard(scene, visit, which)
    if reason := needless or unheard:
        _note(scene, visit, f"{moment.job}/{moment.subject}", reason)
    if not needless and (not unheard or which == ONE_DAY):
        remind(scene, visit, which)


def _needless(scene: Scene, visit: Visit, which: str) -> str:
    """Say why nobody need remind them, or why it would promise too much; empty: they are."""
    if missing := absent(scene, visit):
        ask_who_comes(scene, visit, missing)
        return ABSENT
    if which == THREE_DAYS and visit.confirmed_at is not None:
        return CONFIRMED
    return HEARD_TODAY if heard_today(scene, visit, REMINDS[which].name) else ""


def _unheard(scene: Scene, visit: Visit, which: str) -> str:
    """Say why no text of it can reach them; empty: it can."""
    family = invited(scene, visit)
    return cannot_be_texted(scene, family, REMINDS[which].name)[0] if family else NOBODY


def _note(scene: Scene, visit: Visit, key: str, reason: str) -> None:
    if visit.person_id is not None:
        about = (NAME, visit.person_id, visit.cases, reason)
        note_not_sent(scene.connection, key, scene.now, *about)
