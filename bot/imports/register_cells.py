"""What one cell of a register may say. A mark is taken as it stands or refused: never guessed."""

from __future__ import annotations

import re
from datetime import date

from bot.imports.faults import Unclear, did_you_mean
from bot.rules.marks import NO_MARK, Code, Codes, Half
from bot.rules.upn import tidy, upn_fault

CODES_CHANGED = date(2024, 8, 19)  # withdrawn codes may stand in registers before this day only
PRESENT: dict[str, Half] = {"/": "am", "\\": "pm"}
HALF_NAMES: dict[Half, str] = {"am": "morning", "pm": "afternoon"}
# Signs that look like a code, and small l, which on many screens is a capital I.
LOOKS_LIKE = {"0": "O", "1": "I", "5": "S", "2": "Z", "|": "/ or \\", "l": "L or I", "!": "I"}
LONGEST_CODE = 2

_NUMBER = re.compile(r"[0-9.]+(e[+-]?[0-9]+)?", re.IGNORECASE)
_ONE = r"(?:[A-Za-z][0-9]?|[/\\#-])"
_TWO = re.compile(rf"({_ONE})({_ONE})")


def read_upn(words: str) -> str:
    """Read the number of the pupil a mark is of: there is no mark of nobody."""
    if not words:
        raise Unclear(
            "is empty. Ask the school; a temporary UPN will do. Until then take the row out."
        )
    if _NUMBER.fullmatch(words):
        raise Unclear(
            "is a number: a spreadsheet has changed it. Format the column as text and export again."
        )
    written = tidy(words)
    if advice := upn_fault(written):
        raise Unclear(advice)
    return written


def read_code(words: str, day: date, half: Half, codes: Codes) -> str:
    """Read one mark. A small letter is made a capital; nothing else is changed."""
    code = codes.get(words) or (codes.get(words.upper()) if words != "l" else None)
    if not code:
        raise Unclear(_unknown(words, codes))
    if code.withdrawn and day >= CODES_CHANGED:
        raise Unclear(_withdrawn(code))
    if PRESENT.get(code.code, half) != half:
        other = HALF_NAMES[PRESENT[code.code]]
        raise Unclear(
            f"is the mark of {_a(other)} session and stands in {_a(HALF_NAMES[half])} one. Check"
            " whether the columns or sessions are swapped."
        )
    return code.code


def both_marks(words: str) -> tuple[str, str]:
    r"""Cut the marks of a whole day, as in /\ or C2 N, into morning and afternoon."""
    if words in NO_MARK:
        return "", ""
    parts = re.split(r"[\s,;]+", words)
    if len(parts) == 2:
        return parts[0], parts[1]
    if found := _TWO.fullmatch(words):
        return found[1], found[2]
    raise Unclear(
        "is not two marks, and the column is for a whole day. Write morning and afternoon, as in"
        r" /\ or N N, or give each a column of its own."
    )


def _unknown(words: str, codes: Codes) -> str:
    if words in LOOKS_LIKE:
        return f"is no attendance code. Did you mean {LOOKS_LIKE[words]}?"
    if len("".join(words.split())) > LONGEST_CODE:
        return "is no attendance code. Export the codes (as / or N), not words or minutes."
    current = [code.code for code in codes.values() if not code.withdrawn]
    near = did_you_mean("".join(words.split()), current)
    return f"is no attendance code.{near} The school has to correct its register."


def _withdrawn(code: Code) -> str:
    now = re.search(r"now ([^)]+)", code.meaning)
    instead = f" It is now {now[1]}." if now else ""
    return (
        f"was withdrawn on 19 August 2024, before this session.{instead} The school has to"
        " correct its register."
    )


def _a(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
