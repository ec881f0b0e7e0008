"""The main job: one family, one key worker, end to end."""

from __future__ import annotations

import pytest

from bot.handlers import simulated
from tests.stage import Play

CHECK_IN_DAY = "2026-12-03 15:45"
AT_A_QUARTER_TO_FOUR = ("P01", "P02", "P03", "P04", "P07+P08", "P10", "P11", "P16", "P17")
CHECK_IN = (
    "Hi Leanne, this is Dani's weekly check-in text. How has Kai's week been? "
    "1 = Good, 2 = OK, 3 = Hard. Or use your own words. Dani reads every reply."
)
WHAT_WOULD_HELP = (
    "Thank you for telling us, Leanne. What would help? "
    "Write it here, or reply CALL and Dani will ring you."
)


@pytest.mark.thursday
async def test_on_thursday_exactly_the_families_of_the_design_get_one_check_in(play: Play):
    await play.at(CHECK_IN_DAY)
    got = {}
    for person in await play.database.read(simulated.people):
        if person["kind"] != "carer":
            continue
        texts = [m for m in await play.phone(person["id"]) if m["at"] > "2026-11-30"]
        if texts:
            assert [m["direction"] for m in texts] == ["out"]
            got["+".join(person["cases"])] = texts[0]["at"][:16]
    assert got == {
        **dict.fromkeys(AT_A_QUARTER_TO_FOUR, "2026-12-03T15:45"),
        "P14": "2026-12-03T13:45",
        "P19": "2026-12-03T11:45",
        "P21": "2026-12-02T15:45",
        "P24": "2026-12-02T15:45",
    }


@pytest.mark.thursday
async def test_everybody_else_shows_why_nothing_went(play: Play):
    await play.at(CHECK_IN_DAY)
    why = {"+".join(row["cases"]): row["reason"] for row in await play.held()}
    assert why["P20"] == "the family declined support: nothing until they ask"
    assert why["P22"] == "the case is not open: stopped early"
    assert why["P13"] == "prefers a phone call"
    asked = {task["case"] for task in await play.tasks(kind="interpreter")}
    assert asked == {"P05", "P06", "P09", "P12", "P15", "P18", "P23"}
    assert {case: why[case] for case in asked} == {
        case: f"no approved wording in {language}"
        for case, language in zip(
            sorted(asked), ("fr", "ckb", "ar", "ro", "lt", "pa", "lv"), strict=True
        )
    }
    assert [task["case"] for task in await play.tasks(kind="phone_check_in")] == ["P13"]


@pytest.mark.thursday
async def test_each_family_is_asked_in_its_own_language_and_its_own_way(play: Play):
    await play.at(CHECK_IN_DAY)
    assert (await play.last("P02"))["text"].startswith("Dzień dobry Marta")
    assert (await play.last("P14"))["text"].startswith("السلام علیکم")
    assert [choice["label"] for choice in (await play.last("P02"))["choices"]] == [
        "Dobrze",
        "Średnio",
        "Ciężko",
    ]
    assert (await play.last("P01"))["choices"] == []
    assert "Ellie and Noah" in (await play.last("P07"))["text"]


@pytest.mark.thursday
async def test_a_hard_week_reaches_dani_and_her_answer_reaches_leanne(play: Play):
    await play.at(CHECK_IN_DAY)
    await play.writes("P01", "3")
    assert "hard" in (await play.last("DO"))["text"]
    await play.writes("P01", "a lift on monday would help")
    notice = await play.last("DO")
    assert "Leanne Thornton (Kai P01): a lift on monday would help" in notice["text"]
    await play.writes("DO", "I will sort a lift for Monday.", reply_to=notice["id"])
    await play.later(seconds=11)
    assert await play.received("P01") == [
        CHECK_IN,
        WHAT_WOULD_HELP,
        "Thank you. Dani has your message.",
        "I will sort a lift for Monday.\nDani",
    ]
    assert "Sent to Leanne" in (await play.last("DO"))["text"]
    assert await play.tasks(case="P01") == []


@pytest.mark.thursday
async def test_every_contact_stands_on_the_case_in_order_with_the_words_that_left(play: Play):
    await play.at(CHECK_IN_DAY)
    await play.writes("P01", "3")
    await play.writes("P01", "a lift on monday would help")
    notice = await play.last("DO")
    await play.writes("DO", "I will sort a lift for Monday.", reply_to=notice["id"])
    await play.later(seconds=11)
    assert [
        (row["direction"], row["mode"], row["done_by"], row["words"])
        for row in await play.log("P01")
    ] == [
        ("outbound", "sms", "system", CHECK_IN),
        ("inbound", "sms", "C001", "3"),
        ("outbound", "sms", "system", WHAT_WOULD_HELP),
        ("inbound", "sms", "C001", "a lift on monday would help"),
        ("outbound", "sms", "system", "Thank you. Dani has your message."),
        ("outbound", "sms", "DO", "I will sort a lift for Monday.\nDani"),
    ]


@pytest.mark.thursday
async def test_a_button_and_a_number_are_the_same_turn(sqlite_play: Play):
    play = sqlite_play
    await play.at(CHECK_IN_DAY)
    asked = await play.last("P16")
    await play.presses("P16", "hard", turn=asked["turn"])
    await play.writes("P17", "3")
    assert "What would help?" in (await play.last("P16"))["text"]
    assert "What would help?" in (await play.last("P17"))["text"]
    assert "CALL" not in (await play.last("P17"))["text"], "Gary is deaf: no call is offered"


@pytest.mark.thursday
async def test_yesterdays_button_answers_nothing_and_says_so(sqlite_play: Play):
    play = sqlite_play
    await play.at(CHECK_IN_DAY)
    old = (await play.last("P16"))["turn"]
    await play.presses("P16", "good", turn=old)
    await play.presses("P16", "hard", turn=old)
    assert (await play.last("P16"))["text"].startswith("That question has been answered.")
