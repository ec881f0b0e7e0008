"""Registers as three systems export them: the same week of the same pupils, in every shape."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from importlib.resources import files

import xlsxwriter

from bot.imports.faults import Faults
from bot.imports.register_shapes import Shapes
from bot.imports.registers import read_register
from bot.rules.marks import read_codes

CODES = read_codes(
    csv.DictReader((files("bot.data") / "attendance_codes.csv").read_text("utf-8").splitlines())
)
TODAY = date(2026, 12, 4)  # a Friday
MONDAY = date(2026, 11, 30)
KAI, OLA = "A384000017001", "A384000018002"
WEEK = {  # morning and afternoon, Monday to Friday; nobody has marked Friday afternoon
    KAI: ("/", "\\", "N", "N", "/", "C2", "D", "D", "Y1", ""),
    OLA: ("L", "\\", "#", "#", "B", "B", "I", "I", "U", ""),
}
SESSIONS = [(MONDAY + timedelta(n // 2), ("am", "pm")[n % 2]) for n in range(10)]
MARKS = {
    (upn, day, half, code)
    for upn, codes in WEEK.items()
    for (day, half), code in zip(SESSIONS, codes, strict=True)
    if code
}


def by_session(day=lambda day: f"{day:%d/%m/%Y}"):
    """One row for each pupil and session."""
    rows = [
        [upn, day(on), half.upper(), code]
        for upn, codes in WEEK.items()
        for (on, half), code in zip(SESSIONS, codes, strict=True)
    ]
    return [["UPN", "Date", "Session", "Mark"], *rows]


def by_day(day=lambda day: f"{day:%d-%b-%Y}"):
    """One row for each pupil and day."""
    rows = [
        ["Brook, Kai", upn, day(on), *codes[2 * place : 2 * place + 2]]
        for upn, codes in WEEK.items()
        for place, (on, _) in enumerate(SESSIONS[::2])
    ]
    return [["Name", "Unique Pupil Number", "Attendance date", "AM Mark", "PM Mark"], *rows]


def by_week(day=lambda day: f"{day:%a %-d %b}"):
    """One row for each pupil, two columns for each day; a title above, as reports have."""
    heads = ["Student UPN", "Reg", *(f"{day(on)} {half.upper()}" for on, half in SESSIONS)]
    return [
        ["Attendance report", *[""] * 11],
        heads,
        *([upn, "9B", *(code or "-" for code in codes)] for upn, codes in WEEK.items()),
    ]


def by_whole_days(day=lambda day: day.isoformat()):
    """One row for each pupil, one column for both marks of a day."""
    rows = [
        [upn, *("".join(code or "-" for code in codes[n : n + 2]) for n in range(0, 10, 2))]
        for upn, codes in WEEK.items()
    ]
    return [["UPN", *(day(on) for on, _ in SESSIONS[::2])], *rows]


def as_csv(rows):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def as_workbook(rows, spoil=lambda book, sheet: None, sheet="Marks"):
    """Write a workbook; `spoil` may do more to it."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False})
    page = book.add_worksheet(sheet)
    as_date = book.add_format({"num_format": "dd/mm/yyyy"})
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, date):
                page.write_datetime(row, column, cell, as_date)
            elif cell != "":
                page.write(row, column, cell)
    spoil(book, page)
    book.close()
    return out.getvalue()


def read(content, shapes=None, today=TODAY, file="register"):
    """Read a file: its rows and its faults."""
    faults = Faults()
    marks = read_register(file, content, shapes or Shapes(), CODES, faults.note, today=today)
    return list(marks), faults


def said(content, **known):
    """Give the marks of a file that has no fault."""
    marks, faults = read(content, **known)
    assert faults.lines() == []
    assert len(marks) == len(set(marks))
    return {(mark.upn, mark.day, mark.half, mark.code) for mark in marks}


def read_each(content):
    """Read a sound file mark by mark, keeping none."""
    faults = Faults()
    yield from read_register("register", content, Shapes(), CODES, faults.note, today=TODAY)
    assert faults.lines() == []
