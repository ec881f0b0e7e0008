"""Calendars at the door: a worker's own visits, one visit for a family, and nothing for others."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import Any

import httpx
import pytest
import vobject
from sqlalchemy import update

from bot.app import demo_web
from bot.logs import redact
from storage.tables import Case, CaseContact, Person, Staff
from tests.handlers.doors import client
from tests.stage import Play, london, marlbridge_taskforce
from tests.turns.visitors import told
from tests.visit_week import NOTE, book, call_off, move, planned, says_yes

PUBLIC = "https://keyworker.example.org"


def with_an_address(play: Play) -> Play:
    taskforce = replace(marlbridge_taskforce(), public_url=PUBLIC)
    return Play(play.database, taskforce, play.channels)


@pytest.fixture
def here(sqlite_play: Play) -> Play:
    return with_an_address(sqlite_play)


@pytest.fixture
def anywhere(play: Play) -> Play:
    """On each engine."""
    return with_an_address(play)


async def link_of(play: Play, who: str = "DO", words: str = "/calendar") -> str:
    """Type the command; give the path of the link that is shown."""
    await play.writes(who, words)
    return (await told(play, who)).rpartition(PUBLIC)[2]


async def asks(play: Play, path: str, **headers: str) -> httpx.Response:
    async with client(demo_web(play.service)) as browser:
        return await browser.get(path, headers=headers)


async def entries(play: Play, path: str) -> list[Any]:
    """What a calendar of another maker finds behind a link."""
    answer = await asks(play, path)
    assert (answer.status_code, answer.headers["content-type"]) == (
        200,
        "text/calendar; charset=utf-8",
    )
    found = vobject.readOne(answer.text, validate=True).contents.get("vevent", [])
    return sorted(found, key=lambda event: event.dtstart.value)


def shown(event: Any) -> tuple[str, str, str]:
    begins = f"{event.dtstart.value.astimezone(london('2026-12-01').tzinfo):%a %d %b %H:%M}"
    return event.summary.value, begins, event.status.value


async def test_a_workers_calendar_follows_every_change(anywhere: Play) -> None:
    play = anywhere
    path = await link_of(play)
    home = await book(play, "home_visit", "P01", planned("2026-12-01 09:30", "DO"))
    joint = await book(play, "family_support", "P02", planned("2026-12-02 13:00", "DO", "MB"))
    panel = await book(
        play,
        "ap_panel",
        "",
        planned("2026-12-03 14:00", "DO", place="learning_centre"),
        invites=False,
    )
    await book(play, "mentoring", "P07", planned("2026-12-03 11:00", "MB"))
    assert [shown(one) for one in await entries(play, path)] == [
        ("A visit (P01)", "Tue 01 Dec 09:30", "TENTATIVE"),
        ("A talk (P02)", "Wed 02 Dec 13:00", "TENTATIVE"),
        ("A meeting about school", "Thu 03 Dec 14:00", "CONFIRMED"),
    ]
    await says_yes(play, home)
    await move(play, joint, "2026-12-02 13:00", "MB")  # Dani is not to come any more
    await move(play, panel, "")  # back to be chosen
    found = await entries(play, path)
    assert [shown(one)[2] for one in found] == ["CONFIRMED", "CANCELLED", "CANCELLED"]
    assert [one.sequence.value for one in found] == ["1", "2", "2"]


async def test_a_moved_visit_keeps_its_name_and_one_called_off_is_taken_out(here: Play) -> None:
    path = await link_of(here)
    visit = await book(here, "home_visit", "P01", planned("2026-12-01 09:30", "DO"))
    [first] = await entries(here, path)
    moved = await move(here, visit, "2026-12-04 10:00")
    [second] = await entries(here, path)
    assert shown(second) == ("A visit (P01)", "Fri 04 Dec 10:00", "TENTATIVE")
    await call_off(here, moved)
    [third] = await entries(here, path)
    assert shown(third) == ("Called off: a visit (P01)", "Fri 04 Dec 10:00", "CANCELLED")
    assert len({one.uid.value for one in (first, second, third)}) == 1
    assert [one.sequence.value for one in (first, second, third)] == ["1", "2", "3"]


async def test_a_calendar_that_has_it_all_is_sent_nothing_again(here: Play) -> None:
    path = await link_of(here)
    await book(here, "home_visit", "P01", planned("2026-09-30 09:30", "DO"))
    visit = await book(here, "home_visit", "P01", planned("2026-10-02 09:30", "DO"))
    first = await asks(here, path)
    assert first.text.count("BEGIN:VEVENT") == 1  # sixty days back, and no further
    assert first.headers["cache-control"] == "no-store"
    assert first.headers["last-modified"] == "Mon, 30 Nov 2026 08:30:00 GMT"
    has_it = {"if-none-match": first.headers["etag"]}
    assert (await asks(here, path, **has_it)).status_code == 304
    await move(here, visit, "2026-12-04 10:00")
    assert (await asks(here, path, **has_it)).status_code == 200


async def test_a_wrong_link_an_old_one_and_a_leavers_are_all_the_same(here: Play) -> None:
    old = await link_of(here)
    await link_of(here, words="/calendar new")
    ended = await link_of(here, "MB")
    await here.writes("MB", "/calendar off")
    leaver = await link_of(here, "TW")
    assert (await asks(here, leaver)).status_code == 200
    gone = update(Staff).where(Staff.person_id == Person.id, Person.ref == "TW")
    await here.database.write(lambda c: c.execute(gone.values(active=False)))
    wrong = (f"/calendar/{'a' * 43}.ics", f"/calendar/{'a' * 4000}.ics", "/calendar/x.ics")
    answers = [await asks(here, path) for path in (old, ended, leaver, *wrong)]
    assert {(one.status_code, one.text, tuple(one.headers.multi_items())) for one in answers} == {
        (404, answers[0].text, tuple(answers[0].headers.multi_items()))
    }


async def test_a_machine_that_tries_links_is_stopped_and_a_calendar_is_not(here: Play) -> None:
    path = await link_of(here)
    web = demo_web(here.service)
    outside = httpx.ASGITransport(web, client=("203.0.113.9", 4000))
    async with httpx.AsyncClient(transport=outside, base_url=PUBLIC) as browser:
        for _time in range(50):
            assert (await browser.get(path)).status_code == 200
        tried = [(await browser.get(f"/v/{number}")).status_code for number in range(45)]
    assert tried[0] == 404
    assert tried[-1] == 429


async def test_a_link_is_shown_once_and_kept_as_a_keyed_index(here: Play) -> None:
    path = await link_of(here)
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    await here.writes("DO", "/calendar")
    again = await told(here, "DO")
    assert again.startswith("You have a calendar link since Mon 30 Nov. It stood in the message")
    first = next(one for one in await here.received("DO") if path in one)
    assert "shown in this message: delete it once your calendar has it" in first
    assert token not in again
    await here.writes("DO", "/calendar off")
    assert await told(here, "DO") == "Your calendar link is off: it opens nothing any more."
    await here.writes("DO", "/calendar off")
    assert await told(here, "DO") == "You have no calendar link. Type /calendar for one."
    await here.writes("DO", "/calendar please")
    assert (await told(here, "DO")).startswith("Type /calendar, /calendar new for another link")


def test_no_log_line_keeps_what_opens_a_calendar() -> None:
    for path in (f"/calendar/{'aB3_' * 11}.ics", f"/v/{'aB3-' * 6}/visit.ics"):
        line = redact(logging.getLogger(), "info", {"event": f"GET {path} 200"})
        assert "aB3" not in line["event"]
        assert line["event"].startswith(f"GET {path[:3]}")


async def test_without_an_address_of_our_own_there_are_no_links(sqlite_play: Play) -> None:
    for words in ("/calendar", "/ics Leanne"):
        await sqlite_play.writes("DO", words)
        assert "KEYWORKER_PUBLIC_URL is not set" in await told(sqlite_play, "DO")


async def test_a_restricted_case_is_in_no_calendar_or_link_of_who_has_no_part_in_it(
    here: Play,
) -> None:
    path = await link_of(here, "MB")
    await book(here, "home_visit", "P01", planned("2026-12-01 09:30", "MB"))
    await here.writes("HM", "/restrict P01 DO")
    [event] = await entries(here, path)
    assert event.summary.value == "A visit"
    await here.presses("MB", "ics:1:1")
    assert "there is no visit booked" in await told(here, "MB")


async def link_sent(play: Play, case: str = "P01", name: str = "Leanne", who: str = "DO") -> str:
    """Send a family its link, and give the path that came by text."""
    await play.writes(who, f"/ics {name}")
    await play.presses(who, await button_for_link(play, who))
    await play.at("2026-11-30 14:00")  # in her own hours
    return (await play.received(case))[-1].rpartition(PUBLIC)[2]


async def button_for_link(play: Play, who: str) -> str:
    newest = await play.last(who)
    return next(choice["key"] for choice in newest["choices"] if choice["key"].startswith("ics:"))


async def test_a_family_gets_a_link_to_one_visit_and_its_calendar_says_what_it_may(
    here: Play,
) -> None:
    await book(here, "ep_assessment", "P01", planned("2026-12-03 13:00", "DO", words="4 Mill St"))
    await here.writes("DO", "/ics Leanne")
    asked = await told(here, "DO")
    assert "Leanne Thornton (Kai P01): Thu 3 Dec 13:00, “a learning session”" in asked
    assert await here.received("P01") == []  # nothing leaves before the button
    path = await link_sent(here)
    assert (await here.received("P01"))[-1] == (
        f"For your calendar: a learning session, Thu 3 Dec 13:00. Open this link: {PUBLIC}{path}"
    )
    page = await asks(here, path)
    for private in ("learning", "Dec", "13:00", "Leanne", "Kai", "Dani", "P01"):
        assert private not in page.text  # whoever makes previews of links reads nothing
    assert f'action="{path}/visit.ics"' in page.text
    [event] = await entries(here, f"{path}/visit.ics")
    assert shown(event) == ("A learning session", "Thu 03 Dec 13:00", "TENTATIVE")
    assert event.location.value == "At your home"
    assert NOTE not in event.serialize()


async def test_the_link_of_a_family_lasts_until_the_day_after(here: Play) -> None:
    visit = await book(here, "home_visit", "P01", planned("2026-12-01 13:00", "DO"))
    path = await link_sent(here)
    await call_off(here, await move(here, visit, "2026-12-02 10:00"))
    here.clock.stop_at(london("2026-12-03 10:59"))
    [event] = await entries(here, f"{path}/visit.ics")
    # A calendar that goes by the state takes it out; one that does not says what it is.
    assert (event.status.value, event.summary.value) == ("CANCELLED", "Called off: a visit")
    here.clock.stop_at(london("2026-12-03 11:00"))
    assert (await asks(here, path)).status_code == 404


async def test_the_link_of_who_must_not_be_contacted_opens_nothing(here: Play) -> None:
    await book(here, "home_visit", "P01", planned("2026-12-01 13:00", "DO"))
    path = await link_sent(here)
    barred = update(CaseContact).where(CaseContact.case_id == Case.id, Case.ref == "P01")
    await here.database.write(lambda c: c.execute(barred.values(do_not_use=True)))
    assert (await asks(here, path)).status_code == 404
    assert (await asks(here, f"{path}/visit.ics")).status_code == 404


async def test_a_link_is_sent_once_and_never_for_a_visit_that_has_changed(here: Play) -> None:
    visit = await book(here, "home_visit", "P01", planned("2026-12-03 13:00", "DO"))
    await here.writes("DO", "/ics Leanne")
    key = await button_for_link(here, "DO")
    await here.presses("DO", key)
    assert (await told(here, "DO")).startswith("The link goes to Leanne")
    await here.presses("DO", key)
    assert "on its way to them already" in await told(here, "DO")
    await here.later(minutes=1)
    await move(here, visit, "2026-12-04 13:00")
    await here.presses("DO", key)
    assert (await told(here, "DO")).startswith("That visit has changed since. Nothing was sent")
    await here.at("2026-11-30 14:00")
    assert await here.received("P01") == []


@pytest.mark.parametrize(
    ("who", "words", "said"),
    [
        ("DO", "/ics", "For whom?"),
        ("DO", "/ics Nobody", "For whom?"),
        ("DO", "/ics Leanne", "there is no visit booked for them"),
        ("MB", "/ics P06", "no approved wording"),
    ],
)
async def test_where_no_link_can_go_the_desk_says_why(here: Play, who, words, said) -> None:
    if "P06" in words:
        await book(here, "home_visit", "P06", planned("2026-12-03 13:00", "MB"))
    await here.writes(who, words)
    assert said in await told(here, who)
    assert (await here.last(who))["choices"] == []


async def test_a_link_that_waits_for_her_hours_does_not_leave_once_the_visit_is_moved(
    here: Play,
) -> None:
    visit = await book(here, "home_visit", "P01", planned("2026-12-03 13:00", "DO"))
    await here.writes("DO", "/ics Leanne")
    await here.presses("DO", await button_for_link(here, "DO"))
    await move(here, visit, "2026-12-04 13:00")
    await here.at("2026-11-30 14:00")
    assert await here.received("P01") == []
    assert "the visit has been changed since" in {row["reason"] for row in await here.held()}
