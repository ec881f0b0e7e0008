"""What somebody must know before they write to a family that is not theirs. Pure.

How a family may be reached stands before anything else, then how its child is spoken with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.rules.digest import Came, Dated, Held, Waiting
from bot.rules.digest_lines import came_line, day_shown, held_line, promised_line, waiting_line
from bot.rules.practice import ANY_TIME, Span, Window
from bot.rules.routing import Standin, Team
from bot.rules.windows import NEVER

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MEANS = {
    "deaf_text_only": "text only, never phone",
    "no_voicemail": "never leave a voicemail",
    "phone_call": "prefers a phone call",
    "short_text_or_call": "short texts, or a call",
    "copy_only": "is copied in only",
    "no_credit": "may have no credit to reply",
    "interpreter": "interpreter for visits",
    "low_literacy": "easy words, short texts",
    "basic_phone": "basic phone: no links, no pictures",
    "bsl_visits": "BSL interpreter for visits",
    "screen_reader": "uses a screen reader",
    "no_emoji": "no emoji",
    "no_images": "no pictures",
}
LABEL = "public_label_"  # how a need begins that names the word a family is to hear
AVOIDED = ("avoid", "not_say", "never", "do_not")


@dataclass(frozen=True, slots=True)
class Adult:
    """One adult of a family, and the rules of reaching them."""

    name: str = field(repr=False)
    relation: str
    never: bool = False
    why_never: str = field(default="", repr=False)
    reads: str = ""  # a language that is not English
    window: Window = ANY_TIME
    marks: tuple[str, ...] = ()  # what they prefer and need
    discreet: bool = False
    shared_phone: bool = False
    rules_missing: bool = False
    opted_out: bool = False
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Pupil:
    """One child's case as its reader may see it."""

    name: str = field(repr=False)
    ref: str
    tier: int
    status: str
    week: int
    often: str = ""  # how often the family is asked; empty: weekly, or never
    restricted: bool = False
    key_worker: str = ""
    supporting: tuple[str, ...] = ()
    passport: Mapping[str, object] = field(default_factory=dict, repr=False)
    passport_by: str = ""
    adults: tuple[Adult, ...] = ()
    said: tuple[Came, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    promised: tuple[Dated, ...] = ()
    held: tuple[Held, ...] = ()
    visits: tuple[str, ...] = ()  # that are still to come, as lines


def running_cover(team: Team, staff: str, today: date) -> Standin | None:
    """Find the cover of somebody who is away on a day."""
    running = (
        cover
        for cover in team.covers
        if cover.staff == staff
        and cover.from_on <= today
        and (cover.to_on is None or today <= cover.to_on)
    )
    return max(running, key=lambda cover: cover.id, default=None)


def case_lines(pupil: Pupil, now: datetime) -> list[str]:
    """Write one case down: how they are reached, how the child is spoken with, then the rest."""
    led = f"Key worker {pupil.key_worker}" if pupil.key_worker else "No key worker"
    beside = f", with {', '.join(pupil.supporting)}" if pupil.supporting else ""
    return [
        f"{pupil.name} {pupil.ref}: {_standing(pupil)}",
        *reaching((pupil,)),
        *speaking((pupil,)),
        "",
        f"{led}{beside}",
        *_open((pupil,), now),
    ]


def card_lines(pupils: Sequence[Pupil], away: str, now: datetime) -> list[str]:
    """Write the card a substitute reads about one family; siblings stand on one card."""
    names = ", ".join(f"{one.name} {one.ref} ({_standing(one)})" for one in pupils)
    return [
        f"For {away}: {names}",
        *reaching(pupils),
        *speaking(pupils),
        *_open(pupils, now),
    ]


def in_short(pupil: Pupil, initials: str) -> str:
    """Say what there is about a case where neither names nor words may stand."""
    found = ((len(pupil.waiting), "waiting"), (len(pupil.promised), "promised"))
    counts = "".join(f", {count} {what}" for count, what in found if count)
    return f"{initials} {pupil.ref}: {_standing(pupil)}{counts}"


def _standing(pupil: Pupil) -> str:
    said = f"tier {pupil.tier}, {pupil.status.replace('_', ' ')}, week {pupil.week}"
    more = ("restricted" if pupil.restricted else "", pupil.often)
    return ", ".join(filter(None, (said, *more)))


def reaching(pupils: Sequence[Pupil]) -> list[str]:
    """Say how the adults of these cases are reached; who must not be contacted comes first."""
    adults = dict.fromkeys(adult for one in pupils for adult in one.adults)
    barred = [_never(one) for one in adults if one.never]
    return _part("How to reach them", [*barred, *(rules(one) for one in adults if not one.never)])


def _never(adult: Adult) -> str:
    why = f": {adult.why_never}" if adult.why_never else ""
    return f"NEVER contact {adult.name}, {adult.relation}{why}"


def rules(adult: Adult) -> str:
    """Say in words how one adult may be reached."""
    found = [
        "asked for no texts (STOP)" if adult.opted_out else "",
        "only a note says how: set the rules first" if adult.rules_missing else "",
        "others may read this phone: neutral words only" if adult.discreet else "",
        "shared phone" if adult.shared_phone else "",
        hours(adult.window),
        f"reads {adult.reads}" if adult.reads else "",
        *(_means(mark) for mark in adult.marks),
        f"note: {adult.note}" if adult.note else "",
    ]
    said = "; ".join(dict.fromkeys(one for one in found if one))
    return f"{adult.name}, {adult.relation}: {said or 'at any time the service may write'}"


def hours(window: Window) -> str:
    """Say a contact window in words: "only Tue and Thu, 10:00-12:00". Empty: any time."""
    if window == NEVER:
        return "no hour suits every rule: phone the key worker first"
    days = " and ".join(DAYS[day] for day in sorted(window.days))
    only = ", ".join(part for part in (days, _span(window.hours) if window.hours else "") if part)
    avoid = ", ".join(f"{DAYS[day]} {_span(span)}" for day, span in window.avoid)
    said = (f"only {only}" if only else "", f"not {avoid}" if avoid else "")
    return "; ".join(part for part in said if part)


def _span(span: Span) -> str:
    return f"{span.start:%H:%M}-{span.end:%H:%M}"


def _means(mark: str) -> str:
    if mark.startswith(LABEL):
        return f"say “{mark.removeprefix(LABEL).replace('_', ' ')}”"
    return MEANS.get(mark, mark.replace("_", " "))


def speaking(pupils: Iterable[Pupil]) -> list[str]:
    """What must not be said comes first."""
    listed: list[str] = []
    for one in pupils:
        shown = sorted(one.passport.items(), key=lambda kept: not kept[0].startswith(AVOIDED))
        items = [f"{name.replace('_', ' ')}: {_value(value)}" for name, value in shown if value]
        by = f", by {one.passport_by}" if one.passport_by else ""
        listed += _part(f"How to speak with {one.name.split(maxsplit=1)[0]}{by}", items)
    return listed


def _value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _open(pupils: Sequence[Pupil], now: datetime) -> list[str]:
    waits = dict.fromkeys(item for one in pupils for item in one.waiting)
    promised = dict.fromkeys(item for one in pupils for item in one.promised)
    held = dict.fromkeys(item for one in pupils for item in one.held)
    said = sorted(dict.fromkeys(item for one in pupils for item in one.said), key=_moment)
    visits = dict.fromkeys(line for one in pupils for line in one.visits)
    return [
        *_part("Visits to come", list(visits)),
        *_part("Open", [waiting_line(one, now) for one in waits]),
        *_part("Promised", [promised_line(one, now) for one in promised]),
        *_part("Held", [held_line(one, now) for one in held]),
        *_part("Last contacts", [came_line(one) for one in said]),
    ]


def _moment(said: Came) -> datetime:
    return said.at


def _part(title: str, items: Sequence[str]) -> list[str]:
    return ["", title, *(f"- {item}" for item in items)] if items else []


def until(cover: Standin) -> str:
    """Say how long a cover runs."""
    return f"until {day_shown(cover.to_on)}" if cover.to_on else "until they are back"
