"""Marlbridge moves in: the fictional people, and what happened before the demonstration begins."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from bot.channels.simulator import PRETENDED
from bot.demo_holidays import holiday_club
from bot.demo_registers import Year, pupils_of
from bot.imports.people import read_people
from bot.imports.placements import read_placements, read_sessions
from bot.rules.referral import check
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family, family_of
from bot.scene.matters import Matter
from bot.scene.scene import Scene, Taskforce
from bot.service import Service
from bot.settings import DEMO
from bot.turns.referrals import as_referred
from bot.turns.registers import take_register
from scheduler.enrolment import enrol, on_record
from scheduler.placements import bring_placements
from storage import contacts, referrals
from storage.addresses import person_by_id
from storage.cases import case_ids, ties_on
from storage.received import recall, remember

MOVED_IN = "demo_moved_in"
REGISTERS_KEPT = "demo_registers_kept"
KEPT_FROM, KEPT_UNTIL = date(2026, 9, 1), date(2026, 11, 27)  # the term, up to the Friday before
FILES = ("staff.csv", "schools.csv", "pupils.csv", "carers.csv")
OUT_OF_HOURS = (
    "If anyone is hurt or in danger, call 999 now. For urgent mental health help call 111, "
    "option 2. We have your message. This phone is next read Mon 30 Nov 08:30."
)


async def settle_in(service: Service, folder: Path = DEMO) -> bool:
    """Put Marlbridge on record, once. False: they have moved in before."""
    files = [(name, (folder / name).read_bytes()) for name in FILES]
    now = service.now()

    def move_in(connection: Connection) -> bool:
        if recall(connection, MOVED_IN):
            return False
        people = read_people(files)
        enrol(connection, service.taskforce, people, now, chat=_chat)
        seed(connection, service.taskforce, now)
        remember(connection, MOVED_IN, now.isoformat())
        return True

    return await service.database.write(move_in)


async def keep_registers(service: Service, folder: Path = DEMO) -> bool:
    """Take in the registers of the term so far, once. False: they have come in before."""
    pupils = pupils_of(_rows(folder, "pupils.csv"), _rows(folder, "placements.csv"))

    def take_in(connection: Connection) -> bool:
        if recall(connection, REGISTERS_KEPT):
            return False
        scene = Scene(connection, service.taskforce, service.now(), "registers")
        year = Year(scene.practice.calendar, KEPT_UNTIL)
        for name, content in year.registers(pupils, KEPT_FROM, KEPT_UNTIL):
            take_register(scene, "folder", "folder", name, content)
        remember(connection, REGISTERS_KEPT, scene.now.isoformat())
        return True

    return await service.database.write(take_in)


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def _chat(ref: str) -> str:
    """Give a demo person the chat that the page simulates."""
    return f"{PRETENDED}{ref}"


def seed(connection: Connection, taskforce: Taskforce, now: datetime) -> None:
    """Write the story beats that lie before the demonstration: seeded history."""
    scene = Scene(connection, taskforce, now, "seed")
    _stop_of_p22(scene)
    _undelivered_of_p12(scene)
    _night_of_p04(scene)
    _open_referrals(scene)
    holiday_club(scene)
    _placements(scene)


def _stop_of_p22(scene: Scene) -> None:
    at = datetime(2026, 11, 19, 16, 2, tzinfo=UTC)
    family = _family(scene, "P22")
    _said(scene, family, at, "inbound", "STOP", name="p22-stop")
    confirmed = "OK, no more texts will come from here. Tom can still phone or visit."
    _said(scene, family, at, "outbound", confirmed, name="p22-confirmed")


def _undelivered_of_p12(scene: Scene) -> None:
    family = _family(scene, "P12")
    for day in (17, 19, 24):
        at = datetime(2026, 11, day, 14, 30, tzinfo=UTC)
        words = "Bună Ioana, sunt Dani. Vă sun mâine."
        name = f"p12-{day}"
        _said(scene, family, at, "outbound", words, name=name, done_by="DO", result="undelivered")
    what = f"{family.named()}: three texts did not arrive. Check the number with them."
    _task(scene, family, "undelivered", what)


def _night_of_p04(scene: Scene) -> None:
    at = datetime(2026, 11, 28, 23, 10, tzinfo=UTC)
    family = _family(scene, "P04")
    words = "sorry its late. tyler had a row with his brother. hes ok now in bed. can you ring mon"
    _said(scene, family, at, "inbound", words, name="p04-night")
    answered = at + timedelta(seconds=2)
    _said(scene, family, answered, "outbound", OUT_OF_HOURS, name="p04-answer")
    _task(scene, family, "message", f"{family.named()}: {words}")


def _open_referrals(scene: Scene) -> None:
    """Three children the taskforce has been asked about: two to triage, one on the list."""
    by, now = scene.practice.manager, scene.now
    with (DEMO / "referral.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            filled, _faults = check({**row, **_ticked(row["reasons"])}, scene.today)
            ref = referrals.refer(scene.connection, as_referred(filled), by, now)
            if row["status"] == referrals.WAITING:
                referrals.triage(
                    scene.connection,
                    ref,
                    status=referrals.WAITING,
                    by=by,
                    now=now,
                    tier=int(row["tier"]),
                    agencies=row["agencies"].split(";"),
                )


def _placements(scene: Scene) -> None:
    """Whoever has a place at the provision: since when, until when, and what was agreed."""
    known = on_record(scene.connection)["known_pupils"]
    files = [(name, (DEMO / name).read_bytes()) for name in ("placements.csv", "patterns.csv")]
    placed = read_placements(*files[0], known, scene.today)
    bring_placements(scene, placed, read_sessions(*files[1], known))


def _ticked(reasons: str) -> dict[str, str]:
    return {f"reason-{one}": "yes" for one in reasons.split(";")}


def _task(scene: Scene, family: Family, kind: str, words: str) -> None:
    who = family.owner.staff
    raise_task(scene, family, who, Matter(kind, words), told=(who,))


def _family(scene: Scene, case: str) -> Family:
    """Find the carer of a case who is asked first."""
    number = case_ids(scene.connection, [case])[case]
    first = ties_on(scene.connection, [number])[0][0]
    family = family_of(scene, person_by_id(scene.connection, first))
    if family is None:
        raise LookupError(f"{case} has nobody to write to")
    return family


def _said(
    scene: Scene,
    family: Family,
    at: datetime,
    direction: str,
    words: str,
    *,
    name: str,
    done_by: str = "system",
    result: str | None = None,
) -> None:
    person = family.person
    contacts.log(
        scene.connection,
        contacts.Entry(
            at=at,
            recorded_at=at,
            direction=direction,
            mode="sms",
            done_by=person.ref if person and direction == "inbound" else done_by,
            purpose="support",
            words=words,
            salt=scene.taskforce.salt(),
            person_id=person.id if person else None,
            address_id=family.line.id,
            attempt_result=result,
            language=family.language,
            source=f"seed:{name}",
        ),
        family.case_ids,
    )
