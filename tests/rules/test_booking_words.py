"""Lines that ask for a visit, as tired workers type them: understood, or asked back."""

from __future__ import annotations

import csv
from dataclasses import fields
from datetime import date, datetime, time
from importlib.resources import files
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.imports.calendars import read_calendar
from bot.rules.booking_clock import EARLIEST, LATEST
from bot.rules.booking_words import Booking, looks_like_booking, read_booking, reads_as_message
from bot.rules.calendar import moment_at
from bot.rules.weekly import Weekly

TODAY = date(2026, 11, 30)
NOW = moment_at(TODAY, time(9, 10))
FAMILIES = tuple(
    (label.partition(" ")[0].casefold() + ("2" if "P25" in label else ""), label)
    for label in (
        "Leanne Thornton (Kai P01)", "Marta Wrona (Zofia P02)", "Samina Akhtar (Jayden P03)",
        "Craig Brook (Tyler P04)", "Ibrahima Diallo (Amara P05)", "Aso Karim (Rebin P06)",
        "Joanne Marsden (Ellie P07, Noah P08)", "Rania Al-Hassan (Fatima P09)",
        "Bridget Reilly (Connor P10)", "Denise Garside (Mason P11)",
        "Pauline Hinchliffe (Ruby P13)", "Rasa Petraitiene (Lukas P15)",
        "Tomas Petraitis (Lukas P15)", "Dawn Senior (Chloe P16)", "Gary Lockwood (Ethan P17)",
        "Harjit Kaur (Simran P18)", "Kerry Moss (Declan P19)", "Gemma Barraclough (Leo P21)",
        "Janis Balodis (Oskar P23)", "Dawn Hirst (Alfie P25)", "Tracy Poole (Mason P26)",
        "Kelly Ross (Tom P27)",
    )
)  # fmt: skip
STAFF = (
    ("HM", "Helen Marsh"), ("MB", "Marcus Bell"), ("PN", "Priya Nair"), ("TW", "Tom Whitaker"),
    ("SG", "Sean Gallagher"), ("RA", "Ruth Adeyemi"),
)  # fmt: skip
PIECES = (
    "hv", "leanne", "kai's", "dad", "dawn", "with", "marcus", "w/", "and", "or", "between",
    "from", "to", "-", "/", "at", "@", "half", "quarter", "past", "70", "to 0", "99:99", "31/11",
    "0/0", "7", "3rd", "w/c", "week", "a week on", "fortnight", "tues", "next", "tomoz",
    "tonight", "am", "12am", "25:00", "24.00", "for an hour", "0 mins", "999 hrs", "travel",
    "each way", "costa", "not", "sun", "re", ".", "\n", "½", "٣", "🙂", "\u00b7", "29 feb",
    "31 dec 2099", "0", "first thing", "İ", "every", "other", "weekly", "until", "x4",
    "for 4 weeks", "starting", "except",
)  # fmt: skip
CALENDAR = read_calendar(Path(str(files("bot.data"))) / "demo" / "calendar_2026_27.csv")


def lines() -> list[tuple[str, dict[str, str]]]:
    text = Path(__file__).with_name("booking_lines.csv").read_text("utf-8")
    return [
        (row["words"], dict(part.split("=", 1) for part in row["means"].split("; ")))
        for row in csv.DictReader(text.splitlines())
    ]


def a_day(words: str) -> date:
    year = "" if words[-4:].isdecimal() else " 2026"
    return datetime.strptime(words + year, "%d %b %Y").date()


def a_rhythm(words: str) -> Weekly:
    """Read "1 x4" or "2 until 18 dec": how many weeks apart, and for how long."""
    every, _space, end = words.partition(" ")
    if end.startswith("x"):
        return Weekly(int(every), count=int(end[1:]))
    return Weekly(int(every), until=a_day(end.removeprefix("until ")))


def meant(name: str, words: str) -> object:
    match name:
        case "whose" | "staff":
            return tuple(words.split())
        case "on":
            return a_day(words)
        case "at":
            return time.fromisoformat(words)
        case "between":
            first, last = words.split(" to ")
            return a_day(first), a_day(last)
        case "minutes" | "travel":
            return int(words)
    return a_rhythm(words) if name == "weekly" else words


def read(words: str) -> Booking:
    return read_booking(words, FAMILIES, STAFF, NOW, CALENDAR)


