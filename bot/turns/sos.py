"""SOS of somebody of the team: colleagues are told at once, and more of them until one has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from bot.rules import lone_ladder as ladder
from bot.rules import lone_working as rule
from bot.rules.lone_working import LEFT_TO_TAKER, Outing
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from bot.turns.outings import (
    JOB,
    SOS,
    buddy,
    buttons,
    end,
    names,
    next_told,
    tell,
    wait,
    who_can_be_told,
)
from storage import outings
from storage.addresses import Someone
from storage.conversations import set_due

HEARD = "ok"  # all that may appear on the phone of somebody who sent an SOS
NOBODY = "Nobody could be told. Ring 999."  # but no “ok” that is not so
STILL_OPEN = "Not done with yet."
SUBJECT = f"{SOS}:"  # how the subject of an SOS begins, among the moments of those who are out


def raise_sos(scene: Scene, staff: Someone, words: str = "") -> str:
    """Tell the buddy and whoever is on duty at once; returns all that the sender may see."""
    known, team = _open(scene, staff.ref), who_can_be_told(scene)
    tops = ladder.at_the_top(team, scene.practice, staff.ref, scene.now)
    before = known.told if known is not None else ()
    found = (buddy(scene, staff.ref, team), *tops, *before)
    told = [ref for ref in dict.fromkeys(found) if ref]
    out = _mark(scene, staff.ref)
    who = names(scene, told)
    said = rule.sos(staff.first_name, scene.now, who, words, is_out=out is not None)
    if known is not None:
        outings.say_again(scene.connection, known.id, f"{known.words}\n{said}" if words else "")
    _tell(scene, staff.ref, out, said, told)
    return HEARD if told else NOBODY


def _mark(scene: Scene, ref: str) -> Outing | None:
    """Write it down on the outing they are on, if they are on one."""
    out = out_now(scene, ref)
    if out is not None:
        sos_at = out.sos_at or scene.now
        outings.mark_outing(scene.connection, out.id, sos_at=sos_at, rung=2)
        outings.note_step(scene.connection, out.id, ref, rule.SOS, scene.now)
        wait(scene, out)
    return out


def _tell(scene: Scene, ref: str, out: Outing | None, said: str, told: Sequence[str]) -> None:
    looks = buttons(out, rule.TOLD) if out is not None else ()
    later = scene.now + scene.practice.visits.lone.answer_within
    by = later + scene.practice.visits.lone.answer_within
    alarm = Matter(SOS, said, "L1", respond_by=by, discreet_words=said, choices=looks, loud=True)
    told = [*dict.fromkeys(told)]
    tell(scene, f"{sos_key(ref)}{scene.key}", alarm, told)
    for one in told if out is not None else ():
        outings.note_step(scene.connection, out.id if out else 0, one, rule.TOLD, scene.now)
    set_due(scene.connection, JOB, f"{SUBJECT}{ref}", later)


def go_on(scene: Scene, ref: str) -> None:
    """Tell the next, or everybody once more, while nobody has it; see when it is over."""
    task = _open(scene, ref)
    if task is None:
        set_due(scene.connection, JOB, f"{SUBJECT}{ref}", None)
        _is_over(scene, ref)
        return
    within = scene.practice.visits.lone.answer_within
    taken = task.seen_at is not None and scene.now < task.seen_at + LEFT_TO_TAKER
    if not taken:
        has_it = [task.seen_by] if task.seen_by else []
        told = [*has_it, *(next_told(scene, ref, task.told) or task.told)]
        _tell(scene, ref, _with_sos(scene, ref), f"{STILL_OPEN} {task.words}", told)
    at_first = scene.now <= task.created_at + rule.LAST_RUNG * within
    again = within if at_first else max(within, LEFT_TO_TAKER)
    set_due(scene.connection, JOB, f"{SUBJECT}{ref}", scene.now + again)


def _is_over(scene: Scene, ref: str) -> None:
    """A colleague has closed it: whoever has left is off the clock, and for others it goes on."""
    for out in outings.open_outings(scene.connection):
        if out.staff != ref or out.sos_at is None:
            continue
        if out.left_at is not None:
            end(scene, out, rule.SAFE, outings.CLOCK)
            continue
        outings.note_step(scene.connection, out.id, outings.CLOCK, rule.SAFE, scene.now)
        until = rule.stays_until(out, scene.now, rule.ASK_AGAIN)
        seen = {"arrived_at": out.arrived_at or scene.now, "safe_by": until}
        outings.mark_outing(scene.connection, out.id, sos_at=None, rung=0, **seen)
        wait(scene, out)


def sos_key(ref: str) -> str:
    """Say how the keys of every task about an SOS of somebody begin."""
    return f"{SOS}/{ref}/"


def _open(scene: Scene, ref: str) -> Row[Any] | None:
    return next(iter(outings.alarms_of(scene.connection, sos_key(ref))), None)


def _with_sos(scene: Scene, ref: str) -> Outing | None:
    theirs = outings.open_outings(scene.connection)
    return next((one for one in theirs if one.staff == ref and one.sos_at is not None), None)


def out_now(scene: Scene, ref: str) -> Outing | None:
    """Find the outing somebody is on: the last that has begun, or the next about to."""
    rules = scene.practice.visits.lone
    theirs = [
        one for one in outings.open_outings(scene.connection)
        if one.staff == ref and rule.in_window(one, rules, scene.now)
    ]  # fmt: skip
    begun = [one for one in theirs if one.starts_at <= scene.now]
    found = begun[-1] if begun else next(iter(theirs), None)
    return outings.find_outing(scene.connection, found.id) if found else None
