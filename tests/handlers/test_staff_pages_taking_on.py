"""A manager takes one family or colleague on by a form, and sets who may be contacted when."""

from __future__ import annotations

import re
import uuid
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.domain import Inbound
from bot.imports.times import DAYS
from bot.turns import take
from storage.addresses import person_by_ref
from storage.allocations import key_workers
from storage.cases import case_ids
from storage.contact_rules import rules_of
from storage.referrals import Referred, refer, referral
from storage.tables import Audit, CaseContact
from tests.handlers.staff_browser import StaffBrowser
from tests.stage import Play
from tests.turns.test_taking_on import ADULT, CHILD

WHOLE = {**CHILD, **ADULT}
COLLEAGUE = {"name": "Zoe Grant", "role": "youth worker", "employer": "taskforce",
             "phone": "07700 900170", "mon_from": "09:00", "mon_until": "17:00"}  # fmt: skip
ANNS = "+447700900160"
FREE = {"do_not_use": "N", "do_not_use_reason": ""}


@pytest.fixture
async def helen(sqlite_play: Play) -> StaffBrowser:
    return await StaffBrowser(sqlite_play).plays("HM")


async def sends(browser: StaffBrowser, path: str, **fields: str) -> str:
    """Send a form of a page with nothing in it but this, and the page's own secrets."""
    proof = browser.forms()[0][1]["proof"]
    secrets = {"proof": proof, "once": uuid.uuid4().hex, **fields}
    return (await browser.post(path, **secrets)).text


async def deeds(play: Play) -> list[tuple[str, str, str]]:
    query = select(Audit.who, Audit.what, Audit.subject).order_by(Audit.id)
    return [tuple(row) for row in await play.database.read(lambda c: c.execute(query).all())]


async def kais_adults(play: Play, case: str = "P01") -> dict[str, Any]:
    def read(connection: Connection) -> dict[str, Any]:
        number = case_ids(connection, [case])[case]
        return {one.name: one for one in rules_of(connection, number)}

    return await play.database.read(read)


class TestFamily:
    async def test_a_family_is_on_record_and_its_key_worker_begins_with_it(self, helen):
        play = helen.play
        before = Inbound("sms", "in-before", ANNS, "when does zoe start? nobody rings me")
        await take(play.database, play.service.taskforce, before, play.now)
        assert "Left empty: P25, the next free one." in (await helen.get("/people/family")).text
        asked = set(re.findall(r'name="([a-z_]+)"', helen.page.text))
        assert set(WHOLE) | {"id", "constraint", "adult_do_not_use_reason", "adult_avoid"} <= asked
        page = await sends(helen, "/people/family", **WHOLE, once="pressed-twice")
        assert "Zoe Example (P25) is on record" in page
        assert "Dani Okafor is the key worker." in page
        assert "Nothing automatic goes to Ann Example until" in page
        assert await key_worker(play, "P25") == ["DO"]
        assert "when does zoe start" in (await play.log("P25"))[0]["words"]
        kinds = {task["kind"] for task in await play.tasks(owner="DO", case="P25")}
        assert "prove_number" in kinds
        assert len(kinds) > 1, "and the welcome"
        assert (await deeds(play))[-1] == ("HM", "took a family on", "P25")
        await helen.get("/people/family")
        twice = await sends(helen, "/people/family", **WHOLE, once="pressed-twice")
        assert "This form was sent before" in twice
        again = await sends(helen, "/people/family", **WHOLE, id="P25")
        assert "“P25” is on record already." in again
        assert "Left empty: P26, the next free one." in again

    async def test_what_was_typed_stays_and_nothing_is_saved_while_anything_is_wrong(self, helen):
        await helen.get("/people/family")
        wrong = {**WHOLE, "adult_phone": "07700 900101", "adult_reads": "Klingonese"}
        page = await sends(helen, "/people/family", **wrong)
        assert helen.page.status_code == 422
        assert "Adult: Language they read" in page
        for kept in ('value="Zoe"', 'value="07700 900101"', '<option value="DO" selected'):
            assert kept in page
        taken = await sends(helen, "/people/family", **{**wrong, "adult_reads": "Polish"})
        assert "is on record as the number of somebody else" in taken
        assert await helen.play.database.read(lambda c: person_by_ref(c, "P25")) is None

    async def test_nobody_on_record_is_changed_by_a_form_for_somebody_new(self, helen):
        await helen.get("/people/family")
        for ref in ("P01", "p01", "DO"):
            assert "is on record already." in await sends(helen, "/people/family", **WHOLE, id=ref)
        dani = await helen.play.database.read(lambda c: person_by_ref(c, "DO"))
        assert (dani.kind, dani.name) == ("staff", "Dani Okafor")

    async def test_a_referral_fills_the_form_and_is_allocated_with_it_once(self, helen):
        play = helen.play
        asked = Referred("form", "Ms Rowe", "Zoe Example", date(2026, 11, 27), year=9, tier=2,
                         adult="Ann Example", phone="07700 900160", reads="pl", relation="mother",
                         school="Not On Record High")  # fmt: skip
        ref = await play.database.write(lambda c: refer(c, asked, "HM", play.now))
        page = (await helen.get(f"/people/family?referral={ref}")).text
        for said in ('value="Example"', 'value="Polish"', "The referral says: Not On Record High."):
            assert said in page
        days = dict.fromkeys((f"adult_{day}" for day in DAYS), "yes")
        blanks = dict.fromkeys(("id", "constraint", "upn", "adult_avoid"), "")
        every = {**days, **blanks, **WHOLE, "adult_do_not_use_reason": "", "referral": ref}
        assert "P25" in await sends(helen, "/people/family", **every), "no browser sends more"
        row = await play.database.read(lambda c: referral(c, ref))
        assert (row.status, row.triaged_by) == ("allocated", "HM")
        await helen.get("/people/family")
        other = {**WHOLE, "adult_phone": "07700 900161", "first": "Zac"}
        late = await sends(helen, "/people/family", **other, referral=ref)
        assert "decided by somebody else meanwhile" in late
        assert 'value="Zac"' in late
        assert await play.database.read(lambda c: person_by_ref(c, "P26")) is None


