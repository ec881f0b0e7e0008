"""One week of the half term in docs/attendance-term.md, with the rules every message keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from tests.term import PAGE, the_term
from tests.term_checks import faults
from tests.term_lines import Line
from tests.term_page import HEAD, SITUATIONS, page

ROOT = Path(__file__).parents[1]
MONDAY, SUNDAY = date(2026, 11, 16), date(2026, 11, 22)


async def test_in_a_week_of_marlbridge_no_family_is_written_to_against_its_rules():
    lines, wrong = await the_term(MONDAY, SUNDAY)
    assert wrong == []
    leo, billie = (section(page(lines), case) for case in ("P21", "P24"))
    assert "| Wed 18 Nov, 10:15 | absence | mother |  |" in leo
    assert "not sent: check_in | mother | opted out of texts: phone or visit |" in leo
    assert "Tue 17 Nov, 10:15" not in billie  # her mark was put right at five past ten
    assert "| Tue 17 Nov, 18:30 | agreed_reminder | mother |  |" in billie
    asked = next(line for line in lines if line.kind == "absence" and line.sent)
    for spoilt, said in BROKEN.items():
        assert any(said in fault for fault in faults([*lines, spoil(asked, spoilt)], [])), spoilt


def section(told: str, case: str) -> str:
    """What the page says about one case."""
    return told.partition(f"## {case}\n")[2].partition("## ")[0]


BROKEN = {
    "at night": "in quiet hours",
    "after noon": "not at its time",
    "again": "said twice",
    "twice a day": "more than a phone is to get",
    "to Kerry": "outside their own hours",
    "to Nadine": "asked for no texts",
    "without a mark": "the registers said",
    "at Christmas": "in the holidays",
    "on Saturday": "no school that day",
    "at half term": "no school that day",
}


def spoil(line: Line, how: str) -> Line:
    """Break one rule: a check that cannot fail is worth nothing."""
    changed = {
        "at night": {"at": line.at.replace(hour=22)},
        "after noon": {"at": line.at.replace(hour=12, minute=30)},
        "again": {},
        "twice a day": {"at": line.at + timedelta(minutes=5), "kind": "check_in"},
        "to Kerry": {"case": "P19"},
        "to Nadine": {"case": "P22"},
        "without a mark": {},
        "at Christmas": {"at": line.at.replace(month=12, day=22), "kind": "check_in"},
        "on Saturday": {"at": line.at.replace(day=21), "kind": "praise"},
        "at half term": {"at": line.at.replace(month=10, day=30), "kind": "first_day"},
    }[how]
    return replace(line, **changed)


def test_the_page_begins_as_the_command_writes_it():
    written = PAGE.read_text(encoding="utf-8").splitlines()
    assert tuple(written[: len(HEAD)]) == HEAD


def test_every_situation_of_a_family_is_played_by_the_test_the_page_names():
    for _situation, file, test in SITUATIONS:
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), test
