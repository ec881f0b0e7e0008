"""Roles x actions x allocation, over the whole page: who may do what, and that nothing leaks."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import httpx
from sqlalchemy import Connection, delete, func, insert, select, update

from storage.addresses import person_by_ref
from storage.cases import case_ids
from storage.contacts import Entry, log
from storage.referrals import standing
from storage.styles import style_of
from storage.tables import (
    Address,
    Allocation,
    Audit,
    Case,
    CaseAccess,
    CaseStatus,
    Contact,
    Invite,
    Outbox,
    Passport,
    Person,
    Referral,
    Staff,
    Task,
)
from tests.handlers.staff_browser import OWN, StaffBrowser
from tests.stage import Play

CASES = {"own": "P01", "supported": "P02", "team": "P03", "closed": "P17", "restricted": "P10"}
ROLES = {
    "key_worker": "DO",
    "specialist": "RA",
    "manager": "HM",
    "safeguarding_lead": "JL",
    "ap_staff": "FS",
    "admin": "SG",
}

NOBODYS = ("specialist", "ap_staff", "admin")  # who is somebody's key worker is one, and not these

# Written down beside the code on purpose: who may, as the taskforce decided it.
EVERYBODY = "key_worker specialist manager safeguarding_lead ap_staff admin"
CORE = "key_worker specialist manager safeguarding_lead"
SERVICE = {
    "waiting": EVERYBODY,
    "families": f"{CORE} admin",
    "desk": CORE,
    "referrals": CORE,
    "meeting": CORE,
    "staff": "manager admin",
    "invite": "manager admin",
    "revoke": "manager admin",
    "triage": "manager",
    "people": "manager admin",
    "take on": "manager admin",
}
SHOWN_AT = {"waiting": "", "staff": "/team"}
IN_CHARGE = "manager safeguarding_lead"
OPEN = {"read": CORE, "history": CORE, "copy": CORE, "reply": CORE, "pause": CORE,
        "passport": "key_worker specialist manager", "number": "manager admin",
        "rules": IN_CHARGE, "status": "manager", "cadence": "manager", "style": "manager",
        "restrict": IN_CHARGE}  # fmt: skip
OWN_TOO = {action: f"{OPEN[action]} key_worker"
           for action in ("rules", "status", "cadence", "style")}  # fmt: skip
CLOSED = {"read": IN_CHARGE, "history": IN_CHARGE, "copy": IN_CHARGE, "reply": "manager",
          "pause": "", "passport": "manager", "number": "manager admin", "rules": "manager",
          "status": "manager", "cadence": "manager", "style": "manager",
          "restrict": IN_CHARGE}  # fmt: skip
# To everybody else a restricted case of a colleague is not there.
RESTRICTED = {action: " ".join(role for role in roles.split() if role in IN_CHARGE.split())
              for action, roles in OPEN.items()}  # fmt: skip
TABLES = {"": SERVICE, "own": OPEN | OWN_TOO, "closed": CLOSED, "restricted": RESTRICTED}


def expected(role: str, action: str, part: str = "") -> bool:
    return role in TABLES.get(part, OPEN)[action].split()


async def allocated(play: Play, ref: str) -> None:
    """Give somebody a case of their own and one they support; one is closed, one restricted."""

    def work(c: Connection) -> None:
        me, day = person_by_ref(c, ref).id, date(2026, 9, 1)
        ids = case_ids(c, CASES.values())
        c.execute(delete(Allocation).where(Allocation.case_id.in_(ids.values())))
        c.execute(update(Allocation).where(Allocation.staff_id == me).values(
            staff_id=person_by_ref(c, "MB").id))  # fmt: skip
        own = [] if ref in {ROLES[role] for role in NOBODYS} else [("P01", "key_worker")]
        theirs = [*own, ("P02", "support")]
        rows = [(me, *one) for one in theirs]
        colleague = person_by_ref(c, "TW").id  # nobody who tries anything stands in for him
        for who, case, role in (*rows, (colleague, "P10", "key_worker")):
            row = {"case_id": ids[case], "staff_id": who, "role": role, "from_on": day}
            c.execute(insert(Allocation).values(**row))
        c.execute(update(Case).where(Case.ref == "P17").values(status="closed"))
        c.execute(update(Case).values(restricted=Case.ref == "P10", style="team"))

    await play.database.write(work)


async def marlbridge(play: Play) -> None:
    """Every family has said something, a month ago too; one colleague only looks after papers."""

    def work(c: Connection) -> None:
        admin = person_by_ref(c, ROLES["admin"]).id
        c.execute(update(Staff).where(Staff.person_id == admin).values(role="admin officer"))
        for case, number in case_ids(c, CASES.values()).items():
            for days, name in ((2, "new"), (90, "old")):
                at = play.now - timedelta(days=days)
                words, source = f"canary-{name}-{case}", f"canary:{name}:{case}"
                entry = Entry(at, at, "inbound", "sms", "family", "support", words, b"salt",
                              source=source)  # fmt: skip
                log(c, entry, [number])

    await play.database.write(work)


async def names(play: Play) -> set[str]:
    """Every family's names: none of them stands in a refusal."""
    query = select(Person.name).where(Person.kind != "staff")
    found = await play.database.read(lambda c: list(c.execute(query).scalars()))
    return set(found)


