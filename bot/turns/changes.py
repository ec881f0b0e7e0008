"""What desk commands change: applied in one place, exhaustively, and audited."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.desk.base import (
    Attach,
    Change,
    Decide,
    EndCover,
    MakeLink,
    MakePromise,
    Pause,
    PauseAll,
    RaiseDanger,
    RaiseSos,
    ReferFamily,
    Release,
    StartCover,
    WrongPerson,
)
from bot.desk.greetings import OfferWelcome
from bot.desk.on_calendar import EndFeed, MakeFeed
from bot.desk.on_case import (
    AddStep,
    CaseChange,
    EndStep,
    Restrict,
    SetCadence,
    SetHold,
    SetReason,
    SetStyle,
    Unrestrict,
)
from bot.desk.on_holidays import NameHolidayDuty, SetHolidayWish
from bot.desk.on_labels import SetLabel
from bot.desk.on_shifts import AddShift, EndShifts
from bot.rules.doors import LINK_LASTS
from bot.scene.family import family_at
from bot.scene.matters import Matter
from bot.scene.notices import FAMILY_CHAT, notify
from bot.scene.scene import Scene
from bot.turns.alarms import raise_by_hand
from bot.turns.calendars import settle_calendar
from bot.turns.connecting import claim_words, take_chat
from bot.turns.handovers import come_back, hand_over
from bot.turns.holidays import settle_holidays
from bot.turns.incidents import wrong_person
from bot.turns.key_person import set_style
from bot.turns.labels import settle_label
from bot.turns.placements import change_hold
from bot.turns.plans import change_plan
from bot.turns.reasons import set_reason
from bot.turns.referrals import refer_message
from bot.turns.restricting import change_sight
from bot.turns.shifts import settle_shift
from bot.turns.sos import raise_sos
from bot.turns.statuses import settle_cadence
from bot.turns.welcome import offer_welcome
from bot.turns.written import write_down
from storage import audit, cases, contacts, pace, staff, steps, tasks
from storage.addresses import (
    Someone,
    hold_line_by_id,
    mark_line,
    person_by_id,
    person_by_ref,
)
from storage.cases import case_ids
from storage.holding import hold_cases
from storage.links import make_link
from storage.received import remember

ALL_PAUSED = "all_paused"


def make(scene: Scene, by: Someone, change: Change) -> tuple[tuple[str, str], ...]:
    """Make one change, its audit row last; returns the buttons for the answer, if it has any."""
    choices: tuple[tuple[str, str], ...] = ()
    match change:
        case StartCover() | EndCover():
            _cover(scene, by, change)
        case RaiseSos(words):
            raise_sos(scene, by, words)
        case Pause():
            _pause(scene, change)
        case PauseAll(paused):
            pace.hold_all(scene.connection)
            remember(scene.connection, ALL_PAUSED, "yes" if paused else "")
        case Attach():
            _attach(scene, change)
        case Release():
            _release(scene, by, change)
        case MakeLink():
            _make_link(scene, by, change)
        case MakeFeed() | EndFeed():
            settle_calendar(scene, by, change)
        case WrongPerson() | RaiseDanger() | ReferFamily():
            _of_a_message(scene, by, change)
        case _:
            choices = _on_case(scene, by, change)
    audit.append(scene.connection, scene.now, by.ref, type(change).__name__, _subject(change))
    return choices


def _of_a_message(
    scene: Scene, by: Someone, change: WrongPerson | RaiseDanger | ReferFamily
) -> None:
    match change:
        case WrongPerson():
            wrong_person(scene, by, change)
        case RaiseDanger():
            raise_by_hand(scene, by, change.contact, change.level)
        case ReferFamily():
            refer_message(scene, by, change.contact)


def _on_case(
    scene: Scene,
    by: Someone,
    change: CaseChange | OfferWelcome | MakePromise | Decide,
) -> tuple[tuple[str, str], ...]:
    match change:
        case SetStyle() | SetCadence() | SetLabel():
            _on_words(scene, by, change)
        case SetHold():
            change_hold(scene, by, change)
        case SetReason():
            set_reason(scene, by, change)
        case AddStep() | EndStep():
            change_plan(scene, by, change)
        case Restrict() | Unrestrict():
            change_sight(scene, by, change)
        case NameHolidayDuty() | SetHolidayWish():
            settle_holidays(scene, by, change)
        case AddShift() | EndShifts():
            settle_shift(scene, by, change)
        case OfferWelcome(case):
            offer_welcome(scene, case_ids(scene.connection, [case])[case], by.ref)
        case _:
            return write_down(scene, by, change)
    return ()


def _on_words(scene: Scene, by: Someone, change: SetStyle | SetCadence | SetLabel) -> None:
    match change:
        case SetStyle():
            set_style(scene, change)
        case SetCadence():
            settle_cadence(scene, change)
        case SetLabel():
            settle_label(scene, by, change)


def _subject(change: Change) -> str:
    match change:
        case (
            Pause(person=ref)
            | Attach(person=ref)
            | MakeLink(person=ref)
            | RaiseDanger(subject=ref)
            | ReferFamily(subject=ref)
            | SetCadence(subject=ref)
            | SetStyle(subject=ref)
            | SetHold(subject=ref)
            | SetReason(subject=ref)
            | AddStep(subject=ref)
            | EndStep(subject=ref)
            | Restrict(subject=ref)
            | Unrestrict(subject=ref)
            | OfferWelcome(subject=ref)
            | NameHolidayDuty(subject=ref)
            | SetHolidayWish(subject=ref)
            | AddShift(subject=ref)
            | EndShifts(subject=ref)
            | SetLabel(subject=ref)
        ):
            return ref
        case Release(task=number):
            return f"task {number}"
        case WrongPerson(person=ref, address=address):
            return f"{ref} address {address}".strip()
        case MakePromise(case=ref) | Decide(case=ref):
            return ref
        case PauseAll(paused):
            return "held" if paused else "released"
        case StartCover() | EndCover() | RaiseSos() | MakeFeed() | EndFeed():
            return "self"
        case _:
            assert_never(change)


def _cover(scene: Scene, by: Someone, change: StartCover | EndCover) -> None:
    if isinstance(change, EndCover):
        come_back(scene, by)
    else:
        _start_cover(scene, by, change)


def _start_cover(scene: Scene, by: Someone, change: StartCover) -> None:
    deputy_ref = scene.team.workers[by.ref].deputy
    deputy = person_by_ref(scene.connection, deputy_ref) if deputy_ref else None
    deputy_id = deputy.id if deputy else None
    staff.start_cover(scene.connection, by.id, deputy_id, scene.today, change.until, scene.now)
    hand_over(replace(scene), by)  # a fresh look at the team: who stands in has just changed


def _pause(scene: Scene, change: Pause) -> None:
    person = person_by_ref(scene.connection, change.person)
    if person is not None:
        theirs = [tie.case_id for tie in cases.ties_of(scene.connection, person.id)]
        hold_cases(scene.connection, theirs)
        cases.pause_cases(scene.connection, theirs, change.until)


def _attach(scene: Scene, change: Attach) -> None:
    """Give the address to the person, and its words to their cases."""
    person = person_by_ref(scene.connection, change.person)
    line = hold_line_by_id(scene.connection, change.address)
    if person is None or line.person_id is not None:
        return
    if line.channel == FAMILY_CHAT:  # the worker says who it is: the chat is confirmed
        heard = contacts.last_inbound(scene.connection, line.id)
        take_chat(scene, line, person, heard.occurred_at if heard else None)
    else:
        claim_words(scene, line, person.id)
        mark_line(scene.connection, line.id, person_id=person.id)


def _make_link(scene: Scene, by: Someone, change: MakeLink) -> None:
    person = person_by_ref(scene.connection, change.person)
    if person is not None:
        until = scene.now + LINK_LASTS
        make_link(scene.connection, change.token, person.id, by.ref, scene.now, until)


def _release(scene: Scene, by: Someone, change: Release) -> None:
    task = tasks.find_task(scene.connection, change.task)
    if task is None or task.contact_id is None or task.address_id is None:
        return
    line = hold_line_by_id(scene.connection, task.address_id)
    person = person_by_id(scene.connection, line.person_id) if line.person_id else None
    family = family_at(scene, line, person)
    steps.note(scene.connection, task.id, (by.ref,), steps.RELEASED, scene.now)
    for staff_id in contacts.release(scene.connection, task.contact_id, by.ref, scene.now):
        named = person_by_id(scene.connection, staff_id)
        notify(scene, named.ref, family, Matter("released", task.words, None, task.contact_id))
