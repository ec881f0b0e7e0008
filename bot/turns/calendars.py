"""Links to calendars: a worker's own is made and ended, and a family is sent one to its visit."""

from __future__ import annotations

from functools import partial

from bot.desk.on_calendar import CalendarChange, Calendars, EndFeed, MakeFeed, Next
from bot.flows.base import Prompt
from bot.i18n import _
from bot.rules.calendar_buttons import link_key, meant_by
from bot.rules.calendar_entries import LINK_LASTS, LINK_LETTERS
from bot.rules.visits import BOOKED, Visit
from bot.scene.family import Family, local_time
from bot.scene.letters import Kind, prompt_worded, say, spoken_values
from bot.scene.scene import Scene
from bot.scene.sight import hidden_cases
from bot.scene.visit_reach import cannot_be_texted, recipe_of_answer
from bot.scene.visit_words import invited, label_of, values
from storage import audit
from storage.addresses import Someone, person_by_ref
from storage.calendar_feeds import (
    end_feed,
    feed_made_at,
    link_made_at,
    make_feed,
    make_visit_link,
)
from storage.visits import find_visit, live_visits_of

PURPOSE = "visit_link"
LINK = Prompt(_("For your calendar: {label}, {on} {at}. Open this link: {link}"))
NONE = "there is no visit booked for them."
NOT_NOW = "That visit has changed since. Nothing was sent: please type /ics again."
SENT_BEFORE = "the link to this visit is on its way to them already."
READ_BY_OTHERS = "others may read this phone, and the link says what it is and where"
NO_PHONE = "there is no address they can be written to. Please tell them when you next speak."


def settle_calendar(scene: Scene, by: Someone, change: CalendarChange) -> None:
    """Make or end the address of a worker's own calendar."""
    match change:
        case MakeFeed(token):
            make_feed(scene.connection, by.id, token, scene.now)
        case EndFeed():
            end_feed(scene.connection, by.id, scene.now)


def calendars_for(scene: Scene, staff: Someone) -> Calendars:
    """Say what a member of staff may ask about calendars."""
    return Calendars(
        address=scene.taskforce.public_url,
        made_at=partial(feed_made_at, scene.connection, staff.id),
        following=partial(_following, scene, staff),
    )


def press_link(scene: Scene, staff: Someone, key: str) -> tuple[bool, str]:
    """Send a family the link to a visit, if it still stands as it was shown; says what came."""
    meant = meant_by(key)
    visit = find_visit(scene.connection, meant[0]) if meant else None
    if meant is None or visit is None or visit.version != meant[1]:
        return False, NOT_NOW
    family = invited(scene, visit)
    fault = _why_not(scene, staff, visit, family)
    if family is None or family.person is None or fault:
        return False, f"Nothing was sent: {fault}"
    _send(scene, family, visit, family.person)
    audit.append(scene.connection, scene.now, staff.ref, "visit link", f"visit {visit.id}")
    to = family.person.first_name if scene.practice.notices_shown else "them"
    return True, f"The link goes to {to} in their own hours."


def _following(scene: Scene, staff: Someone, ref: str) -> Next:
    person = person_by_ref(scene.connection, ref)
    booked = [
        one
        for one in (live_visits_of(scene.connection, person.id) if person else [])
        if one.plan.starts_at and one.plan.starts_at > scene.now
    ]
    if not booked:
        return Next(why_not=NONE)
    visit = booked[0]
    fault = _why_not(scene, staff, visit, invited(scene, visit))
    if fault or visit.plan.starts_at is None:
        return Next(why_not=fault)
    words = f"{local_time(visit.plan.starts_at)}, “{label_of(scene, visit)}”"
    return Next(words, button=link_key(visit.id, visit.version))


def _why_not(scene: Scene, staff: Someone, visit: Visit, family: Family | None) -> str:
    """Say why no link to a visit can go; empty: it can."""
    hidden = bool(hidden_cases(scene, staff) & set(visit.case_ids))
    starts_at = visit.plan.starts_at
    if hidden or visit.state != BOOKED or starts_at is None or starts_at <= scene.now:
        return NONE
    if family is None or family.person is None:
        return NO_PHONE
    if family.discreet:
        return f"{READ_BY_OTHERS}. {family.reach}."
    language = family.language
    why, _kind = cannot_be_texted(scene, family, PURPOSE)
    if not why and not prompt_worded(LINK, language):
        why = f"no approved wording in their language ({language})"
    if why:
        return f"{why}. {family.reach}."
    return SENT_BEFORE if _sent_before(scene, visit, family.person) else ""


def _sent_before(scene: Scene, visit: Visit, person: Someone) -> bool:
    made_at = link_made_at(scene.connection, visit.id, person.id)
    return made_at is not None and made_at >= visit.changed_at


def _send(scene: Scene, family: Family, visit: Visit, person: Someone) -> None:
    token, ends_at = scene.taskforce.token()[:LINK_LETTERS], visit.plan.ends_at or scene.now
    until = ends_at + LINK_LASTS
    make_visit_link(scene.connection, visit.id, person.id, token, scene.now, until)
    link = f"{scene.taskforce.public_url}/v/{token}"
    said = {**spoken_values(family, {}), **values(scene, family, visit), "link": link}
    say(
        scene,
        family,
        LINK,
        said,
        Kind("proactive", PURPOSE, not_after=visit.plan.starts_at),
        name=f"{PURPOSE}:{visit.id}",
        language=family.language,
        # Held or not, it leaves only while the visit is what the text says.
        recipe=recipe_of_answer({"visit": str(visit.id), "version": str(visit.version)}),
    )
