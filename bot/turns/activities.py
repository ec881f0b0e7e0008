"""Holiday activities: who may be invited, who is, and when a person must say yes once more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from bot.desk.reads import Page
from bot.rules import holidays as rule
from bot.rules.activity import NewActivity
from bot.rules.digest_lines import day_shown
from bot.scene.invitations import INVITES
from bot.scene.scene import Scene
from bot.scene.sight import hidden_cases
from bot.turns.places import in_short
from storage import activities, audit
from storage.addresses import Someone
from storage.cases import Tie, ties_on
from storage.conversations import set_due
from storage.holds import held

A_DAY = timedelta(days=1)
AT_MOST = 40  # children that one form offers
NONE_YET = "No holiday activity is coming up. The page “Holidays” makes one."


@dataclass(frozen=True, slots=True)
class Invitable:
    """A child who may be invited to an activity, and whom the invitation would go to."""

    case_id: int
    case: str
    pupil: str = field(repr=False)
    person_id: int


@dataclass(frozen=True, slots=True)
class Invited:
    """What came of inviting: how many are asked now, or why nobody is."""

    count: int = 0
    needs_yes: int = 0  # families a manager must say yes to once more
    refused: str = ""


def make(scene: Scene, by: Someone, new: NewActivity) -> int:
    """Keep a new activity; returns its number."""
    number = activities.make_activity(scene.connection, new, by.ref, scene.now)
    audit.append(scene.connection, scene.now, by.ref, "activity made", str(number))
    return number


def close(scene: Scene, by: Someone, number: int) -> bool:
    """Close an activity: who was about to be asked is not asked any more."""
    done = activities.end_activity(scene.connection, number, scene.now)
    if done:
        for place in activities.places_of(scene.connection, number):
            set_due(scene.connection, INVITES, str(place.id), None)
        audit.append(scene.connection, scene.now, by.ref, "activity closed", str(number))
    return done


def invitable(scene: Scene, staff: Someone, activity: Row[Any]) -> list[Invitable]:
    """List who may still be invited, as far as a member of staff sees their cases."""
    asked = {row.case_id for row in activities.places_of(scene.connection, activity.id)}
    hidden = hidden_cases(scene, staff)
    rows = [
        row
        for row in activities.every_open_case(scene.connection)
        if row.id not in asked and row.id not in hidden
    ]
    whom = _first_adults(ties_on(scene.connection, [row.id for row in rows]))
    holds = held(scene.connection, [row.id for row in rows], scene.today)
    return [
        Invitable(row.id, row.ref, row.pupil, whom[row.id])
        for row in rows
        if rule.may_be_offered(
            rule.Candidate(
                row.year,
                row.fsm,
                is_open=True,
                held=row.id in holds or bool(row.paused_until and row.paused_until > scene.now),
                reachable=row.id in whom,
            ),
            free_meals_only=activity.free_meals_only,
        )
    ]


def _first_adults(ties: Collection[tuple[int, Tie]]) -> dict[int, int]:
    """Name for each case who is asked first; never somebody who must not be, or only gets copies.

    Whoever must not be contacted about one child is not written to about a sibling either.
    """
    barred = {person for person, tie in ties if tie.do_not_use}
    found: dict[int, int] = {}
    for person, tie in ties:
        if person not in barred and not tie.copy_only:
            found.setdefault(tie.case_id, person)
    return found


def invite(
    scene: Scene, by: Someone, number: int, cases: Collection[str], *, bulk: bool = False
) -> Invited:
    """Invite these cases; `bulk`: the manager has said yes to so many at once.

    What went out within a day counts with it, so that a bulk send cannot be cut into pieces.
    """
    activity = activities.find_activity(scene.connection, number)
    if activity is None or activity.ended_at or scene.today > activity.answer_by:
        return Invited(refused="Nobody can be invited to this activity any more.")
    chosen = [one for one in invitable(scene, by, activity) if one.case in cases]
    if not chosen:
        return Invited(refused="Please choose at least one child.")
    recent = activities.invited_since(scene.connection, number, scene.now - A_DAY)
    if rule.is_bulk(recent + len(chosen)) and not bulk:
        return Invited(needs_yes=len(chosen))
    for one in chosen:
        _invite_one(scene, number, one)
    subject = " ".join((str(number), *(one.case for one in chosen)))
    audit.append(scene.connection, scene.now, by.ref, "activity invited", subject)
    return Invited(len(chosen))


def _invite_one(scene: Scene, number: int, one: Invitable) -> None:
    if activities.invite(scene.connection, number, one.case_id, one.person_id, scene.now):
        rows = activities.places_of(scene.connection, number)
        place = next(row for row in rows if row.case_id == one.case_id)
        set_due(scene.connection, INVITES, str(place.id), scene.now)


def note_form(scene: Scene, by: Someone, place_id: int) -> bool:
    """Note that a family has signed the form."""
    done = activities.note_consent(scene.connection, place_id, scene.now)
    if done:
        audit.append(scene.connection, scene.now, by.ref, "activity form", f"place {place_id}")
    return done


def note(scene: Scene, by: Someone, what: str, subject: str) -> None:
    """Write into the audit what was done on a page."""
    audit.append(scene.connection, scene.now, by.ref, what, subject)


def listed(scene: Scene) -> Page:
    """List what is coming up, in counts: nobody is named."""
    rows = activities.activities(scene.connection, scene.today)
    counted = activities.counts(scene.connection)
    words = "\n".join(_line(row, counted) for row in rows) or NONE_YET
    return Page(words, words)


def _line(row: Row[Any], counted: dict[tuple[int, str], int]) -> str:
    parts = [
        f"{counted.get((row.id, state), 0)} {said}"
        for state, said in (("booked", "booked"), ("waiting", "waiting"), ("invited", "to answer"))
    ]
    until = "closed" if row.ended_at else f"answer by {day_shown(row.answer_by)}"
    return f"- {in_short(row)}, {row.hours}: {row.places} places, {', '.join(parts)}, {until}"
