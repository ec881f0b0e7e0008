"""What the signs of a file tell: what kind of file it is, and which letters were lost."""

from __future__ import annotations

import re
import unicodedata

from bot.rules.heard import BEGINS, ENDS

WORKBOOK = b"PK\x03\x04"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"  # also how a workbook locked with a password begins

SAVE_AS = "In the spreadsheet choose Save as, 'CSV UTF-8 (comma delimited)'."
FOREIGN_FILES = {
    WORKBOOK: f"is a workbook or a zip file. {SAVE_AS}",
    OLD_WORKBOOK: f"is an old Excel workbook. {SAVE_AS}",
    b"\xff\xfe": f"is written in UTF-16. {SAVE_AS}",
    b"\xfe\xff": f"is written in UTF-16. {SAVE_AS}",
    b"%PDF": f"is a PDF. {SAVE_AS}",
}
CONTROL = "holds a control sign (such as NUL). Delete the cell and type it again."

# Text copied from a phone carries direction marks that would turn a later line round.
_UNSEEN = re.compile(f"[\u200b\u202a-\u202e\u2066-\u2069\ufeff{BEGINS}{ENDS}]")
_LOST = re.compile("[\udc80-\udcff\ufffd]")  # bytes that are no UTF-8, or were none in the past


def foreign(content: bytes) -> str | None:
    """Say what a file is and what to do, if it is no CSV file; None if it may be one."""
    for start, advice in FOREIGN_FILES.items():
        if content.startswith(start):
            return advice
    return None


def has_control(cell: str) -> bool:
    """Say whether a cell holds a sign that nobody can type."""
    if cell.isprintable():
        return False
    return any(unicodedata.category(sign) == "Cc" and sign not in "\n\r\t" for sign in cell)


def has_lost(cell: str) -> bool:
    """Say whether a letter of this cell was lost on the way."""
    return not cell.isascii() and bool(_LOST.search(cell))


def tidy(cell: str) -> str:
    """Take away what cannot be seen, and write each letter in the one usual way."""
    if cell.isascii():
        return cell.strip()
    seen = _LOST.sub("\ufffd", _UNSEEN.sub("", cell))
    return unicodedata.normalize("NFC", seen).strip()
