"""What a page of the meeting shows, and the same counted once more from the tables."""

from __future__ import annotations

from collections import Counter
from datetime import date
from html.parser import HTMLParser
from typing import Any

from sqlalchemy import Connection, select

from bot.rules.gate import OPEN_STATUSES
from storage.tables import (
    Case,
    Contact,
    ContactCase,
    ContactDetail,
    Decision,
    Passport,
    Promise,
    Referral,
    Task,
)
from tests.turns.before_the_meeting import SINCE, TUESDAY

WAYS, FAILED = ("In", "Out", "Auto", "Phone", "Met"), ("lost", "unreached", "missed")


class Tables(HTMLParser):
    """Every table of a page: its part, and what stands in each of its rows."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self.many: dict[str, int] = {}
        self._rows: list[list[str]] = []
        self._cell = False
        self._heading = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        here = dict(attrs)
        if tag == "table":
            part = next(c for c in (here["class"] or "").split() if c.startswith("part-"))
            self._rows = self.found.setdefault(part.removeprefix("part-"), [])
        elif tag == "tr":
            self._rows.append([])
        elif tag == "td" and "data-label" in here:
            self._cell = True
            self._rows[-1].append("")
        elif tag == "h2":
            self._heading = here.get("id") or ""

    def handle_endtag(self, tag: str) -> None:
        self._cell = self._cell and tag != "td"
        self._heading = "" if tag == "h2" else self._heading

    def handle_data(self, data: str) -> None:
        if self._cell:
            self._rows[-1][-1] += data.strip()
        elif self._heading and data.strip().isdecimal():
            self.many[self._heading] = int(data)


def tables(text: str) -> Tables:
    parser = Tables()
    parser.feed(text)
    parser.found = {part: [row for row in rows if row] for part, rows in parser.found.items()}
    return parser


def counted(connection: Connection) -> dict[str, Any]:
    """Count what the page shows once more, in plain words over plain rows."""

    def every(table: Any) -> list[Any]:
        return connection.execute(select(table)).all()

    cases = {row.id: row for row in every(Case) if row.status in OPEN_STATUSES}
    on = [(row.case_id, row.contact_id) for row in every(ContactCase) if row.ended_at is None]
    contacts = {row.id: row for row in every(Contact)}
    outcomes = {row.contact_id: row.outcome for row in every(ContactDetail)}
    lines = {row.ref: Counter[str]() for row in cases.values()}
    spoken_with: set[int] = set()
    for case_id, number in on:
        row = contacts[number]
        if case_id not in cases:
            continue
        if row.attempt_result == "reached" or (row.direction, row.attempt_result) == (
            "inbound",
            None,
        ):
            spoken_with.add(case_id)
        if row.recorded_at < SINCE:
            continue
        came_about = row.attempt_result in {None, "reached"}
        texted, by_us = row.mode in {"sms", "telegram"}, row.direction == "outbound"
        done = outcomes.get(number, "done") == "done"
        ways = {
            "In": texted and not by_us,
            "Out": texted and by_us and row.done_by != "system" and came_about,
            "Auto": texted and by_us and row.done_by == "system" and came_about,
            "Phone": row.mode == "telephone" and came_about,
            "Met": row.mode == "face_to_face" and came_about and done,
            "lost": row.attempt_result == "undelivered",
            "unreached": row.mode == "telephone" and row.attempt_result == "no_answer",
            "missed": row.mode == "face_to_face" and not done,
        }
        lines[cases[case_id].ref].update(way for way, so in ways.items() if so)
    tasks = [
        row for row in every(Task) if row.done_at is None and row.kind not in {"typed", "held"}
    ]
    danger = [row for row in tasks if row.kind == "crisis"]
    promised = [row for row in every(Promise) if row.done_at is None]
    return {
        "lines": lines,
        "tasks": Counter(cases[row.case_id].ref for row in tasks),
        "promised": Counter(cases[row.case_id].ref for row in promised),
        "events": len(danger),
        "unanswered": len(tasks) - len(danger),
        "due": sum(
            row.due_on <= TUESDAY and not row.done_at for row in every(Decision) if row.due_on
        ),
        "triage": sum(row.status == "new" for row in every(Referral)),
        "list": sum(row.status == "waiting" for row in every(Referral)),
        "promises": sum(row.due_on < date(2026, 11, 30) for row in promised),
        "silent": len(cases) - len(spoken_with),
        "cases": len(cases),
        "closed": 1,
        "missed": sum(bool(line & Counter(FAILED)) for line in lines.values()),
        "passports": len({row.case_id for row in every(Passport)} & set(cases)),
    }  # fmt: skip
