"""One brother's case is restricted: nobody without a part in it reads of his visits."""

from __future__ import annotations

import pytest

from tests.stage import Play
from tests.turns.test_restricted_siblings import keeps_noah_back, told
from tests.turns.visiting import books

THURSDAY = "2026-12-03 13:30"
pytestmark = pytest.mark.afternoon


async def noahs_visit(play: Play) -> int:
    """Dani has Ellie, Tom has Noah; Tom sees Noah on Thursday."""
    await keeps_noah_back(play)
    visit, _told = await books(play, "P08", THURSDAY, kind="youth_work", staff=("TW",))
    return visit.id


def names_it(heard: str, number: int) -> bool:
    """Say whether somebody has read of a visit: its number, its kind or its time."""
    return any(one in heard for one in (f"visit {number} ", "Youth justice", "3 Dec 13:30"))


@pytest.mark.parametrize("replies", [("1",), ("transport", "1")])
async def test_what_their_mother_answers_about_noahs_visit_is_for_those_who_may_know_of_it(
    sqlite_play: Play, replies: tuple[str, ...]
) -> None:
    play = sqlite_play
    number = await noahs_visit(play)
    for reply in replies:
        await play.writes("P07", reply)
    assert names_it(await told(play, "TW"), number)
    assert not names_it(await told(play, "DO"), number)


async def test_words_that_doubt_noahs_visit_name_it_only_to_those_who_may_know_of_it(
    sqlite_play: Play,
) -> None:
    play = sqlite_play
    number = await noahs_visit(play)
    await play.writes("P07", "cant make it thursday its too much")
    hers, his = await told(play, "DO"), await told(play, "TW")
    assert "cant make it thursday" in hers
    assert not names_it(hers, number)
    assert "They may not make it" not in hers
    assert "so no reminder of it goes: please ask them" in his
    assert names_it(his, number)


async def test_who_said_no_more_of_noahs_visit_is_asked_by_those_who_may_know_of_it(
    sqlite_play: Play,
) -> None:
    play = sqlite_play
    await noahs_visit(play)
    await play.writes("P07", "2")  # and leaves open what would be better
    await play.at("2026-12-01 16:00")
    assert "said no more: please ask" in await told(play, "TW")
    assert "said no more: please ask" not in await told(play, "DO")
