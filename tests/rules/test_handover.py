"""What a colleague reads before they write to a family that is not theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.rules.digest import Came, Dated, Held, Waiting
from bot.rules.handover import (
    Adult,
    Pupil,
    card_lines,
    case_lines,
    hours,
    in_short,
    rules,
    running_cover,
    until,
)
from bot.rules.practice import ANY_TIME, Span, Window
from bot.rules.routing import Standin, Team
from bot.rules.windows import NEVER

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=ZoneInfo("Europe/London"))
KERRY = Adult(
    "Kerry Moss", "mother", discreet=True, marks=("no_voicemail",),
    window=Window(days=frozenset({3, 1}), hours=Span(time(10), time(12))),
)  # fmt: skip
LISA = Adult("Lisa Brook", "mother", never=True, why_never="court order")
DECLAN = Pupil(
    "Declan Moss", "P19", 3, "engaged", 3,
    key_worker="Sean Gallagher",
    supporting=("Priya Nair",),
    passport={"say": "one thing at a time", "avoid": ["calm down", "hurry"], "visuals": ""},
    passport_by="Priya",
    adults=(KERRY, LISA),
    said=(
        Came("", NOW, "thank you", "Kerry"),
        Came("", datetime(2026, 11, 30, 10, 0, tzinfo=NOW.tzinfo), "all well?", "Sean", ours=True),
    ),
    waiting=(Waiting("Kerry Moss (Declan P19): ring me", NOW),),
    promised=(Dated("Declan P19", "bring the form", date(2026, 12, 3)),),
    held=(Held("Declan P19", "safe hours", datetime(2026, 12, 1, 10, 0, tzinfo=NOW.tzinfo)),),
)  # fmt: skip


def test_a_case_says_how_to_reach_them_first_and_then_how_to_speak():
    assert case_lines(DECLAN, NOW) == [
        "Declan Moss P19: tier 3, engaged, week 3",
        "",
        "How to reach them",
        "- NEVER contact Lisa Brook, mother: court order",
        (
            "- Kerry Moss, mother: others may read this phone: neutral words only; "
            "only Tue and Thu, 10:00-12:00; never leave a voicemail"
        ),
        "",
        "How to speak with Declan, by Priya",
        "- avoid: calm down, hurry",
        "- say: one thing at a time",
        "",
        "Key worker Sean Gallagher, with Priya Nair",
        "",
        "Open",
        "- Kerry Moss (Declan P19): ring me (0 min)",
        "",
        "Promised",
        "- Declan P19: bring the form (by Thu 3 Dec)",
        "",
        "Held",
        "- Declan P19, until Tue 1 Dec 10:00: safe hours",
        "",
        "Last contacts",
        "- Mon 30 Nov 10:00, Sean wrote: all well?",
        "- Tue 1 Dec 09:00, Kerry: thank you",
    ]


def test_siblings_stand_on_one_card_and_nothing_is_said_twice():
    ellie = replace(DECLAN, name="Ellie Moss", ref="P07")
    card = card_lines((ellie, replace(DECLAN, passport={})), "Sean", NOW)
    assert card[0] == (
        "For Sean: Ellie Moss P07 (tier 3, engaged, week 3), "
        "Declan Moss P19 (tier 3, engaged, week 3)"
    )
    assert sum("Kerry Moss, mother" in line for line in card) == 1
    assert sum("thank you" in line for line in card) == 1


def test_in_short_neither_name_nor_words_stand():
    assert in_short(DECLAN, "DM") == "DM P19: tier 3, engaged, week 3, 1 waiting, 1 promised"


def test_a_case_without_a_key_worker_says_so():
    assert "No key worker" in case_lines(replace(DECLAN, key_worker="", supporting=()), NOW)


@pytest.mark.parametrize(
    ("adult", "said"),
    [
        (Adult("Ann", "mother"), "at any time the service may write"),
        (Adult("Ann", "mother", opted_out=True, reads="Polish"),
         "asked for no texts (STOP); reads Polish"),
        (Adult("Ann", "mother", rules_missing=True, shared_phone=True, note="rings back"),
         "only a note says how: set the rules first; shared phone; note: rings back"),
        (Adult("Ann", "mother", marks=("public_label_talking_sessions", "loves_cats")),
         "say “talking sessions”; loves cats"),
    ],
)  # fmt: skip
def test_the_rules_of_an_adult_are_said_in_words(adult, said):
    assert rules(adult) == f"Ann, mother: {said}"


@pytest.mark.parametrize(
    ("window", "said"),
    [
        (ANY_TIME, ""),
        (Window(hours=Span(time(13, 30), time(16))), "only 13:30-16:00"),
        (Window(days=frozenset({6, 5})), "only Sat and Sun"),
        (Window(avoid=((4, Span(time(12), time(14, 30))),)), "not Fri 12:00-14:30"),
        (NEVER, "no hour suits every rule: phone the key worker first"),
    ],
)  # fmt: skip
def test_a_window_is_said_in_words(window, said):
    assert hours(window) == said


def test_a_cover_runs_on_its_days_and_the_newest_counts():
    first, last = date(2026, 12, 1), date(2026, 12, 4)
    old, new = Standin(1, "DO", "MB", first, last), Standin(2, "DO", "TW", first, None)
    team = Team({}, (old, new, Standin(3, "MB", "DO", first, last)))
    assert running_cover(team, "DO", first) == new
    assert running_cover(Team({}, (old,)), "DO", last) == old
    assert running_cover(Team({}, (old,)), "DO", date(2026, 12, 5)) is None
    assert running_cover(Team({}, (old,)), "DO", date(2026, 11, 30)) is None
    assert [until(old), until(new)] == ["until Fri 4 Dec", "until they are back"]