def counted(what: Any, *where: Any) -> Any:
    return select(func.count()).select_from(what).where(*where).scalar_subquery()


CHANGEABLE = (Audit, Task, Passport, Address, Invite, Contact, CaseStatus, CaseAccess)
ALL_THAT_CHANGES = select(
    *map(counted, CHANGEABLE),
    counted(Outbox, Outbox.kind != "staff"),
    counted(Case, Case.paused_until.is_not(None)),
    counted(Case, Case.restricted),
    counted(Staff, Staff.active),
)


async def kept(play: Play) -> list[int]:
    """How much of everything there is that an action could change."""
    return await play.database.read(lambda c: list(c.execute(ALL_THAT_CHANGES).one()))


class Trial:
    """One member of staff who tries everything."""

    def __init__(self, play: Play, browser: StaffBrowser, proof: str) -> None:
        self.play, self.browser, self.proof, self.tried = play, browser, proof, 0

    async def posts(self, path: str, **fields: str) -> httpx.Response:
        self.tried += 1
        fields |= {"proof": self.proof, "once": f"once-{self.tried:08}"}
        return await self.browser.http.post(f"/staff{path}", data=fields, headers=OWN)

    async def gets(self, path: str) -> httpx.Response:
        return await self.browser.http.get(f"/staff{path}")

    async def serves(self, action: str) -> httpx.Response:
        match action:
            case "waiting" | "families" | "people" | "referrals" | "meeting" | "staff":
                return await self.gets(SHOWN_AT.get(action, f"/{action}"))
            case "triage":
                return await self.triages("R003")
            case "desk":
                return await self.posts("/desk", words="/help")
            case "invite" | "revoke":
                return await self.posts(f"/team/PN/{action}")
        self.tried += 1
        return await self.browser.http.post(
            "/staff/people", headers=OWN, data={"proof": self.proof},
            files={"files": ("staff.csv", b"id,name\nXX,Nobody", "text/csv")})  # fmt: skip

    async def triages(self, ref: str) -> httpx.Response:
        query = select(Referral).where(Referral.ref == ref)
        seen = await self.play.database.read(lambda c: str(standing(c.execute(query).one())))
        said = {"seen": seen, "status": "waiting", "tier": "2"}
        return await self.posts(f"/referrals/{ref}/triage", **said)

    async def styles(self, case: str) -> httpx.Response:
        """The desk answers everybody alike: whether they may shows in what became of it."""
        answer = await self.posts("/desk", words=f"/style {case} key_person")
        if answer.status_code == 404:
            return answer
        newest = select(Outbox.text).where(Outbox.kind == "staff").order_by(Outbox.id.desc())
        done, says = await self.play.database.read(
            lambda c: (style_of(c, case) == "key_person", c.execute(newest.limit(1)).scalar_one())
        )
        return httpx.Response(200 if done else 404, text=says)

    async def tries(self, action: str, case: str) -> httpx.Response:
        carer, family = await self.play.carer(case), f"/families/{case}"
        shown = {"read": "", "history": "?history=yes", "copy": "/copy"}
        if action in shown:
            return await self.gets(f"{family}{shown[action]}")
        if action == "style":
            return await self.styles(case)
        filled = {
            "reply": {"to": carer, "words": "We will ring you."},
            "pause": {"until": "2026-12-20"},
            "passport": {"say": "Hello"},
            "number": {"to": carer, "number": f"07700 90{900 + self.tried}"},
            "rules": {"to": carer},
            "status": {
                "status": "completed" if case == CASES["closed"] else "engaged",
                "destination": "other",
                "reason": f"tried {self.tried}",
                "sure": "yes",
            },
            "cadence": {"often": "weekly"},
            "restrict": {"see-PN": "yes"},
        }
        return await self.posts(f"{family}/{action}", **filled[action])


