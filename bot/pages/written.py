"""A thread as plain text, to be pasted into the system at home."""

from __future__ import annotations

from bot.pages.families import Household
from bot.pages.thread import Said, Thread
from bot.pages.visitor import Visitor
from bot.rules.calendar import wall


def written_out(visitor: Visitor, home: Household, thread: Thread) -> str:
    """Write a thread down, oldest first, with who took it and when."""
    children = ", ".join(
        f"{name} ({ref})" for name, ref in zip(home.children, home.refs, strict=True)
    )
    taken = f"Taken {wall(visitor.scene.now):%d %b %Y %H:%M} by {visitor.staff.name}."
    lines = [children, taken, ""]
    return "\n".join([*lines, *(_line(one) for one in thread.entries)]) + "\n"


def _line(one: Said) -> str:
    side = {"in": "from the family", "out": "to the family"}.get(one.side, "internal")
    mark = f" [{one.mark}]" if one.mark else ""
    return f"{wall(one.at):%d %b %Y %H:%M} {one.who} ({one.how}, {side}){mark}\n{one.words}\n"
