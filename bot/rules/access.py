"""Who of the staff may see and do what on the page, and how long being let in lasts. Pure.

Cases are held by the team: core staff read every open one, and reading is audited. Restricted
entries, closed cases and other people's access are for fewer; a restricted case does not exist
for whoever has no part in it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal, TypeAlias

from bot.rules.gate import OPEN_STATUSES
from bot.rules.practice import Practice

SESSION_LASTS = timedelta(hours=12)
CONFIRMED_FOR = timedelta(minutes=30)
RECENT = timedelta(days=30)  # what is older is history
CODES_WITHIN = timedelta(hours=1)
CODES = 3  # for one person within that time
WRONG_WITHIN = timedelta(days=1)
WRONG = 15  # wrong codes within that time: from then on only an invitation lets them in
HOME = "taskforce"  # the employer of the core team, as the import files name it

Role: TypeAlias = Literal[
    "key_worker", "specialist", "manager", "safeguarding_lead", "ap_staff", "admin"
]
# What a case is to somebody; "restricted": it is not there for them at all.
Standing: TypeAlias = Literal["own", "supported", "team", "closed", "restricted"]
Action: TypeAlias = Literal[
    "waiting",  # what is addressed to oneself
    "families",  # the names of the families
    "desk",  # commands
    "staff",  # invite and cut off colleagues
    "people",  # take people on record
    "registers",  # bring what a school's register says; staff of a school: of theirs
    "referrals",  # read and enter them
    "triage",  # say what becomes of one, and allocate
    "meeting",  # the pack of the weekly meeting, and what is decided in it
    "read",
    "history",
    "copy",  # take a thread away as text
    "reply",
    "pause",
    "passport",
    "number",  # correct a family's number
    "rules",  # when and whether somebody may be contacted
    "status",  # how a case stands
    "style",  # who of the team writes to a family
    "restrict",  # who may see a case
    "attendance",  # a placement's dates, agreed sessions, and what holds messages about it
    "presence",  # who is in, by first name
    "report",  # the attendance of the whole team
]

OPEN: frozenset[Standing] = frozenset(("own", "supported", "team"))
ALL: frozenset[Standing] = OPEN | {"closed"}  # nobody may do anything on a restricted one
OWN: frozenset[Standing] = frozenset(("own",))
ALLOCATED: frozenset[Standing] = OWN | {"supported"}
ON_A_CASE: frozenset[Action] = frozenset(
    (
        *("read", "history", "copy", "reply", "pause", "passport", "number"),
        *("rules", "status", "style", "restrict", "attendance"),
    )
)
CONFIRMED: frozenset[Action] = frozenset(("history", "copy"))  # with a code typed a moment ago

Rights: TypeAlias = Mapping[Action, frozenset[Standing]]


def _rights(*given: tuple[frozenset[Standing], tuple[Action, ...]]) -> Rights:
    return MappingProxyType({action: cases for cases, actions in given for action in actions})


_CORE = _rights(
    (ALL, ("waiting", "families", "desk", "referrals", "meeting")),
    (OPEN, ("read", "history", "copy", "reply", "pause", "passport")),
    (OWN, ("rules", "status", "style")),
    (ALLOCATED, ("attendance",)),
    (ALL, ("presence",)),
)
RIGHTS: Mapping[Role, Rights] = MappingProxyType(
    {
        "key_worker": _CORE,
        "specialist": _CORE,
        "manager": _rights(
            (ALL, ("waiting", "families", "desk", "staff", "people", "registers")),
            (ALL, ("referrals", "triage", "meeting", "report")),
            (ALL, ("read", "history", "copy", "reply", "passport", "number")),
            (ALL, ("rules", "status", "style", "restrict", "attendance", "presence")),
            (OPEN, ("pause",)),
        ),
        "safeguarding_lead": _rights(
            (ALL, ("waiting", "families", "desk", "read", "history", "copy")),
            (ALL, ("referrals", "meeting", "restrict")),
            (OPEN, ("reply", "pause", "rules", "attendance")),
            (ALL, ("presence",)),
        ),
        "ap_staff": _rights((ALL, ("waiting", "presence", "registers"))),
        "admin": _rights((ALL, ("waiting", "families", "staff", "people", "number", "registers"))),
    }
)
IN_CHARGE: frozenset[Role] = frozenset(("manager", "safeguarding_lead"))


def may(role: Role, action: Action, standing: Standing = "team") -> bool:
    """Say whether somebody in this role may do this, to a case that is this to them."""
    return standing in RIGHTS[role].get(action, frozenset())


def role_of(ref: str, title: str, employer: str, practice: Practice, *, keeps: bool) -> Role:
    """Work out somebody's role; `keeps`: they are the key worker of somebody.

    Who is named in the settings, or allocated as a key worker, is so whoever employs them: a
    taskforce is people of many services. Everybody else from elsewhere sees only what is addressed
    to them.
    """
    if ref == practice.manager:
        return "manager"
    if ref == practice.safeguarding_lead:
        return "safeguarding_lead"
    if keeps:
        return "key_worker"
    if employer.strip().casefold() != HOME:
        return "ap_staff"
    if "admin" in title.casefold():
        return "admin"
    return "specialist"


def standing(status: str, *, owns: bool, supports: bool, hidden: bool = False) -> Standing:
    """Say what a case is to somebody; `hidden`: it is restricted, and they are not let in."""
    if hidden:
        return "restricted"
    if status not in OPEN_STATUSES:
        return "closed"
    if owns:
        return "own"
    return "supported" if supports else "team"


@dataclass(frozen=True, slots=True)
class Kept:
    """What says who may read one entry of a log."""

    author: str  # a person's id
    sensitivity: str
    hidden_from: Collection[str] = ()  # staff its words are about, until it is released


def readable(entry: Kept, ref: str, role: Role) -> bool:
    """Say whether somebody who reads a case may read this entry of it.

    Words about a member of staff never reach them, whatever their role, and meanwhile only those
    in charge. Clinical notes are for their author and those in charge.
    """
    if ref in entry.hidden_from:
        return False
    restricted = bool(entry.hidden_from) or entry.sensitivity.startswith("restricted")
    return not restricted or role in IN_CHARGE or ref == entry.author


def is_confirmed(confirmed_at: datetime, now: datetime) -> bool:
    """Say whether a code was typed a moment ago; one from the future proves nothing."""
    return timedelta(0) <= now - confirmed_at <= CONFIRMED_FOR
