"""What a family is told about school by itself, and why nothing goes, in one table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import pytest

from bot.imports.codes import attendance_codes
from bot.rules.calendar import moment_at, wall
from bot.rules.expected import Pattern, Schooling, slots_of
from bot.rules.nudge_adults import Reach, against, told
from bot.rules.nudge_plan import MAY_HAVE_GONE, decide, still
from bot.rules.nudges import Adult, Child, Reminder, Rules
from bot.rules.practice import AttendanceRules, Span, Window
from bot.settings import DEMO
from bot.taskforce_file import read_practice

PRACTICE = replace(
    read_practice(DEMO / "taskforce.toml"), attendance=AttendanceRules(query_owner="service")
)
CALENDAR = PRACTICE.calendar
RULES = Rules(PRACTICE, attendance_codes())
MILLRACE, HOME = 1, 2
MON, TUE, WED, THU, FRI = range(5)
TUESDAY = date(2026, 12, 1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


@dataclass(frozen=True)
class At:
    school_id: int
    school: str
    schooling: Schooling


@dataclass(frozen=True)
class Mark:
    school_id: int
    day: date
    half: str
    code: str


def at(text):
    shown = datetime.fromisoformat(text)
    return moment_at(shown.date(), shown.time())


def school(**changes):
    return At(MILLRACE, "Millrace Centre", replace(Schooling(CALENDAR, year=9), **changes))


def marks(*said, school_id=MILLRACE):
    """Read "12-01 N/" as the morning and the afternoon of a day."""
    found = []
    for words in said:
        day, codes = words.split()
        when = date.fromisoformat(f"2026-{day}")
        halves = codes.split(",") if "," in codes else list(codes)
        found += [
            Mark(school_id, when, half, code)
            for half, code in zip(("am", "pm"), halves, strict=False)
        ]
    return tuple(found)


KAI = Child(schools=(school(),), marks=marks("12-01 N"))
LEANNE = Adult()
TEN_FIFTEEN = "2026-12-01T10:15"


def plan(child=KAI, adult=LEANNE, now=TEN_FIFTEEN, rules=RULES):
    return decide(child, adult, rules, at(now))


def sent(*args, **kwargs):
    return [each.kind for each in plan(*args, **kwargs).due]


def why(*args, **kwargs):
    return [each.reason for each in plan(*args, **kwargs).left]


def again(*args, **kwargs):
    moment = plan(*args, **kwargs).again
    return moment and f"{wall(moment):%a %d %b %H:%M}"


def test_kai_was_not_marked_in_and_nobody_knows_why_so_the_family_is_asked_at_quarter_past_ten():
    assert (sent(now="2026-12-01T10:14"), again(now="2026-12-01T10:14")) == ([], "Tue 01 Dec 10:15")
    [asked] = plan().due
    assert (asked.kind, asked.key) == ("absence", "absence/2026-12-01")
    assert asked.not_after == at("2026-12-01T12:00")
    late = Rules(replace(PRACTICE, attendance=AttendanceRules("service", time(9, 50))), RULES.codes)
    assert again(rules=late, now="2026-12-01T09:55") == "Tue 01 Dec 10:35"
    early = Rules(replace(PRACTICE, attendance=AttendanceRules("service", time(9))), RULES.codes)
    assert again(rules=early, now="2026-12-01T09:55") == "Tue 01 Dec 10:15"


NOBODY_HERE = Child(schools=(school(),))
ONE_SCHOOL_LEAVES_IT = marks("12-01 D", school_id=HOME)
EVERY_AFTERNOON = Pattern(
    "reduced", slots_of(f"{day} pm" for day in WEEKDAYS), date(2026, 11, 2), date(2026, 12, 18)
)
MONDAYS_ONLY = replace(EVERY_AFTERNOON, slots=slots_of(["mon am", "mon pm"]))
LEAVER = replace(
    KAI, schools=(school(year=11),), marks=(Mark(MILLRACE, date(2027, 6, 28), "am", "N"),)
)
SHUT = frozenset({(TUESDAY, "am"), (TUESDAY, "pm")})
SNOW = school(calendar=replace(CALENDAR, school_days=CALENDAR.school_days - {TUESDAY}), shut=SHUT)

TABLE = {
    "he came in late after all": (replace(KAI, marks=marks("12-01 L")), []),
    "his mum has said that he is ill": (
        replace(KAI, reasons={TUESDAY: "ill"}), ["a reason is known: ill"],
    ),
    "staff have seen him in": (
        replace(KAI, seen_in=frozenset({(TUESDAY, "am")})),
        ["seen in by staff, the register says N"],
    ),
    "no register has come today": (NOBODY_HERE, []),
    "the other school has not said yet": (
        replace(KAI, marks=ONE_SCHOOL_LEAVES_IT),
        ["not known: one register leaves it to the other, which says nothing yet"],
    ),
    "the two schools disagree": (
        replace(KAI, marks=KAI.marks + marks("12-01 I", school_id=HOME)),
        ["two registers disagree: settle which one counts"],
    ),
    "he only comes on Mondays": (
        replace(KAI, schools=(school(patterns=(MONDAYS_ONLY,)),)),
        ["not expected: not on the reduced timetable"],
    ),
    "he only comes in the afternoon": (
        replace(KAI, schools=(school(patterns=(EVERY_AFTERNOON,)),), marks=marks("12-01 IN")),
        ["expected in the afternoon only: a text would come too late"],
    ),
    "school itself is what is hard": (
        replace(KAI, hold="ebsa"),
        ["nothing about attendance goes to this family by itself: a person decides"],
    ),
    "there has been a death in the family": (
        replace(KAI, hold="bereavement"),
        ["nothing about attendance goes to this family by itself: a person decides"],
    ),
    "the register of last week said what nobody names": (
        replace(KAI, marks=KAI.marks + marks("11-26 Y5,Y5")),
        ["nothing about attendance goes to this family by itself: a person decides"],
    ),
    "the family declined support": (
        replace(KAI, status="refused"), ["the family declined support: nothing until they ask"],
    ),
    "the case is closed": (
        replace(KAI, status="completed"), ["the case is not open: completed"],
    ),
    "the key worker has paused it": (replace(KAI, paused=True), ["paused"]),
}  # fmt: skip


@pytest.mark.parametrize("said", TABLE)
def test_nobody_is_asked_about_an_absence_when(said):
    child, reasons = TABLE[said]
    assert sent(child) == []
    assert why(child) == reasons


def test_the_school_asks_for_itself_unless_the_taskforce_was_given_that():
    by_school = Rules(replace(PRACTICE, attendance=AttendanceRules()), RULES.codes)
    assert sent(rules=by_school) == []
    assert why(rules=by_school) == ["the school asks about absence here"]


def test_a_mark_that_came_after_noon_asks_nobody_that_day():
    assert sent(now="2026-12-01T12:00") == ["absence"]
    assert why(now="2026-12-01T12:01") == ["too late for it to be of use"]


def test_after_a_restore_a_person_asks_about_what_was_due_before_it():
    restored = replace(RULES, restored_at=at("2026-12-01T10:40"))
    found = plan(now="2026-12-01T10:50", rules=restored)
    assert not found.due
    [left] = found.left
    assert (left.kind, left.reason, left.to_person) == ("absence", MAY_HAVE_GONE, True)
    earlier = replace(RULES, restored_at=at("2026-12-01T10:00"))
    assert [each.kind for each in plan(rules=earlier).due] == ["absence"]
    waits = still(KAI, LEANNE, restored, at("2026-12-01T10:50"), "absence/2026-12-01")
    assert waits == "", "what is to leave after the restore still does"


def test_a_text_that_waits_leaves_only_while_what_it_says_is_so():
    key, now = "absence/2026-12-01", at(TEN_FIFTEEN)
    assert still(KAI, LEANNE, RULES, now, key) == ""
    came = replace(KAI, marks=marks("12-01 L"))
    assert still(came, LEANNE, RULES, now, key) == "what it says is not so any more"
    ill = replace(KAI, reasons={TUESDAY: "ill"})
    assert still(ill, LEANNE, RULES, now, key) == "a reason is known: ill"
    assert "a person decides" in still(replace(KAI, hold="safeguarding"), LEANNE, RULES, now, key)


def test_the_second_day_is_kinder_and_from_the_third_a_person_asks():
    second = replace(KAI, marks=marks("11-30 NN", "12-01 N"))
    assert sent(second) == ["absence_day2"]
    third = replace(KAI, marks=marks("11-27 NN", "11-30 NN", "12-01 N"))
    [left] = plan(third).left
    assert (left.kind, left.to_person) == ("absence_day3", True)
    assert sent(replace(third, reasons={date(2026, 11, 30): "ill"})) == ["absence"]
    assert sent(replace(third, seen_in=frozenset({(date(2026, 11, 30), "am")}))) == ["absence"]
    away_on_monday = school(patterns=(replace(MONDAYS_ONLY, slots=slots_of(["fri am", "tue am"])),))
    assert sent(replace(third, schools=(away_on_monday,))) == ["absence_day2"]


def test_a_half_term_between_two_absences_is_no_gap():
    autumn = replace(KAI, marks=marks("10-23 NN", "11-02 N"))
    assert sent(autumn, now="2026-11-02T10:15") == ["absence_day2"]
    assert sent(KAI, now="2026-10-27T10:15") == []


def test_in_the_week_the_clocks_change_ten_fifteen_is_ten_fifteen_on_the_wall():
    for day, utc in (("10-23", "09:15"), ("11-02", "10:15")):
        child = replace(KAI, marks=marks(f"{day} N"))
        early = plan(child, now=f"2026-{day}T09:00").again
        assert f"{early:%H:%M}" == utc


def test_a_leaver_of_year_11_is_left_in_peace():
    assert sent(LEAVER, now="2027-06-28T10:15") == []
    assert why(LEAVER, now="2027-06-28T10:15") == ["not expected: past the last day of Year 11"]


def test_safe_hours_that_open_after_noon_make_it_a_persons_work():
    nights = Adult(window=Window(hours=Span(time(13, 30), time(16))))
    [left] = plan(adult=nights).left
    assert (left.reason, left.to_person) == ("their own hours open too late for it", True)
    tuesdays = Adult(window=Window(frozenset({TUE, THU}), Span(time(10), time(12))))
    assert sent(adult=tuesdays) == ["absence"]
    friday = replace(KAI, marks=marks("12-04 N"))
    prayers = Adult(window=Window(avoid=((FRI, Span(time(10), time(14, 30))),)))
    assert [left.to_person for left in plan(friday, prayers, "2026-12-04T10:15").left] == [True]


def test_an_opted_out_family_gets_no_text_and_a_person_asks():
    out = Adult(against=against(Reach(opted_out=True)))
    [left] = plan(adult=out).left
    assert (left.reason, left.to_person) == ("opted out of texts: phone or visit", True)


@dataclass(frozen=True)
class Tied:
    name: str
    responsible: bool = True
    do_not_use: bool = False
    copy_only: bool = False


def names(*adults):
    return [each.name for each in told(adults)]


def test_both_parents_are_told_each_at_home_and_a_foster_carer_who_has_no_such_right():
    assert names(Tied("Rasa"), Tied("Tomas")) == ["Rasa", "Tomas"]
    assert names(Tied("Craig"), Tied("Lisa", do_not_use=True)) == ["Craig"]
    denise, imran = Tied("Denise", responsible=False), Tied("Imran", False, copy_only=True)
    assert names(denise, imran) == ["Denise"]
    assert names(Tied("Rasa"), Tied("Aunt", responsible=False)) == ["Rasa"]


def test_a_bus_that_never_came_brings_an_offer_of_help_once_a_week():
    bus = replace(KAI, marks=marks("12-01 QQ"))
    [offer] = plan(bus).due
    assert (offer.kind, offer.key) == ("transport", "transport/2026-11-30")
    again_on_thursday = replace(KAI, marks=marks("12-03 Y1,Y1"))
    assert plan(again_on_thursday, now="2026-12-03T10:15").due[0].key == offer.key


def test_snow_is_told_as_early_as_the_family_may_be_told_and_to_nobody_who_stays_at_home():
    snowed_in = replace(NOBODY_HERE, schools=(SNOW,))
    assert sent(snowed_in, now="2026-11-30T18:30") == ["closure"]
    assert sent(snowed_in, now="2026-12-01T08:00") == ["closure"]
    assert why(snowed_in, now="2026-12-01T12:01") == ["too late for it to be of use"]
    at_home = replace(SNOW, schooling=replace(SNOW.schooling, patterns=(MONDAYS_ONLY,)))
    assert sent(replace(NOBODY_HERE, schools=(at_home,)), now="2026-12-01T08:00") == []
    assert sent(replace(KAI, marks=marks("12-01 Y4,Y4")), now="2026-12-01T08:30") == ["closure"]


BEFORE = ("11-23 //", "11-24 II", "11-25 //", "11-26 //", "11-27 //")
BETTER = ("11-30 //", "12-01 //", "12-02 //", "12-03 //")
WENT_WELL = replace(KAI, marks=marks(*BEFORE, *BETTER, "12-04 //"))


def test_a_week_better_than_the_last_is_praised_on_friday_once_all_of_it_is_known():
    assert again(WENT_WELL, now="2026-12-04T15:00") == "Fri 04 Dec 15:45"
    [praise] = plan(WENT_WELL, now="2026-12-04T15:45").due
    assert dict(praise.given) == {"days": "5", "every": "yes", "monday": "2026-11-30"}
    unknown = replace(KAI, marks=marks(*BEFORE, *BETTER, "12-04 /"))
    assert sent(unknown, now="2026-12-04T15:45") == []
    tuesdays = Adult(window=Window(frozenset({TUE, THU}), Span(time(10), time(12))))
    assert again(WENT_WELL, tuesdays, "2026-12-04T15:45") == "Tue 08 Dec 10:00"
    assert sent(replace(WENT_WELL, hold="ebsa"), now="2026-12-04T15:45") == []


def test_no_praise_goes_into_the_holidays():
    autumn = ("10-12 NN", "10-13 //", "10-14 //", "10-15 //", "10-16 //")
    then = (f"10-{day} //" for day in range(19, 24))
    child = replace(KAI, marks=marks(*autumn, *then))
    assert sent(child, now="2026-10-23T15:45") == ["praise"]
    assert sent(child, now="2026-10-27T09:00") == []


def chloe(starts):
    first = Pattern("reintegration", slots_of(["mon am"]), date(2026, 11, 9), starts, step=1)
    day = timedelta(days=1)
    second = replace(
        first,
        slots=slots_of(["mon am", "tue am"]),
        from_on=starts,
        until_on=starts + 20 * day,
        step=2,
    )
    return replace(NOBODY_HERE, schools=(school(patterns=(first, second)),), hold="ebsa")


def test_the_next_step_is_told_the_evening_before_or_on_friday_for_a_monday():
    assert again(chloe(date(2026, 12, 7)), now="2026-12-01T09:00") == "Fri 04 Dec 15:45"
    assert sent(chloe(date(2026, 12, 7)), now="2026-12-04T15:45") == ["next_step"]
    assert again(chloe(date(2026, 12, 8)), now="2026-12-01T09:00") == "Mon 07 Dec 18:00"
    weekends = Adult(window=Window(frozenset({5, 6}), Span(time(10), time(17))))
    assert again(chloe(date(2026, 12, 7)), weekends, "2026-12-01T09:00") == "Sun 06 Dec 16:45"


def test_the_first_day_is_told_at_six_the_evening_before_and_never_afterwards():
    new = replace(NOBODY_HERE, starts_on=date(2026, 12, 2))
    assert again(new, now="2026-12-01T09:00") == "Tue 01 Dec 18:00"
    assert sent(new, now="2026-12-01T18:00") == ["first_day"]
    assert sent(new, now="2026-12-02T08:00") == []


def test_a_reminder_goes_on_the_evenings_and_at_the_time_its_family_chose():
    kit = Adult(reminders=(Reminder(7, frozenset({WED}), time(19), "PE kit"),))
    assert again(NOBODY_HERE, kit, TEN_FIFTEEN) == "Tue 01 Dec 19:00"
    [reminder] = plan(NOBODY_HERE, kit, "2026-12-01T19:00").due
    assert (reminder.key, dict(reminder.given)) == (
        "agreed_reminder/2026-12-02/7", {"words": "PE kit"},
    )  # fmt: skip
    assert again(NOBODY_HERE, LEANNE, TEN_FIFTEEN) is None
    assert sent(NOBODY_HERE, kit, "2026-12-22T19:00") == []
