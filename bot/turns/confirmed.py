"""What staff have confirmed is written down: returns what the desk says."""

from __future__ import annotations

from typing import TypeAlias, assert_never

from bot.flows.base import CloseMatter, LogContact, ReferChild, TransferCases, WriteNote
from bot.rules.status import ChangeStatus
from bot.rules.visits import EndVisit, RunLate
from bot.scene.scene import Scene
from bot.turns import (
    closing,
    key_person,
    referrals,
    statuses,
    transfer,
    visit_booking,
    visit_outcomes,
    written,
)
from storage.addresses import Someone

OfACase: TypeAlias = TransferCases | ChangeStatus | ReferChild | EndVisit | RunLate
Confirmed: TypeAlias = LogContact | WriteNote | CloseMatter | OfACase


def write_down(scene: Scene, staff: Someone, effect: Confirmed) -> str:
    """Write down what staff have confirmed; returns what the desk says."""
    match effect:
        case LogContact():
            return written.log_contact(scene, staff, effect)
        case WriteNote():
            bring = key_person.bring if effect.to else written.write_note
            return bring(scene, staff, effect)
        case CloseMatter():
            return closing.close_matter(scene, staff, effect)
        case _:
            return _of_a_case(scene, staff, effect)


def _of_a_case(scene: Scene, staff: Someone, effect: OfACase) -> str:
    match effect:
        case TransferCases(cases, to):
            return transfer.carry_out(scene, staff.ref, cases, to)
        case ChangeStatus():
            return statuses.change_status(scene, staff, effect)
        case ReferChild():
            return referrals.refer_typed(scene, staff, effect)
        case EndVisit():
            return visit_outcomes.end_visit(scene, staff, effect)
        case RunLate():
            return visit_booking.run_late(scene, staff, effect)
        case _:
            assert_never(effect)
