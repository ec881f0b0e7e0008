"""Whole files that are wrong, many faults at once, and whatever else may come."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.imports.faults import Rejected
from bot.imports.people import read_people
from tests.imports.demo_files import (
    DEMO,
    changed,
    demo,
    faults_of,
    only_fault,
    replaced,
    without,
    written,
)


@pytest.mark.parametrize(
    "content, advice",
    [
        (b"", "is empty"),
        (b"\n\n , \n", "is empty"),
        (b"PK\x03\x04rest", "workbook"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel"),
        ("name,kind".encode("utf-16"), "UTF-16"),
        (b"date,type\n2026-09-01,inset\n", "calendar"),
        (b"name;kind;borough;calendar\n", "not divided by commas"),
        (b"colour,shape\nred,round\n", "no people file"),
        (b"name,note\na,b\n", "no people file"),
        (b"name,kind,borough,calendar,note\n", "no rows"),
        (b'"name,kind', "never closed"),
    ],
)
def test_a_file_that_is_none_of_ours_is_told_what_to_do(content, advice):
    faults = faults_of(replaced("schools", content))
    assert any(fault.file == "schools.csv" and advice in fault.advice for fault in faults)


def test_while_one_file_cannot_be_read_nobody_in_the_others_is_called_unknown():
    assert only_fault(replaced("pupils", b"")).file == "pupils.csv"


def test_a_file_that_is_not_utf8_names_the_first_cell_and_how_to_save():
    text = DEMO["carers"].replace("Thornton", "Thörnton").replace("Wrona", "Wröna")
    fault = only_fault(replaced("carers", text.encode("cp1252")))
    assert (fault.row, fault.column) == (2, "name")
    assert "UTF-8" in fault.advice
    assert "2 cells" in fault.advice
    assert "Leanne Th\ufffdrnton" in str(fault)


def test_a_letter_that_was_lost_earlier_is_seen():
    text = changed("carers", (2, "name", "Leanne Th\ufffdrnton"))
    assert only_fault(demo(carers=text)).column == "name"


def test_a_missing_column_is_named():
    fault = only_fault(demo(carers=without("carers", "do_not_use")))
    assert (fault.row, fault.column) == (1, "do_not_use")
    assert "missing" in fault.advice


def test_a_heading_with_a_slip_is_missing_and_the_right_one_is_proposed():
    text = DEMO["carers"].replace("opted_out", "opted_uot", 1)
    missing, strange = faults_of(demo(carers=text))
    assert missing.column == "opted_out"
    assert "Did you mean opted_out?" in strange.advice


def test_a_column_nobody_knows_is_not_passed_over():
    text = "\n".join(
        f"{line},{'do_not_text' if number == 0 else 'Y'}"
        for number, line in enumerate(DEMO["schools"].splitlines())
    )
    assert only_fault(demo(schools=text)).column == "do_not_text"


def test_a_column_without_a_heading_is_told():
    text = DEMO["schools"].replace("name,kind,borough", "name,kind,", 1)
    faults = faults_of(demo(schools=text))
    assert {fault.column for fault in faults} == {"borough", ""}


def test_a_column_that_comes_twice_is_told():
    text = DEMO["schools"].replace("borough,calendar", "borough,borough", 1)
    faults = faults_of(demo(schools=text))
    assert any("twice" in fault.advice for fault in faults)


def test_an_older_pupils_file_needs_all_it_says_about_an_adult():
    fault = only_fault(demo(pupils=without("pupils", "channel"), carers=None))
    assert (fault.row, fault.column) == (1, "channel")


@pytest.mark.parametrize("row", ["Cawder High,home_school", "Cawder,High,home_school,M,c.csv,n,x"])
def test_a_row_with_a_comma_too_few_or_too_many_is_told(row):
    text = DEMO["schools"].replace("Cawder High,home_school,Marlbridge,calendar_2026_27.csv,", row)
    fault = next(f for f in faults_of(demo(schools=text)) if f.file == "schools.csv")
    assert (fault.row, fault.column) == (4, "")
    assert "cells" in fault.advice


def test_a_quotation_mark_left_open_swallows_no_family():
    text = DEMO["carers"].replace("P16,mother,", 'P16,"mother,', 1)
    fault = only_fault(demo(carers=text))
    assert "never closed" in fault.advice
    assert fault.row == 20


def test_rows_are_counted_as_a_spreadsheet_counts_them():
    text = changed("carers", (2, "note", "first line\nsecond line"), (3, "phone", "07700"))
    assert only_fault(demo(carers=text)).row == 3


# All at once


def test_an_adult_s_number_knows_where_it_stands_for_what_is_found_out_later():
    older = [(name, content) for name, content in demo() if name != "carers.csv"]
    for given_files, place in ((demo(), "carers.csv, row 2, column phone"),
                               (older, "pupils.csv, row 2, column carer_phone")):  # fmt: skip
        leanne = read_people(given_files).carers[0]
        assert str(leanne.phone_at.fault("is taken.")) == f"{place}: '07700 900100' is taken."


def test_every_fault_of_every_file_is_told_at_once_in_the_order_of_files_and_rows():
    wrong = {
        "staff": [(2, "hours", "Mon 9-5"), (4, "deputy", "MB"), (5, "phone", "070 1234 5678")],
        "schools": [(3, "kind", "school")],
        "pupils": [
            (2, "upn", "B384000017001"),
            (3, "year", "x"),
            (4, "key_worker", "QQ"),
            (5, "home_school", "Nowhere"),
            (6, "status", "gone"),
        ],
        "carers": [
            (2, "phone", "01632 960100"),
            (3, "reads", "zz"),
            (4, "do_not_use", ""),
            (5, "contact_hours", "12:00-10:00"),
            (7, "pupil", "P77"),
            (10, "opted_out", "Y"),
            (21, "contact_days", "Someday"),
        ],
    }
    faults = faults_of(demo(**{kind: changed(kind, *cells) for kind, cells in wrong.items()}))
    told = [(fault.file, fault.row, fault.column) for fault in faults]
    assert told == [
        (f"{kind}.csv", row, column) for kind, cells in wrong.items() for row, column, _ in cells
    ]
    assert len(told) == 16


def test_the_refusal_itself_tells_a_log_only_how_many_faults():
    with pytest.raises(Rejected) as rejected:
        read_people(demo(carers=changed("carers", (2, "phone", "01632 960100"))))
    assert str(rejected.value) == "1 fault in the files: nothing imported"
    assert "960100" not in repr(rejected.value) + repr(rejected.value.faults)
    assert "01632 960100" in str(rejected.value.faults[0])


def test_a_cell_cannot_write_to_the_terminal_it_is_shown_on():
    text = changed("carers", (2, "channel", "\x1b[2Jsms\n" + "x" * 100))
    for fault in faults_of(demo(carers=text)):
        assert str(fault).isprintable()
        assert len(str(fault)) < 250


# Whatever comes


def read_or_reject(given_files):
    try:
        read_people(given_files)
    except Rejected as rejected:
        told = [str(fault) + fault.value for fault in rejected.faults]
        "\n".join(told).encode()  # can be shown on any terminal
        if not told:
            raise


@settings(deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.text(max_size=5), st.binary(max_size=300)), max_size=4))
def test_random_bytes_are_read_or_refused(given_files):
    read_or_reject(given_files)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    st.sampled_from(sorted(DEMO)), st.integers(0, 4000), st.integers(0, 8), st.binary(max_size=8)
)
def test_a_damaged_demo_file_is_read_or_refused(kind, start, cut, patch):
    content = DEMO[kind].encode()
    read_or_reject(replaced(kind, content[:start] + patch + content[start + cut :]))


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.sampled_from(sorted(DEMO)), st.data())
def test_any_words_in_any_cell_are_read_or_refused(kind, data):
    header = DEMO[kind].splitlines()[0].split(",")
    cells = [data.draw(st.text(max_size=12)) for _ in header]
    read_or_reject([(kind, written([header, cells]).encode("utf-8", "surrogatepass"))])


def test_the_import_in_the_readme_is_one_that_works():
    root = Path(__file__).parents[2]
    line = re.search(r"import people (\S+)\{(\S+)\}\.csv", (root / "README.md").read_text("utf-8"))
    assert line is not None
    named = [root / f"{line[1]}{kind}.csv" for kind in line[2].split(",")]
    assert read_people([(path.name, path.read_bytes()) for path in named]).pupils
