"""How a visit that is over stands in the contact log, and what missed visits come to. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.rules.logged_words import PURPOSES
from bot.rules.visit_kinds import MEETING, REVIEW, Kind
from bot.rules.visits import MISSED, EndVisit, Outcome, Visit

TOOK_PLACE = frozenset({"done", "partly"})
NO_CONTACT = frozenset({"cancelled_by_family", "cancelled_by_us", "rearranged"})
RESULTS: Mapping[str, str] = {
    **dict.fromkeys(TOOK_PLACE, "reached"),
    "was_not_brought": "no_answer",
    "declined": "refused_contact",
}
AFAR: Mapping[str, str] = {"phone": "telephone", "video": "video"}  # by place: how it was held
PATTERN, WITHIN = 3, timedelta(weeks=6)  # so many missed visits in so long want a look
WORDS: Mapping[Outcome, str] = {
    "done": "took place",
    "partly": "took place in part",
    "was_not_brought": "did not come about",
    "declined": "was declined",
    "cancelled_by_family": "was called off by the family",
    "cancelled_by_us": "was called off by us",
    "rearranged": "was put off to another time",
}
_LENGTH = re.compile(r"(?:(?P<h>\d{1,2}) ?h(?:ours?|rs?|r)? ?)?(?:(?P<m>\d{1,3}) ?m(?:in\w*)?)?")
# How words begin or end that are said to somebody, and not about a visit.
_TO_SOMEBODY = re.compile(
    r"^\W*(?:hi|hiya|hello|hey|dear|morning|evening|good (?:morning|afternoon|evening))\b"
    r"|\?\W*$",
    re.IGNORECASE,
)


def may_be_a_message(words: str) -> bool:
    """Say whether words for the log may be meant for a family: they greet, or they ask."""
    return _TO_SOMEBODY.search(words) is not None


def minutes_typed(words: str) -> int:
    """Read a length ("50 min", "1h 10m") in minutes; nought: it is none."""
    found = _LENGTH.fullmatch(words.strip())
    return 60 * int(found["h"] or 0) + int(found["m"] or 0) if found else 0


def mode(visit: Visit) -> str:
    """Name how a visit is held, as the contact log does."""
    held = "meeting" if visit.what.label in {MEETING, REVIEW} else "face_to_face"
    return AFAR.get(visit.plan.place, held)


def place(visit: Visit) -> str:
    """Name where it is, as the contact log does: a call is nowhere."""
    return "none" if visit.plan.place in AFAR else visit.plan.place


def direction(outcome: Outcome) -> str:
    """A visit that was called off is no contact with anybody."""
    return "internal" if outcome in NO_CONTACT else "outbound"


def purpose(kind: Kind, ended: EndVisit) -> str:
    """Say in one word what it was for."""
    if ended.outcome not in TOOK_PLACE:
        return "appointment"
    return PURPOSES.get(ended.activity or kind.logged_as, "support")


def child_seen(kind: Kind, outcome: Outcome) -> str:
    """Say what is known of the child: where it is met, it was there or it was not."""
    if kind.meets != "child" or outcome in NO_CONTACT:
        return "na"
    return "yes" if outcome in TOOK_PLACE else "no"


def words(visit: Visit, ended: EndVisit) -> str:
    """Write the entry of the log: what it was, what came of it, and what the worker adds."""
    why = f": {MISSED[ended.missed]}" if ended.missed in MISSED else ""
    said = f" {ended.words}" if ended.words else ""
    return f"{visit.what.name} {WORDS[ended.outcome]}{why}.{said}"


def is_pattern(missed: Iterable[datetime], now: datetime) -> bool:
    """Say whether this was the third missed visit in six weeks, and no other was before it."""
    return sum(now - WITHIN <= at <= now for at in missed) == PATTERN


def by_reason(missed: Iterable[tuple[int, str]]) -> list[tuple[str, int]]:
    """Count missed visits by reason in words, most first; each visit once, whosever it was."""
    counted = Counter(dict(missed).values())
    named = [(MISSED.get(reason, MISSED["not_known"]), count) for reason, count in counted.items()]
    return sorted(named, key=lambda one: (-one[1], one[0]))
