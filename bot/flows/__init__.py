"""Every conversation, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.flows import (
    absence,
    absence_day2,
    agreed_reminder,
    book_visit,
    cancel_visit,
    case_status,
    check_in,
    check_words,
    close_matter,
    closure,
    first_day,
    good_news,
    holiday_invite,
    holiday_wish,
    introduce,
    key_person,
    log_contact,
    log_whose,
    next_step,
    praise,
    refer_child,
    second_answer,
    transfer_case,
    transport,
    visit_after,
    visit_news,
    visit_offer,
    visit_outcome,
    which_visit,
    who_for,
    write_note,
    write_words,
)
from bot.flows.base import Flow

FLOWS: Mapping[str, Flow] = MappingProxyType(
    {
        flow.name: flow
        for flow in (
            check_in.FLOW,
            who_for.FLOW,
            check_words.FLOW,
            close_matter.FLOW,
            log_whose.FLOW,
            log_contact.FLOW,
            write_note.FLOW,
            second_answer.FLOW,
            transfer_case.FLOW,
            case_status.FLOW,
            refer_child.ASKED,
            refer_child.FLOW,
            write_words.WHOSE,
            write_words.FLOW,
            write_words.DRAFT,
            good_news.CHILD,
            good_news.FLOW,
            key_person.FLOW,
            introduce.FLOW,
            holiday_invite.FLOW,
            holiday_wish.FLOW,
            absence.FLOW,
            absence.PLAIN,
            absence_day2.FLOW,
            absence_day2.PLAIN,
            transport.FLOW,
            transport.PLAIN,
            closure.FLOW,
            praise.FLOW,
            agreed_reminder.FLOW,
            first_day.FLOW,
            next_step.FLOW,
            book_visit.FLOW,
            book_visit.MOVING,
            which_visit.FLOW,
            cancel_visit.FLOW,
            cancel_visit.LATE,
            visit_outcome.FLOW,
            visit_offer.FLOW,
            visit_offer.BESIDE,
            *visit_news.ASKING,
            *visit_news.BESIDE,
            visit_after.OFF,
            visit_after.OFFER_OFF,
            visit_after.LATE,
            visit_after.MISSED,
        )
    }
)

GONE = Flow(name="gone", version=0, start="gone", steps={})


def flow_named(name: str) -> Flow:
    """Find the flow of a stored conversation; one that is gone hands over to a person."""
    return FLOWS.get(name, GONE)
