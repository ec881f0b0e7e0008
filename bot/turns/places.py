"""Places at holiday activities: what a family's answer comes to, and who is next in line."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from bot.engine import Turn
from bot.flows.base import Prompt
from bot.i18n import Text, _
from bot.rules.holidays import (
    BOOKED,
    DECLINED,
    OFFERED,
    TAKEN,
    WAITING,
    Place,
    SettlePlace,
    SettleWish,
    days_shown,
    is_over,
)
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family, family_of
from bot.scene.invitations import INVITES
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from storage import activities, audit
from storage.activities import find_activity, find_place
from storage.addresses import Someone, hold_person, person_by_id
from storage.case_summary import cases_at
from storage.conversations import keep_state, load_state, set_due
from storage.holidays import set_wish

OF_PLACE = re.compile(r".*:place:(\d{1,9}):")  # in the key of a task about a free place
SAYS_BOOKED = _("Booked: {child} has a place. {title}: {when}, {hours}, {place}.")
SAYS_FORM = _("{worker} will bring you a form to sign.")
SAYS_WAITING = _(
    "All places are taken. {child} is on the waiting list, and {worker} will tell you "
    "if one comes free."
)
SAYS_NO = _("Thank you for telling us. If you change your mind, write to {worker} here.")
SAYS_OVER = _("Thank you. {worker} will answer you about this.")
TOLD = {
    BOOKED: "has a place",
    WAITING: "is on the waiting list",
    DECLINED: "will not come",
    OFFERED: "is offered the place",
}


def settled(scene: Scene, family: Family, turn: Turn) -> Turn:
    """Settle what an answer was about, and say what came of it."""
    for effect in turn.effects:
        match effect:
            case SettlePlace():
                return replace(turn, says=_settle_place(scene, family, effect))
            case SettleWish(wants) if family.person is not None:
                by = family.person.ref
                set_wish(scene.connection, family.person.id, by, scene.now, wants=wants)
                audit.append(scene.connection, scene.now, by, "holiday wish", by)
            case _:
                pass
    return turn


def _settle_place(scene: Scene, family: Family, effect: SettlePlace) -> Prompt:
    """Book, wait or decline; what can be none of these any more is for a person to answer."""
    place = find_place(scene.connection, effect.place)
    activity = find_activity(scene.connection, place.activity_id) if place else None
    if place is None or activity is None or is_over(activity.last_on, scene.now):
        return _too_late(scene, family)
    became = _became(scene, place, wants=effect.wants)
    if became is None:
        return _too_late(scene, family)
    _note(scene, family, place, activity, became)
    if became == DECLINED and place.state in TAKEN:
        offer_next(scene, activity.id)
    texts: dict[str, Text] = {BOOKED: SAYS_BOOKED, WAITING: SAYS_WAITING}
    said = Prompt(texts.get(became, SAYS_NO))
    return replace(said, after=SAYS_FORM) if became == BOOKED and activity.consent else said


def _became(scene: Scene, place: Row[Any], *, wants: bool) -> Place | None:
    if wants:
        return activities.say_yes(scene.connection, place.id, scene.now)
    done = activities.change_place(scene.connection, place.id, DECLINED, scene.now)
    return DECLINED if done else None


def _note(scene: Scene, family: Family, place: Row[Any], activity: Row[Any], became: Place) -> None:
    """Tell the family's workers what came of it, and write it down."""
    [case] = cases_at(scene.connection, [place.case_id])
    words = f"{family.named()}: {case.ref} {TOLD[became]}. {in_short(activity)}"
    matter = Matter("answer", words, discreet_words=f"{case.ref} {TOLD[became]}.")
    for ref in family.owners():
        notify(scene, ref, family, matter, name=f":place{place.id}")
    by = family.person.ref if family.person else "family"
    audit.append(scene.connection, scene.now, by, f"activity {became}", f"{activity.id} {case.ref}")


