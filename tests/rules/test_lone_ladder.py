"""Whoever does not answer is looked for by somebody who is there, and never by one person alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bot.rules import lone_ladder as ladder
from bot.rules.practice import Practice, Span
from bot.rules.routing import Standin, Team, Worker
from bot.rules.visit_rules import LoneWorking, VisitRules
from bot.rules.visits import Coming, Plan

TWO = datetime(2026, 11, 30, 14, tzinfo=UTC)
EVENING = datetime(2026, 12, 3, 17, 30, tzinfo=UTC)  # a Thursday
IN = dict.fromkeys(range(5), Span(time(8), time(18)))
THREE_DAYS = dict.fromkeys(range(3), Span(time(8), time(17)))
WORKERS = {
    "DO": Worker("DO", "Dani Okoro", IN, deputy="MB"),
    "MB": Worker("MB", "Marcus Bell", IN),
    "PN": Worker("PN", "Priya Nair", IN),
    "HM": Worker("HM", "Helen Marsh", IN),
}
LONE = VisitRules(lone=LoneWorking(on=True))
TEAM, PRACTICE = Team(WORKERS), Practice(manager="HM", visits=LONE)
EVERYBODY = tuple(WORKERS)
PART = Team({**WORKERS, "HM": replace(WORKERS["HM"], hours=THREE_DAYS),
             "JL": Worker("JL", "Joe Lister", THREE_DAYS)})  # fmt: skip
NAMED = Practice(
    manager="HM", safeguarding_lead="JL", duty=("MB",), out_of_hours=("JL",), visits=LONE
)


def buddy(team: Team = TEAM, now: datetime = TWO, staff: str = "DO", out: tuple[str, ...] = ()):
    return ladder.buddy_of(team, PRACTICE, staff, now, EVERYBODY, out)


def away(ref: str, team: Team = TEAM) -> Team:
    return Team(team.workers, (Standin(1, ref, "PN", TWO.date(), None),))


def test_the_buddy_is_the_deputy_on_shift_else_a_colleague_on_shift():
    assert buddy() == "MB"
    assert buddy(away("MB")) == "PN"
    assert buddy(out=("MB",)) == "PN", "who is out too is asked last"
    assert buddy(out=("MB", "PN")) == "MB"
    assert buddy(now=TWO + timedelta(hours=9)) == "", "nobody is at work at eleven at night"


def test_whoever_left_and_whoever_is_out_looks_for_nobody():
    gone = {**WORKERS, "MB": replace(WORKERS["MB"], active=False)}
    assert buddy(Team(gone)) == "PN"
    assert buddy(staff="MB") == "DO"


def test_the_top_of_the_ladder_is_the_manager_or_whoever_is_named_and_never_oneself():
    named = replace(PRACTICE, visits=VisitRules(lone=LoneWorking(on=True, duty="PN")))
    assert ladder.duty_of(TEAM, PRACTICE, "DO") == "HM"
    assert ladder.duty_of(TEAM, named, "DO") == "PN"
    assert ladder.duty_of(TEAM, named, "PN") == "HM"
    assert ladder.duty_of(TEAM, PRACTICE, "HM") not in {"HM", ""}
    gone = Team({**WORKERS, "PN": replace(WORKERS["PN"], active=False)})
    assert ladder.duty_of(gone, named, "DO") == "HM"


def test_at_work_the_manager_alone_is_told_and_off_work_everybody_in_charge():
    assert ladder.at_the_top(PART, NAMED, "DO", TWO) == ("HM",)
    assert ladder.at_the_top(PART, NAMED, "DO", EVENING) == ("HM", "JL")
    assert ladder.at_the_top(PART, NAMED, "HM", EVENING) == ("JL",), "never the one who is out"
    covered = ladder.at_the_top(away("HM", PART), NAMED, "DO", TWO)
    assert covered == ("HM", "PN", "JL"), "and whoever stands in for her"


def test_while_nobody_has_it_the_next_in_charge_and_whoever_is_at_work_are_told():
    everybody = tuple(PART.workers)

    def told(now: datetime, *known: str) -> tuple[str, ...]:
        return ladder.further(PART, NAMED, "DO", now, known, everybody)

    assert told(EVENING, "HM", "JL") == ("MB", "PN"), "in until six"
    night = EVENING + timedelta(hours=4)
    assert told(night, "HM") == ("JL",), "one at a time by night"
    assert told(night, "HM", "JL") == ("MB",)
    assert told(night, "HM", "JL", "MB") == ("PN",)
    assert told(night, "HM", "JL", "MB", "PN") == ()


def test_whoever_books_a_visit_with_nobody_at_work_to_look_is_warned():
    plan = Plan(minutes=30, place="home", coming=(Coming("DO"),), starts_at=EVENING)

    def warned(plan: Plan, team: Team = PART) -> str:
        return ladder.nobody_looks(plan, team, NAMED, EVERYBODY)

    assert warned(replace(plan, starts_at=TWO)) == ""
    assert warned(plan) == (
        "At 18:25 nobody is at work to look for Dani: with no answer only Helen and Joe would be "
        "told, off work. An earlier time is safer."
    )
    assert warned(replace(plan, place="learning_centre")) == "", "nobody is out"
    assert warned(replace(plan, starts_at=None)) == ""
    off = replace(NAMED, visits=VisitRules())
    assert ladder.nobody_looks(plan, PART, off, EVERYBODY) == "", "it is switched off"
