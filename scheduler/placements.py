"""Placements and agreed sessions out of files: nothing a person has said is changed by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from bot.imports.placements import PlacementRow, SessionsRow, read_placements, read_sessions
from bot.rules.placement import numbered
from bot.scene.scene import Scene, Taskforce
from scheduler.enrolment import on_record
from storage import audit, holds, placements
from storage.attending import look_again
from storage.cases import case_ids
from storage.database import Database
from storage.holding import hold_cases

HELD = "SetHold"  # as it is audited when a person says it
BY = placements.FROM_A_FILE
NOTHING_NEW = "Nothing changed: all of this was on record already."
KEPT = "Left as somebody has set it on the page: {pupils}. If the file is right, change it there."


@dataclass(slots=True)
class Brought:
    """What a file changed, whom it held and why, and whom it left as a person has set them."""

    changed: int = 0
    held: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


async def import_placements(
    database: Database, taskforce: Taskforce, files: Sequence[tuple[str, bytes]], now: datetime
) -> list[str]:
    """Bring placements, and agreed sessions if there is a second file; returns what to say.

    Raises `Rejected` with every fault, and then nothing of either file is on record.
    """

    def work(connection: Connection) -> Brought:
        scene = Scene(connection, taskforce, now, f"placements:{now.isoformat()}")
        known = on_record(connection)["known_pupils"]
        (name, content), *second = files
        rows = read_placements(name, content, known, scene.today)
        sessions = [row for file in second for row in read_sessions(*file, known)]
        return bring_placements(scene, rows, sessions)

    return said_of(await database.write(work))


def said_of(report: Brought) -> list[str]:
    """Say what a file did; pupils are named by their references alone."""
    rows = "row" if report.changed == 1 else "rows"
    said = [f"Changed: {report.changed} {rows}." if report.changed else NOTHING_NEW]
    return [*said, KEPT.format(pupils=", ".join(sorted(report.kept)))] if report.kept else said


def bring_placements(
    scene: Scene, rows: Sequence[PlacementRow], sessions: Sequence[SessionsRow] = ()
) -> Brought:
    """Put placements on record. The same file again changes nothing."""
    named = {row.pupil for row in rows} | {row.pupil for row in sessions}
    ids = case_ids(scene.connection, named)
    hold_cases(scene.connection, ids.values())  # the gate reads what changes here
    theirs = placements.said_by_people(scene.connection, list(ids.values()))
    report = Brought()
    for row in rows:
        if ids[row.pupil] in theirs:
            report.kept.append(row.pupil)
        else:
            held = _hold(scene, ids[row.pupil], row)
            report.held += [f"{row.pupil} {row.hold}"] if held else []
            report.changed += _place(scene, ids[row.pupil], row) or held
    report.changed += _agree_all(scene, ids, sessions)
    if report.changed:
        count = f"{report.changed} rows"
        look_again(scene.connection, ids.values(), scene.now)
        for subject in report.held:
            audit.append(scene.connection, scene.now, "system", HELD, subject)
        audit.append(scene.connection, scene.now, "system", "import placements", count)
    return report


def _place(scene: Scene, case_id: int, row: PlacementRow) -> bool:
    return placements.place(scene.connection, case_id, row.placed, BY, scene.now)


def _hold(scene: Scene, case_id: int, row: PlacementRow) -> bool:
    """Hold messages about attendance as the file says, unless they are held already."""
    if not row.hold or holds.hold_of(scene.connection, case_id) is not None:
        return False
    return holds.hold(scene.connection, case_id, row.hold, BY, scene.today, scene.now)


def _agree_all(scene: Scene, ids: dict[str, int], sessions: Sequence[SessionsRow]) -> int:
    """Add what was agreed, in its order; whoever has agreed sessions on record keeps those."""
    had = placements.patterns_of(scene.connection, list(ids.values()))
    added = 0
    for row in sorted(sessions, key=lambda row: row.pattern.from_on):
        case_id, pattern = ids[row.pupil], row.pattern
        if had[case_id]:
            continue
        if pattern.kind == "reintegration":
            now = placements.patterns_of(scene.connection, [case_id])[case_id]
            pattern = numbered([each for each in now if each.kind == "reintegration"], pattern)
        placements.agree(scene.connection, case_id, pattern, row.agreed_by, scene.now)
        added += 1
    return added
