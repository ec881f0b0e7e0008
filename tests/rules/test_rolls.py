"""On whose register a pupil stands, from two words of the pupils file."""

from __future__ import annotations

from datetime import date

import pytest

from bot.rules.rolls import Schools, Stands, reaches_back_to, stands

MILLRACE, MARL_BECK = 1, 2
SCHOOLS = Schools({"Millrace Centre": MILLRACE, "Marl Beck Academy": MARL_BECK}, MILLRACE)
BOTH = {Stands(MARL_BECK, "main"), Stands(MILLRACE, "subsidiary")}


@pytest.mark.parametrize(
    ("registration", "home", "expected"),
    [
        ("dual-M", "Marl Beck Academy", BOTH),
        (
            "dual-S",
            "Marl Beck Academy",
            {Stands(MARL_BECK, "subsidiary"), Stands(MILLRACE, "main")},
        ),
        ("single", "Marl Beck Academy", {Stands(MARL_BECK, "single")}),
        ("single", "none (PEx)", {Stands(MILLRACE, "single")}),
        ("dual-M", "none (PEx)", {Stands(MILLRACE, "single")}),
        ("dual-M", "Millrace Centre", {Stands(MILLRACE, "single")}),
    ],
)
def test_a_pupil_stands_where_registration_and_home_school_say(registration, home, expected):
    assert stands(registration, home, SCHOOLS) == expected


def test_with_no_provision_on_record_only_the_home_school_keeps_a_register():
    schools = Schools({"Marl Beck Academy": MARL_BECK}, None)
    assert stands("dual-M", "Marl Beck Academy", schools) == {Stands(MARL_BECK, "single")}
    assert stands("single", "none (PEx)", schools) == set()


@pytest.mark.parametrize(
    ("today", "since"),
    [(date(2026, 8, 31), date(2024, 9, 1)), (date(2026, 9, 1), date(2025, 9, 1))],
)
def test_last_school_years_register_can_still_come(today, since):
    assert reaches_back_to(today) == since
