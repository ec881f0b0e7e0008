"""A visit from the desk to the log: by text, by chat and on the simulator, in three languages."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.handlers import simulated
from bot.rules.visits import BOOKED, OFFERED, OVER, Visit
from bot.scene.visit_words import day_and_time
from storage.details import detail_of
from storage.tables import Contact, VisitOutcome
from tests.desk.test_booking import presses, rows, visits
from tests.fakes.twilio import FakeTwilio
from tests.handlers.bots import BotPlay, both_bots
from tests.handlers.chat_people import connected, labels, shown, texts
from tests.handlers.doors import twilio_on_loopback
from tests.stage import Play
from tests.turns.visiting import due, stands

pytestmark = pytest.mark.afternoon


@dataclass(frozen=True)
class Family:
    """One family, who comes to them and when, and how it sounds in their language."""

    case: str
    language: str
    staff: str
    first: str  # booked for this time at first,
    then: str  # and then moved to this one
    booked: str
    chosen: str
    reminder: str
    fixed: str
    wish: str  # for another time, in their own words
    one: str = "1"
    two: str = "2"


LEANNE = Family(
    "P01", "en", "DO", "fri 4 dec 2pm", "thu 3 dec 1.30pm", "booked with Dani", "Booked with Dani",
    "Reminder", "That is fixed", "thursday is better",
)  # fmt: skip
MARTA = Family(
    "P02", "pl", "DO", "fri 4 dec 2pm", "thu 3 dec 1.30pm", "umówione", "Umówione",
    "Przypomnienie", "Umówione", "lepiej w czwartek",
)  # fmt: skip
TARIQ = Family(
    "P14", "ur", "SG", "fri 4 dec 1pm", "thu 3 dec 11am", "طے ہو گیا", "طے ہو گیا",
    "یاد دہانی", "طے ہو گیا", "جمعرات بہتر ہے", "۱", "۲",
)  # fmt: skip


async def answers(play: Play, family: Family, key: str, digit: str) -> None:
    """Answer as this phone does: by a button in a chat, by a digit elsewhere."""
    await play.later(seconds=5)
    if isinstance(play, BotPlay):
        await play.presses(family.case, key, (await play.last(family.case))["turn"])
    else:
        await play.writes(family.case, digit)


async def reads(play: Play, family: Family, visit: Visit, words: str) -> None:
    """The newest text says these words, with the time of the visit as it now stands."""
    said = (await play.last(family.case))["text"]
    begins = (await stands(play, visit.id)).plan.starts_at
    assert begins is not None
    assert all(part in said for part in (words, *day_and_time(begins, family.language))), said


async def is_booked(play: Play, family: Family) -> Visit:
    """Booked in one line; three days before they are reminded, and want another time."""
    await play.writes(family.staff, f"/book home visit {family.case} {family.first} for 45 min")
    await presses(play, family.staff, "Book it")
    [visit] = await visits(play)
    await reads(play, family, visit, family.booked)
    await play.at("2026-12-01 13:45")
    await reads(play, family, visit, family.reminder)
    await answers(play, family, "change", family.two)
    return visit


async def picks_a_time(play: Play, family: Family) -> Visit:
    """Offered times, of which they take the second; who has said yes is not reminded so soon."""
    await play.writes(family.staff, f"/book home visit {family.case} {family.first} for 45 min")
    await presses(play, family.staff, "Offer times instead")
    await presses(play, family.staff, "Offer these to the family")
    [visit] = await visits(play)
    assert visit.state == OFFERED
    await answers(play, family, "second", family.two)
    await reads(play, family, visit, family.chosen)
    assert (await stands(play, visit.id)).confirmed_at is not None
    before = await play.received(family.case)
    await play.at("2026-12-01 13:45")
    assert await play.received(family.case) == before
    return visit


async def is_moved(play: Play, family: Family, visit: Visit) -> None:
    """Their own words reach a person, who moves it; only the new time is said from then on."""
    old = await stands(play, visit.id)
    await play.later(seconds=5)
    await play.writes(family.case, family.wish)
    assert family.wish in (await play.last(family.staff))["text"]
    before = len(await play.received(family.case))
    await play.writes(family.staff, f"/move {family.case} {family.then}")
    await presses(play, family.staff, "Move it")
    await reads(play, family, visit, "")
    await answers(play, family, "suits", family.one)
    await reads(play, family, visit, family.fixed)
    now = await stands(play, visit.id)
    assert (now.state, now.version) == (BOOKED, old.version + 1)
    assert now.confirmed_at is not None
    assert list(await due(play, "visit_reminder")) == [f"{visit.id}.{now.version}:1d"]
    await play.at("2026-12-02 16:05")
    await reads(play, family, visit, family.reminder)
    since = (await play.received(family.case))[before:]
    assert sum(family.reminder in text for text in since) == 1
    assert old.plan.starts_at is not None
    gone = day_and_time(old.plan.starts_at, family.language)
    assert [text for text in since if all(part in text for part in gone)] == []


async def is_written_down(play: Play, family: Family, visit: Visit) -> None:
    """Who came is asked once, and the visit is one entry of the log."""
    await play.at("2026-12-03 15:05")
    asked = [text for text in await play.received(family.staff) if "How did it go?" in text]
    assert len(asked) == 1
    last = (await play.last(family.staff))["choices"]
    await presses(play, family.staff, last[0]["label"])
    for label in ("Done", "45 minutes, as planned", "As planned: Home visit", "Nothing to add"):
        await presses(play, family.staff, label)
    [outcome] = await rows(play, VisitOutcome)
    [contact] = [row for row in await rows(play, Contact) if row.id == outcome.contact_id]
    detail = await play.database.read(lambda c: detail_of(c, contact.id))
    assert detail is not None
    assert (detail.minutes, detail.activity, detail.outcome) == (45, "home_visit", "done")
    assert contact.occurred_at == (await stands(play, visit.id)).plan.starts_at
    assert [row["id"] for row in await play.log(family.case) if row["id"] == contact.id]
    assert (await stands(play, visit.id)).state == OVER
    assert await due(play, "visit_reminder") == {}


async def the_whole_life(play: Play, family: Family, *, offered: bool = False) -> None:
    await play.at("2026-11-30 13:45")
    visit = await (picks_a_time if offered else is_booked)(play, family)
    await is_moved(play, family, visit)
    await is_written_down(play, family, visit)


async def all_left_by_text(play: Play, family: Family, fake: FakeTwilio) -> None:
    """Everything their log says they were sent went over the network, and nothing else."""
    ref = await play.carer(family.case)
    line = await play.database.read(lambda c: simulated.line(c, ref))
    assert line is not None
    left = [form["Body"] for form in fake.messages if form["To"] == line[1]]
    assert left == await play.received(family.case)
    assert not fake.violations


@pytest.mark.allow_hosts(["127.0.0.1"])
async def test_a_visit_lives_by_text_in_english(play: Play) -> None:
    async with twilio_on_loopback(play.database) as (texting, fake):
        await the_whole_life(texting, LEANNE)
        await all_left_by_text(texting, LEANNE, fake)


@pytest.mark.allow_hosts(["127.0.0.1"])
async def test_a_visit_lives_by_text_in_urdu(sqlite_play: Play) -> None:
    async with twilio_on_loopback(sqlite_play.database) as (texting, fake):
        await the_whole_life(texting, TARIQ)
        await all_left_by_text(texting, TARIQ, fake)


@pytest.mark.allow_hosts(["127.0.0.1"])
async def test_a_visit_lives_by_buttons_of_a_chat_in_polish(sqlite_play: Play) -> None:
    async with both_bots(sqlite_play.database) as (bots, fake):
        await connected(bots, "P02", "DO")
        await the_whole_life(bots, MARTA)
        assert texts(bots, "P02") == await bots.received("P02")
        assert labels(shown(bots, "P02")[0]) == ["Pasuje", "Zmienić"]
        assert fake.violations == []


@pytest.mark.parametrize("family", [LEANNE, MARTA, TARIQ], ids=["en", "pl", "ur"])
async def test_a_visit_lives_on_simulated_phones(sqlite_play: Play, family: Family) -> None:
    await the_whole_life(sqlite_play, family, offered=True)
