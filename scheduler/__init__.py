"""Every job and when it is due, by hand. Jobs only fill the outbox; they never send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.scene.scene import Scene
from scheduler.approvals import run_out
from scheduler.attendance import attendance
from scheduler.check_ins import check_in
from scheduler.clocks import clocks
from scheduler.days_missed import days_missed
from scheduler.digests import digest
from scheduler.holidays import ask_invite, ask_wish, look
from scheduler.incidents import remind
from scheduler.missing_reasons import missing_reasons
from scheduler.outings import outing
from scheduler.pack import pack
from scheduler.referrals import new_referrals
from scheduler.replan import replan
from scheduler.retention import retention
from scheduler.silence import silence
from scheduler.visit_briefings import send_briefing
from scheduler.visit_outcomes import ask_outcome
from scheduler.visit_reminders import visit_reminder
from storage.conversations import Moment


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is due about somebody at stored moments."""

    name: str  # stored for ever
    run: Callable[[Scene, Moment], None]  # safe to run twice for one due moment


JOBS: Mapping[str, Job] = MappingProxyType(
    {
        job.name: job
        for job in (
            Job("check_in", check_in),
            Job("silence", silence),
            Job("retention", retention),
            Job("incident", remind),
            Job("replan", replan),
            Job("digest", digest),
            Job("pack", pack),
            Job("referrals", new_referrals),
            Job("attendance", attendance),
            Job("clocks", clocks),
            Job("approval", run_out),
            Job("days_missed", days_missed),
            Job("missing_reasons", missing_reasons),
            Job("holidays", look),
            Job("holiday_wish", ask_wish),
            Job("holiday_invite", ask_invite),
            Job("visit_reminder", visit_reminder),
            Job("outing", outing),
            Job("visit_outcome", ask_outcome),
            Job("visit_briefing", send_briefing),
        )
    }
)
