"""Row 5: whatever families type is in front of a person, found by a pattern or not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.domain import Inbound
from bot.handlers import simulated
from bot.turns import take
from storage.tables import Contact, Restriction, Task
from tests.crisis_report import everything, scores, table, typed
from tests.stage import Play


async def test_every_word_is_somebodys_task_to_read(sqlite_play: Play, record_property):
    """All phrases, false positives and typed lines go through the front desk, one by one."""
    play = sqlite_play
    carer = await play.carer("P01")
    channel, address = await play.database.read(lambda c: simulated.line(c, carer))
    lines = everything()
    for number, one in enumerate(lines):
        inbound = Inbound(channel, f"cry-{number}", address, words=one.words)
        await take(play.database, play.service.taskforce, inbound, play.now)
    query = select(Contact.id, Contact.source, Contact.words)
    contacts = {
        row.source: row for row in await play.database.read(lambda c: list(c.execute(query)))
    }
    tasks = await play.database.read(
        lambda c: list(c.execute(select(Task.contact_id, Task.done_at)))
    )
    open_for = {row.contact_id for row in tasks if row.done_at is None}
    for number, one in enumerate(lines):
        contact = contacts[f"{channel}:cry-{number}"]
        assert contact.words == one.words
        assert contact.id in open_for, one.words
    record_property("table", table(scores(lines)))


async def test_nobody_is_kept_from_words_that_name_nobody(sqlite_play: Play):
    await sqlite_play.writes("P01", "he is on the bridge and wont come down")
    hidden = await sqlite_play.database.read(lambda c: list(c.execute(select(Restriction.since))))
    assert hidden == []


@pytest.mark.parametrize(
    ("source", "recall", "precision"), [("typed_dangers", 0.95, 0.95), ("typed_unseen", 0.3, 0.8)]
)
def test_the_alarms_find_no_less_than_they_did(source, recall, precision):
    found = scores(typed(source))
    dangers = sum(one.dangers for one in found)
    raised = sum(one.raised for one in found)
    false = sum(one.false for one in found)
    assert dangers >= 50
    assert raised >= recall * dangers
    assert raised >= precision * (raised + false)


def test_an_alarm_of_the_words_is_told_from_none():
    """The report itself: an ear that hears nothing scores nothing, one that always cries, all."""
    deaf = scores(typed("typed_unseen"), lambda _words: "none")
    shrill = scores(typed("typed_unseen"), lambda _words: "L1")
    assert {one.recall for one in deaf} == {0.0}
    assert {one.recall for one in shrill} == {1.0}
    assert all(one.precision < 0.8 for one in shrill)


def test_every_set_holds_enough_of_both():
    written = [one for source in ("typed_dangers", "typed_unseen") for one in typed(source)]
    assert sum(one.level != "none" for one in written) >= 120
    assert sum(one.level == "none" for one in written) >= 80
    assert len({one.words for one in written}) == len(written)
    assert {one.language for one in written} == {"en", "pl", "ur", "ur-Latn"}
