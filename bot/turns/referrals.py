"""Referrals: a child is asked about, by staff or by a family itself, until it is decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Row

from bot.desk.base import Answer
from bot.desk.reads import Page
from bot.flows.base import ReferChild
from bot.rules.access import may
from bot.rules.calendar import wall
from bot.rules.phones import BadNumber, e164
from bot.rules.referral import Filled, Standing
from bot.rules.referral_lines import Listed, lines
from bot.rules.referral_typed import NO_CHILD_NAMED, read_typed
from bot.scene.roles import role
from bot.scene.scene import Scene
from bot.scene.sight import hidden_cases
from bot.turns.alarms import contact_behind
from bot.turns.digests import reader_of
from bot.turns.referrals_told import told_later
from storage import audit
from storage import referrals as records
from storage.addresses import Someone, line_by_id, person_by_id
from storage.tasks import find_task
from storage.threads import contact_by_id

NOT_YOURS = "Referrals are for the taskforce. The manager can tell you more."
NO_MESSAGE = "There is no message of a family behind this, so nothing was made of it."
NOT_OPEN = "That referral is decided already. Look at it again to see how."
OUT_OF_DATE = "Look at how it stands now, then decide."
BECAME = {
    records.WAITING: "put this child on the waiting list",
    records.CLOSED: "said that this child is not for us",
    records.ALLOCATED: "took this child on",
}
WHO_ASKED = "the family"


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a referral."""

    status: str  # "waiting" or "closed"
    tier: int | None = None
    agencies: Collection[str] = ()
    outcome: str = ""


def refer(scene: Scene, filled: Filled, by: str) -> str:
    """Put a referral on record that a member of staff enters; returns its reference."""
    return _kept(scene, as_referred(filled), by)


def refer_typed(scene: Scene, staff: Someone, effect: ReferChild) -> str:
    """Keep a referral that was typed and confirmed at the desk; returns what the desk says."""
    filled = read_typed(effect.words, effect.typed_on)
    if filled is None:
        return NO_CHILD_NAMED
    if not may(role(scene, staff), "referrals"):
        return NOT_YOURS
    task = find_task(scene.connection, effect.task) if effect.task else None
    contact_id = contact_behind(scene, staff, task, None)
    if contact_id is None:
        referred = replace(as_referred(filled), referrer=staff.name)
        return f"Saved as {_kept(scene, referred, staff.ref)}. /referrals shows what is open."
    ref = _kept(scene, _with_message(scene, filled, contact_id), staff.ref)
    return f"Saved as {ref}, with their message. It still waits for an answer."


def refer_message(scene: Scene, staff: Someone, contact_id: int | None) -> str:
    """Make a family's message into a referral, once; its task stays open for an answer."""
    if not may(role(scene, staff), "referrals"):
        return NOT_YOURS
    if contact_id is None:
        return NO_MESSAGE
    referred = _with_message(scene, Filled("", scene.today), contact_id)
    ref, made = records.refer_message(scene.connection, referred, staff.ref, scene.now)
    if not made:
        return f"It is a referral already: {ref}. The message itself still waits for an answer."
    told_later(scene, ref, staff.ref)
    audit.append(scene.connection, scene.now, staff.ref, "referral made", ref)
    return (
        f"Made into referral {ref}, by the family. Ask who the child is and fill it in on the "
        "page. The message itself still waits for an answer."
    )


def refer_asked(scene: Scene, staff: Someone, task: Row[Any]) -> Answer:
    """Ask which child a known family's message is about; it is kept with what is typed."""
    if not may(role(scene, staff), "referrals"):
        return Answer(NOT_YOURS)
    if task.contact_id is None:
        return Answer(NO_MESSAGE)
    given = {"typed": scene.today.isoformat(), "task": str(task.id)}
    return Answer("", begins=("refer_asked", given))


def triage(scene: Scene, ref: str, decision: Decision, by: str, seen: Standing | None) -> str:
    """Say what becomes of a referral; returns why not, if that cannot be.

    `seen`: how it stood for whoever decides. None: nobody can tell, so nothing is decided.
    """
    if seen is None:
        return OUT_OF_DATE
    done = records.triage(
        scene.connection,
        ref,
        status=decision.status,
        by=by,
        now=scene.now,
        tier=decision.tier,
        agencies=decision.agencies,
        outcome=decision.outcome,
        seen=seen,
    )
    if not done:
        row = records.referral(scene.connection, ref)
        return "" if row and _says(row, decision, by) else meanwhile(scene, row)
    audit.append(scene.connection, scene.now, by, f"referral {decision.status}", ref)
    return ""


