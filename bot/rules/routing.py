"""Who owns this now. Pure: worked out when a message comes in and again when it goes out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.rules.calendar import wall
from bot.rules.hours import back_within, next_shift, on_shift
from bot.rules.practice import Practice, Week

BACK_WITHIN_WORKING_DAYS = 2


@dataclass(frozen=True, slots=True)
class Worker:
    """One member of staff, as far as routing needs to know them."""

    ref: str
    name: str = field(repr=False)
    hours: Week
    deputy: str | None = None
    active: bool = True

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


@dataclass(frozen=True, slots=True)
class Standin:
    """A running cover: `substitute` receives and answers for `staff`."""

    id: int
    staff: str
    substitute: str | None
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class Team:
    """Everybody who can own something, and who stands in for whom."""

    workers: Mapping[str, Worker]
    covers: tuple[Standin, ...] = ()


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns it, how it came to them, and the cover by which it did."""

    staff: str
    via: str  # "key_worker", "cover", "deputy", "duty", "manager"
    cover: Standin | None = None


def owner(team: Team, practice: Practice, key_worker: str | None, now: datetime) -> Owner:
    """Find the owner of an ordinary message.

    A part-timer's normal day off is not cover: the message waits for somebody who is back
    within two working days, and goes to the deputy otherwise.
    """
    found = standing_owner(team, practice, key_worker, now)
    worker = team.workers.get(found.staff)
    if worker is None or found.via in {"duty", "manager"}:
        return found
    if _here_soon(worker, practice, now):
        return found
    deputy = _first(team, practice, (worker.deputy,), now, shift=False)
    return Owner(deputy, "deputy") if deputy else found


def owners(team: Team, practice: Practice, key_workers: Iterable[str], now: datetime) -> list[str]:
    """List who owns a message about children of several key workers, each once; never nobody."""
    asked: list[str | None] = list(key_workers) or [None]
    return list(dict.fromkeys(owner(team, practice, who, now).staff for who in asked))


def standing_owner(team: Team, practice: Practice, key_worker: str | None, now: datetime) -> Owner:
    """Walk key worker, cover, duty, manager; a loop of covers ends at the manager.

    Somebody who has left owns nothing, but a cover that was set up for them still runs.
    """
    seen: set[str] = set()
    current, cover = key_worker, None
    while current and current not in seen:
        worker, running = team.workers.get(current), _cover_of(team, current, now)
        if worker is None or not (worker.active or running):
            break
        seen.add(current)
        if running is None:
            return Owner(current, "cover" if cover else "key_worker", cover)
        cover = cover or running
        current = running.substitute
    if current in seen:
        return Owner(_manager(team, practice), "manager")
    return _fallback(team, practice, now)


def urgent_owner(team: Team, practice: Practice, key_worker: str | None, now: datetime) -> Owner:
    """Find who answers now: the owner when on shift, else deputy, duty, manager.

    With nobody on shift the out-of-hours list owns it, first first; see `paged`.
    """
    calm = standing_owner(team, practice, key_worker, now)
    if _on_shift(team, practice, calm.staff, now):
        return calm
    worker = team.workers.get(calm.staff)
    deputy = _first(team, practice, (worker.deputy if worker else None,), now, shift=True)
    if deputy:
        return Owner(deputy, "deputy")
    duty = _first(team, practice, (*practice.duty, practice.manager), now, shift=True)
    if duty:
        return Owner(duty, "manager" if duty == practice.manager else "duty")
    named = _first(team, practice, practice.out_of_hours, now, shift=False)
    return Owner(named, "duty") if named else _fallback(team, practice, now)


def paged(team: Team, practice: Practice, key_worker: str | None, now: datetime) -> tuple[str, ...]:
    """List everybody an urgent message reaches at once, the one who answers first."""
    answers = urgent_owner(team, practice, key_worker, now)
    calm = standing_owner(team, practice, key_worker, now)
    always = (answers.staff, calm.staff, practice.safeguarding_lead)
    nobody_in = not _on_shift(team, practice, answers.staff, now)
    return _unique((*always, *(practice.out_of_hours if nobody_in else ())), team)


def is_away(team: Team, staff: str, moment: datetime) -> bool:
    """Say whether somebody is away on the day of a moment: a cover of theirs runs then."""
    return _cover_of(team, staff, moment) is not None


