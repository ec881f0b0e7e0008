"""A manager with no shell adds an adult to a family and mends what is on record about it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.imports.faults import Rejected
from scheduler.enrolment import import_people
from storage.addresses import lines_of
from storage.cases import case_ids
from storage.contact_rules import Ruled, rules_of
from storage.facts import child_facts
from storage.tables import Audit
from tests.handlers.staff_browser import StaffBrowser
from tests.imports.demo_files import changed, demo
from tests.stage import Play

NAN = {
    "adult_name": "Rose Thornton", "adult_relation": "grandmother",
    "adult_phone": "07700 900160", "adult_reads": "English",
    "adult_parental_responsibility": "N", "adult_do_not_use": "N", "adult_shared_phone": "N",
    "adult_discreet": "Y", "adult_from": "10:00", "adult_until": "12:00",
}  # fmt: skip
JOANNE = {**NAN, "adult_name": "joanne marsden", "adult_phone": "07700 900106",
          "adult_relation": "step-mother"}  # fmt: skip
OLDER = {"home_school": "Cawder High", "registration": "single", "year": "10"}


@pytest.fixture
async def helen(sqlite_play: Play) -> StaffBrowser:
    return await StaffBrowser(sqlite_play).plays("HM")


async def sends(browser: StaffBrowser, part: str, case: str = "P01", **fields: str) -> str:
    """Open a family's settings, fill one form there in and send it."""
    await browser.get(f"/families/{case}/settings")
    return (await browser.fills(f"/families/{case}/{part}", **fields)).text


async def adults(play: Play, case: str = "P01") -> dict[str, Ruled]:
    def read(connection: Connection) -> dict[str, Ruled]:
        number = case_ids(connection, [case])[case]
        return {one.name: one for one in rules_of(connection, number)}

    return await play.database.read(read)


async def kai(play: Play) -> tuple[str, int, str, str]:
    def read(connection: Connection) -> Any:
        found = child_facts(connection, case_ids(connection, ["P01"])["P01"])
        return found.name, found.year, found.home_school, found.registration

    return await play.database.read(read)


async def deeds(play: Play) -> list[tuple[str, str, str]]:
    query = select(Audit.who, Audit.what, Audit.subject).order_by(Audit.id)
    return [tuple(row) for row in await play.database.read(lambda c: c.execute(query).all())]


async def brings(play: Play, **texts: str) -> list[str]:
    """Bring the people files again, as they were on the first day; returns what was kept."""
    files = demo(**texts)
    report, _unproven = await import_people(play.database, play.service.taskforce, files, play.now)
    return report.kept


class TestOneMoreAdult:
    async def test_nobody_writes_to_her_before_her_worker_has_spoken_to_her(self, helen):
        play = helen.play
        page = await sends(helen, "adult", **NAN)
        assert "Rose Thornton is on record as an adult of this family." in page
        assert "Nothing automatic goes to them until somebody has spoken to them" in page
        rose = (await adults(play))["Rose Thornton"]
        assert rose.rules.discreet
        assert await play.tasks(kind="prove_number", owner="DO", case="P01")
        said = (await play.log("P01"))[-1]["words"]
        assert said.startswith("New adult: Rose Thornton, grandmother. Texts go Mon-Sun 10:00-12")
        assert (await deeds(play))[-1] == ("HM", "took an adult on", f"P01 {rose.ref}")
        await play.without_digests()
        await play.at("2026-12-09 20:00")
        assert await play.received(rose.ref) == []
        looser = (
            demo()[3][1].decode().splitlines()[0],
            "P01,grandmother,Rose Thornton,07700 900160,sms,en,en,N,2,N,,N,N,,,,,,N,Y,",
        )
        assert await brings(play, carers="\n".join(looser)) == ["P01 contact rules"]
        assert (await adults(play))["Rose Thornton"].rules == rose.rules

    async def test_an_adult_they_have_is_not_given_another_number_by_this(self, helen):
        again = {**NAN, "adult_name": "LEANNE  Thornton", "adult_relation": "mother"}
        page = await sends(helen, "adult", **again)
        assert "Leanne Thornton is an adult of this family already." in page
        assert 'value="07700 900160"' in page, "what was typed stays"
        page = await sends(helen, "adult", **{**NAN, "adult_phone": "07700 900100"})
        assert "That is or was the number of Leanne Thornton, an adult of this family." in page
        page = await sends(helen, "adult", **{**NAN, "adult_phone": "", "adult_do_not_use": ""})
        assert "Adult: Mobile number" in page
        assert "Adult: Contact" in page
        assert list(await adults(helen.play)) == ["Leanne Thornton"]

    async def test_a_phone_another_family_has_is_told_and_joined_only_by_a_yes(self, helen):
        play = helen.play
        page = await sends(helen, "adult", **{**JOANNE, "adult_name": "Rose Thornton"})
        assert "is on record as the number of somebody else" in page
        page = await sends(helen, "adult", **JOANNE)
        assert "That is the number of Joanne Marsden, an adult of" in page
        assert "P07 and" in page
        assert list(await adults(play)) == ["Leanne Thornton"]
        joanne = await play.carer("P07")
        await helen.fills("/families/P01/adult", **JOANNE, same=joanne)
        assert "Joanne Marsden is on record" in helen.page.text
        assert (await adults(play))["Joanne Marsden"].ref == joanne
        assert (await adults(play, "P07"))["Joanne Marsden"].rules.discreet, "the strictest counts"
        told = (await play.log("P07"))[-1]["words"]
        assert told.startswith("Joanne Marsden is an adult of another child here too from now on")
        assert "P01" not in told
        assert told in (await play.last("TW"))["text"]
        assert (await deeds(play))[-1][2] == f"P01 {joanne} known before"

    async def test_a_family_taken_on_with_a_known_phone_asks_too(self, helen):
        child = {"first": "Zoe", "last": "Example", "upn_later": "yes", "year": "9", "tier": "2",
                 "status": "engaged", "sen": "K", "fsm": "Y", "csc": "none", "key_worker": "DO",
                 "registration": "single", "home_school": "none (PEx)",
                 "placement_week": "0"}  # fmt: skip
        await helen.get("/people/family")
        await helen.fills("/people/family", **child, **JOANNE)
        assert "That is the number of Joanne Marsden" in helen.page.text
        await helen.fills("/people/family", **child, **JOANNE, same=await helen.play.carer("P07"))
        assert "(P25) is on record" in helen.page.text
        assert "an adult of another child here too" in (await helen.play.log("P08"))[-1]["words"]


