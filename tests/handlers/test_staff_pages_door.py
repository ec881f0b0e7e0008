"""Signing in to the staff page: who gets in, who does not, and what nobody learns."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, update

from storage.audit import first_broken
from storage.tables import Audit, Outbox, SignIn, Staff, StaffSession, Task
from tests.handlers.staff_browser import NUMBERS, OWN, StaffBrowser
from tests.stage import Play

WRONG = "That code is not right"


@pytest.fixture
async def real(sqlite_play: Play) -> AsyncIterator[StaffBrowser]:
    """A browser at a real service, where nobody is invented."""
    browser = StaffBrowser(sqlite_play, demo=False)
    yield browser
    await browser.http.aclose()


def a_wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


async def test_a_code_to_their_own_phone_lets_a_worker_in(play: Play):
    browser = await StaffBrowser(play, demo=False).signs_in("DO")
    assert "What waits for you" in browser.page.text
    texts = await play.database.read(
        lambda c: c.execute(select(Outbox).where(Outbox.purpose == "sign_in")).all()
    )
    [sent] = texts
    assert sent.text == f"{await browser.code()} is your Keyworker code. It works for 10 minutes."
    assert (sent.channel, sent.kind) == ("sms", "staff")
    kept = await play.database.read(lambda c: c.execute(select(SignIn.code_proof)).scalar_one())
    assert await browser.code() not in kept
    assert await play.database.read(first_broken) is None


async def test_the_answer_never_tells_whether_a_number_is_known(real):
    seen = []
    for number in (NUMBERS["DO"], "07700 900100", "07700 900999", "hello", ""):
        await real.post("/sign-in", number=number)
        seen.append((real.page.status_code, real.page.text.replace(f'"{number}"', '""')))
    assert len(set(seen)) == 1
    assert len(await real.codes()) == 1


async def test_a_family_never_gets_in_with_its_number(real):
    await real.post("/sign-in", number="07700 900100")
    await real.post("/code", number="07700 900100", code="000000")
    assert WRONG in real.page.text
    assert await real.codes() == []


async def test_a_code_opens_one_door_once(real):
    await real.signs_in("DO")
    code = await real.code()
    await real.fills("/sign-out")
    await real.post("/code", number=NUMBERS["DO"], code=code)
    assert (real.page.status_code, WRONG in real.page.text) == (403, True)


async def test_after_five_wrong_codes_the_right_one_is_wrong_too(real):
    await real.post("/sign-in", number=NUMBERS["DO"])
    code = await real.code()
    for _ in range(5):
        await real.post("/code", number=NUMBERS["DO"], code=a_wrong(code))
    await real.post("/code", number=NUMBERS["DO"], code=code)
    assert WRONG in real.page.text
    await real.signs_in("DO")


async def test_a_code_is_good_for_ten_minutes_and_somebody_elses_never(real):
    await real.post("/sign-in", number=NUMBERS["DO"])
    code = await real.code()
    await real.post("/sign-in", number=NUMBERS["MB"])
    await real.post("/code", number=NUMBERS["MB"], code=code)
    assert WRONG in real.page.text
    await real.play.later(minutes=10)
    await real.post("/code", number=NUMBERS["DO"], code=code)
    assert WRONG in real.page.text


async def test_an_older_code_ends_when_a_newer_one_is_sent(real):
    await real.post("/sign-in", number=NUMBERS["DO"])
    await real.post("/sign-in", number=NUMBERS["DO"])
    first, second = await real.codes()
    await real.post("/code", number=NUMBERS["DO"], code=first)
    assert WRONG in real.page.text
    await real.post("/code", number=NUMBERS["DO"], code=f" {second[:3]} {second[3:]} ")
    assert real.page.url.path == "/staff"


async def test_there_are_three_codes_within_an_hour_and_more_later(real):
    for _ in range(5):
        await real.post("/sign-in", number=NUMBERS["DO"])
    assert len(await real.codes()) == 3
    await real.play.later(minutes=61)
    await real.post("/sign-in", number=NUMBERS["DO"])
    assert len(await real.codes()) == 4


async def test_somebody_who_guesses_all_day_gets_no_more_codes_and_the_manager_hears(real):
    for _ in range(4):
        await real.post("/sign-in", number=NUMBERS["DO"])
        code = await real.code()
        for _ in range(5):
            await real.post("/code", number=NUMBERS["DO"], code=a_wrong(code))
        await real.play.later(minutes=61)
    assert len(await real.codes()) == 3
    told = await real.play.tasks(kind="knocking", owner="HM")
    assert [t["words"] for t in told] == [
        "Somebody keeps typing wrong sign-in codes for Dani Okafor. Nobody was let in."
    ]


async def test_a_session_lasts_twelve_hours_and_no_longer(real):
    await real.signs_in("DO")
    await real.play.later(hours=11, minutes=59)
    assert (await real.get("")).url.path == "/staff"
    await real.play.later(minutes=1)
    assert (await real.get("")).url.path == "/staff/sign-in"


async def test_signing_out_ends_it_for_whoever_kept_the_cookie(real):
    await real.signs_in("DO")
    kept = dict(real.http.cookies)
    await real.fills("/sign-out")
    real.http.cookies.update(kept)
    assert (await real.get("")).url.path == "/staff/sign-in"


async def test_the_cookie_is_for_this_page_alone(real):
    await real.post("/sign-in", number=NUMBERS["DO"])
    answer = await real.http.post(
        "/staff/code", data={"number": NUMBERS["DO"], "code": await real.code()}, headers=OWN
    )
    cookie = answer.headers["set-cookie"]
    for part in ("HttpOnly", "Path=/staff", "SameSite=strict", "Secure", "Max-Age=43200"):
        assert part in cookie
    token = real.http.cookies["keyworker_staff"]
    hashes = await real.play.database.read(
        lambda c: c.execute(select(StaffSession.token_hash)).scalar_one()
    )
    assert len(token) == 43  # 256 bits
    assert token not in hashes


async def test_every_page_is_kept_to_itself(real):
    await real.signs_in("DO")
    for path in ("", "/families", "/families/P01", "/assets/staff.css", "/nothing"):
        headers = (await real.get(path)).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
        assert "<script" not in real.page.text
        assert " style=" not in real.page.text


async def test_nobody_else_s_page_can_send_a_form_or_sign_somebody_out(real):
    await real.signs_in("DO")
    proof = real.forms()[0][1]["proof"]
    kept = dict(real.http.cookies)
    deed = {"words": "/pause P01", "once": "a" * 20}
    for fields, headers in (
        ({**deed, "proof": proof}, {"sec-fetch-site": "cross-site"}),
        ({**deed, "proof": proof}, {"sec-fetch-site": "same-site"}),
        ({**deed, "proof": proof}, {"origin": "https://evil.example"}),
        ({**deed, "proof": "0" * 64}, OWN),
        (deed, OWN),
    ):
        await real.post("/desk", headers, **fields)
        assert real.page.url.path in {"/staff", "/staff/sign-in"}
    assert dict(real.http.cookies) == kept
    audited = await real.play.database.read(
        lambda c: list(c.execute(select(Audit.what).where(Audit.who == "DO")).scalars())
    )
    assert audited == ["signed in"]
    await real.post("/desk", {"origin": "null"}, **deed, proof=proof)  # a browser without https
    assert "Automatic messages to Leanne Thornton (Kai P01) are held." in real.page.text


async def test_only_the_demonstration_lets_anybody_be_one_of_the_team(real):
    await real.post("/as", who="HM")
    assert real.page.status_code == 404
    await real.get("/sign-in")
    assert "Helen Marsh" not in real.page.text
    demo = StaffBrowser(real.play)
    await demo.get("/sign-in")
    assert "everybody here is invented, and no code is needed" in demo.page.text
    await demo.post("/as", who="nobody")
    assert demo.page.status_code == 403
    await demo.plays("HM")


async def test_who_was_cut_off_comes_back_by_an_invitation_and_no_old_browser_does(play: Play):
    old = await StaffBrowser(play, demo=False).signs_in("MB")
    chief = await StaffBrowser(play).plays("HM")
    await chief.get("/team")
    await chief.fills("/team/MB/revoke")
    assert "Marcus Bell is cut off, here and in every chat." in chief.page.text
    assert (await old.get("")).url.path == "/staff/sign-in"
    await old.post("/sign-in", number=NUMBERS["MB"])
    assert len(await old.codes()) == 1  # no new one
    await chief.get("/team")
    await chief.fills("/team/MB/invite")
    code = chief.page.text.partition('<p class="code">')[2].partition("<")[0]
    await old.post("/invitation", invitation="AAAAA-AAAAA")
    assert "That invitation is not right" in old.page.text
    assert (await old.get("")).url.path == "/staff/sign-in"  # his old cookie stays worthless
    new = StaffBrowser(play, demo=False)
    await new.post("/invitation", invitation=code.lower())
    assert (new.page.url.path, "Marcus Bell" in new.page.text) == ("/staff", True)
    assert (await old.get("")).url.path == "/staff/sign-in"


async def test_revoked_gets_nothing_from_the_next_request_on(play: Play):
    """Read or written, page or copy: the very next thing asked for is refused."""
    await play.writes("P01", "please ring me about the bus")
    browser = await StaffBrowser(play).plays("DO")
    await browser.get("/families/P01")
    assert "about the bus" in browser.page.text
    proof = browser.forms()[0][1]["proof"]
    await play.database.write(
        lambda c: c.execute(
            update(Staff)
            .where(Staff.person_id == select(StaffSession.staff_id).scalar_subquery())
            .values(active=False)
        )
    )
    for path in ("", "/families", "/families/P01", "/families/P01/copy", "/families/P01/settings"):
        answer = await browser.http.get(f"/staff{path}")
        assert (answer.status_code, answer.text) == (303, "")
    before = await play.database.read(lambda c: list(c.execute(select(Task.id))))
    for path in ("/desk", "/press", "/families/P01/reply", "/families/P01/pause"):
        fields = {"proof": proof, "once": "b" * 20, "words": "hello", "key": "t:1:done", "to": "C1"}
        answer = await browser.http.post(f"/staff{path}", data=fields, headers=OWN)
        assert (answer.status_code, answer.text) == (303, "")
    assert await play.database.read(lambda c: list(c.execute(select(Task.id)))) == before
