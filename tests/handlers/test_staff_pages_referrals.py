"""Referrals on the staff page: entered by a worker, decided by the manager."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.addresses import person_by_ref
from storage.audit import first_broken
from storage.contacts import restrict
from storage.tables import Audit, Referral
from tests.handlers.staff_browser import StaffBrowser
from tests.stage import Play

JAY = {
    "child": "Jay Moss",
    "year": "9",
    "school": "Cawder High",
    "adult": "Kerry Moss",
    "phone": "07700 900555",
    "route": "email",
    "referrer": "Stephen Ambler",
    "received_on": "2026-11-27",
    "eligibility": "at_risk",
    "reason-attendance": "yes",
    "words": "Sent home <twice>.",
}


async def enters(browser: StaffBrowser, **change: str) -> str:
    """Fill in the form of the list, and send it; what the page says then."""
    await browser.get("/referrals")
    [form] = [fields for action, fields, _ in browser.forms() if action == "/staff/referrals"]
    hidden = {name: form[name] for name in ("proof", "once", "back")}
    await browser.post("/referrals", **{**hidden, **JAY, **change})
    return browser.page.text


async def decides(browser: StaffBrowser, ref: str, **said: str) -> None:
    """Press a button of the page that is open, with nothing else filled in."""
    where = f"/referrals/{ref}/triage"
    [fields, *_] = [kept for action, kept, _ in browser.forms() if action.endswith(where)]
    await browser.post(where, proof=fields["proof"], seen=fields["seen"], **said)


async def kept(play: Play) -> list[Referral]:
    query = select(Referral).where(Referral.ref == "R004")
    return await play.database.read(lambda c: c.execute(query).all())


async def audited(play: Play) -> list[tuple[str, str, str]]:
    rows = await play.database.read(lambda c: c.execute(select(Audit).order_by(Audit.id)).all())
    assert await play.database.read(first_broken) is None
    return [(row.who, row.what, row.subject) for row in rows if "referral" in row.what]


@pytest.fixture
async def dani(sqlite_play: Play) -> StaffBrowser:
    return await StaffBrowser(sqlite_play).plays("DO")


@pytest.fixture
async def helen(sqlite_play: Play) -> StaffBrowser:
    return await StaffBrowser(sqlite_play).plays("HM")


async def test_a_worker_enters_a_child_and_reads_what_stands_there(dani):
    page = await enters(dani)
    assert dani.page.url.path == "/staff/referrals/R004"
    for said in ("Jay Moss", "To triage", "Year 9, Cawder High", "3 days", "07700 900555",
                 "at risk of exclusion", "Sent home &lt;twice&gt;."):  # fmt: skip
        assert said in page
    assert "Put on the waiting list" not in page, "a key worker does not triage"
    [one] = await kept(dani.play)
    assert (one.by, one.route, one.reasons) == ("DO", "email", ["attendance"])
    assert await audited(dani.play) == [
        ("DO", "read referrals", "all"),
        ("DO", "referral made", "R004"),
        ("DO", "read referral", "R004"),
    ]


async def test_nothing_typed_is_lost_when_something_is_wrong(dani):
    page = await enters(dani, year="ninety", received_on="2026-12-24")
    assert dani.page.status_code == 422
    assert "Year is not a school year." in page
    assert "Received is a day to come." in page
    for typed in ("ninety", "Kerry Moss", "07700 900555", "Stephen Ambler", "Sent home &lt;twice"):
        assert typed in page
    assert 'name="reason-attendance" value="yes" checked' in page
    assert '<option value="email" selected>' in page
    assert await kept(dani.play) == []


async def test_a_form_sent_twice_is_one_child(dani):
    await enters(dani, once="the-same-form")
    await enters(dani, once="the-same-form")
    refs = await dani.play.database.read(lambda c: list(c.execute(select(Referral.ref)).scalars()))
    assert sorted(refs) == ["R001", "R002", "R003", "R004"]


async def test_another_child_in_a_form_that_was_sent_before_is_not_dropped_unseen(dani):
    await enters(dani, once="the-same-form")
    page = await enters(dani, once="the-same-form", child="Ola Hart")
    assert dani.page.status_code == 422
    assert "This form was sent before" in page
    assert 'value="Ola Hart"' in page
    assert "Sent home &lt;twice&gt;." in page
    page = await enters(dani, once="the-same-form", child="Ola Hart")
    assert "This form was sent before" in page, "nor when it is sent a third time"
    [form] = [fields for action, fields, _ in dani.forms() if action == "/staff/referrals"]
    await dani.post("/referrals", **{**JAY, **form, "child": "Ola Hart"})
    assert dani.page.url.path == "/staff/referrals/R005"
    await enters(dani, once="", child="Nobody")
    assert "Please send it once more." in dani.page.text
    refs = await dani.play.database.read(lambda c: list(c.execute(select(Referral.ref)).scalars()))
    assert sorted(refs) == ["R001", "R002", "R003", "R004", "R005"]


async def test_under_a_familys_message_a_button_asks_which_child_they_mean(dani):
    asks = "my other girl Ola stays at home too, could you see her"
    await dani.play.writes("P02", asks)
    await dani.get("")
    await dani.presses(":refer")
    assert "Which child do they ask about?" in dani.page.text
    await dani.fills("/desk", words="Ola Wrona, Y7: attendance")
    await dani.presses("save")
    [one] = await kept(dani.play)
    assert (one.child, one.route) == ("Ola Wrona", "family")
    assert asks in one.words


async def test_a_child_who_is_here_already_is_pointed_out(dani):
    assert "Of the same name" not in await enters(dani)
    page = await enters(dani, child="kai thornton")
    assert 'Of the same name: <a href="/staff/families/P01">P01</a>. Is it the same child?' in page
    page = await enters(dani, child="JAY MOSS")
    assert 'Of the same name: <a href="/staff/referrals/R004">R004</a>.' in page


async def test_the_manager_puts_a_child_on_the_waiting_list(helen):
    page = (await helen.get("/referrals")).text
    assert page.index("Skye Pemberton") < page.index("Yusuf Rahimi") < page.index("1. Callum")
    await helen.get("/referrals/R003")
    assert 'href="/staff/people/family?referral=R003"' in helen.page.text
    await decides(helen, "R003", status="waiting")
    assert "Tier is missing." in helen.page.text
    tier = {"tier": "1", "agency-early_help": "yes"}
    await decides(helen, "R003", status="waiting", **tier)
    assert "On the waiting list, place 2 (Helen Marsh, Mon 30 Nov 2026)" in helen.page.text
    assert "early help" in helen.page.text
    assert ("HM", "referral waiting", "R003") in await audited(helen.play)


async def test_one_that_is_not_ours_needs_a_reason_and_is_found_again(helen):
    await helen.get("/referrals/R002")
    await decides(helen, "R002", status="closed", outcome=" ")
    assert "Why not?" in helen.page.text
    why = "Lives outside the borough; Aldwick has her."
    [early, *_] = [fields for action, fields, _ in helen.forms() if action.endswith("triage")]
    await decides(helen, "R002", status="closed", outcome=why)
    assert why in helen.page.text
    await helen.post("/referrals/R002/triage", **{**early, "status": "waiting", "tier": "1"})
    assert "Helen Marsh said that this child is not for us meanwhile" in helen.page.text
    assert "not for us: Lives outside" in (await helen.get("/referrals")).text


async def test_who_decides_on_an_old_page_is_told_what_was_decided_meanwhile(helen):
    older = await StaffBrowser(helen.play).plays("HM")
    await helen.get("/referrals/R003")
    await older.get("/referrals/R003")
    await decides(helen, "R003", status="waiting", tier="2")
    why = "Lives outside the borough."
    await decides(older, "R003", status="closed", outcome=why)
    assert older.page.status_code == 409
    page = older.page.text
    assert "Helen Marsh put this child on the waiting list meanwhile (Mon 30 Nov 08:30)" in page
    assert "On the waiting list, place" in page
    assert why in page, "and nothing that was typed is lost"
    await decides(older, "R003", status="closed", outcome=why)
    assert "Not for us: lives outside" in older.page.text
    await decides(helen, "R003", status="closed", outcome="No place for him.")
    assert "said that this child is not for us meanwhile" in helen.page.text
    assert "No place for him." in helen.page.text


async def test_a_familys_own_request_is_filled_in_later(helen):
    play = helen.play
    await play.writes("unknown", "can someone help us")
    [task] = await play.tasks(kind="unclaimed")
    await play.presses("MB", f"t:{task['id']}:refer")
    assert "a child not named yet" in (await helen.get("/referrals")).text
    await helen.get("/referrals/R004")
    assert "can someone help us" in helen.page.text
    proof = helen.forms()[0][1]["proof"]
    await helen.post("/referrals/R004/correct", proof=proof, child="", year="7")
    assert "Child is missing." in helen.page.text
    await helen.post("/referrals/R004/correct", proof=proof, child="Ola Hart", year="7")
    assert "Written down." in helen.page.text
    [one] = await kept(play)
    assert (one.child, one.year, one.words) == ("Ola Hart", 7, "can someone help us")
    assert (one.route, one.by) == ("family", "MB")


async def test_words_about_a_worker_are_no_page_for_them(helen, dani):
    play = helen.play
    await play.writes("unknown", "can someone help us")
    [task] = await play.tasks(kind="unclaimed")
    await play.presses("MB", f"t:{task['id']}:refer")
    assert (await dani.get("/referrals/R004")).status_code == 200

    def hide(connection):
        [row] = connection.execute(select(Referral).where(Referral.ref == "R004"))
        restrict(connection, row.contact_id, person_by_ref(connection, "DO").id, play.now)

    await play.database.write(hide)
    assert (await dani.get("/referrals/R004")).status_code == 404
    assert "R004" not in (await dani.get("/referrals")).text
    assert (await helen.get("/referrals/R004")).status_code == 200


async def test_who_may_not_reads_and_decides_nothing(sqlite_play, dani):
    proof = dani.forms()[0][1]["proof"]
    page = await dani.post("/referrals/R002/triage", proof=proof, status="closed", outcome="no")
    assert page.status_code == 404
    assert (await dani.get("/referrals/R999")).status_code == 404
    farah = await StaffBrowser(sqlite_play).plays("FS")
    assert "Referrals" not in farah.page.text
    for path in ("/referrals", "/referrals/R001"):
        assert (await farah.get(path)).status_code == 404
    proof = farah.forms()[0][1]["proof"] if farah.forms() else ""
    await farah.post("/referrals", proof=proof, **JAY)
    assert await kept(sqlite_play) == []
