"""The time a team has given: added up by how it was given and what it was for. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

IN_PERSON: Final = "In person"
CALLS: Final = "Calls"
MEETINGS: Final = "Meetings"
OTHER: Final = "Other"
KINDS = (IN_PERSON, CALLS, MEETINGS, OTHER)
KIND_OF_MODE: Mapping[str, str] = MappingProxyType(
    {
        "face_to_face": IN_PERSON,
        "telephone": CALLS,
        "voicemail": CALLS,
        "video": CALLS,
        "meeting": MEETINGS,
    }
)
NOT_NAMED: Final = "Not named"
WORK: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "One to one with pupils": (
            *("mentoring", "attendance_planning", "behaviour_regulation", "therapeutic_support"),
            *("reading", "speech_language", "home_community_support"),
        ),
        "Groups": ("specialist_group", "girls_group", "holiday_activity"),
        "Families": ("home_visit", "family_transport", "family_routines", "family_mediation"),
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
WORK_OF = {activity: work for work, activities in WORK.items() for activity in activities}


@dataclass(frozen=True, slots=True)
class Spent:
    """One contact as it stands on one case, and how long it took."""

    contact_id: int
    case_id: int
    mode: str
    activity: str
    minutes: int | None  # None: its note does not say
    travel: int | None
    out_of_hours: bool


@dataclass(frozen=True, slots=True)
class Given:
    """Minutes by the kind of contact, and the way there beside them."""

    by_kind: Mapping[str, int]
    travel: int
    untold: int  # contacts that do not say how long they took

    @property
    def minutes(self) -> int:
        return sum(self.by_kind.values())


@dataclass(frozen=True, slots=True)
class PupilGiven:
    """The time given to one pupil."""

    case: str
    child: str
    given: Given


@dataclass(frozen=True, slots=True)
class TeamGiven:
    """The time given in one half term; in all, what two pupils shared counts once."""

    first: date
    last: date
    pupils: tuple[PupilGiven, ...]
    in_all: Given
    by_work: Mapping[str, int]
    out_of_hours: int

    @property
    def for_each(self) -> int:
        """The minutes there are for each pupil, half a minute rounded up."""
        many = len(self.pupils)
        return (2 * self.in_all.minutes + many) // (2 * many) if many else 0


def by_case(spent: Iterable[Spent]) -> dict[int, list[Spent]]:
    """Sort contacts by the case they stand on."""
    found: dict[int, list[Spent]] = defaultdict(list)
    for one in spent:
        found[one.case_id].append(one)
    return found


def once(spent: Iterable[Spent]) -> list[Spent]:
    """Take each contact once, on however many cases it stands."""
    return list({one.contact_id: one for one in spent}.values())


def add_up(spent: Iterable[Spent]) -> Given:
    """Add up minutes by the kind of contact."""
    counted = dict.fromkeys(KINDS, 0)
    travel = untold = 0
    for one in spent:
        counted[KIND_OF_MODE.get(one.mode, OTHER)] += one.minutes or 0
        travel += one.travel or 0
        untold += one.minutes is None
    return Given(counted, travel, untold)


def add_up_work(spent: Iterable[Spent]) -> dict[str, int]:
    """Add up minutes by what they were for, in the order of the list; what is none is left out."""
    counted: Counter[str] = Counter()
    for one in spent:
        counted[WORK_OF.get(one.activity, NOT_NAMED)] += one.minutes or 0
    return {work: counted[work] for work in (*WORK, NOT_NAMED) if counted[work]}


def in_hours(minutes: int) -> str:
    """Write minutes as hours with one place, half a tenth rounded up: "10.5"."""
    tenths = (minutes + 3) // 6
    return f"{tenths // 10}.{tenths % 10}"
