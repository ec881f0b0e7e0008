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
from storage.allocations import key_workers, pass_case
from storage.cases import case_ids
from storage.contact_rules import rules_of
from storage.referrals import Referred, refer, referral, triage
from storage.tables import Audit, CaseContact, Person
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


def seen(browser: StaffBrowser) -> str:
    """How the referral stood when this page was shown."""
    return next(fields["seen"] for _, fields, _ in browser.forms() if "seen" in fields)


async def deeds(play: Play) -> list[tuple[str, str, str]]:
    query = select(Audit.who, Audit.what, Audit.subject).order_by(Audit.id)
    return [tuple(row) for row in await play.database.read(lambda c: c.execute(query).all())]


def on_noahs(connection: Connection) -> tuple[int, int]:
    """Noah's case and Marcus, by their numbers."""
    return case_ids(connection, ["P08"])["P08"], person_by_ref(connection, "MB").id


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
        another = {**WHOLE, "first": "ZOE ", "adult_phone": "07700 900169"}
        asked = await sends(helen, "/people/family", **another)
        assert "A child of this name is on record: P25." in asked
        assert 'value="07700 900169"' in asked
        assert 'name="another" value="P25">' in asked
        assert await play.database.read(lambda c: person_by_ref(c, "P26")) is None
        await helen.fills("/people/family", **another, another="P25")
        assert "(P26) is on record" in helen.page.text
        await helen.get("/people/family")
        third = await sends(helen, "/people/family", **another, another="P25")
        assert "A child of this name is on record: P25, P26." in third, "one has come since"
        again = await sends(helen, "/people/family", **WHOLE, id="P25")
        assert "“P25” is on record already." in again
        assert "Left empty: P27, the next free one." in again

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
        await helen.get(f"/people/family?referral={ref}")
        early = seen(helen)
        values = {"status": "waiting", "by": "DO", "now": play.now}
        await play.database.write(lambda c: triage(c, ref, **values))
        page = helen.page.text
        for said in ('value="Example"', 'value="Polish"', "The referral says: Not On Record High."):
            assert said in page
        days = dict.fromkeys((f"adult_{day}" for day in DAYS), "yes")
        blanks = dict.fromkeys(("id", "constraint", "upn", "adult_avoid"), "")
        every = {**days, **blanks, **WHOLE, "adult_do_not_use_reason": "", "referral": ref}
        every |= {"seen": early, "another": "P01"}
        told = await sends(helen, "/people/family", **every)
        assert "Dani Okafor put this child on the waiting list meanwhile" in told
        assert 'value="07700 900160"' in told
        assert await play.database.read(lambda c: person_by_ref(c, "P25")) is None
        every["seen"] = seen(helen)
        assert "P25" in await sends(helen, "/people/family", **every), "no browser sends more"
        row = await play.database.read(lambda c: referral(c, ref))
        assert (row.status, row.triaged_by) == ("allocated", "HM")
        await helen.get("/people/family")
        other = {**WHOLE, "adult_phone": "07700 900161", "first": "Zac"}
        late = await sends(helen, "/people/family", **other, referral=ref)
        assert "Helen Marsh took this child on meanwhile" in late
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
        await play.without_digests()
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

    async def test_one_childs_key_worker_takes_no_care_away_from_another_child(self, sqlite_play):
        """Joanne's partner reads along; Noah's case is Marcus's, and restricted."""
        play = sqlite_play
        joanne = (await kais_adults(play, "P07"))["Joanne Marsden"].ref
        await play.database.write(lambda c: pass_case(c, *on_noahs(c), play.now.date()))
        await play.writes("HM", "/restrict P08")
        marked = update(Person).where(Person.ref == joanne).values(discreet=True)
        await play.database.write(lambda c: c.execute(marked))
        tess = await StaffBrowser(play).plays("TW")
        page = (await tess.get("/families/P07/settings")).text
        assert "P08" not in page
        plain = {
            **FREE,
            "to": joanne,
            "from": "12:00",
            "until": "20:00",
            "confirm": "Joanne Marsden",
        }
        page = await sends(tess, "/families/P07/rules", **plain)
        assert "only the manager, or who may set the rules for all of them, takes them away" in page
        assert (await kais_adults(play, "P08"))["Joanne Marsden"].rules.discreet
        helen = await StaffBrowser(play).plays("HM")
        await helen.get("/families/P07/settings")
        assert "type Joanne Marsden" in helen.page.text
        await sends(helen, "/families/P07/rules", **plain)
        assert not (await kais_adults(play, "P08"))["Joanne Marsden"].rules.discreet
        taken = "“somebody may read along” counts no more, says Helen."
        assert (await play.last("MB"))["text"] == (
            f"Noah P08: texts to Joanne Marsden may say more from now on. {taken}"
        )
        assert (await play.log("P08"))[-1]["words"] == f"Contact rules for Joanne Marsden: {taken}"
        assert (await deeds(play))[-1] == (
            "HM",
            "contact rules set",
            f"{joanne} no longer discreet",
        )

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
