"""The page about the term: for each family, what was said to whom, and what was not, and why."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from tests.term_lines import Line

HEAD = (
    "# Half a term on the clock",
    "",
    "What each family of the fictional Marlbridge hears about school by itself, from half term",
    "(Mon 26 Oct 2026) to the week before Christmas, and what it does not hear, each with the",
    "reason. Registers are generated and come in at 09:45 and 15:10; nobody of the team answers.",
    "`python -m tests.term` plays it again, writes this page, and fails where a message left",
    "outside its window or a family's own hours, twice, over the caps, to somebody who is held,",
    "closed, opted out or barred, on a day without school, or about a mark since corrected.",
    "",
    "Put in by hand beside the generated marks: corrections on 4 Nov (P06), 17 Nov and 9 Dec",
    "(P24), a mark that comes late on 10 Nov (P24), a reason by text on 12 Nov (P10), a STOP on",
    "18 Nov (P21), no register at all on 19 Nov, custody from 8 Dec (P04), and snow at the",
    "provision on 14 Dec. Lukas's parents (P15) read English here, so that both homes show. For",
    "languages without approved wording a person is asked. Check-ins stand here: caps count them.",
    "",
    "The same reason on days one after the other stands in one line.",
    "",
)


IN_NUDGES = "tests/rules/test_nudges.py"
KEPT_BACK = "tests/rules/test_nudges_kept_back.py"
ON_THE_STAGE = "tests/scheduler/test_attendance.py"
# Each situation a family can be in, and the test that plays it.
SITUATIONS: tuple[tuple[str, str, str], ...] = (
    ("a late mark", ON_THE_STAGE, "test_a_late_mark_stops_a_text_that_was_on_its_way"),
    (
        "a correction after sending",
        ON_THE_STAGE,
        "test_connor_is_not_in_and_his_mum_says_that_the_bus_did_not_come",
    ),
    (
        "two registers, no mark yet (the other school has not said yet)",
        IN_NUDGES,
        "test_nobody_is_asked_about_an_absence_when",
    ),
    (
        "a part-time timetable (he only comes on Mondays, in the afternoon)",
        IN_NUDGES,
        "test_nobody_is_asked_about_an_absence_when",
    ),
    (
        "a part-time timetable, the third day",
        KEPT_BACK,
        "test_on_the_third_day_a_person_asks_even_where_the_register_came_after_noon",
    ),
    (
        "both parents",
        IN_NUDGES,
        "test_both_parents_are_told_each_at_home_and_a_foster_carer_who_has_no_such_right",
    ),
    (
        "separated parents",
        KEPT_BACK,
        "test_separated_parents_each_have_their_own_hours_and_a_barred_one_hears_nothing",
    ),
    ("opted out", IN_NUDGES, "test_an_opted_out_family_gets_no_text_and_a_person_asks"),
    (
        "a safe-contact window, and prayer time",
        IN_NUDGES,
        "test_safe_hours_that_open_after_noon_make_it_a_persons_work",
    ),
    ("the edge of half term", IN_NUDGES, "test_a_half_term_between_two_absences_is_no_gap"),
    (
        "the edge of the holidays",
        KEPT_BACK,
        "test_praise_that_waited_does_not_go_on_the_first_saturday_of_the_holidays",
    ),
    (
        "the clocks go back (25 Oct 2026)",
        IN_NUDGES,
        "test_in_the_week_the_clocks_change_ten_fifteen_is_ten_fifteen_on_the_wall",
    ),
    (
        "the clocks go forward (28 Mar 2027)",
        KEPT_BACK,
        "test_in_the_week_the_clocks_go_forward_the_evening_before_is_still_six_on_the_wall",
    ),
    (
        "snow",
        IN_NUDGES,
        "test_snow_is_told_as_early_as_the_family_may_be_told_and_to_nobody_who_stays_at_home",
    ),
    (
        "snow that comes while a text about absence waits",
        KEPT_BACK,
        "test_snow_that_comes_while_a_text_about_absence_waits_stops_it",
    ),
    (
        "a deaf father, the third day",
        ON_THE_STAGE,
        "test_the_third_day_is_one_task_and_a_deaf_father_is_never_to_be_phoned",
    ),
)


def page(lines: list[Line]) -> str:
    """Write it all down, case by case."""
    return "\n".join([*HEAD, *_cases(lines), *_situations()])


def _cases(lines: list[Line]) -> Iterator[str]:
    by_case = sorted(lines, key=lambda line: line.case)  # the order of the clock stays
    for case, found in groupby(by_case, key=lambda line: line.case):
        yield from (f"## {case}", "", "| when | what | to | why |", "| --- | --- | --- | --- |")
        yield from _folded(list(found))
        yield ""


def _folded(lines: list[Line]) -> Iterator[str]:
    for (kind, relation, sent, reason), found in groupby(lines, key=_what):
        run = list(found)
        if sent:
            yield from (_row(f"{_day(each)}, {each.at:%H:%M}", kind, relation, "") for each in run)
            continue
        when = f"{_day(run[0])}, {run[0].at:%H:%M}"
        if len(run) > 1:
            when = f"{_day(run[0])} to {_day(run[-1])}: {len(run)} times"
        yield _row(when, f"not sent: {kind}", relation, reason)


def _what(line: Line) -> tuple[str, str, bool, str]:
    return line.kind, line.relation, line.sent, line.reason


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _day(line: Line) -> str:
    return f"{line.at:%a} {line.at.day} {line.at:%b}"


def _situations() -> Iterator[str]:
    yield from ("## Situations and their tests", "")
    yield from ("| a family's situation | the test that plays it |", "| --- | --- |")
    yield from (f"| {what} | `{file}::{test}` |" for what, file, test in SITUATIONS)
    yield ""
