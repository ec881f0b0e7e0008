"""When cover starts: one card a family for whoever stands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.rules.handover import Pupil, card_lines, in_short, running_cover, until
from bot.rules.routing import standing_owner
from bot.scene.family import family_of
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.turns.digests import case_buttons, compose, reader_of, send
from bot.turns.summaries import initials, one_family, pupil_of
from bot.turns.visit_loose_ends import of_somebody_away
from storage import case_summary as records
from storage import digest as records_of_digests
from storage.addresses import Someone, person_by_id, person_by_ref
from storage.cases import case_ids
from storage.staff import caseload, end_cover

KIND = "handover"
RECENT = timedelta(days=14)
CARDS = 8  # that somebody reads at once; the rest is named


def hand_over(scene: Scene, away: Someone) -> None:
    """Bring the substitute a card for each family that is in touch or has something open."""
    cover = running_cover(scene.team, away.ref, scene.today)
    ref = standing_owner(scene.team, scene.practice, away.ref, scene.now).staff
    substitute = person_by_ref(scene.connection, ref)
    if cover is None or substitute is None or substitute.id == away.id:
        return
    of_somebody_away(scene, away, substitute.ref, cover.to_on)
    load = case_ids(scene.connection, caseload(scene.connection, away.id, scene.today))
    reader, since = reader_of(scene, substitute), scene.now - RECENT
    busy = records.busy(scene.connection, reader, list(load.values()), since)
    families = one_family(scene, [number for number in load.values() if number in busy])
    words = f"You stand in for {away.name} {until(cover)}. {_how_many(len(families))}"
    refs = {number: name for name, number in load.items()}
    rest = [refs[number] for _who, numbers in families[CARDS:] for number in numbers]
    more = f" /case opens the others: {', '.join(rest)}." if rest else ""
    notify(scene, ref, None, Matter(KIND, f"{words}{more}", discreet_words=f"{words}{more}"))
    for person_id, numbers in families[:CARDS]:
        _card(scene, substitute, away, person_id, numbers)


def come_back(scene: Scene, staff: Someone) -> None:
    """End somebody's cover, and tell them what happened meanwhile, case by case."""
    cover = records_of_digests.last_cover(scene.connection, staff.id, scene.today)
    running = cover is not None and cover.ended_at is None
    end_cover(scene.connection, staff.id, scene.now)
    if cover is None or not running:
        return
    composed = compose(replace(scene), staff, cover.started_at, away=True)
    if not composed.digest.empty:
        send(scene, staff, composed, name=":back")


def _how_many(count: int) -> str:
    if not count:
        return "None of their families has anything open."
    card = "One card follows" if count == 1 else f"{min(count, CARDS)} cards follow"
    return f"{card}. Replying to a card writes to that family."


def _card(
    scene: Scene, substitute: Someone, away: Someone, person_id: int, numbers: Sequence[int]
) -> None:
    pupils = [pupil_of(scene, substitute, number) for number in numbers]
    matter = Matter(
        KIND,
        "\n".join(card_lines(pupils, away.first_name, scene.now)),
        discreet_words=f"You stand in: {'; '.join(_in_short(one) for one in pupils)}.",
        choices=case_buttons(
            [(one.ref, one.name) for one in pupils], shown=scene.practice.notices_shown
        ),
    )
    family = family_of(scene, person_by_id(scene.connection, person_id))
    notify(scene, substitute.ref, family, matter, name=f":{pupils[0].ref}")


def _in_short(pupil: Pupil) -> str:
    return in_short(pupil, initials(pupil.name))
