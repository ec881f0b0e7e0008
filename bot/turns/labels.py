"""What a family reads of its child's appointments, as a member of staff settles it."""

from __future__ import annotations

from bot.desk.on_labels import OnLabels, SetLabel
from bot.scene.scene import Scene
from bot.turns.summaries import language
from storage.addresses import Someone
from storage.case_labels import labels_of, languages_of, set_label
from storage.cases import case_ids
from storage.holding import hold_cases
from storage.restricted import people_on


def settle_label(scene: Scene, by: Someone, change: SetLabel) -> None:
    """Keep the words, or end them; texts that are worded from now on have them."""
    case_id = case_ids(scene.connection, [change.case])[change.case]
    hold_cases(scene.connection, [case_id])
    set_label(scene.connection, case_id, change.kind, change.words, by.ref, scene.now)


def on_labels(scene: Scene) -> OnLabels:
    """Say what the desk may ask about the words of a case."""

    def number(case: str) -> int:
        return case_ids(scene.connection, [case])[case]

    def languages(case: str) -> tuple[str, ...]:
        codes = languages_of(scene.connection, number(case))
        return tuple(shown for code in codes if (shown := language(code)))

    return OnLabels(
        kept=lambda case: labels_of(scene.connection, number(case)),
        people=lambda case: tuple(people_on(scene.connection, [number(case)])),
        languages=languages,
    )
