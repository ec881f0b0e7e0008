"""Was the child seen? Only where the note plainly says so; whatever denies it wins."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.rules.logged_people import (
    IN_ONE_PLACE,
    JOINS,
    LENGTHS,
    PUPIL,
    SPOKEN_WITH,
    STOPS,
    WITH,
    Mention,
    Names,
    mentions,
    role_of,
    words_of,
)
from bot.rules.logged_words import CANCELLED

# "Not seen" and its kin, where no adult is named as the one who was not.
UNSEEN = re.compile(
    r"\b(?:not (?:been )?seen|unseen|(?:didnt|dint|dnt|couldnt|cant|never|not|unable to|"
    r"without|wasnt|failed to) (?:get to )?(?:see(?:n|ing)?|saw)|no sight|havent seen|hasnt seen|"
    r"seen\s*[:?=-]*\s*(?:no|n|not)|(?:saw|see|seen)\b[^.,;?]*\?)(?!\w)"
    r"(?! (?:mum|dad|nan|gran|carer|sw|senco|tutor|teacher))"
)
NOBODY = re.compile(
    r"\bnobody (?:in|home|there|at home)\b|\bno (?:kids|child|answer at)\b|\bempty\b"
)
STILL = r"(?:still |was |is |were |are |stayed |again |also )*"
STAYED_AWAY = re.compile(
    rf"(?:not seen [,-]? ?)?{STILL}(?:not (?:in|there|present|here|home|brought|around)|out\b|"
    r"at (?:school|work|\w+s\b)|in school|away\b|absent|missing|gone|"
    r"wasnt (?:in|there|present|here|home|brought)|didnt (?:come|attend|show|turn))"
)
HIDDEN = re.compile(
    rf"{STILL}(?:in bed|asleep|upstairs|in (?:his|her|their) (?:bed)?room|refused|refusing|"
    r"wouldnt|hiding|not (?:up|seen|coming)|didnt|wasnt seen|unseen|unwell|poorly)"
)
CAME = re.compile(
    r"(?:was |were |also |both )*(?:there|present|came|attended|joined|"
    r"(?:in|home)(?= ?(?:[.,;&+-]|and\b|$))|"
    r"seen\b(?! ?-? (?:by|on|smoking|hanging|in town|no|n|not)\b))"
)
GROUP_CAME = re.compile(r"\b(?:came|there|present|attended|both|joined)\b")
# What may stand before "saw Kai" when it was the worker who saw him.
MAY_SEE = frozenset(
    {"", ".", ",", ";", "-", "i", "we", "then", "and", "so", "&", "+", "only", "just", "also",
     "briefly", "hv", "visit", "home", "centre", "school", "but", "did"}
)  # fmt: skip
MAY_BE_WITH = frozenset(
    {"hv", "visit", "session", "lift", "centre", "walk", "park", "cafe", "coffee", "mcdonalds",
     "costa", "screen", "oneone", "meeting", "mtg", "review", "mediation", "time", "lunch", "chat",
     "met", "spoke", "talked", "sat", "went", "worked", "work", "played", "there", "then",
     "group", "intervention", "mentoring", "reading", "bowling", "gym", "car", "drove", "maccies",
     "passport", "assessment", "town", "library", "out"}
)  # fmt: skip
MEETINGS = frozenset(
    {"lift", "drove", "walked", "review", "mtg", "meeting", "visit", "hv", "session", "screen"}
)
SEEING = frozenset({"saw", "met", "seen", "visited"})
TAKING = re.compile(
    r"(?:^|[.,;&+-] |\b(?:i|we|then|and|so) )(?:picked up|picked|collected|took|dropped(?: off)?|"
    r"drove|obs|observed|worked with) $"
)
ALONE = re.compile(r"\b(?:alone|on (?:his|her|their) own|by (?:him|her)self|by themselves)\b")
NOT_ALONE = re.compile(
    r"\bnot (?:seen )?(?:alone|on (?:his|her|their) own)\b|\bnever alone\b|\bnot alone\b"
)


@dataclass(frozen=True, slots=True)
class Child:
    """What a note says of the children: "yes", "no", or "na" where it does not tell."""

    present: str = "na"
    seen: str = "na"
    alone: str = "na"
    named: tuple[str, ...] = field(default=(), repr=False)  # whom it names, in small letters
    differs: bool = False  # one was seen and another was not

    @property
    def met(self) -> bool:
        """Say whether the worker met one of them."""
        return self.seen == "yes" or self.differs


def child_in(said: str, names: Names, mode: str, outcome: str) -> Child:
    """Read whether the child was there, seen, and seen alone."""
    words = words_of(said)
    named = tuple(name for name in names.children if name in words)
    if mode not in IN_ONE_PLACE:
        return Child(named=named)
    if outcome == "was_not_brought":
        return Child("no", "no", named=named)
    met = _met(words, names)
    if outcome in CANCELLED or (met and "?" in said):  # "saw Kai?" is no seeing
        return Child(named=named)
    away, nobody = _said_of(words, names, STAYED_AWAY), NOBODY.search(said) is not None
    hidden = _said_of(words, names, HIDDEN) or UNSEEN.search(said) is not None
    if met and (away or hidden or nobody):
        return Child(named=named, differs=len(named) > 1 and met.isdisjoint(away) and not nobody)
    if away or hidden or nobody:
        return Child("no" if away or nobody else "na", "no", named=named)
    return Child("yes", "yes", _alone(words, names), named) if met else Child(named=named)


def _met(words: list[str], names: Names) -> set[str]:
    """List those the worker plainly met."""
    found = {words[each.at] for each in mentions(words, names) if _is_met(words, each, names)}
    for at, word in enumerate(words):
        if word in {"him", "them", "her"} and at and words[at - 1] in SEEING:
            found |= {word} if _may_see(words, at - 1) else set()
        if (word in names.children or word in PUPIL) and TAKING.search(" ".join(words[:at]) + " "):
            found.add(word)
        if word == "oneone" and not _said_of(words, names, STAYED_AWAY):
            found.add(word)
    return found


def _is_met(words: list[str], who: Mention, names: Names) -> bool:
    after = " ".join(words[who.at + 1 : who.at + 6])
    seen_there = after.startswith("at ") and words[who.at - 1] in {*SEEING, *WITH}
    away = HIDDEN.match(after) or (STAYED_AWAY.match(after) and not seen_there)
    if who.role != "pupil" or away:
        return False
    if who.opened_by == "start":
        joined = who.at > 1 and words[who.at - 1] in {"and", "&", "+"}
        clause = re.split(r"[.,;]", after)[0]
        return CAME.match(after) is not None or (joined and bool(GROUP_CAME.search(clause)))
    return _listed(words, who, names) and _met_by(words, who)


def _met_by(words: list[str], who: Mention) -> bool:
    """Say whether the word that brings a child in was the worker's own doing."""
    opened = max(at for at in range(who.at) if words[at] == who.opened_by)
    if who.opened_by in WITH:
        return _may_be_with(words, opened)
    if who.opened_by == "to":
        return words[opened - 1] in SPOKEN_WITH and _may_see(words, opened - 1)
    return who.opened_by in SEEING and _may_see(words, opened)


