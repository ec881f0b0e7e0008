"""The attendance codes this release knows, as the file beside the service lists them."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from bot.rules.marks import Codes, read_codes

FILE = Path(__file__).parent.parent / "data" / "attendance_codes.csv"


@cache
def attendance_codes() -> Codes:
    """Read the list once: it changes with a release, never while the service runs."""
    with FILE.open(encoding="utf-8", newline="") as rows:
        return read_codes(csv.DictReader(rows))
