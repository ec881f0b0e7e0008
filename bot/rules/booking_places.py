"""What kind of visit a line asks for, and where it is to be. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from bot.rules.booking_line import Line
from bot.rules.visit_kinds import KINDS

_GENERAL = frozenset({"visit", "family_call"})  # any other kind named says it better
_VISIT = "(?:v+is+i?t+|visut|vsit|visist|vistit|viist)"  # as thumbs write it
_SIGNS = tuple(
    (key, re.compile(rf"(?<![\w'])(?:{kind.signs.replace('visit', _VISIT)})(?![\w'])"))
    for key, kind in KINDS.items()
)
_COMES_ALONG = re.compile(r"\b(?:with|wth|w)\s+(?:the\s+)?$|w/\s*(?:the\s+)?$")
_OR = re.compile(r"(?:^\s*/|\bor)\s*(?:(?:an?|just|maybe|poss\w*|even)\s+)*$")
_FROM_AFAR = (
    ("phone", re.compile(r"\b(?:by|over the|on the|via) (?:phone|tele?phone)\b|\bphone only\b")),
    ("video", re.compile(r"\b(?:(?:on|by|via|over) )?(?:ms )?(?:teams|zoom|google meet|video"
                         r"|facetime)\b|\bonline\b")),
)  # fmt: skip
_STREET = re.compile(
    r"(?:\bat\s+|@\s*)?\b\d{1,3}[a-z]?\s+(?!am\b|pm\b|(?:at|with|for|on|in)\b)(?:[a-z]+\s+){1,2}"
    r"(?:lane|street|road|rd|ave|avenue|close|terrace|grove|crescent)\b"
)
_BRANDS = {
    "costa": "Costa", "greggs": "Greggs", "starbucks": "Starbucks", "nandos": "Nando's",
    "nando's": "Nando's", "mcdonalds": "McDonald's", "mcdonald's": "McDonald's",
    "maccies": "McDonald's", "mc donalds": "McDonald's", "kfc": "KFC", "subway": "Subway",
}  # fmt: skip
_AT = re.compile(
    r"(?:\bat\b|@|\bin(?= (?:the |a )?(?:car|town|park|library|cafe|school|gym)\b))"
    r"\s*(?P<where>[a-z][a-z' ]*?)"
    r"(?=\s+(?:with|w|and|for|on|re|from|then|this|next)\b|\s*(?:[^a-z' ]|$))"
)
_AT_THEIRS = re.compile(  # "at Kai's school", of which the name has been read
    r"(?:\bat\b|@)\s*·[·\s]*(?P<where>(?:school|house|home|college|academy|nursery)\b)"
)
_CAFE_ALONE = re.compile(rf"\b(?P<where>cafe(?: [a-z]+)?|{'|'.join(_BRANDS)})\b")
_END = r"(?:the )?(?:home|school|centre|work|town)"
_PICK_UP = re.compile(rf"\bfrom {_END}(?: to {_END})?\b")
_WHERE = (
    ("home", re.compile(r"(?:the |their |her |his )?(?:own )?(?:home|house)|theirs|hers")),
    ("community_other", re.compile(r"(?!.*\b(?:academy|school|college|primary)\b)"
                                   r".*\b(?:park|gym|library|town|bowling|youth club|pool|shops?"
                                   r"|leisure centre|community centre)\b.*")),
    ("learning_centre", re.compile(r"(?:the |our )?(?:learning )?(?:centre|center|base|pru|office)"
                                   r"|millrace(?: centre)?")),
    ("mainstream_school", re.compile(r".*\b(?:school|academy|high|primary|college)\b.*")),
    ("community_cafe", re.compile(rf".*\b(?:cafe|coffee|caff|{'|'.join(_BRANDS)})\b.*")),
    ("community_car_lift", re.compile(r"(?:the |my )?car")),
    ("other_agency", re.compile(r".*\b(?:family hub|police|court|camhs|clinic|hospital|council"
                                r"|town hall|job ?centre|housing|surgery|gp)\b.*")),
    ("phone", re.compile(r"phone")),
)  # fmt: skip
_SAYS_NO_MORE = frozenset(
    {"home", "learning_centre", "other_agency", "community_car_lift", "phone"}
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visit is to be."""

    place: str = ""
    words: str = field(default="", repr=False)  # what a family reads of it
    ask: tuple[str, ...] = ()


