"""Visits as an iCalendar file (RFC 5545, RFC 5546), for calendars of every maker.

Times are in UTC: no visit recurs, so a moment is the whole truth, and a clock change moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import Literal

from icalendar import Calendar, Event, vCalAddress

from bot.rules.calendar_entries import Entry

MAKER = "-//Keyworker//Visits//EN"
CONTENT_TYPE = "text/calendar; charset=utf-8"
LOOK_AGAIN, AGAIN_IN = timedelta(hours=1), "PT1H"  # the same, as two kinds of calendar read it
# An invitation has to name who invites and who is invited. Nothing sent to these arrives anywhere.
ORGANISER, INVITED = "mailto:keyworker@keyworker.invalid", "mailto:worker@keyworker.invalid"

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]


def feed_file(entries: Iterable[Entry], name: str) -> bytes:
    """Write a worker's calendar, what was called off included: calendars take it out then."""
    calendar = _calendar("PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", AGAIN_IN)
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def invitation_file(entry: Entry) -> bytes:
    """Write one visit as an invitation of a member of staff, or the end of one."""
    calendar = _calendar("CANCEL" if entry.status == "CANCELLED" else "REQUEST")
    event = _event(entry)
    event.add("organizer", vCalAddress(ORGANISER, params={"CN": "Keyworker"}))
    event.add("attendee", vCalAddress(INVITED, params={"PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def family_file(entry: Entry) -> bytes:
    """Write one visit for a family's calendar: nobody is asked to answer anything."""
    calendar = _calendar("PUBLISH")
    calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _calendar(method: Method) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.version)
    # Not now: the same visit is the same file. And in UTC, whatever clock the moment came with: a
    # time that names a zone would need the zone's whole history beside it.
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.ends_at.astimezone(UTC))
    event.add("status", entry.status)
    event.add("transp", "TRANSPARENT" if entry.status == "CANCELLED" else "OPAQUE")
    event.add("summary", entry.title)
    event.add("location", entry.place)
    event.add("class", "PRIVATE")
    if entry.page:
        event.add("url", entry.page)
    return event