def wrong_with(words: str, means: dict[str, str]) -> str:
    found = read(words)
    question = means.get("ask", "")
    if question and not any(question in each for each in found.ask):
        return f"{words}: should ask {question!r}: {found}"
    if not question and found.ask:
        return f"{words}: asks {found.ask}"
    for field in fields(Booking):
        told = getattr(found, field.name)
        if field.name == "ask" or (field.name not in means and (question or field.name == "about")):
            continue
        expected = meant(field.name, means[field.name]) if field.name in means else field.default
        if set(told) != set(expected) if field.name == "whose" else told != expected:
            return f"{words}: {field.name} {told!r}, not {expected!r}"
    return ""


def test_every_line_is_understood_or_asked_back() -> None:
    assert len(lines()) >= 100
    assert [wrong for line in lines() if (wrong := wrong_with(*line))] == []


PLAINLY = (
    "home visit leanne thu 3:30 for an hour with marcus",
    "HV Leanne tomoz",
    "lift kai tues 8.15am",
    "salt screen amara thurs 10.15",
    "cin meeting samina 10/12 10am",
    "call craig next week",
)
NOT_PLAINLY = (
    "See you at nine.",
    "see you thursday at 3",
    "Call me on thursday if you like",
    "visit went well today, mum was happy",
    "home visit",
    "thursday at 3 is fine",
    "Lift is at 8.15 tomorrow, please be ready",
    "can you do thursday?",
    "rang mum 10 min",
    "How was the visit on Tuesday?",
    "meeting",
    "",
    "School visit tomorrow 9.30, wear uniform",
    "Lift fri 2pm sorted x",
    "home visit fri 2pm, bring his bag",
)
MESSAGES = (
    "Leanne lift fri 2pm is sorted x",
    "home visit was lovely Leanne, see you fri 2pm",
    "Hi Leanne, lift for Kai fri 2pm is sorted",
    "Hi Leanne, are we still on for Thursday at 3?",
    "Morning Leanne, home visit fri 2pm",
    "Leanne we'll pick Kai up fri 2pm",
    "lift fri 2pm x",
)
TYPED_OVER = (
    "home visit leanne fri 2pm",
    "can you book a home visit with leanne fri 2pm",
    "hv leanne fri 2pm at the office",
    "fri 3pm instead",
    "lift kai fri 2pm from home",
)


def test_a_line_for_a_family_is_not_taken_for_a_booking() -> None:
    unseen = [words for words in PLAINLY if not looks_like_booking(words)]
    mistaken = [words for words in NOT_PLAINLY if looks_like_booking(words)]
    assert (unseen, mistaken) == ([], [])


def test_words_typed_while_a_booking_is_open_may_speak_to_a_family() -> None:
    unheard = [words for words in MESSAGES if not reads_as_message(words)]
    mistaken = [words for words in TYPED_OVER if reads_as_message(words)]
    assert (unheard, mistaken) == ([], [])


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_no_line_is_too_odd_to_be_read(pieces: list[str]) -> None:
    words = " ".join(pieces)
    found = read(words)
    assert found.at is None or EARLIEST <= found.at < LATEST
    assert found.on is None or found.on >= TODAY
    assert looks_like_booking(words) in {True, False}


# Typed on other days, over a new year and a change of clocks; last: the day, or what is asked.
ON_OTHER_DAYS = (
    ("2026-12-04T09:00+00:00", "hv leanne next mon 10am", "2026-12-07"),
    ("2026-12-05T09:00+00:00", "hv leanne next tues 10am", "Tue 8 Dec or Tue 15 Dec"),
    ("2026-12-30T09:00+00:00", "hv leanne mon 10am", "2027-01-04"),
    ("2026-12-30T09:00+00:00", "hv leanne 5/1 10am", "2027-01-05"),
    ("2026-12-30T09:00+00:00", "hv leanne fri 10am", "bank holiday"),
    ("2027-03-25T09:00+00:00", "hv leanne mon 10am", "bank holiday"),
    ("2026-10-23T23:30+00:00", "hv leanne tomorrow 10am", "Sun 25 Oct is a Sunday"),
    ("2026-10-25T23:30+00:00", "hv leanne tomorrow 10am", "2026-10-26"),
    ("2027-03-27T23:30+00:00", "hv leanne a week on mon 10am", "2027-04-05"),
    ("2026-12-01T16:05+00:00", "hv leanne today 4pm", "16:00 today is over"),
    ("2026-12-01T15:55+00:00", "hv leanne today 4pm", "2026-12-01"),
)


def test_a_day_is_counted_from_the_day_the_line_was_typed() -> None:
    wrong = []
    for typed, words, means in ON_OTHER_DAYS:
        found = read_booking(words, FAMILIES, STAFF, datetime.fromisoformat(typed), CALENDAR)
        told = " ".join(found.ask) if found.ask else str(found.on)
        wrong += [] if means in told else [f"{words}, typed {typed}: {told}, not {means}"]
    assert wrong == []