def _listed(words: list[str], who: Mention, names: Names) -> bool:
    """Say whether a child behind a comma is one more of a list: not so in "saw mum, Kai ok"."""
    if words[who.at - 1] != ",":
        return True
    after = [word for word in words[who.at + 1 : who.at + 4] if word not in {"his", "her", "the"}]
    if not after or (after[0] in STOPS and after[0] != ","):
        return True
    return after[0] in JOINS and len(after) > 1 and bool(role_of(after[1], names))


def _may_see(words: list[str], verb: int) -> bool:
    before = words[verb - 1] if verb else ""
    return before in MAY_SEE or LENGTHS.fullmatch(before) is not None


def _may_be_with(words: list[str], at: int) -> bool:
    before = words[at - 1] if at else ""
    there = before in {"home", "school"} and MEETINGS & set(words[max(0, at - 4) : at])
    fits = before in MAY_BE_WITH or before in {"", ".", ",", "-"} or bool(there)
    return fits or LENGTHS.fullmatch(before) is not None


def _said_of(words: list[str], names: Names, sign: re.Pattern[str]) -> set[str]:
    """List the children of whom something is said right behind their names."""
    return {
        word
        for at, word in enumerate(words)
        if (word in names.children or word in PUPIL)
        and sign.match(after := " ".join(words[at + 1 : at + 7]))
        and not (after.startswith("at ") and at and words[at - 1] in {*SEEING, *WITH})
    }


def _alone(words: list[str], names: Names) -> str:
    """Say whether the child was seen alone: only right behind their own name."""
    said = " ".join(words)
    if NOT_ALONE.search(said):
        return "no"
    for at, word in enumerate(words):
        if word in names.children or word in {*PUPIL, "him", "her", "them"}:
            after = " ".join(words[at + 1 : at + 6])
            if ALONE.match(after.removeprefix("seen ")):
                return "yes"
    return "na"
