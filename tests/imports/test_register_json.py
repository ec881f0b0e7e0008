"""A register as a JSON list is read as every file is, or refused with its row."""

from __future__ import annotations

import json

import pytest

from bot.imports.faults import Rejected
from bot.imports.register_json import written_as_table
from tests.imports.registers import KAI, MARKS, SESSIONS, WEEK, read, said

MARK = {"upn": KAI, "date": "2026-11-30", "session": "AM", "code": "/"}


def table(marks) -> bytes:
    return written_as_table("register.json", json.dumps(marks).encode())


def faults(marks) -> list[tuple[int, str, str]]:
    body = marks if isinstance(marks, bytes) else json.dumps(marks).encode()
    with pytest.raises(Rejected) as refusal:
        written_as_table("register.json", body)
    return [(fault.row, fault.column, fault.advice) for fault in refusal.value.faults]


def test_a_list_says_what_a_file_of_the_same_week_says():
    marks = [
        {"upn": upn, "school": None, "date": day.isoformat(), "session": half, "code": code}
        for upn, codes in WEEK.items()
        for (day, half), code in zip(SESSIONS, codes, strict=True)
    ]
    assert said(table(marks)) == MARKS


def test_words_that_would_break_a_table_stay_in_their_cell():
    written = table([{**MARK, "school": 'A, "B"\r\nC'}])
    assert written.endswith(b'"A, ""B""\r\nC",2026-11-30,AM,/\r\n')


@pytest.mark.parametrize(
    ("marks", "row", "column", "advice"),
    [
        (b"upn,date", 1, "", "cannot be read as JSON"),
        (b"[" * 100_000, 1, "", "cannot be read as JSON"),
        (b"[" + b"9" * 5_000 + b"]", 1, "", "cannot be read as JSON"),
        (MARK, 1, "", "is no list"),
        ([], 1, "", "has no marks"),
        ([MARK, "/"], 3, "", "is no object"),
        ([{**MARK, "name": "Kai Thornton"}], 2, "", "has more than upn, school, date"),
        ([MARK, {"upn": KAI, "date": "2026-11-30", "session": "AM"}], 3, "Code", "is missing"),
        ([{**MARK, "session": 1}], 2, "Session", "is no text"),
        ([{**MARK, "school": 0}], 2, "School", "is no text"),
    ],
)
def test_a_list_that_is_built_wrongly_is_refused_with_its_row(marks, row, column, advice):
    [(at, where, remedy)] = faults(marks)
    assert (at, where) == (row, column)
    assert advice in remedy
    assert "Kai" not in remedy


def test_half_a_letter_is_refused_by_whoever_reads_the_table():
    marks, told = read(table([MARK, {**MARK, "upn": "\ud800"}]))
    assert [mark.upn for mark in marks] == [KAI]
    assert [(fault.row, fault.column) for fault in told.listed] == [(3, "UPN")]
