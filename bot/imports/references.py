"""Who is named in one row must exist in another, and nobody twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from bot.imports.carers import CarerRow
from bot.imports.cells import NO_HOME_SCHOOL
from bot.imports.faults import did_you_mean
from bot.imports.pupils import PupilRow
from bot.imports.rows import Placed, Row, T
from bot.imports.staff import StaffRow


def check_once(
    column: str, placed: Iterable[Placed[T]], key: Callable[[T], str | None], what: str
) -> None:
    """Note every value that an earlier row has too; capitals do not make it another."""
    seen: dict[str, Row] = {}
    for row, value in placed:
        written = (key(value) or "").casefold()
        earlier = seen.setdefault(written, row)
        if written and earlier is not row:
            row.fault(column, f"is {what} in {earlier.place} too. Give each its own.")


def check_staff_known(pupils: Iterable[Placed[PupilRow]], staff: Collection[str]) -> None:
    """Note key workers nobody has heard of."""
    propose = _other_capitals(staff)
    for row, pupil in pupils:
        _check_known(row, "key_worker", pupil.key_worker, staff, propose)


def check_schools_known(pupils: Iterable[Placed[PupilRow]], schools: Collection[str]) -> None:
    """Note home schools nobody has heard of."""

    def propose(name: str) -> str:
        return did_you_mean(name, schools)

    for row, pupil in pupils:
        if pupil.home_school != NO_HOME_SCHOOL:
            _check_known(row, "home_school", pupil.home_school, schools, propose)


def check_pupils_known(carers: Iterable[Placed[CarerRow]], pupils: Collection[str]) -> None:
    """Note carers of pupils nobody has heard of."""
    propose = _other_capitals(pupils)
    for row, carer in carers:
        _check_known(row, "pupil", carer.pupil, pupils, propose)


def check_deputies(staff: Sequence[Placed[StaffRow]], known: Collection[str]) -> None:
    """Note deputies who do not exist, and rings in which cover goes round to its start.

    Two who stand in for each other are the usual case and no fault.
    """
    propose = _other_capitals(known)
    deputy_of = {member.ref: member.deputy for _, member in staff if member.ref}
    told: set[str] = set()
    for row, member in staff:
        if member.deputy and member.deputy == member.ref:
            row.fault("deputy", "is the same person. Name somebody else, or nobody.")
            continue
        _check_known(row, "deputy", member.deputy or "", known, propose)
        ring = _ring(member.ref, deputy_of)
        if len(ring) > 2 and not told & set(ring):
            told |= set(ring)
            row.fault("deputy", f"closes a ring of cover ({', '.join(ring)}). Break it somewhere.")


def _ring(start: str, deputy_of: dict[str, str | None]) -> list[str]:
    """Follow deputies from somebody until it ends (no ring) or comes back to the start."""
    chain = [start]
    while (following := deputy_of.get(chain[-1])) and following not in chain:
        chain.append(following)
    return chain if following == start else []


def _other_capitals(known: Collection[str]) -> Callable[[str], str]:
    """Make the only proposal that is safe for an id: the nearest other one is another child's."""
    by_fold = {ref.casefold(): ref for ref in known}

    def propose(ref: str) -> str:
        meant = by_fold.get(ref.casefold())
        return f" Did you mean {meant}?" if meant else ""

    return propose


def _check_known(
    row: Row, column: str, ref: str, known: Collection[str], propose: Callable[[str], str]
) -> None:
    if ref and ref not in known:
        advice = f"is in none of these files nor on record.{propose(ref)} Correct or add it."
        row.fault(column, advice)