async def test_roles_actions_and_allocations(play: Play):
    """Printed: cells tried, and how many of them let through what they should not: none."""
    await marlbridge(play)
    secret, cells, leaks = await names(play), 0, []
    for role, ref in ROLES.items():
        await allocated(play, ref)
        browser = await StaffBrowser(play).plays(ref)
        trial = Trial(play, browser, browser.forms()[0][1]["proof"])
        wanted = [(action, "") for action in SERVICE if action != "revoke"]
        wanted += [(action, part) for action in OPEN for part in CASES]
        for action, part in [*wanted, ("revoke", "")]:
            if role in NOBODYS and part == "own":
                continue
            before = await kept(play)
            case = CASES.get(part, "")
            answer = await (trial.tries(action, case) if part else trial.serves(action))
            cells += 1
            done = answer.status_code in {200, 303}
            if answer.status_code not in ({200, 303} if expected(role, action, part) else {404}):
                leaks.append((role, action, part, answer.status_code))
            if not done:
                leaks += [(role, action, part, name) for name in secret if name in answer.text]
                leaks += [(role, action, part, "changed")] * (await kept(play) != before)
            if done and action in {"read", "history", "copy"}:
                old = action != "read"
                assert f"canary-new-{case}" in answer.text
                assert (f"canary-old-{case}" in answer.text) == old
                others = set(re.findall(r"canary-\w+-(P\d+)", answer.text)) - {case}
                leaks += [(role, action, part, other) for other in others]
        active = update(Staff).values(active=True)
        await play.database.write(lambda c, active=active: c.execute(active))
    print(f"{cells} cells, {len(leaks)} leaks")
    assert cells == 6 * (11 + 12 * 5) - 12 * len(NOBODYS)
    assert leaks == []


async def test_what_is_not_there_and_what_is_not_theirs_look_the_same(sqlite_play: Play):
    browser = await StaffBrowser(sqlite_play).plays("FS")
    seen = {(await browser.get(f"/families/{case}")).text for case in ("P01", "P99", "x")}
    assert len(seen) == 1


def restricted(c: Connection, play: Play, words: str, author: str, sensitivity: str) -> None:
    entry = Entry(play.now, play.now, "internal", "note", author, "note", words, b"salt",
                  sensitivity=sensitivity, source=f"note:{words}")  # fmt: skip
    log(c, entry, case_ids(c, ["P01"]).values())


async def readers(play: Play, words: str) -> set[str]:
    found = set()
    for ref in ("DO", "MB", "TW", "HM", "JL"):
        browser = await StaffBrowser(play).plays(ref)
        if words in (await browser.get("/families/P01")).text:
            found.add(ref)
    return found


