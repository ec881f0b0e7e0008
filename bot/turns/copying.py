"""A worker's own contacts as text for their home service, and the note that they were copied."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row

from bot.desk.books import Copying
from bot.rules.calendar import moment_at
from bot.rules.copied import Kept, text
from bot.scene.matters import COPIED
from bot.scene.notices import PAGE
from bot.scene.scene import Scene
from bot.scene.sight import hidden_cases
from bot.turns.digest_parts import ERASED
from bot.turns.digests import reader_of
from storage import audit, copies
from storage.addresses import Line, Someone
from storage.digest import RESTRICTED

NOT_KNOWN = "This button is not known here."
ALREADY = "That is noted already."


def to_copy(scene: Scene, line: Line, staff: Someone, since: date, again: bool) -> Copying:  # noqa: FBT001  as the desk asks it
    """Write down what somebody did since a day; what was copied before only if asked for again.

    What is restricted stands on the page alone: a chat is kept where it cannot be taken back.
    """
    found = _own(scene, staff, since, copied_too=again)
    rows = [row for row in found if _shown_at(line, row)]
    count = len({row.id for row in rows})
    left = len({row.id for row in found}) - count
    if not rows:
        return Copying(at_the_page=left)
    button = (f"{COPIED}:{since:%Y%m%d}:{max(row.id for row in rows)}", "Copied")
    return Copying(text(map(_kept, rows)), count, left, button)


def tick(scene: Scene, line: Line, staff: Someone, key: str) -> str:
    """Note that what stood above a button `k:<from>:<last contact>` was copied elsewhere."""
    asked = _read(key)
    if asked is None:
        return NOT_KNOWN
    since, last = asked
    rows = [row for row in _own(scene, staff, since, up_to=last) if _shown_at(line, row)]
    new = copies.tick(scene.connection, {row.id for row in rows}, staff.id, scene.now)
    if not new:
        return ALREADY
    subject = f"{new} contacts up to {last}"
    audit.append(scene.connection, scene.now, staff.ref, "copied", subject)
    counted = "1 contact is" if new == 1 else f"{new} contacts are"
    return f"Noted: {counted} in your home system. /copy leaves them out from now on."


def _own(
    scene: Scene, staff: Someone, since: date, *, copied_too: bool = False, up_to: int | None = None
) -> list[Row[Any]]:
    hidden = hidden_cases(scene, staff)
    rows = copies.own_contacts(
        scene.connection,
        reader_of(scene, staff),
        moment_at(since, time.min),
        copied_too=copied_too,
        up_to=up_to,
    )
    return [row for row in rows if row.case_id not in hidden]


def _shown_at(line: Line, row: Row[Any]) -> bool:
    return line.channel == PAGE or not _restricted(row)


def _restricted(row: Row[Any]) -> bool:
    return bool(row.sensitivity.startswith(RESTRICTED.rstrip("%")))


def _kept(row: Row[Any]) -> Kept:
    return Kept(
        case=f"{row.pupil} {row.case}",
        at=row.occurred_at,
        mode=row.mode,
        words=row.words or ERASED,
        inbound=row.direction == "inbound",
        person=row.person or "",
        result=row.attempt_result or "",
        place=row.place or "none",
        minutes=row.minutes,
        travel_minutes=row.travel_minutes,
        restricted=_restricted(row),
    )


def _read(key: str) -> tuple[date, int] | None:
    """Read a button back. None: it is none of ours."""
    _prefix, _colon, rest = key.partition(":")
    day, _colon, last = rest.partition(":")
    if not (last.isascii() and last.isdigit() and len(last) < 19):
        return None
    try:
        return datetime.strptime(day, "%Y%m%d").date(), int(last)  # noqa: DTZ007  a day has no zone
    except ValueError:
        return None
