"""Before and in the holidays: invitations, who wants check-ins, and whether somebody is named."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from bot.flows import FLOWS
from bot.rules import holidays as rule
from bot.rules.calendar import wall
from bot.rules.check_in import TALKING
from bot.rules.digest_lines import day_shown
from bot.rules.gate import OPEN_STATUSES
from bot.rules.routing import in_charge
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family, family_of
from bot.scene.invitations import INVITES, why_held_back
from bot.scene.letters import flow_worded
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from bot.turns import start
from bot.turns.places import in_short
from bot.turns.proposals import asked_for
from storage import activities, holidays
from storage.addresses import hold_line_by_id, hold_person, people, person_by_id, person_by_ref
from storage.case_summary import cases_at
from storage.conversations import Moment, due_at, load_state, set_due, take_moment
from storage.holds import held

NAME, SUBJECT = "holidays", "team"
WISH = "holiday_wish"
TRY_AGAIN = timedelta(hours=1)
ABOUT_TO_RUN = timedelta(minutes=5)  # what failed is tried again so much later


def plan(scene: Scene) -> None:
    """Set when the holidays next want something done, unless that is set or about to be done."""
    known = due_at(scene.connection, NAME, SUBJECT)
    if known is None or known > scene.now + ABOUT_TO_RUN:
        following = rule.next_look(scene.practice.calendar, scene.now)
        set_due(scene.connection, NAME, SUBJECT, following)


def look(scene: Scene, moment: Moment) -> None:
    """Do what this moment before a holiday is for: ask the families, or see that one is named."""
    if not take_moment(scene.connection, moment):
        return
    calendar = scene.practice.calendar
    set_due(scene.connection, NAME, SUBJECT, rule.next_look(calendar, scene.now))
    holiday = rule.next_holiday(calendar, wall(moment.at).date())
    if holiday is None or holiday.first <= scene.today:
        return  # the service was down until the holiday had begun
    if moment.at == rule.wish_asked_at(holiday):
        _ask_everybody(scene)
    else:
        _is_somebody_named(scene, holiday)


def _is_somebody_named(scene: Scene, holiday: rule.Holiday) -> None:
    """A holiday with nobody named is one task for the manager."""
    named = [(one.from_on, one.to_on) for one in holidays.duties(scene.connection, holiday.first)]
    if not rule.unnamed(holiday, named):
        return
    last = f" to {day_shown(holiday.last)}" if holiday.last else ""
    words = (
        f"Nobody is named for every day of the holidays, {day_shown(holiday.first)}{last}. "
        "Who reads replies and is told of alerts? /holidayduty NAME FROM TO names them."
    )
    owner = next(iter(in_charge(scene.team, scene.practice)), "")
    if owner:
        matter = Matter("holiday_duty", words, discreet_words=words)
        raise_task(scene, None, owner, matter, told=(owner,))


def _ask_everybody(scene: Scene) -> None:
    """Have each adult asked once; where the team wants no such check-ins nobody is."""
    if not scene.practice.wants_holiday_check_ins:
        return
    carers = [one for one in people(scene.connection) if one.kind == "carer"]
    known = holidays.wishes_of(scene.connection, [one.id for one in carers])
    for one in carers:
        if one.id not in known:
            set_due(scene.connection, WISH, one.ref, scene.now)


def ask_wish(scene: Scene, moment: Moment) -> None:
    """Ask one adult whether they want check-ins in the holidays; it waits for an open question."""
    if not take_moment(scene.connection, moment):
        return
    set_due(scene.connection, moment.job, moment.subject, None)
    person = person_by_ref(scene.connection, moment.subject)
    family = family_of(scene, person) if person else None
    holiday = rule.next_holiday(scene.practice.calendar, scene.today)
    known = holidays.wish_of(scene.connection, person.id) is not None if person else True
    over = holiday is None or rule.in_holidays(scene.practice.calendar, scene.today)
    if family is None or holiday is None or over or known or not _may_be_asked(family):
        return
    if held(scene.connection, [tie.case_id for tie in family.ties], scene.today):
        return
    not_after = rule.answers_until(holiday.first - rule.DAY)
    _begin(scene, family, moment, {}, not_after)


def _may_be_asked(family: Family) -> bool:
    """Say whether an adult gets this by text; whoever does not is asked by their worker."""
    copied = all(tie.copy_only for tie in family.ties)
    return bool(family.statuses & TALKING) and not copied and not _cannot_be_texted(family, WISH)


def ask_invite(scene: Scene, moment: Moment) -> None:
    """Invite one family by text, or have a person do it; it waits for an open question."""
    if not take_moment(scene.connection, moment):
        return
    set_due(scene.connection, moment.job, moment.subject, None)
    place = activities.find_place(scene.connection, int(moment.subject))
    activity = activities.find_activity(scene.connection, place.activity_id) if place else None
    if place is None or activity is None or activity.ended_at is not None:
        return
    person = person_by_id(scene.connection, place.person_id) if place.person_id else None
    family = family_of(scene, person) if person else None
    [case] = cases_at(scene.connection, [place.case_id])
    offered = place.state == rule.OFFERED
    if case.status not in OPEN_STATUSES or (not offered and place.state != rule.INVITED):
        return
    if family is None:
        _nobody_to_text(scene, case.id, _asked_to(activity, case, offered=offered))
    if family is None or family.muted:
        return
    last = activity.first_on - rule.DAY if offered else activity.answer_by
    not_after = rule.answers_until(last)
    reason = why_held_back(scene, family, case.id) or _cannot_be_texted(family, INVITES)
    if reason:
        _by_a_person(scene, family, _asked_to(activity, case, offered=offered), reason)
    elif scene.now < not_after:
        _begin(scene, family, moment, _given(place, activity, case, offered=offered), not_after)


def _given(place: Row[Any], activity: Row[Any], case: Row[Any], *, offered: bool) -> dict[str, str]:
    return {
        "number": str(place.id),
        "title": activity.title,
        "when": rule.days_shown(activity.first_on, activity.last_on),
        "hours": activity.hours,
        "place": activity.place,
        "child": case.pupil.split()[0],
        "offered": "yes" if offered else "",
    }


def _begin(
    scene: Scene,
    family: Family,
    moment: Moment,
    given: Mapping[str, str],
    not_after: datetime,
) -> None:
    """Begin the conversation, or look again in an hour while another question is open."""
    person = family.person
    if person is None:
        return
    hold_line_by_id(scene.connection, family.line.id)
    person = hold_person(scene.connection, person.id)
    if load_state(scene.connection, person.id) is None:
        start(scene, family, moment.job, given, not_after=not_after)
    elif scene.now + TRY_AGAIN < not_after:
        set_due(scene.connection, moment.job, moment.subject, scene.now + TRY_AGAIN)


def _cannot_be_texted(family: Family, flow: str) -> str:
    """Say why a person must ask instead; empty: a text may go.

    The words of an activity are typed in English, so whoever reads another language is asked by
    somebody who speaks it.
    """
    line, language = family.line, family.language
    worded = flow_worded(FLOWS[flow], family.facts(), language)
    against = (
        (language != "en" and (flow == INVITES or not worded), f"they read {language}"),
        (language not in family.scene.practice.languages, f"they read {language}"),
        (line.opted_out_at or line.stop_asked_at, "they asked for no texts"),
        (line.wrong_at or line.dead_at or line.carrier_blocked_at, "their number cannot be used"),
        (line.proven_at is None, "their number is not confirmed"),
        (any(tie.rules_missing for tie in family.ties), "only a note says how to reach them"),
        (any("phone_call" in tie.prefers for tie in family.ties), "they prefer a phone call"),
    )
    return next((reason for applies, reason in against if applies), "")


def _asked_to(activity: Row[Any], case: Row[Any], *, offered: bool) -> str:
    what = f"offer {case.ref} the free place at" if offered else f"invite {case.ref} to"
    return f"{what} {in_short(activity)}, {activity.hours}"


def _nobody_to_text(scene: Scene, case_id: int, asked_to: str) -> None:
    """An adult without an address is asked by whoever works with the child."""
    told = asked_for(scene, case_id)
    words = f"{asked_to[0].upper()}{asked_to[1:]}. No text went: no address on record."
    matter = Matter("hand_over", f"{words} Their answer goes on the page “Holidays”.")
    raise_task(scene, None, told[0], matter, told=told, case_id=case_id)


def _by_a_person(scene: Scene, family: Family, asked_to: str, reason: str) -> None:
    owners = family.owners()
    words = (
        f"{family.named()}: {asked_to}. No text went: {reason}. "
        f"{family.reach}; their answer goes on the page “Holidays”."
    )
    kind = "interpreter" if family.language != "en" else "hand_over"
    raise_task(scene, family, owners[0], Matter(kind, words), told=owners)