def meanwhile(scene: Scene, row: Row[Any] | None) -> str:
    """Say who decided about a referral since somebody looked at it, and what."""
    if row is None or row.triaged_at is None:
        return OUT_OF_DATE
    worker = scene.team.workers.get(row.triaged_by)
    who, at = worker.name if worker else row.triaged_by, wall(row.triaged_at)
    when = f"{at:%a} {at.day} {at:%b %H:%M}"
    return f"{who} {BECAME[row.status]} meanwhile ({when}). {OUT_OF_DATE}"


def _says(row: Row[Any], decision: Decision, by: str) -> bool:
    """Say whether a referral stands as one person decided it: two taps are one decision."""
    decided = (row.status, row.triaged_by, row.outcome or "")
    if decided != (decision.status, by, decision.outcome):
        return False
    place = (row.tier, set(row.agencies))
    return row.status != records.WAITING or place == (decision.tier, set(decision.agencies))


def correct(scene: Scene, ref: str, filled: Filled, by: str) -> str:
    """Put right what is known of a child; returns why not, if that cannot be."""
    values = {name: getattr(filled, name) for name in records.CORRECTABLE}
    values["reasons"] = list(filled.reasons)
    if not records.correct(scene.connection, ref, values):
        return NOT_OPEN
    audit.append(scene.connection, scene.now, by, "referral corrected", ref)
    return ""


def page_for(scene: Scene, staff: Someone) -> Page:
    """Write down the open referrals for a member of staff, as far as they may read them."""
    if not may(role(scene, staff), "referrals"):
        return Page(NOT_YOURS, NOT_YOURS)
    found = open_for(scene, staff)
    if not found:
        return Page("No referral is open.", "No referral is open.")
    shown = "\n".join(lines(found, scene.today, shown=True))
    discreet = "\n".join(lines(found, scene.today, shown=False))
    return Page(shown, discreet, read="referrals")


def open_for(scene: Scene, staff: Someone) -> list[Listed]:
    """List the open referrals a member of staff may read."""
    rows = records.open_referrals(scene.connection, sight_of(scene, staff))
    return [records.listed(row) for row in rows]


def sight_of(scene: Scene, staff: Someone) -> records.Sight:
    """Say what a member of staff may see of the referrals."""
    return records.Sight(reader_of(scene, staff), hidden_cases(scene, staff))


def _kept(scene: Scene, referred: records.Referred, by: str) -> str:
    ref = records.refer(scene.connection, referred, by, scene.now)
    told_later(scene, ref, by)
    audit.append(scene.connection, scene.now, by, "referral made", ref)
    return ref


def as_referred(filled: Filled) -> records.Referred:
    """Bring what was filled in into the form it is kept in."""
    return records.Referred(
        route=filled.route,
        referrer=filled.referrer,
        child=filled.child,
        received_on=filled.received_on,
        words=filled.words,
        year=filled.year,
        school=filled.school,
        adult=filled.adult,
        relation=filled.relation,
        phone=filled.phone,
        reads=filled.reads,
        eligibility=filled.eligibility,
        reasons=filled.reasons,
    )


def _with_message(scene: Scene, filled: Filled, contact_id: int) -> records.Referred:
    """Make a family's own referral: their words, who they are and where they wrote from."""
    contact = contact_by_id(scene.connection, contact_id)
    line = line_by_id(scene.connection, contact.address_id) if contact.address_id else None
    person = person_by_id(scene.connection, contact.person_id) if contact.person_id else None
    said = contact.words or ""
    return replace(
        as_referred(filled),
        route="family",
        referrer=WHO_ASKED,
        received_on=_day_of(scene, contact),
        words=f"{filled.words}\nTheir message: “{said}”" if filled.words else said,
        adult=filled.adult or (person.name if person else ""),
        phone=filled.phone or (_number(line.address) if line else ""),
        reads=person.language if person else "en",
        contact_id=contact_id,
        address_id=contact.address_id,
    )


def _day_of(scene: Scene, contact: Row[Any]) -> date:
    """Say on which day a family asked: their wait begins with their words."""
    return min(wall(contact.occurred_at).date(), scene.today)


def _number(address: str) -> str:
    """Take a mobile number; a chat has none."""
    try:
        return e164(address)
    except BadNumber:
        return ""
