"""Placements and agreed sessions out of files: nothing a person has said is changed by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.imports.placements import PlacementRow, SessionsRow
from bot.rules.placement import numbered
from bot.scene.scene import Scene
from storage import audit, holds, placements
from storage.cases import case_ids

BY = placements.FROM_A_FILE


@dataclass(slots=True)
class Brought:
    """What a file changed, and which pupils it left as a person has set them."""

    changed: int = 0
    kept: list[str] = field(default_factory=list)


def bring_placements(
    scene: Scene, rows: Sequence[PlacementRow], sessions: Sequence[SessionsRow] = ()
) -> Brought:
    """Put placements on record. The same file again changes nothing."""
    named = {row.pupil for row in rows} | {row.pupil for row in sessions}
    ids = case_ids(scene.connection, named)
    theirs = placements.said_by_people(scene.connection, list(ids.values()))
    report = Brought()
    for row in rows:
        if ids[row.pupil] in theirs:
            report.kept.append(row.pupil)
        else:
            report.changed += _place(scene, ids[row.pupil], row)
    report.changed += _agree_all(scene, ids, sessions)
    if report.changed:
        count = f"{report.changed} rows"
        audit.append(scene.connection, scene.now, "system", "import placements", count)
    return report


def _place(scene: Scene, case_id: int, row: PlacementRow) -> bool:
    changed = placements.place(scene.connection, case_id, row.placed, BY, scene.now)
    if row.hold and holds.hold_of(scene.connection, case_id) is None:
        changed |= holds.hold(scene.connection, case_id, row.hold, BY, scene.today, scene.now)
    return changed


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
