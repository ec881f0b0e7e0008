"""Nothing a family reads of a visit, and no calendar, says what staff call it or who sends it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert, select

from bot.flows import FLOWS
from bot.flows.base import Prompt
from bot.i18n import put
from bot.pages.calendar_file import family_file, feed_file, invitation_file
from bot.pages.rendering import render
from bot.pages.visit_link import link_words
from bot.rules.visit_kinds import KINDS, PLACE_LABELS, PLACES
from bot.rules.visits import CANCELLED, Coming, NewVisit, Plan, Visit
from bot.scene.calendars import entries_for, invitation_to, visit_behind
from bot.scene.family import Family
from bot.scene.letters import in_words, spoken_values
from bot.scene.scene import Scene
from bot.scene.visit_reach import ABOUT_VISITS
from bot.scene.visit_words import invited, values
from bot.turns.calendars import LINK
from storage.addresses import person_by_ref
from storage.booking import change_visit, make_visit
from storage.calendar_feeds import make_visit_link
from storage.tables import Case, CaseLabel, Staff
from tests.stage import Play, london, marlbridge_taskforce

NOTE = "smelled of alcohol last week"
LANGUAGES = ("en", "pl", "ur")
# What a family must never read of a visit, however it is written: agencies, diagnoses, staff talk.
STAFF_TALK = re.compile(
    r"youth justice|\byots?\b|\byjs?\b|asset ?plus|camhs|\behcp?\b|\bep\b|psycholog|\bslt\b|salt\b"
    r"|speech|mental health|therap|behaviou?r|regulation|assess|\bcin\b|\bcp\b|protection|conferenc"
    r"|core group|panel|allocation|\btaf\b|\btac\b|team around|reintegration|step-?out|mediation"
    r"|supervision|reflective|liaison|agency|professional|social (?:care|work)|police|offen[cd]e"
    r"|safeguard|alternative provision|taskforce|exclu",
    re.IGNORECASE,
)


def names_of_staff() -> Iterator[str]:
    """What staff call visits, where it is not the very word the family reads."""
    for kind in KINDS.values():
        if kind.name.lower() not in kind.label.source.lower():
            yield kind.name.lower()


def tells(words: str, *more: str) -> list[str]:
    """Everything in these words that a family should not read."""
    folded = re.sub(r"\r?\n[ \t]", "", words).lower()  # as a calendar joins its lines again
    found = [one.lower() for one in (*names_of_staff(), NOTE, *more) if one.lower() in folded]
    return found + STAFF_TALK.findall(folded)


def test_the_search_finds_what_it_is_for() -> None:
    assert tells("Your Youth justice session is at 3.")
    assert tells("An EP visit")
    assert tells("a home vi\r\n sit")
    assert tells(f"We know: {NOTE}")
    assert tells("Educational psychologist")
    assert not tells("a visit on Tue 1 Dec at 13:00, at your home")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_label_and_no_place_says_what_staff_call_it(language: str) -> None:
    for text in (*(kind.label for kind in KINDS.values()), *PLACE_LABELS.values()):
        assert not tells(put(text, language, {})), text
    assert PLACE_LABELS.keys() == PLACES.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_a_link_opens_says_nothing_of_the_visit(language: str) -> None:
    page = render("visit_link.html", words=link_words(language), file="/v/token/visit.ics")
    assert not tells(page, "P01", "Leanne", "Kai")


OWN_WORDS = {"ep_assessment": "a chat about learning"}  # this taskforce's, for one kind
LATE = {"late": "Dani", "by": "20"}
FOR_THIS_CHILD = ("youth_justice_assessment", "time with Tom")


@pytest.fixture
async def play(sqlite_play: Play) -> Play:
    taskforce = marlbridge_taskforce()
    visits = replace(taskforce.practice.visits, labels=OWN_WORDS)
    taskforce = replace(taskforce, practice=replace(taskforce.practice, visits=visits))
    return Play(sqlite_play.database, taskforce, sqlite_play.channels)


def book_one_of_each(scene: Scene, person: str) -> list[Visit]:
    """One visit of every kind, going through all places; the last of each place is called off."""
    connection, case = scene.connection, "P01"
    case_id = connection.execute(select(Case.id).where(Case.ref == case)).scalar_one()
    kind, words = FOR_THIS_CHILD
    own = {"case_id": case_id, "kind": kind, "words": words, "at": scene.now, "by": "DO"}
    connection.execute(insert(CaseLabel).values(**own))
    made, places = [], list(PLACES)
    for number, key in enumerate(KINDS):
        plan = Plan(
            30,
            places[number % len(places)],
            (Coming("DO", "key worker"), Coming("MB", "learning helper")),
            london("2026-12-07 08:00") + timedelta(hours=number),
        )
        visit = make_visit(connection, NewVisit(key, (case,), person, plan, NOTE), "DO", scene.now)
        if number % 5 == 0:
            gone = change_visit(connection, visit, visit.plan, CANCELLED, "by_us", "DO", scene.now)
            assert gone is not None
            visit = gone
        made.append(visit)
    return made


async def read_everything(play: Play, work) -> None:
    person = await play.carer("P01")

    def act(connection: Connection) -> None:
        scene = Scene(connection, play.service.taskforce, play.now, "labels")
        titles = [row.lower() for row in connection.execute(select(Staff.role)).scalars()]
        roles = [title for title in titles if title != "key worker"]
        work(scene, book_one_of_each(scene, person), roles)

    await play.database.write(act)


async def test_no_calendar_of_staff_or_family_says_more_than_the_public_label(play: Play) -> None:
    def look(scene: Scene, visits: list[Visit], roles: list[str]) -> None:
        staff = person_by_ref(scene.connection, "DO")
        assert staff is not None
        entries = entries_for(scene, staff)
        assert len(entries) == len(KINDS)
        names = (*roles, "Leanne", "Thornton", "Kai", "Dani", "Okafor", "Marcus")
        feed = feed_file(entries, "Keyworker").decode()
        assert not tells(feed, *names)
        assert "a chat about learning (p01)" in feed.lower()
        assert "time with tom (p01)" in feed.lower()
        for visit in visits:
            invitation = invitation_to(scene, staff, visit)
            assert invitation is not None
            assert not tells(invitation_file(invitation).decode(), *names), visit.kind
            make_visit_link(
                scene.connection,
                visit.id,
                visit.person_id or 0,
                f"t{visit.id}",
                scene.now,
                scene.now,
            )
            found = visit_behind(scene, f"t{visit.id}")
            assert found is not None
            assert not tells(family_file(found.entry).decode(), "P01", *names), visit.kind

    await read_everything(play, look)


async def test_no_text_about_a_visit_says_what_staff_call_it(play: Play) -> None:
    """Every sentence of every conversation about a visit, for every kind, in every language."""
    said: set[str] = set()

    def look(scene: Scene, visits: list[Visit], roles: list[str]) -> None:
        times = [scene.now + timedelta(days=day) for day in (1, 2, 3)]
        for visit in visits:
            family = invited(scene, visit)
            assert family is not None
            for language in LANGUAGES:
                assert family.person is not None
                reader = replace(family, person=replace(family.person, language=language))
                answers = {**values(scene, reader, visit, times), **LATE}
                for words in every_sentence(reader, answers):
                    assert not tells(words, *roles, "P01", "Thornton"), (visit.kind, words)
                    said.add(words)

    await read_everything(play, look)
    assert any("a chat about learning" in words for words in said)
    assert any("time with Tom" in words for words in said)


def every_sentence(family: Family, answers: dict[str, str]) -> Iterator[str]:
    facts, language = family.facts(), family.language
    spoken = {**spoken_values(family, answers), "link": "https://k.example/v/x"}
    asked = [
        made if isinstance(made, Prompt) else made(facts, answers)
        for name, flow in FLOWS.items()
        if name.removesuffix("_beside") in ABOUT_VISITS or name == "visit_offer_off"
        for step in flow.steps.values()
        for made in (step.ask, step.again, *(rule.say for rule in step.silence))
        if made is not None
    ]
    assert len(asked) > len(ABOUT_VISITS)
    for prompt in asked:
        words = in_words(prompt, language, spoken)
        yield " ".join((words.text, words.after, *(label for _key, label in words.choices)))
    yield in_words(LINK, language, spoken).text
