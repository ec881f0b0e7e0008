"""Whoever is out on a visit is asked whether they are safe; silence is told, rung by rung."""

from __future__ import annotations

from bot.scene.scene import Scene
from bot.turns import sos
from bot.turns.outings import JOB, go_on
from storage.conversations import Moment, set_due, take_moment
from storage.outings import outing_named

NAME = JOB


def outing(scene: Scene, moment: Moment) -> None:
    """Take the next step of one outing. It is over, or not known: nothing is due any more."""
    if not take_moment(scene.connection, moment):
        return
    if moment.subject.startswith(sos.SUBJECT):
        sos.go_on(scene, moment.subject.removeprefix(sos.SUBJECT))
        return
    visit, _colon, staff = moment.subject.partition(":")
    number, _dot, version = visit.partition(".")
    out = outing_named(scene.connection, int(number), int(version), staff)
    if out is None or out.ended_at is not None or not scene.practice.visits.lone.on:
        set_due(scene.connection, NAME, moment.subject, None)
        return
    go_on(scene, out)
