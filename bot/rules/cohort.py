"""The numbers a taskforce reports, in plain lines with what each of them means. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from bot.rules.logged_echo import MODES

SUPPORTED_NOW = frozenset({"engaged", "reintegrating"})
DIRECT_GROUPS = ("One to one", "Group", "Assessment")
GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "One to one": (
            *("mentoring", "attendance_planning", "behaviour_regulation", "therapeutic_support"),
            *("reading", "speech_language", "home_community_support", "direct_work"),
        ),
        "Group": ("specialist_group", "girls_group", "holiday_activity"),
        "Family": ("family_transport", "family_routines", "family_mediation", "home_visit"),
        "Professionals": (
            *("allocation_meeting", "ap_panel", "reintegration_meeting", "step_out_review"),
            *("cin_cp", "school_liaison", "agency_liaison", "outward_referral"),
        ),
        "Assessment": (
            *("salt_screen", "communication_passport", "ep_assessment"),
            *("mental_health_assessment", "youth_justice_assessment"),
        ),
        "Staff training": ("staff_training", "reflective_practice"),
    }
)
NO_GROUP = "Other work"
DIRECT = frozenset(kind for group in DIRECT_GROUPS for kind in GROUPS[group])
GOOD_NEWS = "good_news"
CONCERNS = frozenset({"attendance", "safeguarding"})
TEXTED = {"sms": "Text message", "telegram": "Telegram message"}


@dataclass(frozen=True, slots=True)
class Cohort:
    """What was counted since a day."""

    since: date
    today: date
    triaged: int = 0
    supported: int = 0
    sen: int = 0  # of those supported
    fsm: int = 0
    csc: int = 0
    by_status: Mapping[str, int] = field(default_factory=dict)
    by_tier: Mapping[int, int] = field(default_factory=dict)
    ours: Mapping[str, int] = field(default_factory=dict)  # contacts by mode
    theirs: Mapping[str, int] = field(default_factory=dict)
    automatic: int = 0
    minutes: Mapping[str, int] = field(default_factory=dict)  # by activity
    out_of_hours: int = 0  # of ours
    by_key_worker: int = 0  # of ours
    good_news: int = 0
    concerns: int = 0


def lines(cohort: Cohort) -> list[str]:
    """Write the numbers down, each with what it counts."""
    ours = sum(cohort.ours.values())
    of_supported = cohort.supported
    return [
        f"From {_day(cohort.since)} to {_day(cohort.today)}",
        f"Triaged: {cohort.triaged}. Referrals somebody looked at and decided about.",
        (
            f"Directly supported: {of_supported}. Cases that are engaged or reintegrating now, or "
            "with direct work: the child was seen, or one to one, group or assessment work."
        ),
        f"- with SEND: {share(cohort.sen, of_supported)}",
        f"- with free school meals: {share(cohort.fsm, of_supported)}",
        f"- known to social care: {share(cohort.csc, of_supported)}",
        f"Cases by status now: {_listed(cohort.by_status.items())}.",
        f"Cases by tier now: {_listed((f'tier {t}', n) for t, n in cohort.by_tier.items())}.",
        *_contacts(cohort),
        f"Outside working hours: {share(cohort.out_of_hours, ours)} of our contacts.",
        (
            f"By the child's own key worker: {share(cohort.by_key_worker, ours)} of our contacts, "
            "who it was on that day."
        ),
        (
            f"Good news to concern: {cohort.good_news} to {cohort.concerns}. Messages of /good, "
            "and our contacts about attendance or safeguarding."
        ),
    ]


def _contacts(cohort: Cohort) -> Iterable[str]:
    modes = dict.fromkeys((*cohort.ours, *cohort.theirs))
    yield "Contacts by mode, ours and theirs (notes and automatic texts are not counted):"
    for mode in modes:
        ours, theirs = cohort.ours.get(mode, 0), cohort.theirs.get(mode, 0)
        yield f"- {TEXTED.get(mode) or MODES.get(mode, mode)}: {ours} and {theirs}"
    yield f"Automatic texts: {cohort.automatic}."
    yield "Hours logged, by kind of work:"
    for group, minutes in by_group(cohort.minutes).items():
        yield f"- {group}: {hours(minutes)}"


def by_group(minutes: Mapping[str, int]) -> dict[str, int]:
    """Put the minutes of kinds of work together by group; a group without any is left out."""
    found = dict.fromkeys((*GROUPS, NO_GROUP), 0)
    groups = {kind: group for group, kinds in GROUPS.items() for kind in kinds}
    for kind, count in minutes.items():
        found[groups.get(kind, NO_GROUP)] += count
    return {group: count for group, count in found.items() if count}


def hours(minutes: int) -> str:
    """Write minutes as hours: "2.5 h"."""
    return f"{round(minutes / 60, 1):g} h"


def share(part: int, whole: int) -> str:
    """Write a share with both its numbers: "19 of 24 (79%)"."""
    return f"{part} of {whole} ({round(100 * part / whole)}%)" if whole else "0 of 0"


def school_year(today: date) -> date:
    """Find the first day of the school year a day is in."""
    return date(today.year if today.month >= 9 else today.year - 1, 9, 1)


def _listed(counts: Iterable[tuple[str, int]]) -> str:
    named = (f"{name.replace('_', ' ')} {count}" for name, count in counts)
    return ", ".join(named) or "none"


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"
