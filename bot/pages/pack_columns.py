"""The columns of the meeting's pack, with how much of a sheet's width each takes."""

from __future__ import annotations

from bot.pages.sheets import Column

CHILD = Column("Child", 14)
CASES = (
    CHILD,
    Column("Tier", 5, number=True),
    Column("Status", 12),
    Column("Week", 8),
    Column("Key worker", 10),
    Column("In", 5, number=True),
    Column("Out", 5, number=True),
    Column("Auto", 5, number=True),
    Column("Phone", 6, number=True),
    Column("Met", 5, number=True),
    Column("Last contact", 11),
    Column("Check-ins", 13),
    Column("Open", 15),
    Column("Next date", 16),
)
REFERRED = (
    Column("Referral", 9),
    Column("Child", 18),
    Column("Year", 5, number=True),
    Column("School", 22),
    Column("From", 12),
    Column("Waiting", 12),
    Column("Tier", 5, number=True),
    Column("Suggested", 24),
)
MISSED = (
    CHILD,
    Column("Messages that did not arrive", 20, number=True),
    Column("Calls not answered", 20, number=True),
    Column("Visits that did not happen", 20, number=True),
)
QUIET = (Column("Last contact", 16), Column("Cases", 6, number=True), Column("Which", 80))
CLOSED = (CHILD, Column("Now", 14), Column("Since", 10), Column("Why", 60))
DECIDED = (CHILD, Column("Kind", 10), Column("Decided", 60), Column("By", 10), Column("Owner", 10))
