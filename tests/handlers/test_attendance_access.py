"""Attendance on the staff page: every route of it, and who of the team it is there for."""

from __future__ import annotations

from sqlalchemy import func, select

from bot.handlers.staff_pages_attendance import AttendancePages
from bot.handlers.staff_pages_attending import Attending
from bot.handlers.staff_pages_holidays import Holidays
from bot.handlers.staff_pages_presence import WhosIn
from bot.handlers.staff_pages_registers import RegisterDesk
from bot.handlers.staff_pages_wishes import HolidayWishes
from storage.tables import ActivityPlace, Audit, Case, School
from tests.handlers.staff_browser import OWN, StaffBrowser
from tests.handlers.test_staff_pages_access import (
    CORE,
    EVERYBODY,
    IN_CHARGE,
    OPEN,
    RESTRICTED,
    ROLES,
    Trial,
    allocated,
    marlbridge,
    names,
)

CASES = {"supported": "P02", "team": "P03", "restricted": "P10"}

# Written down beside the code on purpose: who may, as the taskforce decided it.
BRINGS = "manager ap_staff admin"
AT_THE_DOOR = EVERYBODY.replace(" admin", "")
SEES = dict.fromkeys(("supported", "team"), OPEN["read"]) | {"restricted": RESTRICTED["read"]}
SETTLES = {"supported": CORE, "team": IN_CHARGE, "restricted": IN_CHARGE}
WISHES = {"supported": "manager", "team": "manager", "restricted": "manager"}
ROUTES = {
    "GET /registers": BRINGS,
    "POST /registers": BRINGS,
    "GET /attendance/team": "manager",
    "GET /whos-in": AT_THE_DOOR,
    "POST /whos-in/tap": AT_THE_DOOR,
    "POST /whos-in/closing": "manager safeguarding_lead ap_staff",  # JL works there
    "GET /holidays": CORE,
    "POST /holidays": CORE,
    "POST /holidays/duty": "manager",
    "GET /holidays/{number}": CORE,
    "POST /holidays/{number}/invite": CORE,
    "POST /holidays/{number}/place": CORE,
    "POST /holidays/{number}/close": CORE,
    "GET /families/{case}/attendance": SEES,
    "POST /families/{case}/register": SETTLES,
    "POST /families/{case}/placement": SETTLES,
    "POST /families/{case}/sessions": SETTLES,
    "POST /families/{case}/sessions/stop": SETTLES,
    "POST /families/{case}/hold": SETTLES,
    "POST /families/{case}/wish": WISHES,
}


async def filled(play, case):
    """What somebody types into each form who knows what they are doing."""
    place = (
        select(ActivityPlace.id, ActivityPlace.activity_id)
        .join(Case, Case.id == ActivityPlace.case_id)
        .where(Case.ref != "P10")
    )
    provision = select(School.id).where(School.name == "Millrace Centre")
    number, activity = await play.database.read(lambda c: c.execute(place).first())
    school = await play.database.read(lambda c: c.execute(provision).scalar_one())
    carer = await play.carer(case) if case else ""
    return str(activity), {
        "tap": {"day": "2026-01-05"},
        "closing": {"school": str(school), "day": play.now.date().isoformat()},
        "place": {"place": str(number)},
        "register": {"on": play.now.date().isoformat(), "half": "am", "school": str(school)},
        "stop": {"agreed": "999"},
        "wish": {"to": carer},
    }


async def tries(trial, route, case, number, forms):
    method, path = route.split()
    path = path.format(case=case, number=number)
    if method == "GET":
        return await trial.gets(path)
    if path == "/registers":
        files = {"files": ("r.csv", b"UPN,Date,Session,Mark", "text/csv")}
        fields = {"data": {"proof": trial.proof}, "files": files, "headers": OWN}
        return await trial.browser.http.post("/staff/registers", **fields)
    return await trial.posts(path, **forms.get(path.rpartition("/")[2], {}))


def cells():
    for route, who in ROUTES.items():
        parts = who if isinstance(who, dict) else {"": who}
        yield from ((route, CASES.get(part, ""), may.split()) for part, may in parts.items())


def test_every_route_of_attendance_is_tried():
    desks = [RegisterDesk(None), Attending(None, None), WhosIn(None), AttendancePages(None)]
    desks += [Holidays(None), HolidayWishes(None, None)]
    routes = [route for desk in desks for route in desk.routes()]
    found = {
        f"{method} {route.path.removeprefix('/staff')}"
        for route in routes
        for method in route.methods - {"HEAD"}
    }
    assert found == set(ROUTES)


async def test_what_is_not_for_somebody_is_not_there_for_them(sqlite_play):
    play, leaks = sqlite_play, []
    await marlbridge(play)
    secret, audited = await names(play), select(func.count()).select_from(Audit)
    known = {case: await filled(play, case) for case in ("", *CASES.values())}
    for role, ref in ROLES.items():
        await allocated(play, ref)
        browser = await StaffBrowser(play).plays(ref)
        trial = Trial(play, browser, browser.forms()[0][1]["proof"])
        for route, case, may in cells():
            before = await play.database.read(lambda c: c.execute(audited).scalar_one())
            answer = await tries(trial, route, case, *known[case])
            if (answer.status_code == 404) == (role in may):
                leaks.append((role, route, case, answer.status_code))
            if role not in may:
                after = await play.database.read(lambda c: c.execute(audited).scalar_one())
                leaks += [(role, route, "changed")] * (after != before)
                leaks += [(role, route, name) for name in secret if name in answer.text]
    assert leaks == []
