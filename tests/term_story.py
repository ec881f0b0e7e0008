"""What happens in Marlbridge's second half of the autumn term, beside the generated registers."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO

from sqlalchemy import Connection, select

from bot.demo_registers import HEADINGS, PROVISION, Pupil, Year
from bot.rules.calendar import is_school_day
from bot.rules.marks import ELSEWHERE, HALVES, SITE_CLOSED
from storage.tables import Case, CaseContact

FIRST_ON, LAST_ON = date(2026, 11, 2), date(2026, 12, 18)
HALF_TERM_ON, HOLIDAYS_ON = date(2026, 10, 26), date(2026, 12, 23)
NO_REGISTER_ON = date(2026, 11, 19)
SNOW_ON = date(2026, 12, 14)
WAITED_FOR_ON = date(2026, 11, 10)  # the provision has not said yet whether P24 is in
STOPPED_ON = date(2026, 11, 18)
ILL_ON = date(2026, 11, 12)
IN_THE_MORNING, IN_THE_AFTERNOON = "09:45", "15:10"

# What stands in the register of the provision on these days, whatever chance has it.
BEATS: Mapping[tuple[str, date], str] = {
    ("P06", date(2026, 11, 4)): "NN",
    ("P10", ILL_ON): "NN",
    ("P15", date(2026, 11, 5)): "N\\",
    ("P04", date(2026, 11, 16)): "/N",
    **{("P10", date(2026, 11, day)): "/\\" for day in (23, 24, 25, 26, 27)},
    **{("P17", date(2026, 12, day)): "NN" for day in (1, 2, 3)},
    ("P17", date(2026, 11, 30)): "/\\",
    ("P19", date(2026, 12, 2)): "NN",
    ("P19", date(2026, 12, 3)): "/\\",
    ("P01", date(2026, 12, 2)): "NN",
    ("P24", WAITED_FOR_ON): "N\\",
    ("P24", date(2026, 11, 17)): "NN",
    ("P24", date(2026, 12, 9)): "N\\",
    ("P21", STOPPED_ON): "NN",
    ("P21", date(2026, 11, 25)): "NN",
    ("P07", date(2026, 11, 24)): "NN",
    ("P08", date(2026, 11, 24)): "NN",
    ("P04", date(2026, 12, 8)): "y5",
    ("P04", date(2026, 12, 10)): "NN",
}
CUSTODY = "y5"


@dataclass(frozen=True, slots=True)
class Put:
    """A mark that is put right later in the day."""

    case: str
    day: date
    at: str
    code: str = "L"


PUT_RIGHT = (
    Put("P06", date(2026, 11, 4), "10:20"),
    Put("P24", date(2026, 11, 17), "10:05"),
    Put("P24", date(2026, 12, 9), "10:40"),
)


@dataclass(frozen=True, slots=True)
class Marked:
    """One session as a register said it at some time of the day."""

    case: str
    upn: str
    school: str
    day: date
    half: str
    code: str


def before(pupils: list[Pupil], year: Year) -> bytes:
    """Write the registers of September and October, which the weeks are measured against."""
    rows = [row for _name, file in year.registers(pupils, date(2026, 9, 1), date(2026, 10, 23))
            for row in csv.reader(StringIO(file.decode()))]  # fmt: skip
    return written(row for row in rows if row != list(HEADINGS))


def marks_on(pupils: list[Pupil], year: Year, day: date) -> Iterator[Marked]:
    """Say what every register says of a day when it is over."""
    refs = {pupil.upn: pupil.ref for pupil in pupils}
    if not is_school_day(year.calendar, day) or day == NO_REGISTER_ON:
        return
    for _name, file in year.registers(pupils, day, day):
        for upn, school, _day, *codes in list(csv.reader(StringIO(file.decode())))[1:]:
            for half, code in zip(HALVES, codes, strict=True):
                said = _said(refs[upn], school, day, half, code)
                yield Marked(refs[upn], upn, school, day, half, said)


def in_the_morning(marks: Iterable[Marked]) -> list[Marked]:
    """Leave what a register cannot know at a quarter to ten, or has not said yet."""
    late = ("P24", PROVISION, WAITED_FOR_ON)
    return [m for m in marks if m.half == "am" and (m.case, m.school, m.day) != late]


def put_right(marks: Iterable[Marked], by: str) -> list[Marked]:
    """Take the day's corrections into account that were made by a time of the day."""
    right = {(put.case, put.day): put for put in PUT_RIGHT if put.at <= by}
    return [_corrected(m, right.get((m.case, m.day))) for m in marks]


def file_of(marks: Iterable[Marked]) -> bytes:
    """Write marks as a school would export them: a line a pupil and a day."""
    lines: dict[tuple[str, str, date], dict[str, str]] = {}
    for m in marks:
        lines.setdefault((m.upn, m.school, m.day), {})[m.half] = m.code
    return written(
        (upn, school, day.isoformat(), *(codes.get(half, "") for half in HALVES))
        for (upn, school, day), codes in lines.items()
    )


def written(rows: Iterable[Iterable[str]]) -> bytes:
    page = StringIO(newline="")
    csv.writer(page).writerows([HEADINGS, *rows])
    return page.getvalue().encode()


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]


def _said(case: str, school: str, day: date, half: str, code: str) -> str:
    if code == ELSEWHERE:
        return code
    if day == SNOW_ON and school == PROVISION:
        return SITE_CLOSED
    beat = BEATS.get((case, day))
    return code if beat is None else "Y5" if beat == CUSTODY else beat[HALVES.index(half)]


def _corrected(mark: Marked, put: Put | None) -> Marked:
    if put is None or mark.half != "am" or mark.code == ELSEWHERE:
        return mark
    return Marked(mark.case, mark.upn, mark.school, mark.day, mark.half, put.code)


def tie_of(connection: Connection, case: str) -> tuple[int, int]:
    """Find a case and its first adult."""
    query = select(Case.id, CaseContact.person_id).join(CaseContact, CaseContact.case_id == Case.id)
    row = connection.execute(query.where(Case.ref == case)).first()
    assert row is not None
    return row.id, row.person_id
