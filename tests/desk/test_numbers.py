"""/numbers and /quiet: what is counted is what was done, and who was not heard of is named."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from sqlalchemy import insert

from bot.rules.cohort import by_group, hours, school_year, share
from bot.settings import DEMO
from storage.digest import Reader
from storage.quiet import quiet_families
from storage.tables import Referral
from tests.desk.test_write import labels, presses, says
from tests.stage import Play, london, marlbridge_taskforce

ANYBODY = Reader(0, "HM")
REFERRAL = {
    "route": "form",
    "referrer": "Marl Beck",
    "child": "Ava Stone",
    "adult": "Jo Stone",
    "phone": "",
    "words": "",
    "reasons": [],
    "agencies": [],
    "received_on": date(2026, 11, 20),
    "at": london("2026-11-20 09:00"),
    "by": "HM",
}
LOGGED = (
    ("DO", "/log Leanne rang mum 10 min, agreed taxi for Thu"),
    ("DO", "/log Marta HV 45m"),
    ("SG", "/log Leanne mentoring session at the centre, saw Kai 50 min"),
    ("MB", "/log Joanne rang mum no answer"),
    ("HM", "/log Leo allocation meeting 30 min"),
)


def pupils() -> list[dict[str, str]]:
    with (DEMO / "pupils.csv").open(encoding="utf-8") as source:
        return list(csv.DictReader(source))


async def counted(play: Play, words: str = "/numbers") -> dict[str, str]:
    """Each line of the answer by what it counts."""
    said = (await says(play, "HM", words)).splitlines()
    return {
        line.partition(":")[0].removeprefix("- "): line.partition(": ")[2]
        for line in said
        if ":" in line
    }


def first(found: dict[str, str], what: str) -> int:
    """The number a line begins with."""
    return int(found[what].partition(".")[0])


async def busy_day(play: Play) -> None:
    """Five things written down, a message home with good news, one back, two referrals."""
    await play.at("2026-11-30 13:40")
    for who, words in LOGGED:
        await play.writes(who, words)
        await presses(play, who, "Save")
    await play.writes("DO", "/good Leanne")
    await presses(play, "DO", "A")
    await presses(play, "DO", "Send")
    await play.later(seconds=11)
    await play.writes("P01", "thank you")
    done = {"triaged_at": play.now, "triaged_by": "HM", "status": "waiting"}

    def refer(connection) -> None:
        connection.execute(insert(Referral), {**REFERRAL, "ref": "R901", **done})
        connection.execute(insert(Referral), {**REFERRAL, "ref": "R902"})

    await play.database.write(refer)


async def test_the_numbers_are_those_counted_by_hand(play: Play):
    before = first(await counted(play, "/numbers today"), "Triaged")
    await busy_day(play)
    now = await counted(play, "/numbers from 30 Nov")
    helped = [p for p in pupils() if p["status"] in {"active", "reintegrating"}]
    sen = sum(p["sen"] != "N" for p in helped)
    fsm = sum(p["fsm"] == "Y" for p in helped)
    csc = sum(p["csc"] != "none" for p in helped)
    assert first(now, "Triaged") == before + 1
    assert first(now, "Directly supported") == len(helped)
    assert now["with SEND"] == f"{sen} of {len(helped)} ({round(100 * sen / len(helped))}%)"
    assert now["with free school meals"].startswith(f"{fsm} of {len(helped)} ")
    assert now["known to social care"].startswith(f"{csc} of {len(helped)} ")
    assert now["Cases by status now"] == "engaged 21, refused 1, reintegrating 1, stopped early 1."
    assert now["Cases by tier now"] == "tier 1 4, tier 2 12, tier 3 8."
    assert (now["Telephone"], now["Text message"]) == ("2 and 0", "1 and 1")
    assert (now["Face to face"], now["Meeting"]) == ("2 and 0", "1 and 0")
    assert (now["One to one"], now["Family"], now["Professionals"]) == ("0.8 h", "0.9 h", "0.5 h")
    assert now["By the child's own key worker"].startswith("3 of 6 (50%)")
    assert now["Good news to concern"].startswith("1 to 0. ")


@pytest.mark.afternoon
async def test_what_was_before_the_day_is_not_counted(sqlite_play: Play):
    await busy_day(sqlite_play)
    await sqlite_play.at("2026-12-02 09:00")
    after = await counted(sqlite_play, "/numbers from 1 Dec")
    assert after["Triaged"].startswith("0. ")
    assert "Telephone" not in after
    assert after["By the child's own key worker"].startswith("0 of 0")
    assert (await says(sqlite_play, "HM", "/numbers soon")).startswith("From which day?")


async def test_direct_work_counts_a_child_whose_case_is_not_engaged(sqlite_play: Play):
    play = sqlite_play
    before = first(await counted(play), "Directly supported")
    await play.writes("HM", "/log Leo HV 45m, saw Leo alone")
    await presses(play, "HM", "Save")
    assert first(await counted(play), "Directly supported") == before
    await play.writes("HM", "/log Lenka HV 45m, saw Jakub alone")
    await presses(play, "HM", "Save")
    assert first(await counted(play), "Directly supported") == before + 1


@pytest.mark.afternoon
async def test_quiet_families_are_listed_longest_first_and_ones_own_before_others(play: Play):
    await busy_day(play)
    await play.at("2026-12-14 09:00")
    listed = (await says(play, "DO", "/quiet")).splitlines()
    assert listed[0].startswith("No contact for 14 days or more, never and longest first: ")
    assert listed[1] == "- Rebin P06: never, Dani"
    assert "- Kai P01: 14 days, last Mon 30 Nov, Dani" in listed
    assert "- Ellie P07: never, Tom" in listed  # a call that rang out is no contact
    own = [line.endswith("Dani") for line in listed[1:]]
    assert own == sorted(own, reverse=True)
    assert "Rebin P06" in await labels(play, "DO")
    await play.writes("P01", "hello")
    assert "Kai P01" not in await says(play, "DO", "/quiet")


@pytest.mark.afternoon
async def test_a_day_short_of_the_limit_is_not_quiet_yet(sqlite_play: Play):
    await busy_day(sqlite_play)

    async def kai(today: date) -> bool:
        found = await sqlite_play.database.read(lambda c: quiet_families(c, today, 14, ANYBODY))
        return "P01" in [one.case for one in found]

    assert not await kai(date(2026, 12, 13))
    assert await kai(date(2026, 12, 14))


async def test_a_discreet_chat_reads_initials_on_the_quiet_list(sqlite_play: Play):
    play = Play(sqlite_play.database, marlbridge_taskforce(notices_shown=False))
    said = await says(play, "DO", "/quiet")
    assert "- KT P01: never, Dani" in said
    assert "Kai" not in said


@pytest.mark.parametrize(("part", "whole", "said"), [(19, 24, "19 of 24 (79%)"), (0, 0, "0 of 0")])
def test_a_share_is_shown_with_both_its_numbers(part: int, whole: int, said: str):
    assert share(part, whole) == said


def test_hours_are_put_together_by_what_kind_of_work_it_was():
    minutes = {"mentoring": 60, "reading": 30, "home_visit": 45, "": 15}
    assert by_group(minutes) == {"One to one": 90, "Family": 45, "Other work": 15}
    assert hours(90) == "1.5 h"


def test_a_school_year_begins_in_september():
    assert school_year(date(2026, 8, 31)) == date(2025, 9, 1)
    assert school_year(date(2026, 9, 1)) == date(2026, 9, 1)
