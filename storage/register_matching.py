"""Whose a mark is, and of which school: a register may name a pupil by an earlier UPN."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, select

from bot.imports.faults import Fault, did_you_mean
from bot.imports.registers import MarkRow
from bot.imports.rows import Cell
from storage.columns import keys_of
from storage.rolls import IN_A_LOT, Roll, all_rolls, fill_rolls, in_lots
from storage.tables import Case, FormerUpn, School

NO_SCHOOL = (
    "does not say whose register it is. Name the school when you send it (on the command line:"
    " --school), or add a column School."
)
NO_SUCH_SCHOOL = "is no school on record.{near} Correct it, or import the schools file first."
OTHER_SCHOOL = (
    "is not {school}, whose register this is said to be. Send each school's register on its own."
)
NOT_ON_ROLL = (
    "is of a pupil who is not on the roll of {school} on {day}. Correct registration or home_school"
    " in the pupils file, or take the pupil's rows out."
)


@dataclass(frozen=True, slots=True)
class OurMark:
    """One mark of one of our pupils."""

    case_id: int
    school_id: int
    day: date
    half: str
    code: str
    at: Cell = field(repr=False, compare=False)

    @property
    def session(self) -> tuple[int, date, str, int]:
        """Which mark of a register it is: a later one about the same takes its place."""
        return self.case_id, self.day, self.half, self.school_id


class Matching:
    """Finds pupils and schools; what it holds grows with the pupils of a file, not its marks."""

    def __init__(
        self,
        connection: Connection,
        named_school: int | None,
        note: Callable[[Fault], None],
        today: date,
    ) -> None:
        self._connection, self._note, self._today = connection, note, today
        rows = connection.execute(select(School.id, School.name)).all()
        self._names = {row.id: row.name for row in rows}
        self._schools = {row.name.casefold(): row.id for row in rows}
        self._named = named_school
        self._cases: dict[str, int | None] = {}
        self._rolls: dict[int, list[Roll]] = {}
        self._noted: set[object] = set()  # the same mistake stands in row after row

    @property
    def unknown(self) -> int:
        """Count the pupils of nobody here."""
        return sum(case_id is None for case_id in self._cases.values())

    def ours(self, rows: Collection[MarkRow]) -> list[OurMark]:
        """Take the marks of our pupils out of many, noting what cannot be right with them."""
        self._learn({row.upn for row in rows} - self._cases.keys())
        found = []
        for row in rows:
            case_id = self._cases[row.upn]
            if case_id is None:
                continue  # a school exports all its pupils
            school_id = self._school_of(row)
            if school_id is not None and self._on_roll(row, case_id, school_id):
                found.append(OurMark(case_id, school_id, row.day, row.half, row.code, row.at))
        return found

    def _learn(self, upns: Collection[str]) -> None:
        index = keys_of(self._connection).index
        for lot in in_lots(sorted(upns), IN_A_LOT):
            by_index = {index(f"upn:{upn}"): upn for upn in lot}
            self._cases.update(dict.fromkeys(lot))
            self._cases.update({by_index[key]: case for key, case in self._found(by_index)})
            self._rolls |= self._rolls_of(
                {case for upn in lot if (case := self._cases[upn]) is not None}
            )

    def _rolls_of(self, case_ids: Collection[int]) -> dict[int, list[Roll]]:
        """List on which registers these stand; who stands on none may do so by now."""
        rolls = all_rolls(self._connection, case_ids)
        nowhere = [case_id for case_id, theirs in rolls.items() if not theirs]
        if nowhere:
            fill_rolls(self._connection, self._today, nowhere)
            rolls |= all_rolls(self._connection, nowhere)
        return rolls

    def _found(self, indexes: Iterable[str]) -> Iterable[tuple[str, int]]:
        """Find pupils by a UPN they had before, and then by the one they have."""
        wanted = list(indexes)
        for key, case in (
            (FormerUpn.upn_index, FormerUpn.case_id),
            (Case.upn_index, Case.id),
        ):
            for row in self._connection.execute(select(key, case).where(key.in_(wanted))):
                yield str(row[0]), row[1]

    def _school_of(self, row: MarkRow) -> int | None:
        """Find whose register it is: as its row says, or whoever brings it."""
        name = row.school
        if not name:
            if self._named is None:
                self._once(None, Cell(row.at.file, row.at.row, "", "").fault(NO_SCHOOL))
            return self._named
        school_id, cell = self._schools.get(name.casefold()), row.at.beside("School", name)
        if school_id is None:
            near = did_you_mean(name, self._names.values())
            self._once(name, cell.fault(NO_SUCH_SCHOOL.format(near=near)))
        elif self._named not in {None, school_id}:
            said = self._names[self._named or 0]
            self._once(name, cell.fault(OTHER_SCHOOL.format(school=said)))
            return None
        return school_id

    def _on_roll(self, row: MarkRow, case_id: int, school_id: int) -> bool:
        theirs = (roll for roll in self._rolls[case_id] if roll.school_id == school_id)
        if any(roll.holds(row.day) for roll in theirs):
            return True
        day = f"{row.day.day} {row.day:%b %Y}"
        advice = NOT_ON_ROLL.format(school=self._names[school_id], day=day)
        self._once((case_id, school_id), row.at.fault(advice))
        return False

    def _once(self, what: object, fault: Fault) -> None:
        if what not in self._noted:
            self._noted.add(what)
            self._note(fault)
