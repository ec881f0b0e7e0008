"""Words by which a family says, at any time, that a child will not be in. Pure; English.

It reads little and claims little: a guess is shown to a person, who can take it back. That a
child is not in is no reason for it, so words that say only that are passed on and no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

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
)
_READ = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
# Somebody else's illness, one that is over, and what is not about today say nothing of the child.
_NOT_ABOUT_THEM = re.compile(
    r"\b(?:i am|i'm|im|i've|i have|i feel|was|were|better now|no longer|sick of|sick and tired"
    r"|last week|yesterday"
    r"|nana?|nanny|gran|granny|grandma|grandad|mum|mam|mom|dad|step(?:mum|dad)|brothers?|sisters?"
    r"|auntie?|uncle|cousin|partner)\b"
    r"|\b(?:not|never|no|isn.?t|hasn.?t|aren.?t) (?:really |that |been |so |feeling )?"
    r"(?:ill|sick|poorly|unwell|temperature|fever|appointments?)\b"
    r"|\bback in\b|(?:\bis|\bhe.?s|\bshe.?s|\bthey.?re) in (?:today|now|school|class)\b"
)
# A child who set off and is nowhere is no reason: it frightens, and is a person's alone.
_NOWHERE = re.compile(
    r"\b(?:left|set off|dropped) (?:him |her |them )?(?:for|at|off|home|early)\b|\bset off\b"
    r"|\b(?:not|n.?t|never|isn.?t|hasn.?t) (?:yet )?(?:got |get |been |turned up |arrived )?there\b"
    r"|\b(?:he|she|they)(?:'?s| has| have)? (?:never|not|hasn.?t|didn.?t|still) (?:arrive|turn)"
    r"|\bwhere (?:he|she|they)\b|\b(?:find|found|seen) (?:him|her|them)\b|\bmissing\b"
    r"|\b(?:not|never|n.?t) (?:come|came|been|got) (?:back )?home\b"
    r"|\bnot in (?:his|her|their) (?:bed|room)|\b(?:ran|run) (?:off|away)\b"
)
_TOMORROW = re.compile(r"\btomorrow\b")
_ANOTHER_DAY = re.compile(
    r"\b(?:next week|next month|monday|tuesday|wednesday|thursday|friday|mon|tue|tues|wed|thu|thurs"
    r"|fri)\b"
)
_SAYS_NOTHING = (_NOT_ABOUT_THEM, _NOWHERE, _ANOTHER_DAY)


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood: which reason, and whether for tomorrow rather than today."""

    kind: str
    tomorrow: bool = False


def read(words: str) -> Understood | None:
    """Read why a child is not in, today or tomorrow. None: it says nothing of the sort."""
    said = " ".join(words.replace("\u2019", "'").casefold().split())
    if said.endswith("?") or any(pattern.search(said) for pattern in _SAYS_NOTHING):
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
