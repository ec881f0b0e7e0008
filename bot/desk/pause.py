"""/pause and /resume: hold automatic messages, of one family or of everybody."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.desk.base import Answer, Asked, Command, Pause, PauseAll
from bot.desk.names import day_named, families_named, one_family
from bot.flows.reading import folded
from bot.rules.calendar import moment_at

FOR_GOOD = timedelta(days=3650)


def pause(asked: Asked) -> Answer:
    """Hold automatic messages to a family, until a day or until /resume."""
    if folded(asked.rest) == "all":
        return Answer("All automatic messages are held until /resume all.", (PauseAll(True),))
    name, _until, day_words = asked.rest.partition(" until ")
    day = day_named(day_words, asked.today) if day_words else None
    if day_words and (day is None or day <= asked.today):
        return Answer(f"“{day_words}” is not a day to come. Try /pause Leanne until 4 Dec.")
    until = moment_at(day, time.min) if day else None
    return _one(asked, name, until or asked.now + FOR_GOOD)


def resume(asked: Asked) -> Answer:
    """Let automatic messages go again."""
    if folded(asked.rest) == "all":
        return Answer("Automatic messages go again.", (PauseAll(False),))
    return _one(asked, asked.rest, None)


def _one(asked: Asked, name: str, until: datetime | None) -> Answer:
    found = families_named(asked.families, name)
    if not one_family(found):
        return Answer(_which(asked, name, found))
    ref, label = found[0]
    held = "are held" if until else "go again"
    shown = asked.shown(ref, label)
    return Answer(f"Automatic messages to {shown} {held}.", (Pause(ref, until),))


def _which(asked: Asked, name: str, found: list[tuple[str, str]]) -> str:
    if not name.strip():
        return "Which family? Type a name or a case number, such as /pause P01."
    if not found:
        return f"No family is called “{name}”. Type a carer, a child or a case number."
    several = " or ".join(asked.shown(*one) for one in found)
    return f"“{name}” may be {several}. Type the number."


PAUSE = Command("pause", "/pause NAME [until DAY] | all", "hold automatic messages", pause)
RESUME = Command("resume", "/resume NAME | all", "let them go again", resume)
