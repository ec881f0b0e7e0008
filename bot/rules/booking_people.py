"""Whose visit a line asks for, and which colleagues come along: by the names it holds. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz.distance import OSA

from bot.rules.booking_line import GONE, Line, line_of
from bot.rules.booking_names import Label, Roll, roll_of
from bot.rules.booking_relations import Owner, somebody_elses
from bot.rules.logged_people import PUPIL, RELATIONS

_WITH = r"(?:(?:with|wth|w)\b|w/)\s*"
_STRANGER = re.compile(
    rf"(?<![\w·/]){_WITH}(?:(?:me|myself|the|an?|our|his|her|their)\s+(?:and\s+|&\s*)?)*(?P<who>[a-z][a-z'-]+)"
)
_JOINED = re.compile(rf"(?:\b(?:with|wth|w|and|plus|me)\s*(?:the\s*)?|w/\s*|[&+,]\s*)[{GONE}\s]*$")
_UNSURE_BEFORE = re.compile(
    r"\b(?:not|without|w/o|if|unless|or|maybe|instead of|rather than|except|for|from|by|ask|tell)"
    rf"\s+(?:with\s+|w/?\s+)?[{GONE}\s]*$"
)
_UNSURE_AFTER = re.compile(
    r"[\s(]*(?:or|if|tbc|maybe|can'?t|cannot|won'?t|isn'?t|not|to|is|may|might|poss\w*|instead|\?)\b"
)
_ALONE_BEFORE = re.compile(rf"(?:[{GONE},+&/-]|\d(?:\s?[ap]m|ish)?\s)\s*$")
_NOT_THE_AUTHOR = re.compile(r"\b(?:not|without|instead of|rather than) me\b|\bi (?:can'?t|wont)\b")
_ALONE_AFTER = re.compile(rf"\s*(?:$|[{GONE},.+&/-]|and\b|at\b|on\b|re\b)")
# Whoever may come along without being one of the team.
_OUTSIDE = frozenset({
    "me", "myself", "interpreter", "school", "family", "parents", "both", "everyone", "them",
    "him", "her", "it",
})  # fmt: skip
_NAME_OR_WORD = frozenset(
    {"may", "will", "mark", "can", "do", "so", "sun", "sat", "me", "an", "the", "bill", "joy", "al"}
)
_SURE_LENGTH = 4  # letters; of shorter words nothing is taken for a slip


@dataclass(frozen=True, slots=True)
class People:
    """Who a line names."""

    whose: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Named:
    """A name somewhere in a line, and everybody it may mean."""

    start: int
    end: int
    families: frozenset[str] = frozenset()
    colleagues: frozenset[str] = frozenset()
    is_carer: bool = False
    joined: bool = False  # it stands behind "with" or "and"
    comes: bool = False  # nothing around it says otherwise
    owns: bool = False  # "Sean's": it says whose something is
    word: str = field(default="", repr=False)


def people_in(
    line: Line, families: Sequence[Label], colleagues: Sequence[Label]
) -> tuple[People, Line]:
    """Read whose visit it is and who comes; a name that fits two is asked about."""
    roll = roll_of(families, colleagues)
    named, line = _named_in(line, roll)
    staff_of, both = dict(colleagues), dict(families)
    sure = [one for one in named if one.families and not one.colleagues]
    whose, ask = _whose(sure, both)
    staff: dict[str, None] = {}
    for one in named:
        if not one.colleagues:
            continue
        if len(one.colleagues) > 1 or _may_be_either(one, whose):
            ask.append(_who_is(one, staff_of, both))
        elif not one.comes:
            ask.append(f"Does {one.word} come too? If so, write: with {one.word}.")
        else:
            staff.update(dict.fromkeys(one.colleagues))
    relation = somebody_elses(line, [_owner(one) for one in sure])
    stranger, line = _strangers(line, colleagues)
    near = () if whose or any(one.families for one in named) else tuple(_near(line, roll))
    if near:
        ask.append(f"Do you mean {_either(near, both)}? Write the name in full.")
    if _NOT_THE_AUTHOR.search(line.said):
        ask.append("Whoever books a visit comes to it. Who is to come? They can book it.")
    asked = tuple(question for question in (*ask, relation, stranger) if question)
    return People(whose or near, tuple(staff), asked), line


def colleague_in(line: Line, colleagues: Sequence[Label]) -> bool:
    """Say whether a note speaks of a colleague as somebody who is there."""
    named, _rest = _named_in(line, roll_of((), colleagues))
    return any(one.joined for one in named)


def _named_in(line: Line, roll: Roll) -> tuple[list[_Named], Line]:
    found = []
    for name in roll.longest_first(line.said):
        for hit in re.finditer(rf"(?<![\w'·]){re.escape(name)}(?!\w|'\w\w)", line.said):
            one = _read_name(line, hit, roll)
            if one:
                found.append(one)
                line = line.without(*hit.span())
    named = [replace(one, comes=_comes(line, one)) for one in found]
    return sorted(named, key=lambda one: one.start), line


def _comes(line: Line, one: _Named) -> bool:
    """Say whether a name stands there as somebody who comes along, and nothing denies it."""
    before, after = line.said[: one.start], line.said[one.end :]
    if one.owns or _UNSURE_BEFORE.search(before) or _UNSURE_AFTER.match(after):
        return False
    alone = _ALONE_BEFORE.search(before) and _ALONE_AFTER.match(after)
    return one.joined or alone is not None


def _read_name(line: Line, hit: re.Match[str], roll: Roll) -> _Named | None:
    bare = roll.bare(hit.group())
    families = roll.families.get(bare, frozenset())
    joined = _JOINED.search(line.said[: hit.start()]) is not None
    typed = line.typed[hit.start() : hit.end()]
    staff = roll.colleagues.get(bare, frozenset())
    # "do" is also a word: an id is written in capitals, or stands behind "with".
    if bare in roll.ids and (joined or (typed.isupper() and not line.typed.isupper())):
        staff |= {roll.ids[bare]}
    is_word = bare in _NAME_OR_WORD and not (joined or typed[:1].isupper())
    if is_word or not (families or staff):
        return None
    return _Named(
        *hit.span(),
        families,
        staff,
        is_carer=bare in roll.carers,
        joined=joined,
        owns=len(typed) > len(bare),
        word=typed[: len(bare)],
    )


def _may_be_either(one: _Named, whose: tuple[str, ...]) -> bool:
    """Say whether a name may be a family's: a child of the very family that is visited, too."""
    return bool(one.families) and (not (one.joined and whose) or bool(one.families & set(whose)))


