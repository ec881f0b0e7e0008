"""The plan of one family of Marlbridge, so that a check-in has something to ask after."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.scene.scene import Scene
from bot.service import Service
from storage import audit
from storage.cases import case_ids
from storage.plans import NewStep, add_step
from storage.received import recall, remember

AGREED = "demo_plan_agreed"
STEPS = (
    ("Dani meets Kai at the gate on Mondays", "team"),
    ("bag packed the evening before", "family"),
)


async def agree_plan(service: Service) -> bool:
    """Agree on the steps of Kai's plan, once. False: they were agreed before."""

    def agree(connection: Connection) -> bool:
        if recall(connection, AGREED):
            return False
        scene = Scene(connection, service.taskforce, service.now(), "plan")
        [case_id] = case_ids(connection, ["P01"]).values()
        for words, whose in STEPS:
            new = NewStep(case_id, words, whose, scene.today, None, "DO", scene.now)
            add_step(connection, new)
            audit.append(connection, scene.now, "DO", "AddStep", f"P01 {whose}")
        remember(connection, AGREED, scene.now.isoformat())
        return True

    return await service.database.write(agree)
