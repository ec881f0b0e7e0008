"""Words by which a family says, at any time, that a child will not be in. Pure; English.

It reads little and claims little: a guess is shown to a person, who can take it back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_NOT_IN = (
    r"\b(?:not|isn.?t|won.?t|can.?t|cannot|wont|cant|isnt|couldn.?t)\b[^.?!]{0,30}"
    r"\b(?:in|school|centre|coming|come|there)\b"
)
# In this order: whoever is ill and also says that the bus was late is ill.
_KINDS: tuple[tuple[str, str], ...] = (
    (
        "ill",
        (
            r"\b(?:ill|sick|poorly|unwell|not (?:very |feeling )?well|temperature|fever|flu"
            r"|vomiting|throwing up|tummy|bug|tonsil\w*|chicken ?pox|headache|migraine|asthma)\b"
        ),
    ),
    (
        "appointment",
        (
            r"\b(?:appointments?|appt|dentist|orthodontist|doctors?|doctor.s|gp|hospital|clinic"
            r"|optician.?s?)\b"
        ),
    ),
    (
        "transport",
        (
            r"\b(?:bus|taxi|minibus|train|lift)\b[^.?!]{0,30}"
            r"\b(?:late|never|didn.?t|not|cancelled|missed|broke\w*|no show)\b"
            r"|\b(?:no|missed (?:the|his|her|their)|without a) (?:bus|taxi|minibus|train|lift)\b"
        ),
    ),
    (
        "uniform",
        (
            r"\b(?:no|not got|hasn.?t got|lost|ripped|torn|wet|dirty)\b[^.?!]{0,20}"
            r"\b(?:uniform|shoes|trainers|trousers|shirt|blazer|coat|kit)\b"
        ),
    ),
    (
        "worried",
        (
            r"\b(?:refus\w+|scared|too anxious|anxious about|worried about|doesn.?t want)\b"
            r"[^.?!]{0,30}\b(?:school|go|going|in|centre|class)\b"
        ),
    ),
    ("other", _NOT_IN),
)
_READ = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
# Somebody else's illness, one that is over, and a question say nothing of today.
_NOT_ABOUT_THEM = re.compile(
    r"\b(?:i am|i'm|im|i've|i have|i feel|my mum is|his dad is|her dad is|was|were|better now|"
    r"no longer|sick of|sick and tired|last week|yesterday)\b"
)
_TOMORROW = re.compile(r"\btomorrow\b")
_ANOTHER_DAY = re.compile(
    r"\b(?:next week|next month|monday|tuesday|wednesday|thursday|friday|mon|tue|tues|wed|thu|thurs"
    r"|fri)\b"
)


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood: which reason, and whether for tomorrow rather than today."""

    kind: str
    tomorrow: bool = False


def read(words: str) -> Understood | None:
    """Read why a child is not in, today or tomorrow. None: it says nothing of the sort."""
    said = " ".join(words.replace("\u2019", "'").casefold().split())
    if said.endswith("?") or _NOT_ABOUT_THEM.search(said) or _ANOTHER_DAY.search(said):
        return None
    kind = next((kind for kind, pattern in _READ if pattern.search(said)), None)
    return Understood(kind, bool(_TOMORROW.search(said))) if kind else None


def child_meant(words: str, children: Iterable[tuple[str, str]]) -> str | None:
    """Find the one child meant, out of (case, first name): the only one, or the only one named."""
    children = list(children)
    named = [
        case
        for case, name in children
        if re.search(rf"\b{re.escape(name.casefold())}\b", words.casefold())
    ]
    meant = named or [case for case, _name in children]
    return meant[0] if len(set(meant)) == 1 else None
