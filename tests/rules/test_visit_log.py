"""How a visit stands in the log, what missed ones come to, and a wish kept between two messages."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.flows import visit_outcome
from bot.flows.base import Begin, Hours
from bot.flows.visit_outcome import read_activity, read_minutes
from bot.rules.booking_words import Booking
from bot.rules.visit_echo import listed
from bot.rules.visit_kinds import KINDS
from bot.rules.visit_log import WITHIN, by_reason, is_pattern, mode
from bot.rules.visit_wish import Wish, from_answers, to_answers
from bot.rules.visits import Coming, EndVisit, Plan, Visit
from tests.flows.talk import FACTS, Talk

NOW = datetime(2026, 12, 3, 12, tzinfo=UTC)
PLAN = Plan(60, "community_cafe", (Coming("DO"), Coming("RA", "learning specialist")), NOW, 15,
            "Costa, Mill Lane")  # fmt: skip
WISH = Wish("home_visit", ("P07", "P08"), "C008", PLAN, "bring the form", None, "am")


@pytest.mark.parametrize(
    "wish",
    [
        WISH,
        WISH.at(None),
        Wish("ap_panel", (), "", Plan(90, "learning_centre", (Coming("HM"),))),
        Wish("lift", ("P01",), "C001", PLAN, between=(date(2026, 12, 7), date(2026, 12, 11))),
    ],
)
def test_a_wish_comes_back_as_it_was_kept(wish: Wish) -> None:
    assert from_answers(to_answers(wish)) == wish


def test_what_a_line_does_not_tell_stays_as_it_was() -> None:
    moved = WISH.moved(Booking(on=date(2026, 12, 4), at=time(14)))
    assert moved.plan.starts_at == datetime(2026, 12, 4, 14, tzinfo=UTC)
    assert moved.plan.place_words == "Costa, Mill Lane"
    assert (moved.plan.minutes, moved.plan.travel) == (60, 15)
    home = WISH.moved(Booking(place="home", minutes=30, travel=0))
    assert (home.plan.place, home.plan.place_words, home.plan.starts_at) == ("home", "", None)
    assert (home.plan.minutes, home.plan.travel) == (30, 0)


def test_a_day_without_an_hour_is_looked_at_as_a_whole() -> None:
    day = date(2026, 12, 4)
    assert WISH.moved(Booking(on=day)).between == (day, day)


@pytest.mark.parametrize(("missed", "pattern"), [(2, False), (3, True), (4, False)])
def test_the_third_missed_visit_is_the_one_that_is_looked_at(missed: int, pattern: bool) -> None:
    moments = [NOW - timedelta(days=5 * count) for count in range(missed)]
    assert is_pattern(moments, NOW) == pattern
    assert not is_pattern([NOW - WITHIN - timedelta(days=1)] * missed, NOW)


def test_missed_visits_are_counted_once_by_reason_and_the_commonest_first() -> None:
    missed = [(1, "transport"), (1, "transport"), (2, "transport"), (3, "worried"), (4, "")]
    assert by_reason(missed) == [
        ("no way to get there", 2),
        ("not known", 1),
        ("worry or fear of coming", 1),
    ]


@pytest.mark.parametrize(
    ("kind", "place", "held"),
    [
        ("home_visit", "home", "face_to_face"),
        ("family_call", "phone", "telephone"),
        ("taf", "video", "video"),
        ("taf", "mainstream_school", "meeting"),
        ("step_out_review", "learning_centre", "meeting"),
    ],
)
def test_a_visit_is_logged_by_how_it_was_held(kind: str, place: str, held: str) -> None:
    plan = Plan(30, place, (Coming("DO"),), NOW)
    visit = Visit(1, kind, "booked", 1, plan, (), (), None, "", "DO", NOW, NOW)
    assert mode(visit) == held


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("50 min", "m50"),
        ("1h 10m", "m70"),
        ("1 hour", "m60"),
        ("2hrs", "m120"),
        ("90 minutes", "m90"),
        ("0 min", None),
        ("20 hours", None),
        ("ages", None),
        ("", None),
    ],
)
def test_a_length_is_read_as_it_is_typed(words: str, read: str | None) -> None:
    assert read_minutes(FACTS, words) == read


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("Mentoring", "mentoring"),
        ("home visit", "home_visit"),
        ("reading", "reading"),
        ("eh", None),
    ],
)
def test_a_kind_of_work_is_read_by_its_name(words: str, read: str | None) -> None:
    assert read_activity(FACTS, words) == read


def test_every_kind_of_visit_can_be_named_as_the_work_it_was() -> None:
    for kind in KINDS.values():
        assert read_activity(FACTS, kind.name) == kind.logged_as


def test_names_are_joined_as_people_say_them() -> None:
    assert (listed(["Ruth"]), listed(["Ruth", "Priya", "Dani"])) == ("Ruth", "Ruth, Priya and Dani")


def to_the_words() -> Talk:
    """A worker has said how it went, and is asked for words for the log."""
    talk = Talk(visit_outcome.FLOW)
    for label in ("done", "planned", "planned"):
        talk = talk.writes(label)
    assert talk.said.endswith("Type what is to stand in the log. Only the team reads it.")
    return talk


@pytest.mark.parametrize(
    "words",
    ["Hi Leanne, hope Kai is ok, shall I ring the taxi firm?", "good morning, see you at 2",
     "Hello - are you in", "Shall I ring the taxi firm?"],
)  # fmt: skip
def test_words_that_greet_or_ask_are_said_back_before_they_stand_in_the_log(words: str) -> None:
    talk = to_the_words().writes(words)
    assert talk.turn.effects == ()
    assert words in talk.said
    assert talk.writes("message").turn.effects == (Begin("who_for", {"words": words}),)
    [saved] = to_the_words().writes(words).writes("save").turn.effects
    assert isinstance(saved, EndVisit)
    assert saved.words == words


def test_the_next_booking_is_not_written_into_the_log_of_the_last_visit() -> None:
    line = "home visit Leanne tue 8 dec 2pm for 45 min"
    talk = to_the_words().writes(line)
    assert talk.turn.effects == ()
    booking = talk.writes("book")
    assert booking.turn.effects == (Begin("book_visit", {"words": line, "plainly": "yes"}),)


@pytest.mark.parametrize("words", ["He was tired.", "Talked about the taxi, they dine later now"])
def test_plain_words_stand_in_the_log_at_once(words: str) -> None:
    [saved] = to_the_words().writes(words).turn.effects
    assert isinstance(saved, EndVisit)
    assert saved.words == words


def test_words_to_somebody_name_no_kind_of_work() -> None:
    assert read_activity(FACTS, "Hi Leanne, mentoring tomorrow?") is None


def test_no_question_about_a_visit_listens_for_longer_than_an_hour() -> None:
    for name, step in visit_outcome.FLOW.steps.items():
        assert [silence.after for silence in step.silence] == [Hours(1)], name
