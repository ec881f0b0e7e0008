"""Five specialists, one family, one day: nobody is crowded without somebody having said so."""

from __future__ import annotations

from tests.stage import Play

FIVE = ("DO", "MB", "PN", "TW", "SG")


async def writes(play: Play, who: str, words: str) -> None:
    """Type words for Leanne, and choose her where it is asked."""
    await play.writes(who, words)
    asked = await play.last(who)
    leanne = next(choice["key"] for choice in asked["choices"] if "Leanne" in choice["label"])
    await play.presses(who, leanne, asked["turn"])
    await play.later(seconds=11)


async def to_leanne(play: Play) -> list[str]:
    return [text for text in await play.received("P01") if "Thursday" in text]


async def test_each_but_the_first_is_warned_and_may_send_it(play: Play):
    await play.without_digests()
    await play.at("2026-12-01 13:40")
    for who in FIVE:
        await writes(play, who, f"are you free Thursday {who}")
    assert len(await to_leanne(play)) == 1
    warned = {who: (await play.last(who))["text"] for who in FIVE[1:]}
    for who, text in warned.items():
        assert "a colleague has written to this family today" in text, who
        assert text.endswith("Today: Dani."), text
    (held,) = await play.tasks(kind="held", owner="PN")
    await play.presses("PN", f"t:{held['id']}:now")
    assert len(await to_leanne(play)) == 2
    await play.at("2026-12-02 13:45")
    assert len(await to_leanne(play)) >= 3, "tomorrow it goes by itself"


async def test_automatic_texts_wait_and_words_of_safety_do_not(play: Play):
    await play.only_about("P01")
    await play.at("2026-12-03 13:35")
    await writes(play, "DO", "are you free Thursday")
    await writes(play, "MB", "or Friday? Thursday is hard for me")
    (held,) = await play.tasks(kind="held", owner="MB")
    await play.presses("MB", f"t:{held['id']}:now")
    await play.at("2026-12-03 15:50")
    assert not any("week been" in text for text in await play.received("P01"))
    await play.writes("P01", "i want to kill myself")
    assert "999" in (await play.last("P01"))["text"]


async def test_after_the_family_wrote_whoever_answers_is_not_asked(play: Play):
    await play.without_digests()
    await play.at("2026-12-01 13:40")
    await writes(play, "DO", "are you free Thursday")
    await play.writes("P01", "yes but ask priya")
    (task,) = await play.tasks(kind="message", case="P01")
    await writes(play, "PN", "Thursday at two then")
    assert len(await to_leanne(play)) == 2
    assert task["owner"] == "DO"


async def test_words_that_waited_for_the_morning_answer_nothing_that_came_meanwhile(play: Play):
    await play.without_digests()
    await play.at("2026-12-01 13:40")
    await writes(play, "DO", "are you free Thursday")
    await writes(play, "MB", "or Thursday next week")
    await play.at("2026-12-01 19:00")
    await play.writes("P01", "what time does it start")
    await play.at("2026-12-02 14:00")
    assert len(await to_leanne(play)) == 2, "Marcus's words have left"
    waiting = await play.tasks(kind="message", case="P01")
    assert [task["words"].endswith("time does it start") for task in waiting] == [True]


async def test_nobody_waits_for_a_second_morning(play: Play):
    await play.without_digests()
    await play.at("2026-12-01 13:40")
    for who in ("DO", "MB", "PN"):
        await writes(play, who, f"are you free Thursday {who}")
    await play.at("2026-12-02 14:00")
    assert len(await to_leanne(play)) == 3
