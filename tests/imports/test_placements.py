"""The files of placements and agreed sessions: all of it, or every fault with its cell."""

from __future__ import annotations

from datetime import date

import pytest

from bot.imports.faults import Rejected
from bot.imports.placements import PLACEMENTS, SESSIONS, read_placements, read_sessions
from bot.settings import DEMO

TODAY = date(2026, 11, 30)
KNOWN = frozenset(f"P{number:02}" for number in range(1, 25))


def faults(read, header, *rows: str, **more) -> list[tuple[int, str]]:
    content = "\n".join((",".join(header), *rows)).encode()
    with pytest.raises(Rejected) as refused:
        read("given.csv", content, KNOWN, **more)
    return [(fault.row, fault.column) for fault in refused.value.faults]


def test_every_fault_of_a_placement_is_named_with_its_cell():
    found = faults(
        read_placements,
        PLACEMENTS,
        "P99,2026-11-30,,,,,",
        "P01,30.11.2026,,,87.55,,holiday",
        "P02,2026-11-30,2026-11-02,,,,",
        "P02,2026-11-30,,,,,",
        "P03,2026-11-30",
        today=TODAY,
    )
    assert found == [
        *((2, "pupil"), (3, "starts_on"), (3, "attendance_before"), (3, "hold")),
        *((4, "agreed_end"), (5, "pupil"), (6, "")),
    ]


def test_every_fault_of_agreed_sessions_is_named_with_its_cell():
    found = faults(
        read_sessions,
        SESSIONS,
        "P01,reduced,mon am;sat am,2026-12-01,2026-12-18,the family",
        "P01,reduced,mon am,2026-12-18,2026-12-01,the family",
        "P01,shorter,mon am,,2026-12-18,nobody",
    )
    assert found == [(2, "sessions"), (3, "until"), (4, "kind"), (4, "from"), (4, "agreed_by")]


def test_a_heading_nobody_knows_refuses_the_file():
    assert faults(read_sessions, ("pupil", "kind", "session", "from", "until", "agreed_by")) == [
        (1, "sessions"),
        (1, "session"),
    ]


def test_marlbridge_has_its_placements():
    placed = read_placements("p.csv", (DEMO / "placements.csv").read_bytes(), KNOWN, TODAY)
    by_pupil = {row.pupil: row for row in placed}
    assert by_pupil["P03"].placed.excluded_on == date(2026, 11, 16)
    assert by_pupil["P16"].placed.week(TODAY) == 12
    assert by_pupil["P07"].hold == "ebsa"
