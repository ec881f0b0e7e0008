"""The week in the docs is the week as it is played today."""

from __future__ import annotations

from tests.week import PAGE, the_week


async def test_the_page_tells_what_everybody_sees_today():
    told = await the_week()
    written = PAGE.read_text(encoding="utf-8")
    assert told == written, "`python -m tests.week` writes the page anew; read what changed"


async def test_the_story_is_in_it():
    """Story beats of the demonstration: three lost texts, a watched phone, a joke, STOP, CANCEL."""
    page = PAGE.read_text(encoding="utf-8")
    for words in (
        "three texts did not arrive",
        "no, 2",
        "L1 domestic abuse",
        "school is killing me lol",
        "OK, no more texts will come from here",
        "→ CANCEL",
        "Noah fine, Ellie hard",
        "Not urgent",
    ):
        assert words in page, words