async def test_a_clinical_note_is_for_its_author_and_those_in_charge(sqlite_play: Play):
    play = sqlite_play
    await play.database.write(
        lambda c: restricted(c, play, "talked about the summer", "TW", "restricted_clinical")
    )
    assert await readers(play, "talked about the summer") == {"TW", "HM", "JL"}


async def test_words_about_a_worker_go_past_that_worker_on_the_page_until_released(play: Play):
    words = "I want to complain about Dani Okafor"
    await play.writes("P01", words)
    assert await readers(play, words) == {"HM", "JL"}
    dani = await StaffBrowser(play).plays("DO")
    for path in ("", "/families", "/families/P01?history=yes", "/families/P01/copy"):
        assert "complain" not in (await dani.get(path)).text
    notice = await play.last("HM")
    await play.writes("HM", "/release", notice["id"])
    assert await readers(play, words) == {"DO", "MB", "TW", "HM", "JL"}


async def test_ap_staff_read_and_take_what_is_addressed_to_them_and_nothing_else(play: Play):
    await play.writes("P01", "he is off his food today")
    [task] = await play.tasks(kind="message", case="P01")
    alone = await StaffBrowser(play).plays("FS")
    assert "he is off his food today" not in alone.page.text
    proof = alone.forms()[0][1]["proof"]
    press = {"proof": proof, "once": "c" * 20, "key": f"t:{task['id']}:ack"}
    await alone.post("/press", **press)
    assert alone.page.status_code == 404
    assert (await play.tasks(kind="message", case="P01"))[0]["seen_by"] is None

    def tell_farah(c: Connection) -> Any:
        return c.execute(update(Task).where(Task.id == task["id"]).values(told=["DO", "FS"]))

    await play.database.write(tell_farah)
    await alone.get("")
    assert "he is off his food today" in alone.page.text
    assert "/families/P01" not in alone.page.text
    await alone.presses(":ack")
    assert "You have it." in alone.page.text
    assert (await play.tasks(kind="message", case="P01"))[0]["seen_by"] == "FS"


async def test_history_and_copies_need_a_code_typed_a_moment_ago_and_an_answer_never(
    sqlite_play: Play,
):
    play = sqlite_play
    await marlbridge(play)
    browser = await StaffBrowser(play, demo=False).signs_in("DO")
    await play.later(minutes=31)
    for path in ("/families/P01?history=yes", "/families/P01/copy"):
        await browser.get(path)
        assert browser.page.url.path == "/staff/confirm"
        assert "canary" not in browser.page.text
    await browser.get("/families/P01")
    await browser.fills("/desk", words="/Copy@OurBot all")
    assert browser.page.url.path == "/staff/confirm"
    assert "left to copy" not in (await browser.get("/families/P01")).text
    await play.writes("P01", "are you there")
    await browser.get("/families/P01")
    await browser.fills("/reply", words="Yes, I am.")
    await play.later(seconds=11)
    assert "Yes, I am.\nDani" in await play.received("P01")
    await browser.get("/families/P01?history=yes")
    await browser.fills("/confirm", send="yes")
    await browser.fills("/confirm", code="12")
    assert browser.page.status_code == 403
    await browser.fills("/confirm", code=await browser.code())
    assert browser.page.url.query == b"history=yes"
    assert "canary-old-P01" in browser.page.text
    await browser.fills("/desk", words="/copy all")
    assert "Yes, I am." in browser.page.text


async def test_who_read_what_is_in_the_audit(play: Play):
    browser = await StaffBrowser(play).plays("MB")
    await browser.get("/families/P01")
    await browser.get("/families/P01?history=yes")
    await browser.get("/families/P01/copy")
    rows = await play.database.read(
        lambda c: [(r.what, r.subject) for r in c.execute(select(Audit).where(Audit.who == "MB"))]
    )
    assert rows == [
        ("signed in", "page"),
        ("read thread", "P01"),
        ("read history", "P01"),
        ("copy thread", "P01"),
    ]