def _too_late(scene: Scene, family: Family) -> Prompt:
    owners = family.owners()
    words = f"{family.named()} answered an invitation that is closed: please tell them."
    raise_task(scene, family, owners[0], Matter("hand_over", words), told=owners)
    return Prompt(SAYS_OVER)


def in_short(activity: Row[Any]) -> str:
    """Name an activity for staff: "Holiday club with lunch, 21-24 Dec"."""
    return f"{activity.title}, {days_shown(activity.first_on, activity.last_on)}"


def offer_next(scene: Scene, activity_id: int) -> None:
    """A place fell free: whoever works with the next in line is asked whether to offer it."""
    place = activities.next_in_line(scene.connection, activity_id)
    activity = find_activity(scene.connection, activity_id)
    if place is None or activity is None or is_over(activity.last_on, scene.now):
        return
    person = person_by_id(scene.connection, place.person_id) if place.person_id else None
    family = family_of(scene, person) if person else None
    words = f"{place.case_ref} is next on the list for {in_short(activity)}: a place is free."
    named = f"{family.named()}: {words}" if family else words
    own = replace(scene, key=f"{scene.key}:place:{place.id}")
    owner = family.owners()[0] if family else scene.practice.manager
    matter = Matter("place_free", named, discreet_words=words)
    raise_task(own, family, owner, matter, told=(owner,), case_id=place.case_id)


def give_up(scene: Scene, by: Someone, place_id: int) -> bool:
    """A family gives its place up, or no longer waits; what was taken goes to the next in line."""
    place = find_place(scene.connection, place_id)
    done = place is not None and activities.change_place(
        scene.connection, place_id, "given_up", scene.now
    )
    if place is None or not done:
        return False
    set_due(scene.connection, INVITES, str(place_id), None)
    if place.state in TAKEN:
        offer_next(scene, place.activity_id)
    _audit(scene, by, "given up", place)
    return True


def book_by_hand(scene: Scene, by: Someone, place_id: int) -> Place | None:
    """Book a child whose family said yes to a person; full, they join the list."""
    place = find_place(scene.connection, place_id)
    if place is not None and place.person_id:
        hold_person(scene.connection, place.person_id)  # as an answer does, before the activity
    became = activities.say_yes(scene.connection, place_id, scene.now) if place else None
    if place is not None and became is not None:
        set_due(scene.connection, INVITES, str(place_id), None)
        _close_question(scene, place)
        _audit(scene, by, became, place)
    return became


def _close_question(scene: Scene, place: Row[Any]) -> None:
    """End the open question of an invitation that a person has answered for the family."""
    person = person_by_id(scene.connection, place.person_id) if place.person_id else None
    state = load_state(scene.connection, person.id) if person else None
    if person is None or state is None or state.flow != INVITES:
        return
    if state.answers["number"] == str(place.id):
        keep_state(scene.connection, person.id, None, scene.now)
        set_due(scene.connection, "silence", person.ref, None)


def offer_place(scene: Scene, by: Someone, place_id: int) -> bool:
    """Keep the free place for who waits, and ask them whether they still want it."""
    place = find_place(scene.connection, place_id)
    if place is None or not activities.offer(scene.connection, place_id, scene.now):
        return False
    set_due(scene.connection, INVITES, str(place_id), scene.now)
    _audit(scene, by, OFFERED, place)
    return True


def press_offer(scene: Scene, by: Someone, key: str) -> str:
    """Offer the very place that a task is about, by the key of the task."""
    named = OF_PLACE.search(key)
    done = named is not None and offer_place(scene, by, int(named[1]))
    return "They are being asked. The place is kept for them." if done else GONE


GONE = "There is no free place any more, or they do not wait for one."


def _audit(scene: Scene, by: Someone, what: str, place: Row[Any]) -> None:
    [case] = cases_at(scene.connection, [place.case_id])
    subject = f"{place.activity_id} {case.ref}"
    audit.append(scene.connection, scene.now, by.ref, f"activity {what}", subject)
