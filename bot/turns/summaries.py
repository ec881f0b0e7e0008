"""One case put together from the records, as its reader may see it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from babel import Locale, UnknownLocaleError
from sqlalchemy import Row

from bot.rules.digest import Came, Dated, Held
from bot.rules.digest_lines import time_shown
from bot.rules.gate import OPEN_STATUSES
from bot.rules.handover import Adult, Pupil
from bot.rules.taper import Rhythm, in_words
from bot.rules.visit_kinds import PLACES
from bot.rules.visits import Visit
from bot.rules.windows import strictest
from bot.scene.kept_back import kept_back
from bot.scene.names import Veil, veil_over
from bot.scene.scene import Scene
from bot.scene.sight import hidden_cases
from bot.turns.digest_parts import ERASED, child, first_name, week_of
from bot.turns.digests import reader_of, waiting_of
from bot.turns.rights import may_on
from storage import case_summary as records
from storage import digest
from storage.addresses import Someone
from storage.cases import ties_of
from storage.promises import open_on_case
from storage.visits import visits_of_cases

LAST = 5


def may_read(scene: Scene, staff: Someone, case_id: int) -> bool:
    """Say whether a member of staff may read a case: the team every open one, some the rest."""
    return may_on(scene, staff, "read", case_id)


def pupil_of(scene: Scene, staff: Someone, case_id: int) -> Pupil:
    """Put one case together for one reader."""
    connection, reader = scene.connection, reader_of(scene, staff)
    [case] = records.cases_at(connection, [case_id])
    team = records.allocated(connection, [case_id], scene.today)
    passport = records.newest_passport(connection, case_id)
    about = child(case.pupil, case.ref)
    said = records.last_contacts(connection, reader, case_id, LAST)
    tasks = records.open_on(connection, reader, [case_id])
    kept = kept_back(scene, reader, [case_id])
    veil = veil_over(connection, hidden_cases(scene, staff), [case_id])
    return Pupil(
        name=case.pupil,
        ref=case.ref,
        tier=case.tier,
        status=case.status,
        often=_often(scene, case),
        restricted=case.restricted,
        week=week_of(case, scene.today),
        key_worker=", ".join(row.name for row in team if row.role == "key_worker"),
        supporting=tuple(row.name for row in team if row.role != "key_worker"),
        passport=dict(passport.fields) if passport else {},
        passport_by=first_name(scene, passport.written_by) if passport else "",
        adults=_adults(scene, case_id),
        said=tuple(_said(scene, row, veil) for row in said),
        waiting=waiting_of(scene, staff, tasks),
        promised=tuple(
            Dated(about, row.words, row.due_on) for row in open_on_case(connection, case_id)
        ),
        held=tuple(
            Held(about, row.reason, row.due_at)
            for row in digest.held(connection, [case_id])
            if case.ref in row.cases and not kept.hides(row)
        ),
        visits=tuple(visits_to_come(scene, staff, [case_id])),
    )


def visits_to_come(scene: Scene, staff: Someone, case_ids: Collection[int]) -> list[str]:
    """List the visits of cases that lie ahead, with who comes, as one reader may see them."""
    hidden = hidden_cases(scene, staff)
    return [
        _visit_line(scene, visit, hidden)
        for visit in visits_of_cases(scene.connection, case_ids)
        if visit.is_live and (visit.plan.ends_at is None or visit.plan.ends_at > scene.now)
    ]


def _visit_line(scene: Scene, visit: Visit, hidden: Collection[int]) -> str:
    both = zip(visit.cases, visit.case_ids, strict=True)
    cases = ", ".join(ref for ref, number in both if number not in hidden)
    begins = visit.plan.starts_at
    when = time_shown(begins) if begins else "no time yet, the family is choosing"
    comes = " and ".join(first_name(scene, ref) for ref in visit.plan.staff)
    where = PLACES.get(visit.plan.place, visit.plan.place)
    return f"{cases}: {visit.what.name}, {when}, {where}, {comes}"


def _often(scene: Scene, case: Row[Any]) -> str:
    """Say how often this child's family is asked, where that is not simply every week."""
    plain = not case.cadence and case.returned_on is None
    if plain or case.status not in OPEN_STATUSES:
        return ""
    rhythm = Rhythm(case.status, case.cadence, case.returned_on)
    return in_words(rhythm, scene.today, scene.practice.taper)


def _adults(scene: Scene, case_id: int) -> tuple[Adult, ...]:
    rows = records.adults(scene.connection, [case_id])
    stopped = records.opted_out(scene.connection, [row.person_id for row in rows])
    return tuple(_adult(scene, row, row.person_id in stopped) for row in rows)


def _adult(scene: Scene, row: Row[Any], stopped: bool) -> Adult:  # noqa: FBT001  one fact of the row
    """The strictest rule of everybody's cases counts: it is one phone."""
    ties = ties_of(scene.connection, row.person_id)
    marks = dict.fromkeys(mark for tie in ties for mark in (*tie.prefers, *tie.needs))
    return Adult(
        name=row.name,
        relation=row.relation,
        never=any(tie.do_not_use for tie in ties),
        why_never=row.do_not_use_reason or "",
        reads=language(row.language),
        window=strictest(tie.window for tie in ties if not tie.do_not_use),
        marks=tuple(marks),
        discreet=row.discreet,
        shared_phone=row.shared_phone,
        rules_missing=any(tie.rules_missing for tie in ties),
        opted_out=stopped,
        note=row.notes or "",
    )


def language(code: str) -> str:
    """Name a language to staff; English goes without saying."""
    try:
        return "" if code == "en" else str(Locale.parse(code).english_name)
    except (UnknownLocaleError, ValueError):
        return code


def _said(scene: Scene, row: Row[Any], veil: Veil) -> Came:
    inbound = row.direction == "inbound"
    words = row.words or ERASED
    lost = f" ({row.attempt_result.replace('_', ' ')})" if row.attempt_result else ""
    who = _speaker(scene, row)
    return Came(
        "",
        row.occurred_at,
        f"{words if inbound else veil.over(words)}{lost}",
        who,
        ours=not inbound,
    )


def _speaker(scene: Scene, row: Row[Any]) -> str:
    if row.direction == "inbound":
        return row.person.split(maxsplit=1)[0] if row.person else "somebody"
    return "the service" if row.done_by == "system" else first_name(scene, row.done_by)


def initials(name: str) -> str:
    """Shorten a name to its first letters."""
    return "".join(part[0] for part in name.split())


def one_family(scene: Scene, case_ids: Sequence[int]) -> list[tuple[int, tuple[int, ...]]]:
    """Put siblings together: (first adult who may be written to, their cases), each case once."""
    found: dict[int, list[int]] = {}
    placed: set[int] = set()
    for row in records.adults(scene.connection, case_ids):
        if not row.do_not_use and row.case_id not in placed:
            placed.add(row.case_id)
            found.setdefault(row.person_id, []).append(row.case_id)
    return [(person, tuple(sorted(cases))) for person, cases in found.items()]
