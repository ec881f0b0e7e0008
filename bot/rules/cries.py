"""What somebody of the team types when they are in danger, or out where no button is. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from bot.rules.lone_working import (
    ARRIVED,
    LATE,
    LEFT,
    MORE,
    MORE_15,
    MORE_30,
    NOT_GOING,
    SOS,
    Outing,
    asks_left_at,
)
from bot.rules.visit_rules import LoneWorking

UNSURE = "unsure"
EMOJI = "\N{SQUARED SOS}"
_UNSEEN = {"Cf", "Mn"}  # joiners, marks of direction, and the selectors that follow an emoji
# All in one, or something between every two letters: “So S. is late” is about a child.
_BETWEEN = r"[\W_]{1,3}"
_SPACED = rf"s(?!['’]){_BETWEEN}[o0](?!['’]){_BETWEEN}s"
_SOS = rf"(?:{EMOJI}|(?:s+[o0]+s+|{_SPACED})(?![^\W\d_]))(?:@\w+)?"
_LEADS = re.compile(rf"[\W_]*?{_SOS}(?:[\W_]*?{_SOS})*", re.IGNORECASE)
_ENDS = re.compile(rf"(?<![^\W_]){_SOS}[\W_]*$", re.IGNORECASE)
_AROUND = re.compile(r"^[\W_]+|\s+$")
# What whoever is out answers by text, as the whole message: nothing here is guessed.
_ANSWERS: Mapping[str, str] = MappingProxyType(
    {
        form: answer
        for answer, forms in {
            ARRIVED: "arrived, ive arrived, i have arrived, here, im here, i am here, im in",
            LATE: "late, running late, im late, im running late, i am late, i am running late",
            NOT_GOING: "not going, im not going, i am not going",
            LEFT: "left, safe, left safe, safe and left, left and safe, ive left, i have left, "
            "im safe, i am safe, im out, out, all ok left",
            MORE_15: "15, 15 more, 15 min, 15 mins, 15 minutes, 15 minutes more, 15 more minutes",
            MORE_30: "30, 30 more, 30 min, 30 mins, 30 minutes, 30 minutes more, 30 more minutes",
            SOS: "help, help me, not safe, im not safe, i am not safe, unsafe, danger, in danger, "
            "im in danger, i am in danger, 999, call 999, call police, call the police",
        }.items()
        for form in forms.split(", ")
    }
)


def is_cry(words: str) -> bool:
    """Say whether what somebody of the team typed is SOS, and so nothing meant for a family.

    A false alarm costs a phone call: whatever begins or ends with SOS is one; but “/help sos” asks.
    """
    seen = _seen(words)
    if _LEADS.match(seen):
        return True
    return not seen.lstrip().startswith("/") and bool(EMOJI in seen or _ENDS.search(seen))


def as_command(words: str) -> str:
    """Write an SOS as the command it is, with whatever else they could still type."""
    seen = _seen(words)
    leads = _LEADS.match(seen)
    rest = _AROUND.sub("", _ENDS.sub("", seen[leads.end() if leads else 0 :]).replace(EMOJI, " "))
    return f"/sos {rest}" if rest else "/sos"


def answer_in(words: str) -> str:
    """Read what whoever is out answers in words; empty: it is no such answer."""
    letters = re.sub(r"['’]", "", _seen(words).casefold())
    return "" if "?" in letters else _ANSWERS.get(" ".join(re.findall(r"\w+", letters)), "")


def answer_of(out: Outing, rules: LoneWorking, words: str, now: datetime) -> str:
    """Read what somebody answers about the outing they are on; UNSURE: it is asked back.

    Whoever has not arrived may have left for the visit, or be so many minutes away.
    """
    answer = answer_in(words)
    if out.arrived_at is not None or now >= asks_left_at(out, rules):
        return answer
    if answer in MORE:
        return LATE
    sure = "safe" in words.casefold() and now >= out.starts_at
    return UNSURE if answer == LEFT and not sure else answer


def _seen(words: str) -> str:
    """Fold wide and circled letters into plain ones, and drop what no eye sees."""
    folded = unicodedata.normalize("NFKC", words)
    return "".join(one for one in folded if unicodedata.category(one) not in _UNSEEN)
