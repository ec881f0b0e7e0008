"""Claiming: gate and intent in one transaction, with the address held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from bot.dispatch.by_text import PATIENT_FOR, by_text
from bot.dispatch.claim import Claim, outgoing
from bot.dispatch.failures import LONG, tell_delayed
from bot.dispatch.gatekeeping import not_now, request
from bot.dispatch.pacing import Buckets
from bot.dispatch.poison import set_aside
from bot.domain import Pace, Shown
from bot.rules import gate
from bot.rules.verdict import Send
from bot.scene.chats import CHATS, phone_instead, waits_elsewhere
from bot.scene.family import Family
from bot.scene.letters import reworded
from bot.scene.notices import family_behind
from bot.scene.scene import Scene, Taskforce
from bot.scene.visit_reach import as_it_stands
from storage import leases, outbox
from storage.addresses import Line, hold_line_by_id
from storage.database import away

AT_ONCE = 50  # messages of one channel in one transaction
# Of a chat: nobody can ask what became of those that were in the air when a worker died.
FEW = 3
NOT_NOW = "its provider takes nothing now"
TOLD = frozenset({"person", "safety"})
CHANNELS = ("sms", "telegram", "staff", "page", "web")


@dataclass(slots=True)
class Haul:
    """What one claim found: what may be sent, how much was looked at, when more may leave."""

    claims: list[Claim] = field(default_factory=list)
    handled: int = 0
    more_at: datetime | None = None

    def more(self, moment: datetime) -> None:
        """Keep the earliest moment at which a channel lets more leave."""
        self.more_at = moment if self.more_at is None else min(self.more_at, moment)


@dataclass(frozen=True, slots=True)
class Claiming:
    """One claim: for whom, when, and how carefully."""

    connection: Connection
    taskforce: Taskforce
    worker: str
    now: datetime
    paces: Mapping[str, Pace] = field(default_factory=dict)
    lease: timedelta = leases.LEASE
    full: frozenset[str] = frozenset()  # channels that have as many calls in flight as they take

    def most(self, channel: str) -> int:
        """Say how many messages of a channel are taken together."""
        return FEW if channel in CHATS and channel in self.paces else AT_ONCE

    def scene(self, row: Row[Any]) -> Scene:
        key = f"out:{row.ref}:{row.attempts}"
        return Scene(self.connection, self.taskforce, self.now, key)


def claim(claiming: Claiming, *, carefully: bool = False) -> Haul:
    """Take what may go now; what may not is held or dropped, with its reason.

    `carefully` is for when that failed: each message is looked at by itself, and one that cannot
    be handled is set aside and put to a person, so that the others go.
    """
    haul = Haul()
    free = [name for name in CHANNELS if name not in claiming.full]
    channels = leases.due_channels(claiming.connection, free, claiming.now)
    buckets = Buckets(claiming.connection, channels, claiming.paces, claiming.now)
    for channel in channels:
        if carefully:
            _one_by_one(claiming, channel, buckets, haul)
        else:
            _together(claiming, channel, buckets, haul)
    return haul


def _together(claiming: Claiming, channel: str, buckets: Buckets, haul: Haul) -> None:
    if (moment := buckets.wait(channel)) is not None:
        haul.more(moment)
        if moment - claiming.now > (PATIENT_FOR if channel in CHATS else LONG):
            _elsewhere(claiming, channel, moment, haul)
        return
    most = claiming.most(channel)
    for row in leases.claimable(claiming.connection, channel, claiming.now, most):
        if (moment := buckets.wait(channel)) is not None:
            haul.more(moment)
            return
        _handle(claiming, row, buckets, haul)


def _elsewhere(claiming: Claiming, channel: str, moment: datetime, haul: Haul) -> None:
    """A channel that takes nothing for long: what is due goes by text, or waits and is told."""
    for row in leases.claimable(claiming.connection, channel, claiming.now, AT_ONCE):
        scene, line = claiming.scene(row), hold_line_by_id(claiming.connection, row.address_id)
        waits = {"status": "waiting", "due_at": moment, "reason": NOT_NOW}
        instead = by_text(scene, row, line)
        outbox.mark(claiming.connection, row.id, **(instead or waits))
        if instead is None and row.kind in TOLD and moment - claiming.now > LONG:
            tell_delayed(scene, row, family_behind(scene, line))
        haul.handled += 1


def _one_by_one(claiming: Claiming, channel: str, buckets: Buckets, haul: Haul) -> None:
    connection, now = claiming.connection, claiming.now
    for outbox_id in leases.claimable_ids(connection, channel, now, claiming.most(channel)):
        if (moment := buckets.wait(channel)) is not None:
            haul.more(moment)
            return
        try:
            with connection.begin_nested():
                row = outbox.find(connection, outbox_id)
                if row is not None:
                    _handle(claiming, row, buckets, haul)
        except Exception as error:
            if away(error):
                raise
            set_aside(connection, claiming.taskforce, outbox_id, error, now)
            haul.handled += 1


def _handle(claiming: Claiming, row: Row[Any], buckets: Buckets, haul: Haul) -> None:
    """Decide about one message: sent now, later, another way, or not."""
    scene = claiming.scene(row)
    line = hold_line_by_id(claiming.connection, row.address_id)
    family = family_behind(scene, line)
    if not _goes_by_text(scene, row, family):
        verdict = gate.decide(request(scene, row, family), scene.practice, claiming.now)
        if not isinstance(verdict, Send):
            not_now(scene, row, family, verdict)
        elif (later := buckets.wait_of(line, row.text)) is not None:
            outbox.mark(claiming.connection, row.id, **_waits(scene, row, line, later))
        else:
            made = _intend(claiming, scene, row, line, family)
            haul.claims.append(replace(made, probing=buckets.take(line)))
    haul.handled += 1


def _waits(scene: Scene, row: Row[Any], line: Line, later: datetime) -> dict[str, Any]:
    """Wait for an address's next free moment; in a long silence of a chat's there are texts."""
    long = later - scene.now > PATIENT_FOR
    instead = by_text(scene, row, line) if long else None
    reason = "this number has had as many texts as the networks take in an hour" if long else ""
    return instead or {"status": "waiting", "due_at": later, "reason": reason}


def _goes_by_text(scene: Scene, row: Row[Any], family: Family) -> bool:
    """Send by text what was meant for a chat they left or blocked; claimed again from there."""
    answers_there = row.kind in {"reply", "safety"} and not family.line.dead_at
    if row.kind == "staff" or answers_there or not waits_elsewhere(family):
        return False
    phone = phone_instead(scene, family.line)
    if phone is None:
        return False
    outbox.move(scene.connection, row.id, phone.id)
    return True


def _intend(claiming: Claiming, scene: Scene, row: Row[Any], line: Line, family: Family) -> Claim:
    shown = None
    recipe = as_it_stands(scene, family, row.recipe)
    words = reworded(scene, family, recipe, row.language) if recipe else None
    if words is not None:
        shown = Shown(words.text, words.choices, words.after)
        choices = [list(choice) for choice in words.choices]
        said = {"text": words.text, "choices": choices, "after": words.after, "recipe": recipe}
        outbox.mark(scene.connection, row.id, **said)
    made = leases.intend(scene.connection, row.id, claiming.worker, claiming.now, claiming.lease)
    return Claim(row.id, made, row.kind, outgoing(row, line, shown))
