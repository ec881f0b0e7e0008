"""A number that was somebody's, or that reaches nobody, makes no muddle of who is who."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection

from bot.imports.faults import Rejected
from storage.addresses import hold_line, lines_of, mark_line, person_by_ref
from storage.cases import ties_of
from tests.handlers.staff_browser import StaffBrowser
from tests.handlers.test_staff_pages_record import JOANNE, NAN, adults, brings, sends
from tests.imports.demo_files import changed
from tests.stage import Play
from tests.turns.test_transfer import passes

MIA = {**NAN, "adult_name": "Mia Other", "adult_relation": "mother",
       "adult_phone": "07700 900100", "adult_shared_phone": "Y"}  # fmt: skip
ZOE = {"first": "Zoe", "last": "Example", "upn_later": "yes", "year": "9", "tier": "2",
       "status": "engaged", "sen": "K", "fsm": "Y", "csc": "none", "key_worker": "DO",
       "registration": "single", "home_school": "none (PEx)", "placement_week": "0"}  # fmt: skip
MOVED_ON = changed("carers", (2, "phone", "07700 900177"), (2, "shared_phone", "Y"))
JOANNE_MOVED_ON = changed("carers", *((row, "phone", "07700 900188") for row in (9, 10)))
LISA = {**NAN, "adult_name": "Lisa Brook", "adult_phone": "07700 900124"}


@pytest.fixture
async def helen(sqlite_play: Play) -> StaffBrowser:
    return await StaffBrowser(sqlite_play).plays("HM")


async def stands(play: Play, ref: str) -> tuple[str, list[str], list[str]]:
    """Say how an adult stands: name, cases, and the numbers in use."""

    def read(connection: Connection) -> Any:
        person = person_by_ref(connection, ref)
        lines = lines_of(connection, person.id)
        used = [line.address for line in lines if line.channel == "sms" and not line.dead_at]
        return person.name, [tie.case for tie in ties_of(connection, person.id)], used

    return await play.database.read(read)


async def marks(play: Play, number: str, **what: Any) -> None:
    def write(connection: Connection) -> None:
        mark_line(connection, hold_line(connection, "sms", number, play.now).id, **what)

    await play.database.write(write)


class TestAnOldNumber:
    async def test_another_mother_with_it_does_not_become_the_mother_they_have(self, helen):
        leanne = await helen.play.carer("P01")
        await brings(helen.play, carers=MOVED_ON)
        page = await sends(helen, "adult", **MIA)
        assert "That is or was the number of Leanne Thornton, an adult of this family." in page
        as_before = ("Leanne Thornton", ["P01"], ["+447700900177"])
        assert await stands(helen.play, leanne) == as_before

    @pytest.mark.parametrize("form", ["one more adult", "a new family"])
    async def test_whoever_has_it_now_is_somebody_new_even_where_both_share_a_phone(
        self, helen, form
    ):
        play = helen.play
        leanne = await play.carer("P01")
        await brings(play, carers=MOVED_ON)
        if form == "one more adult":
            await sends(helen, "adult", "P02", **MIA)
        else:
            await helen.get("/people/family")
            await helen.fills("/people/family", **ZOE, **MIA)
        mia = (await adults(play, "P02" if form == "one more adult" else "P25"))["Mia Other"]
        assert mia.ref != leanne
        assert (await stands(play, mia.ref))[2] == ["+447700900100"]
        assert await stands(play, leanne) == ("Leanne Thornton", ["P01"], ["+447700900177"])

    async def test_of_the_same_person_it_does_not_come_back_in_place_of_theirs(self, helen):
        joanne = await helen.play.carer("P07")
        await brings(helen.play, carers=JOANNE_MOVED_ON)
        page = await sends(helen, "adult", **JOANNE, same=joanne)
        assert "That was their number. Theirs now is on record: leave it, or correct it" in page
        as_before = ("Joanne Marsden", ["P07", "P08"], ["+447700900188"])
        assert await stands(helen.play, joanne) == as_before


async def test_a_row_with_the_old_spelling_and_a_new_number_makes_no_second_mother(helen):
    play = helen.play
    await sends(helen, "name", to=await play.carer("P01"), name="Leanne Thorntonn")
    with pytest.raises(Rejected) as refused:
        await brings(play, carers=MOVED_ON)
    [fault] = refused.value.faults
    assert str(fault).startswith("carers.csv, row 2, column phone: '07700 900177' is on nobody's")
    assert "correct the number on the family's page" in str(fault)
    await sends(helen, "adult", **{**MIA, "adult_phone": "07700 900160"})
    assert set(await adults(play)) == {"Leanne Thorntonn", "Mia Other"}, "a person may say so"


class TestANumberThatReachesNobody:
    async def test_one_that_is_said_to_be_somebody_elses_is_not_taken(self, helen):
        await marks(helen.play, "+447700900160", wrong_at=helen.play.now)
        page = await sends(helen, "adult", **NAN)
        assert "That number is said to reach somebody else." in page
        assert list(await adults(helen.play)) == ["Leanne Thornton"]

    @pytest.mark.parametrize(
        ("mark", "why"), [("opted_out_at", "ended by STOP"), ("wrong_at", "reach somebody else")]
    )
    async def test_its_button_promises_no_texts_while_something_stops_them(self, helen, mark, why):
        play = helen.play
        await sends(helen, "adult", **NAN)
        notice = await play.last("DO")
        await marks(play, "+447700900160", **{mark: play.now})
        [proven] = [one["key"] for one in notice["choices"] if one["key"].endswith(":proven")]
        await play.presses("DO", proven)
        said = (await play.last("DO"))["text"]
        assert said.startswith("Thank you, it is theirs. Nothing is sent there all the same:")
        assert why in said


class TestAnAdultWhoMustNotBeContacted:
    async def test_the_other_childs_worker_reads_that_nothing_is_sent_any_more(self, helen):
        play = helen.play
        barred = {**JOANNE, "adult_do_not_use": "Y", "adult_do_not_use_reason": "court order"}
        await sends(helen, "adult", **barred, same=await play.carer("P07"))
        told = (await play.log("P07"))[-1]["words"]
        assert "nothing is sent to them any more, about any child" in told
        assert "strictest" not in told
        assert told in (await play.last("TW"))["text"]

    async def test_nobody_is_asked_to_ring_somebody_barred_for_another_child(self, helen):
        play = helen.play
        lisa = (await adults(play, "P04"))["Lisa Brook"].ref
        await marks(play, "+447700900124", proven_at=None)
        page = await sends(helen, "adult", **LISA, same=lisa)
        assert "Lisa Brook is on record as an adult of this family." in page
        assert "asked to do that" not in page
        assert await play.tasks(kind="prove_number") == []
        assert "nothing is sent to them here" in " ".join(
            entry["words"] for entry in await play.log("P01")
        )


class TestTextsThatWait:
    async def test_the_news_of_a_new_key_worker_has_the_corrected_names(self, helen):
        play = helen.play
        await passes(play, ["P01"], "MB")
        assert await play.received("P01") == [], "her hours begin at 13:30"
        older = {"home_school": "Cawder High", "registration": "single", "year": "10"}
        await sends(helen, "child", first="Kye", last="Thornton", **older)
        await sends(helen, "name", to=await play.carer("P01"), name="Leane Thornton")
        await play.at("2026-11-30 14:00")
        [told] = await play.received("P01")
        assert told.startswith("Hello Leane. Marcus is now the key worker for Kye, in place of D")

    async def test_a_check_in_that_waits_until_later_that_day_has_the_corrected_name(self, helen):
        play = helen.play
        await play.without_digests()
        await play.at("2026-12-03 15:30")
        await play.writes("HM", "/pause all")
        await play.at("2026-12-03 15:50")
        await helen.plays("HM")
        await sends(helen, "name", "P03", to=await play.carer("P03"), name="Samira Akhtar")
        await play.writes("HM", "/resume all")
        await play.at("2026-12-03 17:30")
        [asked] = await play.received("P03")
        assert asked.startswith("Hi Samira,")
