"""What may stand in a referral, what a typed line tells of one, and how a list shows it."""

from __future__ import annotations

from datetime import date

import pytest

from bot.rules.referral import LONGEST, check
from bot.rules.referral_lines import Listed, days_waiting, line, lines, waiting_list
from bot.rules.referral_typed import echo, read_typed, tells

TODAY = date(2026, 11, 30)
AMY = "Amy-Lee O'Brien, Year 10, St Wilfrun's High"
FORM = {
    "child": "  Jay   Moss ",
    "year": "Y9",
    "school": "Cawder High",
    "adult": "Kerry Moss",
    "relation": "mother",
    "phone": "07700 900555",
    "reads": "pl",
    "route": "panel",
    "referrer": "Stephen Ambler",
    "received_on": "2026-11-26",
    "eligibility": "at_risk",
    "reason-attendance": "yes",
    "reason-invented": "yes",
    "words": "Sent home twice.\nWill not go in.",
}


def faults(**change: str) -> list[str]:
    return [str(one) for one in check({**FORM, **change}, TODAY)[1]]


def test_a_form_is_read_as_it_was_meant():
    filled, wrong = check(FORM, TODAY)
    assert wrong == ()
    assert (filled.child, filled.year, filled.phone) == ("Jay Moss", 9, "+447700900555")
    assert (filled.route, filled.reads, filled.eligibility) == ("panel", "pl", "at_risk")
    assert (filled.received_on, filled.reasons) == (date(2026, 11, 26), ("attendance",))
    assert filled.words == "Sent home twice.\nWill not go in."


def test_a_name_alone_is_enough_and_came_today():
    filled, wrong = check({"child": "Jay"}, TODAY)
    assert wrong == ()
    assert (filled.received_on, filled.year, filled.phone, filled.reads) == (TODAY, None, "", "en")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"child": "  "}, "Child is missing. Write the child's name."),
        ({"year": "15"}, "Year is not a school year. Write a number from 0 to 14."),
        ({"year": "-1"}, "Year is not a school year. Write a number from 0 to 14."),
        ({"year": "²"}, "Year is not a school year. Write a number from 0 to 14."),
        ({"phone": "0161 496 0000"}, "Phone is a landline, which gets no texts."),
        ({"received_on": "2026-12-01"}, "Received is a day to come."),
        ({"received_on": "26/11"}, "Received is not a day."),
        ({"route": "pigeon"}, "How it came is none of those listed."),
        ({"eligibility": "bored"}, "Eligibility is none of those listed."),
        ({"reads": "Polish!"}, "Language is no language code"),
        ({"school": "x" * 121}, "School is longer than 120 letters. Shorten it."),
        ({"words": "x" * (LONGEST["words"] + 1)}, "Words is longer than 4000 letters."),
    ],
)
def test_what_is_wrong_is_said_with_its_field(change, said):
    [wrong] = faults(**change)
    assert wrong.startswith(said)


def test_every_fault_is_named_at_once_and_repeats_nothing_that_was_typed():
    found = faults(child="", year="ninety", phone="07700 9005", received_on="soon")
    assert [one.split()[0] for one in found] == ["Child", "Year", "Phone", "Received"]
    assert not any(word in " ".join(found) for word in ("ninety", "9005", "soon"))


@pytest.mark.parametrize("year", ["0", "14", "Year 9", "yr9", " 9 "])
def test_years_as_people_write_them(year):
    assert faults(year=year) == []


@pytest.mark.parametrize(
    ("words", "understood"),
    [
        (
            "Jay Moss, Y9, Cawder High: at risk of exclusion, mum 07700 900555",
            ["Jay Moss, Year 9, Cawder High", "At risk of exclusion.",
             "Family: mother, 07700 900555."],
        ),
        ("jay moss yr 9 at risk of pex", ["jay moss, Year 9", "At risk of exclusion."]),
        (
            f"{AMY}: permanently excluded. Nan Pat Hill 07700 900556, police, not attending",
            [AMY, "Permanently excluded.",
             "About: attendance, offending.", "Family: Pat Hill (grandmother), 07700 900556."],
        ),
        (
            "José Díaz (Y8) Marl Beck: dad rang, anxiety",
            ["José Díaz, Year 8, Marl Beck", "About: mental health and wellbeing.",
             "Family: father."],
        ),
        ("Jay M., Y9: pex'd, office 0161 496 0000", ["Jay M., Year 9", "Permanently excluded."]),
        ("Jay Moss\nmight need AP, mum's worried", ["Jay Moss", "May enter alternative provision.",
                                                    "Family: mother."]),
    ],
)  # fmt: skip
def test_a_line_is_understood_as_far_as_it_goes(words, understood):
    filled = read_typed(words, TODAY)
    assert filled is not None
    assert [
        one for one in echo(filled) if one != "No parent or carer was understood."
    ] == understood
    assert filled.words == words


@pytest.mark.parametrize("words", ["", "mum of Jay called", "my son", ":", "07700 900555", "!!"])
def test_a_line_that_begins_with_no_name_is_no_referral(words):
    assert read_typed(words, TODAY) is None


def test_thanks_is_not_taken_for_a_child():
    filled = read_typed("Thanks, bye", TODAY)
    assert filled is not None
    assert not tells(filled)


def test_where_names_may_not_stand_the_echo_has_none():
    filled = read_typed("Jay Moss, Y9: mum Kerry 07700 900555", TODAY)
    assert filled is not None
    assert echo(filled, shown=False) == ["JM, Year 9", "Family: mother, a number."]


def test_one_line_of_a_list():
    one = Listed("R003", "new", "Jay Moss", date(2026, 11, 18), "form", "school", 9, "Cawder High",
                 "at_risk")  # fmt: skip
    assert line(one, TODAY) == (
        "R003 Jay M., Year 9, Cawder High: 12 days, at risk of exclusion, referred by school"
    )
    unnamed = Listed("R010", "new", "", TODAY, "family")
    assert line(unnamed, TODAY) == "R010 a child not named yet: today, the family asked"


def test_who_has_waited_longest_is_first_whatever_the_order_of_the_numbers():
    days = {"R999": 20, "R1000": 20, "R002": 29, "R003": 12}
    listed = [
        Listed(ref, "waiting", "A B", date(2026, 11, day), "form") for ref, day in days.items()
    ]
    listed.append(Listed("R001", "new", "A B", date(2026, 11, 1), "form"))
    order = [(place, one.ref) for place, one in waiting_list(listed)]
    assert order == [(1, "R003"), (2, "R999"), (3, "R1000"), (4, "R002")]


def test_a_long_list_is_cut_and_says_so():
    listed = [Listed(f"R{one:03}", "new", "A B", TODAY, "form") for one in range(30)]
    said = lines(listed, TODAY, shown=True)
    assert said[0] == "30 to triage, 0 on the waiting list."
    assert said[-1] == "and 10 more on the page"


def test_a_clock_set_back_makes_no_wait_negative():
    assert days_waiting(date(2026, 12, 2), TODAY) == 0
