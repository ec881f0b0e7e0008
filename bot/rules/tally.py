"""Counting the contacts of a case by how they were made. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

MESSAGES = frozenset({"sms", "telegram", "other_message", "email", "letter"})
SPOKEN = frozenset({"telephone", "video", "voicemail"})
MET = frozenset({"face_to_face", "meeting"})
LOST = frozenset({"undelivered", "failed"})
NOT_REACHED = frozenset({"no_answer", "left_message", "wrong_person", "refused_contact"})
DID_NOT_HAPPEN = frozenset(
    {"was_not_brought", "rearranged", "cancelled_by_us", "cancelled_by_family", "not_done"}
)
_SENT = frozenset({"wrote", "automatic"})


class Entry(Protocol):
    """One entry of a log, as far as counting needs it."""

    @property
    def direction(self) -> str: ...
    @property
    def mode(self) -> str: ...
    @property
    def done_by(self) -> str: ...
    @property
    def attempt_result(self) -> str | None: ...
    @property
    def outcome(self) -> str | None: ...
    @property
    def outbox_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Tally:
    """Contacts about one case since the last meeting, by how they were made."""

    heard: int = 0  # messages from the family
    wrote: int = 0  # messages a person wrote to them
    automatic: int = 0
    spoken: int = 0
    met: int = 0
    lost: int = 0  # messages that did not arrive
    unreached: int = 0  # calls nobody answered
    missed: int = 0  # visits and meetings that did not happen

    @property
    def trouble(self) -> bool:
        return bool(self.lost or self.unreached or self.missed)


def tally(entries: Iterable[Entry]) -> Tally:
    """Count entries of a log; a message that left and then did not arrive is only lost."""
    listed = list(entries)
    lost = {one.outbox_id for one in listed if one.attempt_result in LOST}
    kinds = [
        kind
        for one in listed
        if (kind := _kind(one)) and not (kind in _SENT and one.outbox_id in lost - {None})
    ]
    return Tally(**{name: kinds.count(name) for name in dict.fromkeys(kinds)})


def _kind(one: Entry) -> str:
    """Name the count an entry belongs to; empty: it is no contact."""
    if one.direction == "internal":
        return ""
    if one.attempt_result in LOST:
        return "lost"
    if one.attempt_result in NOT_REACHED or one.outcome in DID_NOT_HAPPEN:
        return _failed(one)
    if one.mode in MESSAGES:
        by_us = "automatic" if one.done_by == "system" else "wrote"
        return "heard" if one.direction == "inbound" else by_us
    return "spoken" if one.mode in SPOKEN else "met" if one.mode in MET else ""


def _failed(one: Entry) -> str:
    """A family's own missed call is no failure of ours: it stands under what is unanswered."""
    if one.direction == "inbound" and one.outcome not in DID_NOT_HAPPEN:
        return ""
    return "missed" if one.mode in MET else "unreached"
