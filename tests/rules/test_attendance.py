"""Attendance is counted by the guidance's own words, and two registers are read as one."""

from __future__ import annotations

import csv
from datetime import date
from fractions import Fraction
from importlib.resources import files
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.rules.attendance import (
    Conflict,
    Counts,
    NotKnown,
    Said,
    Tally,
    percent,
    session,
    tally,
    together,
)
from bot.rules.marks import read_codes


class Mark(NamedTuple):
    school_id: int
    day: date
    half: str
    code: str


def table(name):
    return list(csv.DictReader((files("bot.data") / name).read_text("utf-8").splitlines()))


CODES = read_codes(table("attendance_codes.csv"))
MILLRACE, CAWDER = 1, 2

# The oracle has its own list, copied from the guidance and not from our data file.
ATTENDING = ["/", "\\", "L", "K", "V", "P", "W", "B"]
AUTHORISED = ["C", "C1", "C2", "M", "J1", "S", "T", "R", "I", "E", "H", "J"]
UNAUTHORISED = ["G", "N", "O", "U"]
NOT_POSSIBLE = ["D", "Q", "X", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", "Y"]
NOT_COLLECTED = ["Z", "#"]
ALL = [*ATTENDING, *AUTHORISED, *UNAUTHORISED, *NOT_POSSIBLE, *NOT_COLLECTED]

codes = st.sampled_from(ALL)
registers = st.lists(codes, max_size=60)


@pytest.mark.parametrize("vector", table("attendance_vectors.csv"), ids=lambda row: row["marks"])
def test_every_worked_example_comes_out_as_the_guidance_has_it(vector):
    counted = tally(vector["marks"].split(), CODES)
    told = "" if counted.tenths is None else percent(counted.tenths).rstrip("%")
    assert {
        "attended": str(counted.attended),
        "possible": str(counted.possible),
        "percent": told,
        "persistent": str(counted.persistent).lower(),
        "severe": str(counted.severe).lower(),
    } == {name: value for name, value in vector.items() if name != "marks"}


def test_no_code_is_in_our_list_that_the_guidance_does_not_name():
    assert sorted(CODES) == sorted(ALL)


@given(registers)
@example(["/"] * 9 + ["O"])
@example(["/", "U"])
@example(["/"] + ["O"] * 15)  # half a tenth
def test_shares_are_what_the_guidance_says_in_its_own_words(marks):
    attended = sum(mark in ATTENDING for mark in marks)
    missed = sum(mark in AUTHORISED or mark in UNAUTHORISED for mark in marks)
    counted = tally(marks, CODES)
    assert (counted.attended, counted.absent) == (attended, missed)
    assert counted.unauthorised == sum(mark in UNAUTHORISED for mark in marks)
    if attended + missed == 0:
        assert (counted.tenths, counted.persistent, counted.severe) == (None, False, False)
        return
    lost = Fraction(missed, attended + missed)
    assert counted.persistent == (lost >= Fraction(10, 100))  # "10% or more missed"
    assert counted.severe == (lost >= Fraction(50, 100))
    short = counted.tenths - (1 - lost) * 1000
    assert -Fraction(1, 2) < short <= Fraction(1, 2), "the nearest tenth, half of one rounded up"


@given(registers, st.sampled_from([*NOT_POSSIBLE, *NOT_COLLECTED, "", "-", "--"]), st.randoms())
def test_a_session_that_is_not_counted_changes_nothing_and_neither_does_the_order(
    marks, uncounted, chance
):
    mixed = [*marks, uncounted]
    chance.shuffle(mixed)
    assert tally(mixed, CODES) == tally(marks, CODES)


@given(registers.filter(bool), codes, st.data())
def test_a_corrected_mark_moves_its_own_session_and_no_other(marks, right, data):
    place = data.draw(st.integers(0, len(marks) - 1))
    corrected = tally([*marks[:place], right, *marks[place + 1 :]], CODES)
    before, wrong, now = (tally(each, CODES) for each in (marks, [marks[place]], [right]))
    assert corrected == Tally(
        before.attended - wrong.attended + now.attended,
        before.authorised - wrong.authorised + now.authorised,
        before.unauthorised - wrong.unauthorised + now.unauthorised,
    )


def test_a_code_nobody_knows_is_never_counted_as_something():
    with pytest.raises(KeyError):
        tally(["/", "A9"], CODES)


@pytest.mark.parametrize(
    ("home", "provision", "read"),
    [
        ("D", "/", Counts("/", MILLRACE)),
        ("D", "O", Counts("O", MILLRACE)),
        ("O", "D", Counts("O", CAWDER)),
        ("D", "--", NotKnown()),
        ("D", "Z", NotKnown()),
        ("D", "D", NotKnown()),
        ("#", "I", Counts("I", MILLRACE)),
        ("B", "/", Counts("/", MILLRACE)),
        ("I", "I", Counts("I", MILLRACE)),
        ("I", "O", Conflict((Said(MILLRACE, "O"), Said(CAWDER, "I")))),
        ("N", "/", Conflict((Said(MILLRACE, "/"), Said(CAWDER, "N")))),
        ("Y4", "/", Conflict((Said(MILLRACE, "/"), Said(CAWDER, "Y4")))),
    ],
)
def test_a_pupil_of_two_schools_has_one_session_and_not_two(home, provision, read):
    said = [Said(CAWDER, home), Said(MILLRACE, provision)]
    assert session(said, CODES) == session(said[::-1], CODES) == read


def test_once_somebody_settled_a_conflict_the_chosen_register_counts():
    said = [Said(CAWDER, "N"), Said(MILLRACE, "/")]
    assert session(said, CODES, CAWDER) == Counts("N", CAWDER)
    assert session(said, CODES, MILLRACE) == Counts("/", MILLRACE)


def test_a_settled_register_that_says_nothing_of_its_own_any_more_settles_nothing():
    said = [Said(CAWDER, "D"), Said(MILLRACE, "O")]
    assert session(said, CODES, CAWDER) == Counts("O", MILLRACE)
    assert session([Said(CAWDER, "D")], CODES, CAWDER) == NotKnown()


def by_the_book(home, provision):
    """Say how one session counts, from the words of the guidance on dual registration."""
    spoken = [code for code in (home, provision) if code not in {*NOT_COLLECTED, ""}]
    own = [code for code in spoken if code != "D"]
    if not own:
        return "unknown" if spoken else "nothing"
    if len(own) == 2 and own[0] != own[1] and not set(own) <= set(ATTENDING):
        return "conflict"
    return "attended" if own[0] in ATTENDING else own[0]


days = st.tuples(st.integers(5, 9).map(lambda day: date(2026, 10, day)), st.sampled_from("ap"))
either = st.sampled_from([*ALL, ""])


@given(st.dictionaries(days, st.tuples(either, either), max_size=10), st.randoms())
def test_two_registers_of_a_week_come_out_as_by_hand(week, chance):
    marks = [
        Mark(school, day, f"{half}m", code)
        for (day, half), pair in week.items()
        for school, code in zip((CAWDER, MILLRACE), pair, strict=True)
    ]
    chance.shuffle(marks)
    read = {}
    for (day, half), each in together(marks, CODES).items():
        word = {Conflict: "conflict", NotKnown: "unknown"}.get(type(each)) or each.code
        read[day, half[0]] = "attended" if word in ATTENDING else word
    by_hand = {when: by_the_book(*pair) for when, pair in week.items()}
    assert read == {when: how for when, how in by_hand.items() if how != "nothing"}
    assert list(read) == sorted(read)


def test_a_percentage_is_written_with_one_place_and_none_where_there_is_none():
    assert [percent(each) for each in (1000, 904, 5, 0)] == ["100.0%", "90.4%", "0.5%", "0.0%"]
    assert percent(None) == "no sessions yet"
