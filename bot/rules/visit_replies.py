"""What a family's free words say to an offer or a reminder of a visit. Pure.

A time is taken, or a visit confirmed, only where every single word is understood. Everything
else that is acted on reaches a person as well, with the words themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from bot.rules import visit_reply_signs as signs
from bot.rules.calendar import wall
from bot.rules.visit_reply_times import Pointed, folded, pointed_at, weekdays_in

What = Literal["take", "confirm", "other_time", "not_needed", "late", "lift", "person"]

_LONGEST: Final = 20  # words; whoever writes more has more to say than one thing
_WORD = re.compile(r"\w+|[^\w\s.,!;:()\"&-]")
_ASKS_BACK = re.compile(
    r"^(?:can|could|would|will|is|are|do|does) (?:you|u|we|it|that|i do)\b|\?|؟"
    r"|\bis (?:it|that|this)$"
    r"|\b(?:all|any|both|either)(?: of)?(?: the| them)? \d"  # of several: none is chosen
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a reply comes to. When in doubt, a person reads it."""

    what: What
    number: int | None = None  # which of the offered times, counted from nought


PERSON: Final = Reply("person")


def read_reply(
    words: str,
    today: date,
    offered: Sequence[datetime] = (),
    starts_at: datetime | None = None,
) -> Reply:
    """Read free words: to an offer of times, or to a reminder of the visit that starts then."""
    said = folded(words)
    if not said or len(said.split()) > _LONGEST or signs.ASKED_OF_US.search(said):
        return PERSON
    chosen = _chosen(said, today, offered) if offered else _confirmed(said, today, starts_at)
    if chosen is not None:
        return chosen
    is_today = starts_at is not None and wall(starts_at).date() == today
    return Reply(_wish(_bare(said), offered, is_today=is_today))


def asks_for_visit(words: str, language: str = "en") -> bool:
    """Say whether a family asks, out of the blue, for somebody to come."""
    said = _bare(folded(words))
    if len(said.split()) > _LONGEST or signs.NEVER_ASKS.search(said):
        return False
    return any(signs.ASKS[each].search(said) for each in {"en", language} & signs.ASKS.keys())


def asks_for_visit_alone(words: str, language: str = "en") -> bool:
    """Say whether a family asks for somebody to come, and says nothing else that matters."""
    if not asks_for_visit(words, language):
        return False
    said = _bare(folded(words))
    asked = (signs.ASKS[each] for each in {"en", language} & signs.ASKS.keys())
    found = [sign.sub(" ", said, count=1) for sign in asked if sign.search(said)]
    return any(set(rest.split()) <= signs.BESIDE_A_REQUEST for rest in found)


def _chosen(said: str, today: date, offered: Sequence[datetime]) -> Reply | None:
    """Find the one offered time that everything in a reply fits."""
    rest, pointed = _understood(said, offered, today)
    if rest is None:
        return None
    if len(offered) == 1 and rest & signs.YES and not _points(pointed):
        return Reply("take", 0)
    if len(pointed.fits) != 1:
        return None
    number = next(iter(pointed.fits))
    return Reply("take", number) if number < len(offered) else Reply("other_time")


def _confirmed(said: str, today: date, starts_at: datetime | None) -> Reply | None:
    """Take a yes to a visit; a day or an hour that is not the visit's own is no yes."""
    if said in {"1", "1.", "one"}:
        return Reply("confirm")
    if said in {"2", "2."}:
        return Reply("other_time")
    rest, pointed = _understood(said, [starts_at] if starts_at else [], today)
    if rest is None:
        return None
    see_you = signs.SEE_YOU.search(said)
    agreed = bool(rest & signs.YES or (see_you and (see_you["then"] or pointed.is_day)))
    if pointed.is_number and not re.match(r"(?:.*\s)?(?:1|one)\b(?!\s*\d)", said):
        return None
    if not _points(pointed):
        return Reply("confirm") if agreed else None
    sure = pointed.fits == {0} and (agreed or pointed.is_number)
    return Reply("confirm") if sure else None


def _points(pointed: Pointed) -> bool:
    return pointed.is_number or pointed.is_day or pointed.is_hour or pointed.is_part


def _understood(
    said: str, moments: Sequence[datetime], today: date
) -> tuple[frozenset[str] | None, Pointed]:
    """Give the words besides numbers and times, if there is none that says something else."""
    for together, means in signs.TOGETHER:
        said = together.sub(means, said)
    greeted = signs.SEE_YOU.sub(" ", signs.GREETING.sub(" thanks ", said))
    pointed = pointed_at(greeted, moments, today)
    rest = frozenset(_WORD.findall(pointed.rest))
    if _ASKS_BACK.search(said) or rest - signs.YES - signs.NOTHING:
        return None, pointed
    return rest, pointed


def _wish(said: str, offered: Sequence[datetime], *, is_today: bool) -> What:
    """Read a wish that a person sees in any case; two wishes at once are theirs to read."""
    lift = signs.LIFT.search(said) is not None
    late = is_today and signs.LATE.search(said) is not None
    other = _wants_another(signs.FOR_WANT_OF_IT.sub(" ", said) if lift else said, offered)
    needless = signs.NOT_NEEDED.search(said) is not None and not weekdays_in(said)
    if other and not (lift or re.search(r"\blate\b", said)):
        return "other_time"
    wishes: dict[What, bool] = {"lift": lift, "late": late, "not_needed": needless}
    found = [what for what, there in wishes.items() if there]
    return found[0] if len(found) == 1 and not other else "person"


def _wants_another(said: str, offered: Sequence[datetime]) -> bool:
    """Say whether another time is wished for, and not one of those that were offered."""
    if offered:
        said = signs.DAYS_NOT.sub(" ", said)
        days = {wall(moment).weekday() for moment in offered}
        if weekdays_in(said) & days:
            return False
    return signs.ANOTHER_TIME.search(said) is not None


def _bare(said: str) -> str:
    return " ".join(re.sub(r"[^\w\s:]", " ", said).split())