def _owner(one: _Named) -> Owner:
    return Owner(one.start, one.end, is_carer=one.is_carer, owns=one.owns)


def _whose(named: list[_Named], labels: dict[str, str]) -> tuple[tuple[str, ...], list[str]]:
    meant: frozenset[str] = frozenset()
    for one in named:
        if meant and not meant & one.families:
            return (), ["A visit is for one family at a time. Whose is it?"]
        meant = meant & one.families if meant else one.families
    whose = tuple(ref for ref in labels if ref in meant)
    ask = [f"Whose is it: {_either(whose, labels)}?"] if len(whose) > 1 else []
    return whose, ask


def _either(refs: Sequence[str], labels: dict[str, str]) -> str:
    return " or ".join(labels[ref] for ref in refs)


def _who_is(one: _Named, staff: dict[str, str], families: dict[str, str]) -> str:
    names = [staff[ref] for ref in staff if ref in one.colleagues]
    names += [families[ref] for ref in families if ref in one.families]
    return f"Who is “{one.word}”: {' or '.join(names)}? Write the name in full."


def _strangers(line: Line, colleagues: Sequence[Label]) -> tuple[str, Line]:
    hit = _STRANGER.search(line.said)
    if hit is None or hit["who"].removesuffix("s") in {*RELATIONS, *PUPIL, *_OUTSIDE}:
        return "", line
    who = line.typed[hit.start("who") : hit.end("who")]
    near = [
        name for _ref, name in colleagues if _is_near(hit["who"], line_of(name).said.split()[0])
    ]
    meant = f"Do you mean {' or '.join(near)}?" if near else "Write a colleague's first name."
    return f"Who is “{who}”? {meant}", line.without(*hit.span())


def _near(line: Line, roll: Roll) -> list[str]:
    """Find families one slip away from a word that means nothing else."""
    words = set(re.findall(r"[a-z']+", line.said))
    names = [name for name in roll.families if any(_is_near(word, name) for word in words)]
    return sorted({ref for name in names for ref in roll.families[name]})


def _is_near(word: str, name: str) -> bool:
    return min(len(word), len(name)) > _SURE_LENGTH and OSA.distance(word, name) <= 1
