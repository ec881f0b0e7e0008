"""What staff read beside a family's words about visits, and who of them reads the words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.flows import visit_news
from bot.flows.base import State
from bot.rules.calendar import wall
from bot.rules.visit_replies import asks_for_visit
from bot.rules.visit_spoken import cannot_come, speaks_of
from bot.rules.visits import BOOKED, Visit
from bot.scene.family import Family
from bot.scene.scene import Scene
from bot.scene.sight import sees, who_may_know
from bot.scene.visit_coming import before_they_set_out, coming
from bot.scene.visit_reach import ABOUT_VISITS
from bot.scene.visit_words import for_staff, who_comes
from storage.addresses import person_by_ref
from storage.visits import find_visit, live_visits_of

# How each question about a visit is named to whoever reads an answer in a family's own words.
STEPS_ABOUT_VISITS = {
    "visit_offer.time": "the offer of times for a visit",
    "visit_offer.days": "“Which days and times are best?”",
    "visit_offer_beside.said": "the offer of times for a visit",
    **{f"{flow.name}.suits": "news of a visit" for flow in visit_news.ASKING},
    **{f"{flow.name}.change": "“What would be better?” of a visit" for flow in visit_news.ASKING},
    **{f"{flow.name}.lift": "“Where shall we pick you up?”" for flow in visit_news.ASKING},
    **{f"{flow.name}.said": "a message that asked nothing" for flow in visit_news.BESIDE},
    "visit_cancelled.said": "a message that asked nothing",
    "visit_offer_off.said": "a message that asked nothing",
    "visit_late.said": "a message that asked nothing",
    "visit_missed.missed": "the question after a missed visit",
}
MOST_SHOWN = 3
NOT_REMINDED = "\nThey may not make it, so no reminder of it goes: please ask them."


@dataclass(frozen=True, slots=True)
class Beside:
    """The visits a message may be about, and who reads it besides its owners."""

    ahead: tuple[Visit, ...] = ()
    meant: tuple[Visit, ...] = ()  # that are spoken of, or the one whose question it answers
    told: tuple[str, ...] = ()  # who comes to a visit that is spoken of
    by: datetime | None = None  # when an answer is of use to them
    doubted: Visit | None = None  # the one they seem not to be able to make

    def kept_from(self, scene: Scene, told: Sequence[str]) -> list[Visit]:
        """List the visits meant of which not everybody told may know."""
        return [visit for visit in self.meant if not _for_all(scene, told, visit)]

    def line(self, scene: Scene, told: Sequence[str]) -> str:
        """Say what is booked, as far as everybody told may know of it."""
        shown = [visit for visit in self.ahead if _for_all(scene, told, visit)]
        return f"{_line(scene, shown)}{NOT_REMINDED if self.doubted in shown else ''}"


def visit_hint(family: Family, words: str) -> str:
    """Say how to offer times, where somebody asks for a visit; empty: they do not."""
    if family.person is None or not asks_for_visit(words, family.language):
        return ""
    return f"\n(Asks for a visit: /book {family.person.first_name} offers times.)"


def visit_asked_about(state: State | None) -> int | None:
    """Say which visit an open question is about, by its number."""
    about = state.answers.get("visit") if state and state.flow in ABOUT_VISITS else None
    return int(about) if about else None


def question_named(scene: Scene, asked: str, number: int | None, told: Sequence[str]) -> str:
    """Name the question that was open, and its visit; empty where not all may know of that."""
    visit = find_visit(scene.connection, number) if number is not None else None
    if visit is None:
        return f"\n(while {asked} was open)"
    return f"\n(while {asked} was open: {for_staff(visit)})" if _for_all(scene, told, visit) else ""


def visits_beside(
    scene: Scene, family: Family, words: str, number: int | None, asked: str = ""
) -> Beside:
    """Find the visits that are ahead of this family, and whether words may be about one.

    `number`: the visit whose question these words answer, at the step `asked`.
    """
    if family.person is None:
        return Beside()
    ahead = [v for v in live_visits_of(scene.connection, family.person.id) if _ahead(scene, v)]
    if number is None:
        meant = [visit for visit in ahead if _spoken_of(scene, family, words, visit)]
    else:
        meant = [v for v in (find_visit(scene.connection, number),) if v is not None]
    unsure = asked == "change" or any(_cannot(scene, words, visit) for visit in meant)
    doubted = meant[0] if unsure and len(meant) == 1 and meant[0] in ahead else None
    times = (before_they_set_out(scene, visit) for visit in meant)
    return Beside(
        tuple(ahead),
        tuple(meant),
        _who(scene, family, meant),
        min((at for at in times if at is not None), default=None),
        doubted,
    )


def _for_all(scene: Scene, told: Sequence[str], visit: Visit) -> bool:
    return set(who_may_know(scene, told, visit)) == set(told)


def _ahead(scene: Scene, visit: Visit) -> bool:
    begins = visit.plan.starts_at
    far = scene.now + scene.practice.visits.ahead
    return visit.state == BOOKED and begins is not None and scene.now < begins < far


def _spoken_of(scene: Scene, family: Family, words: str, visit: Visit) -> bool:
    begins = visit.plan.starts_at
    return begins is not None and speaks_of(words, family.language, scene.today, begins)


def _cannot(scene: Scene, words: str, visit: Visit) -> bool:
    return cannot_come(words, scene.today, visit.plan.starts_at)


def _who(scene: Scene, family: Family, visits: Iterable[Visit]) -> tuple[str, ...]:
    """Name who comes to them, as far as they may read what is filed under this family."""
    refs = dict.fromkeys(ref for visit in visits for ref in coming(scene, visit))
    staff = ((ref, person_by_ref(scene.connection, ref)) for ref in refs)
    return tuple(ref for ref, one in staff if one and sees(scene, one, family.filed_under))


def _line(scene: Scene, visits: Iterable[Visit]) -> str:
    """Write what is booked: "(Booked: Thu 3 Dec 13:30 with Priya: /move, /cancelvisit.)"."""
    shown = [
        f"{wall(begins):%a} {wall(begins).day} {wall(begins):%b %H:%M} with {who_comes(scene, v)}"
        for v in visits
        if (begins := v.plan.starts_at) is not None
    ]
    return f"\n(Booked: {'; '.join(shown[:MOST_SHOWN])}: /move, /cancelvisit.)" if shown else ""
