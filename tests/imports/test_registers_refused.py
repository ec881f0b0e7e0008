"""Registers that are refused whole: where the fault is, what stands there and what to do."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.imports.faults import Rejected
from tests.imports import registers
from tests.imports.registers import KAI, OLA, as_csv, as_workbook, read

HEADS = ["UPN", "Date", "Session", "Mark"]
GOOD = [OLA, "30/11/2026", "AM", "/"]


def one(upn=KAI, day="01/12/2026", session="AM", mark="N", heads=HEADS):
    """A register whose second row may be spoilt."""
    return [heads, GOOD, [upn, day, session, mark]]


CELLS = (
    ({"upn": ""}, "UPN", "", "temporary UPN"),
    ({"upn": "A38400001700"}, "UPN", "A38400001700", "has 12 characters"),
    ({"upn": "B384000017001"}, "UPN", "B384000017001", "does not add up"),
    ({"upn": "384000017001"}, "UPN", "384000017001", "Format the column as text"),
    ({"upn": "3.84E+11"}, "UPN", "3.84E+11", "Format the column as text"),
    ({"day": ""}, "Date", "", "as in 30/11/2026"),
    ({"day": "yesterday"}, "Date", "yesterday", "as in 30/11/2026"),
    ({"day": "07/12/2026"}, "Date", "07/12/2026", "in the future"),
    ({"day": "28/11/2026"}, "Date", "28/11/2026", "is a Saturday"),
    ({"day": "30/11/1026"}, "Date", "30/11/1026", "10 years ago"),
    ({"day": "11/30/2026"}, "Date", "11/30/2026", "Americans"),
    ({"day": "31/11/2026"}, "Date", "31/11/2026", "no day of the calendar"),
    ({"day": "01/12/26"}, "Date", "01/12/26", "two digits"),
    ({"day": "Mon 01/12/2026"}, "Date", "Mon 01/12/2026", "was a Tuesday"),
    ({"day": "46356"}, "Date", "46356", "Format the column as dates"),
    ({"session": "Lunch"}, "Session", "Lunch", "Write AM or PM"),
    ({"session": ""}, "Session", "", "Write AM or PM"),
    ({"mark": "C3"}, "Mark", "C3", "Did you mean C"),
    ({"mark": "0"}, "Mark", "0", "Did you mean O?"),
    ({"mark": "l"}, "Mark", "l", "Did you mean L or I?"),
    ({"mark": "Present"}, "Mark", "Present", "Export the codes"),
    ({"mark": "\\"}, "Mark", "\\", "swapped"),
    ({"mark": "/", "session": "PM"}, "Mark", "/", "swapped"),
    ({"mark": "J"}, "Mark", "J", "now J1"),
    ({"upn": OLA, "day": "30/11/2026"}, "Mark", "N", "row 2 says"),
)


@pytest.mark.parametrize("written", [as_csv, as_workbook])
@pytest.mark.parametrize("spoilt, column, value, advice", CELLS)
def test_a_slip_in_one_cell_refuses_the_register_and_says_what_to_do(
    spoilt, column, value, advice, written
):
    _, faults = read(written(one(**spoilt)))
    assert [(f.row, f.column, f.value) for f in faults.listed] == [(3, column, value)]
    assert advice in faults.listed[0].advice
    with pytest.raises(Rejected):
        faults.refuse()


WIDE = ["UPN", "Mon 30 Nov AM", "Mon 30 Nov PM"]
TEXTS = (
    (b"", 1, "", "is empty"),
    (as_csv([["Report"], ["of", "marks"]]), 1, "", "no headings in its first 10"),
    (as_csv([*[["Report"]] * 10, *one()]), 1, "", "no headings in its first 10"),
    (as_csv([HEADS]), 1, "", "no rows"),
    (as_csv([["UPN", "Date", "Sesion", "Mark"], GOOD]), 1, "Session", "Did you mean Sesion?"),
    (as_csv([["UPN", "Date", "AM"], [KAI, "30/11/2026", "/"]]), 1, "PM", "is missing"),
    (as_csv([["Name", *HEADS[1:]], GOOD]), 1, "UPN", "is missing"),
    (as_csv([[*WIDE, "MON 30 NOV (AM)"], [KAI, "", "", ""]]), 1, "MON 30 NOV (AM)", "same as Mon"),
    (as_csv([[*HEADS, "Code"], [*GOOD, "N"]]), 1, "Code", "same as Mark"),
    (as_csv([[*HEADS, "AM", "PM"], [*GOOD, "", ""]]), 1, "", "two kinds"),
    (as_csv([["UPN", "30 Nov AM"], [KAI, "/"]]), 1, "30 Nov AM", "with its year"),
    (as_csv([["UPN", "Tue 30 Nov AM"], [KAI, "/"]]), 1, "Tue 30 Nov AM", "past year"),
    (as_csv([["UPN", "Sat 28 Nov AM"], [KAI, "/"]]), 1, "Sat 28 Nov AM", "is a Saturday"),
    (as_csv([["UPN", "30/11/2026"], [KAI, "/"]]), 2, "30/11/2026", "not two marks"),
    (as_csv([HEADS, [*GOOD, "more"]]), 2, "", "has 5 cells and the header 4"),
    (as_csv([HEADS, GOOD[:3]]), 2, "", "has 3 cells and the header 4"),
    (as_csv([HEADS, GOOD]).replace(b"AM,/", b'"AM,/'), 2, "", "quotation mark"),
    (as_csv([HEADS, GOOD]).replace(b"AM", b"A\0M"), 2, "Session", "control sign"),
    (as_csv([HEADS, GOOD]).replace(b"AM", b"A\xe9"), 2, "Session", "not UTF-8"),
    (as_csv([HEADS, GOOD]).replace(b",", b";"), 1, "", "not divided by commas"),
    (as_csv([HEADS, GOOD]).decode().encode("utf-16"), 1, "", "UTF-16"),
    (as_csv([HEADS, GOOD]).decode().encode("utf-16-le"), 1, "", "UTF-16"),
    (b"%PDF-1.7", 1, "", "is a PDF"),
    (b"\xd0\xcf\x11\xe0" + bytes(600), 1, "", "old Excel workbook"),
    (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), 1, "", "password"),
    (b"PK\x03\x04 and no more", 1, "", "is broken"),
    (b"x" * 20_000_001, 1, "", "larger than 20 MB"),
)


@pytest.mark.parametrize("content, row, column, advice", TEXTS)
def test_a_file_that_is_no_sound_register_is_refused_with_what_to_do(content, row, column, advice):
    marks, faults = read(content)
    told = [(fault.row, fault.column) for fault in faults.listed if advice in fault.advice]
    assert told[:1] == [(row, column)], faults.lines()
    assert not [mark for mark in marks if mark.at.row >= row]


def zipped(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def unzipped(content):
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def respelt(part, old, new):
    parts = unzipped(as_workbook(one()))
    assert old in parts[part]
    return zipped({**parts, part: parts[part].replace(old, new)})


SHEET, WORDS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def second_sheet(book, _, *, hidden=False):
    beside = book.add_worksheet("Spring")
    for row, cells in enumerate(one()):
        beside.write_row(row, 0, cells)
    if hidden:
        beside.hide()


def lying_about_its_length():
    """A part that claims a hundred bytes and unpacks to a quarter of a gigabyte."""
    name, claimed = b"xl/media/a", (100).to_bytes(4, "little")
    content = bytearray(zipped({"xl/workbook.xml": b"<workbook/>", name.decode(): bytes(1 << 28)}))
    here, there = content.find(name) - 8, content.rfind(name) - 22  # where each header claims it
    content[here : here + 4] = content[there : there + 4] = claimed
    return bytes(content)


# Made when they are asked for: a quarter of a gigabyte takes a second to pack.
WORKBOOKS = {
    "a formula": (
        lambda: as_workbook(one(), lambda _, sheet: sheet.write_formula("D3", '="N"', None, "N")),
        3, "Mark", "formula",
    ),
    "an error": (
        lambda: respelt(SHEET, b'<c r="D3" t="s"><v>10</v>', b'<c r="D3" t="e"><v>#N/A</v>'),
        3, "Mark", "error",
    ),
    "merged cells": (
        lambda: as_workbook(one(), lambda _, sheet: sheet.merge_range("A3:A4", KAI)),
        3, "UPN", "merged",
    ),
    "two sheets": (
        lambda: as_workbook(one(), second_sheet), 1, "", "more than one sheet (Marks, Spring)",
    ),
    "a hidden sheet": (
        lambda: as_workbook(one(), lambda *of: second_sheet(*of, hidden=True)),
        1, "", "hidden sheet (Spring)",
    ),
    "no sheet with marks": (lambda: as_workbook([["Meals"], [3]]), 1, "", "no headings"),
    "another zip file": (lambda: zipped({"mimetype": b"x"}), 1, "", "no Excel workbook"),
    "a sheet cut off": (lambda: respelt(SHEET, b"</worksheet>", b""), 1, "", "is broken"),
    "a document type": (
        lambda: respelt(SHEET, b"<worksheet", b'<!DOCTYPE w [<!ENTITY a "b">]><worksheet'),
        1, "", "is broken",
    ),
    "a cell at the far end": (
        lambda: respelt(SHEET, b'r="D3"', b'r="XFD1048576"'), 1, "", "unpacks to",
    ),
    "a word for every cell": (
        lambda: respelt(WORDS, b">Session<", b">" + b"x" * 90_000_000 + b"<"), 1, "", "unpacks to",
    ),
    "a bomb": (lambda: zipped({"xl/workbook.xml": bytes(1 << 28)}), 1, "", "is broken"),
    "a bomb that lies": (lying_about_its_length, 1, "", "unpacks to"),
}  # fmt: skip


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_a_workbook_that_hides_or_computes_or_explodes_is_refused_with_what_to_do(kind):
    made, row, column, advice = WORKBOOKS[kind]
    faults = read(made())[1].listed
    told = [(fault.row, fault.column) for fault in faults if advice in fault.advice]
    assert told == [(row, column)], [str(fault) for fault in faults]


def test_every_fault_is_told_once_in_the_order_of_the_rows():
    rows = [HEADS, ["", "30/11/2026", "AM", "/"], [KAI, "x", "Noon", "Q9"], GOOD]
    marks, faults = read(as_csv(rows), file="week.csv")
    assert [mark.upn for mark in marks] == [OLA]
    assert [(fault.row, fault.column) for fault in faults.listed] == [(2, "UPN"), (3, "Date")]
    assert faults.lines()[1] == (
        "week.csv, row 3, column Date: 'x' is no date. Write it as in 30/11/2026."
    )


def test_a_thousand_faults_are_two_hundred_and_a_number():
    _, faults = read(as_csv([HEADS, *([KAI, "30/11/2026", "AM", "?"] for _ in range(1000))]))
    assert (len(faults.listed), faults.lines()[-1]) == (200, "and 800 more")
    with pytest.raises(Rejected, match="1000 faults in the files"):
        faults.refuse()


def test_no_pupil_and_no_mark_is_in_what_a_log_would_show_of_a_refusal():
    _, faults = read(as_csv(one(mark="C3")))
    with pytest.raises(Rejected) as rejected:
        faults.refuse()
    shown = repr(rejected.value) + str(rejected.value) + repr(rejected.value.faults)
    assert KAI not in shown
    assert "C3" not in shown


SOUND = {as_csv(registers.by_week()), as_workbook(registers.by_week())}


@settings(
    deadline=None, derandomize=True, max_examples=80, suppress_health_check=[HealthCheck.too_slow]
)
@given(
    st.sampled_from(sorted(SOUND)), st.integers(0, 6000), st.integers(0, 8), st.binary(max_size=8)
)
def test_a_damaged_register_is_read_or_refused(content, start, cut, patch):
    _, faults = read(content[:start] + patch + content[start + cut :])
    "\n".join(faults.lines()).encode()  # can be shown on any terminal
