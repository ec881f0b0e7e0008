"""How one taskforce books visits: from `[visits]` and `[lone_working]` of `taskforce.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class LoneWorking:
    """The clock that looks after whoever is out. It replaces no system of the employer."""

    on: bool = False
    window_before: timedelta = timedelta(hours=1)  # when buddy and duty may see the address
    ask_arrived: timedelta = timedelta(minutes=10)  # after the start
    ask_left: timedelta = timedelta(minutes=10)  # after the end
    answer_within: timedelta = timedelta(minutes=15)  # then the buddy, then the duty manager
    duty: str = ""  # staff id at the top of the ladder; empty: the manager


@dataclass(frozen=True, slots=True)
class VisitRules:
    """What is booked, how far ahead, and when families are reminded (domain.md 3.2)."""

    per_week: int = 2  # of one family, with whomever of the team
    warn_above: int = 3  # staff at one visit: a roomful frightens
    ahead: timedelta = timedelta(days=14)  # how far ahead times are looked for
    notice: timedelta = timedelta(hours=18)  # no time is offered sooner than this
    step: int = 30  # minutes between the times that are looked at
    travel: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType(
            {"home": 20, "mainstream_school": 20, "other_agency": 20, "community_cafe": 15,
             "community_other": 15, "community_car_lift": 15}
        )
    )  # fmt: skip
    three_days_at: time = time(10)
    day_before_at: time = time(16)
    two_hours: bool = False  # no trial was found for it: a taskforce says whether it wants it
    cost_pence: int = 0  # what a missed visit costs, said in the reminder; 0: never said
    follow_up: bool = True  # a kind word after a visit that did not come about
    labels: Mapping[str, str] = field(default_factory=dict, repr=False)  # by kind, for families
    lone: LoneWorking = field(default_factory=LoneWorking)
