"""What calendars are given, read back by another library than the one that wrote it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import vobject

from bot.i18n import LONDON
from bot.pages.calendar_file import family_file, feed_file, invitation_file
from bot.rules.calendar_entries import Entry, entry_of, past_entry, uid_of
from bot.rules.visits import BOOKED, CANCELLED, OFFERED, OVER, Coming, Plan, Visit
from bot.rules.weekly import Weekly

MADE = datetime(2026, 10, 12, 9, tzinfo=UTC)
LATER = MADE + timedelta(days=1)


def visit(**changes: Any) -> Visit:
    plan = Plan(60, "home", (Coming("DO"),), datetime(2026, 10, 23, 12, tzinfo=UTC))
    known = Visit(
        12, "home_visit", BOOKED, 1, plan, ("P21",), (21,), 7, "C007", "DO", MADE, MADE, "a note"
    )
    return replace(known, **changes)


def entry(**changes: Any) -> Entry:
    made = entry_of(
        visit(**changes), "a visit (P21)", "at home", "https://k.example/staff/visits/12"
    )
    assert made is not None
    return made


def read_back(file: bytes) -> Any:
    """Read a file with the second library, which checks what must be there and what must not."""
    calendar = vobject.readOne(file.decode(), validate=True)
    assert calendar.validate(raiseException=True)
    return calendar


def test_a_calendar_of_another_maker_reads_what_was_meant() -> None:
    calendar = read_back(feed_file([entry()], "Keyworker"))
    event = calendar.vevent
    assert calendar.method.value == "PUBLISH"
    assert event.summary.value == "A visit (P21)"
    assert event.location.value == "At home"
    assert event.dtstart.value == datetime(2026, 10, 23, 12, tzinfo=UTC)
    assert event.dtend.value - event.dtstart.value == timedelta(hours=1)
    assert event.url.value == "https://k.example/staff/visits/12"
    assert b"a note" not in feed_file([entry()], "Keyworker")


def test_a_calendar_with_no_visits_is_still_a_calendar() -> None:
    assert read_back(feed_file([], "Keyworker")).contents.get("vevent") is None


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "TENTATIVE"),
        ({"confirmed_at": LATER}, "CONFIRMED"),
        ({"person": "", "person_id": None}, "CONFIRMED"),
        ({"state": OVER}, "CONFIRMED"),
        ({"state": CANCELLED, "confirmed_at": LATER}, "CANCELLED"),
        ({"state": OFFERED}, "CANCELLED"),
    ],
)
def test_how_a_visit_stands_is_how_it_stands_in_the_calendar(changes, status) -> None:
    event = read_back(feed_file([entry(**changes)], "Keyworker")).vevent
    assert event.status.value == status
    assert event.transp.value == ("TRANSPARENT" if status == "CANCELLED" else "OPAQUE")


def test_a_family_that_says_yes_changes_the_entry_but_not_its_number() -> None:
    before, after = entry(), entry(confirmed_at=LATER)
    assert (before.uid, before.version) == (after.uid, after.version)
    assert before.changed_at < after.changed_at


def test_a_visit_moved_over_the_clock_change_is_at_the_hour_that_was_said() -> None:
    """Fri 23 Oct 13:00 in summer time; Mon 26 Oct 13:00 is an hour later in UTC."""
    first = entry()
    moved = replace(visit().plan, starts_at=datetime(2026, 10, 26, 13, tzinfo=LONDON))
    second = entry(plan=moved, version=2, changed_at=LATER)
    shown = [read_back(feed_file([one], "Keyworker")).vevent for one in (first, second)]
    assert b"TZID" not in feed_file(
        [second], "Keyworker"
    )  # khal cannot read a zone it is not given
    at = [one.dtstart.value.astimezone(LONDON) for one in shown]
    assert [f"{one:%a %d %b %H:%M}" for one in at] == ["Fri 23 Oct 13:00", "Mon 26 Oct 13:00"]
    assert [one.dtstart.value.hour for one in shown] == [12, 13]
    assert len({one.uid.value for one in shown}) == 1
    assert [one.sequence.value for one in shown] == ["1", "2"]


@pytest.mark.parametrize("first", ["2026-10-13 13:00", "2027-03-16 13:00"])
def test_visits_of_each_week_are_entries_of_their_own_over_both_clock_changes(first: str) -> None:
    """Four Tuesdays at 13:00; the third moves to its Thursday, and nothing else changes."""
    begins = datetime.fromisoformat(first).replace(tzinfo=LONDON)
    times = (begins, *Weekly(count=4).later_than(begins))
    visits = [
        visit(id=number, plan=replace(visit().plan, starts_at=at))
        for number, at in enumerate(times, start=12)
    ]
    thursday = replace(visits[2].plan, starts_at=times[2] + timedelta(days=2))
    moved = replace(visits[2], plan=thursday, version=2, changed_at=LATER)
    before, after = (
        read_back(feed_file([made for one in found if (made := entry_of(one, "a", "b"))], "K"))
        for found in (visits, [*visits[:2], moved, visits[3]])
    )
    shown = [f"{one.dtstart.value.astimezone(LONDON):%a %H:%M}" for one in before.vevent_list]
    assert shown == ["Tue 13:00"] * 4
    assert len({one.dtstart.value.hour for one in before.vevent_list}) == 2, "in UTC"
    assert len({one.uid.value for one in before.vevent_list}) == 4
    pairs = list(zip(before.vevent_list, after.vevent_list, strict=True))
    assert [(one.uid.value, other.sequence.value) for one, other in pairs] == [
        (one.uid.value, "2" if number == 2 else "1") for number, (one, _other) in enumerate(pairs)
    ]
    same = [one.serialize() == other.serialize() for one, other in pairs]
    assert same == [True, True, False, True]
    assert f"{after.vevent_list[2].dtstart.value.astimezone(LONDON):%a %H:%M}" == "Thu 13:00"


def test_a_night_hour_that_comes_twice_is_not_moved() -> None:
    for hour in (0, 1):  # in UTC: 01:30 in London, in summer time and once more after it
        plan = replace(visit().plan, starts_at=datetime(2026, 10, 25, hour, 30, tzinfo=UTC))
        event = read_back(feed_file([entry(plan=plan)], "Keyworker")).vevent
        assert event.dtstart.value == plan.starts_at
        assert event.dtend.value == plan.ends_at


def test_an_invitation_its_change_and_its_end_are_about_one_visit() -> None:
    """What a calendar goes by when a file is brought again: UID, then SEQUENCE, then DTSTAMP."""
    moved = replace(visit().plan, starts_at=datetime(2026, 10, 26, 13, tzinfo=LONDON))
    files = [
        invitation_file(entry()),
        invitation_file(entry(plan=moved, version=2, changed_at=LATER)),
        invitation_file(entry(plan=moved, version=3, state=CANCELLED, changed_at=LATER)),
    ]
    calendars = [read_back(file) for file in files]
    assert [one.method.value for one in calendars] == ["REQUEST", "REQUEST", "CANCEL"]
    assert len({one.vevent.uid.value for one in calendars}) == 1
    assert [one.vevent.sequence.value for one in calendars] == ["1", "2", "3"]
    assert {one.vevent.organizer.value for one in calendars} == {
        "mailto:keyworker@keyworker.invalid"
    }
    assert invitation_file(entry()) == files[0]  # brought again, it is the same file


def test_who_does_not_come_any_more_is_told_at_the_time_that_stood_there() -> None:
    gone = past_entry(visit(version=4), MADE, 30, "a visit (P21)", "at home")
    event = read_back(feed_file([gone], "Keyworker")).vevent
    assert (event.status.value, event.dtstart.value) == ("CANCELLED", MADE)
    assert event.uid.value == uid_of(visit())


def test_a_family_is_asked_to_answer_nothing() -> None:
    calendar = read_back(family_file(entry()))
    assert calendar.method.value == "PUBLISH"
    assert not {"attendee", "organizer", "valarm"} & set(calendar.vevent.contents)


@pytest.mark.parametrize(
    "label",
    [
        "time with Tom, then tea; ok?",
        "a \\ b",
        "evil\r\nATTENDEE:mailto:x@example.org\r\nX-A:b",
        "ملاقات" * 30,
        "🙂" * 60,
    ],
)
def test_a_label_is_words_and_nothing_else(label: str) -> None:
    made = entry_of(visit(), label, "at home")
    assert made is not None
    file = feed_file([made], "Keyworker")
    event = read_back(file).vevent
    assert event.summary.value.split() == made.title.split()
    assert "attendee" not in event.contents
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))


def test_a_visit_with_no_time_is_in_no_calendar() -> None:
    assert entry_of(visit(plan=replace(visit().plan, starts_at=None)), "a visit", "at home") is None
