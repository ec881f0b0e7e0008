"""How a visit is put to a family: public labels, first names, its own language; nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.flows.visit_texts import ORDER
from bot.i18n import FIRST_STRONG_ISOLATE, POP_ISOLATE, Text, put
from bot.rules.calendar import wall
from bot.rules.visit_kinds import PLACE_LABELS
from bot.rules.visits import Visit
from bot.rules.weekly import unbroken
from bot.scene.family import Family, family_of
from bot.scene.scene import Scene
from storage.addresses import person_by_id
from storage.case_labels import own_label

ON, AT, NAMES = Text("{on:day}"), Text("{at:time}"), Text("{names}")
AGAIN = {1: "week", 2: "fortnight"}  # by the weeks between one and the next
LONGEST_WHO = 48  # with what they come for; longer, the names alone: one text is one part


def label_of(scene: Scene, visit: Visit, language: str = "en") -> str:
    """Name a visit as a family may read it: this child's word for it, the team's, or the usual."""
    own = own_label(scene.connection, visit.case_ids, visit.kind)
    usual = scene.practice.visits.labels.get(visit.kind)
    return own or put(Text(usual) if usual else visit.what.label, language, {})


def place_of(visit: Visit, language: str = "en") -> str:
    """Say where it is, as a family may read it."""
    where = put(PLACE_LABELS[visit.plan.place], language, {})
    return f"{where}, {visit.plan.place_words}" if visit.plan.place_words else where


def who_comes(scene: Scene, visit: Visit, language: str = "en") -> str:
    """Name who comes: several with what they come for, where that is worded and short enough.

    What for is typed in English, so nobody reads it among words of another language.
    """
    coming = [(scene.worker(one.staff).first_name, one.why) for one in visit.plan.coming]
    if len(coming) > 1 and language == "en":
        full = tuple(f"{name} ({why})" if why else name for name, why in coming)
        said = _unmarked(put(NAMES, language, {"names": full}))
        if len(said) <= LONGEST_WHO:
            return said
    return names_of(scene, visit, language)


def names_of(scene: Scene, visit: Visit, language: str) -> str:
    """Name who comes by first names, and nothing else."""
    names = tuple(scene.worker(ref).first_name for ref in visit.plan.staff)
    return _unmarked(put(NAMES, language, {"names": names}))


def day_and_time(moment: datetime, language: str) -> tuple[str, str]:
    """Write a moment in a family's language: ("Tue 1 Dec", "13:00")."""
    return put(ON, language, {"on": moment}), put(AT, language, {"at": moment})


def invited(scene: Scene, visit: Visit) -> Family | None:
    """Find the family of the adult who is invited, as far as this visit goes.

    Its words are about the children of the visit alone. None: nobody is, they have no address, or
    they have no part in these cases any more.
    """
    person = person_by_id(scene.connection, visit.person_id) if visit.person_id else None
    family = family_of(scene, person) if person else None
    if family is None or not visit.case_ids:
        return family
    own = of_visit(family, visit)
    return own if own.ties else None


def of_visit(family: Family, visit: Visit) -> Family:
    """Take a family as far as a visit goes: its words are about these children alone.

    Of whoever has no part in them any more nothing is left to name.
    """
    own = tuple(tie for tie in family.ties if tie.case_id in visit.case_ids)
    return replace(family, ties=own)


def values(
    scene: Scene, family: Family, visit: Visit, times: Sequence[datetime] = ()
) -> dict[str, str]:
    """Gather what sentences to this family about this visit need."""
    language, family = family.language, of_visit(family, visit)
    said = {
        "visit": str(visit.id),
        "version": str(visit.version),
        "where": visit.plan.place,
        **(_bare_values if family.discreet else _full_values)(scene, family, visit),
    }
    if visit.plan.starts_at is not None:
        said["starts"] = visit.plan.starts_at.isoformat()
        said["on"], said["at"] = day_and_time(visit.plan.starts_at, language)
    for key, moment in zip(ORDER, times, strict=False):
        said[key] = moment.isoformat()
        said[f"{key}_on"], said[f"{key}_at"] = day_and_time(moment, language)
    said["free"] = ", ".join(" ".join(day_and_time(moment, language)) for moment in times)
    return said


def weekly_values(family: Family, visit: Visit, later: Sequence[Visit]) -> dict[str, str]:
    """Say on which other days somebody comes at the same time; where others may read it, nothing.

    What is told of each of these holds for the version that is named here, and no longer.
    """
    begins = visit.plan.starts_at
    others = [(one, one.plan.starts_at) for one in later if one.plan.starts_at]
    if family.discreet or begins is None or not others:
        return dict.fromkeys(("also", "again", "days", "last"), "")
    times = [begins, *(at for _one, at in others)]
    days = tuple(day_and_time(at, family.language)[0] for at in times[1:])
    return {
        "also": " ".join(f"{one.id}.{one.version}" for one, _at in others),
        "again": AGAIN.get(unbroken(times) if len(days) > 1 else 0, "days"),
        "days": _unmarked(put(NAMES, family.language, {"names": days})),
        "last": days[-1],
    }


def _full_values(scene: Scene, family: Family, visit: Visit) -> dict[str, str]:
    language = family.language
    return {
        "bare": "",
        "label": label_of(scene, visit, language),
        "who": who_comes(scene, visit, language),
        "place": place_of(visit, language),
        "child": _child(family, visit),
        "joint": "yes" if len(visit.plan.coming) > 1 else "",
        "cost": cost_of(scene),
    }


def _bare_values(scene: Scene, family: Family, visit: Visit) -> dict[str, str]:
    """Leave nothing but names and times, where others may read this phone."""
    nothing = dict.fromkeys(("label", "place", "child", "joint", "cost"), "")
    return {**nothing, "bare": "yes", "who": names_of(scene, visit, family.language)}


def cost_of(scene: Scene) -> str:
    """Say what a missed visit costs, to the penny where it is not whole pounds; empty: unsaid."""
    pounds, pence = divmod(scene.practice.visits.cost_pence, 100)
    if not (pounds or pence):
        return ""
    return f"£{pounds}.{pence:02d}" if pence else f"£{pounds}"


def for_staff(visit: Visit) -> str:
    """Name a visit to staff: "visit 12 (Home visit, Tue 1 Dec 13:00)"."""
    begins = visit.plan.starts_at
    if begins is None:
        return f"visit {visit.id} ({visit.what.name}, no time yet)"
    shown = wall(begins)
    return f"visit {visit.id} ({visit.what.name}, {shown:%a} {shown.day} {shown:%b %H:%M})"


def _child(family: Family, visit: Visit) -> str:
    """Name the child it is with; empty: the adult is met."""
    if visit.what.meets != "child":
        return ""
    names = tuple(dict.fromkeys(tie.pupil_first_name for tie in family.ties))
    return _unmarked(put(NAMES, family.language, {"names": names}))


def _unmarked(words: str) -> str:
    """Take off the marks that keep a name's direction: the sentence it goes into puts its own."""
    return words.strip(FIRST_STRONG_ISOLATE + POP_ISOLATE)
