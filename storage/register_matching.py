"""Whose a mark is, and of which school: a register may name a pupil by an earlier UPN.

A mark that is not ours is counted and refuses nothing: whoever brings a register does not learn
from it who is with the taskforce.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from sqlalchemy import Connection, select

from bot.imports.faults import Fault, did_you_mean
from bot.imports.registers import MarkRow
from bot.imports.rows import Cell
from bot.rules.case_days import Stood, is_open_on
from storage.columns import keys_of
from storage.register_report import LeftOut
from storage.rolls import IN_A_LOT, Roll, all_rolls, fill_rolls, in_lots
from storage.statuses import ever_closed
from storage.tables import Case, FormerUpn, School

Whose: TypeAlias = Literal["ours", "not ours", "elsewhere", "off roll"]

NO_SCHOOL = (
    "does not say whose register it is. Name the school when you send it (on the command line:"
    " --school), or add a column School."
)
NO_SUCH_SCHOOL = "is no school on record.{near} Correct it, or import the schools file first."
OTHER_SCHOOL = (
    "is not {school}, whose register this is said to be. Send each school's register on its own."
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
        self._closed: dict[int, list[Stood]] = {}
        self._marks: Counter[Whose] = Counter()
        self._pupils: defaultdict[Whose, set[str]] = defaultdict(set)  # their UPNs
        self._noted: set[object] = set()  # the same mistake stands in row after row

    @property
    def left_out(self) -> LeftOut:
        """Count what was read so far and is not ours to keep."""
        marks, pupils = self._marks, self._pupils
        return LeftOut(
            unknown_marks=marks["not ours"] + marks["elsewhere"],
            unknown_pupils=len(pupils["not ours"] | pupils["elsewhere"]),
            elsewhere=marks["elsewhere"],
            off_roll=marks["off roll"],
            off_roll_pupils=len(pupils["off roll"]),
            unkept_pupils=len(self._cases.keys() - pupils["ours"]),
        )

    def ours(self, rows: Collection[MarkRow]) -> list[OurMark]:
        """Take the marks of our pupils out of many, noting what cannot be right with them."""
        self._learn({row.upn for row in rows} - self._cases.keys())
        return [mark for row in rows if (mark := self._ours(row)) is not None]

    def _ours(self, row: MarkRow) -> OurMark | None:
        case_id = self._cases[row.upn]
        school_id = self._school_of(row, known=case_id is not None)
        if case_id is None or school_id is None:
            self._count(row, "not ours")  # a school exports all its pupils
            return None
        whose = self._whose(case_id, school_id, row.day)
        self._count(row, whose)
        if whose != "ours":
            return None
        return OurMark(case_id, school_id, row.day, row.half, row.code, row.at)

    def _whose(self, case_id: int, school_id: int, day: date) -> Whose:
        """Say whether a mark is ours to keep: the case was open, and the child on that register."""
        said = self._closed.get(case_id)
        if said and not is_open_on(day, said):
            return "not ours"
        theirs = [roll for roll in self._rolls[case_id] if roll.school_id == school_id]
        if any(roll.holds(day) for roll in theirs):
            return "ours"
        return "off roll" if theirs else "elsewhere"

    def _count(self, row: MarkRow, whose: Whose) -> None:
        self._marks[whose] += 1
        self._pupils[whose].add(row.upn)

    def _learn(self, upns: Collection[str]) -> None:
        index = keys_of(self._connection).index
        for lot in in_lots(sorted(upns), IN_A_LOT):
            by_index = {index(f"upn:{upn}"): upn for upn in lot}
            self._cases.update(dict.fromkeys(lot))
            self._cases.update({by_index[key]: case for key, case in self._found(by_index)})
            known = {case for upn in lot if (case := self._cases[upn]) is not None}
            self._rolls |= self._rolls_of(known)
            self._closed |= ever_closed(self._connection, known)

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

    def _school_of(self, row: MarkRow, *, known: bool) -> int | None:
        """Find whose register it is: as its row says, or whoever brings it.

        `known`: its pupil is ours. A register said to be of one school is judged alike for all,
        and a register of many may name schools of nobody here.
        """
        name = row.school
        if not name:
            if self._named is None:
                self._once(None, Cell(row.at.file, row.at.row, "", "").fault(NO_SCHOOL))
            return self._named
        school_id, cell = self._schools.get(name.casefold()), row.at.beside("School", name)
        if school_id is None and not known and self._named is None:
            return None
        if school_id is None:
            near = did_you_mean(name, self._names.values())
            self._once(name, cell.fault(NO_SUCH_SCHOOL.format(near=near)))
        elif self._named not in {None, school_id}:
            said = self._names[self._named or 0]
            self._once(name, cell.fault(OTHER_SCHOOL.format(school=said)))
            return None
        return school_id

    def _once(self, what: object, fault: Fault) -> None:
        if what not in self._noted:
            self._noted.add(what)
            self._note(fault)