def kind_in(line: Line) -> tuple[str, tuple[str, ...], Line]:
    """Find the kind of visit a line asks for: (key, questions, the rest)."""
    found: list[tuple[int, int, str]] = []
    for key, sign in _SIGNS:
        found.extend(
            (hit.start(), -hit.end(), key)
            for hit in sign.finditer(line.said)
            if not _COMES_ALONG.search(line.said[: hit.start()])  # "with the SaLT" is a person
        )
    return _one_kind(line, _apart(found))


def at_front(line: Line) -> bool:
    """Say whether a line begins with a kind of visit."""
    return any(sign.match(line.said) for _key, sign in _SIGNS)


def _apart(found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Keep the longest of the kinds that are read from the same words."""
    kept: list[tuple[int, int, str]] = []
    for start, end, key in sorted(found, key=lambda one: (one[1] + one[0], one[0])):
        if all(-end <= first or start >= -last for first, last, _key in kept):
            kept.append((start, end, key))
    return sorted(kept)


def _one_kind(line: Line, found: list[tuple[int, int, str]]) -> tuple[str, tuple[str, ...], Line]:
    if not found:
        return "", (), line
    plain = [one for one in found if one[2] not in _GENERAL] or found
    if _is_either(line, found):
        plain = found
    keys = list(dict.fromkeys(key for _start, _end, key in plain))
    for start, end, key in found:
        if key in keys or start == found[0][0]:  # "hv ..., call first" keeps its "call"
            line = line.without(start, -end)
    if len(keys) == 1:
        return keys[0], (), line
    return "", (f"Is it {' or '.join(KINDS[key].name for key in keys)}? Write one of them.",), line


def _is_either(line: Line, found: list[tuple[int, int, str]]) -> bool:
    """Say whether two kinds are named to choose from: "hv/call", "home visit or call"."""
    between = (line.said[-one[1] : other[0]] for one, other in pairwise(found))
    return any(_OR.search(words) for words in between)


def afar_in(line: Line) -> tuple[Place, Line]:
    """Read whether it is by phone or video; and a street, which may never stand in a text."""
    street, line = line.take(_STREET)
    if street:
        return Place(ask=("Leave the street out, it would stand in a text: write at home.",)), line
    for place, sign in _FROM_AFAR:
        hit, rest = line.take(sign)
        if hit:
            return Place(place), rest
    return Place(), line


def place_in(line: Line, kind: str) -> tuple[Place, Line]:
    """Read where it is to be."""
    if kind == "lift":
        return _pick_up(line)
    hit, rest = line.take(_AT)
    if hit is None:
        hit, rest = line.take(_AT_THEIRS)
    if hit is None:
        hit, rest = line.take(_CAFE_ALONE)
    if hit is None:
        return Place(), line
    start, end = hit.span("where")
    typed = line.typed[start:end].strip()
    place = _placed(hit["where"].strip(), typed, kind)
    # Whose office it is reveals an agency: a family reads no such words, the note keeps them.
    return place, line if place.place == "other_agency" else rest


def _pick_up(line: Line) -> tuple[Place, Line]:
    hit, rest = line.take(_PICK_UP)
    if hit is None:
        return Place(), line
    return Place("", line.typed[slice(*hit.span())]), rest


def _placed(where: str, typed: str, kind: str) -> Place:
    place = next((key for key, sign in _WHERE if sign.fullmatch(where)), "")
    if not place:
        return Place(ask=(f"Where is “{typed}”? Write home, school, centre, phone or a café.",))
    if kind == "family_call" and place != "phone":
        return Place(ask=(f"A call, or a visit at {typed}? Write one of them.",))
    if kind == "home_visit" and place != "home":
        return Place(ask=(f"A home visit, or a visit at {typed}? Write one of them.",))
    if place in _SAYS_NO_MORE or where in {"school", "the school", "his school", "her school"}:
        return Place(place)
    brand = next((brand for brand in _BRANDS if re.match(rf"{brand}\b", where)), "")
    return Place(place, _BRANDS.get(brand, "") + typed[len(brand) :])