def may_sound(team: Team, practice: Practice, staff: str, now: datetime, *, urgent: bool) -> bool:
    """Say whether a notice may make a sound: on shift, or urgent and among those paged at night."""
    return _on_shift(team, practice, staff, now) or (urgent and staff in practice.out_of_hours)


def ladder(
    team: Team, practice: Practice, key_worker: str | None, now: datetime, *, grave: bool
) -> tuple[str, ...]:
    """List who is told next, one by one, when nobody answers: owner, deputy, duty, manager."""
    calm = standing_owner(team, practice, key_worker, now)
    worker = team.workers.get(key_worker or "")
    deputy = (worker.deputy,) if worker and worker.deputy else ()
    lead = (practice.safeguarding_lead,) if grave else ()
    return _unique((calm.staff, *deputy, *practice.duty, practice.manager, *lead), team)


def in_charge(team: Team, practice: Practice, but: Collection[str] = ()) -> tuple[str, ...]:
    """List who answers for the service itself, the manager first; nobody who has left.

    Then the safeguarding lead, whoever is paged at night or on duty, and in the end anybody:
    while somebody is here it names them. `but` are those it must not come to.
    """
    named = (practice.manager, practice.safeguarding_lead, *practice.out_of_hours, *practice.duty)
    return tuple(ref for ref in _unique((*named, *team.workers), team) if ref not in but)


def heads(team: Team, practice: Practice, but: Collection[str] = ()) -> tuple[str, ...]:
    """Name the manager and the safeguarding lead; with neither here, whoever is in charge then."""
    chain = in_charge(team, practice, but)
    both = tuple(ref for ref in chain if ref in {practice.manager, practice.safeguarding_lead})
    return both or chain[:1]


def safeguarding(team: Team, practice: Practice, but: Collection[str] = ()) -> str:
    """Name who answers for a child in danger: the safeguarding lead, else whoever is in charge."""
    chain = in_charge(team, practice, but)
    lead = practice.safeguarding_lead
    return lead if lead in chain else next(iter(chain), "")


def _cover_of(team: Team, staff: str, now: datetime) -> Standin | None:
    today = wall(now).date()
    running = [
        cover
        for cover in team.covers
        if cover.staff == staff
        and cover.from_on <= today
        and (cover.to_on is None or today <= cover.to_on)
    ]
    return max(running, key=lambda cover: cover.id, default=None)


def _here_soon(worker: Worker, practice: Practice, now: datetime) -> bool:
    today = wall(now).date()
    shift = next_shift(worker.hours, practice.calendar, now)
    in_today = shift is not None and wall(shift).date() == today
    return in_today or back_within(worker.hours, practice.calendar, today, BACK_WITHIN_WORKING_DAYS)


def _on_shift(team: Team, practice: Practice, staff: str, now: datetime) -> bool:
    worker = team.workers.get(staff)
    return worker is not None and on_shift(worker.hours, practice.calendar, now)


def _first(
    team: Team, practice: Practice, names: Iterable[str | None], now: datetime, *, shift: bool
) -> str | None:
    for name in names:
        worker = team.workers.get(name or "")
        if worker is None or not worker.active or _cover_of(team, worker.ref, now):
            continue
        if not shift or _on_shift(team, practice, worker.ref, now):
            return worker.ref
    return None


def _fallback(team: Team, practice: Practice, now: datetime) -> Owner:
    duty = _first(team, practice, practice.duty, now, shift=False)
    return Owner(duty, "duty") if duty else Owner(_manager(team, practice), "manager")


def _manager(team: Team, practice: Practice) -> str:
    """Name the manager, working or not, else duty, else whoever is in charge: always a person."""
    usual = _unique((practice.manager, *practice.duty), team)
    gone = (name for name in (practice.manager, *team.workers) if name in team.workers)
    return next(iter((*usual, *in_charge(team, practice), *gone)), "")


def _unique(names: Iterable[str], team: Team) -> tuple[str, ...]:
    """Name each once, and nobody who has left: their access is cut at once."""
    here = (name for name in names if name in team.workers and team.workers[name].active)
    return tuple(dict.fromkeys(here))
