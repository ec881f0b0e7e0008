"""What a line typed about a child tells of a referral, as far as it can be understood. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from bot.rules.logged_people import RELATIONS
from bot.rules.phones import BadNumber, e164
from bot.rules.referral import ELIGIBILITY, LONGEST, REASONS, YEARS, Filled
from bot.rules.referral_lines import initials

LONGEST_NAME = 4  # words
NO_CHILD_NAMED = "Who is the child? The name comes first: /refer Jay Moss, Y9, Cawder High: ..."
_YEAR = re.compile(r"\(?\b(?:year|yr|y)\s?(1[0-4]|[0-9])\b\)?", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w+])(?:\+44|0044|0)[\d ()-]{7,14}\d")
_HEAD = re.compile(r":\s|\n|:$")
_NAME = re.compile(r"[^\W\d_][^\W\d_'’.-]*(?:['’.-][^\W\d_]+)*\.?")
_NO_NAME = RELATIONS.keys() | frozenset(
    (
        *("a", "an", "and", "at", "been", "being", "child", "could", "for", "from", "has", "have"),
        *("he", "her", "his", "i", "in", "is", "it", "kid", "my", "needs", "new", "of", "on"),
        *("please", "pupil", "refer", "referral", "referred", "risk", "school", "she", "student"),
        *("the", "their", "they", "to", "wants", "was", "we", "who", "with", "year", "yr"),
    )
)
ADULTS = frozenset(
    {"mother", "father", "grandmother", "grandfather", "stepfather", "stepmother", "sister"}
    | {"brother", "aunt", "uncle", "foster_carer", "carer"}
)
_ELIGIBILITY = (
    ("at_risk", r"at risk of (?:a |permanent )*(?:exclusion|pex|being excluded)|may be excluded"),
    ("pex", r"permanently excluded|permanent exclusion|pexe?d?|perm(?:anently)? ex"),
    ("may_enter_ap", r"(?:may|might|could)(?: \w+){0,2} (?:ap|alternative provision|the pru)"),
    ("in_ap", r"(?:in|at) (?:an? |the )?(?:ap|alternative provision|pru)"),
)
_REASONS = (
    ("attendance", r"attend\w*|absen\w*|not coming in|wont go in|school refus\w+|ebsa|truan\w+"),
    ("behaviour", r"behavio\w*|fight\w*|suspen\w+|outbursts?|temper|aggress\w+"),
    ("wellbeing", r"anxi\w+|mental health|camhs|low mood|depress\w+|self-?harm\w*|wellbeing"),
    ("speech", r"speech|language|salt|communication"),
    ("learning", r"sen|ehcp|dyslex\w+|reading|adhd|autis\w+|learning"),
    ("safety", r"exploit\w*|county lines|(?:goes|went|gone) missing|gang\w*|weapon\w*|knife"),
    ("offending", r"youth justice|yjs|yot|police|offen[cds]\w*|arrest\w*"),
    ("home", r"parenting|routines?|boundaries|at home|housing|young carer"),
    ("transport", r"transport|taxi|bus|lifts?"),
    ("next_step", r"post-?16|college|apprentice\w*"),
)


def read_typed(words: str, today: date) -> Filled | None:
    """Read a line such as "Jay Moss, Y9, Cawder High: at risk of exclusion, mum 07700 900555".

    Only the child's name must be there. None: it does not begin with one.
    """
    head = _HEAD.split(words.strip(), maxsplit=1)[0]
    first, *rest = (part.strip() for part in _YEAR.sub(",", head).split(","))
    child = _name_at(first.split())
    if not child:
        return None
    year = _YEAR.search(words)
    relation, adult = _adult(words)
    return Filled(
        child=child,
        received_on=today,
        year=int(year[1]) if year and int(year[1]) in YEARS else None,
        school=_school(rest),
        adult=adult,
        relation=relation,
        phone=phone_in(words),
        eligibility=next(iter(_signs(words, _ELIGIBILITY)), ""),
        reasons=tuple(_signs(words, _REASONS)),
        words=words.strip()[: LONGEST["words"]],
    )


def tells(filled: Filled) -> bool:
    """Say whether more than a name was understood: "Thanks, bye" is no referral."""
    known = (filled.school, filled.eligibility, filled.phone, filled.reasons)
    return filled.year is not None or any(known)


def _name_at(words: list[str]) -> str:
    """Take the words a line begins with as long as they may be a name."""
    found = []
    for word in words[:LONGEST_NAME]:
        if not _NAME.fullmatch(word) or word.casefold() in _NO_NAME:
            break
        found.append(word)
    return " ".join(found)


def _school(parts: Iterable[str]) -> str:
    """Take what stands behind the name and begins with a capital, as schools do."""
    named = (part for part in parts if part[:1].isupper() and not _PHONE.search(part))
    return next((part for part in named if part.split()[0].casefold() not in RELATIONS), "")[
        : LONGEST["school"]
    ]


def _adult(words: str) -> tuple[str, str]:
    """Find the first adult of the family who is named by what they are: ("mother", "Kerry")."""
    said = words.split()
    for at, word in enumerate(said):
        relation = RELATIONS.get(_bare(word), "")
        if relation and relation in ADULTS:
            after = said[at + 1 : at + 3] if word[-1].isalnum() else []
            return relation.replace("_", " "), _capitals(after)
    return "", ""


def _bare(word: str) -> str:
    return re.sub(r"[’']s$", "", word.casefold().strip(".,;:()"))


def _capitals(words: list[str]) -> str:
    found = []
    for word in words:
        name = word.rstrip(".,;:")
        if not (name[:1].isupper() and _NAME.fullmatch(name)):
            break
        found.append(name)
        if name != word:
            break
    return " ".join(found)


def phone_in(words: str) -> str:
    """Find the first mobile number of a line. Empty: there is none that can be texted."""
    for found in _PHONE.finditer(words):
        try:
            return e164(found[0])
        except BadNumber:
            continue
    return ""


def _signs(words: str, table: Iterable[tuple[str, str]]) -> list[str]:
    said = re.sub(r"[’']", "", words.casefold())
    return [name for name, sign in table if re.search(rf"\b(?:{sign})\b", said)]


def echo(filled: Filled, *, shown: bool = True) -> list[str]:
    """Say back how a referral was understood; `shown`: names and numbers may stand here."""
    year = f"Year {filled.year}" if filled.year is not None else ""
    child = filled.child if shown else initials(filled.child)
    about = ", ".join(REASONS[one] for one in filled.reasons)
    family = _family(filled, shown=shown)
    lines = (
        ", ".join(part for part in (child, year, filled.school) if part),
        f"{ELIGIBILITY[filled.eligibility].capitalize()}." if filled.eligibility else "",
        f"About: {about}." if about else "",
        f"Family: {family}." if family else "No parent or carer was understood.",
    )
    return [line for line in lines if line]


def _family(filled: Filled, *, shown: bool) -> str:
    if not shown:
        return ", ".join(
            part for part in (filled.relation, "a number" * bool(filled.phone)) if part
        )
    who = f"{filled.adult} ({filled.relation})" if filled.adult else filled.relation
    return ", ".join(part for part in (who, local(filled.phone)) if part)


def local(phone: str) -> str:
    """Write a UK mobile number as it is read aloud: "07700 900555"."""
    bare = f"0{phone.removeprefix('+44')}"
    return f"{bare[:5]} {bare[5:]}" if phone.startswith("+44") else phone
