"""The meeting's pack as a sheet of rows: what the page shows is what the PDF prints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from bot.pages.pack_attendance import attendance_part
from bot.pages.pack_columns import CASES, CHILD, CLOSED, DECIDED, MISSED, QUIET, REFERRED
from bot.pages.sheets import Column, Row, Section, Sheet
from bot.pages.wording import day, when
from bot.rules.calendar import wall
from bot.rules.digest_lines import age, late, shortened
from bot.rules.pack import (
    Closed,
    Decision,
    Event,
    Line,
    Pack,
    Promised,
    Referred,
    Silent,
    Unanswered,
    counted,
    headline,
)
from bot.rules.referral import ROUTES

WORDS_SHOWN = 200  # characters of a message: who wants the whole opens the thread
NAMES_IN_A_ROW = 60
HOW_TO_READ = (
    "In and Out: messages from the family and to them, Auto: automatic ones, Phone: calls, "
    "Met: face to face; all since the last meeting."
)
SHRED = "Contains personal data: shred after the meeting."
KINDS = {
    "crisis": "danger",
    "call": "wants a call",
    "unclaimed": "unknown number",
    "undelivered": "not delivered",
}


def sheet(pack: Pack, by: str, decided: Sequence[Decision] | None = None) -> Sheet:
    """Lay a pack out for whoever reads or prints it; `decided`: in its meeting, if it was held."""
    sections = (*_urgent(pack), *_waiting(pack), *_cases(pack))
    held = () if decided is None else (_decided(decided),)
    foot = f"{SHRED} For {by}, {day(pack.now)} {wall(pack.now):%Y %H:%M}."
    return Sheet(f"Meeting of {_day(pack.sitting.on)}", _lead(pack), (*sections, *held), foot)


def _lead(pack: Pack) -> tuple[str, ...]:
    since = f"Since {when(pack.sitting.since, pack.now)}: {headline(pack)}."
    hidden = counted(pack.hidden, "open case")
    return (since, f"Not shown to you: {hidden}.") if pack.hidden else (since,)


def _urgent(pack: Pack) -> Iterable[Section]:
    level, stands = Column("Level", 8), Column("How it stands", 24)
    columns = (level, CHILD, Column("When", 12), Column("Words", 55), stands)
    rows = tuple(_event(one, pack) for one in pack.events)
    yield _part("events", "Significant events", columns, rows, "None since the last meeting.")
    due = (CHILD, Column("Kind", 10), Column("Decided", 56), Column("Due", 14), Column("Owner", 10))
    rows = tuple(_due(one, wall(pack.now).date()) for one in pack.due)
    yield _part("due", "Decisions due", due, rows, "None is due.")


def _waiting(pack: Pack) -> Iterable[Section]:
    triage, waiting = "Referrals to triage", "Waiting list"
    rows = tuple(_referred(one) for one in pack.triage)
    yield _part("triage", triage, REFERRED, rows, "None.")
    rows = tuple(_referred(one, place) for place, one in enumerate(pack.waiting, 1))
    yield _part("list", waiting, (Column("No.", 5, number=True), *REFERRED), rows, "Nobody.")
    columns = (CHILD, Column("What", 12), Column("Words", 60), Column("Age", 8), Column("With", 10))
    rows = tuple(_unanswered(one, pack) for one in pack.unanswered)
    yield _part("unanswered", "Unanswered", columns, rows, "Nothing waits for an answer.")
    rows = tuple(_missed(one) for one in pack.troubled)
    yield _part("missed", "Not reached since", MISSED, rows, "Everything arrived.")
    promised = (CHILD, Column("Promised", 60), Column("By", 10), Column("Whose", 10))
    rows = tuple(_promised(one) for one in pack.promises)
    yield _part("promises", "Promises overdue", promised, rows, "None.")
    quiet, many = tuple(_quiet(pack.quiet)), len(pack.quiet)
    yield Section("silent", "Quiet families", QUIET, quiet, "None.", many)
    gaps = (Column("What", 16), Column("Cases", 6, number=True), Column("Which", 80))
    yield Section("gaps", "Missing", gaps, tuple(_gaps(pack)), "Nothing.")


def _cases(pack: Pack) -> Iterable[Section]:
    rows = tuple(_line(one) for one in pack.cases)
    yield Section("cases", "Every open case", CASES, rows, "None.", len(rows), HOW_TO_READ)
    yield attendance_part(pack)
    yield _part("closed", "Closed since", CLOSED, map(_closed, pack.closed), "None.")


def _decided(decided: Iterable[Decision]) -> Section:
    rows = tuple(Row(one.case, _said(one)) for one in decided)
    return _part("decided", "Decided in this meeting", DECIDED, rows, "Nothing yet.")


def _part(
    key: str, title: str, columns: tuple[Column, ...], rows: Iterable[Row], none: str
) -> Section:
    """Make a part whose every row is one thing."""
    listed = tuple(rows)
    return Section(key, title, columns, listed, none, len(listed))


def _event(one: Event, pack: Pack) -> Row:
    what, words = one.level or _named(one.kind), shortened(one.words, WORDS_SHOWN)
    cells = (what, one.about, when(one.at, pack.now), words, one.stands)
    return Row(one.case, cells, grave=not one.closed)


def _due(one: Decision, today: date) -> Row:
    old = late(one.due_on, today) if one.due_on else ""
    *head, due, owner = _said(one)
    return Row(one.case, (*head, f"{due}{old}", owner), grave=bool(old), decision=one.number)


def _referred(one: Referred, place: int | None = None) -> Row:
    waiting = counted(one.days, "day")
    year = "" if one.year is None else str(one.year or "R")
    named = (one.ref, one.child, year, one.school, ROUTES.get(one.route, one.route), waiting)
    cells = (*named, str(one.tier or ""), ", ".join(_named(each) for each in one.agencies))
    return Row("", cells if place is None else (str(place), *cells))


def _unanswered(one: Unanswered, pack: Pack) -> Row:
    old = f"{age(one.since, pack.now)}{', late' if one.late else ''}"
    words = shortened(one.words, WORDS_SHOWN)
    return Row(one.case, (one.about, _named(one.kind), words, old, one.whose), grave=one.late)


def _missed(one: Line) -> Row:
    told = one.tally
    return Row(one.case, (one.about, *map(_number, (told.lost, told.unreached, told.missed))))


def _promised(one: Promised) -> Row:
    return Row(one.case, (one.about, one.words, _day(one.due_on), one.whose))


def _quiet(families: Iterable[Silent]) -> Iterable[Row]:
    """Put the families of one last day into one row: the longest silence stands first."""
    for last, group in groupby(families, key=lambda one: (one.last, one.days)):
        found = [one.about for one in group]
        when_, days = last
        told = f"{_day(when_)}, {counted(days or 0, 'day')} ago" if when_ else "never"
        yield from named_in_rows(told, found)


def _gaps(pack: Pack) -> Iterable[Row]:
    for what, lines in (
        ("No key worker", pack.unallocated),
        ("No passport", pack.without_passport),
    ):
        yield from named_in_rows(what, [one.about for one in lines])


def named_in_rows(what: str, names: Sequence[str]) -> Iterable[Row]:
    """List names in rows that fit on a page of paper; the count stands in the first."""
    for first in range(0, len(names), NAMES_IN_A_ROW):
        head = ("", "") if first else (what, str(len(names)))
        yield Row("", (*head, ", ".join(names[first : first + NAMES_IN_A_ROW])))


def _line(one: Line) -> Row:
    told = one.tally
    made = (told.heard, told.wrote, told.automatic, told.spoken, told.met)
    cells = (
        one.about,
        str(one.tier),
        one.status.replace("_", " "),
        f"{one.week} of 12" if one.planned else str(one.week),
        one.worker or "nobody",
        *map(_number, made),
        _last(one.last),
        ", ".join(one.trend),
        _open(one),
        f"{_day(one.following[0])}: {one.following[1]}" if one.following else "",
    )
    return Row(one.case, cells, tuple(_decision(each) for each in one.decided))


def _open(one: Line) -> str:
    found = (counted(one.waits, "task"), counted(one.promises, "promise"))
    return ", ".join(each for each in found if not each.startswith("0 "))


def _decision(one: Decision) -> str:
    due = f", by {_day(one.due_on)}" if one.due_on else ""
    owner = f", {one.owner}" if one.owner else ""
    done = ", done" if one.done else ""
    return f"Decided {_day(one.on)}, {one.kind}: {one.said}{due}{owner}{done}"


def _said(one: Decision) -> tuple[str, ...]:
    return (one.about, one.kind, one.said, _day(one.due_on) if one.due_on else "", one.owner)


def _closed(one: Closed) -> Row:
    return Row(one.case, (one.about, one.status.replace("_", " "), _day(one.on), one.reason))


def _last(on: date | None) -> str:
    return _day(on) if on else "never"


def _number(many: int) -> str:
    return str(many) if many else "–"


def _named(kind: str) -> str:
    return KINDS.get(kind, kind.replace("_", " "))


def _day(on: date) -> str:
    return f"{on:%a} {on.day} {on:%b}"
