"""A taskforce says how it books visits; what cannot be is refused before the service starts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any

import pytest

from bot.imports.visit_rules import visit_rules
from bot.rules.visit_rules import LoneWorking, VisitRules


def test_without_a_word_everything_is_as_usual_and_lone_working_is_off():
    assert visit_rules({}, {}) == VisitRules()
    assert not visit_rules({}, {}).lone.on


def test_what_is_said_is_taken_and_the_rest_stays_as_usual():
    said = {"per_family_per_week": 3, "notice_hours": 4, "three_days_at": "09:15",
            "travel": {"home": 35}, "labels": {"visit": "tea and a talk"}}  # fmt: skip
    rules = visit_rules(said, {"on": True, "duty": "TW", "answer_within_minutes": 20})
    assert (rules.per_week, rules.notice) == (3, timedelta(hours=4))
    assert rules.three_days_at == time(9, 15)
    assert (rules.travel["home"], rules.travel["community_cafe"]) == (35, 15)
    assert rules.labels == {"visit": "tea and a talk"}
    assert rules.lone == LoneWorking(on=True, duty="TW", answer_within=timedelta(minutes=20))


@pytest.mark.parametrize(
    ("visits", "lone", "says"),
    [
        ({"per_family_per_week": 0}, {}, "visits.per_family_per_week is 0, not 1 or more"),
        ({"cost_pence": -1}, {}, "visits.cost_pence is -1, not 0 or more"),
        ({"travel": {"hme": 5}}, {}, "visits.travel.hme is no place"),
        ({"travel": {"home": "far"}}, {}, "not a number of minutes"),
        ({"labels": {"vist": "x"}}, {}, "visits.labels.vist is no kind"),
        ({"labels": {"visit": " "}}, {}, "write what a family reads"),
        ({"labels": {"cin_cp": "CIN or CP meeting"}}, {}, "is the name among staff"),
        ({"step_minutes": 7}, {}, "visits.step_minutes is 7, not one of 5, 10, 15, 20, 30, 60"),
        ({"warn_above_staff": 0}, {}, "visits.warn_above_staff is 0, not 1 or more"),
        ({"travel": {"phone": 5}}, {}, "visits.travel.phone is no place"),
        ({}, {"answer_within_minutes": 0}, "lone_working.answer_within_minutes is 0, not 1"),
        ({}, {"ask_left_minutes": 9999}, "lone_working.ask_left_minutes is 9999"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    visits: Mapping[str, Any], lone: Mapping[str, Any], says: str
):
    with pytest.raises(ValueError, match=r"^(visits|lone_working)\.") as fault:
        visit_rules(visits, lone)
    assert says in str(fault.value)
