"""Who was there, as notes say it: relations and colleagues, never names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

RELATIONS: Mapping[str, str] = MappingProxyType({
    word: relation
    for relation, words in {
        "mother": "mum mam mom mother mummy",
        "father": "dad father daddy",
        "parents": "parents",
        "grandmother": "nan nana nanna gran granny grandma grandmother",
        "grandfather": "grandad granddad grandpa grandfather",
        "stepfather": "stepdad stepfather",
        "stepmother": "stepmum stepmother",
        "sister": "sister sis",
        "brother": "brother bro",
        "aunt": "aunt aunty auntie",
        "uncle": "uncle",
        "foster_carer": "fostercarer fc",
        "carer": "carer",
        "school": "school senco tutor teacher hoy dsl headteacher",
        "social_worker": "sw",
        "camhs": "camhs",
        "youth_justice": "yjs yot yos",
        "police": "police pc",
        "health": "gp nurse doctor",
    }.items()
    for word in words.split()
})  # fmt: skip
IN_ONE_PLACE = frozenset({"face_to_face", "meeting"})
PUPIL = frozenset({"child", "pupil", "yp", "kids", "boys", "girls", "lad"})
ARTICLES = frozenset({"the", "his", "her", "their", "both", "only", "just", "my", "a"})
JOINS = frozenset({"and", "&", "+", "/", "then", ",", "plus", "also"})
STOPS = frozenset({".", ";", "-", ","})
VERBS = frozenset(
    {"rang", "rung", "ring", "called", "call", "phoned", "tried", "saw", "met", "emailed", "texted",
     "visited", "seen", "messaged", "telephoned"}
)  # fmt: skip
WITH = frozenset({"with", "w", "w/", "wth"})
TO_AFTER = frozenset(
    {"spoke", "spke", "spoken", "talked", "talk", "talking", "chat", "chatted", "posted", "sent",
     "letter", "email", "call", "speaking", "text", "calls"}
)  # fmt: skip
FROM_AFTER = frozenset({"text", "message", "msg", "email", "call", "letter", "voicemail", "vm"})
NOT_TOGETHER = frozenset(
    {"up", "struggling", "arguing", "argued", "issues", "problems", "cope", "coping", "trouble",
     "angry", "unhappy", "contact", "live", "living", "lives", "staying", "help", "row", "links"}
)  # fmt: skip
FOR_AFTER = frozenset({"voicemail", "msg", "message", "vm", "card", "note", "letter"})
TO_US = frozenset({"me", "us", "in", "back", "to", "upset", "asking", "saying"})
RANG = frozenset({"rang", "called", "phoned", "facetimed"})
HERE = frozenset(
    {"there", "present", "came", "attended", "ok", "in", "home", "chaired", "joined", "answered",
     "cancelled", "wouldnt", "let", "said", "says", "happy", "upset", "invited", "and", "&", "+",
     "phone", "no", "mobile", "number", "was", "good", "well", "fine", "attending", "popped",
     "arrived", "visited"}
)  # fmt: skip
LENGTHS = re.compile(r"\d[\d.:]*(?:m|mins?|h|hrs?|pm|am)?|mins?|minutes?|hrs?|hours?|h|m")
VISITS = frozenset({"hv", "visit", "vist"})
SPOKEN_WITH = frozenset(
    {"spoke", "spke", "spoken", "talked", "chat", "chatted", "call", "speaking"}
)
ABSENT = re.compile(
    r"(?:still |was |is |were |are )*(?:not (?:in|there|present|here|home|around|available|seen)"
    r"|out\b|at work|asleep|in bed|away|absent|didnt (?:come|attend|show|want)|didnt answer"
    r"|wasnt (?:there|in|present|home)|couldnt (?:come|make)|unable|didnt)"
)


@dataclass(frozen=True, slots=True)
class Names:
    """Whom the names in a note may mean; all in small letters."""

    children: tuple[str, ...] = field(default=(), repr=False)
    carers: tuple[str, ...] = field(default=(), repr=False)
    colleagues: Mapping[str, str] = field(default_factory=dict, repr=False)  # first name: staff id


@dataclass(frozen=True, slots=True)
class Present:
    """Who took part, and whether it was they who rang."""

    staff: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    rang_us: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """One person somewhere in a note, and how they come into it."""

    role: str = field(repr=False)  # a relation, "pupil" or a colleague's staff id
    at: int
    opened_by: str  # the word that makes them part of it; "start": they begin a clause


def words_of(said: str) -> list[str]:
    """Part a note into words and the signs that part its clauses."""
    return re.findall(r"\d+[.:]\d+\w*|[a-z\d]+(?:/[a-z])?|[.,;&+/-]", said)


def role_of(word: str, names: Names) -> str:
    """Say who a word means. Empty: nobody; a pupil's name is a pupil before all else."""
    if word in names.children or word in PUPIL:
        return "pupil"
    if word in names.carers:
        return "carer"
    return names.colleagues.get(word, "") or RELATIONS.get(word, "")


