"""A child is referred: in a line, by a family's own text, by two at once; and what comes of it."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from sqlalchemy import insert, select

from bot.rules.referral import Standing
from bot.scene.scene import Scene
from bot.turns.referrals import OUT_OF_DATE, Decision, triage
from storage import referrals
from storage.addresses import person_by_ref
from storage.audit import first_broken
from storage.contacts import restrict
from storage.tables import Audit, Contact, Cover, Referral
from tests.stage import Play, marlbridge_taskforce

LINE = "Jay Moss, Y9, Cawder High: at risk of exclusion, mum Kerry 07700 900555"
OLA_TOO = "my other girl Ola stays at home too, could you see her"
PEX = "permanently excluded, referred by Ngozi Hartley"
AT_RISK = "at risk of exclusion, referred by Anjali Rowe"
NEW = Standing("new")
SEEDED = ["R001", "R002", "R003"]


async def says(play: Play, who: str, words: str, reply_to: str = "") -> str:
    """What the desk answers to words of a worker."""
    await play.writes(who, words, reply_to)
    return (await play.last(who))["text"]


async def presses(play: Play, who: str, label: str) -> str:
    """Press a button under the newest message; what the desk says then."""
    last = await play.last(who)
    [key] = [choice["key"] for choice in last["choices"] if choice["label"] == label]
    await play.presses(who, key, last["turn"])
    return (await play.last(who))["text"]


async def kept(play: Play) -> list[Referral]:
    """Every referral since the story began."""
    query = select(Referral).where(Referral.ref.not_in(SEEDED)).order_by(Referral.id)
    return await play.database.read(lambda c: c.execute(query).all())


async def audited(play: Play) -> list[tuple[str, str, str]]:
    rows = await play.database.read(lambda c: c.execute(select(Audit).order_by(Audit.id)).all())
    assert await play.database.read(first_broken) is None
    return [(row.who, row.what, row.subject) for row in rows if row.who != "system"]


async def test_a_line_is_said_back_and_is_a_referral_on_a_plain_yes(play: Play):
    said = await says(play, "DO", f"/refer {LINE}")
    assert said.splitlines()[:3] == [
        "Jay Moss, Year 9, Cawder High",
        "At risk of exclusion.",
        "Family: Kerry (mother), 07700 900555.",
    ]
    assert await kept(play) == []
    assert await presses(play, "DO", "Save the referral") == (
        "Saved as R004. /referrals shows what is open."
    )
    [one] = await kept(play)
    assert (one.child, one.year, one.school) == ("Jay Moss", 9, "Cawder High")
    assert (one.adult, one.relation, one.phone) == ("Kerry", "mother", "+447700900555")
    assert (one.words, one.by, one.referrer) == (LINE, "DO", "Dani Okafor")
    assert (one.route, one.status, one.received_on) == ("conversation", "new", date(2026, 11, 30))
    assert await audited(play) == [("DO", "referral made", "R004")]
    assert await play.received("P01") == []


@pytest.mark.parametrize("end", ["Forget", "nothing", "words"])
async def test_nobody_is_referred_without_the_tap(sqlite_play: Play, end: str):
    play = sqlite_play
    await says(play, "DO", f"/refer {LINE}")
    if end == "Forget":
        assert await presses(play, "DO", "Forget") == "Forgotten. Nobody was referred."
    elif end == "words":
        assert (await says(play, "DO", "thanks, bye")).startswith("That was not one of the")
    await play.without_digests()
    await play.later(hours=80)
    assert await kept(play) == []


async def test_a_line_is_put_right_and_keeps_the_day_it_was_first_typed(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-11-30 23:50")
    await says(play, "DO", f"/refer {LINE}")
    await play.at("2026-12-01 00:20")
    await presses(play, "DO", "Change")
    assert "Year 8" in await says(play, "DO", "Jay Moss Y8")
    await presses(play, "DO", "Save the referral")
    [one] = await kept(play)
    assert (one.year, one.received_on) == (8, date(2026, 11, 30))


async def test_a_line_that_names_no_child_is_asked_about(sqlite_play: Play):
    said = await says(sqlite_play, "DO", "/refer mum of somebody rang, wants help")
    assert said.startswith("Who is the child? The name comes first")
    assert await kept(sqlite_play) == []


async def test_a_strangers_text_is_a_referral_by_a_button_and_still_waits(play: Play):
    await play.writes("unknown", "my lad is at Cawder High, can someone help us")
    [task] = await play.tasks(kind="unclaimed")
    said = await presses(play, "MB", "Make a referral")
    assert said.startswith("Made into referral R004, by the family.")
    [one] = await kept(play)
    assert (one.route, one.child, one.by, one.referrer) == ("family", "", "MB", "the family")
    assert one.words == "my lad is at Cawder High, can someone help us"
    heard = await play.database.read(
        lambda c: c.execute(select(Contact).where(Contact.id == one.contact_id)).one()
    )
    assert (heard.words, heard.address_id) == (one.words, one.address_id)
    assert [t["id"] for t in await play.tasks(kind="unclaimed")] == [task["id"]]
    await play.presses("MB", f"t:{task['id']}:refer")
    assert (await play.last("MB"))["text"].startswith("It is a referral already: R004.")
    assert len(await kept(play)) == 1
    await play.presses("MB", f"t:{task['id']}:done")
    await play.presses("MB", f"t:{task['id']}:refer")
    assert len(await kept(play)) == 1


async def test_a_bare_refer_as_a_reply_does_the_same(sqlite_play: Play):
    play = sqlite_play
    await play.writes("unknown", "can someone help us")
    notice = await play.last("MB")
    said = await says(play, "MB", "/refer", notice["id"])
    assert said.startswith("Their message is a referral now")
    await says(play, "MB", "/refer", notice["id"])
    [one] = await kept(play)
    assert (one.route, one.words) == ("family", "can someone help us")
    assert len(await play.tasks(kind="unclaimed")) == 1


async def test_a_known_mother_asks_about_another_child(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P02", "Moja córka Ola też potrzebuje pomocy")
    notice, waits = await play.last("DO"), len(await play.tasks(case="P02"))
    assert waits > 0
    said = await says(play, "DO", "/refer Ola Wrona, Y7: attendance", notice["id"])
    assert "Their message is kept with it, and still waits for an answer." in said
    assert await presses(play, "DO", "Save the referral") == (
        "Saved as R004, with their message. It still waits for an answer."
    )
    [one] = await kept(play)
    assert (one.route, one.child, one.adult, one.reads) == (
        "family", "Ola Wrona", "Marta Wrona", "pl"
    )  # fmt: skip
    assert "Moja córka Ola" in one.words
    assert one.words.startswith("Ola Wrona, Y7: attendance")
    assert len(await play.tasks(case="P02")) == waits


async def test_under_a_known_mothers_message_a_button_asks_which_child_she_means(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P02", OLA_TOO)
    said = await presses(play, "DO", "Make a referral")
    assert said.startswith("Which child do they ask about?")
    said = await says(play, "DO", "Ola Wrona, Y7: attendance")
    assert "Their message is kept with it, and still waits for an answer." in said
    assert await kept(play) == []
    assert await presses(play, "DO", "Save the referral") == (
        "Saved as R004, with their message. It still waits for an answer."
    )
    [one] = await kept(play)
    assert (one.route, one.child, one.adult) == ("family", "Ola Wrona", "Marta Wrona")
    assert OLA_TOO in one.words
    [task] = await play.tasks(kind="message", case="P02")
    assert task["seen_by"] is None, "to refer is not to answer"


async def test_who_may_not_refer_has_no_such_button_and_cannot_press_it(sqlite_play: Play):
    play = sqlite_play
    cover = {"from_on": date(2026, 11, 30), "started_at": play.now}
    await play.database.write(lambda c: c.execute(insert(Cover).values(
        staff_id=person_by_ref(c, "DO").id, substitute_id=person_by_ref(c, "FS").id,
        **cover)))  # fmt: skip
    await play.writes("P02", OLA_TOO)
    notice = await play.last("FS")
    assert [one["label"] for one in notice["choices"]] == ["I have this", "No answer needed"]
    [task] = await play.tasks(kind="message", case="P02")
    await play.presses("FS", f"t:{task['id']}:refer")
    assert (await play.last("FS"))["text"].startswith("Referrals are for the taskforce.")


async def test_what_a_bare_refer_means_is_said_where_no_message_is_replied_to(sqlite_play: Play):
    assert (await says(sqlite_play, "DO", "/refer")).startswith("Type /refer, the child's name")
    assert "/refer in reply makes a referral of a message" in await says(sqlite_play, "DO", "/help")
    assert await kept(sqlite_play) == []


async def test_the_open_referrals_in_lines_oldest_first(sqlite_play: Play):
    assert (await says(sqlite_play, "DO", "/referrals")).splitlines() == [
        "2 to triage, 1 on the waiting list.",
        "",
        "To triage",
        f"- R002 Skye P., Year 10, Hollin Grange School: 11 days, {PEX}",
        "- R003 Yusuf R., Year 8, Cawder High: 4 days, at risk of exclusion, the family asked",
        "",
        "Waiting list, longest wait first",
        f"1. R001 Callum D., Year 9, Marl Beck Academy: 18 days, tier 2, {AT_RISK}",
    ]
    assert ("DO", "read", "referrals") in await audited(sqlite_play)


async def test_where_names_may_not_stand_there_are_initials(sqlite_play: Play):
    play = Play(sqlite_play.database, marlbridge_taskforce(notices_shown=False))
    said = await says(play, "DO", "/referrals")
    assert "- R002 SP: 11 days" in said
    assert "Skye" not in said
    assert (await says(play, "DO", f"/refer {LINE}")).splitlines()[0] == "JM, Year 9, Cawder High"


async def test_a_message_about_a_worker_is_no_referral_to_them(sqlite_play: Play):
    play = sqlite_play
    await play.writes("unknown", "can someone help us")
    await presses(play, "MB", "Make a referral")

    def hide(connection):
        marcus = person_by_ref(connection, "MB")
        [row] = connection.execute(select(Referral).where(Referral.ref == "R004"))
        restrict(connection, row.contact_id, marcus.id, play.now)

    await play.database.write(hide)
    assert "R004" not in await says(play, "MB", "/referrals")
    assert "R004" not in await says(play, "DO", "/referrals"), "meanwhile for those in charge"
    assert "R004" in await says(play, "HM", "/referrals")


async def test_two_who_decide_at_once(play: Play):
    def decide(status: str, by: str, seen: Standing | None = NEW):
        def work(connection):
            scene = Scene(connection, play.service.taskforce, play.now, f"triage-{by}")
            decision = Decision(status, 3, ("youth_work",), "not for us")
            return triage(scene, "R002", decision, by, seen)

        return play.database.write(work)

    said = await asyncio.gather(decide("waiting", "HM"), decide("closed", "DO"))
    assert sorted(map(bool, said)) == [False, True], "whoever is second is told"
    [told] = filter(None, said)
    row = await play.database.read(lambda c: referrals.referral(c, "R002"))
    if row.status == "waiting":
        assert told.startswith("Helen Marsh put this child on the waiting list meanwhile (Mon 30")
        assert await decide("waiting", "HM") == "", "two taps are one decision"
        assert await decide("closed", "DO", None) == OUT_OF_DATE
        await play.later(minutes=5)
        seen = referrals.standing(row)
        assert (row.tier, await decide("waiting", "DO", seen)) == (3, "")
        assert (await decide("closed", "HM", seen)).startswith("Dani Okafor put this child on")
    else:
        assert told.startswith("Dani Okafor said that this child is not for us meanwhile (Mon 30")
        assert await decide("waiting", "HM", referrals.standing(row)) == told


async def test_two_at_once_get_two_numbers(play: Play):
    def made(child: str):
        referred = referrals.Referred("email", "a school", child, date(2026, 11, 30))
        return play.database.write(lambda c: referrals.refer(c, referred, "DO", play.now))

    refs = await asyncio.gather(*(made(f"Child {number}") for number in range(6)))
    assert sorted(refs) == [f"R{number:03d}" for number in range(4, 10)]


async def test_one_that_was_taken_on_is_open_no_more(sqlite_play: Play):
    play = sqlite_play

    def work(connection):
        first = referrals.allocated(connection, "R001", 1, by="HM", now=play.now)
        return first, referrals.allocated(connection, "R001", 2, by="HM", now=play.now)

    assert await play.database.write(work) == (True, False)
    assert "R001" not in await says(play, "DO", "/referrals")
