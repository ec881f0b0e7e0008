"""A form becomes files of one row, so that what a file refuses a form refuses."""

from __future__ import annotations

from datetime import time

import pytest

from bot.imports.faults import Rejected
from bot.imports.people import read_people
from bot.rules.contact_rules import (
    NEVER,
    ONLY_THE_MANAGER,
    ONLY_WITH_ALL,
    UNCONFIRMED,
    UNCONFIRMED_MARK,
    Rules,
    is_name,
    meaning,
    refusal,
)
from bot.rules.practice import Span, Window
from bot.turns.taking_on import colleague_file, family_files, free_initials, free_number

CHILD = {
    "first": "Zoe", "last": "Example", "upn_later": "yes", "year": "9", "tier": "2",
    "status": "engaged", "sen": "K", "fsm": "Y", "csc": "none", "registration": "single",
    "home_school": "none (PEx)", "key_worker": "DO", "placement_week": "0",
}  # fmt: skip
ADULT = {
    "adult_name": "Ann Example", "adult_relation": "mother", "adult_phone": "07700 900160",
    "adult_reads": "Polish", "adult_parental_responsibility": "Y", "adult_do_not_use": "N",
    "adult_shared_phone": "N", "adult_discreet": "Y", "adult_tue": "yes", "adult_thu": "yes",
    "adult_from": "10:00", "adult_until": "12:00",
}  # fmt: skip
HERE = {"known_staff": frozenset({"DO", "MB"}), "known_pupils": frozenset({"P24"})}


def taken(form, refs=("P07", "P24", "DO", "C001")):
    return read_people(family_files(form, refs), **HERE)


def faults(form):
    with pytest.raises(Rejected) as rejected:
        taken(form)
    return {(fault.file, fault.column) for fault in rejected.value.faults}


def test_a_whole_form_is_the_same_as_two_rows_of_files():
    people = taken({**CHILD, **ADULT})
    [pupil], [adult] = people.pupils, people.carers
    assert (pupil.ref, pupil.upn, pupil.key_worker) == ("P25", "", "DO")
    assert (adult.pupil, adult.phone, adult.reads) == ("P25", "+447700900160", "pl")
    assert adult.window == Window(frozenset({1, 3}), Span(time(10), time(12)))
    assert (adult.discreet, adult.proven, adult.opted_out) == (True, False, False)


def test_an_adult_nobody_names_is_no_row_and_one_who_is_half_named_is_a_fault():
    assert taken(CHILD).carers == ()
    half = faults({**CHILD, "adult_name": "Ann Example"})
    assert {("adult", "phone"), ("adult", "do_not_use"), ("adult", "discreet")} <= half


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"upn_later": ""}, ("child", "upn")),
        ({"key_worker": ""}, ("child", "key_worker")),
        ({"first": 'Zoe\nExample, "Zed"', "year": "nine"}, ("child", "year")),
        ({"adult_phone": "0161 496 0000"}, ("adult", "phone")),
        ({"adult_until": ""}, ("adult", "contact_hours")),
        ({"adult_do_not_use": "Y"}, ("adult", "do_not_use_reason")),
        ({"adult_avoid": "Tue 09:00-13:00;Thu 09:00-13:00"}, ("adult", "avoid")),
        ({"adult_reads": "Klingonese"}, ("adult", "reads")),
    ],
)  # fmt: skip
def test_what_a_file_refuses_a_form_refuses_at_its_field(change, where):
    assert where in faults({**CHILD, **ADULT, **change})


def test_a_colleague_has_initials_nobody_has_and_a_week_of_whole_days():
    form = {"name": "Dora O'Neill", "role": "youth worker", "employer": "taskforce",
            "mon_from": "08:30", "mon_until": "17:00",
            "fri_from": "09:00", "fri_until": "12:30"}  # fmt: skip
    [person] = read_people(colleague_file(form, {"DO", "DO2"}), **HERE).staff
    assert (person.ref, sorted(person.hours)) == ("DO3", [0, 4])
    with pytest.raises(Rejected) as rejected:
        read_people(colleague_file({**form, "fri_until": ""}, ()), **HERE)
    assert [fault.column for fault in rejected.value.faults] == ["hours"]


def test_references_go_on_where_they_ended_and_are_proposed_once():
    assert free_number({"P09", "P120", "PN", "R500"}) == "P121"
    assert free_number(()) == "P01"
    assert free_initials("Zoe Ann Example", {"ZE"}) == "ZAE"
    assert free_initials("", ()) == ""


WORKS_NIGHTS = Window(frozenset(range(5)), Span(time(13, 30), time(16)))
PRAYERS = Window(avoid=((4, Span(time(12), time(14, 30))),))


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        (Rules(window=WORKS_NIGHTS), "Texts go Mon-Fri 13:30-16:00 only."),
        (Rules(window=Window(frozenset({1, 3}))), "Texts go Tue and Thu only."),
        (Rules(window=Window(frozenset({0, 2, 4}))), "Texts go Mon, Wed and Fri only."),
        (Rules(window=PRAYERS), "Texts go at the usual hours, never Fri 12:00-14:30."),
        (Rules(), "Texts go at the usual hours."),
        (Rules(prefers_phone=True, copy_only=True),
         ("Texts go at the usual hours; copies only, nothing is asked; "
          "a person rings for the check-in.")),
        (Rules(do_not_use=True, window=WORKS_NIGHTS, reason="court order"), NEVER),
    ],
)  # fmt: skip
def test_rules_are_said_in_one_sentence(rules, sentence):
    assert meaning(rules) == sentence


def refuses(before, after, *, manager=False, confirmed=True, everywhere=False):
    """Why a change is not made, by whoever typed the name and answers for this child alone."""
    return refusal(before, after, manager=manager, confirmed=confirmed, everywhere=everywhere)


def test_only_the_manager_lifts_a_bar_and_only_by_the_whole_name():
    barred, free = Rules(do_not_use=True, reason="court order"), Rules()
    assert refuses(barred, free, everywhere=True) == ONLY_THE_MANAGER
    assert refuses(barred, free, manager=True, confirmed=False) == UNCONFIRMED
    assert refuses(barred, free, manager=True) == ""
    assert refuses(free, barred, confirmed=False) == ""


@pytest.mark.parametrize("mark", ["discreet", "shared_phone"])
def test_what_protects_an_adult_for_all_children_is_taken_away_for_all_of_them_or_not(mark):
    marked, free = Rules(**{mark: True}), Rules()
    assert refuses(marked, free) == ONLY_WITH_ALL
    assert refuses(marked, free, everywhere=True, confirmed=False) == UNCONFIRMED_MARK
    assert refuses(marked, free, everywhere=True) == ""
    assert refuses(marked, free, manager=True) == ""
    assert refuses(free, marked, confirmed=False) == ""
    assert is_name(" lisa  BROOK", "Lisa Brook")
    assert not is_name("Lisa", "Lisa Brook")
    assert not is_name("", "Lisa Brook")
