"""One row of the carers file: one adult, one pupil, and the rules for writing to that adult."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import time

from bot.imports import cells, times
from bot.imports.languages import read_language, spoken_language
from bot.imports.pupils import PupilRow
from bot.imports.rows import Cell, Row
from bot.rules.phones import e164
from bot.rules.practice import ANY_TIME, Span, Window

PREFERS = frozenset({"phone_call", "short_text_or_call", "copy_only"})
NEEDS = frozenset(
    {
        "basic_phone",
        "bsl_visits",
        "deaf_text_only",
        "interpreter",
        "low_literacy",
        "no_credit",
        "no_emoji",
        "no_images",
        "no_voicemail",
        "public_label_talking_sessions",
        "screen_reader",
    }
)
NO_WORDS: tuple[str, ...] = ()
DAY_LONG = Span(time(0), time(23, 59))

_channel = cells.one_of("sms", "telegram")
_prefers = cells.some_of(PREFERS, NEEDS, "needs")
_needs = cells.some_of(NEEDS, PREFERS, "prefers")


@dataclass(frozen=True, slots=True)
class CarerRow:
    """An adult in a pupil's life, and what is allowed with that adult's phone."""

    pupil: str
    relation: str
    name: str = field(repr=False)
    phone: str = field(repr=False)  # +447700900100
    channel: str
    reads: str
    speaks: str
    parental_responsibility: bool
    priority: int  # 1 is asked first
    do_not_use: bool
    do_not_use_reason: str = field(repr=False)
    shared_phone: bool
    discreet: bool
    window: Window
    copy_only: bool
    prefers: tuple[str, ...]
    needs: tuple[str, ...]
    opted_out: bool
    proven: bool  # somebody has made sure that the number is this adult's
    note: str = field(repr=False)
    rules_missing: (
        bool  # only prose is known: no automatic message until a person has set the rules
    )
    phone_at: Cell = field(repr=False, compare=False)  # where the number stands in the files


def read_carer(row: Row) -> CarerRow:
    """Read one row, noting every fault."""
    prefers = row.read("prefers", _prefers, NO_WORDS)
    carer = CarerRow(
        pupil=row.read("pupil", cells.reference, ""),
        relation=row.read("relation", cells.name, ""),
        name=row.read("name", cells.name, ""),
        phone=row.read("phone", e164, ""),
        channel=row.read("channel", _channel, ""),
        reads=row.read("reads", read_language, ""),
        speaks=row.read("speaks", spoken_language, ""),
        parental_responsibility=row.read("parental_responsibility", cells.yes, otherwise=False),
        priority=row.read("priority", cells.whole(1, 99), 0),
        do_not_use=row.read("do_not_use", cells.yes, otherwise=True),
        do_not_use_reason=row.read("do_not_use_reason", cells.prose, ""),
        shared_phone=row.read("shared_phone", cells.yes, otherwise=False),
        discreet=row.read("discreet", cells.yes, otherwise=True),
        window=_window(row),
        copy_only="copy_only" in prefers,
        prefers=prefers,
        needs=row.read("needs", _needs, NO_WORDS),
        opted_out=row.read("opted_out", cells.yes, otherwise=True),
        proven=row.read("proven", cells.yes, otherwise=False),
        note=row.read("note", cells.prose, ""),
        rules_missing=False,
        phone_at=row.cell("phone"),
    )
    _check_sense(row, carer)
    return carer


def as_on_that_phone(carer: CarerRow, known: CarerRow) -> CarerRow:
    """Let a row from a pupils file take over what a carers file says about the same phone."""
    return replace(
        carer,
        opted_out=known.opted_out,
        proven=known.proven,
        discreet=known.discreet,
        shared_phone=known.shared_phone,
    )


def carer_of_pupil(row: Row, pupil: PupilRow) -> CarerRow | None:
    """Take the one adult an older pupils file names; prose there means that rules are missing."""
    if not (row.text("carer_name") or row.text("carer_phone")):
        return None
    language = row.read("language", read_language, "")
    return CarerRow(
        pupil=pupil.ref,
        relation=row.read("carer_relation", cells.name, ""),
        name=row.read("carer_name", cells.name, ""),
        phone=row.read("carer_phone", e164, ""),
        channel=row.read("channel", _channel, ""),
        reads=language,
        speaks=language,
        parental_responsibility=False,  # not said, and not to be assumed
        priority=1,
        do_not_use=False,
        do_not_use_reason="",
        shared_phone=False,
        discreet=False,
        window=ANY_TIME,
        copy_only=False,
        prefers=(),
        needs=(),
        opted_out=False,
        proven=False,
        note=pupil.constraint,
        rules_missing=bool(pupil.constraint),
        phone_at=row.cell("carer_phone"),
    )


def _window(row: Row) -> Window:
    days = row.read("contact_days", times.days, ANY_TIME.days)
    hours = row.read("contact_hours", cells.optional(times.hours), None)
    avoid = row.read("avoid", times.times_to_avoid, ANY_TIME.avoid)
    window = Window(days, hours, avoid)
    if avoid and not _any_moment(window):
        row.fault("avoid", "leaves no moment of the contact days and hours. Correct one of them.")
    return window


def _any_moment(window: Window) -> bool:
    open_hours = window.hours or DAY_LONG
    return any(
        _open_after(open_hours, sorted((s.start, s.end) for at, s in window.avoid if at == day))
        for day in (window.days or range(7))
    )


def _open_after(hours: Span, closed: list[tuple[time, time]]) -> bool:
    start = hours.start
    for begin, end in closed:
        if begin > start:
            break
        start = max(start, end)
    return start < hours.end


def _check_sense(row: Row, carer: CarerRow) -> None:
    """Note what contradicts itself: in doubt a person decides, not we."""
    reason, barred = row.text("do_not_use_reason"), row.text("do_not_use").casefold()
    if barred in {"y", "yes"} and not reason:
        row.fault("do_not_use_reason", "is empty. Say why this number must not be used.")
    if barred in {"n", "no"} and reason:
        row.fault("do_not_use", "goes with a reason not to use the number. Write Y, or no reason.")
    if "deaf_text_only" in carer.needs and "phone_call" in carer.prefers:
        row.fault("prefers", "asks for calls, and the needs say text only. Correct one of them.")
