"""Who answers for the service itself: somebody who is here, the manager first."""

from __future__ import annotations

from dataclasses import replace

from bot.rules.practice import Practice
from bot.rules.routing import Team, heads, in_charge, safeguarding
from tests.rules.test_routing import MARLBRIDGE, PRACTICE, TEAM, left

NIGHTS = replace(PRACTICE, out_of_hours=("TW", "JL"))


def test_the_manager_is_in_charge_and_then_whoever_comes_next():
    assert in_charge(TEAM, NIGHTS)[:4] == ("HM", "JL", "TW", "MB")
    assert set(in_charge(TEAM, NIGHTS)) == set(MARLBRIDGE)


def test_with_the_manager_gone_it_is_the_safeguarding_lead_then_nights_then_duty():
    assert in_charge(left("HM"), NIGHTS)[0] == "JL"
    assert in_charge(left("HM", "JL"), NIGHTS)[0] == "TW"
    assert in_charge(left("HM", "JL", "TW"), NIGHTS)[0] == "MB"


def test_with_all_of_them_gone_it_is_anybody_who_is_here():
    alone = left(*(ref for ref in MARLBRIDGE if ref != "RA"))
    assert in_charge(alone, NIGHTS) == ("RA",)
    assert heads(alone, NIGHTS) == ("RA",)
    assert safeguarding(alone, NIGHTS) == "RA"


def test_nobody_is_in_charge_only_where_nobody_is_left():
    assert in_charge(left(*MARLBRIDGE), NIGHTS) == ()
    assert heads(Team({}), Practice()) == ()
    assert safeguarding(Team({}), Practice()) == ""


def test_manager_and_safeguarding_lead_are_told_together_and_one_of_them_alone():
    assert heads(TEAM, NIGHTS) == ("HM", "JL")
    assert heads(left("HM"), NIGHTS) == ("JL",)
    assert heads(left("JL"), NIGHTS) == ("HM",)
    assert heads(left("HM", "JL"), NIGHTS) == ("TW",)


def test_danger_is_the_safeguarding_leads_then_the_managers():
    assert safeguarding(TEAM, NIGHTS) == "JL"
    assert safeguarding(left("JL"), NIGHTS) == "HM"


def test_what_is_hidden_from_somebody_goes_to_the_next():
    gone = left("HM", "JL")
    assert in_charge(gone, NIGHTS, {"TW"})[0] == "MB"
    assert heads(gone, NIGHTS, {"TW", "MB"})[0] not in {"TW", "MB", "HM", "JL"}
    assert safeguarding(gone, NIGHTS, {"TW"}) == "MB"
