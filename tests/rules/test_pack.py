"""Which meeting a pack is for, what it looks back on, and how contacts are counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

import pytest

from bot.rules.meetings import Sitting, meeting_after, meeting_day, next_pack, sitting
from bot.rules.pack import Pack, Referred, headline, ready
from bot.rules.practice import FRIDAY, MONDAY, MeetingRhythm
from bot.rules.tally import Tally, tally
from tests.stage import london

TUESDAYS = MeetingRhythm()
TUESDAY = date(2026, 12, 1)


@dataclass
class Said:
    """One entry of a log."""

    direction: str = "outbound"
    mode: str = "sms"
    done_by: str = "DO"
    attempt_result: str | None = None
    outcome: str | None = None
    outbox_id: int | None = None


@pytest.mark.parametrize(
    ("today", "found"),
    [
        (date(2026, 11, 30), TUESDAY),
        (TUESDAY, TUESDAY),
        (date(2026, 12, 2), date(2026, 12, 8)),
    ],
)
def test_the_next_meeting_is_todays_until_the_day_is_over(today, found):
    assert meeting_day(TUESDAYS, today) == found


def test_a_pack_looks_back_to_the_hour_the_meeting_before_began():
    assert sitting(TUESDAYS, TUESDAY, TUESDAY) == Sitting(TUESDAY, london("2026-11-24 09:30"), None)


def test_the_pack_of_a_meeting_gone_by_ends_with_its_own_hour():
    found = sitting(TUESDAYS, TUESDAY, date(2026, 12, 2))
    assert found.until == london("2026-12-01 09:30")
    assert found.holds(london("2026-12-01 09:29"))
    assert not found.holds(london("2026-12-01 09:30"))


def test_a_meeting_moved_to_another_day_looks_back_to_the_regular_one():
    moved = sitting(TUESDAYS, date(2026, 12, 3), date(2026, 12, 3))
    assert moved.since == london("2026-12-01 09:30")


def test_where_weeks_were_left_out_a_pack_looks_back_to_the_meeting_that_was_held():
    after = date(2027, 1, 5)
    held = sitting(TUESDAYS, after, after, date(2026, 12, 15))
    assert held.since == london("2026-12-15 09:30")
    long_ago = sitting(TUESDAYS, after, after, date(2026, 9, 1))
    assert long_ago.since == london("2026-12-29 09:30")


def test_half_past_nine_is_wall_time_on_both_sides_of_the_clock_change():
    found = sitting(TUESDAYS, date(2026, 10, 27), date(2026, 10, 26))
    assert found.since == london("2026-10-20 09:30")
    assert (london("2026-10-27 09:30") - found.since).total_seconds() == (7 * 24 + 1) * 3600


def test_the_pack_of_monday_is_for_tuesday_and_the_next_is_a_week_on():
    monday = london("2026-11-30 16:00")
    assert next_pack(TUESDAYS, london("2026-11-30 15:59")) == monday
    assert next_pack(TUESDAYS, monday) == london("2026-12-07 16:00")
    assert meeting_after(TUESDAYS, monday) == TUESDAY
    assert meeting_after(TUESDAYS, london("2026-12-01 09:30")) == date(2026, 12, 8)


def test_a_pack_made_on_a_friday_is_for_the_monday_after_it():
    rhythm = MeetingRhythm(MONDAY, time(9), FRIDAY, time(15))
    assert meeting_after(rhythm, next_pack(rhythm, london("2026-12-02 12:00"))) == date(2026, 12, 7)


def test_a_text_that_left_and_then_did_not_arrive_is_only_lost():
    sent = Said(outbox_id=7)
    lost = Said(attempt_result="undelivered", outbox_id=7)
    assert tally([sent, lost, Said(outbox_id=8)]) == Tally(wrote=1, lost=1)
    assert tally([Said(), Said(attempt_result="failed")]) == Tally(wrote=1, lost=1)


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        (Said("inbound", "telegram", "C1"), Tally(heard=1)),
        (Said(done_by="system"), Tally(automatic=1)),
        (Said(mode="telephone", attempt_result="reached"), Tally(spoken=1)),
        (Said(mode="telephone", attempt_result="no_answer"), Tally(unreached=1)),
        (Said(mode="voicemail", attempt_result="left_message"), Tally(unreached=1)),
        (Said(mode="face_to_face", attempt_result="reached", outcome="done"), Tally(met=1)),
        (Said(mode="face_to_face", outcome="was_not_brought"), Tally(missed=1)),
        (Said(mode="meeting", outcome="cancelled_by_us"), Tally(missed=1)),
        (Said("internal", "note"), Tally()),
        (Said("inbound", "telephone", "C1", "no_answer"), Tally()),
    ],
)
def test_every_contact_is_counted_under_how_it_was_made(entry, found):
    assert tally([entry]) == found


def test_the_notice_is_counts_alone_and_leaves_out_what_there_is_none_of():
    asked = Referred("R001", "Nia Webb", 9, "", "form", TUESDAY, 0, None, ())
    pack = Pack(sitting(TUESDAYS, TUESDAY, TUESDAY), london("2026-11-30 16:00"), triage=(asked,))
    assert headline(pack) == "1 referral to triage"
    assert ready(pack) == (
        "The pack for Tue 1 Dec is ready: 1 referral to triage. Open Meeting on the staff page."
    )
