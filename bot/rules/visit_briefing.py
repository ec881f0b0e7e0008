"""What everybody who comes to a visit reads the afternoon before. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules.digest_lines import came_line
from bot.rules.handover import Pupil, reaching, speaking

LAST = 3  # contacts, in one line each


def briefing_lines(
    line: str, coming: Sequence[tuple[str, str]], note: str, pupils: Sequence[Pupil]
) -> list[str]:
    """Write the briefing: who comes and why, how the family is reached, what was said last.

    `coming`: (first name, what for). `note`: of whoever asked for the visit.
    """
    who = ", ".join(f"{name} ({why})" if why else name for name, why in coming)
    said = sorted({item for one in pupils for item in one.said}, key=lambda item: item.at)
    return [
        f"Before the visit: {line}",
        f"Who comes: {who}.",
        *([f"Note: {note}"] if note else []),
        *reaching(pupils),
        *speaking(pupils),
        *(["", "Last contacts"] if said else []),
        *(f"- {came_line(item)}" for item in said[-LAST:]),
    ]
