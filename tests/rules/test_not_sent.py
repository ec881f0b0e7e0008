"""What did not go is called by what it would have been."""

from __future__ import annotations

from typing import get_args

import pytest

from bot.rules.not_sent import NAMES, UNNAMED, would_have_been
from bot.rules.nudges import Kind


@pytest.mark.parametrize(
    ("job", "key", "said"),
    [
        ("check_in", "check_in/C01/2026-11-30", "weekly check-in"),
        ("attendance", "attendance/P03/absence/2026-12-01/C03", "question about an absence"),
        (
            "attendance",
            "attendance/P03/agreed_reminder/2026-12-01/4/C03",
            "reminder they asked for",
        ),
        ("attendance", "attendance/P03/praise/2026-12-04/C03", "praise for coming in"),
        ("days_missed", "days_missed/P03/2026-12-01", "days missed this half term"),
        ("something_new", "check_in", UNNAMED),
        ("attendance", "attendance", UNNAMED),
    ],
)
def test_a_message_that_did_not_go_has_a_name_in_plain_words(job, key, said):
    assert would_have_been(job, key) == said


def test_everything_said_about_school_has_a_name_of_its_own():
    named = {
        kind: would_have_been("attendance", f"attendance/P1/{kind}/x") for kind in get_args(Kind)
    }
    assert len(set(named.values()) - {UNNAMED}) == len(named)
    assert UNNAMED not in NAMES.values()
