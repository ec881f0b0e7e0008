"""/label: what one child's family reads of a kind of visit, where the usual words frighten."""

from __future__ import annotations

from bot.desk.about import About, about
from bot.desk.base import Answer, Asked, Command
from bot.desk.case import NOT_YOURS
from bot.desk.on_labels import SetLabel
from bot.desk.reads import Page
from bot.flows.whose import children_in
from bot.i18n import put
from bot.rules.visit_kinds import KINDS, Kind
from bot.rules.visit_labels import Names, Wish, fault_in, read_wish, surnames_of

NOT_THEIRS = "What a family reads is for the team that works with it to say."
HOW = (
    "Type /label, a child, a kind of visit and what the family is to read: /label Kai therapy = "
    "time with Tom. /label Kai lists them, /label Kai therapy off ends one."
)
WHICH = "Which kind of visit is that? Write it as for /book: therapy, mentoring, EP visit, reading."


def label(asked: Asked) -> Answer:
    """Set what a family reads, end it, or list what is set."""
    meant = about(asked, asked.rest)
    if meant is None:
        return Answer(HOW)
    if len(meant.cases) != 1:
        return Answer(f"Which child? Type /label and {' or '.join(meant.cases)}.")
    if not meant.rest.strip():
        return _listed(asked, meant.cases[0])
    if not asked.on_case.may("reply", meant.cases[0]):
        return Answer(NOT_THEIRS)
    return _wished(asked, meant, read_wish(meant.rest))


def _wished(asked: Asked, meant: About, wish: Wish) -> Answer:
    kind = KINDS.get(wish.kind)
    if kind is None:
        return Answer(f"{WHICH} {HOW}")
    if kind.meets == "nobody":
        return Answer(f"{kind.name}: no family is invited to it, so none reads of it.")
    return _settled(asked, meant, kind, wish)


def _settled(asked: Asked, meant: About, kind: Kind, wish: Wish) -> Answer:
    [case] = meant.cases
    now = asked.on_case.labels.kept(case).get(kind.key, "")
    usual, named = _usual(asked, kind), f"{case}, {kind.name}"
    if wish.ends:
        if not now:
            return Answer(f"{named}: the family reads the usual words: “{usual}”.")
        says = f"{named}: the family reads the usual words again: “{usual}”."
        return Answer(says, (SetLabel(case, kind.key, ""),))
    if not wish.words or wish.words == now:
        return Answer(f"{named}: the family reads “{now or usual}”. {HOW}")
    if fault := fault_in(wish.words, _names(asked, meant)):
        return Answer(f"{fault} Nothing has changed.")
    says = (
        f"{named}: from now on the family reads “{wish.words}” in place of “{now or usual}”."
        f"{_as_typed(asked, case)} /label {case} {kind.key} off ends it."
    )
    return Answer(says, (SetLabel(case, kind.key, wish.words),))


def _as_typed(asked: Asked, case: str) -> str:
    """Warn where somebody of the family reads another language: nobody translates these words."""
    others = " and ".join(asked.on_case.labels.languages(case))
    if not others:
        return ""
    return f" This family reads {others}: your words go as you typed them, so type them in that."


def _usual(asked: Asked, kind: Kind) -> str:
    return asked.practice.visits.labels.get(kind.key) or put(kind.label, "en", {})


def _names(asked: Asked, meant: About) -> Names:
    """Gather the names that may not stand in it; who is of this family may by first name."""
    team = [worker.name for worker in asked.team.workers.values()]
    people = [*asked.on_case.labels.people(meant.cases[0]), *team]
    own = {name.split()[0] for name in people}
    others = {name for _ref, shown in asked.families for name, _case in children_in(shown)}
    return Names(surnames_of(people), frozenset(others - own))


def _listed(asked: Asked, case: str) -> Answer:
    if not asked.on_case.may("read", case):
        return Answer(NOT_YOURS)
    kept = asked.on_case.labels.kept(case)
    if not kept:
        return Answer(f"{case}: the family reads the usual words for every visit. {HOW}")
    lines = [f"{KINDS[kind].name}: “{words}”" for kind, words in kept.items() if kind in KINDS]
    words = "\n".join((f"What the family of {case} reads:", *lines))
    return asked.reading(Page(words, f"{case}: {len(lines)} with words of their own.", read=case))


LABEL = Command(
    "label", "/label NAME [KIND = WORDS|off]", "what this family reads of a kind of visit", label
)
