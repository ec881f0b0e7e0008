"""/promise and /promises: what was promised to a family, by when, and how it ended."""

from __future__ import annotations

from datetime import date

from bot.desk.about import about
from bot.desk.base import Answer, Asked, Command, MakePromise, Promised
from bot.desk.names import day_named
from bot.desk.reads import Page
from bot.flows.reading import folded

AT_MOST_LISTED = 10  # each has two buttons under the list
HOW = "Type /promise, a name, what you promised, and the day: /promise Leanne ring school by Fri."
NO_DAY = "By when? Add the day at the end, such as “by Fri” or “by 11 Dec”. Nothing is kept yet."


def promise(asked: Asked) -> Answer:
    """Keep a promise with the day as it was read; a button takes it back."""
    meant = about(asked, asked.rest)
    if meant is None or not meant.rest:
        return Answer(HOW)
    words, due_on = by_day(meant.rest, asked.today)
    if due_on is None or not words:
        return Answer(NO_DAY)
    if due_on < asked.today:
        return Answer(f"{day_shown(due_on, asked.today)} is past. Nothing is kept yet.")
    case = meant.cases[0] if meant.cases else ""
    if not case:
        return Answer("This person belongs to no case, so nothing is kept.")
    if caution := asked.caution(case):
        return Answer(caution)
    says = f"Promised for {asked.shown(meant.ref, meant.label)}, on {case}: {words}, by"
    promised = MakePromise(case, words, due_on)
    return Answer(f"{says} {day_shown(due_on, asked.today)}.", (promised,))


def by_day(words: str, today: date) -> tuple[str, date | None]:
    """Part "ring school by Fri" into what and by when."""
    what, _by, day = words.rpartition(" by ")
    if folded(day) == "today":
        return what.strip(), today
    found = day_named(day, today) if what else None
    return (what.strip(), found) if found else (words, None)


def day_shown(day: date, today: date) -> str:
    """Write a day for staff, with the year where it is another one: "Fri 4 Dec"."""
    year = f" {day.year}" if day.year != today.year else ""
    return f"{day:%a} {day.day} {day:%b}{year}"


def promises(asked: Asked) -> Answer:
    """List one's own open promises and those of whom one stands in for, soonest first."""
    open_ones = asked.promised()
    if not open_ones:
        return Answer("Nothing promised is open.")
    listed = open_ones[:AT_MOST_LISTED]
    lines = [_line(asked, number, one) for number, one in enumerate(listed, 1)]
    if len(open_ones) > AT_MOST_LISTED:
        lines.append(f"And {len(open_ones) - AT_MOST_LISTED} more, later.")
    late = sum(one.due_on < asked.today for one in open_ones)
    how_many = f"{len(open_ones)} promised and open" + (f", {late} late" if late else "")
    buttons = [button for number, one in enumerate(listed, 1) for button in _ends(number, one)]
    return asked.reading(Page("\n".join(lines), f"{how_many}.", tuple(buttons)))


def _line(asked: Asked, number: int, one: Promised) -> str:
    when = day_shown(one.due_on, asked.today)
    late = "LATE, " if one.due_on < asked.today else ""
    worker = asked.team.workers.get(one.whose)
    whose = "" if one.whose == asked.staff.ref or worker is None else f" ({worker.first_name}'s)"
    return f"{number}. {late}{when}: {one.words}. {one.pupil.split()[0]} {one.case}{whose}"


def _ends(number: int, one: Promised) -> tuple[tuple[str, str], ...]:
    return (f"p:{one.id}:kept", f"{number} Kept"), (f"p:{one.id}:dropped", f"{number} Not any more")


PROMISE = Command("promise", "/promise NAME WORDS by DAY", "remember what you promised", promise)
PROMISES = Command("promises", "/promises", "what you promised and have not ended", promises)
