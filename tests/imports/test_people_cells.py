"""One slip in one cell: where it is and what to do about it."""

from __future__ import annotations

import pytest

from bot.imports.people import read_people
from tests.imports.demo_files import (
    changed,
    demo,
    faults_of,
    only_fault,
    without,
)

CELLS = (
    ("staff", 3, "id", "D O", "no id"),
    ("staff", 2, "name", "", "empty"),
    ("staff", 2, "fte", "6", "share"),
    ("staff", 2, "hours", "", "Mon 08:30-17:00"),
    ("staff", 2, "hours", "Mon 17:00-08:30", "ends before"),
    ("staff", 2, "hours", "Mon 08:30-17:00;Mon 18:00-19:00", "twice"),
    ("staff", 2, "hours", "Mon", "no day with hours"),
    ("staff", 2, "hours", "Noday 08:30-17:00", "day that is none"),
    ("staff", 2, "hours", "Mon 08:30-25:00", "time that is none"),
    ("staff", 2, "days", "Mon;Tue", "same days"),
    ("staff", 3, "late_until", "Wed 18:00", "does not end"),
    ("staff", 2, "phone", "01632 960100", "landline"),
    ("staff", 3, "phone", "07700 900001", "row 2 of staff.csv"),
    ("staff", 3, "chat_channel", "telegramm", "Did you mean telegram?"),
    ("staff", 2, "deputy", "XY", "nor on record"),
    ("staff", 2, "deputy", "HM", "same person"),
    ("schools", 2, "kind", "ap_pur", "Did you mean ap_pru?"),
    ("schools", 2, "calendar", "../secret.csv", "name only"),
    ("schools", 3, "name", "Millrace centre", "row 2 of schools.csv"),
    ("pupils", 2, "upn", "B384000017001", "does not add up"),
    ("pupils", 2, "upn", "", "temporary"),
    ("pupils", 3, "upn", "A384000017001", "row 2 of pupils.csv"),
    ("pupils", 2, "first", "x" * 200, "longer"),
    ("pupils", 2, "year", "nine", "1 to 13"),
    ("pupils", 2, "tier", "4", "1 to 3"),
    ("pupils", 2, "status", "activ", "Did you mean active?"),
    ("pupils", 2, "status", "", "is empty"),
    ("pupils", 2, "sen", "S", "one of: E, K, N"),
    ("pupils", 2, "fsm", "maybe", "Y or N"),
    ("pupils", 2, "csc", "CNI", "Did you mean CIN?"),
    ("pupils", 2, "registration", "dual", "dual-M"),
    ("pupils", 2, "home_school", "Marl Back Academy", "Did you mean Marl Beck Academy?"),
    ("pupils", 2, "home_school", "", "none (PEx)"),
    ("pupils", 2, "key_worker", "ZZ", "nor on record"),
    ("pupils", 2, "key_worker", "", "as in P01 or DO"),
    ("pupils", 2, "placement_week", "-1", "whole number"),
    ("pupils", 2, "constraint", "x" * 5000, "longer"),
    ("carers", 2, "pupil", "P99", "nor on record. Correct"),
    ("carers", 2, "pupil", "p01", "Did you mean P01?"),
    ("carers", 2, "phone", "07700", "too short"),
    ("carers", 2, "phone", "07700 900001", "row 2 of staff.csv"),
    ("carers", 2, "channel", "whatsapp", "one of: sms, telegram"),
    ("carers", 2, "reads", "xx", "no language code"),
    ("carers", 2, "reads", "Polish", "Write pl"),
    ("carers", 2, "reads", "", "as in en or pl"),
    ("carers", 2, "reads", "rom", "no language code"),
    ("carers", 2, "speaks", "und", "no language code"),
    ("carers", 2, "parental_responsibility", "?", "Y or N"),
    ("carers", 2, "priority", "first", "whole number"),
    ("carers", 2, "do_not_use", "", "Y or N"),
    ("carers", 2, "do_not_use_reason", "court order", "reason not to use"),
    ("carers", 6, "do_not_use_reason", "", "Say why"),
    ("carers", 2, "shared_phone", "1", "Y or N"),
    ("carers", 2, "discreet", "", "Y or N"),
    ("carers", 2, "opted_out", "", "Y or N"),
    ("carers", 2, "proven", "ja", "Y or N"),
    ("carers", 2, "contact_days", "Tues", "day that is none"),
    ("carers", 2, "contact_hours", "1330", "10:00-12:00"),
    ("carers", 2, "contact_hours", "9am-11am", "time that is none"),
    ("carers", 2, "avoid", "Friday", "no day with hours"),
    ("carers", 2, "prefers", "phone_cal", "Did you mean phone_call?"),
    ("carers", 2, "prefers", "no_voicemail", "column needs"),
    ("carers", 2, "needs", "phone_call", "column prefers"),
    ("carers", 21, "prefers", "phone_call", "text only"),
    ("carers", 10, "name", "Joan Marsden", "shared_phone in both"),
    ("carers", 10, "channel", "telegram", "row 9 of carers.csv"),
    ("carers", 10, "reads", "pl", "row 9 of carers.csv"),
    ("carers", 10, "opted_out", "Y", "row 9 of carers.csv"),
    ("carers", 10, "proven", "N", "row 9 of carers.csv"),
    ("carers", 10, "pupil", "P07", "same pupil"),
    ("carers", 2, "note", "call\x00me", "control sign"),
)


