"""Putting imported people on record: new ones made, changed ones changed, nobody removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.orm import DeclarativeBase

from bot.imports.carers import CarerRow
from bot.imports.people import People
from bot.imports.pupils import PupilRow
from bot.imports.schools import SchoolRow
from bot.imports.staff import StaffRow
from storage.addresses import Line, Someone, hold_line, lines_of, mark_line, person_by_ref
from storage.allocating import allocate
from storage.cases import case_ids, window_to_json
from storage.columns import keys_of
from storage.former_upns import keep_former_upn
from storage.holding import hold_back
from storage.keeping import kept_case, kept_name, kept_rules
from storage.numbers import check_not_misnamed, check_own_number, whose_number
from storage.refusing import refuse
from storage.report import Report
from storage.rolls import fill_rolls, put_on_rolls
from storage.sessions import end_sessions
from storage.staff import week_to_json
from storage.tables import Case, CaseContact, Person, School, Staff

LOCK = 7_291_008


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One import at one moment. `chat` gives a demo person their simulated chat address.

    `fresh`: a person has said that its adults are nobody who is on record.
    """

    connection: Connection
    now: datetime
    today: date
    report: Report
    proven: bool = False
    chat: Callable[[str], str] | None = None
    fresh: bool = False

    def people(self, people: People) -> None:
        """Put everybody on record, those first whom others name; raises `Rejected`."""
        refuse(self.connection, people)
        for school in people.schools:
            self._school(school)
        for staff in people.staff:
            self._staff(staff)
        for pupil in people.pupils:
            self._pupil(pupil)
        put_on_rolls(self.connection, [pupil.ref for pupil in people.pupils], self.today)
        if people.schools:  # one that pupils have been waiting for may be among them
            fill_rolls(self.connection, self.today)
        for carer in people.carers:
            self._carer(carer)

    def _school(self, row: SchoolRow) -> None:
        values = {"kind": row.kind, "borough": row.borough, "calendar": row.calendar}
        self._upsert("school", School, {"name": row.name}, {**values, **row.safeguarding})

    def _staff(self, row: StaffRow) -> None:
        person = self._person("staff", row.ref, {"name": row.name})
        values = {
            "role": row.role,
            "employer": row.employer,
            "hours": week_to_json(row.hours),
            "deputy": row.deputy,
            "public_label": row.public_label,
        }
        self._upsert("staff", Staff, {"person_id": person}, values)
        if self.chat is not None:
            self._address(person, "staff", self.chat(row.ref), proven=True)
        if row.phone:
            check_own_number(self.connection, row, person, self.now)
            line = self._address(person, "sms", row.phone, proven=True)
            if self._retire_other_phones(person, line, self.now):
                end_sessions(self.connection, person, self.now)

    def _pupil(self, row: PupilRow) -> None:
        pupil = self._person("pupil", row.ref, {"name": f"{row.first} {row.last}"})
        values: Mapping[str, Any] = {
            "pupil_id": pupil,
            "year": row.year,
            "tier": row.tier,
            "status": row.status,
            "sen": row.sen,
            "fsm": row.fsm,
            "csc": row.csc,
            "registration": row.registration,
            "home_school": row.home_school,
            "placement_week": row.placement_week,
            "notes": row.constraint or None,
        }
        if row.upn:  # a file that knows none takes none away
            index = keys_of(self.connection).index(f"upn:{row.upn}")
            keep_former_upn(self.connection, row.ref, index, self.now)
            values = {**values, "upn": row.upn, "upn_index": index}
        values = kept_case(self.connection, self.report, row.ref, values)
        self._upsert("pupil", Case, {"ref": row.ref}, values)
        self._allocate(row)

    def _allocate(self, row: PupilRow) -> None:
        case_id = case_ids(self.connection, [row.ref])[row.ref]
        if done := allocate(self.connection, case_id, row.key_worker, self.today):
            self.report.note("allocation", done)

    def _carer(self, row: CarerRow) -> None:
        case_id = case_ids(self.connection, [row.pupil])[row.pupil]
        known = self._known_carer(row, case_id)
        ref = known.ref if known else self._next_ref()
        person = self._person("carer", ref, self._carer_values(row, known))
        if row.channel == "telegram" and self.chat is not None:
            self._address(person, "telegram", self.chat(ref), self.proven and row.proven)
        line = self._address(person, "sms", row.phone, self.proven and row.proven)
        self._retire_other_phones(person, line, self.now if self.proven and row.proven else None)
        if row.opted_out and line.opted_out_at is None and known is None:
            mark_line(self.connection, line.id, opted_out_at=self.now)
        self._tie(row, case_id, person)

    def _carer_values(self, row: CarerRow, known: Someone | None) -> dict[str, Any]:
        """A shared or watched phone stays so for every case: the strictest row wins."""
        return {
            "name": row.name,
            "language": row.reads,
            "shared_phone": row.shared_phone or (known.shared_phone if known else False),
            "discreet": row.discreet or (known.discreet if known else False),
        }

    def _known_carer(self, row: CarerRow, case_id: int) -> Someone | None:
        """Find a carer by their number, or, with a new number, by name and relation on the case."""
        if self.fresh:
            return None
        line = hold_line(self.connection, "sms", row.phone, self.now)
        if (known := whose_number(self.connection, row, case_id, line)) is not None:
            return known
        rows = self.connection.execute(
            select(Person.ref, Person.name)
            .join(CaseContact, CaseContact.person_id == Person.id)
            .where(CaseContact.case_id == case_id, CaseContact.relation == row.relation)
        )
        same = [ref for ref, name in rows if name == row.name]
        if not same:
            check_not_misnamed(self.connection, row, case_id)
        return person_by_ref(self.connection, same[0]) if same else None

    def _next_ref(self) -> str:
        query = select(Person.ref).where(Person.kind == "carer").order_by(Person.id.desc()).limit(1)
        last = self.connection.execute(query).scalar_one_or_none()
        return f"C{int(last.removeprefix('C')) + 1 if last else 1:03d}"

    def _tie(self, row: CarerRow, case_id: int, person: int) -> None:
        key = {"case_id": case_id, "person_id": person}
        values = {
            "relation": row.relation,
            "parental_responsibility": row.parental_responsibility,
            "priority": row.priority,
            "do_not_use": row.do_not_use,
            "do_not_use_reason": row.do_not_use_reason or None,
            "rules": window_to_json(row.window),
            "copy_only": row.copy_only,
            "prefers": list(row.prefers),
            "needs": list(row.needs),
            "rules_missing": row.rules_missing,
            "notes": row.note or None,
        }
        kept = kept_rules(self.connection, self.report, key, values, row.pupil)
        self._upsert("carer", CaseContact, key, kept)

    def _person(self, kind: str, ref: str, values: Mapping[str, Any]) -> int:
        known = person_by_ref(self.connection, ref)
        if known is None:
            row = {
                "ref": ref,
                "kind": kind,
                "turns": 0,
                "created_at": self.now,
                **_defaults(values),
            }
            return self.connection.execute(
                insert(Person).values(**row).returning(Person.id)
            ).scalar_one()
        values = kept_name(self.connection, self.report, known, values)
        if any(getattr(known, name) != value for name, value in values.items()):
            self.connection.execute(update(Person).where(Person.id == known.id).values(**values))
            self.report.note("name or language", "changed")
        return known.id

    def _address(self, person: int, channel: str, address: str, proven: bool) -> Line:  # noqa: FBT001  one fact of the row
        line = hold_line(self.connection, channel, address, self.now)
        marks: dict[str, Any] = {}
        if line.person_id != person:  # new, or given up by whoever had it
            marks |= {"person_id": person, "dead_at": None, "proven_at": None}
        if proven and (line.proven_at is None or marks):
            marks["proven_at"] = self.now
        if marks:
            mark_line(self.connection, line.id, **marks)
        return line

    def _retire_other_phones(self, person: int, line: Line, proven: datetime | None) -> bool:
        """A changed number: the old one is used no more, the new one has to be proven."""
        phones = [other for other in lines_of(self.connection, person) if other.channel == "sms"]
        old = [other for other in phones if other.id != line.id and other.dead_at is None]
        for other in old:
            mark_line(self.connection, other.id, dead_at=self.now)
            self.report.note("number", "changed")
        if old and line.dead_at is not None:  # a number from earlier is back in use
            mark_line(self.connection, line.id, dead_at=None, proven_at=proven)
        return bool(old)

    def _upsert(
        self,
        kind: str,
        table: type[DeclarativeBase],
        key: Mapping[str, Any],
        values: Mapping[str, Any],
    ) -> None:
        columns = {name: getattr(table, name) for name in (*key, *values)}
        here = [columns[name] == value for name, value in key.items()]
        query = select(*(columns[name] for name in values)).where(*here)
        row = self.connection.execute(query).one_or_none()
        if row is None:
            self.connection.execute(insert(table).values(**key, **values))
            self.report.note(kind, "new")
        elif dict(zip(values, row, strict=True)) != dict(values):
            hold_back(self.connection, table, key)
            self.connection.execute(update(table).where(*here).values(**values))
            self.report.note(kind, "changed")
        else:
            self.report.note(kind, "same")


def one_at_a_time(connection: Connection) -> None:
    """Let nobody else put people on record until this transaction ends: two need two references."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


def _defaults(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"language": "en", "shared_phone": False, "discreet": False, **values}
