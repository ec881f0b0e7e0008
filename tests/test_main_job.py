"""The main job: one family, one key worker, end to end."""

from __future__ import annotations

from tests.stage import Play

CHECK_IN_DAY = "2026-12-03 15:45"


async def test_on_thursday_exactly_the_families_of_the_design_get_one_check_in(play: Play):
    await play.at(CHECK_IN_DAY)
    got = {}
    for person in await play.database.read(lambda c: __import__("bot.handlers.simulated", fromlist=["people"]).people(c)):
        if person["kind"] == "carer":
            texts = [m for m in await play.phone(person["id"]) if m["direction"] == "out" and m["at"] > "2026-11-30"]
            if texts:
                assert len(texts) == 1
                got["+".join(person["cases"])] = texts[0]["at"][:16]
    thursday = {case: "2026-12-03T15:45" for case in ("P01", "P02", "P03", "P04", "P07+P08", "P10", "P11", "P16", "P17")}
    assert got == thursday | {"P14": "2026-12-03T13:45", "P19": "2026-12-03T11:45", "P21": "2026-12-02T15:45", "P24": "2026-12-02T15:45"}


async def test_a_hard_week_reaches_dani_and_her_answer_reaches_leanne(play: Play):
    await play.at(CHECK_IN_DAY)
    await play.writes("P01", "3")
    assert "What would help?" in (await play.last("P01"))["text"]
    await play.writes("P01", "a lift on monday would help")
    notice = await play.last("DO")
    assert "a lift on monday would help" in notice["text"]
    await play.writes("DO", "I will sort a lift for Monday.", reply_to=notice["id"])
    await play.later(seconds=11)
    assert await play.received("P01") == [
        "Hi Leanne, this is Dani's weekly check-in text. How has Kai's week been? 1 = Good, 2 = OK, 3 = Hard. Or use your own words. Dani reads every reply.",
        "Thank you for telling us, Leanne. What would help? Write it here, or reply CALL and Dani will ring you.",
        "Thank you. Dani has your message.",
        "I will sort a lift for Monday.\nDani",
    ]
    assert [(row["direction"], row["mode"], row["done_by"]) for row in await play.log("P01")] == [
        ("outbound", "sms", "system"),
        ("inbound", "sms", "C001"),
        ("outbound", "sms", "system"),
        ("inbound", "sms", "C001"),
        ("outbound", "sms", "system"),
        ("outbound", "sms", "DO"),
    ]
    assert "Sent to" in (await play.last("DO"))["text"]
    assert await play.tasks(case="P01") == []