def mentions(words: list[str], names: Names) -> Iterator[Mention]:
    """Walk through a note: whoever stands behind "rang", "saw", "with", or begins a clause."""
    opener = "start"
    for at, word in enumerate(words):
        role = role_of(word, names) or _of_a_phone(words, at)
        if role == "pupil" and words[at + 1 : at + 2] and words[at + 1] in RELATIONS:
            continue  # "Kai sister", as thumbs write "Kai's sister"
        if role and opener:
            yield Mention(role, at, opener)
        elif word in STOPS and not (opener and word == ","):
            opener = "start"
        elif _keeps_open(word, names):
            continue
        elif LENGTHS.fullmatch(word) or word in VISITS:
            opener = "start"
        else:
            opener = _opens(words, at)


def _of_a_phone(words: list[str], at: int) -> str:
    """Read "mums phone": whose phone it is was rung."""
    of = at + 1 < len(words) and words[at + 1] in {"phone", "no", "mobile", "number"}
    return RELATIONS.get(words[at].removesuffix("s"), "") if of else ""


def _keeps_open(word: str, names: Names) -> bool:
    whose = word.endswith("s") and word[:-1] in names.children
    return word in ARTICLES or word in JOINS or whose


def _opens(words: list[str], at: int) -> str:
    word, before = words[at], words[at - 1] if at else ""
    if word in VERBS or word == "oneone" or (word in WITH and before not in NOT_TOGETHER):
        return word
    if word == "from" and before in FROM_AFTER:
        return word
    if (word == "to" and before in TO_AFTER) or (word == "for" and before in FOR_AFTER):
        return word
    return ""


def present_in(said: str, names: Names, mode: str) -> Present:
    """Read who took part besides the worker."""
    words = words_of(said)
    found = [each for each in mentions(words, names) if _took_part(words, each, names, mode)]
    own = dict.fromkeys(each.role for each in found)
    staff = tuple(role for role in own if role in names.colleagues.values())
    relations = tuple(role for role in own if role not in staff)
    rang_us = mode == "telephone" and any(_rang_us(words, each, names) for each in found)
    return Present(staff, relations, rang_us)


def _took_part(words: list[str], who: Mention, names: Names, mode: str) -> bool:
    after = " ".join(words[who.at + 1 : who.at + 6])
    if ABSENT.match(after):
        return False
    if who.opened_by in WITH and who.role == "pupil" and mode not in IN_ONE_PLACE:
        opened = max(at for at in range(who.at) if words[at] == who.opened_by)
        return words[opened - 1] in SPOKEN_WITH if opened else False
    if who.opened_by != "start":
        return True
    follows = words[who.at + 1] if who.at + 1 < len(words) else "."
    listed = follows in HERE or follows in STOPS or bool(role_of(follows, names))
    if mode in {"telephone", "voicemail"}:
        phone = follows in {"phone", "no", "mobile", "number"}
        return phone or _rang(words, who, names)
    return listed and not (who.role == "school" and follows in {"visit", "gate"})


def _rang(words: list[str], who: Mention, names: Names) -> bool:
    """Say whether they rang: "mum rang me", and not "mum rang school"."""
    follows = words[who.at + 1 : who.at + 3]
    rang = bool(follows) and follows[0] in RANG and who.opened_by == "start"
    return rang and not (len(follows) > 1 and role_of(follows[1], names))


def _rang_us(words: list[str], who: Mention, names: Names) -> bool:
    """Say whether they rang the worker: "Leanne rang 10 min" tells who was rung, no more."""
    to_us = words[who.at + 2 : who.at + 3]
    by_name = who.role in {"carer", "pupil"}
    return _rang(words, who, names) and (not by_name or (bool(to_us) and to_us[0] in TO_US))
