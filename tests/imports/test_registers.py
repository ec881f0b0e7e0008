"""Registers in the shapes of the three systems give the same marks."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain import NotReady
from bot.imports.register_shapes import Shapes, taught
from bot.taskforce_file import read_practice, read_shapes
from tests.imports import registers
from tests.imports.registers import KAI, MARKS, MONDAY, as_csv, as_workbook, read, said

SHAPES = (
    registers.by_session(),
    registers.by_session(day=lambda day: day.isoformat()),
    registers.by_session(day=lambda day: f"{day:%d/%m/%Y} 08:50"),
    registers.by_day(),
    registers.by_day(day=lambda day: f"{day:%A, %d %B %Y}"),
    registers.by_week(),
    registers.by_week(day=lambda day: f"{day:%d/%m/%Y}"),
    registers.by_whole_days(),
)


@pytest.mark.parametrize("rows", SHAPES)
@pytest.mark.parametrize("written", [as_csv, as_workbook])
def test_the_same_week_is_read_from_every_shape(rows, written):
    assert said(written(rows)) == MARKS


@pytest.mark.parametrize("shape", [registers.by_session, registers.by_day, registers.by_whole_days])
def test_dates_a_workbook_knows_as_dates_are_read_as_they_are(shape):
    assert said(as_workbook(shape(day=lambda day: day))) == MARKS


def test_a_title_merged_over_the_table_and_a_list_beside_it_do_no_harm():
    def spoil(book, sheet):
        sheet.merge_range("A1:D1", "Millrace Centre, attendance")
        sheet.write_formula("F1", "=TODAY()", None, 46356)
        beside = book.add_worksheet("Codes")
        beside.write_row(0, 0, ["Code", "Meaning"])
        beside.hide()

    rows = [[], [], *registers.by_session()]
    assert said(as_workbook(rows, spoil)) == MARKS


def test_a_line_below_the_table_and_totals_beside_it_are_left_alone():
    rows = [[*cells, "%" if n == 0 else "87.5"] for n, cells in enumerate(registers.by_day())]
    below = ["Printed on 30/11/2026", "", "", "", "", ""]
    assert said(as_csv([*rows, below])) == MARKS


def test_letters_lost_in_a_name_nobody_reads_are_no_reason_to_refuse_a_register():
    content = as_csv(registers.by_day()).replace(b"Brook", b"Br\xf8k")
    assert said(content) == MARKS


def test_small_letters_are_the_same_codes():
    rows = [["UPN", "Date", "AM", "PM"], [KAI.lower(), "30/11/2026", "c2", "n"]]
    assert said(as_csv(rows)) == {(KAI, MONDAY, "am", "C2"), (KAI, MONDAY, "pm", "N")}


def test_a_register_of_the_time_before_august_2024_keeps_its_old_codes():
    rows = [["UPN", "Date", "Session", "Mark"], [KAI, "16/07/2024", "1", "H"]]
    assert said(as_csv(rows)) == {(KAI, date(2024, 7, 16), "am", "H")}


def test_a_session_told_twice_with_the_same_mark_is_told_once():
    rows = registers.by_session()
    assert said(as_csv([*rows, rows[1]])) == MARKS


def test_two_schools_may_say_different_things_of_one_session():
    heads = ["UPN", "School", "Date", "Session", "Mark"]
    rows = [[KAI, school, "30/11/2026", "AM", code] for school, code in
            (("Marl Beck Academy", "D"), ("Millrace Centre", "N"))]  # fmt: skip
    marks, faults = read(as_csv([heads, *rows]))
    assert not faults.listed
    assert [(mark.school, mark.code) for mark in marks] == [
        ("Marl Beck Academy", "D"),
        ("Millrace Centre", "N"),
    ]


def test_friday_may_stand_empty_in_a_week_exported_on_monday():
    rows = [["UPN", "Mon 30 Nov AM", "Fri 4 Dec AM"], [KAI, "/", ""]]
    assert said(as_csv(rows), today=MONDAY) == {(KAI, MONDAY, "am", "/")}


def test_each_mark_knows_where_it_stood_and_no_pupil_is_in_what_a_log_would_show():
    mark = read(as_csv(registers.by_week()))[0][2]
    assert str(mark.at.fault("is late.")) == "register, row 3, column Tue 1 Dec AM: 'N' is late."
    assert KAI not in repr(mark)


def test_a_taskforce_teaches_the_headings_of_its_own_system():
    own = taught({"Pupil ref": "upn", "Half-day": "session", "Code": "ignore", "Entry": "mark"})
    rows = registers.by_session()
    rows[0] = ["pupil_ref", "DATE", "half day", "entry"]
    rows = [[*cells, "x" if n else "Code"] for n, cells in enumerate(rows)]
    assert said(as_csv(rows), shapes=own) == MARKS
    assert read(as_csv(rows), shapes=Shapes())[1].listed


def test_the_headings_stand_in_the_taskforce_file_and_a_slip_stops_the_service(tmp_path):
    path = tmp_path / "taskforce.toml"
    path.write_text('[registers.headings]\n"Half-day" = "session"\n', "utf-8")
    assert read_shapes(path).meaning("HALF DAY") == "session"
    assert read_shapes(None).meaning("half day") is None
    path.write_text('[registers.headings]\n"Half-day" = "sesion"\n', "utf-8")
    with pytest.raises(NotReady, match="Did you mean session"):
        read_practice(path)
