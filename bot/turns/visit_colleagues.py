"""Whoever comes to a visit hears what a colleague, or the family, has changed about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.rules.calendar import wall
from bot.rules.visits import CANCELLED, OFFERED, Visit
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.turns.digest_parts import first_name
from bot.turns.visit_sight import line_of
from storage.addresses import Someone, person_by_ref

KIND = "visit_changed"
FAMILY = "The family"


def tell_colleagues(
    scene: Scene, by: str, now: Visit, was: Visit | None = None, but: Collection[str] = ()
) -> None:
    """Tell everybody who comes, or came before, what has become of a visit.

    `by`: the member of staff who did it; empty: the family. `but`: who has been told already.
    """
    everybody = dict.fromkeys((*now.plan.staff, *(was.plan.staff if was else ())))
    for ref in everybody:
        staff = person_by_ref(scene.connection, ref)
        if ref != by and ref not in but and staff is not None and scene.worker(ref).active:
            notify(scene, ref, None, _matter(scene, staff, by, now, was), name=f":{now.id}")


def tell_of_all(scene: Scene, by: str, visits: Sequence[Visit]) -> None:
    """Tell everybody who comes of visits that were booked by one yes, in one notice."""
    first, *later = visits
    if not later:
        tell_colleagues(scene, by, first)
        return
    for ref in first.plan.staff:
        staff = person_by_ref(scene.connection, ref)
        if ref != by and staff is not None and scene.worker(ref).active:
            notify(scene, ref, None, _matter_of_all(scene, staff, by, visits), name=f":{first.id}")


def _matter_of_all(scene: Scene, staff: Someone, by: str, visits: Sequence[Visit]) -> Matter:
    head = f"{first_name(scene, by)} {_did(staff.ref, visits[0], None)}"
    open_words, discreet = (
        "\n".join((head, *(line_of(scene, staff, one, shown=shown) for one in visits)))
        for shown in (True, False)
    )
    loud = any(_is_today(scene, one, None) for one in visits)
    return Matter(KIND, open_words, discreet_words=discreet, loud=loud)


def _matter(scene: Scene, staff: Someone, by: str, now: Visit, was: Visit | None) -> Matter:
    """Say it as openly as may be; what is so today sounds, even outside a shift."""
    head = f"{first_name(scene, by) if by else FAMILY} {_did(staff.ref, now, was)}"
    open_words, discreet = (
        "\n".join((head, *_lines(scene, staff, now, was, shown=shown))) for shown in (True, False)
    )
    return Matter(KIND, open_words, discreet_words=discreet, loud=_is_today(scene, now, was))


def _did(ref: str, now: Visit, was: Visit | None) -> str:
    """Say what was done, as it touches one of those who come."""
    if now.state == CANCELLED:
        return "has called this off:"
    if ref not in now.plan.staff:
        return "has changed a visit of yours: you do not come to it any more."
    if was is None or ref not in was.plan.staff:
        return "offers times at which you would come:" if _is_open(now) else "has booked you:"
    return "has freed the time of a visit of yours:" if _is_open(now) else "has moved this:"


def _is_open(visit: Visit) -> bool:
    return visit.state == OFFERED


def _lines(
    scene: Scene, staff: Someone, now: Visit, was: Visit | None, *, shown: bool
) -> list[str]:
    """Write how it stood, where that is another time, and how it stands for its reader."""
    then = line_of(scene, staff, was, shown=shown) if was else ""
    if was and staff.ref not in now.plan.staff:
        return [then]
    stands = line_of(scene, staff, now, shown=shown)
    if was is None or staff.ref not in was.plan.staff or now.state == CANCELLED:
        return [stands]
    return [f"It was: {then}", f"Now: {stands}"]


def _is_today(scene: Scene, now: Visit, was: Visit | None) -> bool:
    times = [one.plan.starts_at for one in (now, was) if one is not None]
    return any(at is not None and wall(at).date() == scene.today for at in times)
