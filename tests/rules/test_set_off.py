"""What a family says of a child whom no register has in: who set off, and who is known of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest

from bot.imports.codes import attendance_codes
from bot.rules.crisis import Alarm
from bot.rules.set_off import alarms_of, gone_from, was_known
from storage.mark_history import StoredMark

DAY = date(2026, 11, 30)


@dataclass(frozen=True)
class Said:
    """A mark of the day, and until when it held."""

    code: str
    at: datetime
    until: datetime | None


@pytest.mark.parametrize(
    "words",
    [
        "He left for school at 8",
        "he left at 8",
        "She's left already",
        "she left home at ten to eight like normal",
        "Kai left as usual",
        "he set off at 8 same as always",
        "I dropped him off at 9",
        "dropped her at the gate this morning",
        "I took him to school myself",
        "dad walked her to school",
        "he went to school this morning",
        "he went in",
        "hes gone to school",
        "he got on the bus",
        "she caught the bus at quarter past",
        "the taxi picked him up at 8",
        "taxi collected her",
        "Kai headed off at 8",
        "he left for school at 8, Im at work now",
        "wyszedł do szkoły o 8",
        "Córka poszła do szkoły",
        "woh school chala gaya hai",
        "وہ 8 بجے اسکول کے لیے نکلا تھا",
    ],
)
def test_a_child_who_set_off_and_is_not_there_is_missing(words):
    assert alarms_of(words) == (Alarm("missing", "L1"),)


@pytest.mark.parametrize(
    "words", ["he should be there", "hes in school", "She is at school", "he must be in class"]
)
def test_a_child_who_is_believed_to_be_in_is_looked_for_too(words):
    assert alarms_of(words) == (Alarm("missing", "L2"),)


@pytest.mark.parametrize(
    "words",
    [
        "he has a temperature",
        "the bus never came",
        "he just left, running late",
        "just left now",
        "he left late, should be there soon",
        "he's on his way",
        "she overslept, will be there by 10",
        "we left late",
        "he left his PE kit and came home for it",
        "he went in but they sent him home poorly",
        "he left school early yesterday and is still poorly",
        "I took him to the doctors",
        "he's at home with me",
        "she's not in school today",
        "he isn't in today",
        "he didnt go to school",
        "she went to bed late, still asleep",
        "he won't get on the bus",
        "nie poszedł do szkoły, jest chory",
        "woh school nahi gaya",
        "7",
        "ok",
        "",
    ],
)
def test_news_of_a_child_whose_place_is_known_raises_nothing(words):
    assert alarms_of(words) == ()


def at(clock):
    return datetime.fromisoformat(f"2026-11-30T{clock}+00:00")


@pytest.mark.parametrize(
    ("marks", "seen", "half"),
    [
        ("am:N", "", "am"),
        ("am:O", "", "am"),
        ("am:/ pm:N", "", "pm"),  # came, and was gone after lunch
        ("am:N pm:C2", "", "am"),  # not expected after lunch says nothing of the morning
        ("am:N pm:/", "", None),
        ("am:N am:D", "", "am"),
        ("am:N am:L", "", None),  # one of two registers has seen the child
        ("am:N am:U", "", None),
        ("am:N", "am", None),
        ("am:N", "pm", None),
        ("am:I", "", None),
        ("", "", None),
    ],
)
def test_a_child_is_gone_from_the_session_after_which_nobody_has_seen_them(marks, seen, half):
    said = [StoredMark(1, n, DAY, *mark.split(":")) for n, mark in enumerate(marks.split())]
    sessions = {(DAY, seen)} if seen else set()
    assert gone_from(said, attendance_codes(), sessions, DAY) == half
    assert gone_from(said, attendance_codes(), sessions, DAY + timedelta(days=1)) is None


def test_words_that_came_while_the_register_had_the_child_out_were_understood_then():
    out = Said("N", at("09:40"), at("11:00"))
    assert [was_known([out], at(clock)) for clock in ("09:39", "10:15", "11:05")] == [
        False,
        True,
        False,
    ]
    assert was_known([Said("O", at("09:40"), None)], at("18:00"))
    assert not was_known([Said("L", at("09:40"), None)], at("18:00"))
