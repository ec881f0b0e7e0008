"""/out and /sos: who is out on a visit, and a cry for help of the team's own."""

from __future__ import annotations

from bot.desk.base import Answer, Asked, Command, RaiseSos


def out(asked: Asked) -> Answer:
    """List who is out now; under one's own outing stand its buttons."""
    return asked.reading(asked.out())


def sos(asked: Asked) -> Answer:
    """Tell the buddy and whoever is on duty at once. Nothing here says so: a screen may be seen."""
    return Answer("ok", (RaiseSos(asked.rest),))


OUT = Command("out", "/out", "who is out on a visit now (not your employer's own system)", out)
SOS = Command("sos", "/sos", "you are in danger: a colleague and the manager are told", sos)
