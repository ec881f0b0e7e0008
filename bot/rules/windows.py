"""When a family may be written to: its own contact window inside the service's hours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from bot.rules.calendar import Stretch, first_stretch, is_bank_holiday, stretches, wall
from bot.rules.practice import ANY_TIME, Calendar, Span, Week, Window

NEVER = Window(hours=Span(time(0), time(0)))  # a window that does not open

_DAYTIME = Span(time(8), time(20))  # the most that a day agreed with a family can open
_WHOLE_DAY = Span(time.min, time.max)
_MINUTE = timedelta(minutes=1)


def may_write(window: Window, moment: datetime) -> bool:
    """Say whether this person's own window is open; the service's hours are another question."""
    shown = wall(moment)
    weekday, at = shown.weekday(), shown.time()
    if window.days and weekday not in window.days:
        return False
    if window.hours is not None and at not in window.hours:
        return False
    return not any(weekday == avoided and at in hours for avoided, hours in window.avoid)


def strictest(windows: Iterable[Window]) -> Window:
    """Put the windows of everybody who reads one phone together; nothing in common is NEVER."""
    together = ANY_TIME
    for window in windows:
        together = _both(together, window)
    return together


def in_quiet_hours(
    sending_week: Week,
    calendar: Calendar,
    moment: datetime,
    window: Window,
    *,
    own_days: bool = True,
) -> bool:
    """Say whether the service keeps quiet now, whatever this person's own hours are.

    The window matters only for the days agreed with a family: see `next_open`.
    """
    shown = wall(moment)
    hours = _sending_hours(sending_week, calendar, shown.date(), window if own_days else ANY_TIME)
    return hours is None or shown.time() not in hours


def next_open(
    windows: Window,
    sending_week: Week,
    calendar: Calendar,
    after: datetime,
    *,
    own_days: bool = True,
) -> datetime | None:
    """Find the first moment from `after` on when the service may write, at most 28 days ahead.

    `windows` is one person's window, or what `strictest` made of several.
    Days that it names (with `own_days`) open between 08:00 and 20:00 where the sending week has
    none, but never a bank holiday: who agreed to Tuesdays did not agree to a family at home.
    """
    agreed = windows if own_days else ANY_TIME

    def open_on(day: date) -> Sequence[Stretch]:
        return _open_on(windows, _sending_hours(sending_week, calendar, day, agreed), day)

    found = first_stretch(after, open_on)
    return found[0] if found else None


def open_stretches(
    window: Window, sending_week: Week, calendar: Calendar, day: date
) -> Sequence[Stretch]:
    """List the stretches of a day in which this person may be written to, earliest first."""
    return _open_on(window, _sending_hours(sending_week, calendar, day, window), day)


def _open_on(window: Window, hours: Span | None, day: date) -> Sequence[Stretch]:
    if hours is None:
        return ()
    own = _spans_on(window, day.weekday())
    return [piece for span in own for piece in stretches(day, _overlap(span, hours))]


def nearest_in_window(window: Window, day: date, at: time, margin: timedelta) -> time | None:
    """Find the wall time nearest to `at` that leaves `margin` of the person's window after it.

    None when the window does not open that day, or not for so long. Of two equally near, the
    earlier. The service's own hours are left to `next_open`.
    """
    spans = _spans_on(window, day.weekday())
    if spans == [_WHOLE_DAY]:
        return at  # no window at all, so nothing is about to close
    wanted = datetime.combine(day, at)
    found = [near for span in spans if (near := _nearest(span, wanted, margin)) is not None]
    return min(found, key=lambda near: abs(near - wanted)).time() if found else None


def _nearest(span: Span, wanted: datetime, margin: timedelta) -> datetime | None:
    """Move a moment into a part of its day, so far from the end that the margin is left."""
    first = datetime.combine(wanted, span.start)
    # The end itself is no longer inside, so even no margin leaves a minute.
    last = datetime.combine(wanted, span.end) - max(margin, _MINUTE)
    return max(first, min(wanted, last)) if first <= last else None


def _sending_hours(
    sending_week: Week, calendar: Calendar, day: date, agreed: Window
) -> Span | None:
    """Say when the service may write on a day, to somebody who agreed to these days."""
    if is_bank_holiday(calendar, day):
        return None
    if day.weekday() in sending_week:
        return sending_week[day.weekday()]
    return _overlap(_DAYTIME, agreed.hours) if day.weekday() in agreed.days else None


def _spans_on(window: Window, weekday: int) -> list[Span]:
    """List the parts of a day on which a window is open, earliest first."""
    if window.days and weekday not in window.days:
        return []
    spans = [window.hours or _WHOLE_DAY]
    for avoided, hours in window.avoid:
        if avoided == weekday:
            spans = [piece for span in spans for piece in _without(span, hours)]
    return spans


def _without(span: Span, avoided: Span) -> Iterable[Span]:
    """Cut hours out of a part of a day."""
    pieces = (
        Span(span.start, min(span.end, avoided.start)),
        Span(max(span.start, avoided.end), span.end),
    )
    return (piece for piece in pieces if piece.start < piece.end)


def _both(one: Window, other: Window) -> Window:
    days = one.days & other.days if one.days and other.days else one.days | other.days
    hours = _overlap(one.hours, other.hours) if one.hours else other.hours
    # Empty days would mean any day, so nothing in common has to be said in another way.
    apart = one.days and other.days and not days
    if apart or (hours is not None and hours.start >= hours.end):
        return NEVER
    avoid = tuple(dict.fromkeys(one.avoid + other.avoid))
    return Window(days=days, hours=hours, avoid=avoid)


def _overlap(one: Span, other: Span | None) -> Span:
    """Take what two parts of a day share; it may be empty, and then starts at or after its end."""
    if other is None:
        return one
    return Span(max(one.start, other.start), min(one.end, other.end))
