"""A visit from the desk to the log: by text, by chat and on the simulator, in three languages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Connection, delete

from bot.rules.visits import BOOKED, CANCELLED, OFFERED, OVER, Visit
from bot.scene.visit_words import day_and_time
from scheduler import digests
from storage.addresses import lines_of, mark_line, person_by_ref
from storage.details import detail_of
from storage.tables import Contact, Due, VisitOutcome
from tests.desk.test_booking import presses, rows, visits
from tests.handlers.bots import both_bots
from tests.handlers.chat_people import connected, labels, shown, texts
from tests.handlers.doors import twilio_on_loopback
from tests.stage import Play, london
from tests.turns.visiting import books, calls_off, due, stands

pytestmark = pytest.mark.afternoon


@dataclass(frozen=True)
class Family:
    """One family, who comes to them and when, and how it sounds in their language."""

    case: str
    language: str
    staff: str
    first: str  # booked for this time at first,
    then: str  # and then moved to this one,
    over: str  # which is over by now
    booked: str
    chosen: str
    suits: str
    change: str
    fixed: str
    reminder: str
    off: str
    wish: str  # for another time, in their own words
    one: str = "1"
    two: str = "2"
    carer: str = ""  # whose phone it is, once the play knows


Beginning = Callable[[Play, Family], Awaitable[Visit]]
Channel = Callable[[Play, Family], AbstractAsyncContextManager[Play]]

LEANNE = Family(
    "P01", "en", "DO", "fri 4 dec 2pm", "thu 3 dec 1.30pm", "14:50",
    "booked with Dani", "Booked with Dani", "That suits", "Change it", "That is fixed",
    "Reminder", "is off", "thursday is better",
)  # fmt: skip
MARTA = Family(
    "P02", "pl", "DO", "fri 4 dec 2pm", "thu 3 dec 1.30pm", "14:50",
    "umówione", "Umówione", "Pasuje", "Zmienić", "Umówione",
    "Przypomnienie", "odwołane", "lepiej w czwartek",
)  # fmt: skip
TARIQ = Family(
    "P14", "ur", "SG", "fri 4 dec 1pm", "thu 3 dec 11am", "12:20",
    "طے ہو گیا", "طے ہو گیا", "ٹھیک ہے", "بدلنا ہے", "طے ہو گیا",
    "یاد دہانی", "منسوخ ہو گئی", "جمعرات بہتر ہے", "۱", "۲",
)  # fmt: skip


async def answers(play: Play, family: Family, key: str, digit: str) -> None:
    """Answer as this phone does: by a button where it shows any, by a digit elsewhere."""
    await play.later(seconds=5)
    last = await play.last(family.carer)
    if last["choices"]:
        await play.presses(family.carer, key, last["turn"])
    else:
        await play.writes(family.carer, digit)


async def reads(play: Play, family: Family, visit: Visit, words: str) -> None:
    """The newest text says these words, with the time of the visit as it now stands."""
    said = (await play.last(family.carer))["text"]
    begins = (await stands(play, visit.id)).plan.starts_at
    assert begins is not None
    assert all(part in said for part in (words, *day_and_time(begins, family.language))), said


async def is_booked(play: Play, family: Family) -> Visit:
    """Booked in one line; three days before they are reminded, and want another time."""
    await play.writes(family.staff, f"/book home visit {family.case} {family.first} for 45 min")
    await presses(play, family.staff, "Book it")
    [visit] = await visits(play)
    await reads(play, family, visit, family.booked)
    last = str(await play.last(family.carer))
    assert family.suits in last
    assert family.change in last
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
    before = await play.received(family.carer)
    await play.at("2026-12-01 13:45")
    assert await play.received(family.carer) == before
    return visit


async def is_moved(play: Play, family: Family, visit: Visit) -> None:
    """Their own words reach a person, who moves it; only the new time is said from then on."""
    old = await stands(play, visit.id)
    await play.later(seconds=5)
    await play.writes(family.carer, family.wish)
    assert family.wish in (await play.last(family.staff))["text"]
    before = len(await play.received(family.carer))
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
    since = (await play.received(family.carer))[before:]
    assert sum(family.reminder in text for text in since) == 1
    assert old.plan.starts_at is not None
    gone = day_and_time(old.plan.starts_at, family.language)
    assert [text for text in since if all(part in text for part in gone)] == []


async def is_written_down(play: Play, family: Family, visit: Visit) -> None:
    """Who came is asked once, and the visit is one entry of the log."""
    await play.at(f"2026-12-03 {family.over}")
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


async def is_called_off(play: Play, family: Family) -> None:
    """Of another visit they choose the second time; once it is off, nothing is due any more."""
    times = ("2026-12-08 13:30", "2026-12-09 13:30")
    again, _told = await books(
        play, family.case, None, staff=(family.staff,), times=times, minutes=30
    )
    offer = str(await play.last(family.carer))
    for time in times:
        assert all(part in offer for part in day_and_time(london(time), family.language)), offer
    await answers(play, family, "second", family.two)
    await reads(play, family, again, family.chosen)
    assert (await stands(play, again.id)).plan.starts_at == london(times[1])
    assert await due(play, "visit_reminder") != {}
    await calls_off(play, again.id)
    await reads(play, family, again, family.off)
    assert (await stands(play, again.id)).state == CANCELLED
    assert await due(play, "visit_reminder") == {}


async def the_whole_life(play: Play, family: Family, begins: Beginning) -> None:
    await play.at("2026-11-30 13:45")
    visit = await begins(play, family)
    await is_moved(play, family, visit)
    await is_written_down(play, family, visit)
    await is_called_off(play, family)


@asynccontextmanager
async def simulator(play: Play, family: Family) -> AsyncIterator[Play]:
    """Their phone is the one on the page of the demonstration."""
    del family
    yield play


@asynccontextmanager
async def text(play: Play, family: Family) -> AsyncIterator[Play]:
    """Everything their log says they were sent went over the network, and nothing else."""
    number = await play.database.write(lambda c: only_texts(c, family.carer))
    async with twilio_on_loopback(play.database) as (texting, fake):
        yield texting
        left = [form["Body"] for form in fake.messages if form["To"] == number]
        assert left == await texting.received(family.carer)
        assert not fake.violations


def only_texts(connection: Connection, ref: str) -> str:
    """They have no chat, whatever the demonstration gave them; hands back their number."""
    person = person_by_ref(connection, ref)
    assert person is not None
    for line in lines_of(connection, person.id):
        if line.channel == "telegram":
            mark_line(connection, line.id, person_id=None)
    [line] = lines_of(connection, person.id)
    return line.address


@asynccontextmanager
async def chat(play: Play, family: Family) -> AsyncIterator[Play]:
    """They and the worker use Telegram, and answer by its buttons."""
    async with both_bots(play.database) as (bots, fake):
        await connected(bots, family.case, family.staff)
        yield bots
        assert texts(bots, family.case) == await bots.received(family.carer)
        buttons = [labels(message) for message in shown(bots, family.case)]
        assert [family.suits, family.change] in buttons
        assert fake.violations == []


async def no_digests(play: Play) -> None:
    """Nobody's digest is due: they cost more than the visit does, and say nothing to a family."""
    await play.database.write(lambda c: c.execute(delete(Due).where(Due.job == digests.NAME)))


# By each channel in each language; whoever is offered times at first, and whoever is booked.
@pytest.mark.parametrize(
    ("play", "channel", "family", "begins"),
    [
        ("sqlite", text, LEANNE, is_booked),
        ("sqlite", text, MARTA, picks_a_time),
        ("sqlite", text, TARIQ, is_booked),
        ("sqlite", chat, LEANNE, is_booked),
        ("sqlite", chat, MARTA, is_booked),
        ("sqlite", chat, TARIQ, picks_a_time),
        ("sqlite", simulator, LEANNE, picks_a_time),
        ("sqlite", simulator, MARTA, is_booked),
        ("sqlite", simulator, TARIQ, is_booked),
        ("postgresql", text, TARIQ, is_booked),
    ],
    ids=lambda one: getattr(one, "language", None) or getattr(one, "__name__", one),
    indirect=["play"],
)
@pytest.mark.allow_hosts(["127.0.0.1"])
async def test_a_visit_lives_from_the_desk_to_the_log(
    play: Play, channel: Channel, family: Family, begins: Beginning
) -> None:
    family = replace(family, carer=await play.carer(family.case))
    await no_digests(play)
    async with channel(play, family) as theirs:
        await the_whole_life(theirs, family, begins)
