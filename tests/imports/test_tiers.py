"""Which tiers a rule is for stands in taskforce.toml, and a slip is refused."""

from __future__ import annotations

import pytest

from bot.imports.attendance_rules import attendance_rules
from bot.rules.practice import Tiers


def test_what_is_not_named_is_as_usual():
    assert attendance_rules({}).tiers == Tiers(frozenset({2}))
    kept = attendance_rules({"tiers": {"placements": [1, 2]}}).tiers
    assert kept == Tiers(placements=frozenset({1, 2}))


@pytest.mark.parametrize("listed", [[4], ["2"], [True], [0]])
def test_a_tier_nobody_has_is_refused(listed):
    with pytest.raises(ValueError, match=r"tiers\.messages is .* not some of 1, 2 and 3"):
        attendance_rules({"tiers": {"messages": listed}})