class TestCorrections:
    async def test_a_corrected_child_stays_so_when_an_older_file_comes(self, helen):
        play = helen.play
        page = await sends(helen, "child", first="Kai", last="Thornton-Bell", **OLDER)
        said = "Corrected: name, school year, home school, registration. No file sets it back."
        assert said in page
        now = ("Kai Thornton-Bell", 10, "Cawder High", "single")
        assert await kai(play) == now
        words = [entry["words"] for entry in await play.log("P01")]
        assert "School year: 10. Before: 9." in words
        assert (await deeds(play))[-1] == (
            "HM",
            "child corrected",
            "P01 name, year, home_school, registration",
        )
        kept = await brings(play)
        assert kept == ["P01 name", "P01 school year", "P01 home school", "P01 registration"]
        assert await kai(play) == now
        assert await brings(play, pupils=changed("pupils", (3, "year", "11"))) == kept

    async def test_what_no_file_may_say_a_page_may_not_say_and_nobody_undoes_another(self, helen):
        page = await sends(helen, "child", first="", last="Thornton", **OLDER)
        assert "First name" in page
        assert "Please fill this in." in page
        bad = {**OLDER, "home_school": "Nowhere High"}
        page = await sends(helen, "child", first="Kai", last="Thornton", **bad)
        assert "Nowhere High” is in none of these files nor on record." in page
        await helen.get("/families/P01/settings")
        early = next(fields for to, fields, _ in helen.forms() if to.endswith("/P01/child"))
        await sends(helen, "child", first="Kai", last="Thornton", **OLDER)
        await helen.post("/families/P01/child", **{**early, **OLDER, "year": "8"})
        assert "Somebody changed this meanwhile." in helen.page.text
        assert await kai(helen.play) == ("Kai Thornton", 10, "Cawder High", "single")

    async def test_a_name_put_right_and_a_number_given_up_outlive_an_older_file(self, helen):
        play = helen.play
        leanne = await play.carer("P01")
        page = await sends(helen, "name", to=leanne, name="Leanne Thorntonn")
        assert "Leanne Thorntonn it is, wherever this adult stands." in page
        assert await brings(play) == ["name of Leanne Thorntonn"]
        await sends(helen, "number", to=leanne, number="07700 900177")
        with pytest.raises(Rejected) as refused:
            await brings(play)
        [fault] = refused.value.faults
        assert "was given up on the family's page on 30 Nov" in str(fault)
        person = (await adults(play))["Leanne Thorntonn"].person_id
        lines = await play.database.read(lambda c: lines_of(c, person))
        used = [line.address for line in lines if line.channel == "sms" and not line.dead_at]
        assert used == ["+447700900177"]

    async def test_two_adults_of_a_family_never_have_one_name(self, helen):
        craig = await helen.play.carer("P04")
        page = await sends(helen, "name", "P04", to=craig, name="lisa brook")
        assert "Another adult of this family has that name." in page
        assert set(await adults(helen.play, "P04")) == {"Craig Brook", "Lisa Brook"}

    @pytest.mark.parametrize("ref", ["DO", "JL", "FS"])
    async def test_the_record_is_for_whoever_takes_people_on(self, sqlite_play, ref):
        browser = await StaffBrowser(sqlite_play).plays(ref)
        proof = browser.forms()[0][1]["proof"]
        for part in ("child", "name", "adult"):
            await browser.post(f"/families/P01/{part}", proof=proof, once="a" * 20, **NAN)
            assert browser.page.status_code == 404
        assert list(await adults(sqlite_play)) == ["Leanne Thornton"]
