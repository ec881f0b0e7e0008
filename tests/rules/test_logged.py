"""Sixty notes as key workers type them: exactly what is said is understood, and nothing more."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.logged import Logged, read_note
from bot.rules.logged_people import Names
from tests.tables import every_row

LONDON = ZoneInfo("Europe/London")
TYPED = datetime(2026, 12, 3, 16, 30, tzinfo=LONDON)
TEAM = {"priya": "PN", "marcus": "MB", "tom": "TW", "sean": "SG", "ruth": "RA", "helen": "HM"}
KAI = Names(("kai",), ("leanne", "thornton"), TEAM)
SIBLINGS = Names(("ellie", "noah"), ("joanne", "marsden"), TEAM)
PLACE = Path(__file__).parents[1] / "fixtures" / "log_notes.toml"
NOTES = tomllib.loads(PLACE.read_text(encoding="utf-8"))["note"]


def read(words: str, names: Names = KAI) -> Logged:
    return read_note(words, names, TYPED)


def expected(note: dict) -> dict:
    """What the fixture says, with everything it does not list left empty."""
    seen = note.get("seen", "na")
    return {
        "mode": note["mode"],
        "place": note.get("place", "none"),
        "direction": note.get("direction", "outbound"),
        "result": note.get("result", ""),
        "minutes": note.get("minutes"),
        "travel": note.get("travel"),
        "staff": set(note.get("staff", [])),
        "who": set(note.get("who", [])),
        "seen": seen,
        "present": note.get("present", "yes" if seen == "yes" else "na"),
        "alone": note.get("alone", "na"),
        "activity": note.get("activity", ""),
        "topics": set(note.get("topics", [])),
        "outcome": note.get("outcome", "done"),
        "next": note.get("next", ""),
        "on": note.get("on", date(2026, 12, 3)),
        "at": time.fromisoformat(note["at"]) if "at" in note else None,
    }


def understood(logged: Logged) -> dict:
    return {
        "mode": logged.mode,
        "place": logged.place,
        "direction": logged.direction,
        "result": logged.result,
        "minutes": logged.minutes,
        "travel": logged.travel_minutes,
        "staff": set(logged.staff),
        "who": set(logged.relations),
        "seen": logged.child.seen,
        "present": logged.child.present,
        "alone": logged.child.alone,
        "activity": logged.activity,
        "topics": set(logged.topics),
        "outcome": logged.outcome,
        "next": logged.next_action,
        "on": logged.on,
        "at": logged.at,
    }


@every_row("note", NOTES)
def test_a_note_says_exactly_this(note: dict) -> None:
    names = SIBLINGS if "family" in note else KAI
    assert understood(read(note["words"], names)) == expected(note)


def test_there_are_sixty_notes() -> None:
    assert len(NOTES) == 60


NOT_SEEN = """
HV 30 min. child not seen
HV with mum, didn't see Kai
HV, did not see Kai today
home visit, Kai wasn't there
home visit Kai was out
HV 20 mins Kai not in
HV saw mum, Kai doing well
saw mum, Kai at school
visited, mum saw Kai this morning she said
HV mum last saw Kai Monday
HV Kai last seen Monday by nan
met mum, she's struggling with Kai
HV mum not coping w Kai
home visit mum says Kai is ok
HV never saw Kai
unable to see Kai, HV 10 mins
HV. no sight of Kai
HV. Kai refused to see me
HV. Kai wouldnt come out of his room
HV nobody in
saw nan at home, Kai's room was a mess
saw Kai's teacher at school 10 min
saw Kai's mum at centre 20 min
went to see Kai at school but he was absent
HV to see Kai, not home
was supposed to meet Kai at costa, no show
session w Kai cancelled
met mum re taking Kai to GP
HV mum and Kai arguing all week
HV 1hr, police picked Kai up last night
HV, mum had dropped Kai at school
taxi took Kai home, spoke to school at centre
saw the family, not kai
HV saw everyone except Kai
HV saw mum but not Kai
saw mum without Kai
met mum and dad, not with Kai
HV Kai hasn't been seen since Sun
HV Kai seen by police in town
HV hoping to see Kai next time
HV will see Kai Thu
TAF at school, Kai not invited
TAF mum w/out Kai
HV kai unseen
HV child unseen
child not seen HV 30
child seen: no. HV 30
Child seen - no, HV
child seen? no. HV 20
Kai seen N, HV 20m
HV. Saw Kai? no he was out
HV couldn't see Kai as asleep
HV Kai in trouble again at school
HV Kai home life discussed with mum
HV with mum and Kai at school
saw mum, Kai and his mates in bother
HV mum, Kai not up
HV. mum, dad. Kai? not seen
HV mum there, Kai there? no, out
Kai seen alone? no, mum stayed. HV
Mum: saw Kai smoking. HV
knocked for Kai no answer
met Kais mum
walked past with nan no Kai
HV. Did I see Kai? No
HV not able to see Kai
HV. didnt get to see him
HV without Kai
saw kai's brother at home
saw Kai sister at home
HV saw mum (Kai asleep)
HV kai nt seen
HV Kai no seen
HV, kai not been seen in a week
HV should have seen Kai, didn't
"""


@every_row("words", NOT_SEEN.strip().splitlines())
def test_a_child_is_not_seen_unless_the_note_plainly_says_so(words: str) -> None:
    child = read(words).child
    assert "yes" not in (child.seen, child.alone, child.present)


SEEN = """
HV 30 min saw Kai
saw Kai and mum at home
HV, Kai there
HV Kai was present
met Kai at costa 45m
HV 1hr spoke to Kai alone
session w Kai 50 min at centre
Kai seen at home 20 mins
I saw Kai at school for half an hour
drove Kai to centre 20 min
saw him at centre 10 mins
"""


@every_row("words", SEEN.strip().splitlines())
def test_a_child_who_was_plainly_seen_was_seen(words: str) -> None:
    assert read(words).child.seen == "yes"


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("rang mum 5 min and dad 10 min", None),
        ("rang mum 10-15 mins", None),
        ("rang mum, he was 15 mins late", None),
        ("rang mum ½ hr", 30),
        ("HV 1½ hrs", 90),
        ("HV an hour and a half", 90),
        ("HV three quarters of an hour", 45),
        ("HV 11-1pm", 120),
        ("HV 1 hr 3pm", 60),
        ("rang mum 99h", None),
        ("rang mum 2-3 times", None),
    ],
)
def test_a_length_that_is_not_clear_is_left_empty(words: str, minutes: int | None) -> None:
    assert read(words).minutes == minutes


@pytest.mark.parametrize(
    ("words", "on", "at"),
    [
        ("rang mum Fri", date(2026, 11, 27), None),
        ("rang mum Thu", date(2026, 12, 3), None),
        ("rang mum 5 Dec", date(2026, 12, 3), None),
        ("rang mum 30 Nov", date(2026, 11, 30), None),
        ("HV 28/11 1hr", date(2026, 11, 28), None),
        ("HV 31/2", date(2026, 12, 3), None),
        ("rang mum at 6pm", date(2026, 12, 3), None),
        ("yesterday rang mum at 6pm", date(2026, 12, 2), time(18)),
        ("rang mum re visit on Mon", date(2026, 12, 3), None),
        ("rang mum, off since Tue", date(2026, 12, 3), None),
    ],
)  # fmt: skip
def test_what_lies_ahead_is_never_when_it_was(words: str, on: date, at: time | None) -> None:
    assert (read(words).on, read(words).at) == (on, at)
    assert read(words).moment(TYPED) <= TYPED


def test_in_january_a_day_of_december_was_last_years() -> None:
    typed = datetime(2027, 1, 4, 9, 0, tzinfo=LONDON)
    assert read_note("rang mum 30 Dec", KAI, typed).on == date(2026, 12, 30)


@pytest.mark.parametrize("words", ["", "whatever", "mum seems ok", "?", "ok", "P01", "\0", "1"])
def test_words_that_say_nothing_of_a_contact_have_no_mode(words: str) -> None:
    assert read(words).mode == ""


@given(st.lists(st.sampled_from([word for note in NOTES for word in note["words"].split()])))
def test_any_order_of_words_is_read_without_a_fault(words: list[str]) -> None:
    logged = read(" ".join(words))
    assert logged.moment(TYPED) <= TYPED
    assert logged.minutes is None or 0 < logged.minutes <= 720


@given(st.text(max_size=60))
def test_any_signs_are_read_without_a_fault(words: str) -> None:
    assert read(words).child.seen in {"yes", "no", "na"}


@pytest.mark.parametrize(
    ("words", "result", "who"),
    [
        ("no answer from dad so rang nan 5 min", "reached", {"grandmother"}),
        ("rang mum no answer, rang again no answer", "no_answer", {"mother"}),
        ("Ph call to mum 12 mins she is fed up with school", "reached", {"mother"}),
        ("mum popped into centre for a chat 15 mins", "reached", {"mother"}),
        ("left a note, no one home", "left_message", set()),
        ("Leanne rang 10 min", "reached", {"carer"}),
        ("Leanne rang me 10 min", "reached", {"carer"}),
    ],
)
def test_whom_it_reached_is_read_in_other_words_too(words: str, result: str, who: set) -> None:
    assert (read(words).result, set(read(words).relations)) == (result, who)


@pytest.mark.parametrize(
    ("words", "direction"),
    [
        ("Leanne rang 10 min", "outbound"),
        ("Leanne rang me 10 min", "inbound"),
        ("mum rang school 10 min", "outbound"),
        ("text from mum, not coming", "inbound"),
        ("rang mum 10 min", "outbound"),
    ],
)
def test_who_rang_whom_is_kept_apart(words: str, direction: str) -> None:
    assert read(words).direction == direction
