"""What a child's appointments may be called in a text, where the usual words frighten. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from bot.rules.booking_line import left_over, line_of
from bot.rules.booking_places import kind_in
from bot.rules.visit_kinds import KINDS
from bot.rules.welcome import telling

LONGEST = 40  # letters: a reminder stays one text message
OFF = frozenset({"off", "none", "end", "usual"})
_BESIDE_A_KIND = frozenset({"a", "an", "appointment", "appointments", "session", "sessions", "the"})
_SIGNS = frozenset(" '\u2019-,&")
_JOINERS = frozenset("\u200c\u200d")  # Urdu is spelt with them
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# Beside the services of bot.rules.welcome: work, diagnoses, meetings and agencies among staff.
_AMONG_STAFF = re.compile(
    r"\b(?:therap\w*|counsel\w*|psych\w*|cbt|speech|slt|salt|e\.?p|ehcp?|assess\w*|screening"
    r"|diagnos\w*|disorders?|behaviou?r\w*|regulation|trauma\w*|anxiety|depress\w*|self.?harm|asd"
    r"|dyslex\w*|special needs|send|senco?|c\.?i\.?n|c\.?p|core group|conferenc\w*|panel"
    r"|allocation|ta[cf]|team around|reintegrat\w*|step.?out|mediation|supervision|reflective"
    r"|liaison|agenc\w*|professional\w*|practitioners?|interventions?|taskforce|apst|pru"
    r"|alternative provision|exclu[ds]\w*|asset.?plus|offen[cd]\w*|crim\w*|youth work\w*|yo[st])\b"
    # The same in Polish and Urdu; whoever types another language answers for it.
    r"|\b(?:terap\w*|policj\w*|sąd\w*|kurator\w*|diagno[zs]\w*|zaburze\w*|przestęp\w*|socjaln\w*)"
    r"|تھراپ|نفسیات|ذہنی صحت|پولیس|عدالت|تشخیص|علاج|مجرم",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked about one kind of visit: its words, to end them, or (neither) to read them."""

    kind: str  # a key of KINDS; empty: not understood
    words: str = field(default="", repr=False)
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """Names that may not stand in a label, as they are written on record."""

    surnames: frozenset[str] = field(default=frozenset(), repr=False)
    children: frozenset[str] = field(default=frozenset(), repr=False)  # of other families


def read_wish(typed: str) -> Wish:
    """Read "therapy = time with Tom", "therapy off" or "therapy"."""
    named, sign, words = typed.partition("=")
    words = " ".join(words.split()).strip("“”\"'.")
    if sign:
        ends = words.casefold() in OFF
        return Wish(kind_named(named), "" if ends else words, ends=ends)
    before, _space, last = typed.strip().rpartition(" ")
    if before and last.casefold() in OFF:
        return Wish(kind_named(before), ends=True)
    return Wish(kind_named(typed))


def kind_named(words: str) -> str:
    """Find the one kind of visit these words name, as staff write it. Empty: none, or several."""
    said = " ".join(words.replace("_", " ").casefold().split())
    for key, kind in KINDS.items():
        if said in {key.replace("_", " "), kind.name.casefold()}:
            return key
    key, _unclear, rest = kind_in(line_of(said))
    return "" if left_over(rest, _BESIDE_A_KIND) else key


def fault_in(words: str, names: Names) -> str:
    """Say in words for staff why a family may not read this; empty: it may."""
    if not words or len(words) > LONGEST:
        return f"Write at most {LONGEST} letters: a reminder stays one text then."
    if not all(map(_spells, words)):
        return "Write letters only: figures and signs stand for answers and times in a text."
    return tells(words) or _names_in(words, names)


def tells(words: str) -> str:
    """Say what in these words only staff may read; empty: nothing."""
    if name := _staff_name_in(words.casefold()):
        return f"“{name}” is the name among staff: write what a family reads."
    found = telling(words) or tuple(_AMONG_STAFF.findall(words))
    if found:
        return f"“{found[0]}” tells whoever sees the phone why somebody comes: leave it out."
    return ""


def surnames_of(names: Iterable[str]) -> frozenset[str]:
    """List the surnames in full names: "Ana Maria de Souza" has all but the first."""
    return frozenset(word for name in names for word in name.split()[1:] if word[:1].isupper())


def _spells(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LM" or sign in _SIGNS or sign in _JOINERS


def _staff_name_in(words: str) -> str:
    """Find a kind's name among staff: one of several words anywhere, one word standing alone."""
    for kind in KINDS.values():
        name = kind.name.casefold()
        if name in kind.label.source.casefold():
            continue
        if name == words.strip() or (" " in name and re.search(rf"\b{re.escape(name)}\b", words)):
            return kind.name
    return ""


def _names_in(words: str, names: Names) -> str:
    """Find a name as it stands on record: small letters make it a word like any other."""
    said = _parts(_WORD.findall(words))
    if named := next((word for word in said if word in names.surnames), ""):
        return f"“{named}” is a surname: a text holds first names only."
    if named := next((word for word in said if word in names.children), ""):
        return f"“{named}” is another child here. If you mean something else, write it small."
    return ""


def _parts(words: Collection[str]) -> list[str]:
    """Take words with a hyphen whole and in parts."""
    return [*words, *(part for word in words if "-" in word for part in word.split("-"))]
