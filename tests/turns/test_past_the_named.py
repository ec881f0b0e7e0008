"""Row 12: what names the key worker goes past them, on every face, until somebody releases it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain import Inbound
from bot.handlers import simulated
from bot.turns import take
from tests.fakes.telegram import STAFF_TOKEN
from tests.handlers.bots import both_bots
from tests.handlers.chat_people import CHATS, connected, texts
from tests.stage import Play

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

TOUCHED = "dani touched her, she wont say where"
COMPLAINT = "i want to make a complaint about dani, she shouted at kai"
SECRETS = ("touched her", "shouted at kai")


@pytest.fixture(params=["simulator", "telegram"])
async def face(request, sqlite_play: Play) -> AsyncIterator[Play]:
    """The same scene where staff use the simulated chat, and where they use Telegram."""
    if request.param == "simulator":
        yield sqlite_play
        return
    async with both_bots(sqlite_play.database) as (opened, fake):
        yield await connected(opened, "P01", "DO", "MB", "HM", "JL")
        assert fake.violations == []


async def reads(play: Play, who: str) -> str:
    """Everything that has reached somebody's chat."""
    seen = "\n".join(await play.received(who))
    return seen if type(play) is Play else "\n".join((seen, *texts(play, who)))


async def forges(play: Play, who: str, key: str) -> None:
    """Somebody sends what a button would, though no such button was ever under their messages."""
    if type(play) is Play:
        await play.presses(who, key)
        return
    await play.fake.presses(STAFF_TOKEN, CHATS[who], 1, data=key)
    await play.catch_up()


@pytest.mark.parametrize("words", [TOUCHED, COMPLAINT])
async def test_dani_reads_nothing_of_it_by_any_road_until_it_is_released(face: Play, words):
    play = face
    await play.writes("P01", words)
    raised = [t for t in await play.tasks(case="P01") if t["kind"] in {"crisis", "complaint"}]
    assert raised
    assert "DO" not in {task["owner"] for task in raised}
    for task in raised:
        for action in ("ack", "done", "copy"):
            await forges(play, "DO", f"t:{task['id']}:{action}")
    for command in ("/today", "/mycases", "/case P01", "/find Kai", "/alarms", "/danger"):
        await play.writes("DO", command)
    await play.at("2026-12-02 18:00")
    seen = await reads(play, "DO")
    assert [secret for secret in SECRETS if secret in seen] == []
    assert {t["id"] for t in raised} <= {t["id"] for t in await play.tasks(case="P01")}
    for who in ("HM", "JL"):
        assert words in await reads(play, who)


async def test_once_released_dani_reads_it(face: Play):
    play = face
    await play.writes("P01", COMPLAINT)
    notice = [m for m in await play.phone("HM") if COMPLAINT in m["text"]][-1]
    await play.writes("HM", "/release", reply_to=notice["id"])
    assert COMPLAINT in await reads(play, "DO")


async def test_words_about_the_deputy_go_past_the_deputy(sqlite_play: Play):
    """Dani is away: Marcus stands in for her, and the words are about him."""
    play = sqlite_play
    await play.writes("DO", "/away until 4 Dec")
    await play.writes("P01", "marcus touched her")
    await play.at("2026-12-02 18:00")
    assert "touched her" not in await reads(play, "MB")
    assert "touched her" in await reads(play, "JL")


@pytest.mark.afternoon
async def test_who_takes_the_name_out_again_shows_it_to_nobody_new(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-11-30 13:40")
    first = Inbound("telegram", "700:41:1", await chat_of(play), words=TOUCHED)
    await take(play.database, play.service.taskforce, first, play.now)
    changed = replace(first, external_id="700:41:2", words="sorry", amends="700:41:1")
    await take(play.database, play.service.taskforce, changed, play.now)
    await play.service.settle()
    told = await reads(play, "DO")
    assert not any(secret in told for secret in SECRETS)
    assert "touched her" in await reads(play, "JL")
    assert any("changed" in text or "sorry" in text for text in await play.received("JL"))


async def chat_of(play: Play) -> str:
    """Marta's chat: Dani is her key worker."""
    people = await play.database.read(simulated.people)
    marta = next(one["id"] for one in people if one["kind"] == "carer" and "P02" in one["cases"])
    line = await play.database.read(lambda c: simulated.line(c, marta))
    assert line is not None
    return line[1]
