"""What a form of the meeting page says was decided, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from bot.desk.base import Decide
from bot.handlers.staff_forms import once
from bot.rules.pack import DECIDED_BY, KINDS

LONGEST = 1000  # letters of a decision
EMPTY = "Nothing was written down: say in words what was decided."
NO_KIND = "Nothing was written down: choose what kind of decision it is."
NO_DAY = "Nothing was written down: that is no day to come."
TOO_LONG = f"Nothing was written down: a decision has at most {LONGEST} letters."


def decision_in(form: Mapping[str, str], today: date, team: Collection[str]) -> Decide | str:
    """Read a decision out of its form, or say what is wrong with it."""
    words, kind, due = form.get("words", "").strip(), form.get("kind", ""), form.get("due", "")
    due_on, owner, whose = read_day(due), form.get("owner", ""), form.get("whose", "")
    faults = (
        (kind not in KINDS, NO_KIND),
        (not words or not once(form), EMPTY),
        (len(words) > LONGEST, TOO_LONG),
        (bool(due) and (due_on is None or due_on < today), NO_DAY),
    )
    for wrong, fault in faults:
        if wrong:
            return fault
    return Decide(
        case=form.get("case", ""),
        kind=kind,
        words=words,
        due_on=due_on,
        owner=owner if owner in team else None,
        decided_by=whose if whose in DECIDED_BY else "",
    )


def read_day(text: str) -> date | None:
    """Read a day as a browser writes it; None: it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