class TestColleague:
    async def test_a_colleague_is_taken_on_and_invited_and_signs_in(self, helen):
        await helen.get("/team")
        assert "/staff/people/colleague" in helen.page.text
        await helen.get("/people/colleague")
        assert set(COLLEAGUE) <= set(re.findall(r'name="([a-z_]+)"', helen.page.text))
        page = await sends(helen, "/people/colleague", **{**COLLEAGUE, "phone": "07700 900101"})
        assert "is on record as the number of somebody else" in page
        assert 'value="Zoe Grant"' in page
        assert "Zoe Grant (ZG) is on record" in await sends(helen, "/people/colleague", **COLLEAGUE)
        await helen.fills("/invite")
        assert "Invitation for Zoe Grant" in helen.page.text
        zoe = await StaffBrowser(helen.play).plays("ZG")
        assert (await zoe.get("")).status_code == 200

    @pytest.mark.parametrize("ref", ["DO", "FS", "JL"])
    async def test_the_forms_are_for_those_who_take_people_on(self, sqlite_play, ref):
        browser = await StaffBrowser(sqlite_play).plays(ref)
        for path in ("/people/family", "/people/colleague"):
            assert (await browser.get(path)).status_code == 404
            await browser.get("")
            await sends(browser, path, **WHOLE)
            assert browser.page.status_code == 404
        assert await sqlite_play.database.read(lambda c: person_by_ref(c, "P25")) is None


class TestRules:
    async def test_a_key_worker_sets_hours_and_texts_keep_to_them_from_then_on(self, sqlite_play):
        play = sqlite_play
        leanne = await play.carer("P01")
        missing = update(CaseContact).values(rules_missing=True)
        await play.database.write(lambda c: c.execute(missing))
        await play.at("2026-12-03 15:46")
        assert await play.tasks(kind="set_rules", case="P01")
        dani = await StaffBrowser(play).plays("DO")
        page = (await dani.get("/families/P01/settings")).text
        assert "Only a note says how to reach them: please set the rules." in page
        said = {**FREE, "to": leanne, "thu": "yes", "fri": "yes", "from": "10:00", "until": "11:00"}
        page = await sends(dani, "/families/P01/rules", **said)
        assert "Leanne Thornton: Texts go Thu and Fri 10:00-11:00 only.</p>" in page
        assert await play.tasks(kind="set_rules", case="P01") == []
        assert (await deeds(play))[-1] == ("DO", "contact rules set", leanne)
        assert "Before: Texts go 13:30-16:00 only." in (await play.log("P01"))[-1]["words"]
        await play.at("2026-12-10 09:59")
        assert await play.received("P01") == []
        await play.at("2026-12-10 11:01")
        assert len(await play.received("P01")) == 1

    async def test_a_rule_that_cannot_be_kept_stays_in_the_form_as_it_was_typed(self, helen):
        leanne = await helen.play.carer("P01")
        await helen.get("/families/P01/settings")
        page = await sends(helen, "/families/P01/rules", to=leanne, do_not_use="Y", avoid="noon")
        assert "Reason: Say why this adult must not be contacted." in page
        assert 'value="noon"' in page
        assert not (await kais_adults(helen.play))["Leanne Thornton"].rules.do_not_use

    async def test_days_without_the_check_in_are_said_to_be_so(self, helen):
        leanne = await helen.play.carer("P01")
        await helen.get("/families/P01/settings")
        page = await sends(helen, "/families/P01/rules", **FREE, to=leanne, sat="yes")
        assert "The weekly check-in comes on a Thursday, so it is left out." in page

    async def test_only_the_manager_lifts_a_bar_by_typing_the_whole_name(self, helen):
        play = helen.play
        lisa = (await kais_adults(play, "P04"))["Lisa Brook"].ref
        free = {"to": lisa, "do_not_use": "N", "do_not_use_reason": "court order"}
        marcus = await StaffBrowser(play).plays("MB")
        await marcus.get("/families/P04/settings")
        page = await sends(marcus, "/families/P04/rules", **free, confirm="Lisa Brook")
        assert "only the manager lifts" in page
        await helen.get("/families/P04/settings")
        assert "Not changed: to lift" in await sends(helen, "/families/P04/rules", **free)
        assert (await kais_adults(play, "P04"))["Lisa Brook"].rules.do_not_use
        await sends(helen, "/families/P04/rules", **free, confirm="Lisa Brook")
        now = (await kais_adults(play, "P04"))["Lisa Brook"].rules
        assert (now.do_not_use, now.reason) == (False, "")

    async def test_another_family_s_rules_are_not_theirs_to_set(self, sqlite_play):
        dani, samina = await StaffBrowser(sqlite_play).plays("DO"), await sqlite_play.carer("P03")
        for case, status in (("P03", 404), ("P01", 200)):
            page = await sends(dani, f"/families/{case}/rules", to=samina, **FREE)
            assert dani.page.status_code == status
            await dani.get("")
        assert "does not belong to this family" in page


async def key_worker(play: Play, case: str) -> list[str]:
    def read(connection: Connection) -> list[str]:
        number = case_ids(connection, [case])[case]
        return key_workers(connection, [number], play.now.date())[number]

    return await play.database.read(read)