BESIDE = {  # slips that show in another cell than the one that was changed
    ("do_not_use_reason", "court order"): "do_not_use",
    ("pupil", "P07"): "phone",
}
FOLLOWED = {("id", "D O"), ("name", "Millrace centre")}  # others have named this row


@pytest.mark.parametrize("kind, row, column, value, advice", CELLS)
def test_a_slip_in_one_cell_is_named_with_its_row_column_and_what_to_do(
    kind, row, column, value, advice
):
    faults = faults_of(demo(**{kind: changed(kind, (row, column, value))}))
    found = [fault for fault in faults if advice in fault.advice]
    assert [(f.file, f.row, f.column) for f in found] == [
        (f"{kind}.csv", row, BESIDE.get((column, value), column))
    ], [str(fault) for fault in faults]
    assert str(found[0]).startswith(f"{kind}.csv, row {row}, column {found[0].column}: ")
    assert len(faults) == 1 or (column, value) in FOLLOWED, [str(fault) for fault in faults]


def test_a_barred_number_may_not_be_usable_for_the_same_pupil():
    text = changed("carers", (6, "phone", "07700 900103"), (6, "name", "Craig Brook"))
    fault = faults_of(demo(carers=text))[-1]
    assert (fault.row, fault.column, fault.value) == (6, "do_not_use", "Y")
    assert "write Y in both" in fault.advice


def test_a_pupils_file_may_not_name_a_number_that_is_barred():
    fault = only_fault(demo(pupils=changed("pupils", (5, "carer_phone", "07700 900124"))))
    assert (fault.file, fault.row, fault.column) == ("pupils.csv", 5, "carer_phone")


def test_cover_that_goes_round_in_a_ring_of_three_is_told_once():
    ring = changed("staff", (3, "deputy", "MB"), (4, "deputy", "TW"), (6, "deputy", "DO"))
    fault = only_fault(demo(staff=ring))
    assert (fault.row, fault.column) == (3, "deputy")
    assert "ring" in fault.advice


def test_hours_to_avoid_must_leave_the_family_some_time():
    text = changed(
        "carers", (2, "contact_days", "Mon"), (2, "avoid", "Mon 13:00-15:00;Mon 15:00-17:00")
    )
    assert "no moment" in only_fault(demo(carers=text)).advice


def test_a_pupil_named_twice_is_told():
    faults = faults_of(demo(pupils=changed("pupils", (3, "id", "p01"))))
    assert ("pupils.csv", 3, "id") in [(f.file, f.row, f.column) for f in faults]


def test_a_fault_in_a_pupils_row_does_not_make_the_family_unknown():
    fault = only_fault(demo(pupils=changed("pupils", (2, "tier", "x"))))
    assert fault.column == "tier"


def test_two_files_of_one_kind_are_read_as_one():
    first = without("pupils", rows=range(14, 26))
    second = without("pupils", rows=range(2, 14))
    both = [*demo(pupils=first), ("more.csv", second.encode())]
    assert len(read_people(both).pupils) == 24
