"""Marlbridge on Monday afternoon, with something in every part of the pack for Tuesday."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import Connection, insert

from storage import decisions, passports, promises, referrals
from storage.addresses import person_by_ref
from storage.cases import case_ids
from storage.contacts import Entry, log
from storage.tables import CaseStatus, ContactDetail
from tests.stage import Play

TUESDAY = date(2026, 12, 1)
SINCE = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


async def a_busy_monday(play: Play) -> None:
    """Leave Monday at 16:05: cries, questions, promises, referrals, a case that was closed."""
    await play.at("2026-11-30 13:40")
    await play.writes("P01", "can you ring me about the taxi")
    await play.writes("P03", "hes been cutting his arms")
    await play.writes("P10", "we are back on sunday")
    [danger] = await play.tasks(kind="crisis", case="P03")
    await play.presses("MB", f"t:{danger['id']}:ack")
    await play.at("2026-11-30 16:05")
    await play.database.write(lambda connection: _written_down(connection, play))


def _written_down(connection: Connection, play: Play) -> None:
    at = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
    ids = case_ids(connection, [f"P{number:02d}" for number in range(1, 25)])
    dani = person_by_ref(connection, "DO")
    for case, words, due in (
        ("P01", "a taxi from Thursday", date(2026, 11, 27)),
        ("P02", "the bus times", date(2026, 12, 3)),
    ):
        made = promises.NewPromise(ids[case], dani.id, "DO", words, at, due)
        promises.make_promise(connection, made)
    for case, kind, words, due in (
        ("P05", "action", "speech screen", date(2026, 12, 1)),
        ("P06", "joint_work", "visit with Priya", date(2026, 12, 9)),
        ("P07", "progress", "mornings go better", None),
    ):
        decided = decisions.NewDecision(ids[case], kind, words, "HM", at, due, "PN")
        decisions.decide(connection, decided)
    passports.write_passport(
        connection, ids["P01"], {"say": "Shall we?"}, "PN", date(2026, 11, 26), at
    )
    for name, status in (("Nia Webb", "new"), ("Sam Oduya", "new"), ("Max Lee", "waiting")):
        asked = referrals.Referred("form", "Head of year", name, date(2026, 11, 20), year=9,
                                   school="Cawder High", tier=2)  # fmt: skip
        ref = referrals.refer(connection, asked, "HM", at)
        if status == "waiting":
            referrals.triage(connection, ref, status=status, by="HM", now=at, tier=2)
    connection.execute(insert(CaseStatus).values(
        case_id=ids["P20"], status="refused", reason="declined on the first call",
        from_on=date(2026, 11, 26), at=at, by="DO"))  # fmt: skip
    salt = play.service.taskforce.salt
    for case, mode, result, outcome in (
        ("P13", "telephone", "reached", "done"),
        ("P14", "telephone", "no_answer", "done"),
        ("P15", "face_to_face", "reached", "done"),
        ("P16", "face_to_face", None, "was_not_brought"),
    ):
        contact = log(connection, Entry(
            at=at, recorded_at=at, direction="outbound", mode=mode, done_by="MB", recorded_by="MB",
            purpose="support", words="as agreed", salt=salt(), attempt_result=result,
        ), [ids[case]])  # fmt: skip
        connection.execute(insert(ContactDetail).values(
            contact_id=contact, participants=[], topics=[], outcome=outcome))  # fmt: skip
