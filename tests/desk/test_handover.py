"""When somebody goes away and comes back: what their substitute and they themselves are told."""

from __future__ import annotations

from datetime import date

from storage.addresses import person_by_ref
from storage.cases import case_ids
from storage.promises import NewPromise, make_promise
from tests.stage import Play, marlbridge_taskforce


async def cards(play: Play, who: str) -> list[str]:
    """The cards a substitute was brought, the first line of all apart."""
    return [m["text"] for m in await play.phone(who) if m["text"].startswith("For ")]


async def starts(play: Play, who: str) -> str:
    [told] = [m["text"] for m in await play.phone(who) if m["text"].startswith("You stand in")]
    return told


async def test_a_substitute_gets_a_card_for_each_family_in_touch(play: Play):
    await play.writes("P01", "he had a good day")

    def promise(connection):
        case, dani = case_ids(connection, ["P02"])["P02"], person_by_ref(connection, "DO")
        given = NewPromise(case, dani.id, "DO", "send the timetable", play.now, date(2026, 12, 2))
        make_promise(connection, given)

    await play.database.write(promise)
    await play.writes("DO", "/away until fri")
    assert await starts(play, "MB") == (
        "You stand in for Dani Okafor until Fri 4 Dec. 3 cards follow. "
        "Replying to a card writes to that family."
    )
    kai, zofia, andrei = await cards(play, "MB")
    assert kai.splitlines() == [
        "For Dani: Kai Thornton P01 (tier 2, engaged, week 1)",
        "",
        "How to reach them",
        (
            "- Leanne Thornton, mother: only 13:30-16:00; "
            "note: works nights: contact 13:30-16:00 only"
        ),
        "",
        "Open",
        "- Leanne Thornton (Kai P01): he had a good day (0 min, by Mon 30 Nov 12:30, for Dani)",
        "",
        "Last contacts",
        "- Mon 30 Nov 08:30, Leanne: he had a good day",
    ]
    assert "reads Polish" in zofia
    assert "- Zofia P02: send the timetable (by Wed 2 Dec)" in zofia
    assert "(undelivered)" in andrei


async def test_replying_to_a_card_writes_to_that_family(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "is he in on friday")
    await play.writes("DO", "/away")
    card = next(m for m in await play.phone("MB") if m["text"].startswith("For Dani: Kai"))
    assert [choice["label"] for choice in card["choices"]] == ["Kai P01"]
    await play.at("2026-11-30 13:45")
    await play.writes("MB", "Yes, at nine.", reply_to=card["id"])
    await play.later(seconds=11)
    assert (await play.received("P01"))[-1].endswith("Yes, at nine.\nMarcus")


async def test_siblings_are_one_card(sqlite_play: Play):
    await sqlite_play.writes("P07", "both are well")
    await sqlite_play.writes("TW", "/away")
    [card] = [text for text in await cards(sqlite_play, "DO") if "Marsden" in text]
    assert "Ellie Marsden P07 (tier 2, engaged, week 6), Noah Marsden P08" in card
    assert card.count("Mon 30 Nov 08:30, Joanne: both are well") == 1


async def test_nothing_open_brings_no_card(sqlite_play: Play):
    await sqlite_play.writes("RA", "/away until 4 Dec")
    assert await starts(sqlite_play, "PN") == (
        "You stand in for Ruth Adeyemi until Fri 4 Dec. None of their families has anything open."
    )
    assert await cards(sqlite_play, "PN") == []


async def test_a_card_in_a_discreet_chat_says_no_name_until_asked(sqlite_play: Play):
    play = Play(sqlite_play.database, marlbridge_taskforce(notices_shown=False))
    await play.writes("P01", "he had a good day")
    await play.writes("DO", "/away")
    card = next(m for m in await play.phone("MB") if m["text"].startswith("You stand in: KT"))
    assert card["text"] == "You stand in: KT P01: tier 2, engaged, week 1, 1 waiting."
    await play.presses("MB", card["choices"][-1]["key"])
    assert "he had a good day" in (await play.last("MB"))["text"]


async def test_who_comes_back_reads_what_happened_and_who_answered(play: Play):
    await play.writes("DO", "/away")
    await play.writes("P01", "is he in on friday")
    notice = next(m for m in await play.phone("MB") if m["text"].endswith("is he in on friday"))
    await play.at("2026-11-30 13:45")
    await play.writes("MB", "Yes, at nine.", reply_to=notice["id"])
    await play.at("2026-12-02 10:00")
    before = len(await play.phone("DO"))
    await play.writes("DO", "/back")
    [_typed, *told] = (await play.phone("DO"))[before:]
    welcome, back = sorted((m["text"] for m in told), key=len)
    assert welcome == "Welcome back. Messages come to you again."
    assert back.startswith("While you were away, since Mon 30 Nov: ")
    assert "- Kai P01, Mon 30 Nov 08:30, Leanne: is he in on friday" in back
    assert "- Kai P01, Mon 30 Nov 13:45, Marcus wrote: " in back
    assert "Yes, at nine." in back


async def test_coming_back_twice_tells_nothing_twice(sqlite_play: Play):
    play = sqlite_play
    await play.writes("DO", "/away")
    await play.writes("DO", "/back")
    count = len(await play.phone("DO"))
    await play.writes("DO", "/back")
    assert [m["text"] for m in (await play.phone("DO"))[count:]][-1] == "You were not away."
    assert len(await play.phone("DO")) == count + 2
