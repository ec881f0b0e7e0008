"""/good: approved good news about a child, in two taps."""

from __future__ import annotations

from bot.desk.about import About, about
from bot.desk.base import Answer, Asked, Command
from bot.flows.whose import children_in

HOW = "Type /good and a name: /good Leanne, or /good Kai."
NO_LINES = (
    "There are no lines of good news yet. They stand in taskforce.toml, under [good_news]: lines, "
    "with {child} for the name, and who approved them. /write sends words of your own."
)


def good(asked: Asked) -> Answer:
    """Offer the approved lines about one child; of several, ask which."""
    if not asked.practice.good_lines:
        return Answer(NO_LINES)
    meant = about(asked, asked.rest)
    if meant is None or meant.rest.strip():
        return Answer(HOW)
    children, shown = (
        _children(meant, meant.label),
        _children(meant, asked.shown(meant.ref, meant.label)),
    )
    given = {"to": meant.ref, "lines": "\n".join(asked.practice.good_lines)}
    if len(children) == 1:
        return Answer("", begins=("good_news", {**given, "child": children[0], "shown": shown[0]}))
    several = {"children": "\n".join(children), "shown": "\n".join(shown)}
    return Answer("", begins=("good_child", {**given, **several}))


def _children(meant: About, label: str) -> list[str]:
    """Name the children who are meant, in words or in initials as the label does."""
    inside = label if "(" in label else f"({label})"
    return [name for name, ref in children_in(f" {inside}") if ref in meant.cases]


GOOD = Command("good", "/good NAME", "approved good news, in two taps", good)
