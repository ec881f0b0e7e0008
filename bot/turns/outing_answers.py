"""What whoever is out answers, what whoever looks for them says, and SOS."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from bot.desk.base import Answer
from bot.rules import lone_ladder as ladder
from bot.rules import lone_working as rule
from bot.rules.cries import UNSURE, answer_of
from bot.rules.lone_working import (
    ARRIVED,
    LATE,
    LEFT,
    MORE,
    NOT_GOING,
    SAFE,
    WHERE,
    Outing,
)
from bot.scene.matters import OUTING, Matter, number_in
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.turns.buttons import NOT_KNOWN
from bot.turns.outing_places import place_of
from bot.turns.outings import (
    NEWS,
    alarm_key,
    buddy,
    buttons,
    end,
    wait,
)
from bot.turns.sos import out_now, raise_sos, sos_key
from storage import audit, outings, tasks
from storage.addresses import Line, Someone

OVER = "That outing is over: nothing more is asked or shown."
NOT_YOURS = "That is for whoever is out, or for whoever was told."
HAVE_YOU_LEFT = (
    "Nothing is noted yet. At the visit: reply ARRIVED. Over, and safe: LEFT SAFE, once it has "
    "begun at {at}. Not going to it: NOT GOING."
)
SAYS: Mapping[str, str] = MappingProxyType(
    {ARRIVED: "has arrived", LATE: "runs late", NOT_GOING: "is not going", LEFT: "has left, safe"}
)
OWN = frozenset({*SAYS, *MORE, rule.SOS})


def press(scene: Scene, line: Line, staff: Someone, key: str) -> Answer:
    """Do what a button `o:<outing>:<action>` says; returns what the desk answers there."""
    number, action = number_in(key, OUTING), key.rpartition(":")[2]
    out = outings.find_outing(scene.connection, number) if number is not None else None
    if out is None or action not in {*OWN, WHERE, SAFE}:
        return Answer(NOT_KNOWN)
    if not _may(scene, staff, out, action):
        return Answer(NOT_YOURS)
    answer = _pressed(scene, line, staff, out, action)
    audit.append(scene.connection, scene.now, staff.ref, f"outing {action}", f"outing {out.id}")
    return answer


def _may(scene: Scene, staff: Someone, out: Outing, action: str) -> bool:
    """Say whether somebody may do this: answers are one's own, the rest is for who looks for them.

    Where somebody is may be read by them, their buddy, whoever is on duty, and whoever was told.
    """
    if action in OWN:
        return staff.ref == out.staff
    top = ladder.duty_of(scene.team, scene.practice, out.staff)
    looks = {*out.told, top, buddy(scene, out.staff, scene.team)}
    return staff.ref in looks or (action == WHERE and staff.ref == out.staff)


def typed(scene: Scene, staff: Someone, words: str) -> Answer | None:
    """Take what whoever is out types where no button can be pressed; None: it is no answer."""
    out = out_now(scene, staff.ref)
    action = answer_of(out, scene.practice.visits.lone, words, scene.now) if out else ""
    if out is None or not action:
        return None
    if action == UNSURE:
        return Answer(HAVE_YOU_LEFT.format(at=rule.clock(out.starts_at)))
    audit.append(scene.connection, scene.now, staff.ref, f"outing {action}", f"outing {out.id}")
    if action == rule.SOS:
        return Answer(raise_sos(scene, staff, words))
    return Answer(_answered(scene, out, action).says)


def _pressed(scene: Scene, line: Line, staff: Someone, out: Outing, action: str) -> Answer:
    if action == rule.SOS:
        return Answer(raise_sos(scene, staff))
    if action == WHERE:
        return Answer(place_of(scene, line, staff, out))
    if out.ended_at is not None:
        return Answer(OVER)
    if action == SAFE:
        return Answer(_heard(scene, staff, out))
    return _answered(scene, out, action)


def _answered(scene: Scene, out: Outing, action: str) -> Answer:
    """Take the answer of whoever is out, and tell those who were told that they were silent."""
    rules = scene.practice.visits.lone
    marks: dict[str, Any] = {"rung": 0} if out.sos_at is None else {}
    marks["safe_by"] = rule.safe_by_after(out, rules, scene.now, action)
    if action == ARRIVED or action in MORE:
        marks["arrived_at"] = out.arrived_at or scene.now
        _left_before(scene, out)
    elif action == LEFT:
        marks["left_at"] = scene.now
        _left_before(scene, out)
    outings.mark_outing(scene.connection, out.id, **marks)
    now = outings.find_outing(scene.connection, out.id) or out
    said = SAYS.get(action) or f"stays until {rule.clock(now.safe_by)}"
    _stand_down(scene, out, said)
    if action in {LEFT, NOT_GOING} and out.sos_at is None:
        end(scene, out, action, out.staff)
    else:
        outings.note_step(scene.connection, out.id, out.staff, action, scene.now)
        wait(scene, out)
    return _thanks(scene, now, action)


def _left_before(scene: Scene, out: Outing) -> None:
    """Whoever is at the next door has left the one before, and need not say so as well."""
    before = [
        one for one in outings.open_outings(scene.connection)
        if one.staff == out.staff and one.starts_at < out.starts_at <= scene.now
        and one.sos_at is None
    ]  # fmt: skip
    for one in before:
        outings.mark_outing(scene.connection, one.id, left_at=scene.now, rung=0)
        _stand_down(scene, one, SAYS[LEFT])
        end(scene, one, LEFT, one.staff)


def _thanks(scene: Scene, out: Outing, action: str) -> Answer:
    if action == LEFT:
        return Answer("Good. You are off the clock.")
    if action == NOT_GOING:
        return Answer(
            "You are off the clock. The visit itself still stands: /cancelvisit calls it off."
        )
    leaves = rule.asks_left_at(out, scene.practice.visits.lone)
    if action == LATE:
        again = rule.clock(scene.now + rule.ASK_AGAIN)
        more = buttons(out, rule.ASK_ARRIVED)
        return Answer(
            f"Noted. At {again} you are asked again. /late tells the family.", choices=more
        )
    asked = f"At {rule.clock(leaves)} you are asked whether you have left."
    return Answer(f"Noted. {asked}", choices=buttons(out, rule.ASK_LEFT))


def _stand_down(scene: Scene, out: Outing, said: str) -> None:
    """Tell whoever was told; the task is done with, but for an SOS."""
    if not out.told:
        return
    words = rule.stand_down(out, scene.worker(out.staff).first_name, said)
    _news(scene, out.told, words)
    if out.sos_at is None:
        _close(scene, alarm_key(out), out.staff, "answered")


def _heard(scene: Scene, staff: Someone, out: Outing) -> str:
    """A colleague has heard them: the clock stops, after an SOS too."""
    name, by = scene.worker(out.staff).first_name, scene.worker(staff.ref).first_name
    others = [ref for ref in out.told if ref != staff.ref]
    _news(scene, others, f"{by} has spoken to {name}: safe. Nothing more to do.")
    if out.sos_at is None:
        _news(scene, [out.staff], f"{by} has said that you are safe. You are off the clock.")
    _close(scene, alarm_key(out), staff.ref, "safe")
    _close(scene, sos_key(out.staff), staff.ref, "safe")
    end(scene, out, SAFE, staff.ref)
    return f"Thank you. {name} is off the clock."


def _news(scene: Scene, told: tuple[str, ...] | list[str], words: str) -> None:
    for ref in told:
        matter = Matter(NEWS, words, discreet_words=words, loud=True)
        notify(scene, ref, None, matter, name=f":{ref}")


def _close(scene: Scene, key: str, by: str, outcome: str) -> None:
    for task in outings.alarms_of(scene.connection, key):
        tasks.close(scene.connection, task.id, by, outcome, scene.now)
