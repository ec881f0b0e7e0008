"""One thing one member of staff did at the desk, and the answer that goes back there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from bot.desk.base import Answer
from bot.domain import Inbound
from bot.scene.matters import TASK, number_in
from bot.scene.notices import say_to_staff
from bot.scene.scene import Scene
from bot.scene.sight import sees_family
from bot.turns import buttons, typed
from storage.addresses import Line, Someone


@dataclass(frozen=True, slots=True)
class Desk:
    """One thing one member of staff did."""

    scene: Scene = field(repr=False)
    inbound: Inbound
    line: Line
    staff: Someone
    replied: Row[Any] | None = field(default=None, repr=False)  # the notice this answers

    @property
    def task(self) -> Row[Any] | None:
        """The task of the notice this answers: by our record of it, or by the button under it."""
        by_button = number_in(self.inbound.notice, TASK)
        task_id = self.replied.task_id if self.replied else by_button
        return buttons.task_for(self.scene, self.staff, task_id) if task_id else None

    @property
    def about(self) -> int | None:
        """Whom the notice, or the page, that is answered is about.

        Of a restricted case an old notice leads nowhere; one whose task is still theirs does.
        """
        found = self._about
        if found is None or self.task is not None:
            return found
        return found if sees_family(self.scene, self.staff, found) else None

    @property
    def _about(self) -> int | None:
        if self.inbound.about:
            return typed.person_of_ref(self.scene, self.inbound.about)
        if self.replied is not None:
            about: int | None = self.replied.about_id
            return about
        return int(self.task.person_id) if self.task and self.task.person_id else None

    @property
    def answers_notice(self) -> bool:
        if self.inbound.about:
            return True
        return self.replied.turn is None if self.replied else self.inbound.notice.startswith("t:")


def say(desk: Desk, words: str, answer: Answer | None = None) -> None:
    """Answer where the desk is: in words, with whatever stands under them."""
    if words:
        more = answer or Answer(words)
        say_to_staff(
            desk.scene,
            desk.line,
            desk.staff,
            words,
            "desk",
            choices=more.choices,
            qr=more.qr or None,
            behind=more.behind or None,
        )
